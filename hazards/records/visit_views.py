"""The page of one visit: what was found, what came of it; and its photos, checked again at each download."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from campaigns.http import CampaignRequest
from campaigns.kept_files import serve
from campaigns.models import Campaign
from hazards.enums import CheckOutcome
from hazards.models import Hazard, Inspection, InspectionResult
from hazards.queries import enforcements_in, hazards_in, inspections_in, parks_in_sight
from hazards.records import rules as record_rules
from hazards.records.queries import results_for, unturned, visit_photos_for
from hazards.records.wording import OUTCOME_WORDS, picture_of, with_words
from hazards.wording import Picture


@dataclass
class Line:
    """One check item of a visit as its page shows it."""

    result: InspectionResult
    words: str
    photos: list[Picture] = field(default_factory=list)
    hazard: Hazard | None = None
    turned: bool = False
    turn_url: str = ""


@require_safe
def inspection(request: CampaignRequest, pk: int) -> HttpResponse:
    """One visit; 404 outside the scope."""
    scope, user = request.scope, request.user
    seen = inspections_in(scope).select_related("campaign", "park", "enterprise", "department", "recorded_by")
    visit = get_object_or_404(seen, pk=pk)
    lines = _lines(request, visit)
    acts = enforcements_in(scope).filter(inspection=visit).select_related("department", "campaign", "hazard")
    may_record = visit.voided_on is None and record_rules.may_record(scope, visit.campaign, visit.park)
    asked = urlencode({"campaign": visit.campaign_id, "inspection": visit.pk})
    context = {
        "visit": visit,
        "lines": lines,
        "tally": {words: _count(lines, outcome) for outcome, words in OUTCOME_WORDS.items()},
        "failed": _count(lines, CheckOutcome.FAIL),
        "unchecked": visit.campaign.check_items.count() - len(lines) if lines else 0,
        "photos": [picture_of(shot) for shot in visit.photos.filter(item=None).select_related("uploaded_by")],
        "acts": with_words(acts.order_by("acted_on", "pk"), scope, user),
        "new_act_url": f"{reverse('hazards:enforcement_new')}?{asked}" if may_record else "",
        "may_void": record_rules.may_void(scope, user, visit),
        "linked": parks_in_sight(scope).filter(pk=visit.park_id).exists(),
        "turned": sum(line.turned for line in lines),
        "here": request.path,
    }
    return render(request, "hazards/inspection.html", context)


def _count(lines: list[Line], outcome: CheckOutcome) -> int:
    return sum(line.result.outcome == outcome for line in lines)


def _lines(request: CampaignRequest, visit: Inspection) -> list[Line]:
    results = list(visit.results.select_related("item", "hazard"))
    shots: dict[int, list[Picture]] = {}
    for shot in visit.photos.exclude(item=None).select_related("uploaded_by"):
        assert shot.item_id is not None
        shots.setdefault(shot.item_id, []).append(picture_of(shot))
    seen = set(
        hazards_in(request.scope)
        .filter(pk__in=[result.hazard_id for result in results if result.hazard_id])
        .values_list("pk", flat=True)
    )
    lines = []
    for result in results:
        result.inspection = visit
        words = OUTCOME_WORDS[CheckOutcome(result.outcome)]
        line = Line(result, words, shots.get(result.item_id, []), turned=record_rules.is_turned(result))
        # The hazard can be another's by now: that there is one is told, which one is not.
        line.hazard = result.hazard if result.hazard_id in seen else None
        if record_rules.may_turn(request.scope, result):
            asked: dict[str, Any] = {"campaign": visit.campaign_id, "result": result.pk}
            line.turn_url = f"{reverse('hazards:report')}?{urlencode(asked)}"
        lines.append(line)
    return lines


def asked_result(request: CampaignRequest, campaign: Campaign) -> InspectionResult | None:
    """The failed item that the report form was opened from; 404 when it is out of sight."""
    said = request.POST.get("result") or request.GET.get("result") or ""
    if not said:
        return None
    if not (said.isascii() and said.isdigit() and len(said) < 19):
        raise Http404
    seen = results_for(request.user).filter(inspection__campaign=campaign)
    related = ("item", "hazard", "inspection__campaign", "inspection__park", "inspection__enterprise")
    return get_object_or_404(seen.select_related(*related), pk=int(said))


def instead_of_turning(request: CampaignRequest, result: InspectionResult) -> HttpResponse | None:
    """Where a click on 转为隐患 leads when there is nothing to log: to the hazard, or back to the visit."""
    if record_rules.may_turn(request.scope, result):
        return None
    visit, hazard = result.inspection, result.hazard
    if hazard and record_rules.is_turned(result) and hazards_in(request.scope).filter(pk=hazard.pk).exists():
        messages.info(request, f"该检查事项已转为隐患 {hazard.number}。")
        return redirect("hazards:detail", pk=hazard.pk)
    if not record_rules.may_record(request.scope, visit.campaign, visit.park):
        raise PermissionDenied("您没有在该园区把检查事项转为隐患的权限")
    messages.error(request, "该检查事项不能转为隐患：检查已作废、该项没有不符合，或已转为隐患。")
    return redirect("hazards:inspection", pk=visit.pk)


def failed_left(result: InspectionResult) -> int:
    """How many failed items of the same visit still wait to be logged."""
    return unturned(result.inspection.results.all()).count()


@require_safe
def photo(request: CampaignRequest, key: UUID, size: str) -> HttpResponseBase:
    """A photo of a visit, for all who see the visit. The original, with its position, is not served."""
    if size not in ("image", "thumbnail"):
        raise Http404
    found = get_object_or_404(visit_photos_for(request.user), pk=key)
    mark, name = f"{found.sha256[:32]}-{size}", f"检查-{found.pk.hex[:6]}.jpg"
    return serve(request, getattr(found, size), mark=mark, name=name, kind="image/jpeg")
