"""`python -m bench --hazards N --seed S`: fill a database of its own, measure, drop it, print and save.

BENCH_DATABASE_URL names a PostgreSQL database from which others may be created and dropped; the
measurements run in `hazard_bench` beside it. The table also goes to var/bench.json.
"""

import argparse
import json
import os
import platform
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2

ADMIN_URL = "postgres://postgres@127.0.0.1:5432/postgres"
NAME = "hazard_bench"
RESULT = Path("var/bench.json")


def admin(statement: str, url: str) -> None:
    """Run one statement outside any transaction."""
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(statement)
    connection.close()


def fill(hazards: int, seed: int) -> float:
    """Migrate and generate; returns the seconds that generating took."""
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    started = time.monotonic()
    parks, enterprises = max(1000, hazards // 500), max(200, hazards // 20)
    call_command("generate", hazards=hazards, parks=parks, enterprises=enterprises, seed=seed)
    taken = time.monotonic() - started
    with connection.cursor() as cursor:
        # The state in which autovacuum leaves a table that has come to rest.
        cursor.execute("VACUUM ANALYZE")
    return taken


def show(rows: list[dict[str, object]]) -> None:
    """The table: what, ours, bare, ratio, aim, met."""
    print(f"\n{'measurement':<44}{'ours ms':>12}{'bare ms':>12}{'ratio':>9}  {'aim':<9}met")
    for row in rows:
        met = {True: "yes", False: "NO", None: "-"}[row["met"]]  # type: ignore[index]
        print(
            f"{row['name']:<44}{row['ours_ms']:>12.2f}{row['bare_ms']:>12.2f}{row['ratio']:>9.3f}"
            f"  {row['aim'] or '-':<9}{met}"
        )


def save(rows: list[dict[str, object]], hazards: int, seed: int, seconds: float) -> None:
    """The table with the circumstances it was measured in."""
    RESULT.parent.mkdir(exist_ok=True)
    said = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "hazards": hazards,
        "seed": seed,
        "generate_seconds": round(seconds, 1),
        "python": platform.python_version(),
        "processors": os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "rows": rows,
    }
    RESULT.write_text(json.dumps(said, ensure_ascii=False, indent=1))


def main() -> int:
    """Returns 0 also when an aim is missed: a measurement is no test."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--hazards", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true", help="keep the database for a look at plans")
    groups = "figures, files, memory, notices, search, pages, work"
    parser.add_argument("--only", nargs="*", default=(), help=groups)
    given = parser.parse_args()
    url = os.environ.get("BENCH_DATABASE_URL", ADMIN_URL)
    admin(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)", url)
    admin(f"CREATE DATABASE {NAME}", url)
    try:
        os.environ["DATABASE_URL"] = urlunsplit(urlsplit(url)._replace(path=f"/{NAME}"))
        os.environ["HAZARD_ENV"] = "test"
        os.environ["DJANGO_SETTINGS_MODULE"] = "hazard_tracker.settings"
        os.environ.setdefault("LOG_LEVEL", "ERROR")
        import django

        django.setup()
        seconds = fill(given.hazards, given.seed)
        from bench.measures import measure

        rows = measure("bench", given.only)
    finally:
        from django.db import connections

        connections.close_all()
        if not given.keep:
            admin(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)", url)
    show(rows)
    save(rows, given.hazards, given.seed, seconds)
    print(f"\n{given.hazards} hazards, generated in {seconds:.0f} s; saved as {RESULT}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
