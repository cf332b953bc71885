"""The import wizard: upload, preview, confirm, undo.

A batch is shown to the one who uploaded it and to the campaign's lead bureau; to all others it does
not exist. Each write checks again whether the person may (still) import into the campaign.
"""

from typing import Any
from urllib.parse import quote

from axes.helpers import get_client_ip_address
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.audit import record
from campaigns.http import CampaignRequest
from campaigns.models import Campaign
from campaigns.queries import remember_alias
from hazards.enums import BatchState
from hazards.models import ImportBatch
from reports.downloads import XLSX
from reports.ledger import actions as ledger_import
from reports.ledger.faults import rows_workbook
from reports.ledger.forms import UnitsForm, UploadForm
from reports.ledger.rules import may_import
from reports.ledger.tasks import read_upload, save_upload, sent
from reports.reading.sheet_parts import UnreadableWorkbook

SHOWN_BATCHES = 50
SHOWN_QUESTIONS = 50
NO_BROKER = "后台服务暂时不可用，文件已保存，没有丢失。请稍后点“重新检查”。"
NO_BROKER_SAVING = "后台服务暂时不可用，还没有导入任何内容。请稍后再点“确认导入”。"


def batches_for(request: CampaignRequest) -> QuerySet[ImportBatch]:
    """The person's own uploads, and every upload into the campaigns they lead."""
    scope = request.scope
    return ImportBatch.objects.filter(
        Q(user=request.user.pk) | Q(campaign__in=scope.led_campaigns)
    ).select_related("campaign", "user__department")


def _batch(request: CampaignRequest, pk: int, *, to_write: bool = False) -> ImportBatch:
    batch = get_object_or_404(batches_for(request), pk=pk)
    if to_write:
        _require_importer(request, batch.campaign)
    return batch


def _require_importer(request: CampaignRequest, campaign: Campaign) -> None:
    if not may_import(request.scope, campaign):
        raise PermissionDenied("台账导入由牵头单位、成员单位和专班人员办理，您的角色不能导入")


@require_safe
def import_list(request: CampaignRequest) -> HttpResponse:
    """The upload box and the earlier imports."""
    return _list_page(request, UploadForm(), 200)


def _list_page(request: CampaignRequest, form: UploadForm, status: int) -> HttpResponse:
    campaign = request.campaign
    if not campaign:
        raise PermissionDenied("您还没有参加任何专项行动，不能导入台账")
    _require_importer(request, campaign)
    batches = batches_for(request).filter(campaign=campaign.pk).defer("rows")[:SHOWN_BATCHES]
    return render(request, "reports/import_list.html", {"form": form, "batches": batches}, status=status)


@require_POST
def import_new(request: CampaignRequest) -> HttpResponse:
    """Keep the upload and have it read."""
    campaign = request.campaign
    form = UploadForm(request.POST, request.FILES)
    if not campaign or not form.is_valid():
        return _list_page(request, form, 422)
    _require_importer(request, campaign)
    batch = ledger_import.start_batch(campaign, form.cleaned_data["file"], by=request.user)
    _have_read(batch)
    return redirect("reports:import_detail", batch.pk)


def _have_read(batch: ImportBatch) -> None:
    if not sent(read_upload, batch.pk):
        ledger_import.fail(batch.pk, BatchState.READING, NO_BROKER)


@require_safe
def import_detail(request: CampaignRequest, pk: int) -> HttpResponse:
    """Where the import stands: being read, preview with faults and questions, being saved, done."""
    return _detail_page(request, _batch(request, pk), None, 200)


def _detail_page(
    request: CampaignRequest, batch: ImportBatch, units_form: UnitsForm | None, status: int
) -> HttpResponse:
    found: dict[str, Any] = batch.rows if isinstance(batch.rows, dict) else {}
    questions = _questions(batch)
    if questions and units_form is None and batch.state == BatchState.PREVIEW:
        units_form = UnitsForm(batch.campaign, questions)
    context = {
        "batch": batch,
        "found": found,
        "units_form": units_form,
        "confirmable": batch.state == BatchState.PREVIEW
        and not batch.faults
        and not found.get("waiting")
        and bool(found.get("importable")),
        "step": _step(batch),
    }
    return render(request, "reports/import_detail.html", context, status=status)


def _questions(batch: ImportBatch) -> list[dict[str, Any]]:
    """The unit names that nobody has explained yet, as many as fit a page; the rest comes after these."""
    return batch.rows.get("units", [])[:SHOWN_QUESTIONS] if isinstance(batch.rows, dict) else []


