"""PostgreSQL: char_pairs(text), the pairs of neighbouring characters of a text, and their index on names.

The high cost keeps the planner from computing pairs row by row where the index can answer;
PARALLEL UNSAFE because starting workers takes ten times as long as such an answer.
"""

from django.db import migrations

FORWARDS = """
CREATE OR REPLACE FUNCTION char_pairs(value text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL UNSAFE COST 1000 AS $$
DECLARE
    -- Under the C collation only A-Z are folded: parks/search.py does the same.
    letters text[] := string_to_array(lower(value COLLATE "C"), NULL);
    pairs text[] := '{}';
BEGIN
    FOR place IN 1 .. coalesce(array_length(letters, 1), 0) - 1 LOOP
        pairs[place] := letters[place] || letters[place + 1];
    END LOOP;
    RETURN pairs;
END
$$;
CREATE INDEX enterprise_name_pairs ON parks_enterprise USING gin (char_pairs(name));
"""
BACKWARDS = "DROP INDEX enterprise_name_pairs; DROP FUNCTION char_pairs(text);"


def on_postgresql(statements):
    def run(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(statements, params=None)

    return run


class Migration(migrations.Migration):
    dependencies = [("parks", "0001_initial")]

    operations = [migrations.RunPython(on_postgresql(FORWARDS), on_postgresql(BACKWARDS))]
