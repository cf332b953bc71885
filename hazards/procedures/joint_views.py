"""Pages of joint enforcement: list, one record, record a new one, void."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns.form_parts import put_errors
from campaigns.http import CampaignRequest, asked_words
from campaigns.models import Campaign
from campaigns.queries import units_of
from hazards.filters import querystring
from hazards.models import Hazard, JointEnforcement
from hazards.procedures import joint_actions
from hazards.procedures.joint_forms import JointFilter, JointForm, offered
from hazards.procedures.joint_queries import hazards_of_joint, joints_in, waiting_for_joint
from hazards.wording import with_light_shown
from parks.models import Department

PAGE = 50


@require_safe
def joints(request: CampaignRequest) -> HttpResponse:
    """The campaign's joint enforcements, as far as they concern the person."""
    campaign = request.campaign
    units = units_of(campaign) if campaign else Department.objects.none()
    form = JointFilter(request.GET, units)
    rows = form.apply(joints_in(request.scope).filter(campaign=campaign)) if campaign else _none()
    rows = rows.annotate(covered=Count("hazards", distinct=True)).prefetch_related("units")
    page = Paginator(rows.order_by("-held_on", "-id"), PAGE).get_page(request.GET.get("page"))
    base = querystring(request.GET, drop=("page",))

    def address(number: int) -> str:
        return f"?{base}&page={number}" if base else f"?page={number}"

    leads = _leads(request)
    context = {
        "rows": list(page.object_list),
        "form": form,
        "leads": leads,
        "waiting": waiting_for_joint(campaign).count() if campaign and leads else 0,
        "pager": {
            "total": page.paginator.count,
            "first_url": address(1) if page.number > 1 else "",
            "prev_url": address(page.previous_page_number()) if page.has_previous() else "",
            "next_url": address(page.next_page_number()) if page.has_next() else "",
        },
    }
    return render(request, "hazards/joints.html", context)


@require_safe
def joint(request: CampaignRequest, pk: int) -> HttpResponse:
    """One record with those of its hazards that the person may see."""
    row = get_object_or_404(
        joints_in(request.scope).select_related("campaign", "recorded_by").prefetch_related("units"), pk=pk
    )
    seen = hazards_of_joint(request.scope, row)
    shown = seen.select_related("park", "enterprise", "campaign", "responsible_department")
    campaign = row.campaign
    context = {
        "row": row,
        "rows": with_light_shown(shown, campaign.today(), campaign.yellow_days),
        "unseen": row.hazards.count() - seen.count(),
        "may_void": row.voided_on is None and row.campaign_id in request.scope.led_campaigns,
    }
    return render(request, "hazards/joint.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def joint_new(request: CampaignRequest) -> HttpResponse:
    """Record one, with the hazards that asked for it and any others of the campaign."""
    campaign = _led(request)
    data = request.POST if request.method == "POST" else None
    form = JointForm(campaign, data, chosen=request.GET.get("hazard", ""))
    if data is not None and form.is_valid():
        try:
            row = joint_actions.convene(campaign, form.gathering(), by=request.user)
        except ValidationError as fault:
            put_errors(form, fault)
        except Hazard.DoesNotExist:
            form.add_error("hazards", "所选隐患已不在您的范围内，请重新选择")
        else:
            messages.success(request, f"已录入联合执法：{row}", extra_tags="draft-clear:joint")
            return redirect("hazards:joint", pk=row.pk)
    found, more = _found(request, campaign, form.picked)
    context = {"form": form, "found": found, "more": more, "find": request.GET.get("find", "")}
    return render(request, "hazards/joint_new.html", context, status=422 if form.errors else 200)


@require_safe
def joint_choices(request: CampaignRequest) -> HttpResponse:
    """What a search among the campaign's open hazards offers, beside what is chosen already."""
    campaign = _led(request)
    form = JointForm(campaign, request.GET)
    found, more = _found(request, campaign, form.picked)
    context = {"form": form, "found": found, "more": more, "find": request.GET.get("find", "")}
    return render(request, "hazards/includes/joint_choices.html", context)


@require_POST
def joint_void(request: CampaignRequest, pk: int) -> HttpResponse:
    """Strike a record made by mistake."""
    if not joints_in(request.scope).filter(pk=pk).exists():
        raise Http404
    if not joints_in(request.scope).filter(pk=pk, campaign__in=request.scope.led_campaigns).exists():
        raise PermissionDenied("联合执法记录由牵头单位作废")
    try:
        row = joint_actions.void_joint(pk, by=request.user, reason=request.POST.get("reason", ""))
    except JointEnforcement.DoesNotExist:
        messages.error(request, "没有作废：这条记录已经作废")
    except ValidationError as fault:
        messages.error(request, "没有作废：" + "；".join(fault.messages))
    else:
        messages.success(request, f"已作废：{row}")
    return redirect("hazards:joint", pk=pk)


def _found(request: CampaignRequest, campaign: Campaign, picked: set[int]) -> tuple[list[Hazard], bool]:
    text = asked_words(request, "find", longest=100)
    return offered(campaign, text, picked) if text else ([], False)


def _leads(request: CampaignRequest) -> bool:
    return bool(request.campaign and request.campaign.pk in request.scope.led_campaigns)


def _led(request: CampaignRequest) -> Campaign:
    if not request.campaign or not _leads(request):
        raise PermissionDenied("联合执法由牵头单位组织和录入")
    return request.campaign


def _none() -> QuerySet[Any]:
    return JointEnforcement.objects.none()


joint_paths = [
    path("joints/", joints, name="joints"),
    path("joints/new/", joint_new, name="joint_new"),
    path("joints/choices/", joint_choices, name="joint_choices"),
    path("joints/<int:pk>/", joint, name="joint"),
    path("joints/<int:pk>/void/", joint_void, name="joint_void"),
]
