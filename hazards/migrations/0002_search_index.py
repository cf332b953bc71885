"""PostgreSQL: the index behind hazards/search.py, over number, place and description."""

from django.db import migrations

FORWARDS = """
CREATE INDEX hazard_text_pairs ON hazards_hazard
USING gin (char_pairs(number || E'\\n' || place || E'\\n' || description));
"""
BACKWARDS = "DROP INDEX hazard_text_pairs;"


def on_postgresql(statements):
    def run(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(statements, params=None)

    return run


class Migration(migrations.Migration):
    dependencies = [("hazards", "0001_initial"), ("parks", "0002_char_pairs")]

    operations = [migrations.RunPython(on_postgresql(FORWARDS), on_postgresql(BACKWARDS))]
