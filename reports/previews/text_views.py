"""A report of prose as text to paste into a message or a document."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from accounts import audit
from campaigns.http import CampaignRequest
from reports.compile import from_json
from reports.downloads import report_file_name
from reports.layouts import FORMS
from reports.queries import reports_for

BOM = "\ufeff"
"""By which the editors of older office computers know that a file is UTF-8."""


@require_safe
def report_text(request: CampaignRequest, pk: int) -> HttpResponse:
    """The report's text as it was kept with its figures; a 404 for forms that are no prose."""
    rows = reports_for(request.user).select_related("campaign__lead_department", "department")
    report = get_object_or_404(rows, pk=pk)
    form = FORMS.get(report.form)
    if form is None or form.plain is None:
        raise Http404
    text = report.figures.get("text")
    if text is None:  # from before it was kept
        figures = from_json(report.figures["cumulative"])
        text = form.plain(report.campaign, report.department, figures, report.as_of)
    name = report_file_name(report).removesuffix(".xlsx") + ".txt"
    answer = HttpResponse(BOM + text.replace("\n", "\r\n"), content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = content_disposition_header(True, name)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    audit.record("下载报表", user=request.user, target=str(report), request=request, sha256=report.sha256)
    return answer
