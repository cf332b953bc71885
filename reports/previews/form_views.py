"""Official forms filled now, as files."""

from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from accounts import audit
from campaigns.http import CampaignRequest
from reports.addresses import read_form, say
from reports.downloads import book_download


@require_safe
def form_download(request: CampaignRequest, slug: str) -> HttpResponse | FileResponse:
    """One official form, filled now, as a file."""
    try:
        asked = read_form(request, slug)
    except ValidationError as fault:
        say(request, fault)
        return redirect("reports:list")
    audit.record("导出表格", user=request.user, target=asked.file_name, request=request)
    return book_download(asked.form.book(asked.ask), asked.file_name)
