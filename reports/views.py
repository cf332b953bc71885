"""Report centre: what each unit has for a week, its figures and workbook; forms and lists as files."""

import hashlib
import io
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts import audit
from accounts.enums import AuditResult
from accounts.models import User
from campaigns.http import CampaignRequest
from campaigns.models import Campaign
from campaigns.periods import Period
from campaigns.queries import Scope
from hazards.tallies import rate_text
from parks.models import Department
from reports.actions import Busy, compile_report
from reports.downloads import as_download, book_download, file_name, report_file_name
from reports.indicators import INDICATORS, SENSIBLE_YEARS, Indicator, Span, span_of
from reports.layouts import FORMS, forms_of, longgang_4
from reports.layouts.form import Ask, Form
from reports.links import records_link
from reports.models import Report
from reports.queries import (
    WeekRow,
    issues,
    latest_issue,
    may_compile,
    past_reports,
    reporting_units,
    reports_for,
    week_rows,
    weeks_to_report,
)


def _frame(request: CampaignRequest) -> tuple[Campaign | None, Scope, User]:
    return request.campaign or None, request.scope, request.user


def _campaign(request: CampaignRequest) -> tuple[Campaign, Scope, User]:
    campaign, scope, user = _frame(request)
    if campaign is None:
        raise Http404
    return campaign, scope, user


def _day(text: str | None) -> date | None:
    """A day of an address, None when it is none or far from any campaign."""
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        return None
    return day if day and day.year in SENSIBLE_YEARS else None


@require_safe
def report_list(request: CampaignRequest) -> HttpResponse:
    """Units and their state for the chosen week, the person's own first, and the forms to download."""
    campaign, scope, _ = _frame(request)
    if campaign is None:
        return render(request, "reports/list.html", {"weeks": []})
    offered = forms_of(campaign)
    weeks = weeks_to_report(campaign, campaign.today())
    week = _chosen_week(campaign, request.GET.get("week"), weeks)
    rows = list(week_rows(scope, campaign, week)) if week else []
    as_of = min(week.end, campaign.today()) if week else campaign.today()
    context = {
        "weeks": weeks,
        "week": week,
        "running": bool(week and campaign.today() <= week.end),
        "as_of": as_of,
        "since": campaign.cumulative(as_of).start,
        "rows": rows,
        "own": [row for row in rows if _is_own(row, scope)],
        "past": past_reports(scope, campaign, week) if week else [],
        "ready": sum(row.report is not None for row in rows),
        "late": bool(week and campaign.today() > week.end),
        "forms": [form for form in offered if not form.of_plan] if rows else [],
        "plan_forms": [form for form in offered if form.of_plan],
        "sees_whole": campaign.pk in scope.whole_campaigns,
    }
    return render(request, "reports/list.html", context)


def _is_own(row: WeekRow, scope: Scope) -> bool:
    """Whether the person hands this report in: their unit's, or the roll-up for the lead bureau."""
    return row.may_compile and (row.unit is None or row.unit.pk in scope.acting_departments)


def _chosen_week(campaign: Campaign, asked: str | None, weeks: list[Period]) -> Period | None:
    """The asked week when it is one on offer, else the running one."""
    day = _day(asked)
    if day and campaign.week_of(day) in weeks:
        return campaign.week_of(day)
    return weeks[0] if weeks else None


@require_POST
def report_compile(request: CampaignRequest) -> HttpResponse:
    """Compile one unit's week, then show it or download it."""
    campaign, scope, user = _campaign(request)
    unit = _unit(request.POST.get("unit", ""), campaign, scope)
    day = _day(request.POST.get("week"))
    back = f"{reverse('reports:list')}?week={request.POST.get('week', '')}"
    if day is None:
        messages.error(request, "请选择要汇总的周次。")
        return redirect("reports:list")
    try:
        report, new = compile_report(campaign, unit, campaign.week_of(day), by=user, request=request)
    except ValidationError as fault:
        messages.error(request, "；".join(fault.messages))
        return redirect(back)
    except Busy:
        messages.error(request, "其他人正在汇总同一份周报，请稍后再试。")
        return redirect(back)
    if request.POST.get("then") == "download":
        return redirect("reports:download", report.pk)
    said = f"已汇总，生成第{report.issue}期。" if new else f"内容没有变化，仍为第{report.issue}期。"
    messages.success(request, said)
    return redirect("reports:detail", report.pk)


def _unit(text: str, campaign: Campaign, scope: Scope) -> Department | None:
    """The unit that the address names, among those whose reports the person sees; else a 404."""
    for unit in reporting_units(scope, campaign):
        if str(unit.pk if unit else "") == text:
            return unit
    raise Http404


