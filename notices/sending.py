"""What goes out when: one digest a day for a person's e-mail, and one for each robot.

A digest is put together from the sending time of the person's campaigns on, outside their quiet hours.
What is told after it goes into the next day's, so that a day on which nothing ran loses nothing.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from campaigns.models import Campaign
from notices.batches import batches
from notices.channels import available
from notices.enums import Channel, NoticeKind
from notices.kinds import KINDS
from notices.models import Carried, Delivery, Notice, NoticeSettings, Preference
from notices.obsolete import still_hold
from notices.outbox import Way, holding, once_each, write
from notices.planning import plan
from notices.queries import for_message
from notices.rules import is_quiet, rules_of
from notices.things import first_of_each, numbers_by_thing, thing_of

logger = logging.getLogger(__name__)

FRESH = timedelta(days=14)
"""Older notices are not sent after the fact; they stand in the inbox."""
OWN = (NoticeKind.IMPORTED,)
"""What concerns one person alone and is not for a group."""
MUTABLE = [kind for kind, one in KINDS.items() if one.mutable]
Planned = Mapping[Campaign, list[Notice]]


@dataclass(frozen=True)
class Parcel:
    """A message to be: by which way, with which notices. Nothing is written yet."""

    way: Way
    notices: list[Notice]
    settled: list[int] = field(default_factory=list)
    """Numbers of what would have gone with them, but says nothing any more."""
    also: list[int] = field(default_factory=list)
    """Numbers of others that say the same to other people: a group is told once."""

    def is_of(self, campaign: Campaign) -> bool:
        """Whether it tells something of that campaign."""
        return any(one.campaign_id == campaign.pk for one in self.notices)


def moment_of(campaign: Campaign, at: datetime) -> tuple[date, datetime]:
    """The campaign's business day and time at a moment of the wall clock; a fixed clock moves along."""
    local = timezone.localtime(at)
    today = campaign.today() + (local.date() - timezone.localdate())
    return today, local.replace(year=today.year, month=today.month, day=today.day)


def planned_at(at: datetime, only: Campaign | None = None) -> dict[Campaign, list[Notice]]:
    """What a round at that moment would add to the inboxes of the active campaigns, or of one: reads only."""
    planned = {}
    for campaign in [only] if only else Campaign.objects.filter(active=True):
        today, now = moment_of(campaign, at)
        planned[campaign] = plan(campaign, today=today, now=now)
    return planned


def preview(at: datetime, only: Campaign | None = None) -> list[Parcel]:
    """What goes out at that moment when everything stays as it is: reads only."""
    return [one for one in parcels(at, planned_at(at, only)) if only is None or one.is_of(only)]


def parcels(at: datetime, planned: Planned | None = None) -> Iterator[Parcel]:
    """The messages of the day of `at`, for those who have had none that day.

    planned: notices of campaigns that are not saved yet, for a preview: they join those that are.
    """
    return (one for one in _candidates(timezone.localtime(at), planned or {}) if one.notices)


def _candidates(at: datetime, planned: Planned) -> Iterator[Parcel]:
    """The same, with those of which nothing holds any more."""
    active = list(Campaign.objects.filter(active=True))
    campaigns = [one for one in active if goes_out(rules_of(one, at.date()).settings, at)]
    later = [one for one in active if one not in campaigns]
    if available(Channel.EMAIL):
        yield from _letters(campaigns, later, at.date(), planned)
    for campaign in campaigns:
        for robot in campaign.robots.filter(active=True):
            way = Way(Channel(robot.channel), robot=robot)
            if Delivery.objects.filter(robot=robot, day=at.date()).exists():
                continue
            yield _for_group(way, unsent(campaign, robot.pk), planned.get(campaign, []))


def goes_out(settings: NoticeSettings, at: datetime) -> bool:
    """Whether the day's sending time has come and it is no quiet hour.

    A sending time that lies in the quiet hours stands for their end: else nothing would ever go out.
    """
    first: time = settings.digest_at
    if is_quiet(settings, at.replace(hour=first.hour, minute=first.minute)):
        first = settings.quiet_to
    return at.time() >= first and not is_quiet(settings, at)


