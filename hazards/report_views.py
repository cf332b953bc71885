"""上报: the form with which a hazard is logged, made for one thumb."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns.form_parts import put_errors
from campaigns.http import CampaignRequest, opened_campaign
from campaigns.models import Campaign
from hazards import actions
from hazards.digests import body_digest
from hazards.enums import Source
from hazards.form_parts import add_photo_faults
from hazards.forms import ReportForm
from hazards.models import Hazard, InspectionResult
from hazards.records.result_actions import log_from_result, photos_to_carry
from hazards.records.visit_views import asked_result, failed_left, instead_of_turning
from hazards.records.wording import prefill_of

DRAFT = "hazard-report"
NOT_SAID = ("csrfmiddlewaretoken", "client_key", "not_same")
"""Fields of the form that say nothing of the hazard."""


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: CampaignRequest) -> HttpResponse:
    """Log a hazard; on success its page, else the form again with everything that was typed."""
    campaign = opened_campaign(request)
    if not campaign:
        return render(request, "hazards/no_campaign.html")
    scope, result = request.scope, asked_result(request, campaign)
    if request.method != "POST":
        if result and (elsewhere := instead_of_turning(request, result)):
            return elsewhere
        form = ReportForm(campaign, scope, initial=_initial(request, result))
        return _form_page(request, form, result)
    form = ReportForm(campaign, scope, request.POST, request.FILES)
    if not form.may_report:
        raise PermissionDenied("您没有上报隐患的权限")
    if form.is_valid():
        try:
            hazard = _report(request, form, result)
        except ValidationError as fault:
            put_errors(form, fault)
        except actions.KeyReused as reused:
            return _form_page(request, _renewed(request, campaign, reused.hazard), result, status=409)
        else:
            text = f"已上报，编号 {hazard.number}。"
            messages.success(request, text, extra_tags=f"draft-clear:{_draft(result)}")
            if result and (left := failed_left(result)):
                messages.info(request, f"这次检查还有 {left} 项不符合没有转为隐患。")
                return redirect("hazards:inspection", pk=result.inspection_id)
            return redirect(f"{reverse('hazards:detail', args=[hazard.pk])}?new=1")
    add_photo_faults(form)
    return _form_page(request, form, result, status=400)


def _renewed(request: CampaignRequest, campaign: Campaign, logged: Hazard) -> ReportForm:
    """The form sent again with other words, as after a step back in the browser: under a key of its own,
    so that it can be sent as another hazard on purpose, and neither text is lost.
    """
    data = request.POST.copy()
    data["client_key"] = str(uuid.uuid4())
    form = ReportForm(campaign, request.scope, data, request.FILES)
    form.add_error(
        None,
        f"这张表单已经上报过，编号 {logged.number}；这次的内容与它不同，没有保存。"
        "要补充那一条，请打开它填报进度；确实是另一条隐患的，请核对后再点“上报”。",
    )
    return form


@require_safe
def enterprise_options(request: CampaignRequest) -> HttpResponse:
    """The fields that depend on the park, for htmx."""
    campaign = opened_campaign(request)
    if not campaign:
        raise Http404
    form = ReportForm(campaign, request.scope, initial={"park": request.GET.get("park")})
    return render(request, "hazards/includes/park_fields.html", {"form": form})


@require_safe
def measure_options(request: CampaignRequest) -> HttpResponse:
    """The measures for the chosen kind of hazard, for htmx."""
    campaign = opened_campaign(request)
    if not campaign:
        raise Http404
    form = ReportForm(campaign, request.scope, initial={"category": request.GET.get("category")})
    # A draft puts kind and measure back together: the measure stays where it fits the kind.
    offered: Any = form.fields["plan_measure"]
    chosen = request.GET.get("plan_measure", "")
    if chosen in {str(key) for key, _ in offered.choices}:
        form.initial["plan_measure"] = chosen
    return render(request, "hazards/includes/measure_field.html", {"form": form})


@require_POST
def likely(request: CampaignRequest) -> HttpResponse:
    """Hazards that look like what is being typed, for htmx. It writes nothing: a POST, because what is typed
    is longer than an address and has no business in the server's logs.
    """
    campaign = opened_campaign(request)
    if not campaign:
        raise Http404
    form = ReportForm(campaign, request.scope, request.POST)
    return render(request, "hazards/includes/likely.html", {"likely": form.likely_same()})


def _initial(request: CampaignRequest, result: InspectionResult | None) -> dict[str, Any]:
    """What is known beforehand: from a failed check item, or from the page that led here."""
    if result:
        return prefill_of(result)
    asked = {"source": _usual_source(request)}
    asked |= {name: request.GET.get(name, "") for name in ("park", "enterprise")}
    return {name: value for name, value in asked.items() if value}


def _draft(result: InspectionResult | None) -> str:
    """A failed item has a draft of its own: the open draft of another hazard does not cover it."""
    return f"{DRAFT}-check-{result.pk}" if result else DRAFT


def _form_page(
    request: CampaignRequest, form: ReportForm, result: InspectionResult | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "draft": _draft(result),
        "today": form.campaign.today(),
        "leads": form.campaign.pk in request.scope.led_campaigns,
        "result": result,
        "carried": photos_to_carry(result).count() if result else 0,
    }
    return render(request, "hazards/report.html", context, status=status)


def _usual_source(request: CampaignRequest) -> str:
    """The source that people of this side mostly report from."""
    scope = request.scope
    if scope.task_forces:
        return Source.PATROL
    if scope.operated_parks:
        return Source.SELF_CHECK
    return Source.INSPECTION


@transaction.atomic
def _report(request: CampaignRequest, form: ReportForm, result: InspectionResult | None) -> Hazard:
    """Enterprise, hazard and the failed item that it came of together or none."""
    given, by = form.cleaned_data, request.user
    enterprise = given["enterprise"]
    if given["new_enterprise"]:
        enterprise = actions.add_enterprise(form.campaign, given["park"], given["new_enterprise"], by=by)
    said = {name: request.POST.getlist(name) for name in request.POST if name not in NOT_SAID}
    key: dict[str, Any] = {
        "client_key": given["client_key"],
        "client_digest": body_digest(form.campaign.pk, said, request.FILES),
    }
    finding = form.finding(enterprise)

    def log() -> Hazard:
        if given["fixed"]:
            after, measure = given["after"], given["measure"]
            return actions.report_fixed(form.campaign, finding, by=by, after=after, measure=measure, **key)
        return actions.report(form.campaign, finding, by=by, **key)

    if result is None:
        return log()
    return log_from_result(
        form.campaign, result.pk, finding, log, by=by, client_key=given["client_key"], request=request
    )
