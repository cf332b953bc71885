"""What a hazard's page tells of the procedures beside its status: what waits, what was decided, what a
major hazard still lacks, and which other hazards and joint enforcements belong to it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from campaigns.enums import Extra, Light
from campaigns.lights import light_of_open
from campaigns.queries import Scope
from hazards.enums import Action, Given, Level, Outcome, Status
from hazards.lights import words
from hazards.models import (
    Commitments,
    DoubleReport,
    Extension,
    Hazard,
    JointEnforcement,
    Referral,
    StatusChange,
    Supervision,
)
from hazards.procedures.joint_queries import joints_in
from hazards.procedures.major_actions import WORDS
from hazards.queries import hazards_in


@dataclass
class Relative:
    """Another hazard that this one points at, or that points at this one."""

    label: str
    hazard: Hazard
    seen: bool = False
    """Whether the reader may open it."""


@dataclass
class Procedures:
    """Everything beside the status, each list oldest first; what is empty is not shown."""

    extension: Extension | None = None
    """The one that waits for a decision."""
    extensions: list[Extension] = field(default_factory=list)
    referral: Referral | None = None
    """The one that waits for its receipt."""
    referrals: list[Referral] = field(default_factory=list)
    joint_request: StatusChange | None = None
    joints: list[JointEnforcement] = field(default_factory=list)
    supervisions: list[Supervision] = field(default_factory=list)
    five: list[tuple[str, str]] = field(default_factory=list)
    commitments: Commitments | None = None
    double_reports: list[DoubleReport] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    relatives: list[Relative] = field(default_factory=list)

    @property
    def past(self) -> str:
        """Heading of what was decided and belongs together; empty when there is nothing to tell."""
        told = {
            "延期": self.extensions,
            "抄告": self.referrals,
            "联合执法": self.joints,
            "相关隐患": self.relatives,
        }
        return "、".join(word for word, rows in told.items() if rows)


def procedures_of(
    hazard: Hazard, scope: Scope, changes: Iterable[StatusChange], found: frozenset[Given]
) -> Procedures:
    """Read the hazard's procedures; `changes` is its history, `found` what is so of it (rules.givens_of)."""
    shown = Procedures(relatives=_relatives(hazard, scope))
    for extension in hazard.extensions.select_related("asked_by__department", "decided_by__department"):
        if extension.outcome == Outcome.WAITING and hazard.status == Status.RECTIFYING:
            shown.extension = extension
        else:
            shown.extensions.append(extension)
    for referral in hazard.referrals.select_related("sender", "receiver", "referred_by", "answered_by"):
        if referral.outcome == Outcome.WAITING and hazard.status == Status.REPORTED:
            shown.referral = referral
        else:
            shown.referrals.append(referral)
    if hazard.joint_asked_on and hazard.is_open:
        asked = [change for change in changes if change.action == Action.ASK_JOINT]
        shown.joint_request = asked[-1] if asked else None
    shown.joints = list(joints_in(scope).filter(hazards=hazard, voided_on=None).prefetch_related("units"))
    if hazard.level == Level.MAJOR:
        _tell_of_major(shown, hazard, found)
    return shown


def _tell_of_major(shown: Procedures, hazard: Hazard, found: frozenset[Given]) -> None:
    today, yellow_days = hazard.campaign.today(), hazard.campaign.yellow_days
    for row in hazard.supervisions.select_related("by", "lifted_by"):
        if row.lifted_on is None:
            light, days = supervision_light(row, today, yellow_days)
            row.shown_light, row.shown_words = light, words(light, days)  # type: ignore[attr-defined]
        shown.supervisions.append(row)
    shown.commitments = Commitments.objects.filter(hazard=hazard).select_related("by__department").first()
    if shown.commitments:
        shown.five = [(word, getattr(shown.commitments, name)) for name, word in WORDS.items()]
    shown.double_reports = list(hazard.double_reports.select_related("by"))
    shown.missing = missing_of_major(hazard, found)


def supervision_light(row: Supervision, today: date, yellow_days: int) -> tuple[Light, int | None]:
    """The light of a listing against its own limit, not against the deadline of the repair."""
    return light_of_open(row.due_on, today, yellow_days)


def missing_of_major(hazard: Hazard, found: frozenset[Given]) -> list[str]:
    """What the law asks of an open major hazard and nobody has entered yet, as the field's words."""
    if hazard.level != Level.MAJOR or not hazard.is_open:
        return []
    lacking = []
    if not hazard.clause:
        lacking.append("判定依据")
    if Given.COMMITTED not in found:
        lacking.append("五落实")
    if Extra.DOUBLE_REPORT in hazard.campaign.extras:
        if Given.TOLD_ON_DISCOVERY not in found:
            lacking.append("排查发现双报告")
        if Given.TOLD_ON_COMPLETION not in found and hazard.status == Status.SUBMITTED:
            lacking.append("整改完成双报告")
    return lacking


def _relatives(hazard: Hazard, scope: Scope) -> list[Relative]:
    """回潮 and 并入, in both directions; a number without a link where the reader may not follow."""
    pointing = Q(recurs=hazard) | Q(same_as=hazard)
    pointed = [pk for pk in (hazard.recurs_id, hazard.same_as_id) if pk]
    rows = list(Hazard.objects.filter(pointing | Q(pk__in=pointed)).order_by("number"))
    if not rows:
        return []
    seen = set(hazards_in(scope).filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))
    return [Relative(_relation(hazard, row), row, row.pk in seen) for row in rows]


def _relation(hazard: Hazard, other: Hazard) -> str:
    if other.pk == hazard.recurs_id:
        return "回潮自"
    if other.pk == hazard.same_as_id:
        return "已并入"
    return "再次出现" if other.recurs_id == hazard.pk else "并入本条"
