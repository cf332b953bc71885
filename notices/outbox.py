"""Messages that leave the system: put together once, claimed with a lease, sent, then marked (security J4).

A message is written in one transaction with what it carries. A worker claims one at a time, for LEASE;
when it dies before it marks the message as sent, the lease runs out and the message is sent again, marked
as perhaps a repetition. Nothing is lost, nothing is sent twice without saying so, and a worker that is
killed leaves at most the one message that it held in doubt.
"""

import logging
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.audit import record
from accounts.models import User
from notices.batches import batches
from notices.digests import Digest, digest_of
from notices.enums import Channel, DeliveryState
from notices.models import Carried, Delivery, Notice, NoticeSettings, Robot
from notices.obsolete import latest, still_hold
from notices.queries import for_message, still_seen
from notices.rules import after_quiet
from notices.things import first_of_each, numbers_by_thing

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=settings.SEND_LEASE)
"""Longer than any one message takes: what sends it must give up sooner."""
MOST_ATTEMPTS = 8
"""So often what may have gone out is sent again, and what makes its worker break off."""
KEPT_FOR = timedelta(hours=72)
"""So long what has certainly not gone out is tried: a mail server may be down over a week-end (J5)."""
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=4)
ROBOT_LIMIT, ROBOT_SPAN = 20, timedelta(minutes=1)
"""What the three makers of robots take from one address."""
SETTLED = "其中事项均已办结或另有新的提醒，不再发送"
BREAKS = "发送时程序多次中断"


class SendError(Exception):
    """Why a message could not be sent.

    again: whether another try may help. unsure: whether it may have gone out all the same, such as when
    the answer never came; then the next try is marked as perhaps a repetition. wait: how long the next try
    must wait at least, such as when the other side takes no more for now.
    """

    def __init__(
        self, reason: str, *, again: bool = True, unsure: bool = False, wait: timedelta = timedelta()
    ) -> None:
        super().__init__(reason)
        self.again, self.unsure, self.wait = again, unsure, wait


Send = Callable[[Delivery], None]
"""Sends one message; raises SendError."""


@dataclass(frozen=True)
class Way:
    """A way out: the e-mail of a person, or a robot. `number` is Carried.way."""

    channel: Channel
    user: User | None = None
    robot: Robot | None = None

    @property
    def number(self) -> int:
        return self.robot.pk if self.robot else 0


def holding(user: User | None, notices: Iterable[Notice]) -> list[Notice]:
    """Those that still say something, of a series the latest; to a person what is still theirs to see."""
    found = latest(still_hold(notices))
    return found if user is None else still_seen(user, found)


def once_each(notices: Iterable[Notice]) -> list[Notice]:
    """For a group: one notice a thing, whoever is told of it, and of a series the latest."""
    said = latest(list(notices), of_group=True)
    return list({(one.kind, one.hazard_id, one.occurrence_id, one.text): one for one in said}.values())


def worded(way: Way, notices: Iterable[Notice], day: date) -> tuple[Digest, int]:
    """The day's message with these notices, in the order of their numbers, and how many things it tells."""
    given = sorted(notices, key=lambda one: one.pk)
    said = once_each(given) if way.robot else given
    return digest_of(way.channel, way.user or way.robot, said, day), len(said)


