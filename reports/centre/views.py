"""The report centre: what each unit has for each period; compile a report, ask units for theirs."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from campaigns.http import CampaignRequest
from campaigns.models import Campaign
from campaigns.periods import Period
from campaigns.queries import Scope
from reports.actions import Asked, Busy, Outcome, compile_report
from reports.addresses import asked_campaign, asked_form, asked_period, centre_url, read_unit, say
from reports.centre.grid import Line, grid, tally, turns_of
from reports.centre.reminder_actions import remind
from reports.enums import HandedIn
from reports.layouts import FORMS, forms_of, weekly
from reports.layouts.form import Form
from reports.models import Report
from reports.queries import report_by_number, reports_for
from reports.rules import may_remind
from reports.series import answers, period_name, periods_to_report, reported_forms

COLUMNS = 6
"""Periods side by side on a desk; a phone shows the chosen one."""

SAID = {
    Outcome.NEW: "已汇总，生成第{issue}期，请核对后填报。",
    Outcome.UPDATED: "已按最新数据更新第{issue}期。",
    Outcome.SAME: "数据没有变化，仍为第{issue}期。",
    Outcome.SIGNED: "第{issue}期{state}，已填报的数据不随台账变动；需要更新时请先退回。",
    Outcome.CHANGED: "第{issue}期已印发，不再改动。印发后台账有变化，需要更正时请填写原因，重新编制下一期。",
}


@require_safe
def report_list(request: CampaignRequest) -> HttpResponse:
    """Units and their reports, the chosen period first; the person's own on top; forms to download.

    `number`, as it stands in the footers of a workbook, leads to its report, of whichever campaign.
    """
    if number := request.GET.get("number", "").strip():
        found = report_by_number(reports_for(request.user), number)
        if found:
            return redirect("reports:detail", found.pk)
        messages.warning(request, f"没有找到编号为“{number[:60]}”的报表，请核对工作簿页脚上的编号。")
    campaign = request.campaign or None
    if campaign is None:
        return render(request, "reports/list.html", {"periods": []})
    scope, user = request.scope, request.user
    whole = campaign.pk in scope.whole_campaigns
    offered = _offered(campaign, whole=whole)
    form = next((one for one in offered if one.slug == request.GET.get("form")), offered[0])
    periods = periods_to_report(form, campaign, campaign.today())
    chosen = _chosen(form, campaign, request.GET.get("period"), periods)
    context: dict[str, Any] = {
        "reported": offered,
        "form": form,
        "periods": [(one, period_name(form, one)) for one in periods],
        "turns": [(turn, *_named(turn.report)) for turn in turns_of(user, scope, campaign)],
        "plan_forms": [one for one in forms_of(campaign) if one.of_plan],
        "sees_whole": whole,
    }
    if chosen:
        context |= _grid_context(scope, campaign, form, periods=periods, chosen=chosen)
    return render(request, "reports/list.html", context)


def _offered(campaign: Campaign, *, whole: bool) -> list[Form]:
    """Reports to choose from: first those that the plan's schedule asks for, the weekly one before others.

    What the lead bureau alone makes is not for units.
    """
    asked = set(campaign.report_duties.values_list("form", "rhythm"))

    def rank(form: Form) -> tuple[bool, bool]:
        owed = any((name, form.rhythm) in asked for name in answers(form))
        return not owed, form.slug != weekly.SLUG

    return sorted((form for form in reported_forms(campaign) if form.by_unit or whole), key=rank)


def _named(report: Report) -> tuple[str, str]:
    """The report's form and period, as people call them."""
    form = FORMS[report.form]
    return form.short, period_name(form, Period(report.period_start, report.period_end))


def _chosen(form: Form, campaign: Campaign, text: str | None, periods: list[Period]) -> Period | None:
    """The asked period when it is one on offer, else the running one."""
    asked = asked_period(form, campaign, text)
    if asked in periods:
        return asked
    return periods[0] if periods else None


