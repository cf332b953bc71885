"""What is asked of a major hazard beside its repair: five commitments, double report, listed supervision.

Sources: P3 §三（二）1 (五落实, 双报告), domain §3 and §8 (挂牌督办). Errors as in hazards/actions.py.
"""

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from hazards.actions import begin, move
from hazards.checks import check_lengths, need_reason
from hazards.enums import Action, ReportStage, SupervisionLevel
from hazards.models import Commitments, DoubleReport, Hazard, Supervision

LIMITS = {"clause": 200, "number": 60}
LIMIT = 500
EACH = 300


@dataclass(frozen=True)
class Five:
    """五落实: duty 责任, measures 措施, funds 资金, time_limit 时限, emergency_plan 预案."""

    duty: str
    measures: str
    funds: str
    time_limit: str
    emergency_plan: str


WORDS = {"duty": "责任", "measures": "措施", "funds": "资金", "time_limit": "时限", "emergency_plan": "预案"}


@transaction.atomic
def commit(hazard_id: int, *, by: User, five: Five, clause: str, version: int | None = None) -> Hazard:
    """填报五落实: all five, with the clause of the standard by which the hazard is a major one."""
    hazard = begin(hazard_id, Action.COMMIT, by, version)
    given = {name: text.strip() for name, text in vars(five).items()}
    faults = {name: f"请填写{WORDS[name]}" for name, text in given.items() if not text}
    if not clause.strip():
        faults["clause"] = "请填写判定依据（标准名称和条款）"
    check_lengths(faults, limit=EACH, **given)
    check_lengths(faults, limit=LIMITS["clause"], clause=clause)
    if faults:
        raise ValidationError(dict(faults))
    Commitments.objects.update_or_create(
        hazard=hazard, defaults=given | {"by": by, "at": hazard.campaign.now()}
    )
    hazard.clause = clause.strip()
    return move(hazard, Action.COMMIT, by=by, facts=given | {"clause": hazard.clause}).hazard


@transaction.atomic
def tell(
    hazard_id: int,
    *,
    by: User,
    stage: str,
    regulator_on: date,
    assembly_on: date,
    note: str = "",
    version: int | None = None,
) -> Hazard:
    """填报双报告: the days on which the regulator and the staff assembly were told, once a stage."""
    hazard = begin(hazard_id, Action.TELL, by, version)
    faults: dict[str, str] = {}
    if stage not in ReportStage.values:
        faults["stage"] = "请选择报告阶段"
    elif hazard.double_reports.filter(stage=stage).exists():
        faults["stage"] = f"“{ReportStage(stage).label}”阶段的双报告已填报"
    elif stage == ReportStage.COMPLETION and not hazard.done_on:
        faults["stage"] = "申请验收后才能填报整改完成阶段的双报告"
    earliest = hazard.done_on if stage == ReportStage.COMPLETION and hazard.done_on else hazard.found_on
    for name, day in (("regulator_on", regulator_on), ("assembly_on", assembly_on)):
        if day < earliest:
            faults[name] = f"报告日期不能早于 {earliest:%Y-%m-%d}"
        elif day > hazard.campaign.today():
            faults[name] = f"报告日期不能晚于今天（{hazard.campaign.today():%Y-%m-%d}）"
    check_lengths(faults, limit=EACH, note=note)
    if faults:
        raise ValidationError(dict(faults))
    DoubleReport.objects.create(
        hazard=hazard,
        stage=stage,
        regulator_on=regulator_on,
        assembly_on=assembly_on,
        note=note.strip(),
        by=by,
        at=hazard.campaign.now(),
    )
    facts = {
        "stage": ReportStage(stage).label,
        "regulator_on": regulator_on.isoformat(),
        "assembly_on": assembly_on.isoformat(),
    }
    return move(hazard, Action.TELL, by=by, note=note, facts=facts).hazard


@transaction.atomic
def supervise(
    hazard_id: int,
    *,
    by: User,
    supervision_level: str,
    number: str,
    published_on: date,
    limit: date,
    note: str = "",
    version: int | None = None,
) -> Hazard:
    """挂牌督办: level, document number, the day it was published, and by when it must be done."""
    hazard = begin(hazard_id, Action.SUPERVISE, by, version)
    faults: dict[str, str] = {}
    today = hazard.campaign.today()
    if supervision_level not in SupervisionLevel.values:
        faults["supervision_level"] = "请选择督办级别"
    if not number.strip():
        faults["number"] = "请填写督办文号"
    if not hazard.found_on <= published_on <= today:
        faults["published_on"] = f"挂牌日期须在发现日期（{hazard.found_on:%Y-%m-%d}）和今天之间"
    if limit < published_on:
        faults["limit"] = "督办期限不能早于挂牌日期"
    check_lengths(faults, limit=LIMITS["number"], number=number)
    check_lengths(faults, limit=LIMIT, note=note)
    if faults:
        raise ValidationError(dict(faults))
    row = Supervision.objects.create(
        hazard=hazard,
        level=supervision_level,
        number=number.strip(),
        published_on=published_on,
        due_on=limit,
        note=note.strip(),
        by=by,
    )
    facts = {
        "supervision_level": row.get_level_display(),
        "document": row.number,
        "published_on": published_on.isoformat(),
        "limit": limit.isoformat(),
    }
    return move(hazard, Action.SUPERVISE, by=by, note=note, facts=facts).hazard


@transaction.atomic
def lift(hazard_id: int, *, by: User, note: str, version: int | None = None) -> Hazard:
    """摘牌: the listing ends before the hazard does, with the reason."""
    hazard = begin(hazard_id, Action.LIFT, by, version)
    need_reason(note, "请填写摘牌说明")
    faults: dict[str, str] = {}
    check_lengths(faults, limit=LIMIT, note=note)
    if faults:
        raise ValidationError(dict(faults))
    row = hazard.supervisions.get(lifted_on=None)
    row.lifted_on, row.lifted_by, row.lift_note = hazard.campaign.today(), by, note.strip()
    row.save()
    return move(hazard, Action.LIFT, by=by, note=note, facts={"document": row.number}).hazard
