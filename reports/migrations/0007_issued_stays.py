"""What is issued stays: the database itself refuses to change it, whoever asks, and the history beside it.

SQLite gets no trigger on DELETE: the test suite's flush deletes there, and no code of ours does.
A later migration that alters these tables on SQLite must make the triggers again: the tables are rebuilt.
"""

from django.db import migrations

POSTGRESQL = """
CREATE TRIGGER {name} BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW {when} EXECUTE FUNCTION refuse_change();
"""
SQLITE = """
CREATE TRIGGER {name} BEFORE UPDATE ON {table} {when}
BEGIN SELECT RAISE(ABORT, 'rows of {table} are never changed'); END;
"""
ISSUED = "WHEN (OLD.state = 'issued')"
TABLES = {
    "report_issued_stays": ("reports_report", ISSUED),
    "reportstep_append_only": ("reports_reportstep", ""),
    "typedfigure_append_only": ("reports_typedfigure", ""),
    "reportreminder_append_only": ("reports_reportreminder", ""),
}


def forwards(apps, schema_editor):
    statement = POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE
    for name, (table, when) in TABLES.items():
        schema_editor.execute(statement.format(name=name, table=table, when=when), params=None)


def backwards(apps, schema_editor):
    on_postgresql = schema_editor.connection.vendor == "postgresql"
    for name, (table, _) in TABLES.items():
        schema_editor.execute(f"DROP TRIGGER {name}{f' ON {table}' if on_postgresql else ''};", params=None)


class Migration(migrations.Migration):
    dependencies = [("reports", "0006_export_rights_and_tries"), ("accounts", "0003_append_only")]

    operations = [migrations.RunPython(forwards, backwards)]
