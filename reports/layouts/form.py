"""What every form is asked for, and how it answers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from campaigns.models import Campaign
from campaigns.periods import Period
from parks.models import Department
from reports.workbook import Book


@dataclass(frozen=True)
class Ask:
    """For whom and for which days a form is filled.

    unit: None is the campaign as a whole, filled by its lead bureau.
    period: None counts from the campaign's first day of figures 累计; else the days within it 本期.
    by: a grouping of reports.indicators for forms that have a roll-up, "" for one row.
    """

    campaign: Campaign
    as_of: date
    unit: Department | None = None
    period: Period | None = None
    by: str = ""

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
    """

    slug: str
    name: str
    short: str
    fill: Callable[[Book, Ask], None]
    title_for: Callable[[Campaign], str] | None = None

    def book(self, ask: Ask) -> Book:
        """A workbook that holds this form."""
        title = self.title_for(ask.campaign) if self.title_for else self.name
        book = Book(title=title, campaign=ask.campaign.name, unit=ask.unit_name, as_of=ask.as_of)
        try:
            self.fill(book, ask)
        except BaseException:
            book.discard()
            raise
        return book
