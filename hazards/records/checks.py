"""What is checked of a visit or an enforcement act before it is kept: faults by field, in Chinese."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile

from accounts.models import User
from campaigns.models import Campaign, CheckItem, TaskForce
from campaigns.pictures import CleanPicture
from campaigns.queries import scope_of
from hazards.enums import CheckOutcome, EnforcementKind, Status
from hazards.photos import read_photos
from hazards.queries import units_to_record_for
from hazards.records.findings import Act, Checked, Visit
from hazards.records.rules import may_record
from parks.models import Department, Enterprise, Park

EARLIEST_BEFORE_START = timedelta(days=366)
"""A record older than this before the campaign began is a slip of the keyboard."""

AMOUNT_KINDS = frozenset({EnforcementKind.FINE})
PERSON_KINDS = frozenset({EnforcementKind.TRANSFERRED, EnforcementKind.DETAINED})
AREA_KINDS = frozenset({EnforcementKind.DEMOLISHED})
MEASURES = (
    ("amount", AMOUNT_KINDS, "金额（元）"),
    ("persons", PERSON_KINDS, "人数"),
    ("area", AREA_KINDS, "面积（平方米）"),
)
MAX_NOTE = 2000
MAX_REMARK = 300
MAX_REASON = 200
MAX_PHOTOS_A_VISIT = 18
"""The whole form of a visit; settings.DATA_UPLOAD_MAX_NUMBER_FILES lies above it."""

Faults = dict[str, str]
Shots = list[tuple[CheckItem | None, CleanPicture]]


def visit_faults(campaign: Campaign, visit: Visit, by: User) -> Faults:
    """Everything that cannot be true of a visit; its photos are read by `read_shots`."""
    faults = _place_faults(campaign, visit.park, visit.enterprise, department=visit.department, by=by)
    _check_day(faults, "inspected_on", visit.inspected_on, campaign)
    _check_note(faults, visit.note)
    _check_results(faults, visit.results, campaign)
    return faults


def act_faults(campaign: Campaign, act: Act, by: User) -> Faults:
    """Everything that cannot be true of an enforcement act."""
    faults = _place_faults(campaign, act.park, act.enterprise, department=act.department, by=by)
    _check_day(faults, "acted_on", act.acted_on, campaign)
    _check_note(faults, act.note)
    _check_measures(faults, act)
    _check_hazard(faults, act, campaign)
    _check_visit(faults, act, campaign)
    return faults


def read_shots(visit: Visit) -> Shots:
    """The photos of a visit as clean copies, each with its item (None: of the whole visit).

    ValidationError by field when any is refused.
    """
    groups: list[tuple[str, CheckItem | None, Iterable[UploadedFile]]] = [("photos", None, visit.photos)]
    groups += [(f"shots_{one.item.pk}", one.item, one.photos) for one in visit.results]
    total = sum(len(list(uploads)) for _, _, uploads in groups)
    if total > MAX_PHOTOS_A_VISIT:
        message = f"一次检查最多上传 {MAX_PHOTOS_A_VISIT} 张照片，现有 {total} 张，请减少后再保存"
        raise ValidationError({"photos": message})
    shots: Shots = []
    faults: dict[str, list[ValidationError]] = {}
    for name, item, uploads in groups:
        try:
            shots += [(item, clean) for clean in read_photos(list(uploads))]
        except ValidationError as fault:
            faults[name] = fault.error_list
    if faults:
        raise ValidationError(dict(faults))
    return shots


def check_restored(acted_on: date, restored_on: date, today: date) -> None:
    """Power comes back between the day it was cut and today."""
    if restored_on < acted_on:
        raise ValidationError({"restored_on": f"恢复供电日期不能早于停电日期（{acted_on:%Y-%m-%d}）"})
    if restored_on > today:
        raise ValidationError({"restored_on": f"恢复供电日期不能晚于今天（{today:%Y-%m-%d}）"})


def check_void_reason(reason: str) -> None:
    """A struck record says why."""
    if not reason.strip():
        raise ValidationError({"reason": "请填写作废原因"})
    if len(reason.strip()) > MAX_REASON:
        raise ValidationError({"reason": f"作废原因最多 {MAX_REASON} 字，现有 {len(reason.strip())} 字"})


def _place_faults(
    campaign: Campaign, park: Park, enterprise: Enterprise | None, *, department: Department, by: User
) -> Faults:
    """Faults of place and unit; PermissionDenied when the person may not record in this park at all."""
    scope = scope_of(by)
    if not may_record(scope, campaign, park):
        raise PermissionDenied("您没有在该园区录入检查或执法记录的权限")
    faults: Faults = {}
    if not TaskForce.objects.filter(campaign=campaign, park=park).exists():
        faults["park"] = "该园区不在本专项行动中"
    if enterprise is not None and enterprise.park_id != park.pk:
        faults["enterprise"] = "所选企业不在该园区"
    if not units_to_record_for(scope, campaign, by).filter(pk=department.pk).exists():
        faults["department"] = "请选择本人所在或所代表的单位"
    return faults


def _check_day(faults: Faults, name: str, day: date, campaign: Campaign) -> None:
    earliest = campaign.starts_on - EARLIEST_BEFORE_START
    if day > campaign.today():
        faults[name] = f"日期不能晚于今天（{campaign.today():%Y-%m-%d}）"
    elif day < earliest:
        faults[name] = f"日期过早，请核对年份（不早于 {earliest:%Y-%m-%d}）"


def _check_note(faults: Faults, note: str) -> None:
    if len(note.strip()) > MAX_NOTE:
        faults["note"] = f"最多 {MAX_NOTE} 字，现有 {len(note.strip())} 字"


def _check_results(faults: Faults, results: Iterable[Checked], campaign: Campaign) -> None:
    seen: set[int] = set()
    for one in results:
        if one.item.campaign_id != campaign.pk:
            faults[f"outcome_{one.item.pk}"] = f"检查事项“{one.item.text}”不属于本专项行动"
        elif one.item.pk in seen:
            faults[f"outcome_{one.item.pk}"] = f"检查事项“{one.item.text}”填写了两次"
        elif one.outcome not in CheckOutcome.values:
            faults[f"outcome_{one.item.pk}"] = "请选择是否符合要求"
        elif one.outcome == CheckOutcome.FAIL and not one.note.strip():
            faults[f"remark_{one.item.pk}"] = "不符合的事项请写明情况"
        if len(one.note.strip()) > MAX_REMARK:
            faults[f"remark_{one.item.pk}"] = f"最多 {MAX_REMARK} 字，现有 {len(one.note.strip())} 字"
        seen.add(one.item.pk)


def _check_measures(faults: Faults, act: Act) -> None:
    label = EnforcementKind(act.kind).label
    for name, kinds, measure in MEASURES:
        value = getattr(act, name)
        if act.kind in kinds and (value is None or value <= 0):
            faults[name] = f"“{label}”须填写{measure}，且大于 0"
        elif act.kind not in kinds and value is not None:
            faults[name] = f"“{label}”不计{measure}，请清空"


def _check_hazard(faults: Faults, act: Act, campaign: Campaign) -> None:
    hazard = act.hazard
    if hazard is None:
        return
    if hazard.campaign_id != campaign.pk or hazard.park_id != act.park.pk:
        faults["hazard_number"] = "该隐患不在所选园区，请核对编号"
    elif hazard.enterprise_id not in (None, act.enterprise.pk):
        faults["hazard_number"] = f"该隐患属于{hazard.enterprise}，与所选企业不符，请核对编号"
    elif hazard.status == Status.VOID:
        faults["hazard_number"] = "该隐患已作废，不能再关联执法"


def _check_visit(faults: Faults, act: Act, campaign: Campaign) -> None:
    visit = act.inspection
    if visit is None:
        return
    if visit.campaign_id != campaign.pk or visit.park_id != act.park.pk:
        faults["inspection"] = "所关联的检查不在所选园区，请核对"
    elif visit.enterprise_id not in (None, act.enterprise.pk):
        faults["inspection"] = f"所关联的检查是对{visit.enterprise}的，与所选企业不符，请核对"
    elif visit.voided_on is not None:
        faults["inspection"] = "所关联的检查已作废，不能再关联执法"
    elif act.acted_on < visit.inspected_on:
        faults["acted_on"] = f"执法日期不能早于所关联检查的日期（{visit.inspected_on:%Y-%m-%d}）"