def _step(batch: ImportBatch) -> int:
    """1 being checked, 2 preview, 3 being saved, 4 done."""
    steps = {BatchState.PREVIEW: 2, BatchState.SAVING: 3, BatchState.DONE: 4, BatchState.UNDONE: 4}
    return steps.get(BatchState(batch.state), 1)


@require_safe
def import_progress(request: CampaignRequest, pk: int) -> HttpResponse:
    """The progress bar, asked for each second; when the state has changed the whole page is read again."""
    batch = _batch(request, pk)
    response = render(request, "reports/includes/import_progress.html", {"batch": batch})
    if batch.state not in (BatchState.READING, BatchState.SAVING):
        response["HX-Refresh"] = "true"
    return response


@require_POST
def import_retry(request: CampaignRequest, pk: int) -> HttpResponse:
    """Check the kept file once more: after an outage, or when parks and units were mended."""
    batch = _batch(request, pk, to_write=True)
    if ledger_import.to_read_again(batch):
        _have_read(batch)
    return redirect("reports:import_detail", batch.pk)


@require_POST
def import_aliases(request: CampaignRequest, pk: int) -> HttpResponse:
    """Remember which unit an unknown name means, and check again with the answers."""
    batch = _batch(request, pk, to_write=True)
    if batch.state != BatchState.PREVIEW or not _questions(batch):
        messages.warning(request, "这次导入的状态已经变化，请看当前页面。")
        return redirect("reports:import_detail", batch.pk)
    form = UnitsForm(batch.campaign, _questions(batch), request.POST)
    if not form.is_valid():
        return _detail_page(request, batch, form, 422)
    for name, unit in form.answers():
        remember_alias(unit, name)
        record("登记单位别名", user=request.user, target=f"{name} → {unit.name}", request=request)
    if ledger_import.to_read_again(batch):
        _have_read(batch)
    return redirect("reports:import_detail", batch.pk)


@require_POST
def import_confirm(request: CampaignRequest, pk: int) -> HttpResponse:
    """Save what the preview shows; a second click finds it already taken."""
    batch = _batch(request, pk, to_write=True)
    if batch.state == BatchState.PREVIEW and _questions(batch):
        messages.error(request, "还有单位名称没有确认，没有导入任何内容。")
    elif ledger_import.claim_for_saving(batch):
        if not sent(save_upload, batch.pk, request.user.pk, get_client_ip_address(request) or ""):
            ledger_import.release(batch, NO_BROKER_SAVING)
    elif batch.state == BatchState.PREVIEW:
        messages.error(request, "清单还有错误，没有导入任何内容。")
    else:
        messages.info(request, "这份清单已经确认过，不会重复导入。")
    return redirect("reports:import_detail", batch.pk)


@require_POST
def import_undo(request: CampaignRequest, pk: int) -> HttpResponse:
    """Void everything that the import added, while nobody has worked on it."""
    batch = _batch(request, pk, to_write=True)
    try:
        count = ledger_import.undo_batch(
            batch,
            by=request.user,
            address=get_client_ip_address(request) or "",
        )
    except ValidationError as fault:
        messages.error(request, "；".join(fault.messages))
    else:
        messages.success(request, f"已撤销：{count} 条隐患已作废。")
    return redirect("reports:import_detail", batch.pk)


@require_safe
def import_faults(request: CampaignRequest, pk: int) -> HttpResponse:
    """The faulty rows with their reasons as a workbook; `?rows=good` gives the others."""
    batch = _batch(request, pk)
    if batch.state != BatchState.PREVIEW:
        raise Http404
    try:
        checked = ledger_import.check_again(batch)
    except UnreadableWorkbook as fault:
        raise Http404 from fault
    good = request.GET.get("rows") == "good"
    if good:
        content = rows_workbook(batch.campaign, [entry.raw for entry in checked.entries])
    else:
        content = rows_workbook(batch.campaign, checked.faulty, checked.faults)
    record("下载导入核对表", user=request.user, target=batch.filename, request=request, batch=batch.pk)
    stem = batch.filename.rsplit(".", 1)[0]
    name = f"{stem}-{'无误的行' if good else '有误的行'}.xlsx"
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f"attachment; filename=\"rows.xlsx\"; filename*=UTF-8''{quote(name)}"
    return response
