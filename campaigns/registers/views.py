"""Pages of the registers that a plan adds: which there are, rules to be made, evaluations and drills."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns.edit_pages import edit_page, posted, sent
from campaigns.enums import Extra
from campaigns.http import CampaignRequest
from campaigns.models import Campaign, Provision, TaskForce
from campaigns.pages import pager_of
from campaigns.reach import Reach, reach_of
from campaigns.registers import actions, rules
from campaigns.registers.checkups import checkups_of
from campaigns.registers.forms import ProvisionForm
from campaigns.registers.lights import provision_light
from campaigns.registers.queries import (
    enterprises_with_traits,
    provisions_of,
    provisions_open_first,
    traits_counted,
)
from campaigns.registers.tiles import tiles_of

PAGE = 50
read_or_send = require_http_methods(["GET", "HEAD", "POST"])


def campaign_with(request: CampaignRequest, extra: Extra) -> tuple[Campaign, Reach]:
    """The current campaign and the person's reach in it; 404 when it keeps no such register."""
    campaign = request.campaign
    if not campaign or not rules.keeps_register(campaign, extra):
        raise Http404
    return campaign, reach_of(request.scope, campaign)


@require_safe
def registers(request: CampaignRequest) -> HttpResponse:
    """The registers that this campaign keeps, each with where it stands."""
    campaign = request.campaign
    if not campaign or not campaign.extras:
        raise Http404
    tiles = tiles_of(campaign, request.scope, reach_of(request.scope, campaign))
    return render(request, "campaigns/registers.html", {"tiles": tiles})


@require_safe
def provisions(request: CampaignRequest) -> HttpResponse:
    """制度措施清单 beside the list of problems, which is the list of hazards (P2 两张清单)."""
    campaign, reach = campaign_with(request, Extra.PROVISIONS)
    scope = request.scope
    rows = provisions_open_first(provisions_of(campaign, scope, reach))
    today = campaign.today()
    for row in rows:
        row.light, row.words = provision_light(row, today, campaign.yellow_days)  # type: ignore[attr-defined]
        row.editable = rules.may_edit_provision(scope, reach, row)  # type: ignore[attr-defined]
    context = {
        "rows": rows,
        "issued": sum(row.issued_on is not None for row in rows),
        "late": sum(row.light == "red" for row in rows),  # type: ignore[attr-defined]
        "may_add": rules.may_add_provision(scope, reach),
    }
    return render(request, "campaigns/provisions.html", context)


@read_or_send
def provision_edit(request: CampaignRequest, pk: int | None = None) -> HttpResponse:
    """A new rule to be made, or a change."""
    campaign, reach = campaign_with(request, Extra.PROVISIONS)
    scope = request.scope
    row = Provision(campaign=campaign)
    if pk:
        row = get_object_or_404(provisions_of(campaign, scope, reach), pk=pk)
        actions.require(rules.may_edit_provision(scope, reach, row), "只有牵头单位和责任单位可以修改")
    else:
        actions.require(rules.may_add_provision(scope, reach), "制度措施由牵头单位和责任单位填写")
    form = ProvisionForm(sent(request), instance=row, campaign=campaign, scope=scope, reach=reach)
    back = reverse("campaigns:provisions")

    def save(values: dict[str, Any], opened: str) -> Provision:
        return actions.save_provision(row, values, by=request.user, opened=opened, request=request)

    deletable = bool(pk) and rules.may_delete_provision(scope, reach, row)
    context = {
        "title": "修改制度措施" if pk else "新增制度措施",
        "back": back,
        "crumb": "制度措施清单",
        "wide": ("name", "note"),
        "delete_url": reverse("campaigns:provision_delete", args=[pk]) if deletable else "",
        "delete_text": "尚未出台的制度措施可以删除，删除会记入审计记录。",
    }
    return edit_page(
        request, form, save, template="campaigns/register_edit.html", done=lambda _: back, context=context
    )


@require_POST
def provision_delete(request: CampaignRequest, pk: int) -> HttpResponse:
    """Strike a rule that will not be made."""
    campaign, reach = campaign_with(request, Extra.PROVISIONS)
    row = get_object_or_404(provisions_of(campaign, request.scope, reach), pk=pk)
    return posted(
        request,
        lambda: actions.delete_provision(row, by=request.user, request=request),
        back=reverse("campaigns:provisions"),
        done=f"已删除：{row}",
        failed="没有删除",
    )


@require_safe
def checkups(request: CampaignRequest) -> HttpResponse:
    """Evaluations and drills of every park in sight: last, next, light."""
    campaign, reach = campaign_with(request, Extra.CHECKUPS)
    forces = list(
        TaskForce.objects.filter(campaign=campaign, park__in=reach.seen).select_related("park", "department")
    )
    found = checkups_of(campaign, [force.park_id for force in forces], campaign.today())
    rows = [{"force": force, "checkups": found[force.park_id]} for force in forces]
    return render(request, "campaigns/checkups.html", {"rows": rows})


@require_safe
def traits(request: CampaignRequest) -> HttpResponse:
    """Enterprises in sight by the traits for which departments report (P1 附件2), with how many have each."""
    _, reach = campaign_with(request, Extra.TRAITS)
    counted = traits_counted(reach)
    chosen = next((row for row in counted if str(row.pk) == request.GET.get("trait", "")), None)
    page = Paginator(enterprises_with_traits(reach, chosen), PAGE).get_page(request.GET.get("page"))
    context = {
        "traits": counted,
        "chosen": chosen,
        "rows": page.object_list,
        "pager": pager_of(page, {"trait": str(chosen.pk)} if chosen else {}),
    }
    return render(request, "campaigns/traits.html", context)


register_paths = [
    path("registers/", registers, name="registers"),
    path("registers/provisions/", provisions, name="provisions"),
    path("registers/provisions/new/", provision_edit, name="provision_new"),
    path("registers/provisions/<int:pk>/", provision_edit, name="provision_edit"),
    path("registers/provisions/<int:pk>/delete/", provision_delete, name="provision_delete"),
    path("registers/checkups/", checkups, name="checkups"),
    path("registers/traits/", traits, name="traits"),
]
