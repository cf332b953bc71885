"""A plan renamed and moved in time. Pure, no database; copying.py reads a campaign's plan back."""

import re
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TypeVar

from dateutil.relativedelta import relativedelta

from campaigns.dates import Span, parse_deadline
from campaigns.enums import Precision, Rhythm
from campaigns.plan import UNSETTLED, MeasureFacts, PhaseFacts, Plan, ReportFacts, WorkItemFacts
from campaigns.timing import Reading, shown_deadline

Due = TypeVar("Due", WorkItemFacts, ReportFacts)


def renamed(plan: Plan, slug: str, name: str, *, number_prefix: str, short_name: str = "") -> Plan:
    """The plan as another campaign. load_plan refuses a prefix in use; refuse a slug in use before it."""
    heading = replace(plan.campaign, slug=slug, name=name, number_prefix=number_prefix, short_name=short_name)
    return replace(plan, campaign=heading)


def shifted(plan: Plan, starts_on: date) -> Plan:
    """The plan moved to begin on `starts_on`: every date by the whole months between the two beginnings.

    The wording of a deadline is made anew where it says a date. What a person had to confirm about the
    original stays to be confirmed.
    """
    move = Move(plan.campaign.starts_on, starts_on)
    if move.old == move.new:
        return plan
    heading = plan.campaign
    return replace(
        plan,
        campaign=replace(
            heading,
            starts_on=starts_on,
            ends_on=max(move.day(heading.ends_on), starts_on),
            issued_on=move.maybe(heading.issued_on),
            figures_from=move.maybe(heading.figures_from),
        ),
        phases=tuple(_shifted_phase(row, move) for row in plan.phases),
        categories=tuple(
            replace(row, measures=tuple(_shifted_measure(measure, plan, move) for measure in row.measures))
            for row in plan.categories
        ),
        work_items=tuple(_shifted_due(row, plan, move) for row in plan.work_items),
        reports=tuple(_shifted_due(row, plan, move) for row in plan.reports),
        questions=(SHIFTED, *(_of_original(question) for question in plan.questions)),
    )


SHIFTED = "各项日期由原方案按月推移得出，印发日期亦同，请逐项核对后修改"


@dataclass(frozen=True)
class Move:
    """From one beginning to another, in whole months; the beginning itself becomes the new one."""

    old: date
    new: date

    def day(self, day: date) -> date:
        """The day so many months on; the last day of a month stays the last day."""
        if day == self.old:
            return self.new
        months = (self.new.year - self.old.year) * 12 + self.new.month - self.old.month
        moved = day + relativedelta(months=months)
        return moved + relativedelta(day=31) if _ends_month(day) else moved

    def maybe(self, day: date | None) -> date | None:
        """As `day`, None for none."""
        return self.day(day) if day else None

    def bound(self, day: date | None, rhythm: Rhythm) -> date | None:
        """Where work begins or ends; for weekly work the same weekday, lest a week be cut short."""
        moved = self.maybe(day)
        if day is None or moved is None or rhythm != Rhythm.WEEKLY:
            return moved
        return moved + timedelta(days=(day.isoweekday() - moved.isoweekday() + 3) % 7 - 3)

    def reading(self, reading: Reading) -> Reading:
        """The same rhythm at moved dates, at the precision that still fits them."""
        timing = reading.timing
        moved = replace(
            timing, due_on=self.maybe(timing.due_on), dates=tuple(self.day(day) for day in timing.dates)
        )
        precision = reading.precision
        if any(not _ends_span(day, precision) for day in (moved.due_on, *moved.dates) if day):
            precision = Precision.MONTH
        return replace(reading, timing=moved, precision=precision)


def _ends_month(day: date) -> bool:
    return day.day == monthrange(day.year, day.month)[1]


def _ends_span(day: date, precision: Precision) -> bool:
    """Whether the day is the last of a span of that length; a quarter moved by a month is none any more."""
    months = {Precision.QUARTER: 3, Precision.HALF_YEAR: 6, Precision.YEAR: 12}.get(precision, 1)
    return day.month % months == 0


def _shifted_phase(row: PhaseFacts, move: Move) -> PhaseFacts:
    first, last = move.maybe(row.starts_on), move.maybe(row.ends_on)
    if first and last and last < first:
        last = first
    begin = first and shown_deadline(first, Precision.DAY)
    end = last and shown_deadline(last, Precision.DAY)
    raw = f"{begin}至{end}" if begin and end else f"{begin}起" if begin else f"{end}前" if end else ""
    return replace(row, starts_on=first, ends_on=last, raw_dates=raw, question=_of_original(row.question))


def _shifted_measure(row: MeasureFacts, plan: Plan, move: Move) -> MeasureFacts:
    reading = move.reading(plan.reading_of(row))
    return replace(
        row,
        reading=reading,
        deadline=_reworded(row.deadline, reading),
        question=_of_original(row.question),
    )


def _shifted_due(row: Due, plan: Plan, move: Move) -> Due:
    read = plan.reading_of(row)
    reading = move.reading(read)
    return replace(
        row,
        reading=reading,
        deadline=_reworded(row.deadline, reading),
        starts_on=move.bound(row.starts_on, reading.timing.rhythm),
        ends_on=move.bound(row.ends_on, reading.timing.rhythm),
        question=_of_original(row.question) or read.question,
    )


def _of_original(question: str) -> str:
    """A question of the plan that was moved, so called; its dates are the original's."""
    if not question or question == UNSETTLED or question.startswith("原方案："):
        return question
    return f"原方案：{question}"[:LONGEST_QUESTION]


_SAYS_A_DATE = re.compile(r"\d{4}\s*[年./-]|\d\s*月\s*(?:\d|[上中下]旬|底|末)")
_BEFORE = {Precision.DAY: "前", Precision.MONTH: "底前", Precision.QUARTER: "底前", Precision.YEAR: "底前"}
"""2026年5月前 would be taken for the days before May begins."""
LONGEST, LONGEST_QUESTION = 60, 120
"""Characters that the wording of a deadline and a question about it may have (models.Recurring)."""


def _reworded(text: str, reading: Reading) -> str:
    """The wording of a moved deadline: it must not go on naming the original's dates."""
    timing = reading.timing
    days = timing.dates or ((timing.due_on,) if timing.due_on else ())
    if not days:
        rhythm = Precision.STANDING.label if timing.rhythm == Rhythm.STANDING else timing.rhythm.label
        return rhythm if _SAYS_A_DATE.search(text) else text
    words = "、".join(_day_worded(day, reading.precision) for day in days)
    words += _BEFORE.get(reading.precision, "") if text.endswith("前") else ""
    return words if len(words) <= LONGEST else f"{days[0]}至{days[-1]}，共{len(days)}个日期"


def _day_worded(day: date, precision: Precision) -> str:
    """The day at its precision where that names the same day, else the day itself."""
    words = shown_deadline(day, precision)
    return words if parse_deadline(words, Span(day, day)).day == day else shown_deadline(day, Precision.DAY)
