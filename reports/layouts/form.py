"""What every form is asked for, and how it answers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from campaigns.models import Campaign, TaskForce, UnitContact
from campaigns.periods import Period
from campaigns.queries import Scope
from campaigns.rules import may_read_phone_of_contact, may_read_phones_of
from parks.models import Department
from reports.workbook import Book


@dataclass(frozen=True)
class Ask:
    """For whom and for which days a form is filled.

    unit: None is the campaign as a whole, filled by its lead bureau.
    period: None counts from the campaign's first day of figures 累计; else the days within it 本期.
    by: a grouping of reports.indicators for forms that have a roll-up, "" for one row.
    scope: who reads it: limits what is personal (phones, task forces); None is the campaign as a whole.
    in_full: phones as they are, whoever reads; else masked unless `scope` may read them.
    """

    campaign: Campaign
    as_of: date
    unit: Department | None = None
    period: Period | None = None
    by: str = ""
    scope: Scope | None = None
    in_full: bool = False

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
        if self.period:
            return f"本期（{self.period}）"
        return f"累计（{self.campaign.cumulative(self.as_of)}）"


@dataclass(frozen=True)
class Form:
    """An official form: `short` is its name in lists and file names, `fill` adds its sheets to the book.

    title_for: the title where it depends on the campaign; without it, the name is the title.
    of_plan: a part of the plan itself: for the campaign as a whole, without units, days or periods.
    """

    slug: str
    name: str
    short: str
    fill: Callable[[Book, Ask], None]
    title_for: Callable[[Campaign], str] | None = None
    of_plan: bool = False

    def book(self, ask: Ask) -> Book:
        """A workbook that holds this form."""
        title = (self.title_for(ask.campaign) if self.title_for else self.name).replace("\n", "")
        book = Book(title=title, campaign=ask.campaign.name, unit=ask.unit_name, as_of=ask.as_of)
        try:
            self.fill(book, ask)
        except BaseException:
            book.discard()
            raise
        return book
