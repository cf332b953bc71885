"""Writes: one function a verb. Each locks the row, checks again, changes it and adds the history row
in one transaction. No other module sets the status of a hazard, but for the made-up histories
of hazards/backfill.py. What a verb takes in stands in findings, what is checked of it in checks.

Errors, the same for all: `Hazard.DoesNotExist` when the person may not see the hazard (a 404),
`PermissionDenied` when they may see but not do it (a 403), `StaleVersion` when somebody else was
faster (a 412), `ValidationError` with Chinese messages by field for bad input (a 400).
"""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import F

from accounts.models import User
from campaigns.models import Campaign, Measure, TaskForce
from campaigns.queries import scope_of
from hazards import rules
from hazards.checks import (
    check_assignment,
    check_finding,
    check_fixed,
    check_lengths,
    check_note,
    clean_photos,
    done_on_fault,
    need_reason,
)
from hazards.deadlines import default_due_on
from hazards.enums import Action, Level, Outcome, PhotoKind, ReportStage, Status
from hazards.findings import Finding, Kept, LedgerRow
from hazards.history import history_row
from hazards.models import Enforcement, Hazard, ImportBatch, StatusChange
from hazards.numbers import format_number, next_number, take_numbers
from hazards.photos import keep_photos
from hazards.queries import hazards_for
from hazards.workflow import allowed, target_of
from parks.models import Department, Enterprise, Park
from parks.names import name_key


class StaleVersion(Exception):
    """Somebody changed the hazard since the page was read; carries the hazard as it stands now."""

    def __init__(self, hazard: Hazard) -> None:
        super().__init__(f"{hazard.number} is at version {hazard.version}")
        self.hazard = hazard


class KeyReused(Exception):
    """The same `client_key` came with another body: not a replay; carries the hazard logged first."""

    def __init__(self, hazard: Hazard) -> None:
        super().__init__(f"{hazard.number} was logged with this key")
        self.hazard = hazard


def report(
    campaign: Campaign,
    finding: Finding,
    *,
    by: User,
    client_key: uuid.UUID | None = None,
    client_digest: str = "",
) -> Hazard:
    """Log a hazard: it waits to be assigned, under the unit that leads the park's task force.

    `client_digest`, of all that was sent, tells a replay of the key from its reuse (KeyReused).
    """
    return _report(
        campaign, finding, by=by, action=Action.REPORT, client_key=client_key, client_digest=client_digest
    )


def report_fixed(
    campaign: Campaign,
    finding: Finding,
    *,
    by: User,
    after: Sequence[UploadedFile],
    measure: str = "",
    client_key: uuid.UUID | None = None,
    client_digest: str = "",
) -> Hazard:
    """Log a general hazard that was put right on the spot 即查即改: it goes straight to acceptance."""
    check_fixed(finding.level, after, measure)
    return _report(
        campaign,
        finding,
        by=by,
        action=Action.REPORT_FIXED,
        client_key=client_key,
        client_digest=client_digest,
        after=after,
        measure=measure or "现场立即整改",
    )


def _report(
    campaign: Campaign,
    finding: Finding,
    *,
    by: User,
    client_key: uuid.UUID | None,
    client_digest: str,
    **rest: Any,
) -> Hazard:
    """Log once a key: a form posted twice, even at the same moment, gives one hazard (security C2)."""
    try:
        return _reported_before(by, client_key, client_digest) or _report_anew(
            campaign, finding, by=by, client_key=client_key, client_digest=client_digest, **rest
        )
    except IntegrityError:
        if known := _reported_before(by, client_key, client_digest):
            return known
        raise


def _reported_before(by: User, client_key: uuid.UUID | None, digest: str) -> Hazard | None:
    known = Hazard.objects.filter(reported_by=by, client_key=client_key).first() if client_key else None
    if known is not None and digest and known.client_digest != digest:
        raise KeyReused(known)
    return known


