"""The verbs of an import: read an upload, save it as a whole or not at all, take it back.

A batch goes READING → PREVIEW → SAVING → DONE → UNDONE, or FAILED when its file cannot be read. Each
step is a conditional update, so that two clicks, two workers or a redelivered task do it once.
"""

import hashlib
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import IntegrityError, transaction

from accounts.audit import record
from accounts.models import User
from campaigns.models import Campaign
from campaigns.queries import scope_of
from hazards.actions import add_ledger_rows, void_batch
from hazards.enums import BatchState, Status
from hazards.findings import LedgerRow
from hazards.models import Hazard, ImportBatch
from parks.models import Department, Enterprise
from parks.names import name_key
from reports.ledger.checked import Checked, Entry
from reports.ledger.rows import LedgerChecker
from reports.ledger.sheet import Ledger, find_ledger
from reports.reading.reader import read_workbook

PREVIEW_ROWS = 200
PREVIEW_FAULTS = 500
PREVIEW_REMARKS = 100

Progress = Callable[[int, int], None]


class NotImportable(Exception):
    """The ledger has faults or open questions; carries what was found. Nothing was saved."""

    def __init__(self, checked: Checked) -> None:
        super().__init__(f"{len(checked.faulty)} faulty, {len(checked.waiting)} waiting")
        self.checked = checked


def read_ledger(file: Any) -> Ledger:
    """Open a workbook and collect the ledger's rows. Raises UnreadableWorkbook."""
    return find_ledger(read_workbook(file))


def check_ledger(
    campaign: Campaign,
    ledger: Ledger,
    *,
    by: User,
    aliases: Mapping[str, Department] | None = None,
    unit_fault: Callable[[str], str] | None = None,
    progress: Progress | None = None,
) -> Checked:
    """Say what each row would become if this person imported it now."""
    checker = LedgerChecker(campaign, scope_of(by), aliases, unit_fault)
    checked = checker.check(ledger.rows, progress)
    checked.remarks = ledger.remarks + checked.remarks
    return checked


def tell_progress(batch_id: int, done: int, total: int) -> None:
    """Note how far a batch is. Called outside the transaction that saves, so that others see it."""
    ImportBatch.objects.filter(pk=batch_id).update(done=done, total=total)


def start_batch(
    campaign: Campaign, file: File, *, by: User, state: BatchState = BatchState.READING
) -> ImportBatch:
    """Keep the upload, under a name of our own; a task reads it."""
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    batch = ImportBatch(
        campaign=campaign,
        user=by,
        filename=str(file.name or "")[-255:],
        sha256=digest.hexdigest(),
        state=state,
    )
    batch.file.save(f"{uuid.uuid4().hex}.xlsx", file, save=False)
    batch.save(force_insert=True)
    return batch


def read_batch(batch: ImportBatch) -> None:
    """Read and check an upload, and lay its preview beside it. Raises UnreadableWorkbook."""
    if batch.state != BatchState.READING:
        return
    with batch.file.open("rb") as file:
        ledger = read_ledger(file)
    checked = check_ledger(batch.campaign, ledger, by=batch.user, progress=partial(tell_progress, batch.pk))
    _lay_preview(batch, checked, BatchState.READING)


def check_again(batch: ImportBatch) -> Checked:
    """The upload as it would be taken now: for the workbooks of faulty and of good rows."""
    with batch.file.open("rb") as file:
        return check_ledger(batch.campaign, read_ledger(file), by=batch.user)


def to_read_again(batch: ImportBatch) -> bool:
    """Put a batch that is not saved back to the start; False when it is past that.

    Also one whose saving never ends, as its task was lost: a saving that is only slow finds itself
    called off, or is done before this.
    """
    states = [BatchState.PREVIEW, BatchState.FAILED, BatchState.READING, BatchState.SAVING]
    fresh = ImportBatch.objects.filter(pk=batch.pk, state__in=states)
    return bool(fresh.update(state=BatchState.READING, message="", done=0, total=0))


