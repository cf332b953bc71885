"""Pages of visits and enforcement acts: list, new, void."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet, Sum
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns.http import CampaignRequest
from hazards import record_actions
from hazards.enums import EnforcementKind, InspectionKind
from hazards.filters import querystring
from hazards.models import Enforcement, Inspection
from hazards.queries import (
    enforcements_for,
    inspections_for,
    parks_in_sight,
    parks_to_filter_by,
    parks_to_record_in,
    units_to_record_for,
)
from hazards.record_forms import EnforcementForm, InspectionForm, RecordFilter, RecordForm, enterprises_in
from parks.models import Park

PAGE = 50
YUAN_IN_WAN = Decimal(10_000)


@require_safe
def inspections(request: CampaignRequest) -> HttpResponse:
    """Visits in the person's scope, with how many 家次 and 家 they are."""
    rows, form = _found(request, Inspection, "inspected_on", "park", InspectionKind.choices)
    rows = rows.select_related("park", "enterprise", "department", "recorded_by")
    counted = rows.filter(voided_on=None).aggregate(
        visits=Count("enterprise"), enterprises=Count("enterprise", distinct=True), all=Count("pk")
    )
    counted["public"] = counted["all"] - counted["visits"]
    context = _list_context(request, rows, form)
    return render(request, "hazards/inspections.html", context | {"totals": counted})


@require_safe
def enforcements(request: CampaignRequest) -> HttpResponse:
    """Enforcement acts in the person's scope, with their sums."""
    rows, form = _found(request, Enforcement, "acted_on", "enterprise__park", EnforcementKind.choices)
    rows = rows.select_related("enterprise__park", "department", "recorded_by", "hazard")
    totals = rows.filter(voided_on=None).aggregate(
        acts=Count("pk"),
        enterprises=Count("enterprise", distinct=True),
        yuan=Sum("amount"),
        persons=Sum("persons"),
        area=Sum("area"),
    )
    totals["wan"] = in_wan(totals["yuan"])
    context = _list_context(request, rows, form)
    for row in context["rows"]:
        row.wan = in_wan(row.amount)
    return render(request, "hazards/enforcements.html", context | {"totals": totals})


def in_wan(yuan: Decimal | None) -> str:
    """万元 without trailing zeros, exact to the fen: 12500 → 1.25."""
    if yuan is None:
        return "0"
    return f"{(yuan / YUAN_IN_WAN).quantize(Decimal('0.000001')):f}".rstrip("0").rstrip(".")


def _found(
    request: CampaignRequest, model: type[Inspection] | type[Enforcement], day: str, park: str, kinds: Any
) -> tuple[QuerySet[Any], RecordFilter]:
    campaign = request.campaign
    seen: Callable[[Any], QuerySet[Any]] = inspections_for if model is Inspection else enforcements_for
    scope = request.scope
    parks = parks_to_filter_by(scope, campaign) if campaign else Park.objects.none()
    form = RecordFilter(request.GET, parks=parks, kinds=list(kinds))
    rows = seen(request.user).filter(campaign=campaign.pk) if campaign else model.objects.none()
    return form.apply(rows, day=day, park=park), form


def _list_context(request: CampaignRequest, rows: QuerySet[Any], form: RecordFilter) -> dict[str, Any]:
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    base = querystring(request.GET, drop=("page",))

    def address(number: int) -> str:
        return f"?{base}&page={number}" if base else f"?page={number}"

    shown = list(page.object_list)
    scope, user = request.scope, request.user
    # A unit may record in parks whose page is not for it: no link that ends in a 404.
    linked = set(parks_in_sight(scope).values_list("pk", flat=True)) if shown else set()
    for row in shown:
        row.linked = (row.park_id if isinstance(row, Inspection) else row.enterprise.park_id) in linked
        row.may_void = record_actions.may_void(scope, user, row)
        row.id_text = str(row.pk)
    campaign = request.campaign
    return {
        "rows": shown,
        "form": form,
        "may_record": bool(campaign and parks_to_record_in(scope, campaign).exists()),
        "pager": {
            "total": page.paginator.count,
            "first_url": address(1) if page.number > 1 else "",
            "prev_url": address(page.previous_page_number()) if page.has_previous() else "",
            "next_url": address(page.next_page_number()) if page.has_next() else "",
        },
    }


