"""The page of one report, its workbook, and two issues side by side."""

import hashlib
import io
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.enums import AuditResult
from campaigns.http import CampaignRequest
from reports.addresses import asked_report
from reports.downloads import as_download, report_file_name
from reports.models import Report
from reports.signing.comparison import choices_of, compared, title_of
from reports.signing.forms import SignForm
from reports.signing.page import bring_up, forms_for, page_of


@require_safe
def report_detail(request: CampaignRequest, pk: int) -> HttpResponse:
    """One issue: where it stands, its figures, checks, what this person may do, what happened."""
    return detail_page(request, asked_report(request, pk))


def detail_page(
    request: CampaignRequest, report: Report, refused: tuple[str, SignForm] | None = None
) -> HttpResponse:
    """The page; `refused` is a step that was not taken, with its form as it was sent."""
    counted = bring_up(report)
    context = page_of(report, request.user, request.scope)
    forms = forms_for(report, request.user, request.scope, newest=context["newest"])
    if refused:
        forms[refused[0]] = refused[1]
    context |= {"forms": forms, "happened": counted, "refused": refused[0] if refused else ""}
    return render(request, "reports/detail.html", context, status=422 if refused else 200)


@require_safe
def report_download(request: CampaignRequest, pk: int) -> HttpResponse | FileResponse:
    """The workbook as it is kept, byte for byte; refused when the stored file was tampered with."""
    report = asked_report(request, pk)
    try:
        content = report.workbook.read()
    except OSError:
        content = b""
    user = request.user
    if hashlib.sha256(content).hexdigest() != report.sha256:
        audit.record("下载报表", user=user, target=str(report), request=request, result=AuditResult.FAILED)
        messages.error(request, "保存的文件缺失或与校验值不一致，未提供下载。请联系系统管理员。")
        return redirect("reports:detail", report.pk)
    audit.record("下载报表", user=user, target=str(report), request=request, sha256=report.sha256)
    return as_download(io.BytesIO(content), report_file_name(report))


@require_safe
def report_compare(request: CampaignRequest, pk: int) -> HttpResponse:
    """Two issues side by side: of the same period, or with the period before; `with` names the other."""
    report = asked_report(request, pk)
    choices = choices_of(report)
    wanted = request.GET.get("with", "")
    other = next((one for one in choices if str(one.pk) == wanted), choices[0] if choices else None)
    context: dict[str, Any] = {"report": report, "other": other}
    context["choices"] = [(one, title_of(one)) for one in choices]
    if other:
        context |= compared(other, report)
    return render(request, "reports/compare.html", context)
