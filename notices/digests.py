"""One message a day and person: its subject, its text, its page.

What a message says is settled when it is written: how often it is tried changes its subject's marks only.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models import User
from campaigns.models import Campaign
from notices.enums import Channel, NoticeKind
from notices.models import Delivery, Notice, Robot
from notices.words import about

MOST_IN_MAIL = 100
MOST_IN_GROUP = 30
TEXT_BYTES = {Channel.DINGTALK: 18_000, Channel.WECOM: 3_700, Channel.FEISHU: 15_000}
"""Of 20,000, 4,096 and 30,000 bytes that the makers take, in UTF-8; the rest is for title and wrapping."""
URGENCY: tuple[tuple[str, str, tuple[NoticeKind, ...]], ...] = (
    (
        "逾期、督办",
        "red",
        (
            NoticeKind.PROPOSED,
            NoticeKind.ESCALATED,
            NoticeKind.OVERDUE,
            NoticeKind.SUPERVISED,
            NoticeKind.LETTER,
            NoticeKind.URGED,
            NoticeKind.REPORT_MISSING,
            NoticeKind.REPORT_ASKED,
        ),
    ),
    (
        "将到期",
        "amber",
        (NoticeKind.DUE_SOON, NoticeKind.REPORT_DUE, NoticeKind.WORK_DUE, NoticeKind.CHECKUP_DUE),
    ),
    (
        "新事项",
        "blue",
        (
            NoticeKind.ASSIGNED,
            NoticeKind.RETURNED,
            NoticeKind.SUBMITTED,
            NoticeKind.EXTENSION,
            NoticeKind.REFERRED,
            NoticeKind.JOINT,
            NoticeKind.IMPORTED,
        ),
    ),
)
"""The order of a message: heading, colour, kinds. What is late or pressed for comes first."""
PLACE = {kind: (part, place) for part, row in enumerate(URGENCY) for place, kind in enumerate(row[2])}
LATE_TOO = (NoticeKind.WORK_DUE, NoticeKind.CHECKUP_DUE)
"""Kinds that are told before their day and after it (then with a step below zero)."""
FREE_WORDS = (
    NoticeKind.RETURNED,
    NoticeKind.URGED,
    NoticeKind.EXTENSION,
    NoticeKind.REFERRED,
    NoticeKind.SUPERVISED,
    NoticeKind.JOINT,
)
"""Kinds whose text repeats what somebody typed, with whatever names may stand in it: not for groups."""
PHONE = re.compile(r"(?<!\d)(?:1[3-9]\d{9}|0\d{2,3}-?\d{7,8})(?!\d)")
# The makers document no escape; these look nearly the same and mean nothing to them.
MARKS = str.maketrans("*_`[]<>#@|", "＊＿｀［］＜＞＃＠｜")


@dataclass(frozen=True)
class Digest:
    """What a message says. html is empty where the way out knows none."""

    subject: str
    text: str
    html: str = ""


@dataclass(frozen=True)
class Line:
    """One notice in a message."""

    text: str
    url: str
    number: str = ""
    campaign: str = ""
    late: bool = False


@dataclass(frozen=True)
class Part:
    """Notices of one urgency and kind, with the heading of the urgency and its colour."""

    urgency: str
    tone: str
    label: str
    lines: list[Line]


@dataclass(frozen=True)
class Contents:
    """A message's notices in order. counts: how many of each urgency; left: how many are not shown."""

    parts: list[Part]
    counts: list[tuple[str, str, int]]
    total: int
    left: int

    @property
    def summary(self) -> str:
        """The counts in words, without those of nothing."""
        return summary_of(self.counts)


def summary_of(counts: Iterable[tuple[str, str, int]]) -> str:
    """Counts in words, without those of nothing."""
    return " · ".join(f"{name} {count} 条" for name, _, count in counts if count)


def digest_of(channel: Channel, to: User | Robot | None, notices: Sequence[Notice], day: date) -> Digest:
    """The day's message that carries these notices. Reads what they are about, nothing else."""
    subject = f"园区隐患整治提醒（{day.month}月{day.day}日，共{len(notices)}条）"
    if channel != Channel.EMAIL:
        return Digest(subject, _group_text(channel, notices))
    context = {
        "subject": subject,
        "day": day,
        "name": to.full_name if isinstance(to, User) else "",
        "contents": _contents(notices),
        "home": site_address("reports:home"),
        "inbox": site_address("notices:list"),
        "preferences": site_address("notices:preferences"),
    }
    text, html = (
        render_to_string(f"notices/mail/digest.{kind}", context).strip() for kind in ("txt", "html")
    )
    return Digest(subject, text, html)


def subject_of(delivery: Delivery) -> str:
    """The subject with what its reader should know of this try: told late, or perhaps told already."""
    marks = f"{'（补发）' if delivery.late else ''}{'（可能重复）' if delivery.repeated else ''}"
    return f"{marks}{delivery.subject}"


