"""Checks of what people enter into the verbs: ValidationError with Chinese messages by field."""

from collections.abc import Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from campaigns.models import Campaign, Category, Measure
from campaigns.pictures import CleanPicture
from campaigns.queries import units_of
from hazards.duplicates import recurrence_fault
from hazards.enums import Level
from hazards.findings import Finding
from hazards.models import Hazard
from hazards.photos import read_photos
from parks.models import Department


def found_on_fault(campaign: Campaign, found_on: date) -> str:
    """Why nothing can have been found on that day; empty when it can."""
    today = campaign.today()
    return f"发现日期不能晚于今天（{today:%Y-%m-%d}）" if found_on > today else ""


def done_on_fault(hazard: Hazard, done_on: date) -> str:
    """Why the hazard cannot have been put right on that day; empty when it can."""
    today = hazard.campaign.today()
    if done_on < hazard.found_on:
        return f"完成日期不能早于发现日期（{hazard.found_on:%Y-%m-%d}）"
    return f"完成日期不能晚于今天（{today:%Y-%m-%d}）" if done_on > today else ""


def check_fixed(level: str | None, after: Sequence[UploadedFile], measure: str = "") -> None:
    """Raise ValidationError by field for what cannot be 即查即改."""
    faults: dict[str, str] = {}
    if level == Level.MAJOR:
        faults["level"] = "重大隐患不能即查即改，请按正常流程上报"
    if not after:
        faults["after"] = "即查即改须至少上传一张整改后照片"
    check_lengths(faults, measure=measure)
    if faults:
        raise ValidationError(dict(faults))


def measure_fault(category: Category, measure: Measure | None) -> str:
    """Why a hazard of that kind cannot hang on the measure; empty when it can, or hangs on none."""
    return "所选措施不属于该隐患类型，请重新选择" if measure and measure.category_id != category.pk else ""


def check_finding(campaign: Campaign, finding: Finding, found_on: date) -> None:
    """Raise ValidationError by field for anything in a finding that cannot be true."""
    faults: dict[str, str] = {}
    if not finding.place.strip():
        faults["place"] = "请填写发生位置"
    if not finding.description.strip():
        faults["description"] = "请填写隐患描述"
    if finding.category.campaign_id != campaign.pk:
        faults["category"] = "所选隐患类型不属于本专项行动"
    elif fault := measure_fault(finding.category, finding.plan_measure):
        faults["plan_measure"] = fault
    if fault := found_on_fault(campaign, found_on):
        faults["found_on"] = fault
    faults |= _unfitting(finding)
    if fault := recurrence_fault(campaign, finding.park, found_on, finding.recurs):
        faults["recurs"] = fault
    check_lengths(faults, limit=120, place=finding.place.strip())
    check_lengths(faults, limit=200, clause=finding.clause.strip())
    check_lengths(faults, description=finding.description)
    if faults:
        raise ValidationError(dict(faults))


def _unfitting(finding: Finding) -> dict[str, str]:
    """What does not go together in a finding, by field."""
    faults: dict[str, str] = {}
    if finding.enterprise and finding.enterprise.park_id != finding.park.pk:
        faults["enterprise"] = "所选企业不在该园区"
    if finding.site and finding.site.park_id != finding.park.pk:
        faults["site"] = "所选片区不属于该园区"
    if finding.clause.strip() and finding.level != Level.MAJOR:
        faults["clause"] = "判定依据只用于重大隐患，一般隐患请留空"
    return faults


def check_assignment(
    hazard: Hazard,
    department: Department,
    due_on: date,
    *,
    helping: Sequence[Department],
    by_task_force: bool,
    measure: Measure | None,
) -> None:
    """Raise ValidationError by field for a unit, a day or a measure that the hazard cannot be given."""
    faults: dict[str, str] = {}
    units = set(units_of(hazard.campaign).values_list("pk", flat=True))
    if department.pk not in units:
        faults["department"] = "该单位不是本专项行动的责任单位"
    if any(unit.pk not in units for unit in helping):
        faults["helping"] = "配合单位须是本专项行动的成员单位"
    elif department in helping:
        faults["helping"] = "配合单位不能与责任单位相同"
    if due_on < hazard.found_on:
        faults["due_on"] = f"整改期限不能早于发现日期（{hazard.found_on:%Y-%m-%d}）"
    elif due_on < hazard.campaign.today():
        faults["due_on"] = f"整改期限不能早于今天（{hazard.campaign.today():%Y-%m-%d}）"
    if by_task_force and (not hazard.task_force or hazard.task_force.department_id != department.pk):
        faults["by_task_force"] = "由专班整改时，责任单位须是该园区专班的责任单位"
    if fault := measure_fault(hazard.category, measure):
        faults["plan_measure"] = fault
    if faults:
        raise ValidationError(dict(faults))


def clean_photos(uploads: Sequence[UploadedFile], name: str) -> list[CleanPicture]:
    """The photos as they may be kept; ValidationError under the field's name for one that may not."""
    try:
        return read_photos(list(uploads))
    except ValidationError as fault:
        raise ValidationError({name: fault.messages}) from fault


def need_reason(note: str, message: str) -> None:
    """ValidationError under `note` where there is no word or too many."""
    if not note.strip():
        raise ValidationError({"note": message})
    check_note(note)


def check_note(note: str) -> None:
    """ValidationError under `note` where there are too many words; there may be none."""
    faults: dict[str, str] = {}
    check_lengths(faults, note=note)
    if faults:
        raise ValidationError(dict(faults))


def check_lengths(faults: dict[str, str], *, limit: int = 2000, **texts: str) -> None:
    """Add a fault for each text that its column cannot hold."""
    for name, text in texts.items():
        most = 500 if name == "difficulty" else limit
        if len(text) > most:
            faults[name] = f"最多 {most} 字，现有 {len(text)} 字"
