"""Pages of visits and enforcement acts: list, new, void; the page of one visit stands in visit_views."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, QuerySet, Sum
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns.form_parts import put_errors
from campaigns.http import CampaignRequest, opened_campaign
from campaigns.models import Campaign
from hazards.filters import querystring
from hazards.form_parts import add_photo_faults
from hazards.models import Enforcement, Inspection
from hazards.paging import Order, page_of
from hazards.queries import (
    enforcements_in,
    inspections_in,
    parks_in_sight,
    parks_to_record_in,
    units_to_record_for,
)
from hazards.records import actions as record_actions
from hazards.records import visit_views
from hazards.records.filters import ActFilter, RecordFilter, VisitFilter
from hazards.records.forms import EnforcementForm, InspectionForm, RecordForm, RestoreForm, enterprises_in
from hazards.records.queries import results_by_visit
from hazards.records.rules import may_void
from hazards.records.wording import in_wan, with_words
from parks.models import Park

ORDERS = {name: Order((name, "id")) for name in ("inspected_on", "acted_on")}


def visits_asked_for(request: CampaignRequest) -> tuple[QuerySet[Inspection], VisitFilter]:
    """The visits that the address asks for, inside the person's scope, with its filters."""
    form = VisitFilter(request)
    return form.apply(_of_campaign(request, inspections_in(request.scope))), form


def acts_asked_for(request: CampaignRequest) -> tuple[QuerySet[Enforcement], ActFilter]:
    """The enforcement acts that the address asks for, inside the person's scope, with its filters."""
    form = ActFilter(request)
    return form.apply(_of_campaign(request, enforcements_in(request.scope))), form


