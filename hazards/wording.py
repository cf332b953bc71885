"""What a hazard's page says in words: the next step, the history, the facts of each change."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from hazards.enums import Action, Given, Level, PhotoKind, Status
from hazards.lights import words
from hazards.models import Hazard, Photo, StatusChange

FACT_LABELS = {
    "department": "责任单位",
    "due_on": "整改期限",
    "helping": "配合单位",
    "measure": "对应措施",
    "done_on": "完成日期",
    "difficulty": "存在困难",
    "to_due_on": "申请延至",
    "interim": "延期期间管控措施",
    "from_due_on": "原期限",
    "sender": "抄告单位",
    "receiver": "接收单位",
    "duty": "责任",
    "measures": "措施",
    "funds": "资金",
    "time_limit": "时限",
    "emergency_plan": "预案",
    "clause": "判定依据",
    "stage": "报告阶段",
    "regulator_on": "向监管部门报告",
    "assembly_on": "向职工大会报告",
    "supervision_level": "督办级别",
    "document": "督办文号",
    "published_on": "挂牌日期",
    "limit": "督办期限",
    "joint": "联合执法",
    "held_on": "执法日期",
    "units": "参加单位",
    "same_as": "并入",
}


def with_light_shown(rows: Iterable[Hazard], today: date, yellow_days: int) -> list[Hazard]:
    """The hazards, each with the light and its words ("" for none) for templates/includes/light.html."""
    shown = list(rows)
    for row in shown:
        light, days = row.light(today, yellow_days)
        row.shown_light, row.shown_words = light, words(light, days, row.status)  # type: ignore[attr-defined]
    return shown


@dataclass(frozen=True)
class Picture:
    """A photo for the page: addresses of its copies and a line under it."""

    url: str
    thumb_url: str
    caption: str
    original_url: str = ""


@dataclass
class Entry:
    """One line of the timeline (templates/includes/timeline.html)."""

    when: datetime
    who: str
    unit: str
    what: str
    why: str
    photos: list[Picture] = field(default_factory=list)


def next_step(hazard: Hazard, found: frozenset[Given]) -> str:
    """Who must do what now; empty when nothing is left to do. `found`: see rules.givens_of."""
    major = hazard.level == Level.MAJOR
    unit = hazard.responsible_department.name if hazard.responsible_department else "责任单位"
    approver = "牵头单位" if major else "专班或牵头单位"
    if hazard.status == Status.REPORTED:
        waiting = Given.REFERRAL_WAITING in found
        return f"等待{unit}签收抄告" if waiting else f"等待{approver}交办"
    if hazard.status == Status.RECTIFYING:
        return _while_rectifying(unit, major, found)
    if hazard.status == Status.SUBMITTED:
        told = not major or Given.TOLD_ON_COMPLETION in found
        return f"等待{approver}验收" if told else f"等待{unit}填报整改完成双报告，再由{approver}验收"
    return ""


def sent_back(changes: Sequence[StatusChange]) -> StatusChange | None:
    """The change that sent the hazard back, until it is submitted again; `changes`: oldest first."""
    moves = [change for change in changes if change.from_status != change.to_status]
    return moves[-1] if moves and moves[-1].action == Action.REJECT else None


def _while_rectifying(unit: str, major: bool, found: frozenset[Given]) -> str:
    if Given.EXTENSION_WAITING in found:
        return f"等待牵头单位审批延期，{unit}继续整改"
    if major and Given.COMMITTED not in found:
        return f"等待{unit}整改：先填报五落实，完成后申请验收"
    if major and Given.TOLD_ON_DISCOVERY not in found:
        return f"等待{unit}整改：先填报双报告，完成后申请验收"
    return f"等待{unit}整改，完成后申请验收"


def picture(photo: Photo, *, originals: bool = False) -> Picture:
    """The photo with its kind, day and person; `originals` when the person may fetch the original."""

    def at(size: str) -> str:
        return reverse("hazards:photo", args=[photo.key, size])

    day = timezone.localtime(photo.uploaded_at)
    caption = f"{photo.get_kind_display()} {day:%Y-%m-%d} {photo.uploaded_by}"
    return Picture(at("image"), at("thumbnail"), caption, at("original") if originals else "")


def timeline(changes: Iterable[StatusChange], pictures: dict[int, list[Picture]]) -> list[Entry]:
    """The history, newest first; `pictures` by the id of the change they belong to."""
    entries = [
        Entry(
            when=change.at,
            who=str(change.by),
            unit=change.department.name if change.department else "",
            what=_what(change),
            why="\n".join(part for part in (change.note, *facts_in_words(change.facts)) if part),
            photos=pictures.get(change.pk, []),
        )
        for change in changes
    ]
    return entries[::-1]


def facts_in_words(facts: dict[str, Any]) -> list[str]:
    """`责任单位：…` and so on; facts that are empty or that nobody reads are left out."""
    lines = []
    for name, label in FACT_LABELS.items():
        value = facts.get(name)
        text = "、".join(str(one) for one in value) if isinstance(value, list) else str(value or "")
        if text:
            lines.append(f"{label}：{text}")
    return lines


def letters_in(changes: Iterable[StatusChange]) -> list[str]:
    """Numbers of the supervision letters that list the hazard, the last one first."""
    return list(dict.fromkeys(change.facts["letter"] for change in changes if "letter" in change.facts))[::-1]


def _what(change: StatusChange) -> str:
    label = Action(change.action).label
    if change.from_status and change.from_status != change.to_status:
        return f"{label}（{change.get_from_status_display()} → {change.get_to_status_display()}）"
    return label


def by_kind(photos: Iterable[Photo], pictures: dict[Any, Picture]) -> dict[str, list[Picture]]:
    """Pictures before, during and after the work."""
    kinds: dict[str, list[Picture]] = {kind.value: [] for kind in PhotoKind}
    for photo in photos:
        kinds[photo.kind].append(pictures[photo.key])
    return kinds
