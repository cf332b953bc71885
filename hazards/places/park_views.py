"""Pages of parks 一园一档 and enterprises 一企一档, with what the person may see of their hazards."""

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from campaigns.contacts import people_of, shown_phone
from campaigns.http import CampaignRequest, asked_words
from campaigns.models import Campaign, TaskForce
from campaigns.pages import long_table
from campaigns.queries import Scope
from campaigns.reach import may_keep_park
from campaigns.rules import may_read_phones_of
from hazards.enums import Status
from hazards.models import OPEN, Hazard, Photo
from hazards.places.park_plan import plan_at
from hazards.queries import enforcements_for, hazards_in, inspections_for, parks_in_sight, parks_to_record_in
from hazards.records.wording import in_wan
from hazards.tallies import Tally, tallies_by
from hazards.wording import with_light_shown
from parks.credit_codes import doubtful_code
from parks.enums import RiskColour
from parks.models import Enterprise, Park
from parks.names import name_key

LATEST = 10
STRIP = 12
MOST_ENTERPRISES = 300


def _of(request: CampaignRequest) -> tuple[Scope, Campaign | None, QuerySet[Hazard]]:
    """The person's scope, current campaign, and the hazards of it that they may see."""
    scope = request.scope
    campaign = request.campaign or None
    seen = hazards_in(scope).filter(campaign=campaign) if campaign else Hazard.objects.none()
    return scope, campaign, seen


@require_safe
def park_list(request: CampaignRequest) -> HttpResponse:
    """The campaign's parks in the person's scope, the ones with most overdue first on demand."""
    scope, campaign, hazards = _of(request)
    parks = parks_in_sight(scope).select_related("region")
    if campaign:
        parks = parks.filter(Q(task_forces__campaign=campaign) | Q(pk__in=scope.operated_parks)).distinct()
    word, risk = asked_words(request), request.GET.get("risk", "")
    if word:
        parks = parks.filter(
            Q(name__icontains=word) | Q(address__icontains=word) | Q(operator__icontains=word)
        )
    if risk in RiskColour.values:
        parks = parks.filter(risk=risk)
    tallies = tallies_by(hazards, "park", campaign.today()) if campaign else {}
    of_campaign = TaskForce.objects.filter(campaign=campaign).select_related("department")
    forces = {row.park_id: row for row in of_campaign}
    enterprises = dict(
        Enterprise.objects.filter(active=True, park__in=parks.order_by().values("pk"))
        .order_by()
        .values_list("park")
        .annotate(n=Count("*"))
    )
    rows = [
        {
            "park": park,
            "tally": tallies.get(park.pk, Tally()),
            "task_force": forces.get(park.pk),
            "enterprises": enterprises.get(park.pk, 0),
        }
        for park in parks
    ]
    sort = _sorted(rows, request.GET.get("sort", ""))
    page, pager = long_table(rows, request.GET)
    context: dict[str, Any] = {"q": word, "risk": risk, "risks": RiskColour.choices, "sort": sort}
    context |= {"rows": page, "pager": pager, "parks": len(rows), "total": _total(rows)}
    return render(request, "parks/list.html", context)


SORTS = {
    "overdue": lambda row: (-row["tally"].overdue, -row["tally"].open),
    "open": lambda row: -row["tally"].open,
    "major": lambda row: -row["tally"].major_open,
    "name": lambda row: row["park"].name,
}


def _sorted(rows: list[dict[str, Any]], sort: str) -> str:
    """Sort the rows in place; without a known order they stand as in the task-force table (P0 附件3)."""
    if sort in SORTS:
        rows.sort(key=SORTS[sort])
        return sort
    rows.sort(key=lambda r: (r["task_force"].order if r["task_force"] else 10_000, r["park"].pk))
    return ""


def _total(rows: list[dict[str, Any]]) -> Tally:
    tallies = [row["tally"] for row in rows]
    return Tally(
        open=sum(t.open for t in tallies),
        overdue=sum(t.overdue for t in tallies),
        major_open=sum(t.major_open for t in tallies),
        closed=sum(t.closed for t in tallies),
    )


@require_safe
def park_detail(request: CampaignRequest, pk: int) -> HttpResponse:
    """一园一档: facts, sites, task force, enterprises, hazards, visits, photos. 404 outside the scope."""
    scope, campaign, seen = _of(request)
    park = get_object_or_404(parks_in_sight(scope).select_related("region").distinct(), pk=pk)
    hazards = seen.filter(park=park)
    task_force = (
        TaskForce.objects.filter(campaign=campaign, park=park)
        .select_related("department")
        .prefetch_related("members__user")
        .first()
    )
    in_full = _phones_in_full(scope, park, task_force)
    visits = inspections_for(request.user).filter(park=park, voided_on=None)
    visits = visits.filter(campaign=campaign) if campaign else visits.none()
    context = {
        "park": park,
        "park_key": str(park.pk),
        "sites": list(park.sites.all()),
        "task_force": task_force,
        "people": people_of(task_force, in_full) if task_force else [],
        "in_full": in_full,
        "contact_phone": shown_phone(park.contact_phone, in_full),
        "force_phone": shown_phone(task_force.phone, in_full) if task_force else "",
        "tally": _tally_of(hazards, campaign),
        "hazards": _latest(hazards, campaign),
        "categories": _by_category(hazards, campaign),
        "enterprises": _enterprises(park, hazards, campaign),
        "visits": visits.select_related("enterprise", "department")[:LATEST],
        "visit_counts": visits.aggregate(times=Count("enterprise"), firms=Count("enterprise", distinct=True)),
        "photos": _photos(hazards),
        "may_record": _may_record(scope, campaign, park.pk),
        "may_keep": may_keep_park(scope, park.pk),
        "left": list(park.enterprises.filter(active=False).order_by("-left_on", "name")[:MOST_ENTERPRISES]),
        **plan_at(scope, campaign, park, task_force),
    }
    return render(request, "parks/detail.html", context)