@transaction.atomic
def _report_anew(
    campaign: Campaign,
    finding: Finding,
    *,
    by: User,
    action: Action,
    client_key: uuid.UUID | None,
    client_digest: str,
    after: Sequence[UploadedFile] = (),
    measure: str = "",
) -> Hazard:
    task_force = TaskForce.objects.filter(campaign=campaign, park=finding.park).first()
    if not rules.may_report(scope_of(by), campaign, finding.park, task_force, finding.level):
        raise PermissionDenied("您没有在该园区上报隐患的权限")
    found_on = finding.found_on or campaign.today()
    check_finding(campaign, finding, found_on)
    if finding.recurs and not hazards_for(by).filter(pk=finding.recurs.pk).exists():
        raise ValidationError({"recurs": "没有找到要关联的原隐患，请重新选择"})
    before, fixed = clean_photos(finding.photos, "photos"), clean_photos(after, "after")
    on_the_spot = action == Action.REPORT_FIXED
    hazard = Hazard(
        **finding.facts(),
        campaign=campaign,
        number=next_number(campaign, campaign.today().year),
        task_force=task_force,
        found_on=found_on,
        responsible_department=task_force.department if task_force else None,
        by_task_force=on_the_spot and task_force is not None,
        on_the_spot=on_the_spot,
        status=target_of(action, Status.REPORTED),
        measure_taken=measure,
        done_on=found_on if on_the_spot else None,
        submitted_by=by if on_the_spot else None,
        reported_by=by,
        reported_at=campaign.now(),
        client_key=client_key,
        client_digest=client_digest,
    )
    hazard.save(force_insert=True)
    change = _remember(hazard, action, "", by=by, note=measure)
    keep_photos(change, PhotoKind.BEFORE, before)
    keep_photos(change, PhotoKind.AFTER, fixed)
    return hazard


def add_enterprise(campaign: Campaign, park: Park, name: str, *, by: User) -> Enterprise:
    """Register an enterprise met in a park and not yet in its list; the same name gives the same row.

    For those who may report there; PermissionDenied otherwise, ValidationError under `new_enterprise`.
    """
    task_force = TaskForce.objects.filter(campaign=campaign, park=park).first()
    if not rules.may_report(scope_of(by), campaign, park, task_force, Level.GENERAL):
        raise PermissionDenied("您没有在该园区登记企业的权限")
    key = name_key(name)
    if not key:
        raise ValidationError({"new_enterprise": "请填写企业名称"})
    if len(name.strip()) > 120:
        raise ValidationError({"new_enterprise": f"企业名称最多 120 字，现有 {len(name.strip())} 字"})
    enterprise, _ = Enterprise.objects.get_or_create(park=park, name_key=key, defaults={"name": name.strip()})
    return enterprise


@transaction.atomic
def assign(
    hazard_id: int,
    *,
    by: User,
    department: Department,
    due_on: date,
    version: int | None = None,
    helping: Sequence[Department] = (),
    by_task_force: bool = False,
    plan_measure: Measure | Kept | None = Kept.AS_IT_IS,
    note: str = "",
) -> Hazard:
    """交办: name the responsible unit, those who help, the day by which it must be done; also the measure
    of the plan that the hazard falls under, where the one who reported it chose none or another.
    """
    hazard = begin(hazard_id, Action.ASSIGN, by, version)
    measure = hazard.measure if isinstance(plan_measure, Kept) else plan_measure
    check_note(note)
    check_assignment(
        hazard, department, due_on, helping=helping, by_task_force=by_task_force, measure=measure
    )
    # The lead bureau may settle whose matter it is without waiting for a receipt.
    hazard.referrals.filter(outcome=Outcome.WAITING).update(outcome=Outcome.WITHDRAWN)
    hazard.responsible_department = department
    hazard.by_task_force = by_task_force
    hazard.due_on = due_on
    # A hazard that was referred and is assigned again keeps the day that it was given first.
    hazard.original_due_on = hazard.original_due_on or due_on
    facts = {
        "department": department.name,
        "due_on": due_on.isoformat(),
        "helping": [unit.name for unit in helping],
    }
    if measure != hazard.measure:
        facts["measure"] = f"{hazard.measure or '未选'} → {measure or '未选'}"
        hazard.measure = measure
    change = move(hazard, Action.ASSIGN, by=by, note=note, facts=facts)
    hazard.helping_departments.set(helping)
    return change.hazard