def site_address(view: str) -> str:
    """Where people reach a page from outside."""
    return f"{settings.SITE_URL}{reverse(view)}"


def urgency_of(notice: Notice) -> tuple[int, int]:
    """Place of its heading and of its kind in a message."""
    kind = NoticeKind(notice.kind)
    part, place = PLACE[kind]
    return (0, len(URGENCY[0][2]) + place) if kind in LATE_TOO and notice.step < 0 else (part, place)


def _contents(notices: Sequence[Notice]) -> Contents:
    """What is late first, within a kind what was due first."""
    ordered = sorted(notices, key=lambda one: (*urgency_of(one), one.due_on, one.pk or 0))
    names = _campaign_names(notices)
    parts: list[Part] = []
    for one in ordered[:MOST_IN_MAIL]:
        heading, tone, _ = URGENCY[urgency_of(one)[0]]
        label = label_of(one)
        if not parts or (parts[-1].urgency, parts[-1].label) != (heading, label):
            parts.append(Part(heading, tone, label, []))
        parts[-1].lines.append(_line(one, names))
    return Contents(parts, _counts(notices), len(notices), max(0, len(notices) - MOST_IN_MAIL))


def label_of(notice: Notice) -> str:
    """The kind's name; what is told before its day and after it is called by what it is."""
    label = NoticeKind(notice.kind).label
    return label.replace("到期", "逾期") if notice.kind in LATE_TOO and notice.step < 0 else label


def _line(notice: Notice, names: dict[int, str]) -> Line:
    return Line(
        notice.text,
        f"{settings.SITE_URL}{notice.address()}",
        notice.hazard.number if notice.hazard else "",
        names.get(notice.campaign_id or 0, ""),
        notice.late,
    )


def _campaign_names(notices: Iterable[Notice]) -> dict[int, str]:
    """By id, when there is more than one: else the name would stand at every line for nothing."""
    ids = {one.campaign_id for one in notices if one.campaign_id}
    if len(ids) < 2:
        return {}
    return {pk: one.label for pk, one in Campaign.objects.in_bulk(ids).items()}


def _counts(notices: Iterable[Notice]) -> list[tuple[str, str, int]]:
    places = [urgency_of(one)[0] for one in notices]
    return [(heading, tone, places.count(part)) for part, (heading, tone, _) in enumerate(URGENCY)]


def _group_text(channel: Channel, notices: Sequence[Notice]) -> str:
    """Lines for a robot: counts, then the notices, as many as fit; the rest is counted.

    Markdown for DingTalk and WeCom. Feishu takes lines that end in an address, see channels/robots.py.
    """
    ordered = sorted(notices, key=lambda one: (*urgency_of(one), one.due_on, one.pk or 0))
    lines, heading, shown = [summary_of(_counts(notices))], "", 0
    for place, notice in enumerate(ordered, 1):
        name = URGENCY[urgency_of(notice)[0]][0]
        added = [] if name == heading else ["", _bold(channel, f"【{name}】")]
        late = "（补发）" if notice.late else ""
        added.append(_linked(channel, f"{place}. {late}{group_words(notice)}", notice))
        rest = ["", _more(channel, len(ordered) - shown)]
        if place > MOST_IN_GROUP or _bytes([*lines, *added, *rest]) > TEXT_BYTES[channel]:
            return "\n".join([*lines, *rest])
        lines, heading, shown = [*lines, *added], name, place
    return "\n".join(lines)


def group_words(notice: Notice) -> str:
    """A notice for everybody in a group: no phones, nothing that somebody typed about people, one line."""
    text = notice.text
    if NoticeKind(notice.kind) in FREE_WORDS and notice.hazard:
        text = about(notice.hazard, f"{notice.get_kind_display()}，请登录系统查看")
    return PHONE.sub("…", " ".join(text.split())).translate(MARKS)


def _bytes(lines: list[str]) -> int:
    return len("\n".join(lines).encode())


def _bold(channel: Channel, text: str) -> str:
    return text if channel == Channel.FEISHU else f"**{text}**"


def _linked(channel: Channel, text: str, notice: Notice) -> str:
    # For everybody in the group: what a notice's own address asks for, only some may do.
    page = reverse("hazards:detail", args=[notice.hazard_id]) if notice.hazard_id else notice.address()
    return _with_link(channel, text, f"{settings.SITE_URL}{page}")


def _with_link(channel: Channel, text: str, url: str) -> str:
    return f"{text} {url}" if channel == Channel.FEISHU else f"{text} [查看]({url})"


def _more(channel: Channel, left: int) -> str:
    return _with_link(channel, f"…另有 {left} 条，请登录系统查看", site_address("notices:list"))