def fail(batch_id: int, state: BatchState, message: str) -> None:
    """Leave a batch that could not be read, with the reason."""
    ImportBatch.objects.filter(pk=batch_id, state=state).update(
        state=BatchState.FAILED, message=message[:500]
    )


def claim_for_saving(batch: ImportBatch) -> bool:
    """Take the one confirmation that a preview without faults allows; False for all after the first."""
    claimed = ImportBatch.objects.filter(pk=batch.pk, state=BatchState.PREVIEW, faults=0)
    return bool(claimed.update(state=BatchState.SAVING, message="", done=0, total=0))


def release(batch: ImportBatch, message: str) -> None:
    """Give a confirmation back, as nothing was saved."""
    ImportBatch.objects.filter(pk=batch.pk, state=BatchState.SAVING).update(
        state=BatchState.PREVIEW, message=message[:500]
    )


def save_batch(batch: ImportBatch, *, by: User, address: str = "") -> None:
    """Save a confirmed batch. What changed since the preview is seen: it then goes back to it."""
    if batch.state != BatchState.SAVING:
        return
    with batch.file.open("rb") as file:
        ledger = read_ledger(file)
    try:
        save_ledger(batch, ledger, by=by, address=address, progress=partial(tell_progress, batch.pk))
    except NotImportable as refusal:
        _lay_preview(batch, refusal.checked, BatchState.SAVING)
        release_note = "确认之后园区、单位或权限有变动，未导入任何内容，请按下面的提示处理"
        ImportBatch.objects.filter(pk=batch.pk).update(message=release_note)


def save_ledger(
    batch: ImportBatch,
    ledger: Ledger,
    *,
    by: User,
    aliases: Mapping[str, Department] | None = None,
    address: str = "",
    progress: Progress | None = None,
    fresh: Checked | None = None,
) -> Checked:
    """Check once more and save all rows in one transaction. Raises NotImportable, with nothing saved.

    `fresh`: what check_ledger said a moment ago, where nobody was asked in between.
    """
    for last_try in (False, True):
        checked, fresh = fresh, None
        if checked is None:
            checked = check_ledger(batch.campaign, ledger, by=by, aliases=aliases, progress=progress)
        if not checked.importable:
            raise NotImportable(checked)
        try:
            _save(batch, checked, by=by, address=address)
        except IntegrityError:
            # Another import of the same rows was a moment faster: they are now there to be skipped.
            if last_try:
                raise
        else:
            return checked
    raise AssertionError("unreachable")


@transaction.atomic
def _save(batch: ImportBatch, checked: Checked, *, by: User, address: str) -> None:
    locked = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if locked.state != BatchState.SAVING:
        return
    locked.campaign = batch.campaign
    rows, locked.new_enterprises = _with_enterprises(checked.entries)
    hazards = add_ledger_rows(locked, rows, by=by) if rows else []
    locked.state = BatchState.DONE
    locked.rows = preview_of(checked)
    locked.done = locked.total = len(checked.entries) + checked.skipped
    locked.added, locked.skipped, locked.faults = len(hazards), checked.skipped, 0
    locked.message = ""
    locked.save()
    record(
        "台账导入",
        user=by,
        target=locked.filename,
        address=address,
        batch=locked.pk,
        campaign=locked.campaign.slug,
        added=locked.added,
        skipped=locked.skipped,
    )


def _with_enterprises(entries: list[Entry]) -> tuple[list[LedgerRow], list[int]]:
    """The rows with their enterprises, created where missing; and the ids of those created or revived."""
    wanted: dict[tuple[int, str], Enterprise] = {}
    for entry in entries:
        if entry.new_enterprise:
            key = (entry.hazard.park.pk, name_key(entry.new_enterprise))
            wanted.setdefault(
                key, Enterprise(park=entry.hazard.park, name=entry.new_enterprise, name_key=key[1])
            )
    Enterprise.objects.bulk_create(wanted.values(), batch_size=500)
    revived = {
        entry.hazard.enterprise.pk
        for entry in entries
        if entry.hazard.enterprise is not None and not entry.hazard.enterprise.active
    }
    Enterprise.objects.filter(pk__in=revived).update(active=True)
    rows = []
    for entry in entries:
        key = (entry.hazard.park.pk, name_key(entry.new_enterprise))
        rows.append(replace(entry.hazard, enterprise=wanted[key]) if entry.new_enterprise else entry.hazard)
    return rows, sorted(revived | {enterprise.pk for enterprise in wanted.values()})