def _phones_in_full(scope: Scope, park: Park, task_force: TaskForce | None) -> bool:
    """For the lead, the park's task force and its unit, and the park's own people."""
    if park.pk in scope.operated_parks:
        return True
    return task_force is not None and may_read_phones_of(scope, task_force)


def _may_record(scope: Scope, campaign: Campaign | None, park_id: int) -> bool:
    """Whether to offer the forms for a visit and an enforcement act here."""
    return campaign is not None and parks_to_record_in(scope, campaign).filter(pk=park_id).exists()


def _tally_of(hazards: QuerySet[Hazard], campaign: Campaign | None) -> Tally:
    """One tally over all the given hazards."""
    if not campaign:
        return Tally()
    return _total([{"tally": tally} for tally in tallies_by(hazards, "park", campaign.today()).values()])


def _latest(hazards: QuerySet[Hazard], campaign: Campaign | None) -> list[Hazard]:
    """The latest hazards with their light, void ones left out."""
    if not campaign:
        return []
    rows = hazards.exclude(status=Status.VOID).select_related(
        "enterprise", "category", "park", "responsible_department"
    )
    return with_light_shown(rows[:LATEST], campaign.today(), campaign.yellow_days)


def _by_category(hazards: QuerySet[Hazard], campaign: Campaign | None) -> list[dict[str, Any]]:
    """Open hazards by category, the most first, each with the greatest number to scale its bar."""
    if not campaign:
        return []
    counts = hazards.filter(OPEN).order_by().values_list("category").annotate(n=Count("*"))
    numbers = dict(counts)
    names = [row for row in campaign.categories.all() if numbers.get(row.pk)]
    names.sort(key=lambda row: -numbers[row.pk])
    most = max(numbers.values(), default=0)
    return [{"category": row, "open": numbers[row.pk], "most": most} for row in names]


def _enterprises(park: Park, hazards: QuerySet[Hazard], campaign: Campaign | None) -> list[dict[str, Any]]:
    """Enterprises of the park with their counts, the ones with open hazards first."""
    of_park = hazards.exclude(enterprise=None)
    tallies = tallies_by(of_park, "enterprise", campaign.today()) if campaign else {}
    rows: list[dict[str, Any]] = [
        {"enterprise": row, "tally": tallies.get(row.pk, Tally())}
        for row in park.enterprises.filter(active=True)
    ]
    rows.sort(key=lambda row: (-row["tally"].overdue, -row["tally"].open, row["enterprise"].name))
    return rows[:MOST_ENTERPRISES]


def _photos(hazards: QuerySet[Hazard]) -> list[dict[str, str]]:
    """A strip of the newest photos, each leading to its hazard by the caption."""
    recent = list(
        hazards.exclude(status=Status.VOID).order_by("-found_on", "-id").values_list("pk", flat=True)[:50]
    )
    photos = Photo.objects.filter(hazard__in=recent).select_related("hazard").order_by("-uploaded_at")[:STRIP]
    return [photo_tile(photo) for photo in photos]


def photo_tile(photo: Photo) -> dict[str, str]:
    """What templates/includes/photo_grid.html wants of a photo."""
    return {
        "url": reverse("hazards:photo", args=[photo.pk, "image"]),
        "thumb_url": reverse("hazards:photo", args=[photo.pk, "thumbnail"]),
        "caption": f"{photo.get_kind_display()} {photo.hazard.number}",
    }


@require_safe
def enterprise_detail(request: CampaignRequest, pk: int) -> HttpResponse:
    """一企一档: facts, hazards, visits, enforcement. 404 outside the scope."""
    scope, campaign, seen = _of(request)
    inside = Enterprise.objects.filter(park__in=parks_in_sight(scope).order_by().values("pk"))
    enterprise = get_object_or_404(inside.select_related("park", "site"), pk=pk)
    hazards = seen.filter(enterprise=enterprise)
    task_force = TaskForce.objects.filter(campaign=campaign, park=enterprise.park).first()
    visits = inspections_for(request.user).filter(
        enterprise=enterprise, campaign=campaign and campaign.pk, voided_on=None
    )
    acts = enforcements_for(request.user).filter(
        enterprise=enterprise, campaign=campaign and campaign.pk, voided_on=None
    )
    shown_acts = list(acts.select_related("department", "hazard"))
    for act in shown_acts:
        act.wan = in_wan(act.amount)  # type: ignore[attr-defined]
    registered, operating = enterprise.registered_address, enterprise.operating_address
    context = {
        "enterprise": enterprise,
        "list_query": urlencode({"park": str(enterprise.park_id), "q": enterprise.name}),
        "contact_phone": shown_phone(
            enterprise.contact_phone, _phones_in_full(scope, enterprise.park, task_force)
        ),
        "addresses_differ": bool(registered and operating and name_key(registered) != name_key(operating)),
        "tally": _tally_of(hazards, campaign),
        "hazards": _latest(hazards, campaign),
        "visits": visits.select_related("department")[:LATEST],
        "visit_count": visits.count(),
        "acts": shown_acts,
        "may_record": _may_record(scope, campaign, enterprise.park_id),
        "may_keep": may_keep_park(scope, enterprise.park_id),
        "traits": list(enterprise.traits.all()),
        "doubtful": doubtful_code(enterprise.credit_code),
    }
    return render(request, "parks/enterprise.html", context)