@transaction.atomic
def progress(
    hazard_id: int,
    *,
    by: User,
    note: str,
    version: int | None = None,
    difficulty: str = "",
    photos: Sequence[UploadedFile] = (),
) -> Hazard:
    """填报进度: what was done so far; a late one must say what stands in the way."""
    hazard = begin(hazard_id, Action.PROGRESS, by, version)
    faults: dict[str, str] = {}
    if not note.strip():
        faults["note"] = "请填写整治进度"
    late = hazard.due_on is not None and hazard.due_on < hazard.campaign.today() and not hazard.backfilled
    if late and not (difficulty.strip() or hazard.difficulty):
        faults["difficulty"] = "已超过整改期限，请说明存在的困难"
    check_lengths(faults, note=note, difficulty=difficulty)
    if faults:
        raise ValidationError(dict(faults))
    clean = clean_photos(photos, "photos")
    hazard.latest_note = note.strip()
    hazard.difficulty = difficulty.strip() or hazard.difficulty
    change = move(hazard, Action.PROGRESS, by=by, note=note, facts={"difficulty": difficulty.strip()})
    keep_photos(change, PhotoKind.PROGRESS, clean)
    return change.hazard


@transaction.atomic
def submit(
    hazard_id: int,
    *,
    by: User,
    measure: str,
    done_on: date,
    photos: Sequence[UploadedFile],
    version: int | None = None,
) -> Hazard:
    """申请验收: what was done, when, and at least one photo of it."""
    hazard = begin(hazard_id, Action.SUBMIT, by, version)
    faults: dict[str, str] = {}
    if not measure.strip():
        faults["measure"] = "请填写整改措施"
    if not photos:
        faults["photos"] = "请至少上传一张整改后照片"
    if fault := done_on_fault(hazard, done_on):
        faults["done_on"] = fault
    check_lengths(faults, measure=measure)
    if faults:
        raise ValidationError(dict(faults))
    clean = clean_photos(photos, "photos")
    hazard.measure_taken = hazard.latest_note = measure.strip()
    # Done before it was decided: there is nothing left to extend.
    hazard.extensions.filter(outcome=Outcome.WAITING).update(outcome=Outcome.WITHDRAWN)
    hazard.done_on = done_on
    hazard.submitted_by = by
    change = move(hazard, Action.SUBMIT, by=by, note=measure, facts={"done_on": done_on.isoformat()})
    keep_photos(change, PhotoKind.AFTER, clean)
    return change.hazard


@transaction.atomic
def accept(hazard_id: int, *, by: User, version: int | None = None, note: str = "") -> Hazard:
    """验收销号: by another than the one who submitted; from this day it counts as rectified."""
    hazard = begin(hazard_id, Action.ACCEPT, by, version)
    check_note(note)
    if reason := rules.why_not_accept(by, hazard):
        raise ValidationError(reason, code="accepter_must_be_another")
    hazard.accepted_by = by
    hazard.closed_on = max(hazard.campaign.today(), hazard.found_on)
    end_procedures(hazard, by, hazard.closed_on, "验收销号，同时摘牌")
    return move(hazard, Action.ACCEPT, by=by, note=note).hazard


@transaction.atomic
def reject(hazard_id: int, *, by: User, note: str, version: int | None = None) -> Hazard:
    """退回: not good enough; the reason is for those who must go back to work."""
    hazard = begin(hazard_id, Action.REJECT, by, version)
    need_reason(note, "请填写退回原因")
    hazard.latest_note = f"退回：{note.strip()}"
    hazard.done_on = None
    hazard.submitted_by = None
    # The completion that was told of was none: the next one is told anew. The history keeps this one.
    hazard.double_reports.filter(stage=ReportStage.COMPLETION).delete()
    if hazard.due_on is None:
        # An on-the-spot case that was not accepted becomes an ordinary one: it needs a day.
        hazard.due_on = hazard.original_due_on = default_due_on(
            hazard.campaign, hazard.level, hazard.found_on
        )
    hazard.on_the_spot = False
    return move(hazard, Action.REJECT, by=by, note=note).hazard


@transaction.atomic
def void(hazard_id: int, *, by: User, note: str, version: int | None = None) -> Hazard:
    """作废: logged by mistake. The record and its number stay for ever."""
    hazard = begin(hazard_id, Action.VOID, by, version)
    need_reason(note, "请填写作废原因")
    end_procedures(hazard, by, hazard.campaign.today(), "隐患作废，同时摘牌")
    return move(hazard, Action.VOID, by=by, note=note).hazard


def end_procedures(hazard: Hazard, by: User, on: date, why: str) -> None:
    """Nothing that is over still waits for an answer, or stays on the list of supervision."""
    for rows in (hazard.extensions, hazard.referrals):
        rows.filter(outcome=Outcome.WAITING).update(outcome=Outcome.WITHDRAWN)
    hazard.supervisions.filter(lifted_on=None).update(lifted_on=on, lifted_by=by, lift_note=why)


