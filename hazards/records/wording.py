"""What pages say of visits and enforcement: amounts, the state of a power cut, what came of a hazard."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from accounts.models import User
from campaigns.queries import Scope
from hazards import rules
from hazards.enums import CheckOutcome, EnforcementKind, InspectionKind, Source, Status
from hazards.models import Enforcement, Hazard, InspectionPhoto, InspectionResult
from hazards.queries import enforcements_in, inspections_in
from hazards.records import rules as record_rules
from hazards.wording import Picture

YUAN_IN_WAN = Decimal(10_000)
SOURCE_OF = {
    InspectionKind.SELF_CHECK: Source.SELF_CHECK,
    InspectionKind.LAW: Source.INSPECTION,
    InspectionKind.JOINT: Source.JOINT,
    InspectionKind.UNANNOUNCED: Source.UNANNOUNCED,
    InspectionKind.THIRD_PARTY: Source.THIRD_PARTY,
    InspectionKind.PATROL: Source.PATROL,
}
"""By which way a hazard was found on a visit of this kind."""

OUTCOME_WORDS = {
    CheckOutcome.PASS: "符合要求",
    CheckOutcome.FAIL: "不符合要求",
    CheckOutcome.NOT_APPLICABLE: "不涉及",
}
"""In full beside the item: plans word items as faults too (P3 附件2: “企业主要负责人未带队检查”), and beside
such a text the bare 符合 would read as “yes, it is so”.
"""


def in_wan(yuan: Decimal | None) -> str:
    """万元 without trailing zeros, exact to the fen: 12500 → 1.25."""
    if yuan is None:
        return "0"
    return f"{(yuan / YUAN_IN_WAN).quantize(Decimal('0.000001')):f}".rstrip("0").rstrip(".")


def measure_of(act: Enforcement) -> str:
    """What the act is counted in, with its unit; empty where it is only counted."""
    if act.amount is not None:
        return f"{in_wan(act.amount)} 万元"
    if act.persons is not None:
        return f"{act.persons} 人"
    return f"{act.area.normalize():f} 平方米" if act.area is not None else ""


def power_of(act: Enforcement) -> str:
    """Whether the power is back; empty for every other measure and for a void record."""
    if act.kind != EnforcementKind.POWER_CUT or act.voided_on is not None:
        return ""
    return f"已恢复 {act.restored_on:%Y-%m-%d}" if act.restored_on else "停电中"


def with_words(acts: Iterable[Enforcement], scope: Scope, user: User) -> list[Any]:
    """The acts, each with its measure, the state of its power cut and what the person may do with it."""
    shown: list[Any] = list(acts)
    for act in shown:
        act.measure, act.power, act.id_text = measure_of(act), power_of(act), str(act.pk)
        act.may_void = record_rules.may_void(scope, user, act)
        act.may_restore = record_rules.may_restore(scope, user, act)
    return shown


def picture_of(photo: InspectionPhoto) -> Picture:
    """A photo of a visit for the page."""
    day = timezone.localtime(photo.uploaded_at)
    image, thumbnail = (
        reverse("hazards:inspection_photo", args=[photo.key, size]) for size in ("image", "thumbnail")
    )
    return Picture(image, thumbnail, f"检查 {day:%Y-%m-%d} {photo.uploaded_by}")


def prefill_of(result: InspectionResult) -> dict[str, Any]:
    """The report form as a failed item fills it in beforehand."""
    visit = result.inspection
    return {
        "park": visit.park_id,
        "enterprise": visit.enterprise_id,
        "description": f"{result.item.text}：{result.note}" if result.note else result.item.text,
        "source": SOURCE_OF[InspectionKind(visit.kind)],
        "found_on": visit.inspected_on,
    }


def records_of(hazard: Hazard, scope: Scope, user: User) -> dict[str, Any]:
    """Enforcement against a hazard and the visits that found it, for templates' hazard_records.html."""
    acts = enforcements_in(scope).filter(hazard=hazard).select_related("department", "campaign")
    found = hazard.check_results.filter(inspection__in=inspections_in(scope).values("pk"))
    results = found.select_related("inspection__department", "item").order_by("inspection__inspected_on")
    new = ""
    recorder = bool(record_rules.RECORDERS & rules.parties_towards(scope, hazard))
    if recorder and hazard.status != Status.VOID:
        asked = urlencode({"campaign": hazard.campaign_id, "hazard": hazard.pk})
        new = f"{reverse('hazards:enforcement_new')}?{asked}"
    return {
        "hazard_acts": with_words(acts.order_by("acted_on", "pk"), scope, user),
        "hazard_results": list(results),
        "new_act_url": new,
        "here": reverse("hazards:detail", args=[hazard.pk]),
    }