@transaction.atomic
def undo_batch(batch: ImportBatch, *, by: User, address: str = "") -> int:
    """Void what a batch added, provided that nobody has touched it; returns how many hazards.

    Enterprises that came with it and that nothing else mentions are marked as gone: the void hazards
    still name them, so they cannot be deleted. Raises ValidationError.
    """
    locked = ImportBatch.objects.select_for_update().select_related("campaign").get(pk=batch.pk)
    if locked.state != BatchState.DONE:
        raise ValidationError(f"这次导入的状态是“{locked.get_state_display()}”，不能撤销")
    count = void_batch(locked, by=by)
    unused = Enterprise.objects.filter(
        pk__in=locked.new_enterprises, inspections=None, enforcements=None
    ).exclude(hazards__in=Hazard.objects.exclude(status=Status.VOID))
    Enterprise.objects.filter(pk__in=list(unused.values_list("pk", flat=True))).update(active=False)
    locked.state = BatchState.UNDONE
    locked.save(update_fields=["state"])
    record("撤销台账导入", user=by, target=locked.filename, address=address, batch=locked.pk, voided=count)
    return count


def _lay_preview(batch: ImportBatch, checked: Checked, state: BatchState) -> None:
    total = len(checked.entries) + checked.skipped + len(checked.faulty) + len(checked.waiting)
    ImportBatch.objects.filter(pk=batch.pk, state=state).update(
        state=BatchState.PREVIEW,
        rows=preview_of(checked),
        done=total,
        total=total,
        skipped=checked.skipped,
        faults=len(checked.faulty),
        message="",
    )


def preview_of(checked: Checked) -> dict[str, Any]:
    """What the preview page shows, as JSON: the first rows, the faults, the questions, the remarks."""
    new = {(e.hazard.park.pk, name_key(e.new_enterprise)) for e in checked.entries if e.new_enterprise}
    units = list(checked.unknown_units.items())
    doubled = [
        f"工作表“{row.sheet}”第 {row.row} 行与“{first.sheet}”第 {first.row} 行重复，只导入一次"
        for row, first in checked.doubled
    ]
    return {
        "importable": len(checked.entries),
        "waiting": len(checked.waiting),
        "existing": len(checked.existing),
        "doubled": len(checked.doubled),
        "new_enterprises": len(new),
        "entries": [_shown(entry) for entry in checked.entries[:PREVIEW_ROWS]],
        "faults": [vars(fault) for fault in checked.faults[:PREVIEW_FAULTS]],
        "fault_count": len(checked.faults),
        "units": [{"name": name, "rows": rows} for name, rows in units[:PREVIEW_FAULTS]],
        "remarks": checked.remarks + doubled[:PREVIEW_REMARKS],
    }


def _shown(entry: Entry) -> dict[str, Any]:
    hazard = entry.hazard
    return {
        "sheet": entry.raw.sheet,
        "row": entry.raw.row,
        "park": hazard.park.name,
        "place": hazard.place,
        "enterprise": hazard.enterprise.name if hazard.enterprise else entry.new_enterprise,
        "new": bool(entry.new_enterprise),
        "description": hazard.description,
        "category": hazard.category.label,
        "level": hazard.level,
        "department": hazard.department.label if hazard.department else "",
        "helping": [unit.label for unit in hazard.helping],
        "by_task_force": hazard.by_task_force,
        "found_on": hazard.found_on.isoformat(),
        "due_on": hazard.due_on.isoformat() if hazard.due_on else "",
        "status": hazard.status.value,
        "status_label": hazard.status.label,
        "note": hazard.note,
    }
