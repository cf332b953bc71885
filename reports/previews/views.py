"""Pages that show a form in the browser as it looks on paper: a report's workbook, or one filled now."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.enums import AuditResult
from campaigns.http import CampaignRequest
from reports.addresses import read_form
from reports.downloads import DAMAGED, Damaged, stored
from reports.layouts import FORMS
from reports.previews.sheets import preview
from reports.queries import reports_for


@require_safe
def report_preview(request: CampaignRequest, pk: int) -> HttpResponse:
    """The stored workbook of a report; refused when the stored file was tampered with."""
    shown = reports_for(request.user).select_related("campaign", "department")
    report = get_object_or_404(shown, pk=pk)
    target, user = str(report), request.user
    try:
        content = stored(report)
    except Damaged:
        audit.record("预览报表", user=user, target=target, request=request, result=AuditResult.FAILED)
        messages.error(request, DAMAGED)
        return redirect("reports:detail", report.pk)
    audit.record("预览报表", user=user, target=target, request=request, sha256=report.sha256)
    unit = report.department or f"{report.campaign.label}（汇总）"
    context = {
        "report": report,
        "title": f"{unit}{FORMS[report.form].short}",
        "download": reverse("reports:download", args=[report.pk]),
        "preview": preview(content, _sheet_asked(request)),
        "asked": "",
    }
    return render(request, "reports/preview.html", context)


@require_safe
def form_preview(request: CampaignRequest, slug: str) -> HttpResponse:
    """One official form, filled now, by the same address as its download."""
    try:
        asked = read_form(request, slug)
    except ValidationError as fault:
        messages.error(request, "；".join(fault.messages))
        return redirect("reports:list")
    audit.record("预览表格", user=request.user, target=asked.file_name, request=request)
    query = request.GET.copy()
    query.pop("sheet", None)
    said = query.urlencode()
    context = {
        "form": asked.form,
        "title": asked.form.short,
        "download": f"{reverse('reports:form', args=[slug])}?{said}".rstrip("?"),
        "preview": preview(asked.form.book(asked.ask).to_bytes(), _sheet_asked(request)),
        "asked": f"{said}&" if said else "",
    }
    return render(request, "reports/preview.html", context)


def _sheet_asked(request: CampaignRequest) -> int:
    """The sheet that the address asks for, from 0; addresses count from 1."""
    text = request.GET.get("sheet", "")
    return int(text) - 1 if text.isascii() and text.isdigit() and len(text) < 4 else 0