@transaction.atomic
def write(way: Way, notices: Iterable[Notice], *, now: datetime, also: Iterable[int] = ()) -> Delivery | None:
    """Put the notices into the way's message of the day of `now`; None when there is nothing to write.

    also: numbers of notices that the message carries as well, since it says what they say.
    That is so when the day's message stands already, or when every notice has gone into another: of two
    that write at the same time, also for two days, each notice gets into one message only.
    """
    given = sorted(notices, key=lambda one: one.pk)
    day, wall = timezone.localdate(now), timezone.now()
    delivery = Delivery(
        channel=way.channel, user=way.user, robot=way.robot, day=day, next_try_at=wall, created_at=wall
    )
    Delivery.objects.bulk_create([delivery], ignore_conflicts=True)
    if not Delivery.objects.filter(pk=delivery.pk).exists():
        return None
    # In the order of their numbers: two writers wait for each other, not crosswise.
    for part in batches(sorted({notice.pk for notice in given} | set(also)), 5000):
        rows = [Carried(delivery=delivery, notice_id=number, way=way.number) for number in part]
        Carried.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    kept = set(delivery.carried.values_list("notice_id", flat=True))
    carried = [notice for notice in given if notice.pk in kept]
    if not carried:
        delivery.delete()
        return None
    digest, _ = worded(way, carried, day)
    delivery.subject, delivery.text, delivery.html = digest.subject, digest.text, digest.html
    delivery.late = any(notice.late for notice in carried)
    delivery.save()
    return delivery


def claim(now: datetime, at: datetime | None = None) -> Delivery | None:
    """A message that this worker alone may send now, for LEASE; None when none is due.

    Either one that waits, or one whose lease ran out: who held it may have sent it and died before the
    mark, so it is marked as perhaps a repetition. at: the hour that decides what is quiet, when not now.
    """
    due = Q(state=DeliveryState.WAITING, next_try_at__lte=now) | Q(
        state=DeliveryState.SENDING, lease_until__lt=now
    )
    while True:
        with transaction.atomic():
            # PostgreSQL passes over what another worker is claiming; SQLite has one writer anyway.
            waiting = Delivery.objects.select_for_update(skip_locked=True, of=("self",)).filter(due)
            found = waiting.order_by("next_try_at", "pk").first()
            if found is None or _taken(found, now, at or now):
                return found


def _taken(found: Delivery, now: datetime, at: datetime) -> bool:
    """Claim the locked row; False when it may not be sent now, and then it is no longer due."""
    broken_off = found.state == DeliveryState.SENDING
    if broken_off and found.attempts >= MOST_ATTEMPTS and not found.error:
        found.state, found.error, found.lease, found.lease_until = DeliveryState.FAILED, BREAKS, None, None
        found.repeated = True
        found.save(update_fields=["state", "error", "lease", "lease_until", "repeated"])
        return False
    quiet_for = after_quiet(_settings_of(found), at) - at
    free_at = now + quiet_for if quiet_for else _robot_free_at(found.robot, now)
    if free_at:
        found.next_try_at = free_at
        found.lease_until = free_at if broken_off else None
        found.save(update_fields=["next_try_at", "lease_until"])
        return False
    found.state, found.lease, found.lease_until = DeliveryState.SENDING, uuid.uuid4(), now + LEASE
    found.repeated = found.repeated or broken_off
    # So that breaking off again is told from a server that does not take it.
    found.error = "" if broken_off else found.error
    found.attempts += 1
    found.tried_at = now
    found.save(update_fields=["state", "lease", "lease_until", "repeated", "error", "attempts", "tried_at"])
    return True


def _settings_of(delivery: Delivery) -> QuerySet[NoticeSettings]:
    """When the campaigns are quiet of which it tells."""
    return NoticeSettings.objects.filter(campaign__in=delivery.notices.order_by().values("campaign"))


def _robot_free_at(robot: Robot | None, now: datetime) -> datetime | None:
    """When the robot takes another message; None: now. Robots with one address share its limit."""
    if robot is None:
        return None
    sharing = Robot.objects.select_for_update().filter(channel=robot.channel).order_by("pk")
    same = [one.pk for one in sharing if one.address == robot.address]
    tried = Delivery.objects.filter(robot__in=same, tried_at__gt=now - ROBOT_SPAN).order_by("-tried_at")
    recent = tried.values_list("tried_at", flat=True)[ROBOT_LIMIT - 1 : ROBOT_LIMIT]
    oldest = next(iter(recent), None)
    return oldest + ROBOT_SPAN if oldest else None


