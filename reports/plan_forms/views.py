"""Official forms into the plan, in the browser: upload, preview, confirm, undo.

For the lead bureau of the campaign only: to all others a batch does not exist.
"""

from axes.helpers import get_client_ip_address
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from campaigns.http import CampaignRequest
from campaigns.models import Campaign
from reports.enums import PlanForm, PlanImportState
from reports.ledger.rules import may_import_plan
from reports.models import PlanImport
from reports.plan_forms import actions as verbs
from reports.plan_forms.desk import SAME, WAITING
from reports.plan_forms.forms import PlanUnitsForm, PlanUploadForm
from reports.reading.sheet_parts import UnreadableWorkbook

SHOWN_BATCHES = 50
SHOWN_QUESTIONS = 50
HOLDS = {
    PlanForm.DUTIES: "各成员单位的工作职责",
    PlanForm.MEASURES: "整治内容、措施、完成时限和责任单位",
    PlanForm.TASK_FORCES: "园区、园区负责人和各园区的专班",
    PlanForm.CONTACTS: "各单位的分管领导和联系人",
    PlanForm.WORK_ITEMS: "行动任务、工作要求、责任单位和时限",
}
"""What each form fills in the plan."""


def batches_for(request: CampaignRequest) -> QuerySet[PlanImport]:
    """Imports into the campaigns that the person leads."""
    return PlanImport.objects.filter(campaign__in=request.scope.led_campaigns).select_related(
        "campaign__lead_department", "user"
    )


def _led(request: CampaignRequest) -> Campaign:
    campaign = request.campaign
    if not campaign or not may_import_plan(request.scope, campaign):
        raise PermissionDenied("方案由本行动的牵头单位导入，您的角色不能导入")
    return campaign


@require_safe
def plan_import_list(request: CampaignRequest) -> HttpResponse:
    """The upload box, the five forms, and the earlier imports."""
    return _list_page(request, PlanUploadForm(), 200)


def _list_page(request: CampaignRequest, form: PlanUploadForm, status: int) -> HttpResponse:
    campaign = _led(request)
    batches = batches_for(request).filter(campaign=campaign.pk).defer("changes")[:SHOWN_BATCHES]
    context = {"form": form, "batches": batches, "forms": [(kind, HOLDS[kind]) for kind in PlanForm]}
    return render(request, "reports/plan_import_list.html", context, status=status)


@require_POST
def plan_import_new(request: CampaignRequest) -> HttpResponse:
    """Read the upload at once; what cannot be read is said beside the box, and nothing is kept."""
    campaign = _led(request)
    form = PlanUploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _list_page(request, form, 422)
    file = form.cleaned_data["file"]
    try:
        found = verbs.read_form(file, form.cleaned_data["form"])
    except UnreadableWorkbook as fault:
        form.add_error("file", str(fault))
        return _list_page(request, form, 422)
    batch = verbs.start(campaign, file, found, by=request.user)
    return redirect("reports:plan_import", batch.pk)


@require_safe
def plan_import(request: CampaignRequest, pk: int) -> HttpResponse:
    """The preview with its questions and faults; later what was done."""
    return _detail_page(request, get_object_or_404(batches_for(request), pk=pk), None, 200)


def _detail_page(
    request: CampaignRequest, batch: PlanImport, units_form: PlanUnitsForm | None, status: int
) -> HttpResponse:
    found = batch.preview
    open_ = batch.state == PlanImportState.PREVIEW
    questions = _questions(batch)
    if questions and units_form is None and open_:
        units_form = PlanUnitsForm(batch.campaign, questions)
    rows = found["rows"]
    context = {
        "batch": batch,
        "found": found,
        "units_form": units_form,
        "moved": [row for row in rows if row["kind"] not in (SAME, WAITING)],
        "same": [row for row in rows if row["kind"] == SAME],
        "several_sheets": len({row["sheet"] for row in rows}) > 1,
        "confirmable": open_ and not found["fault_count"] and not found["units"] and _changes_anything(found),
        "step": 2 if open_ else 3,
    }
    return render(request, "reports/plan_import.html", context, status=status)


def _changes_anything(found: dict[str, dict[str, int]]) -> bool:
    return bool(found["counts"]["new"] or found["counts"]["changed"] or found["joining"])


def _questions(batch: PlanImport) -> list[dict[str, object]]:
    """The unit names that nobody has explained yet, as many as fit a page; the rest comes after these."""
    questions: list[dict[str, object]] = batch.preview["units"]
    return questions[:SHOWN_QUESTIONS]


@require_POST
def plan_import_units(request: CampaignRequest, pk: int) -> HttpResponse:
    """Remember which unit an unknown name means, and check again with the answers."""
    batch = get_object_or_404(batches_for(request), pk=pk)
    questions = _questions(batch)
    if batch.state != PlanImportState.PREVIEW or not questions:
        messages.warning(request, "这次导入的状态已经变化，请看当前页面。")
        return redirect("reports:plan_import", batch.pk)
    form = PlanUnitsForm(batch.campaign, questions, request.POST)
    if not form.is_valid():
        return _detail_page(request, batch, form, 422)
    try:
        verbs.answer(batch, form.chosen(), by=request.user, address=_address(request))
    except ValidationError as fault:
        messages.warning(request, "；".join(fault.messages))
    return redirect("reports:plan_import", batch.pk)


@require_POST
def plan_import_retry(request: CampaignRequest, pk: int) -> HttpResponse:
    """Check the kept file once more, when the plan or its units were mended meanwhile."""
    batch = get_object_or_404(batches_for(request), pk=pk)
    verbs.check_again(batch)
    return redirect("reports:plan_import", batch.pk)


@require_POST
def plan_import_confirm(request: CampaignRequest, pk: int) -> HttpResponse:
    """Save what the preview shows; a second click finds it already taken."""
    batch = get_object_or_404(batches_for(request), pk=pk)
    try:
        saved = verbs.confirm(batch, by=request.user, address=_address(request))
    except ValidationError as fault:
        messages.info(request, "；".join(fault.messages))
    else:
        if not saved:
            messages.error(request, "还有没有解决的问题或方案已有变动，没有导入任何内容。")
    return redirect("reports:plan_import", batch.pk)


@require_POST
def plan_import_undo(request: CampaignRequest, pk: int) -> HttpResponse:
    """Put the plan back as it was, while nobody has worked on what the import brought."""
    batch = get_object_or_404(batches_for(request), pk=pk)
    try:
        added, changed = verbs.undo(batch, by=request.user, address=_address(request))
    except ValidationError as fault:
        messages.error(request, f"不能撤销：{'；'.join(fault.messages)}。")
    else:
        messages.success(request, f"已撤销：删除新增的 {added} 条，恢复修改过的 {changed} 条。")
    return redirect("reports:plan_import", batch.pk)


def _address(request: CampaignRequest) -> str:
    return get_client_ip_address(request) or ""
