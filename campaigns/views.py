"""Pages of a campaign: its task forces, and which campaign this session works in."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from campaigns.contacts import Row, rows_of
from campaigns.http import CampaignRequest
from campaigns.middleware import SESSION_KEY
from campaigns.models import TaskForce
from campaigns.queries import task_forces_in


@require_safe
def task_forces(request: CampaignRequest) -> HttpResponse:
    """The task-force table of the current campaign, as far as the person sees it (P0 附件3)."""
    scope = request.scope
    campaign = request.campaign
    found = task_forces_in(scope).filter(campaign=campaign.pk) if campaign else TaskForce.objects.none()
    word = request.GET.get("q", "").strip()
    rows = list(
        rows_of(
            list(found.select_related("park", "department").prefetch_related("members__user").distinct()),
            scope,
        )
    )
    if word:
        rows = [row for row in rows if word.casefold() in _searchable(row)]
    return render(
        request,
        "campaigns/task_forces.html",
        {
            "rows": rows,
            "q": word,
            "units": len({row.task_force.department_id for row in rows}),
            "some_masked": any(not row.dialable and row.phone for row in rows),
        },
    )


def _searchable(row: Row) -> str:
    task_force = row.task_force
    words = [task_force.park.name, task_force.department.name, task_force.leader, task_force.owner]
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
