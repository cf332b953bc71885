"""Writes of visits and enforcement acts: recorded once, never edited, voided with a reason.

Errors: `PermissionDenied` when the person may not record there (a 403), `ValidationError` with Chinese
messages by field for bad input; code "duplicate" asks for confirmation and is met by `confirmed=True`.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest

from accounts.audit import record
from accounts.models import User
from campaigns.models import Campaign, TaskForce
from campaigns.queries import Scope, scope_of
from hazards import rules
from hazards.enums import EnforcementKind, Party
from hazards.models import Enforcement, Hazard, Inspection
from hazards.queries import enforcements_for, inspections_for, units_to_record_for
from parks.models import Department, Enterprise, Park

RECORDERS = frozenset({Party.LEAD, Party.DEPARTMENT, Party.TASK_FORCE})
EARLIEST_BEFORE_START = timedelta(days=366)
"""A record older than this before the campaign began is a slip of the keyboard."""

AMOUNT_KINDS = frozenset({EnforcementKind.FINE})
PERSON_KINDS = frozenset({EnforcementKind.TRANSFERRED, EnforcementKind.DETAINED})
AREA_KINDS = frozenset({EnforcementKind.DEMOLISHED})
MEASURES = (
    ("amount", AMOUNT_KINDS, "金额（元）"),
    ("persons", PERSON_KINDS, "人数"),
    ("area", AREA_KINDS, "面积（平方米）"),
)
MAX_NOTE = 2000


@dataclass(frozen=True)
class Visit:
    """One visit as entered. `enterprise` None means the common parts of the park: no 家次."""

    park: Park
    kind: str
    department: Department
    inspected_on: date
    enterprise: Enterprise | None = None
    note: str = ""


@dataclass(frozen=True)
class Act:
    """One enforcement act as entered; `amount` in yuan, `area` in square metres."""

    park: Park
    enterprise: Enterprise
    kind: str
    department: Department
    acted_on: date
    amount: Decimal | None = None
    persons: int | None = None
    area: Decimal | None = None
    document_number: str = ""
    note: str = ""
    hazard: Hazard | None = None


@transaction.atomic
def record_inspection(
    campaign: Campaign,
    visit: Visit,
    *,
    by: User,
    confirmed: bool = False,
    request: HttpRequest | None = None,
) -> Inspection:
    """Keep one visit. The same visit twice on one day is asked about first."""
    faults = _common_faults(campaign, visit.park, visit.enterprise, visit.department, by)
    _check_day(faults, "inspected_on", visit.inspected_on, campaign)
    _check_note(faults, visit.note)
    if faults:
        raise ValidationError(dict(faults))
    facts: dict[str, Any] = {
        "campaign": campaign,
        "park": visit.park,
        "enterprise": visit.enterprise,
        "kind": visit.kind,
        "department": visit.department,
        "inspected_on": visit.inspected_on,
    }
    same = Inspection.objects.filter(**facts, voided_on=None)
    if not confirmed and (known := same.first()):
        _ask_about(f"{known.recorded_by} 已录入过同一单位当天对该对象的同类检查")
    inspection = Inspection.objects.create(
        **facts, note=visit.note.strip(), recorded_by=by, recorded_at=campaign.now()
    )
    record("录入检查", user=by, target=str(inspection), request=request, id=inspection.pk)
    return inspection


@transaction.atomic
def record_enforcement(
    campaign: Campaign,
    act: Act,
    *,
    by: User,
    confirmed: bool = False,
    request: HttpRequest | None = None,
) -> Enforcement:
    """Keep one enforcement act, with the measure that its kind is counted in."""
    faults = _common_faults(campaign, act.park, act.enterprise, act.department, by)
    _check_day(faults, "acted_on", act.acted_on, campaign)
    _check_note(faults, act.note)
    _check_measures(faults, act)
    if act.hazard and (act.hazard.campaign_id != campaign.pk or act.hazard.park_id != act.park.pk):
        faults["hazard_number"] = "该隐患不在所选园区，请核对编号"
    if faults:
        raise ValidationError(dict(faults))
    facts: dict[str, Any] = {
        "campaign": campaign,
        "enterprise": act.enterprise,
        "kind": act.kind,
        "acted_on": act.acted_on,
    }
    same = Enforcement.objects.filter(**facts, voided_on=None)
    if not confirmed and (known := same.first()):
        _ask_about(f"{known.recorded_by} 已录入过该企业当天的同类执法措施")
    enforcement = Enforcement.objects.create(
        **facts,
        hazard=act.hazard,
        department=act.department,
        amount=act.amount,
        persons=act.persons,
        area=act.area,
        document_number=act.document_number.strip(),
        note=act.note.strip(),
        recorded_by=by,
        recorded_at=campaign.now(),
    )
    record("录入执法", user=by, target=str(enforcement), request=request, id=enforcement.pk)
    return enforcement


@transaction.atomic
def void_inspection(
    inspection_id: int, *, by: User, reason: str, request: HttpRequest | None = None
) -> Inspection:
    """Strike a visit that was recorded by mistake; Inspection.DoesNotExist when it is out of sight."""
    seen = inspections_for(by).filter(pk=inspection_id).values("pk")
    row = Inspection.objects.select_for_update(of=("self",)).get(pk__in=seen)
    _void(row, by=by, reason=reason)
    record("作废检查", user=by, target=str(row), request=request, id=row.pk)
    return row


@transaction.atomic
def void_enforcement(
    enforcement_id: int, *, by: User, reason: str, request: HttpRequest | None = None
) -> Enforcement:
    """Strike an act that was recorded by mistake; Enforcement.DoesNotExist when it is out of sight."""
    seen = enforcements_for(by).filter(pk=enforcement_id).values("pk")
    row = Enforcement.objects.select_for_update(of=("self",)).get(pk__in=seen)
    _void(row, by=by, reason=reason)
    record("作废执法", user=by, target=str(row), request=request, id=row.pk)
    return row


def may_void(scope: Scope, user: User, row: Inspection | Enforcement) -> bool:
    """The lead bureau, and whoever recorded it while still at work here."""
    if row.voided_on is not None:
        return False
    return row.campaign_id in scope.led_campaigns or (row.recorded_by_id == user.pk and scope.may_write)


def _void(row: Inspection | Enforcement, *, by: User, reason: str) -> None:
    if row.voided_on is not None:
        raise ValidationError("这条记录已经作废")
    if not may_void(scope_of(by), by, row):
        raise PermissionDenied("只有录入人或牵头单位可以作废这条记录")
    if not reason.strip():
        raise ValidationError({"reason": "请填写作废原因"})
    if len(reason.strip()) > 200:
        raise ValidationError({"reason": f"作废原因最多 200 字，现有 {len(reason.strip())} 字"})
    row.voided_on = row.campaign.today()
    row.void_reason = reason.strip()
    row.save(update_fields=["voided_on", "void_reason"])


def _common_faults(
    campaign: Campaign, park: Park, enterprise: Enterprise | None, department: Department, by: User
) -> dict[str, str]:
    """Faults of place and unit; PermissionDenied when the person may not record in this park at all."""
    scope = scope_of(by)
    task_force = TaskForce.objects.filter(campaign=campaign, park=park).first()
    if not RECORDERS & rules.parties_in_park(scope, campaign, park, task_force):
        raise PermissionDenied("您没有在该园区录入检查或执法记录的权限")
    faults: dict[str, str] = {}
    if task_force is None:
        faults["park"] = "该园区不在本专项行动中"
    if enterprise is not None and enterprise.park_id != park.pk:
        faults["enterprise"] = "所选企业不在该园区"
    if not units_to_record_for(scope, campaign, by).filter(pk=department.pk).exists():
        faults["department"] = "请选择本人所在或所代表的单位"
    return faults


def _check_day(faults: dict[str, str], name: str, day: date, campaign: Campaign) -> None:
    earliest = campaign.starts_on - EARLIEST_BEFORE_START
    if day > campaign.today():
        faults[name] = f"日期不能晚于今天（{campaign.today():%Y-%m-%d}）"
    elif day < earliest:
        faults[name] = f"日期过早，请核对年份（不早于 {earliest:%Y-%m-%d}）"


def _check_note(faults: dict[str, str], note: str) -> None:
    if len(note.strip()) > MAX_NOTE:
        faults["note"] = f"最多 {MAX_NOTE} 字，现有 {len(note.strip())} 字"


def _check_measures(faults: dict[str, str], act: Act) -> None:
    label = EnforcementKind(act.kind).label
    for name, kinds, measure in MEASURES:
        value = getattr(act, name)
        if act.kind in kinds and (value is None or value <= 0):
            faults[name] = f"“{label}”须填写{measure}，且大于 0"
        elif act.kind not in kinds and value is not None:
            faults[name] = f"“{label}”不计{measure}，请清空"


def _ask_about(what: str) -> None:
    raise ValidationError(
        {"confirmed": ValidationError(f"{what}。如确实是另一次，请勾选确认后再保存", code="duplicate")}
    )
