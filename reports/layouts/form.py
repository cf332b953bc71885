"""What every form is asked for, and how it answers."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from django.conf import settings
from django.urls import reverse

from campaigns.enums import Rhythm
from campaigns.models import Campaign, TaskForce, UnitContact
from campaigns.periods import Period, period_before
from campaigns.queries import Scope
from campaigns.rules import may_read_phone_of_contact, may_read_phones_of
from parks.models import Department
from reports.figures.counting import Coverage, coverage_of
from reports.figures.numbers import Numbers, Typed, count
from reports.indicators import Figures, Indicator
from reports.workbook import Book

Indicators = tuple[Indicator, ...]


@dataclass(frozen=True)
class Ask:
    """For whom and for which days a form is filled.

    unit: None is the campaign as a whole, filled by its lead bureau.
    period: the days that a report is of; within: the form prints the figures of these days 本期, else
    those from the campaign's first day of figures on 累计.
    by: for forms that have a roll-up numbers.UNITS or a grouping of reports.indicators, "" for one row.
    typed: what units typed in; typed_ids: the rows of TypedFigure that say so, by unit id and slug.
    numbers: the form's figures, once they are counted, and of whose records.
    scope: who reads it: limits what is personal (phones, task forces); None is the campaign as a whole.
    in_full: phones as they are, whoever reads; else masked unless `scope` may read them.
    number: that of the report which the form is filled for, "" when it is for none.
    """

    campaign: Campaign
    as_of: date
    unit: Department | None = None
    period: Period | None = None
    within: bool = False
    by: str = ""
    typed: Typed = field(default_factory=dict)
    typed_ids: Mapping[int, Mapping[str, int]] = field(default_factory=dict)
    numbers: Numbers | None = None
    whose: Coverage | None = None
    scope: Scope | None = None
    in_full: bool = False
    number: str = ""

    def reads_phones_of(self, row: TaskForce | UnitContact) -> bool:
        """Whether the phones of this row are printed in full."""
        if self.in_full or self.scope is None:
            return self.in_full
        if isinstance(row, TaskForce):
            return may_read_phones_of(self.scope, row)
        return may_read_phone_of_contact(self.scope, row)

    @property
    def unit_name(self) -> str:
        """The unit that hands the form in."""
        return (self.unit or self.campaign.lead_department).name

    @property
    def then(self) -> date | None:
        """The day as of which to list hazards, None when that is today: then they are listed as they are."""
        return self.as_of if self.as_of < self.campaign.today() else None

    @property
    def counted(self) -> str:
        """How figures are counted, in words: 累计 or 本期 and the days."""
        if self.within:
            return f"本期（{self.period}）"
        return f"累计（{self.campaign.cumulative(self.as_of)}）"

    @cached_property
    def coverage(self) -> Coverage:
        """Whose records are counted and listed."""
        return self.whose or coverage_of(self.campaign, self.unit)

    @property
    def home(self) -> str:
        """Where the system shows the figures of the report, "" when the form is filled for none."""
        if not self.number:
            return ""
        return settings.SITE_URL + reverse("reports:figure_by_number", args=[self.number, "x"])[: -len("x/")]

    @property
    def counts(self) -> Numbers:
        """The figures, for forms that print some."""
        assert self.numbers is not None, "Form.book counts them"
        return self.numbers

    @property
    def shown(self) -> Figures:
        """The figures that the form prints of its unit: 累计, or with `within` 本期."""
        return self.counts.period if self.within else self.counts.cumulative


def _with_each(numbers: Numbers, typed: Typed) -> Numbers:
    """The whole where each figure is one unit's: what that unit typed in is the figure."""
    total = dict(numbers.cumulative)
    for given in typed.values():
        total |= {slug: number for slug, number in given.items() if slug in total}
    return replace(numbers, cumulative=total)


def none_for(campaign: Campaign) -> Indicators:
    """A form without figures."""
    return ()


@dataclass(frozen=True)
class Form:
    """An official form: `short` is its name in lists and file names, `fill` adds its sheets to the book.

    title_for: the title where it depends on the campaign; without it, the name is the title.
    of_plan: a part of the plan itself: for the campaign as a whole, without units, days or periods.
    indicators: the figures that it prints, in its order; rows_by: what the rows of its roll-up are.
    of_unit: which of these a unit's own report has (None: the whole), without it all; units: ids of those
    for whom it has something to hand in, without it all. whose: of whose records a unit's figures are.
    plain: the form as text to paste, of a unit's figures to a day.
    rhythm: it is a report, made anew for each such period and signed; None: it is filled when asked for.
    by_unit: units hand it in, and the whole is their roll-up; else the lead bureau alone makes it.
    answers: the forms that a plan's schedule of reports may name and that this report answers, itself too.
    rows_of: what the rows are where that depends on the campaign; asked for `rows_by`, these are given.
    """

    slug: str
    name: str
    short: str
    fill: Callable[[Book, Ask], None]
    title_for: Callable[[Campaign], str] | None = None
    of_plan: bool = False
    indicators: Callable[[Campaign], Indicators] = none_for
    of_unit: Callable[[Campaign, Department | None], Indicators] | None = None
    units: Callable[[Campaign], Collection[int]] | None = None
    whose: Callable[[Campaign, Department | None], Coverage] = coverage_of
    plain: Callable[[Campaign, Department | None, Figures, date], str] | None = None
    rows_by: str = ""
    rhythm: Rhythm | None = None
    by_unit: bool = True
    answers: tuple[str, ...] = ()
    rows_of: Callable[[Campaign], str] | None = None

    def grouping(self, campaign: Campaign) -> str:
        """What the rows of its roll-up are in this campaign."""
        return self.rows_of(campaign) if self.rows_of else self.rows_by

    @property
    def has_text(self) -> bool:
        """Whether it can be had as text to paste."""
        return self.plain is not None

    def indicators_for(self, campaign: Campaign, unit: Department | None) -> Indicators:
        """The figures of a unit's report, of the whole with None."""
        return self.of_unit(campaign, unit) if self.of_unit else self.indicators(campaign)

    def concerns(self, campaign: Campaign, units: Iterable[Department]) -> list[Department]:
        """Those of the units for whom there is something to hand in."""
        if self.units is None:
            return list(units)
        asked = self.units(campaign)
        return [unit for unit in units if unit.pk in asked]

    def counted(self, ask: Ask) -> Ask:
        """The same question with the form's figures counted."""
        before = None
        whose = self.whose(ask.campaign, ask.unit)
        if ask.period and self.rhythm:
            before = period_before(self.rhythm, ask.period, ask.campaign.week_cutoff)
        by = self.grouping(ask.campaign) if ask.by and ask.by == self.rows_by else ask.by
        numbers = count(
            self.indicators_for(ask.campaign, ask.unit),
            ask.campaign,
            ask.as_of,
            ask.unit,
            period=ask.period,
            before=before,
            by=by,
            typed=ask.typed,
            coverage=whose,
        )
        if self.of_unit and ask.unit is None:
            numbers = _with_each(numbers, ask.typed)
        return replace(ask, numbers=numbers, whose=whose, by=by)

    def book(self, ask: Ask) -> Book:
        """A workbook that holds this form."""
        if ask.numbers is None and not self.of_plan:
            ask = self.counted(ask)
        title = (self.title_for(ask.campaign) if self.title_for else self.name).replace("\n", "")
        book = Book(
            title=title,
            campaign=ask.campaign.name,
            unit=ask.unit_name,
            as_of=ask.as_of,
            number=ask.number,
            home=ask.home,
        )
        try:
            self.fill(book, ask)
        except BaseException:
            book.discard()
            raise
        return book
