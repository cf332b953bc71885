"""A failed check item becomes a hazard: once, in the transaction that logs the hazard."""

import uuid
from collections.abc import Callable

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.audit import record
from accounts.models import User
from campaigns.models import Campaign
from campaigns.queries import scope_of
from hazards.enums import CheckOutcome, PhotoKind
from hazards.findings import Finding
from hazards.models import Hazard, InspectionPhoto, InspectionResult, Photo
from hazards.records import rules as record_rules
from hazards.records.queries import results_for


@transaction.atomic
def log_from_result(
    campaign: Campaign,
    result_id: int,
    finding: Finding,
    log: Callable[[], Hazard],
    *,
    by: User,
    client_key: uuid.UUID | None = None,
    request: HttpRequest | None = None,
) -> Hazard:
    """Log a hazard by `log` (a verb that reports `finding`) and link the failed item to it.

    InspectionResult.DoesNotExist when it is out of sight, PermissionDenied, ValidationError by field.
    The same form sent twice gives the hazard of the first time.
    """
    seen = results_for(by).filter(pk=result_id, inspection__campaign=campaign)
    rows = InspectionResult.objects.select_for_update(of=("self",))
    result = rows.select_related("inspection__park", "inspection__enterprise", "item").get(
        pk__in=seen.values("pk")
    )
    known = result.hazard
    if known and client_key and (known.client_key, known.reported_by_id) == (client_key, by.pk):
        # Gives the hazard of the first time, and refuses other words under the same key.
        return log()
    _check(result, finding, by)
    hazard = log()
    result.hazard = hazard
    result.save(update_fields=["hazard"])
    _carry_photos(result, hazard)
    visit = result.inspection
    record("检查转隐患", user=by, target=str(visit), request=request, id=visit.pk, hazard=hazard.number)
    return hazard


def photos_to_carry(result: InspectionResult) -> "QuerySet[InspectionPhoto]":
    """Photos of the failed item: they show the hazard before the work."""
    return InspectionPhoto.objects.filter(inspection=result.inspection_id, item=result.item_id)


def _check(result: InspectionResult, finding: Finding, by: User) -> None:
    visit, known = result.inspection, result.hazard
    if result.outcome != CheckOutcome.FAIL:
        raise ValidationError("只有不符合的检查事项可以转为隐患")
    if visit.voided_on is not None:
        raise ValidationError("这次检查已经作废，不能再转为隐患；确有隐患的请直接上报")
    if known is not None and record_rules.is_turned(result):
        raise ValidationError(
            f"该检查事项已由 {known.reported_by} 转为隐患 {known.number}，不必再次上报", code="turned"
        )
    if not record_rules.may_turn(scope_of(by), result):
        raise PermissionDenied("您没有在该园区把检查事项转为隐患的权限")
    faults: dict[str, str] = {}
    if finding.park.pk != visit.park_id:
        faults["park"] = f"由检查转来的隐患须在所检查的园区（{visit.park}）"
    elif visit.enterprise_id and (finding.enterprise is None or finding.enterprise.pk != visit.enterprise_id):
        faults["enterprise"] = f"由检查转来的隐患须属于所检查的企业（{visit.enterprise}）"
    if faults:
        raise ValidationError(dict(faults))


def _carry_photos(result: InspectionResult, hazard: Hazard) -> None:
    """Copies, so that each record keeps its own files; who took them and when stays as it was."""
    change = hazard.changes.order_by("pk").first()
    for shot in photos_to_carry(result):
        photo = Photo(
            hazard=hazard,
            change=change,
            kind=PhotoKind.BEFORE,
            width=shot.width,
            height=shot.height,
            sha256=shot.sha256,
            uploaded_by=shot.uploaded_by,
            uploaded_at=shot.uploaded_at,
        )
        for name in ("image", "thumbnail", "original"):
            with getattr(shot, name).open("rb") as kept:
                mark = "-s" if name == "thumbnail" else ""
                ending = kept.name.rpartition(".")[2]
                getattr(photo, name).save(
                    f"{photo.key.hex}{mark}.{ending}", ContentFile(kept.read()), save=False
                )
        photo.save(force_insert=True)
