"""What is to be told, to whom, at a moment: reads only, so that a preview equals what is then sent."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import chain
from typing import Any

from django.utils import timezone

from campaigns.models import Campaign
from notices.enums import NoticeKind
from notices.models import SUBJECTS, Notice
from notices.people import people_of
from notices.rules import Rules, rules_of
from notices.sources import deadlines, events, imports, letters, work
from notices.subjects import Moment

Key = tuple[Any, ...]
KEY = ("user_id", "kind", *(f"{name}_id" for name in SUBJECTS), "due_on", "step")


def plan(campaign: Campaign, *, today: date, now: datetime, news_only: bool = False) -> list[Notice]:
    """Notices that the campaign's people lack at that moment, not yet saved; known ones are left out.

    news_only: what has happened, without looking through all deadlines; cheap enough for each minute.
    """
    rules = rules_of(campaign, today)
    scanned = rules.settings.scanned_at
    moment = Moment(campaign, today, now, timezone.localdate(scanned) if scanned else None, scanned)
    wanted = {key_of(notice): notice for notice in _wanted(moment, rules, news_only)}
    for key in _known(campaign, wanted.values()):
        wanted.pop(key, None)
    return list(wanted.values())


def _wanted(moment: Moment, rules: Rules, news_only: bool) -> Iterator[Notice]:
    people = people_of(moment.campaign)
    found = [
        events.news(moment, people),
        events.procedures(moment, people),
        events.reports_asked(moment, people),
        letters.letters(moment, people),
        imports.finished(moment),
    ]
    if not news_only:
        found += [
            work.coming(moment, people, rules),
            work.late(moment, people, rules),
            deadlines.coming(moment, people, rules),
            deadlines.late(moment, people, rules),
        ]
    for one in chain.from_iterable(found):
        if rules.enabled(NoticeKind(one.kind)):
            yield one


def key_of(notice: Notice) -> Key:
    """What makes a notice one of its kind: the database's constraint notice_said_once."""
    return tuple(getattr(notice, name) for name in KEY)


def _known(campaign: Campaign, wanted: Iterable[Notice]) -> list[Key]:
    """Those of the campaign's notices that may be among the wanted ones."""
    days = {notice.due_on for notice in wanted}
    if not days:
        return []
    rows = Notice.objects.filter(campaign=campaign, due_on__in=days).values_list(*KEY)
    return list(rows)
