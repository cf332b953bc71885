"""What would go out on a coming day, and to whom, when nothing else happens until then: reads only.

The days until then are gone through as the schedule will go through them: what goes out now or on a day
before does not go out again. The parts are those that send (planning.plan, sending.parcels, digests), so
that the preview and the message cannot differ.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from campaigns.models import Campaign
from notices.channels import available
from notices.digests import Digest
from notices.enums import Channel
from notices.models import Delivery, Notice, Preference
from notices.outbox import Way, worded
from notices.planning import saving_order
from notices.rules import after_quiet, is_quiet, rules_of
from notices.sending import Parcel, parcels, planned_at
from notices.subjects import Key, key_of
from notices.things import thing_of

MOST_DAYS = 7
NO_SERVER = "系统还没有设置邮件服务器"
Mark = tuple[str, int]
"""A way out: the channel, and the person's or the robot's number."""


@dataclass(frozen=True)
class Message:
    """A digest as it would go out."""

    way: Way
    digest: Digest
    count: int


@dataclass
class Told:
    """One person on that day: new notices in the inbox, the e-mail, or why there is none."""

    user: User
    new: list[Notice] = field(default_factory=list)
    message: Message | None = None
    why_not: str = ""


@dataclass
class Forecast:
    """The day: by the campaign's date; when; whom it tells; what robots say."""

    day: date
    at: datetime
    told: list[Told]
    robots: list[Message]

    @property
    def new(self) -> int:
        """How many notices enter inboxes."""
        return sum(len(one.new) for one in self.told)

    @property
    def mails(self) -> int:
        """How many e-mails go out."""
        return sum(one.message is not None for one in self.told)


def sending_moment(campaign: Campaign, day: date) -> datetime:
    """When the campaign's messages of that day of the wall clock go out: at the set time, or when the
    quiet hours are over in which it lies."""
    settings = rules_of(campaign, day).settings
    at = timezone.make_aware(datetime.combine(day, settings.digest_at))
    return after_quiet([settings], at) if is_quiet(settings, at) else at


class Course:
    """The days from now on, gone through one by one."""

    def __init__(self, campaign: Campaign) -> None:
        self.campaign = campaign
        self.known: set[Key] = set()
        self.waiting: list[Notice] = []
        self.gone: set[tuple[Mark, Key]] = set()
        self.number: int = Notice.objects.aggregate(last=Max("pk"))["last"] or 0

    def step(self, at: datetime) -> tuple[list[Notice], list[Parcel]]:
        """What enters inboxes at that moment, and what goes out."""
        new = [one for one in planned_at(at, self.campaign)[self.campaign] if key_of(one) not in self.known]
        # Numbered as they would be when saved, so that they take their places in a message.
        new.sort(key=saving_order)
        for one in new:
            self.number += 1
            one.pk = self.number
        self.known |= {key_of(one) for one in new}
        self.waiting += new
        sent = [self._left(parcel) for parcel in parcels(at, {self.campaign: self.waiting})]
        for parcel in sent:
            self.gone |= {(_mark(parcel.way), _said(parcel.way, one)) for one in parcel.notices}
        return new, [parcel for parcel in sent if parcel.notices]

    def _left(self, parcel: Parcel) -> Parcel:
        """The parcel without what went out before, and without other campaigns' notices."""
        mark = _mark(parcel.way)
        left = [
            one
            for one in parcel.notices
            if one.campaign_id == self.campaign.pk and (mark, _said(parcel.way, one)) not in self.gone
        ]
        return Parcel(parcel.way, left)


def _mark(way: Way) -> Mark:
    return way.channel, way.robot.pk if way.robot else way.user.pk if way.user else 0


def _said(way: Way, notice: Notice) -> Key:
    """What went out: to a person a notice, to a group a thing."""
    return thing_of(notice) if way.robot else key_of(notice)


def forecast(campaign: Campaign, ahead: int, now: datetime) -> Forecast:
    """The day so many days ahead; 0 is what would still go out at once. `now` is of the wall clock."""
    course, today = Course(campaign), timezone.localdate(now)
    moments = [now]
    if (first := sending_moment(campaign, today)) > now and ahead:
        moments.append(first)
    moments += [sending_moment(campaign, today + timedelta(days=days)) for days in range(1, ahead + 1)]
    for at in moments[:-1]:
        course.step(at)
    new, sent = course.step(moments[-1])
    day = campaign.today() + timedelta(days=ahead)
    return _told(course, day, moments[-1], new, sent)


def _told(course: Course, day: date, at: datetime, new: Iterable[Notice], sent: Iterable[Parcel]) -> Forecast:
    messages = [_message(parcel, at) for parcel in sent]
    by_user: dict[int, list[Notice]] = {}
    for one in new:
        by_user.setdefault(one.user_id, []).append(one)
    mails = {one.way.user.pk: one for one in messages if one.way.user}
    users = User.objects.filter(pk__in={*by_user, *mails}).select_related("department")
    told = [Told(user, by_user.get(user.pk, []), mails.get(user.pk)) for user in users.order_by("pk")]
    _say_why_not(told, timezone.localdate(at))
    return Forecast(day, at, told, [one for one in messages if one.way.robot])


def _message(parcel: Parcel, at: datetime) -> Message:
    return Message(parcel.way, *worded(parcel.way, parcel.notices, timezone.localdate(at)))


def _say_why_not(told: Iterable[Told], day: date) -> None:
    """A reason for each who is told something and gets no e-mail."""
    silent = [one for one in told if one.message is None]
    users = [one.user.pk for one in silent]
    wishes = {row.user_id: row for row in Preference.objects.filter(user__in=users)}
    had = set(Delivery.objects.filter(user__in=users, day=day).values_list("user_id", flat=True))
    for one in silent:
        wish = wishes.get(one.user.pk)
        if not available(Channel.EMAIL):
            one.why_not = NO_SERVER
        elif not one.user.email:
            one.why_not = "没有登记邮箱"
        elif one.user.pk in had:
            one.why_not = "当天的邮件已经生成，并入下一天"
        elif wish and not wish.by_email:
            one.why_not = "本人关闭了邮件"
        elif wish and all(notice.kind in wish.muted for notice in one.new):
            one.why_not = "本人不要这些类别的邮件"
        else:
            one.why_not = "等其他行动当天的发送时间，或还没有到发送时间"
