"""Putting a notice together: one way for all kinds."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from campaigns.models import Campaign
from notices.enums import NoticeKind
from notices.models import SUBJECTS, Notice

LONGEST = 300
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
    looked_at: datetime | None = None
    """Its time by the wall clock."""

    def is_late(self, day: date) -> bool:
        """Whether the day on which to tell passed while no scan ran."""
        return day < self.today and self.scanned_on is not None and self.scanned_on < day

    def is_old(self, happened_at: datetime) -> bool:
        """Whether it happened after the last scan and was not told for long."""
        unseen = self.scanned_at is not None and self.scanned_at < happened_at
        return unseen and self.now - happened_at > PROMPT


RELATIONS = {name: Notice._meta.get_field(name) for name in ("campaign", *SUBJECTS)}
Key = tuple[Any, ...]
KEY = ("user_id", "kind", *(f"{name}_id" for name in SUBJECTS), "due_on", "step")
"""What makes a notice one of its kind: the database's constraint notice_said_once."""


def key_of(notice: Notice) -> Key:
    """Its values of KEY."""
    return tuple(getattr(notice, name) for name in KEY)


class Draft(NamedTuple):
    """A notice that may be known already: a scan of a great ledger finds a hundred such for each new one."""

    key: Key
    facts: dict[str, Any]
    """Its words and times, which all share who are told of it."""
    about: tuple[tuple[Any, Any], ...]
    """Relations with what they lead to."""

    def notice(self) -> Notice:
        """As a row, not yet saved; what it is about is at hand."""
        found = Notice(**dict(zip(KEY, self.key, strict=True)), **self.facts)
        for relation, value in self.about:
            relation.set_cached_value(found, value)
        return found


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
) -> Iterator[Draft]:
    """A notice for each person. `subject`: one of SUBJECTS by name."""
    late = told_on is not None and moment.is_late(told_on)
    late = late or (happened_at is not None and moment.is_old(happened_at))
    facts = {
        "campaign_id": moment.campaign.pk,
        "text": text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…",
        "late": late,
        "created_at": moment.now,
    }
    ids = tuple(subject[name].pk if name in subject else None for name in SUBJECTS)
    known = {"campaign": moment.campaign, **subject}
    about = tuple((RELATIONS[name], value) for name, value in known.items())
    for user in sorted(users):
        yield Draft((user, kind, *ids, due_on, step), facts, about)
