"""What the page of one figure of a report says: the number as reported, and the records that make it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from campaigns.periods import Period
from campaigns.queries import Scope
from reports.compile import row_word
from reports.drilldown.kept_records import (
    CUMULATIVE,
    PERIOD,
    Amount,
    NotKept,
    amount_of,
    grouped,
    kept_ids,
    kept_share,
)
from reports.drilldown.kept_rows import Cell, Line, lines_of
from reports.drilldown.kept_shares import by_units, typed_by_units_then
from reports.figures.groups import Key
from reports.indicators import Indicator, Ledger, Number
from reports.kept_indicators import indicators_of, whole_of
from reports.models import Report, TypedFigure
from reports.queries import typed_of

PAGE_SIZE = 50


class NoSuchFigure(LookupError):
    """The report has no such figure, or no such row."""


@dataclass(frozen=True)
class Row:
    """One row of the report's roll-up: its unit's id, name and number."""

    key: Key
    name: str
    number: Number | None


@dataclass(frozen=True)
class Place:
    """Which number of the report: the indicator, 累计 or 本期, the row of the roll-up (None: the whole)."""

    report: Report
    indicator: Indicator
    scope: str
    row: Row | None = None

    @property
    def number(self) -> Number | None:
        """The number as the report says it."""
        return self.row.number if self.row else number_of(self.report, self.indicator, self.scope)

    @property
    def period(self) -> Period:
        """The days that decide it."""
        if self.scope == PERIOD:
            return Period(self.report.period_start, self.report.as_of)
        return whole_of(self.report)


@dataclass
class Behind:
    """The records of one page, or why there are none to list.

    typed: what people typed in, of which nothing is listed. said: the number as the lines make it, in words.
    differs: the records make another number than the report says.
    """

    heads: Sequence[str] = ()
    lines: list[Line] = field(default_factory=list)
    pages: int = 0
    page: int = 1
    said: str = ""
    typed: list[TypedFigure] = field(default_factory=list)
    missing: str = ""
    differs: str = ""

    @property
    def table(self) -> list[tuple[list[tuple[str, Cell]], str]]:
        """Lines as (heading, cell) pairs, with what became of each: a phone shows headings beside cells."""
        return [(list(zip(self.heads, line.cells, strict=False)), line.now) for line in self.lines]

    @property
    def changed(self) -> bool:
        """Whether anything became of the records shown since the report."""
        return any(line.now for line in self.lines)


def place_of(report: Report, slug: str, scope: str, row: str) -> Place:
    """The number that an address means; NoSuchFigure when the report has none there."""
    indicator = next((one for one in indicators_of(report) if one.slug == slug), None)
    kept = report.figures.get(CUMULATIVE, {})
    if indicator is None or slug not in kept or scope not in (CUMULATIVE, PERIOD):
        raise NoSuchFigure(slug)
    if indicator.stock:
        scope = CUMULATIVE
    if not row:
        return Place(report, indicator, scope)
    for one in rows_of_figure(report, indicator, scope):
        if row == row_word(one.key):
            return Place(report, indicator, scope, one)
    raise NoSuchFigure(row)


def rows_of_figure(report: Report, indicator: Indicator, scope: str) -> list[Row]:
    """The figure in every row of the roll-up."""
    kept = report.figures.get("rows" if scope == CUMULATIVE else "period_rows", ())
    return [Row(one["key"], one["name"], _number(one["figures"].get(indicator.slug))) for one in kept]


def number_of(report: Report, indicator: Indicator, scope: str) -> Number | None:
    """The number of the whole report as it was kept."""
    return _number(report.figures.get(scope, {}).get(indicator.slug))


def _number(kept: int | str | None) -> Number | None:
    try:
        return Decimal(kept) if isinstance(kept, str) else kept
    except InvalidOperation:
        return None


def behind(place: Place, reader: Scope, page: int) -> Behind:
    """The page of records behind the number, or why there is no list."""
    report, indicator = place.report, place.indicator
    if typed := _typed_in(place):
        return Behind(typed=[typed])
    if place.number is None:
        return Behind(missing="系统没有这项数据的记录，也没有人填报，报表中按“不详”处理")
    units = _typed_by_units(place)
    if indicator.ledger is Ledger.NOTHING:
        return Behind(typed=units, missing="" if units else "这项数据只能手工填报，没有对应的记录")
    try:
        ids = kept_ids(report, indicator.slug, place.scope)
        if place.row:
            ids = kept_share(ids, indicator, report, row_word(place.row.key))
    except NotKept as why:
        return Behind(typed=units, missing=str(why))
    if indicator.distinct:
        ids = [record for _, record in grouped(ids, indicator, report)]
    amount = amount_of(ids, indicator, report)
    pages = max(-(-len(ids) // PAGE_SIZE), 1)
    page = min(max(page, 1), pages)
    shown = ids[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    heads, lines = lines_of(shown, indicator, report, reader)
    return Behind(
        heads, lines, pages, page, words_of(amount, indicator), units, "", _differs(place, amount, units)
    )


def words_of(amount: Amount, indicator: Indicator) -> str:
    """共 12 条; 3 家，4 条记录; 5 条记录，合计 1.25 万元."""
    if indicator.distinct:
        return f"{amount.figure} {indicator.unit}，{amount.records} 条记录"
    if indicator.sums:
        return f"{amount.records} 条记录，合计 {amount.figure} {indicator.unit}"
    return f"共 {amount.records} 条"


def _typed_in(place: Place) -> TypedFigure | None:
    """Who typed this very number in, None when it was counted."""
    report, slug = place.report, place.indicator.slug
    if place.scope != CUMULATIVE:
        return None
    if place.row is None:
        return typed_of(report).get(slug) if slug in report.figures.get("typed", ()) else None
    return typed_by_units_then(report, slug).get(place.row.key or 0) if by_units(report) else None


def _typed_by_units(place: Place) -> list[TypedFigure]:
    """For the whole: what units typed in, which stands in it on top of what is counted."""
    if place.row or place.report.department_id or place.scope != CUMULATIVE:
        return []
    return list(typed_by_units_then(place.report, place.indicator.slug).values())


def _differs(place: Place, amount: Amount, typed: Sequence[TypedFigure]) -> str:
    told = place.number or 0
    made = amount.figure + sum((row.value for row in typed if row.value is not None), start=Decimal(0))
    if told == made:
        return ""
    unit = place.indicator.unit
    return f"报表所载为 {told} {unit}，与下列记录得出的数不一致：有记录在汇总之后改动或删除。"
