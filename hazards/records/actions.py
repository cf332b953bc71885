"""Writes of visits and enforcement acts: recorded once, never edited, voided with a reason.

Errors: `PermissionDenied` when the person may not record there (a 403), `DoesNotExist` when the row is out
of sight (a 404), `ValidationError` with Chinese messages by field for bad input; code "duplicate" asks for
confirmation and is met by `confirmed=True`.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.audit import record
from accounts.models import User
from campaigns.models import Campaign
from campaigns.queries import scope_of
from hazards.enums import EnforcementKind
from hazards.models import Enforcement, Inspection, InspectionPhoto, InspectionResult
from hazards.photos import one_after_the_other, store
from hazards.queries import enforcements_for, inspections_for
from hazards.records import rules as record_rules
from hazards.records.checks import (
    Faults,
    Shots,
    act_faults,
    check_restored,
    check_void_reason,
    read_shots,
    visit_faults,
)
from hazards.records.findings import Act, Checked, Visit

Record = TypeVar("Record", Inspection, Enforcement)


@transaction.atomic
def record_inspection(
    campaign: Campaign,
    visit: Visit,
    *,
    by: User,
    confirmed: bool = False,
    request: HttpRequest | None = None,
) -> Inspection:
    """Keep one visit with what it found. The same visit twice on one day is asked about first."""
    shots = _sound(visit_faults(campaign, visit, by), visit)
    facts: dict[str, Any] = {
        "campaign": campaign,
        "park": visit.park,
        "enterprise": visit.enterprise,
        "kind": visit.kind,
        "department": visit.department,
        "inspected_on": visit.inspected_on,
    }
    if not confirmed:
        _ask_about(Inspection.objects.filter(**facts), "已录入过同一单位当天对该对象的同类检查")
    made = Inspection.objects.create(
        **facts, note=visit.note.strip(), recorded_by=by, recorded_at=campaign.now()
    )
    _keep_results(made, visit.results)
    _keep_shots(made, shots)
    record("录入检查", user=by, target=str(made), request=request, id=made.pk, items=len(visit.results))
    return made


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
    if faults := act_faults(campaign, act, by):
        raise ValidationError(dict(faults))
    facts: dict[str, Any] = {
        "campaign": campaign,
        "enterprise": act.enterprise,
        "kind": act.kind,
        "acted_on": act.acted_on,
    }
    if not confirmed:
        _ask_about(Enforcement.objects.filter(**facts), "已录入过该企业当天的同类执法措施")
    made = Enforcement.objects.create(
        **facts,
        hazard=act.hazard,
        inspection=act.inspection,
        department=act.department,
        amount=act.amount,
        persons=act.persons,
        area=act.area,
        document_number=act.document_number.strip(),
        note=act.note.strip(),
        recorded_by=by,
        recorded_at=campaign.now(),
    )
    record("录入执法", user=by, target=str(made), request=request, id=made.pk)
    return made


@transaction.atomic
def void_inspection(
    inspection_id: int, *, by: User, reason: str, request: HttpRequest | None = None
) -> Inspection:
    """Strike a visit that was recorded by mistake. Hazards and acts that came of it stay."""
    row = _locked(inspections_for(by), inspection_id)
    _void(row, by=by, reason=reason)
    record("作废检查", user=by, target=str(row), request=request, id=row.pk)
    return row


@transaction.atomic
def void_enforcement(
    enforcement_id: int, *, by: User, reason: str, request: HttpRequest | None = None
) -> Enforcement:
    """Strike an act that was recorded by mistake."""
    row = _locked(enforcements_for(by), enforcement_id)
    _void(row, by=by, reason=reason)
    record("作废执法", user=by, target=str(row), request=request, id=row.pk)
    return row


@transaction.atomic
def restore_power(
    enforcement_id: int, *, by: User, restored_on: date, request: HttpRequest | None = None
) -> Enforcement:
    """恢复供电: a power cut ends, once, on a day between the cut and today."""
    row = _locked(enforcements_for(by), enforcement_id)
    if row.kind != EnforcementKind.POWER_CUT:
        raise ValidationError("只有停电措施可以登记恢复供电")
    if row.voided_on is not None:
        raise ValidationError("这条记录已经作废")
    if row.restored_on is not None:
        raise ValidationError(f"这条停电记录已登记恢复供电（{row.restored_on:%Y-%m-%d}）")
    if not record_rules.may_restore(scope_of(by), by, row):
        raise PermissionDenied("只有录入人、执法单位或牵头单位可以登记恢复供电")
    check_restored(row.acted_on, restored_on, row.campaign.today())
    row.restored_on = restored_on
    row.save(update_fields=["restored_on"])
    record("登记恢复供电", user=by, target=str(row), request=request, id=row.pk, on=restored_on.isoformat())
    return row


def _sound(faults: Faults, visit: Visit) -> Shots:
    """The clean photos of a visit without faults; otherwise all faults at once, those of photos too."""
    try:
        shots = read_shots(visit)
    except ValidationError as fault:
        raise ValidationError({**faults, **fault.error_dict}) from fault
    if faults:
        raise ValidationError(dict(faults))
    return shots


def _keep_results(made: Inspection, results: Iterable[Checked]) -> None:
    InspectionResult.objects.bulk_create(
        InspectionResult(inspection=made, item=one.item, outcome=one.outcome, note=one.note.strip())
        for one in results
    )


def _keep_shots(made: Inspection, shots: Shots) -> None:
    for (item, clean), at in one_after_the_other(shots, made.recorded_at):
        photo = InspectionPhoto(inspection=made, item=item, uploaded_by=made.recorded_by, uploaded_at=at)
        store(photo, clean)


def _locked(seen: "QuerySet[Record]", pk: int) -> Record:
    """The row, held until the transaction ends; DoesNotExist when it is out of the person's sight."""
    return seen.model.objects.select_for_update(of=("self",)).get(pk__in=seen.filter(pk=pk).values("pk"))


def _void(row: Inspection | Enforcement, *, by: User, reason: str) -> None:
    if row.voided_on is not None:
        raise ValidationError("这条记录已经作废")
    if not record_rules.may_void(scope_of(by), by, row):
        raise PermissionDenied("只有录入人或牵头单位可以作废这条记录")
    check_void_reason(reason)
    row.voided_on = row.campaign.today()
    row.void_reason = reason.strip()
    row.save(update_fields=["voided_on", "void_reason"])


def _ask_about(same: "QuerySet[Any]", what: str) -> None:
    known = same.filter(voided_on=None).first()
    if known is not None:
        question = f"{known.recorded_by} {what}。如确实是另一次，请勾选确认后再保存"
        raise ValidationError({"confirmed": ValidationError(question, code="duplicate")})
