"""Pages of the quarterly plan of places to be dealt with: board, a line, its report and acceptance."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_POST, require_safe

from campaigns.edit_pages import edit_page, posted, sent
from campaigns.enums import DisposalKind, Extra
from campaigns.http import CampaignRequest
from campaigns.models import Campaign, Disposal
from campaigns.reach import Reach
from campaigns.registers import disposal_actions as actions
from campaigns.registers import rules
from campaigns.registers.actions import require
from campaigns.registers.forms import DisposalForm
from campaigns.registers.lights import disposal_light
from campaigns.registers.queries import disposals_of, quarters_of, sum_of, totals_of
from campaigns.registers.views import campaign_with, read_or_send

STATES = [("open", "未完成"), ("waiting", "待验收"), ("accepted", "已验收")]


@require_safe
def disposals(request: CampaignRequest) -> HttpResponse:
    """The board: a block a quarter, totals by kind planned, done, accepted."""
    campaign, reach = campaign_with(request, Extra.DISPOSALS)
    everything = list(disposals_of(campaign, request.scope, reach))
    rows, chosen = _narrowed(request, everything)
    for row in rows:
        _dress(request, campaign, reach, row)
    quarters = quarters_of(rows)
    context = {
        "quarters": quarters,
        "totals": totals_of(rows),
        "sum": sum_of(rows),
        "count": len(rows),
        "any": bool(everything),
        "units": sorted({row.department for row in everything}, key=lambda unit: unit.pk),
        "kinds": DisposalKind.choices,
        "states": STATES,
        "chosen": chosen,
        "narrowed": any(chosen.values()),
        "may_plan": rules.may_plan_disposals(reach),
        "today": campaign.today(),
    }
    return render(request, "campaigns/disposals.html", context)


def _narrowed(request: CampaignRequest, rows: list[Disposal]) -> tuple[list[Disposal], dict[str, str]]:
    """The rows that the address asks for, and what it asks; what it names in vain is left out."""
    tests: dict[str, Callable[[Disposal], str]] = {
        "kind": lambda row: row.kind,
        "unit": lambda row: str(row.department_id),
        "state": lambda row: "accepted" if row.accepted_on else "waiting" if row.done_on else "open",
    }
    known = {
        "kind": set(DisposalKind.values),
        "unit": {str(row.department_id) for row in rows},
        "state": {value for value, _ in STATES},
    }
    chosen = {name: request.GET.get(name, "") for name in tests}
    chosen = {name: value if value in known[name] else "" for name, value in chosen.items()}
    fitting = [row for row in rows if all(not v or tests[n](row) == v for n, v in chosen.items())]
    return fitting, chosen


def _dress(request: CampaignRequest, campaign: Campaign, reach: Reach, row: Any) -> None:
    """Put on the row what the board shows and offers to this person."""
    row.light, row.words = disposal_light(row, campaign.today(), campaign.yellow_days)
    row.id_text = str(row.pk)
    row.may_edit = rules.may_change_disposal(reach, row)
    row.may_report = rules.may_report_done(request.scope, reach, row)
    waits = bool(row.done_on) and not row.accepted_on
    row.may_accept = waits and not rules.why_not_accept(request.user, reach, row)
    row.needs_other = waits and reach.lead and not row.may_accept


@read_or_send
def disposal_edit(request: CampaignRequest, pk: int | None = None) -> HttpResponse:
    """Put a place on the plan, or change its line."""
    campaign, reach = campaign_with(request, Extra.DISPOSALS)
    row = Disposal(campaign=campaign)
    if pk:
        row = get_object_or_404(disposals_of(campaign, request.scope, reach), pk=pk)
    require(rules.may_plan_disposals(reach), "处置计划由牵头单位编制")
    form = DisposalForm(sent(request), instance=row, campaign=campaign)
    back = reverse("campaigns:disposals")

    def save(values: dict[str, Any], opened: str) -> Disposal:
        return actions.save_disposal(row, values, by=request.user, opened=opened, request=request)

    deletable = bool(pk) and rules.may_change_disposal(reach, row)
    context = {
        "title": "修改处置计划" if pk else "列入处置计划",
        "back": back,
        "crumb": "整治改造腾退拔点",
        "wide": ("target",),
        "delete_url": reverse("campaigns:disposal_delete", args=[pk]) if deletable else "",
        "delete_text": "尚未填报完成的场所可以移出计划，移出会记入审计记录。",
    }
    return edit_page(
        request, form, save, template="campaigns/register_edit.html", done=lambda _: back, context=context
    )


def _verb(
    request: CampaignRequest, pk: int, act: Callable[[Disposal], Any], *, done: str, failed: str
) -> Any:
    """Run a verb on a place in sight and return to the board."""
    campaign, reach = campaign_with(request, Extra.DISPOSALS)
    row = get_object_or_404(disposals_of(campaign, request.scope, reach), pk=pk)
    back = reverse("campaigns:disposals")
    return posted(request, lambda: act(row), back=back, done=f"{done}：{row}", failed=failed)


@require_POST
def disposal_delete(request: CampaignRequest, pk: int) -> HttpResponse:
    """Take a place off the plan."""
    return _verb(
        request,
        pk,
        lambda row: actions.delete_disposal(row, by=request.user, request=request),
        done="已移出计划",
        failed="没有移出",
    )


@require_POST
def disposal_done(request: CampaignRequest, pk: int) -> HttpResponse:
    """The unit reports the place done."""
    return _verb(
        request,
        pk,
        lambda row: actions.report_done(
            row, done_on=_day(request.POST.get("done_on", "")), by=request.user, request=request
        ),
        done="已填报完成，等待验收",
        failed="没有填报",
    )


def _day(text: str) -> date | None:
    """The day in an ISO text, None for anything else."""
    try:
        return parse_date(text.strip())
    except ValueError:
        return None


@require_POST
def disposal_accept(request: CampaignRequest, pk: int) -> HttpResponse:
    """The lead bureau accepts."""
    note = request.POST.get("note", "")
    return _verb(
        request,
        pk,
        lambda row: actions.accept(row, note=note, by=request.user, request=request),
        done="已验收",
        failed="没有验收",
    )


@require_POST
def disposal_return(request: CampaignRequest, pk: int) -> HttpResponse:
    """The lead bureau sends it back with a reason."""
    reason = request.POST.get("reason", "")
    return _verb(
        request,
        pk,
        lambda row: actions.return_disposal(row, reason=reason, by=request.user, request=request),
        done="已退回",
        failed="没有退回",
    )


BASE = "registers/disposals/"
disposal_paths = [
    path(BASE, disposals, name="disposals"),
    path(f"{BASE}new/", disposal_edit, name="disposal_new"),
    path(f"{BASE}<int:pk>/", disposal_edit, name="disposal_edit"),
    path(f"{BASE}<int:pk>/delete/", disposal_delete, name="disposal_delete"),
    path(f"{BASE}<int:pk>/done/", disposal_done, name="disposal_done"),
    path(f"{BASE}<int:pk>/accept/", disposal_accept, name="disposal_accept"),
    path(f"{BASE}<int:pk>/return/", disposal_return, name="disposal_return"),
]