def _letters(
    campaigns: list[Campaign], later: list[Campaign], day: date, planned: Planned
) -> Iterator[Parcel]:
    """E-mails. Who has notices of a campaign that sends later today waits for it: one message a day."""
    more: dict[int, list[Notice]] = {}
    for campaign in campaigns:
        for notice in planned.get(campaign, []):
            more.setdefault(notice.user_id, []).append(notice)
    waiting = {notice.user_id for campaign in later for notice in planned.get(campaign, [])}
    waiting |= set(_by_mail(later).values_list("user_id", flat=True).order_by().distinct())
    stored = set(_by_mail(campaigns).values_list("user_id", flat=True).order_by().distinct())
    had = Delivery.objects.filter(channel=Channel.EMAIL, user=OuterRef("pk"), day=day)
    people = User.objects.filter(~Exists(had), pk__in=(stored | set(more)) - waiting, is_active=True)
    wishes = {row.user_id: row for row in Preference.objects.filter(user__in=people)}
    for user in people.exclude(email="").order_by("pk"):
        told = [*(_by_mail(campaigns).filter(user=user) if user.pk in stored else ()), *more.get(user.pk, ())]
        if wanted := [one for one in told if _wants(wishes.get(user.pk), one)]:
            yield _parcel(Way(Channel.EMAIL, user=user), wanted)


def _parcel(way: Way, notices: list[Notice]) -> Parcel:
    kept = holding(way.user, notices)
    ids = {id(one) for one in kept}
    return Parcel(way, kept, [one.pk for one in notices if one.pk and id(one) not in ids])


def _for_group(way: Way, stored: QuerySet[Notice], planned: list[Notice]) -> Parcel:
    """A robot's: what is stored, and what is planned of other things."""
    numbers = numbers_by_thing(stored.exclude(kind__in=OWN))
    firsts = first_of_each(numbers.values())
    others = {
        thing: one
        for one in reversed(planned)
        if one.kind not in OWN and (thing := thing_of(one)) not in numbers
    }
    holding = {id(one) for one in still_hold([*firsts, *others.values()])}
    held = [one for one in [*firsts, *others.values()] if id(one) in holding]
    settled = [pk for one in firsts if id(one) not in holding for pk in numbers[thing_of(one)]]
    also = [pk for one in firsts if id(one) in holding for pk in numbers[thing_of(one)]]
    return Parcel(way, once_each(held), settled, also)


def _by_mail(campaigns: Iterable[Campaign]) -> QuerySet[Notice]:
    """What has not gone out by e-mail, of people who have one; finer wishes are looked at one by one."""
    fresh = Q(pk__in=[])
    for campaign in campaigns:
        fresh |= _fresh(campaign)
    unwanted = Q(kind__in=MUTABLE, user__notice_preference__by_email=False)
    found = _not_carried(Notice.objects.filter(fresh, user__is_active=True), 0)
    return found.exclude(user__email="").exclude(unwanted)


def unsent(campaign: Campaign, way: int) -> QuerySet[Notice]:
    """The campaign's notices that have not gone out by that way and are still fresh."""
    return _not_carried(Notice.objects.filter(_fresh(campaign)), way)


def _fresh(campaign: Campaign) -> Q:
    return Q(campaign=campaign, created_at__gte=campaign.now() - FRESH, obsolete_at=None)


def _not_carried(notices: QuerySet[Notice], way: int) -> QuerySet[Notice]:
    carried = Carried.objects.filter(notice=OuterRef("pk"), way=way)
    return for_message(notices.filter(~Exists(carried)))


def _wants(wish: Preference | None, notice: Notice) -> bool:
    """Whether the person wants this by e-mail; what must not be missed goes whatever they want."""
    if wish is None or not KINDS[NoticeKind(notice.kind)].mutable:
        return True
    return wish.by_email and notice.kind not in wish.muted


def write_digests(at: datetime, only: Campaign | None = None) -> int:
    """Put the day's messages together; returns how many. Safe to run twice and by several at once.

    only: just for those who are told something of that campaign; their message holds all the same.
    """
    written = 0
    for parcel in _candidates(timezone.localtime(at), {}):
        # So that no later digest asks again.
        for part in batches(parcel.settled):
            Notice.objects.filter(pk__in=part).update(obsolete_at=timezone.now())
        if parcel.notices and (only is None or parcel.is_of(only)):
            written += _write(parcel, at)
    return written


def _write(parcel: Parcel, at: datetime) -> bool:
    """One person's message that cannot be written does not hold up the others'."""
    try:
        return write(parcel.way, parcel.notices, now=at, also=parcel.also) is not None
    except Exception:
        logger.exception("message by %s", parcel.way)
        return False
