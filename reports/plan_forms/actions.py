"""The verbs of bringing an official form into a campaign's plan: keep it, preview it, save it, take it back.

A form is merged, never put in the place of what is there (docs/decisions/0051). PREVIEW → DONE → UNDONE;
each step locks the batch and the campaign, so that two clicks do it once.
"""

import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import transaction

from accounts.audit import record
from accounts.models import User
from campaigns.models import Campaign
from campaigns.queries import remember_alias
from campaigns.work.sync import sync_occurrences
from parks.models import Department
from parks.names import name_key
from reports.enums import PlanForm, PlanImportState
from reports.models import PlanImport
from reports.plan_forms.changes import last_completion, take_back, write
from reports.plan_forms.desk import CHANGED, NEW, SAME, WAITING, Desk, Planned
from reports.plan_forms.facts import FactReader
from reports.plan_forms.merge import merge
from reports.plan_forms.sheets import FormRows, find_form
from reports.plan_forms.units import NEW_UNIT, UnitBook
from reports.reading.reader import read_workbook

SHOWN_FAULTS = 500
STALE = "预览之后方案或单位有变动，还没有导入任何内容。下面是最新的预览，请再确认一次"


@dataclass
class Checked:
    """A form as it would be merged now."""

    found: FormRows
    desk: Desk

    @property
    def waiting(self) -> int:
        """Rows that wait for the name of a unit."""
        return self.count(WAITING)

    @property
    def faulty(self) -> int:
        """Rows with at least one fault."""
        return len({(fault.sheet, fault.row) for fault in self.desk.faults})

    @property
    def importable(self) -> bool:
        """Whether all rows can be taken; also when nothing would change."""
        return not self.desk.faults and not self.desk.units.questions

    def count(self, kind: str) -> int:
        """Rows of one kind; what comes along with another row is not counted."""
        return sum(one.kind == kind and one.shown for one in self.desk.planned)


def read_form(file: Any, form: str = "") -> FormRows:
    """Open a workbook and collect the rows of its form. Raises UnreadableWorkbook."""
    return find_form(read_workbook(file), form)


def check_form(campaign: Campaign, found: FormRows, answers: Mapping[str, int] | None = None) -> Checked:
    """Say what each row would change in the plan as it stands."""
    desk = Desk(campaign, found.spec, UnitBook(campaign, answers))
    reader = FactReader(found, desk.span)
    facts = list(reader.read())
    desk.faults += reader.faults
    desk.remarks += found.remarks
    merge(desk, facts)
    desk.faults.sort(key=lambda fault: (fault.sheet, fault.row))
    return Checked(found, desk)


@transaction.atomic
def start(campaign: Campaign, file: File, found: FormRows, *, by: User) -> PlanImport:
    """Keep an upload that has been read, under a name of our own, with its preview."""
    digest = hashlib.sha256()
    file.seek(0)
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    batch = PlanImport(
        campaign=campaign,
        form=found.spec.form,
        user=by,
        filename=str(file.name or "")[-255:],
        sha256=digest.hexdigest(),
        preview=preview_of(check_form(campaign, found)),
    )
    batch.file.save(f"{uuid.uuid4().hex}.xlsx", file, save=False)
    batch.save(force_insert=True)
    return batch


def check_again(batch: PlanImport) -> None:
    """Lay a fresh preview: after answers, or when the plan has changed."""
    if batch.state != PlanImportState.PREVIEW:
        return
    checked = _checked(batch)
    PlanImport.objects.filter(pk=batch.pk, state=PlanImportState.PREVIEW).update(
        preview=preview_of(checked), message=""
    )


def _checked(batch: PlanImport) -> Checked:
    with batch.file.open("rb") as file:
        found = read_form(file, batch.form)
    return check_form(batch.campaign, found, batch.answers)


@transaction.atomic
def answer(batch: PlanImport, answers: Mapping[str, Department | None], *, by: User, address: str) -> None:
    """Take which units the names mean; None is a new one, made when the import is confirmed."""
    locked = PlanImport.objects.select_for_update().get(pk=batch.pk)
    if locked.state != PlanImportState.PREVIEW:
        raise ValidationError("这次导入的状态已经变化，请看当前页面")
    for name, unit in answers.items():
        locked.answers[name_key(name)] = unit.pk if unit else NEW_UNIT
        if unit:
            remember_alias(unit, name)
            record("登记单位别名", user=by, target=f"{name} → {unit.name}", address=address)
    locked.save(update_fields=["answers"])
    batch.answers = locked.answers
    check_again(batch)


