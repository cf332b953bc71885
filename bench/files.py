"""Export and import of 10,000 rows in the form of P0 附件4, against bare writers and readers."""

import io
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, Side
from psycopg2.extras import execute_values
from python_calamine import CalamineWorkbook

from accounts.models import User
from bench.clock import compare
from bench.sql import HISTORY, INSERT
from campaigns.models import Campaign
from hazards.models import Hazard
from reports.figures.standing import entries
from reports.layouts import longgang_4
from reports.workbook import Book

ROWS = 10_000


def measure_export(campaign: Campaign) -> dict[str, Any]:
    """From the database to the finished file, against openpyxl alone with rows that are ready."""
    newest = Hazard.objects.filter(campaign=campaign).order_by("-found_on", "-id")[:ROWS]
    keys = list(newest.values_list("pk", flat=True))
    hazards = Hazard.objects.filter(pk__in=keys).order_by("-found_on", "-id")
    ready = list(longgang_4.table(entries(hazards), campaign.today()))

    def ours() -> bytes:
        book = Book(title="t", campaign="c", unit="", as_of=campaign.today())
        longgang_4.write(book, entries(hazards), day=campaign.today(), unit="")
        return book.to_bytes()

    return compare(f"export {len(keys)} rows / openpyxl alone", ours, lambda: _bare_write(ready), times=3)


def _bare_write(rows: list[list[Any]]) -> bytes:
    """A write-only sheet with the same font, alignment and borders on each cell."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    side = Side(style="thin")
    border = Border(left=side, right=side, top=side, bottom=side)
    font, alignment = Font(name="仿宋_GB2312", size=12), Alignment(vertical="center", wrap_text=True)
    for row in rows:
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet, value)
            cell.font, cell.alignment, cell.border = font, alignment, border
            cells.append(cell)
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def measure_import(campaign: Campaign, user: User) -> dict[str, Any]:
    """Read, check and save a ledger, against calamine and two bare INSERTs; both are rolled back."""
    rows = list(_ledger_rows(campaign))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.xlsx"
        book = Workbook(write_only=True)
        sheet = book.create_sheet("清单")
        sheet.append([column.heading for column in longgang_4.COLUMNS])
        for row in rows:
            sheet.append(row)
        book.save(path)

        def ours() -> None:
            with transaction.atomic():
                before = Hazard.objects.count()
                call_command(
                    "import_hazards",
                    str(path),
                    campaign=campaign.slug,
                    user=user.username,
                    stdout=io.StringIO(),
                )
                assert Hazard.objects.count() == before + ROWS
                transaction.set_rollback(True)

        def bare() -> None:
            with transaction.atomic():
                read = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
                _bare_insert(campaign, user, read[1:])
                transaction.set_rollback(True)

        return compare(f"import {ROWS} rows / calamine + INSERT", ours, bare, times=3)


def _ledger_rows(campaign: Campaign) -> Iterator[list[Any]]:
    forces = list(campaign.task_forces.select_related("park", "department"))
    categories = [category.name for category in campaign.categories.all()]
    units = {unit.pk: f"{unit}" for unit in (force.department for force in forces)}
    single = len(set(units.values())) == len(units)
    for place in range(ROWS):
        force = forces[place % len(forces)]
        found = date(2021, 9, 1) + timedelta(days=place % 60)
        unit = force.department.name if single else "专班工作组"
        texts = (f"{place % 9 + 1}号楼{place}室", f"疏散通道被纸箱堵塞，第{place}处")
        dates = (found + timedelta(days=90), found)
        category = categories[place % len(categories)]
        yield [place + 1, force.park.name, *texts, category, unit, dates[0], "整改中", dates[1], ""]


def _bare_insert(campaign: Campaign, user: User, rows: list[list[Any]]) -> None:
    force = campaign.task_forces.first()
    category = campaign.categories.first()
    assert force is not None and category is not None
    now = timezone.now()
    fixed = (
        campaign.pk,
        force.park_id,
        force.pk,
        category.pk,
        force.department_id,
        "rectifying",
        user.pk,
        now,
    )
    with connection.connection.cursor() as cursor:
        values = [
            (f"BARE-{place}", row[2], row[3], "general", "patrol", row[8], row[6], row[6], *fixed, row[7],
             False, False, False, 1, "", "", f"bare-{place}", "", "")
            for place, row in enumerate(rows)
        ]  # fmt: skip
        keys = execute_values(cursor, INSERT, values, page_size=500, fetch=True)
        history = [
            (key, "import", "", "rectifying", user.pk, now, row[8], row[7], "{}", 1)
            for (key,), row in zip(keys, rows, strict=True)
        ]
        execute_values(cursor, HISTORY, history, page_size=500)
