"""What is to be told, to whom, at a moment: reads only, so that a preview equals what is then sent."""

from collections.abc import Iterator
from datetime import date, datetime
from itertools import chain
from typing import Any

from django.utils import timezone

from campaigns.models import Campaign
from notices.batches import batches
from notices.digests import urgency_of
from notices.models import SUBJECTS, Notice
from notices.people import people_of
from notices.rules import Rules, rules_of
from notices.sources import deadlines, events, imports, letters, work
from notices.subjects import KEY, Draft, Key, Moment, key_of

AT_ONCE = 5000


def plan(campaign: Campaign, *, today: date, now: datetime, news_only: bool = False) -> list[Notice]:
    """All at once what `lacking` tells."""
    found = lacking(campaign, today=today, now=now, news_only=news_only)
    return list({key_of(one): one for part in found for one in part}.values())


def lacking(
    campaign: Campaign, *, today: date, now: datetime, news_only: bool = False
) -> Iterator[list[Notice]]:
    """Notices that the campaign's people lack at that moment, not yet saved, some thousand at a time;
    a part may be empty.

    news_only: what has happened, without looking through all deadlines; cheap enough for each minute.
    """
    rules = rules_of(campaign, today)
    scanned = rules.settings.scanned_at
    moment = Moment(
        campaign,
        today,
        now,
        timezone.localdate(scanned) if scanned else None,
        scanned,
        rules.settings.scan_ended_at,
    )
    for part in batches(_wanted(moment, rules, news_only), AT_ONCE):
        wanted = {draft.key: draft for draft in part}
        for key in _known(campaign, part):
            wanted.pop(key, None)
        yield [draft.notice() for draft in wanted.values()]


def saving_order(notice: Notice) -> tuple[Any, ...]:
    """Inboxes show the newest first: of what is told at once what presses most is saved last.

    It is one order for all who save: two scans at once wait for each other's rows, not crosswise.
    """
    urgency, place = urgency_of(notice)
    return (-urgency, -place, -notice.due_on.toordinal(), *(part or 0 for part in key_of(notice)))


def _wanted(moment: Moment, rules: Rules, news_only: bool) -> Iterator[Draft]:
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
        if rules.enabled(one.key[1]):
            yield one


def _known(campaign: Campaign, wanted: list[Draft]) -> list[Key]:
    """Those of the campaign's notices that may be among the wanted ones."""
    rows: list[Key] = []
    for place, name in enumerate(SUBJECTS, 2):
        about = {found for draft in wanted if (found := draft.key[place])}
        if about:
            known = Notice.objects.filter(campaign=campaign, **{f"{name}__in": about}).order_by()
            rows += known.values_list(*KEY)
    return rows