@transaction.atomic
def confirm(batch: PlanImport, *, by: User, address: str = "") -> bool:
    """Merge what the preview shows, in one go; False when it no longer fits, with a fresh preview laid.

    Raises ValidationError when there is nothing to confirm.
    """
    Campaign.objects.select_for_update().get(pk=batch.campaign_id)
    locked = PlanImport.objects.select_for_update().select_related("campaign").get(pk=batch.pk)
    if locked.state != PlanImportState.PREVIEW:
        raise ValidationError("这份表已经确认过，不会重复导入")
    checked = _checked(locked)
    preview = preview_of(checked)
    if not checked.importable or preview["digest"] != locked.preview.get("digest"):
        locked.preview, locked.message = preview, STALE
        locked.save(update_fields=["preview", "message"])
        return False
    save(locked, checked, by=by, address=address)
    return True


@transaction.atomic
def save(batch: PlanImport, checked: Checked, *, by: User, address: str = "") -> None:
    """Write a checked form; the batch keeps what it needs to be taken back."""
    since = last_completion()
    batch.preview = preview_of(checked)
    units = checked.desk.units.save()
    rows = write(checked.desk)
    batch.changes = {"rows": rows, "since": since, "units": units}
    batch.state, batch.message = PlanImportState.DONE, ""
    batch.save()
    sync_occurrences(batch.campaign)
    record(
        "导入方案",
        user=by,
        target=batch.filename,
        address=address,
        batch=batch.pk,
        campaign=batch.campaign.slug,
        form=batch.form,
        added=checked.count(NEW),
        changed=checked.count(CHANGED),
    )


@transaction.atomic
def undo(batch: PlanImport, *, by: User, address: str = "") -> tuple[int, int]:
    """Put the plan back as it was; returns how many rows were deleted and restored. Raises ValidationError.

    Units that came with it stay: others may have been told of them since.
    """
    Campaign.objects.select_for_update().get(pk=batch.campaign_id)
    locked = PlanImport.objects.select_for_update().select_related("campaign").get(pk=batch.pk)
    if locked.state != PlanImportState.DONE:
        raise ValidationError(f"这次导入的状态是“{locked.get_state_display()}”，不能撤销")
    added, changed = take_back(locked.changes["rows"], locked.changes["since"])
    locked.state = PlanImportState.UNDONE
    locked.save(update_fields=["state"])
    sync_occurrences(locked.campaign)
    record(
        "撤销方案导入",
        user=by,
        target=locked.filename,
        address=address,
        batch=locked.pk,
        campaign=locked.campaign.slug,
        deleted=added,
        restored=changed,
    )
    return added, changed


def preview_of(checked: Checked) -> dict[str, Any]:
    """What the preview page shows, as JSON; digest: changes when any of it would."""
    desk = checked.desk
    rows = [_shown(one) for one in desk.planned if one.shown]
    # Questions and faults lie apart from their row's place; people look for it by its number.
    rows.sort(key=lambda row: (row["sheet"], row["row"]))
    shown: dict[str, Any] = {
        "form": PlanForm(checked.found.spec.form).label,
        "rows": rows,
        "counts": {kind: checked.count(kind) for kind in (NEW, CHANGED, SAME, WAITING)},
        "faulty": checked.faulty,
        "kept": desk.kept,
        "faults": [vars(fault) for fault in desk.faults[:SHOWN_FAULTS]],
        "fault_count": len(desk.faults),
        "units": [{"name": name, "rows": count} for name, count in desk.units.questions.items()],
        "new_units": [unit.name for unit in desk.units.new],
        "joining": [unit.name for unit in desk.units.joining.values() if unit not in desk.units.new],
        "remarks": [*desk.units.remarks, *desk.remarks],
    }
    shown["digest"] = hashlib.sha256(json.dumps(shown, ensure_ascii=False).encode()).hexdigest()
    return shown


def _shown(one: Planned) -> dict[str, Any]:
    return {
        "sheet": one.at.sheet,
        "row": one.at.row,
        "kind": one.kind,
        "label": one.label,
        "diffs": [vars(diff) for diff in one.diffs],
        "notes": one.notes,
    }
