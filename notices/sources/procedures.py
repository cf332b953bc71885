"""What the procedures beside a hazard's status are news of: to whom, in which words, and how long.

A wish is news only while it waits for its answer, so that a late scan calls nobody to what is settled.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from hazards.enums import Action, Outcome, Status
from hazards.models import Extension, Hazard, Referral, StatusChange
from notices.enums import NoticeKind
from notices.people import People
from notices.words import day


@dataclass(frozen=True)
class Waiting:
    """Hazards on which somebody waits for an answer."""

    extension: frozenset[int]
    referral: frozenset[int]

    @classmethod
    def among(cls, hazards: Collection[int]) -> "Waiting":
        """Of these hazards, by their ids."""
        extensions = Extension.objects.filter(hazard__in=hazards, outcome=Outcome.WAITING)
        referrals = Referral.objects.filter(hazard__in=hazards, outcome=Outcome.WAITING)
        return cls(
            frozenset(extensions.values_list("hazard_id", flat=True)),
            frozenset(referrals.values_list("hazard_id", flat=True)),
        )


@dataclass(frozen=True)
class News:
    """One verb's news; holds: whether it still is any."""

    kind: NoticeKind
    told: Callable[[People, Hazard], set[int]]
    words: str
    holds: Callable[[Hazard, Waiting], bool] = lambda hazard, waiting: True

    def text(self, change: StatusChange) -> str:
        """The words, with the deadline where they name it, and with what was said along."""
        words = self.words.format(due=day(change.hazard.due_on))
        return f"{words}{f'：{change.note}' if change.note else ''}"


def _lead(people: People, hazard: Hazard) -> set[int]:
    return people.lead


def _repairing(people: People, hazard: Hazard) -> set[int]:
    return people.of(hazard)


def _unit(people: People, hazard: Hazard) -> set[int]:
    return people.officers.get(hazard.responsible_department_id or 0, set())


def _unit_and_lead(people: People, hazard: Hazard) -> set[int]:
    return people.lead | _unit(people, hazard)


def _extension_waits(hazard: Hazard, waiting: Waiting) -> bool:
    return hazard.pk in waiting.extension


def _referral_waits(hazard: Hazard, waiting: Waiting) -> bool:
    return hazard.pk in waiting.referral


def _repaired_on(hazard: Hazard, waiting: Waiting) -> bool:
    return hazard.status == Status.RECTIFYING


def _to_assign(hazard: Hazard, waiting: Waiting) -> bool:
    return hazard.status == Status.REPORTED and not _referral_waits(hazard, waiting)


def _joint_waits(hazard: Hazard, waiting: Waiting) -> bool:
    return hazard.joint_asked_on is not None


PROCEDURES: dict[Action, News] = {
    Action.ASK_EXTENSION: News(NoticeKind.EXTENSION, _lead, "申请延期，请审批", _extension_waits),
    Action.EXTEND: News(NoticeKind.EXTENSION, _repairing, "已同意延期，请于 {due} 前完成整改", _repaired_on),
    Action.REFUSE_EXTENSION: News(NoticeKind.EXTENSION, _repairing, "不同意延期，原期限不变", _repaired_on),
    Action.REFER: News(NoticeKind.REFERRED, _unit, "已抄告贵单位，请签收或退回", _referral_waits),
    Action.RECEIVE: News(NoticeKind.REFERRED, _lead, "抄告已签收，请交办", _to_assign),
    Action.DECLINE: News(NoticeKind.REFERRED, _unit_and_lead, "抄告被退回，请重新确定责任单位", _to_assign),
    Action.SUPERVISE: News(NoticeKind.SUPERVISED, _repairing, "已挂牌督办，请按督办期限完成整改"),
    Action.ASK_JOINT: News(NoticeKind.JOINT, _lead, "专班提请联合执法，请组织", _joint_waits),
    Action.JOINT: News(NoticeKind.JOINT, _repairing, "已开展联合执法，请按要求整改"),
}
