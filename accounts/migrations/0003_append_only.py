"""The audit trail is append-only: the database itself refuses to change it, whoever asks.

SQLite gets no trigger on DELETE: the test suite's flush deletes there, and no code of ours does.
A later migration that alters this table on SQLite must make the trigger again: the table is rebuilt.
"""

from django.db import migrations

FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
"""
POSTGRESQL = """
CREATE TRIGGER {name} BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""
SQLITE = """
CREATE TRIGGER {name} BEFORE UPDATE ON {table}
BEGIN SELECT RAISE(ABORT, 'rows of {table} are never changed'); END;
"""
TABLES = {"auditentry_append_only": "accounts_auditentry", "auditseal_append_only": "accounts_auditseal"}


def forwards(apps, schema_editor):
    on_postgresql = schema_editor.connection.vendor == "postgresql"
    if on_postgresql:
        schema_editor.execute(FUNCTION, params=None)
    for name, table in TABLES.items():
        statement = POSTGRESQL if on_postgresql else SQLITE
        schema_editor.execute(statement.format(name=name, table=table), params=None)


def backwards(apps, schema_editor):
    on_postgresql = schema_editor.connection.vendor == "postgresql"
    for name, table in TABLES.items():
        schema_editor.execute(f"DROP TRIGGER {name}{f' ON {table}' if on_postgresql else ''};", params=None)
    if on_postgresql:
        schema_editor.execute("DROP FUNCTION refuse_change();", params=None)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_audit_digest")]

    operations = [migrations.RunPython(forwards, backwards)]
