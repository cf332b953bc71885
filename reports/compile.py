"""Put together a report: the workbook of its form, its figures, and the records behind each of them.

Reads only. What it returns depends on nothing but the records and the arguments, so compiling twice gives
equal content and equal bytes.
"""

import gzip
import hashlib
import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from reports.figures.counting import by_ledger, ledger_rows, records, span_of
from reports.figures.groups import Key, Row
from reports.figures.numbers import beside_typed
from reports.figures.shares import of_row
from reports.indicators import Figures, Ledger, Number
from reports.kept_indicators import facts_of
from reports.layouts.form import Ask, Form
from reports.workbook import Book

ROWS = "_rows"
"""Under which a report's records say which of them each row of a roll-up counts; no figure is called so."""


@dataclass
class Compiled:
    """A workbook ready to be written, its figures as kept with the report, and the ids behind them."""

    book: Book
    figures: dict[str, Any]
    records: bytes


def compile_form(form: Form, ask: Ask) -> Compiled:
    """The form filled for the unit and the days asked for, `ask.typed` among the figures."""
    ask = form.counted(ask)
    book = form.book(ask)
    numbers = ask.counts
    kept: dict[str, Any] = {
        "cumulative": jsonable(numbers.cumulative),
        "period": jsonable(numbers.period),
        "before": jsonable(numbers.before),
        "rows": [_row(row) for row in numbers.rows],
        "period_rows": [_row(row) for row in numbers.period_rows],
        "typed": sorted(numbers.typed),
    }
    behind = _records(form, ask)
    kept["content"] = _seal(book, kept, behind)
    kept["by"] = ask.by
    kept["since"] = span_of(ask.campaign, ask.as_of).start.isoformat()
    kept["typed_ids"] = {str(unit): dict(ids) for unit, ids in ask.typed_ids.items()}
    kept["indicators"] = [facts_of(one) for one in form.indicators_for(ask.campaign, ask.unit)]
    if form.plain:
        kept["text"] = form.plain(ask.campaign, ask.unit, numbers.cumulative, ask.as_of)
    return Compiled(book, kept, behind)


def _seal(book: Book, kept: dict[str, Any], behind: bytes) -> str:
    """SHA-256 of all that the report says: a form may print less than is kept of its rows and records."""
    said = (book.fingerprint.encode(), json.dumps(kept, sort_keys=True).encode(), behind)
    return hashlib.sha256(b"\0".join(said)).hexdigest()


def _row(row: Row) -> dict[str, Any]:
    key, name, numbers = row
    return {"key": key, "name": name, "figures": jsonable(numbers)}


def jsonable(numbers: Figures) -> dict[str, int | str | None]:
    """Figures as JSON keeps them: whole numbers, and decimals as text so that none is rounded."""
    return {slug: str(n) if isinstance(n, Decimal) else n for slug, n in numbers.items()}


def from_json(kept: dict[str, int | str | None]) -> Figures:
    """The figures again."""
    return {slug: Decimal(n) if isinstance(n, str) else n for slug, n in kept.items()}


def as_number(value: Decimal) -> Number:
    """A typed figure as figures are: whole ones without decimals."""
    return int(value) if value == value.to_integral_value() else value.normalize()


def _records(form: Form, ask: Ask) -> bytes:
    """Ids of the records behind each figure, cumulative and of the period; see models.Report.records."""
    found: dict[str, dict[str, Any]] = {}
    indicators = form.indicators_for(ask.campaign, ask.unit)
    typed_beside = {} if ask.unit else beside_typed(ask.campaign, ask.typed, ask.coverage)
    for one in indicators:
        if one.ledger is Ledger.NOTHING:
            continue
        found[one.slug] = {}
        for scope, period in (("cumulative", None), ("period", ask.period)):
            if scope == "cumulative" or (period and not one.stock):
                whose = ask.coverage if period else typed_beside.get(one.slug, ask.coverage)
                rows = records(one, ask.campaign, ask.as_of, period, whose)
                found[one.slug][scope] = list(rows.order_by("pk").values_list("pk", flat=True))
    if ask.counts.rows:
        found[ROWS] = _rows_of_ledgers(ask, list(by_ledger(indicators)))
    # No time of writing inside: the same content is the same file.
    return gzip.compress(json.dumps(found, separators=(",", ":")).encode(), mtime=0)


def _rows_of_ledgers(ask: Ask, ledgers: list[Ledger]) -> dict[str, dict[str, list[int]]]:
    """By ledger, which of its records each row of the roll-up counts, whichever figure they stand behind."""
    span = span_of(ask.campaign, ask.as_of)
    found: dict[str, dict[str, list[int]]] = {}
    for ledger in ledgers:
        rows = ledger_rows(ledger, ask.campaign, span, ask.coverage).order_by()
        found[ledger.value] = {
            row_word(key): sorted(
                of_row(rows, ledger, ask.campaign, ask.by, key).values_list("pk", flat=True)
            )
            for key, _, _ in ask.counts.rows
        }
    return found


def row_word(key: Key) -> str:
    """How an address and a report's records name a row; "none" is the row of what belongs to no group."""
    return "none" if key is None else str(key)
