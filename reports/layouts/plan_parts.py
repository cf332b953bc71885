"""What the forms of a plan share: their top, the plan's own wording of units and deadlines."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from campaigns.dates import DateFault, Span
from campaigns.enums import Part, Precision, Rhythm
from campaigns.models import Campaign, Measure, Responsibility, WorkItem
from campaigns.parties import without_stray_prefix
from campaigns.timing import Reading, read_timing, shown_deadline, shown_rhythm
from campaigns.work.sync import timing_of
from reports.layouts.columns import Column, Kind
from reports.text_room import lines_of
from reports.workbook import CENTRED, DATE_FORMAT, TITLE, Book, Look, Sheet, Value

NONE = "（无）"
_STRAY = "、，,；;。 　"
"""Marks that plans leave behind a unit's name (P3: 安全生产部、); those before it, as parties reads them."""


@dataclass(frozen=True)
class Top:
    """What stands above a form's rows: 附件 and title in the plan's own words, then the heads.

    plan: how slugs of the campaigns begin whose plan words them so; any other campaign puts its name before
    `plain` and prints no 附件, as nobody knows which annex it would be.
    """

    plan: str
    annex: str
    title: str
    plain: str
    sheet: str
    columns: Sequence[Column]
    landscape: bool = True
    size: float = 12

    def title_for(self, campaign: Campaign) -> str:
        """The title of the form in this campaign, on two lines where one does not hold it."""
        if self._is_own(campaign):
            return self.title
        title = f"{campaign.label}{self.plain}"
        wide = lines_of(title, sum(column.width for column in self.columns), TITLE.size) > 1
        return f"{campaign.label}\n{self.plain}" if wide else title

    def begin(self, book: Book, campaign: Campaign, widths: Sequence[float] = ()) -> Sheet:
        """The sheet, ready for its rows; `widths` where they depend on the rows."""
        widths = widths or [column.width for column in self.columns]
        sheet = book.sheet(self.sheet, widths, landscape=self.landscape)
        if self._is_own(campaign):
            sheet.annex(self.annex)
        sheet.title(self.title_for(campaign))
        heads = [column.heading for column in self.columns]
        sheet.heads(heads, size=self.size, groups=[column.group for column in self.columns])
        return sheet

    def _is_own(self, campaign: Campaign) -> bool:
        return campaign.slug.startswith(self.plan)


def looks_of(columns: Sequence[Column], size: float = 12) -> list[Look]:
    """Prose to the left, everything else centred; days of a date column as 2021年7月1日."""
    return [
        Look(
            size=size,
            align="left" if column.kind == Kind.TEXT else "center",
            format=DATE_FORMAT if column.kind == Kind.DATE else "General",
        )
        for column in columns
    ]


def say_none(sheet: Sheet) -> None:
    """The row of a table that has none."""
    sheet.line([(NONE, len(sheet.widths))], look=CENTRED, height=30)


def parties(row: Measure | WorkItem, part: Part, between: str) -> str:
    """The units that have the part, as the plan words them. Needs responsibilities__department prefetched."""
    return between.join(_words(party) for party in row.responsibilities.all() if party.part == part)


def _words(party: Responsibility) -> str:
    unit = party.department
    said = party.raw.strip(_STRAY)
    if unit and without_stray_prefix(said) == unit.name:
        return unit.name
    return said or (unit.name if unit else party.get_group_display())


def measure_deadline(measure: Measure, span: Span) -> Value:
    """完成时限 of P0 附件2: a day as a date, anything vaguer as text; 常态化 as the plan words it."""
    if measure.due_on is None or measure.precision == Precision.STANDING:
        said = _reading(measure.raw_deadline, span)
        standing = said is not None and said.timing.rhythm == Rhythm.STANDING
        return measure.raw_deadline if standing else shown_deadline(None, Precision.STANDING)
    if measure.precision == Precision.DAY:
        return measure.due_on
    return shown_deadline(measure.due_on, measure.precision)


def work_deadline(item: WorkItem, span: Span) -> str:
    """时限要求 of P3 附件1: the plan's wording, unless the deadline was changed and it no longer holds."""
    said = _reading(item.raw_deadline, span)
    if item.raw_deadline and (said is None or _holds(item, said)):
        return item.raw_deadline
    if item.rhythm == Rhythm.ONCE:
        return shown_deadline(item.due_on, item.precision)
    if item.rhythm == Rhythm.DATES:
        return "、".join(shown_deadline(day, item.precision) for day in _days(item))
    return shown_rhythm(timing_of(item), item.quota)


def _holds(item: WorkItem, said: Reading) -> bool:
    """Whether the wording still says what the item says; a quota may stand in the requirement instead."""
    if said.timing.rhythm != item.rhythm or said.quota not in (1, item.quota):
        return False
    if item.rhythm == Rhythm.ONCE:
        return (said.timing.due_on, said.precision) == (item.due_on, item.precision)
    if said.timing.anchor not in (None, item.anchor):
        return False
    return item.rhythm != Rhythm.DATES or sorted(said.timing.dates) == _days(item)


def _days(item: WorkItem) -> list[date]:
    return sorted(date.fromisoformat(day) for day in item.dates)


def _reading(text: str, span: Span) -> Reading | None:
    """What the wording says; None for one that only a person understands."""
    try:
        return read_timing(text, span)
    except DateFault:
        return None
