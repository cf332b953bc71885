"""PostgreSQL: taking a table's indexes and references away for a bulk load, and making them again.

Row by row, a million rows would be entered into eighteen indexes and checked against nine tables; made
at once afterwards, the same takes a fraction of the time.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

INDEXES = """
SELECT format('DROP INDEX %%I.%%I', n.nspname, c.relname), pg_get_indexdef(i.indexrelid)
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE i.indrelid = %(table)s::regclass
  AND NOT EXISTS (SELECT 1 FROM pg_constraint p WHERE p.conindid = i.indexrelid)
ORDER BY c.relname
"""
REFERENCES = """
SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
       format(
           'ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname, pg_get_constraintdef(oid)
       )
FROM pg_constraint WHERE conrelid = %(table)s::regclass AND contype = 'f'
ORDER BY conname
"""


@contextmanager
def lifted(table: str) -> Iterator[None]:
    """Inside the caller's transaction: nobody else sees the table without them; an error brings them back."""
    if connection.vendor != "postgresql":
        yield
        return
    connection.check_constraints()  # rows just written must not wait for a check of this table
    with connection.cursor() as cursor:
        rows: list[tuple[str, str]] = []
        for question in (INDEXES, REFERENCES):
            cursor.execute(question, {"table": table})
            rows += cursor.fetchall()
        for drop, _ in rows:
            cursor.execute(drop)
        yield
        # Indexes are sorted in memory where they fit; a reference to a loaded table is one join.
        cursor.execute("SET LOCAL maintenance_work_mem = '1GB'")
        for _, create in rows:
            cursor.execute(create)
