"""Steps on a report: type figures, fill in, review, return, issue, make the next issue."""

from collections.abc import Callable
from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from campaigns.form_parts import put_errors
from campaigns.http import CampaignRequest
from reports.actions import Busy
from reports.addresses import asked_report
from reports.enums import ReportAction
from reports.models import Report
from reports.rules import may_work_on
from reports.signing import actions as sign_actions
from reports.signing.forms import FillForm, SignForm, TypeForm
from reports.signing.page import FORMS_OF, bring_up
from reports.signing.views import detail_page

Take = Callable[[CampaignRequest, SignForm], Report]
BUSY = "其他人正在更新这份报表，请稍后再试。"


def _step(request: CampaignRequest, pk: int, action: ReportAction, *, take: Take, said: str) -> HttpResponse:
    """Take a step and return to the report; a refused form comes back filled, on the same page."""
    report = asked_report(request, pk)
    if not may_work_on(request.scope, report.campaign, report.department):
        raise PermissionDenied("您没有办理该报表的权限")
    bring_up(report)
    form = FORMS_OF[action](report, request.POST)
    if form.is_valid():
        try:
            done = take(request, form)
        except ValidationError as fault:
            put_errors(form, fault)
        except Busy:
            form.add_error(None, BUSY)
        else:
            messages.success(request, said)
            return redirect("reports:detail", done.pk)
    report = asked_report(request, pk)
    form.refresh(report)
    return detail_page(request, report, (action.value, form))


def _seen(form: SignForm) -> int:
    return int(form.cleaned_data["version"])


@require_POST
def report_type(request: CampaignRequest, pk: int) -> HttpResponse:
    """手工填数."""

    def take(request: CampaignRequest, form: SignForm) -> Report:
        typed = cast(TypeForm, form)
        basis = typed.cleaned_data["basis"]
        return sign_actions.type_figures(
            pk, typed.changed(), by=request.user, seen=_seen(form), note=basis, request=request
        )

    return _step(request, pk, ReportAction.TYPE, take=take, said="已保存手工填报的数据，并更新报表。")


@require_POST
def report_fill(request: CampaignRequest, pk: int) -> HttpResponse:
    """填报, or 零报告."""

    def take(request: CampaignRequest, form: SignForm) -> Report:
        filled = cast(FillForm, form)
        given = filled.cleaned_data
        return sign_actions.fill(
            pk,
            by=request.user,
            seen=_seen(form),
            note=given["note"],
            notes=filled.notes,
            nil=given["nil"],
            request=request,
        )

    return _step(request, pk, ReportAction.FILL, take=take, said="已填报，等待另一人审核。")


@require_POST
def report_review(request: CampaignRequest, pk: int) -> HttpResponse:
    """审核通过."""

    def take(request: CampaignRequest, form: SignForm) -> Report:
        note = form.cleaned_data["opinion"]
        return sign_actions.review(pk, by=request.user, seen=_seen(form), note=note, request=request)

    return _step(request, pk, ReportAction.REVIEW, take=take, said="审核通过，可以印发。")


@require_POST
def report_return(request: CampaignRequest, pk: int) -> HttpResponse:
    """退回."""

    def take(request: CampaignRequest, form: SignForm) -> Report:
        note = form.cleaned_data["reason"]
        return sign_actions.send_back(pk, by=request.user, seen=_seen(form), note=note, request=request)

    return _step(request, pk, ReportAction.RETURN, take=take, said="已退回，报表重新成为待填报。")


@require_POST
def report_issue(request: CampaignRequest, pk: int) -> HttpResponse:
    """印发."""

    def take(request: CampaignRequest, form: SignForm) -> Report:
        return sign_actions.issue(pk, by=request.user, seen=_seen(form), request=request)

    return _step(
        request, pk, ReportAction.ISSUE, take=take, said="已印发。这一期不再改动，工作簿可以下载、存档。"
    )


@require_POST
def report_reopen(request: CampaignRequest, pk: int) -> HttpResponse:
    """重新编制下一期: what changed since becomes a draft, with the reason."""

    def take(request: CampaignRequest, form: SignForm) -> Report:
        reason = form.cleaned_data["reason"]
        return sign_actions.reopen(pk, by=request.user, reason=reason, request=request)

    return _step(request, pk, ReportAction.REOPEN, take=take, said="已编制下一期草稿，请核对后填报。")
