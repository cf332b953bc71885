"""Pages of a campaign: its task forces, and which campaign this session works in."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from campaigns.contacts import Row, rows_of
from campaigns.http import CampaignRequest, asked_words
from campaigns.middleware import SESSION_KEY
from campaigns.models import Campaign, TaskForce
from campaigns.pages import long_table
from campaigns.queries import task_forces_in
from parks.enums import ParkKind
from parks.models import Department

PAPER_FORM = "longgang-3"
"""The official form that holds the task forces."""


@require_safe
def task_forces(request: CampaignRequest) -> HttpResponse:
    """The task-force table of the current campaign, as far as the person sees it (P0 附件3)."""
    scope = request.scope
    campaign = request.campaign
    found = task_forces_in(scope).filter(campaign=campaign.pk) if campaign else TaskForce.objects.none()
    everything = list(
        rows_of(
            list(found.select_related("park", "department").prefetch_related("members__user").distinct()),
            scope,
        )
    )
    rows, chosen = _narrowed(request, everything)
    kinds = {row.task_force.park.kind for row in everything}
    page, pager = long_table(rows, request.GET)
    return render(
        request,
        "campaigns/task_forces.html",
        {
            "rows": page,
            "pager": pager,
            "total": len(rows),
            "any": bool(everything),
            "chosen": chosen,
            "narrowed": any(chosen.values()),
            "departments": _units_of(everything),
            "strands": sorted({row.task_force.strand for row in everything} - {""}),
            "units": len({row.task_force.department_id for row in rows}),
            "some_masked": any(_masked(row) for row in rows),
            "park_head": "小微园明细" if kinds <= {ParkKind.INDUSTRIAL} else "园区场所明细",
            "may_edit": bool(campaign) and campaign.pk in scope.led_campaigns,  # type: ignore[union-attr]
            "may_download": bool(campaign) and _uses(campaign, PAPER_FORM),  # type: ignore[arg-type]
        },
    )


def _uses(campaign: Campaign, form: str) -> bool:
    """Whether the campaign fills this official form; a campaign without a list fills all."""
    return not campaign.forms or form in campaign.forms


def _narrowed(request: CampaignRequest, rows: list[Row]) -> tuple[list[Row], dict[str, str]]:
    """The rows that the address asks for, and what it asks; a unit or strand unknown here is left out."""
    known = {
        "unit": {str(row.task_force.department_id) for row in rows},
        "strand": {row.task_force.strand for row in rows},
    }
    chosen = {name: request.GET.get(name, "") for name in known}
    chosen = {name: value if value in known[name] else "" for name, value in chosen.items()}
    word = asked_words(request, longest=40)
    fitting = [
        row
        for row in rows
        if (not chosen["unit"] or str(row.task_force.department_id) == chosen["unit"])
        and (not chosen["strand"] or row.task_force.strand == chosen["strand"])
        and word.casefold() in _searchable(row)
    ]
    return fitting, {"q": word, **chosen}


def _units_of(rows: list[Row]) -> list[Department]:
    """The units that lead these task forces, in the order of the table."""
    return list({row.task_force.department_id: row.task_force.department for row in rows}.values())


def _masked(row: Row) -> bool:
    """Whether a number of the row is hidden from this viewer."""
    return bool((row.phone and not row.dialable) or (row.park_phone and not row.park_dialable))


def _searchable(row: Row) -> str:
    task_force, park = row.task_force, row.task_force.park
    words = [park.name, park.contact_name, task_force.department.name, task_force.leader, task_force.owner]
    return " ".join([*words, task_force.liaison, *(person.name for person in row.people)]).casefold()


@require_POST
def switch(request: CampaignRequest) -> HttpResponse:
    """Work in another of one's campaigns from now on; 404 for any other."""
    chosen = request.POST.get("campaign", "")
    mine = {str(campaign.pk): campaign for campaign in request.campaigns}
    if chosen not in mine:
        raise Http404
    request.session[SESSION_KEY] = mine[chosen].pk
    target = request.POST.get("next", "")
    # A page of the old campaign may not exist in the new one: a record's page leads home instead.
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return redirect(target if safe and not any(c.isdigit() for c in target.partition("?")[0]) else "/")