def _grid_context(
    scope: Scope, campaign: Campaign, form: Form, *, periods: list[Period], chosen: Period
) -> dict[str, Any]:
    """The grid from the chosen period back, and what depends on the period."""
    at, now, today = periods.index(chosen), campaign.now(), campaign.today()
    columns = periods[at : at + COLUMNS]
    lines = grid(scope, campaign, form, columns, now)
    as_of = min(chosen.end, today)
    running = today <= chosen.end
    return {
        "chosen": chosen,
        "chosen_name": period_name(form, chosen),
        "newer": periods[at - 1] if at else None,
        "older": periods[at + 1] if at + 1 < len(periods) else None,
        "columns": [(one, period_name(form, one).split("年", 1)[-1]) for one in columns],
        "running": running,
        "this": _this(form, running),
        "lines": lines,
        "own": [line for line in lines if line.own],
        "tally": tally(lines),
        "before": tally(lines, 1) if len(columns) > 1 else None,
        "due": _due(lines),
        "may_remind": may_remind(scope, campaign),
        "to_remind": _to_remind(lines, campaign) if may_remind(scope, campaign) else [],
        "today": today,
        "as_of": as_of,
        "since": campaign.cumulative(as_of).start,
        "forms": [one for one in forms_of(campaign) if not one.of_plan] if lines else [],
    }


def _this(form: Form, running: bool) -> str:
    """The chosen period in the words of a button: 本周, 该周, 本期."""
    if form.rhythm == "weekly":
        return "本周" if running else "该周"
    return "本期"


def _due(lines: list[Line]) -> Any:
    """By when the chosen period is owed: that of most units is that of all."""
    return next((line.current.due for line in lines if line.current.due), None)


def _to_remind(lines: list[Line], campaign: Campaign) -> list[Line]:
    """Lines that miss the chosen period's report and were not asked for it today."""
    return [
        line
        for line in lines
        if line.current.handed_in is HandedIn.MISSING
        and not (line.reminded and line.reminded.on == campaign.today())
    ]


@require_POST
def report_compile(request: CampaignRequest) -> HttpResponse:
    """Compile one unit's report of a period, then show it or download it."""
    campaign, scope, user = asked_campaign(request)
    form = asked_form(campaign, request.POST.get("form", ""))
    unit = read_unit(request.POST.get("unit", ""), campaign, scope, form)
    period = asked_period(form, campaign, request.POST.get("period"))
    if period is None:
        messages.error(request, "请选择要汇总的期间。")
        return redirect(centre_url(form))
    try:
        report, outcome = compile_report(Asked(campaign, unit, form, period), by=user, request=request)
    except ValidationError as fault:
        say(request, fault)
        return redirect(centre_url(form, period))
    except Busy:
        messages.error(request, "其他人正在汇总同一份报表，请稍后再试。")
        return redirect(centre_url(form, period))
    if request.POST.get("then") == "download":
        return redirect("reports:download", report.pk)
    say_outcome(request, report, outcome)
    return redirect("reports:detail", report.pk)


def say_outcome(request: CampaignRequest, report: Report, outcome: Outcome) -> None:
    """What compiling came to, in words."""
    said = SAID[outcome].format(issue=report.issue, state=report.get_state_display())
    level = messages.SUCCESS if outcome in (Outcome.NEW, Outcome.UPDATED, Outcome.SAME) else messages.WARNING
    messages.add_message(request, level, said)


@require_POST
def report_remind(request: CampaignRequest) -> HttpResponse:
    """催报: ask one unit, or without `unit` all that miss the period's report."""
    campaign, scope, user = asked_campaign(request)
    form = asked_form(campaign, request.POST.get("form", ""))
    period = asked_period(form, campaign, request.POST.get("period"))
    if period is None:
        messages.error(request, "请选择要催报的期间。")
        return redirect(centre_url(form))
    wanted = request.POST.get("unit", "")
    if wanted:
        units = [read_unit(wanted, campaign, scope, form)]
    else:
        units = [line.unit for line in grid(scope, campaign, form, [period], campaign.now())]
    try:
        asked = remind(campaign, filter(None, units), form, period, by=user, request=request)
    except ValidationError as fault:
        say(request, fault)
    else:
        names = "、".join(row.department.label for row in asked)
        messages.success(request, f"已向{names}催报，共 {len(asked)} 家。")
    return redirect(centre_url(form, period))