def _of_campaign(request: CampaignRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(campaign=request.campaign.pk) if request.campaign else rows.none()


@require_safe
def inspections(request: CampaignRequest) -> HttpResponse:
    """Visits in the person's scope, with how many 家次 and 家 they are."""
    rows, form = visits_asked_for(request)
    counted = rows.filter(voided_on=None).aggregate(
        visits=Count("enterprise"), enterprises=Count("enterprise", distinct=True), all=Count("pk")
    )
    counted["public"] = counted["all"] - counted["visits"]
    shown = rows.select_related("park", "enterprise", "department", "recorded_by")
    context = _list_context(request, shown, form)
    results = results_by_visit(context["rows"])
    for row in context["rows"]:
        row.may_void, row.id_text = may_void(request.scope, request.user, row), str(row.pk)
        row.checked, row.failed = results.get(row.pk, (0, 0))
    return render(request, "hazards/inspections.html", context | {"totals": counted})


@require_safe
def enforcements(request: CampaignRequest) -> HttpResponse:
    """Enforcement acts in the person's scope, with their sums."""
    rows, form = acts_asked_for(request)
    totals = rows.filter(voided_on=None).aggregate(
        acts=Count("pk"),
        enterprises=Count("enterprise", distinct=True),
        yuan=Sum("amount"),
        persons=Sum("persons"),
        area=Sum("area"),
    )
    totals["wan"] = in_wan(totals["yuan"])
    shown = rows.select_related(
        "enterprise__park", "department", "recorded_by", "hazard", "inspection", "campaign"
    )
    context = _list_context(request, shown, form)
    with_words(context["rows"], request.scope, request.user)
    return render(request, "hazards/enforcements.html", context | {"totals": totals})


def _list_context(request: CampaignRequest, rows: QuerySet[Any], form: RecordFilter) -> dict[str, Any]:
    cursor = request.GET.get("cursor", "")
    page = page_of(rows, sort=f"-{form.day}", cursor=cursor, orders=ORDERS)
    base = querystring(request.GET, drop=("cursor",))

    def address(cursor: str) -> str:
        return f"?{'&'.join(part for part in (base, cursor and f'cursor={cursor}') if part)}"

    scope, campaign = request.scope, request.campaign
    # A unit may record in parks whose page is not for it: no link that ends in a 404.
    linked = set(parks_in_sight(scope).values_list("pk", flat=True)) if page.rows else set()
    for row in page.rows:
        row.linked = (row.park_id if isinstance(row, Inspection) else row.enterprise.park_id) in linked
    return {
        "rows": page.rows,
        "form": form,
        "here": request.get_full_path(),
        "may_record": bool(campaign and parks_to_record_in(scope, campaign).exists()),
        "pager": {
            "total": None,
            "first_url": "" if page.first else address(""),
            "prev_url": page.previous and address(page.previous),
            "next_url": page.next and address(page.next),
        },
    }


@require_http_methods(["GET", "HEAD", "POST"])
def inspection_new(request: CampaignRequest) -> HttpResponse:
    """Record one visit; what it found leads on from its page."""

    def save(form: RecordForm) -> Inspection:
        assert isinstance(form, InspectionForm)
        return record_actions.record_inspection(
            form.campaign,
            form.visit(),
            by=request.user,
            confirmed=form.cleaned_data["confirmed"],
            request=request,
        )

    return _new(request, InspectionForm, "hazards/inspection_new.html", back="hazards:inspections", save=save)


@require_http_methods(["GET", "HEAD", "POST"])
def enforcement_new(request: CampaignRequest) -> HttpResponse:
    """Record one enforcement act."""

    def save(form: RecordForm) -> Enforcement:
        assert isinstance(form, EnforcementForm)
        return record_actions.record_enforcement(
            form.campaign,
            form.act(),
            by=request.user,
            confirmed=form.cleaned_data["confirmed"],
            request=request,
        )

    return _new(
        request, EnforcementForm, "hazards/enforcement_new.html", back="hazards:enforcements", save=save
    )


def _new(
    request: CampaignRequest,
    form_class: type[RecordForm],
    template: str,
    *,
    back: str,
    save: Callable[[RecordForm], Inspection | Enforcement],
) -> HttpResponse:
    campaign = opened_campaign(request)
    if not campaign or not parks_to_record_in(request.scope, campaign).exists():
        raise PermissionDenied("检查和执法记录由牵头单位、成员单位和专班录入，您的角色只能查看。")
    if request.method != "POST":
        return _form_page(request, template, back, form_class(request, campaign))
    form = form_class(request, campaign, request.POST, request.FILES)
    if form.is_valid():
        try:
            row = save(form)
        except ValidationError as error:
            put_errors(form, error)
        else:
            messages.success(request, f"已保存：{row}", extra_tags=f"draft-clear:{form.draft}")
            return redirect(_after(request, form, row, back))
    add_photo_faults(form)
    return _form_page(request, template, back, form)


def _form_page(request: CampaignRequest, template: str, back: str, form: RecordForm) -> HttpResponse:
    no_unit = not units_to_record_for(request.scope, form.campaign, request.user).exists()
    context = {"form": form, "back": reverse(back), "no_unit": no_unit}
    return render(request, template, context, status=422 if form.errors else 200)


def _after(request: CampaignRequest, form: RecordForm, row: Inspection | Enforcement, back: str) -> str:
    """The next record, or the page from which this one leads on."""
    if "again" in request.POST:
        asked = {"park": form.cleaned_data["park"].pk, "campaign": form.campaign.pk}
        return f"{request.path}?{urlencode(asked)}"
    if isinstance(row, Inspection):
        return reverse("hazards:inspection", args=[row.pk])
    if row.inspection_id:
        return reverse("hazards:inspection", args=[row.inspection_id])
    return reverse("hazards:detail", args=[row.hazard_id]) if row.hazard_id else reverse(back)


@require_POST
def inspection_void(request: CampaignRequest, pk: int) -> HttpResponse:
    """Void a visit."""

    def void() -> str:
        row = record_actions.void_inspection(
            pk, by=request.user, reason=request.POST.get("reason", ""), request=request
        )
        turned = row.results.filter(hazard__isnull=False).count()
        stay = f"。由它转来的 {turned} 条隐患仍然有效，须作废的请到隐患页面办理" if turned else ""
        return f"已作废：{row}{stay}"

    return _done(request, void, "没有作废：", reverse("hazards:inspections"))


@require_POST
def enforcement_void(request: CampaignRequest, pk: int) -> HttpResponse:
    """Void an enforcement act."""

    def void() -> str:
        reason = request.POST.get("reason", "")
        return (
            f"已作废：{record_actions.void_enforcement(pk, by=request.user, reason=reason, request=request)}"
        )

    return _done(request, void, "没有作废：", reverse("hazards:enforcements"))


@require_POST
def enforcement_restore(request: CampaignRequest, pk: int) -> HttpResponse:
    """登记恢复供电 of a power cut."""

    def restore() -> str:
        form = RestoreForm(request.POST)
        if not form.is_valid():
            raise ValidationError(form.errors["restored_on"].as_data())
        day = form.cleaned_data["restored_on"]
        row = record_actions.restore_power(pk, by=request.user, restored_on=day, request=request)
        return f"已登记恢复供电：{row.enterprise}，{day:%Y-%m-%d}"

    return _done(request, restore, "没有登记恢复供电：", reverse("hazards:enforcements"))


def _done(request: CampaignRequest, act: Callable[[], str], refused: str, back: str) -> HttpResponse:
    """Do it, say how it ended, and go back to the page that asked."""
    try:
        messages.success(request, act())
    except (Inspection.DoesNotExist, Enforcement.DoesNotExist) as error:
        raise Http404 from error
    except ValidationError as error:
        messages.error(request, refused + "；".join(error.messages))
    asked = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return redirect(asked if safe else back)


@require_safe
def enterprise_choices(request: CampaignRequest) -> HttpResponse:
    """The enterprises of the chosen park, as options of the record forms' select."""
    campaign: Campaign | None = opened_campaign(request)
    parks = parks_to_record_in(request.scope, campaign) if campaign else Park.objects.none()
    rows = enterprises_in(request.GET.get("park"), parks)
    empty = "请选择" if request.GET.get("must") else "园区公共部位"
    return render(request, "hazards/includes/enterprise_options.html", {"rows": rows, "empty": empty})


record_paths = [
    path("inspections/", inspections, name="inspections"),
    path("inspections/new/", inspection_new, name="inspection_new"),
    path("inspections/photos/<uuid:key>/<str:size>/", visit_views.photo, name="inspection_photo"),
    path("inspections/<int:pk>/", visit_views.inspection, name="inspection"),
    path("inspections/<int:pk>/void/", inspection_void, name="inspection_void"),
    path("enforcements/", enforcements, name="enforcements"),
    path("enforcements/new/", enforcement_new, name="enforcement_new"),
    path("enforcements/<int:pk>/void/", enforcement_void, name="enforcement_void"),
    path("enforcements/<int:pk>/restore/", enforcement_restore, name="enforcement_restore"),
    path("records/enterprises/", enterprise_choices, name="record_enterprises"),
]
