"""Putting a notice together: one way for all kinds."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from campaigns.models import Campaign
from notices.enums import NoticeKind
from notices.models import Notice

PROMPT = timedelta(hours=1)
"""News older than this is marked as late when it is told."""


@dataclass(frozen=True)
class Moment:
    """The campaign and the time for which a scan looks: all days are business days of the campaign."""

    campaign: Campaign
    today: date
    now: datetime
    scanned_on: date | None = None
    """The business day of the last scan: what should have been told after it, and was not, is late."""
    scanned_at: datetime | None = None
    """Its business time."""

    def is_late(self, day: date) -> bool:
        """Whether the day on which to tell passed while no scan ran."""
        return day < self.today and self.scanned_on is not None and self.scanned_on < day

    def is_old(self, happened_at: datetime) -> bool:
        """Whether it happened after the last scan and was not told for long."""
        unseen = self.scanned_at is not None and self.scanned_at < happened_at
        return unseen and self.now - happened_at > PROMPT


def notices(
    moment: Moment,
    users: Iterable[int],
    kind: NoticeKind,
    text: str,
    *,
    due_on: date,
    step: int = 0,
    told_on: date | None = None,
    happened_at: datetime | None = None,
    **subject: Any,
) -> Iterator[Notice]:
    """A notice for each person, not yet saved. `subject`: hazard, occurrence, reminder or batch."""
    late = told_on is not None and moment.is_late(told_on)
    late = late or (happened_at is not None and moment.is_old(happened_at))
    for user in sorted(users):
        yield Notice(
            user_id=user,
            campaign=moment.campaign,
            kind=kind,
            due_on=due_on,
            step=step,
            text=text[:300],
            late=late,
            created_at=moment.now,
            **subject,
        )
