"""History is append-only: the database itself refuses to change it, whoever asks.

SQLite gets no trigger on DELETE: the test suite's flush deletes there, and no code of ours does.
A later migration that alters this table on SQLite must make the trigger again: the table is rebuilt.
"""

from django.db import migrations

POSTGRESQL = """
CREATE TRIGGER statuschange_append_only BEFORE UPDATE OR DELETE ON hazards_statuschange
FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""
SQLITE = """
CREATE TRIGGER statuschange_append_only BEFORE UPDATE ON hazards_statuschange
BEGIN SELECT RAISE(ABORT, 'rows of hazards_statuschange are never changed'); END;
"""


def forwards(apps, schema_editor):
    schema_editor.execute(
        POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE, params=None
    )


def backwards(apps, schema_editor):
    where = " ON hazards_statuschange" if schema_editor.connection.vendor == "postgresql" else ""
    schema_editor.execute(f"DROP TRIGGER statuschange_append_only{where};", params=None)


class Migration(migrations.Migration):
    dependencies = [("hazards", "0002_search_index"), ("accounts", "0003_append_only")]

    operations = [migrations.RunPython(forwards, backwards)]