def deliver(delivery: Delivery, send: Send, *, clock: Callable[[], datetime]) -> bool:
    """Send a claimed message and mark it; returns whether it went out.

    What is settled or theirs no more since it was written is left out; when that is all of it, nothing is
    sent. Who has left gets nothing.
    """
    if not _still_wanted(delivery, clock()):
        _mark(delivery, state=DeliveryState.DROPPED, error=SETTLED)
        return False
    try:
        send(delivery)
    except SendError as fault:
        _put_off(delivery, fault, clock())
        return False
    except Exception as fault:  # one message's fault must not hold up all others
        logger.exception("message %s", delivery.pk)
        _put_off(delivery, SendError(f"程序出错（{type(fault).__name__}）", unsure=True), clock())
        return False
    return _mark(delivery, state=DeliveryState.SENT, sent_at=clock(), error="", late=delivery.late)


def _still_wanted(delivery: Delivery, now: datetime) -> bool:
    """Whether it has something to say to somebody; it then says that, and no more."""
    to = delivery.user or delivery.robot
    if to is None or not (to.is_active if isinstance(to, User) else to.active):
        return False
    if delivery.robot:
        notices = once_each(first_of_each(numbers_by_thing(delivery.notices.all()).values()))
    else:
        notices = list(for_message(delivery.notices.all()))
    kept = holding(delivery.user, notices)
    if kept and len(kept) < len(notices):
        _reword(delivery, kept)
    delivery.late = delivery.late or timezone.localdate(now) > delivery.day
    return bool(kept)


def _reword(delivery: Delivery, kept: list[Notice]) -> None:
    way = Way(Channel(delivery.channel), delivery.user, delivery.robot)
    digest, _ = worded(way, kept, delivery.day)
    delivery.subject, delivery.text, delivery.html = digest.subject, digest.text, digest.html
    said = {"subject": digest.subject, "text": digest.text, "html": digest.html}
    Delivery.objects.filter(pk=delivery.pk, lease=delivery.lease).update(**said)


def _mark(delivery: Delivery, **facts: object) -> bool:
    """Only while the lease is still ours: another worker may hold the message by now."""
    held = Delivery.objects.filter(pk=delivery.pk, lease=delivery.lease)
    if held.update(lease=None, lease_until=None, **facts):
        return True
    logger.warning("message %s was claimed by another worker while this one was at it", delivery.pk)
    return False


def _put_off(delivery: Delivery, fault: SendError, now: datetime) -> None:
    """Try again later, twice as long each time, not in quiet hours; give up when no try helps."""
    repeated = delivery.repeated or fault.unsure
    tried_enough = delivery.attempts >= MOST_ATTEMPTS and (repeated or now - delivery.created_at >= KEPT_FOR)
    give_up = tried_enough or not fault.again
    doubled = FIRST_WAIT * 2 ** min(delivery.attempts - 1, MOST_ATTEMPTS)
    _mark(
        delivery,
        state=DeliveryState.FAILED if give_up else DeliveryState.WAITING,
        next_try_at=after_quiet(_settings_of(delivery), now + max(fault.wait, min(doubled, LONGEST_WAIT))),
        repeated=repeated,
        error=str(fault)[:300],
    )
    logger.warning("message %s not sent: %s", delivery.pk, fault)


@transaction.atomic
def retry(delivery: Delivery, *, by: User) -> Delivery:
    """Put back what was given up, to be tried afresh. Raises ValidationError for any other message."""
    found = Delivery.objects.select_for_update(of=("self",)).get(pk=delivery.pk)
    if found.state != DeliveryState.FAILED:
        raise ValidationError(f"这条消息{found.get_state_display()}，只有发送失败的才能重新发送。")
    found.state, found.attempts, found.next_try_at = DeliveryState.WAITING, 0, timezone.now()
    found.save(update_fields=["state", "attempts", "next_try_at"])
    record("notices.retry", user=by, target=str(found), delivery=str(found.pk), reason=found.error)
    return found