@require_http_methods(["GET", "HEAD", "POST"])
def inspection_new(request: CampaignRequest) -> HttpResponse:
    """Record one visit."""

    def save(form: RecordForm, confirmed: bool) -> Any:
        assert isinstance(form, InspectionForm)
        return record_actions.record_inspection(
            form.campaign,
            form.visit(),
            by=request.user,
            confirmed=confirmed,
            request=request,
        )

    return _new(request, InspectionForm, "hazards/inspection_new.html", "hazards:inspections", save)


@require_http_methods(["GET", "HEAD", "POST"])
def enforcement_new(request: CampaignRequest) -> HttpResponse:
    """Record one enforcement act."""

    def save(form: RecordForm, confirmed: bool) -> Any:
        assert isinstance(form, EnforcementForm)
        return record_actions.record_enforcement(
            form.campaign,
            form.act(),
            by=request.user,
            confirmed=confirmed,
            request=request,
        )

    return _new(request, EnforcementForm, "hazards/enforcement_new.html", "hazards:enforcements", save)


def _new(
    request: CampaignRequest,
    form_class: type[RecordForm],
    template: str,
    back: str,
    save: Callable[[RecordForm, bool], Any],
) -> HttpResponse:
    campaign = request.campaign
    scope = request.scope
    if not campaign or not parks_to_record_in(scope, campaign).exists():
        raise PermissionDenied("检查和执法记录由牵头单位、成员单位和专班录入，您的角色只能查看。")
    form = form_class(request, campaign, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            row = save(form, form.cleaned_data["confirmed"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"已保存：{row}")
            if "again" in request.POST:
                return redirect(f"{request.path}?{urlencode({'park': form.cleaned_data['park'].pk})}")
            return redirect(back)
    no_unit = not units_to_record_for(scope, campaign, request.user).exists()
    status = 422 if form.errors else 200
    return render(request, template, {"form": form, "back": reverse(back), "no_unit": no_unit}, status=status)


@require_POST
def inspection_void(request: CampaignRequest, pk: int) -> HttpResponse:
    """Void a visit."""
    return _void(request, pk, record_actions.void_inspection, "hazards:inspections")


@require_POST
def enforcement_void(request: CampaignRequest, pk: int) -> HttpResponse:
    """Void an enforcement act."""
    return _void(request, pk, record_actions.void_enforcement, "hazards:enforcements")


def _void(request: CampaignRequest, pk: int, action: Callable[..., Any], back: str) -> HttpResponse:
    try:
        row = action(pk, by=request.user, reason=request.POST.get("reason", ""), request=request)
    except (Inspection.DoesNotExist, Enforcement.DoesNotExist) as error:
        raise Http404 from error
    except ValidationError as error:
        messages.error(request, "没有作废：" + "；".join(error.messages))
    else:
        messages.success(request, f"已作废：{row}")
    return redirect(back)


@require_safe
def enterprise_choices(request: CampaignRequest) -> HttpResponse:
    """The enterprises of the chosen park, as options of the record forms' select."""
    campaign = request.campaign
    parks = parks_to_record_in(request.scope, campaign) if campaign else Park.objects.none()
    rows = enterprises_in(request.GET.get("park"), parks)
    empty = "请选择" if request.GET.get("must") else "园区公共部位"
    return render(request, "hazards/includes/enterprise_options.html", {"rows": rows, "empty": empty})


record_paths = [
    path("inspections/", inspections, name="inspections"),
    path("inspections/new/", inspection_new, name="inspection_new"),
    path("inspections/<int:pk>/void/", inspection_void, name="inspection_void"),
    path("enforcements/", enforcements, name="enforcements"),
    path("enforcements/new/", enforcement_new, name="enforcement_new"),
    path("enforcements/<int:pk>/void/", enforcement_void, name="enforcement_void"),
    path("records/enterprises/", enterprise_choices, name="record_enterprises"),
]