@transaction.atomic
def add_ledger_rows(batch: ImportBatch, rows: Sequence[LedgerRow], *, by: User) -> list[Hazard]:
    """Add the rows of a ledger as they stand: 待交办, 整改中 or 待验收, never closed.

    已整改 counts from an acceptance, which a ledger does not record: such rows wait for one.
    All numbers are taken at once; nothing is saved when any row fails.
    """
    campaign, now, today = batch.campaign, batch.campaign.now(), batch.campaign.today()
    first = take_numbers(campaign, today.year, len(rows))
    hazards = [
        Hazard(
            **row.facts(campaign),
            campaign=campaign,
            number=format_number(campaign, today.year, first + place),
            status=row.status,
            reported_by=by,
            reported_at=now,
            batch=batch,
        )
        for place, row in enumerate(rows)
    ]
    Hazard.objects.bulk_create(hazards, batch_size=500)
    StatusChange.objects.bulk_create(
        [history_row(hazard, Action.IMPORT, "", by=by, note=hazard.latest_note) for hazard in hazards],
        batch_size=500,
    )
    Hazard.helping_departments.through.objects.bulk_create(
        [
            Hazard.helping_departments.through(hazard=hazard, department=unit)
            for hazard, row in zip(hazards, rows, strict=True)
            for unit in row.helping
        ],
        batch_size=500,
    )
    return hazards


@transaction.atomic
def void_batch(batch: ImportBatch, *, by: User) -> int:
    """Undo an import: void its hazards, provided that nobody has touched any of them. Returns how many."""
    hazards = list(batch.hazards.select_for_update().exclude(status=Status.VOID))
    touched = [hazard.number for hazard in hazards if hazard.version > 1]
    if touched:
        shown = "、".join(touched[:5]) + ("等" if len(touched) > 5 else "")
        raise ValidationError(f"不能撤销：{len(touched)} 条隐患在导入后已有办理记录（{shown}）")
    if Enforcement.objects.filter(hazard__batch=batch, voided_on=None).exists():
        raise ValidationError("不能撤销：导入的隐患已有关联的执法记录")
    note, changes = f"撤销导入“{batch.filename}”", []
    for hazard in hazards:
        before, hazard.campaign = hazard.status, batch.campaign
        hazard.status = Status.VOID
        hazard.version += 1
        changes.append(history_row(hazard, Action.VOID, before, by=by, note=note))
    # The rows are locked: a ledger of thousands is voided in one statement.
    batch.hazards.exclude(status=Status.VOID).update(status=Status.VOID, version=F("version") + 1)
    StatusChange.objects.bulk_create(changes, batch_size=500)
    return len(hazards)


def begin(hazard_id: int, action: Action, by: User, version: int | None) -> Hazard:
    """Fetch the hazard for changing: seen by this person, in the right status, unchanged since read."""
    hazard = hazards_for(by).select_for_update(of=("self",)).get(pk=hazard_id)
    if not rules.may_take(scope_of(by), action, hazard):
        raise PermissionDenied(f"您没有“{action.label}”的权限")
    if version is not None and version != hazard.version:
        raise StaleVersion(hazard)
    if not allowed(action, hazard.status):
        raise ValidationError(
            f"该隐患当前为“{hazard.get_status_display()}”，不能“{action.label}”", code="not_in_this_status"
        )
    if missing := rules.missing_given(action, hazard):
        raise ValidationError(missing.value, code="not_given")
    return hazard


def move(
    hazard: Hazard, action: Action, *, by: User, note: str = "", facts: dict[str, Any] | None = None
) -> StatusChange:
    """Set the status that the table gives, raise the version, save, and add the history row."""
    before, hazard.status = hazard.status, target_of(action, hazard.status)
    hazard.version += 1
    hazard.save()
    return _remember(hazard, action, before, by=by, note=note, facts=facts)


def _remember(
    hazard: Hazard,
    action: Action,
    before: str,
    *,
    by: User,
    note: str = "",
    facts: dict[str, Any] | None = None,
) -> StatusChange:
    change = history_row(hazard, action, before, by=by, note=note, facts=facts)
    change.save(force_insert=True)
    return change