@require_safe
def report_detail(request: CampaignRequest, pk: int) -> HttpResponse:
    """One issue: its figures as the form shows them, each leading to its records, and the other issues."""
    campaign, scope, user = _frame(request)
    report = _report(user, pk)
    week = Period(report.period_start, report.period_end)
    linked = campaign == report.campaign
    context = {
        "report": report,
        "week": week,
        "whole": span_of(report.campaign, report.as_of),
        "table": _table(report, linked=linked),
        "rows": _rollup(report, linked=linked),
        "indicators": INDICATORS,
        "rate": rate_text(
            int(report.figures["cumulative"]["rectified"]), int(report.figures["cumulative"]["found"])
        ),
        "issues": issues(report.campaign, report.department, week).select_related("compiled_by"),
        "unit_name": str(report.department or f"{report.campaign.label}（汇总）"),
        "may_compile": may_compile(scope, report.campaign, report.department),
        "newest": latest_issue(report.campaign, report.department, week) == report,
    }
    return render(request, "reports/detail.html", context)


def _report(user: User, pk: int) -> Report:
    return get_object_or_404(
        reports_for(user).select_related("campaign__lead_department", "department", "compiled_by"), pk=pk
    )


def _spans(report: Report) -> tuple[Span, Span]:
    week = Period(report.period_start, min(report.period_end, report.as_of))
    return span_of(report.campaign, report.as_of), span_of(report.campaign, report.as_of, week)


def _table(report: Report, *, linked: bool) -> list[dict[str, Any]]:
    """A line an indicator: cumulative, this week and last week, with addresses of the records."""
    whole, week = _spans(report)

    def link(indicator: Indicator, span: Span) -> str:
        return records_link(indicator, span, report.department_id) if linked else ""

    return [
        {
            "indicator": indicator,
            "cumulative": report.figures["cumulative"][indicator.slug],
            "cumulative_link": link(indicator, whole),
            "period": report.figures["period"][indicator.slug],
            "period_link": link(indicator, week),
            "before": report.figures["before"][indicator.slug],
            "stock": indicator.slug == "small_enterprises",
        }
        for indicator in INDICATORS
    ]


def _rollup(report: Report, *, linked: bool) -> list[dict[str, Any]]:
    """A line a unit of the roll-up."""
    whole, _ = _spans(report)
    return [
        {
            "name": row["name"],
            "cells": [
                (
                    row["figures"][indicator.slug],
                    records_link(indicator, whole, row["unit"]) if linked and row["unit"] else "",
                )
                for indicator in INDICATORS
            ],
        }
        for row in report.figures["rows"]
    ]


@require_safe
def report_download(request: CampaignRequest, pk: int) -> HttpResponse | FileResponse:
    """The workbook as it was issued, byte for byte; refused when the stored file was tampered with."""
    _, _, user = _frame(request)
    report = _report(user, pk)
    try:
        content = report.workbook.read()
    except OSError:
        content = b""
    if hashlib.sha256(content).hexdigest() != report.sha256:
        audit.record("下载报表", user=user, target=str(report), request=request, result=AuditResult.FAILED)
        messages.error(request, "保存的文件缺失或与校验值不一致，未提供下载。请联系系统管理员。")
        return redirect("reports:detail", report.pk)
    audit.record("下载报表", user=user, target=str(report), request=request, sha256=report.sha256)
    return as_download(io.BytesIO(content), report_file_name(report))


@require_safe
def form_download(request: CampaignRequest, slug: str) -> HttpResponse | FileResponse:
    """One official form, filled now: cumulative to a day, or a period when `from` is given."""
    campaign, scope, user = _campaign(request)
    form = FORMS.get(slug)
    if form is None:
        raise Http404
    if form.of_plan:
        return _plan_form(request, form)
    unit = _unit(request.GET.get("unit", ""), campaign, scope)
    as_of = _day(request.GET.get("as_of")) or campaign.today()
    start = _day(request.GET.get("from"))
    if start and start > as_of:
        messages.error(request, "起始日期晚于截止日期，请调整后再下载。")
        return redirect("reports:list")
    by = "department" if unit is None and slug != longgang_4.SLUG else ""
    ask = Ask(campaign, as_of, unit, Period(start, as_of) if start else None, by)
    scope_word = f"{start:%Y%m%d}-{as_of:%Y%m%d}" if start else f"累计至{as_of:%Y%m%d}"
    name = file_name(unit.label if unit else f"{campaign.label}汇总", form.short, scope_word)
    audit.record("导出表格", user=user, target=name, request=request)
    return book_download(form.book(ask), name)


def _plan_form(request: CampaignRequest, form: Form) -> FileResponse:
    """A part of the plan, for everybody in the campaign; phones as this person may read them."""
    campaign, scope, user = _campaign(request)
    name = file_name(campaign.label, form.short, f"{campaign.today():%Y%m%d}")
    audit.record("导出表格", user=user, target=name, request=request)
    return book_download(form.book(Ask(campaign, campaign.today(), scope=scope)), name)
