"""Writes of due work: done, and taken back. What falls due at all stands in campaigns/work/sync.py.

Errors, the same for all: `DoesNotExist` when the person may not see it (a 404), `PermissionDenied` when
they may see but not do it (a 403), `ValidationError` with Chinese messages for bad input (a 400).
"""

from collections.abc import Sequence
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest

from accounts import audit
from accounts.models import User
from campaigns.evidence import CleanFile, keep_evidence, read_evidence
from campaigns.models import Completion, Occurrence
from campaigns.queries import Scope, scope_of
from campaigns.work.queries import completions_for, occurrences_in
from campaigns.work.rules import done_on_by, may_complete, may_revoke

NOTE_LENGTH = 1000
EARLIEST = timedelta(days=366)
"""A one-off may have been done before the campaign began, but not years before."""


def complete(
    occurrence_id: int,
    *,
    by: User,
    on: date | None = None,
    note: str = "",
    files: Sequence[UploadedFile] = (),
    seen: int | None = None,
    request: HttpRequest | None = None,
) -> Completion:
    """Record that the work was done once on a business day, today unless said, with what shows it.

    The work is done when the quota of its span is reached. Standing work takes records and stays open.
    `seen`: how many records the person saw; refused when there are more by now.
    """
    scope = scope_of(by)
    _check(_may_be_completed(scope, occurrence_id), on, note, seen)
    # Pictures take their time: nobody waits for the row meanwhile.
    try:
        clean = read_evidence(files)
    except ValidationError as fault:
        raise ValidationError({"files": fault.error_list}) from fault
    return _complete(
        scope, occurrence_id, by, on=on, note=note.strip(), files=clean, seen=seen, request=request
    )


@transaction.atomic
def _complete(
    scope: Scope,
    occurrence_id: int,
    by: User,
    *,
    on: date | None,
    note: str,
    files: Sequence[CleanFile],
    seen: int | None,
    request: HttpRequest | None,
) -> Completion:
    # Of itself only: PostgreSQL locks no row on the outer side of a join.
    Occurrence.objects.select_for_update().filter(pk=occurrence_id).order_by().first()
    occurrence = _may_be_completed(scope, occurrence_id)
    _check(occurrence, on, note, seen)
    campaign = occurrence.campaign
    completion = Completion.objects.create(
        occurrence=occurrence, on=on or campaign.today(), note=note, by=by, at=campaign.now()
    )
    keep_evidence(completion, files)
    _settle(occurrence)
    audit.record(
        "填报完成情况",
        user=by,
        target=str(occurrence),
        request=request,
        occurrence=occurrence.pk,
        completion=completion.pk,
        on=completion.on.isoformat(),
        files=len(files),
    )
    return completion


@transaction.atomic
def complete_by_report(occurrence_ids: Sequence[int], *, by: User, on: date, note: str) -> None:
    """Due reports are done when they are issued: `by` handed it in `on` that day.

    Who may sign a report is checked, and the act audited, by whoever calls. What is done already stays.
    """
    rows = Occurrence.objects.select_for_update().filter(pk__in=occurrence_ids, done_on=None)
    for occurrence in rows.order_by("pk"):
        at = occurrence.campaign.now()
        Completion.objects.create(occurrence=occurrence, on=on, note=note, by=by, at=at)
        _settle(occurrence)


@transaction.atomic
def revoke(completion_id: int, *, by: User, request: HttpRequest | None = None) -> Occurrence:
    """Take a record back that was made by mistake: it stays in the history and counts no more."""
    seen = completions_for(by).get(pk=completion_id)
    Occurrence.objects.select_for_update().filter(pk=seen.occurrence_id).order_by().first()
    completion = (
        completions_for(by)
        .select_related("occurrence__campaign", "occurrence__task_force")
        .get(pk=completion_id)
    )
    if completion.revoked_at is not None:
        raise ValidationError("这条完成记录已经撤回，无需再次撤回")
    if not may_revoke(scope_of(by), by, completion):
        raise PermissionDenied("只有填报人本人或牵头单位可以撤回这条完成记录")
    occurrence = completion.occurrence
    completion.revoked_at, completion.revoked_by = occurrence.campaign.now(), by
    completion.save(update_fields=["revoked_at", "revoked_by"])
    _settle(occurrence)
    audit.record(
        "撤回完成记录",
        user=by,
        target=str(occurrence),
        request=request,
        occurrence=occurrence.pk,
        completion=completion.pk,
    )
    return occurrence


def _may_be_completed(scope: Scope, occurrence_id: int) -> Occurrence:
    occurrence = occurrences_in(scope).select_related("campaign").get(pk=occurrence_id)
    if not may_complete(scope, occurrence):
        raise PermissionDenied("您可以查看这项工作，但不能填报完成情况，请由责任单位或牵头单位填报")
    return occurrence


def recorded_since(occurrence: Occurrence, seen: int) -> str:
    """What was recorded after the person had seen so many records, in words; empty when nothing was.

    Two people, or two clicks, must not record one act twice where several are due.
    """
    records = list(occurrence.completions.filter(revoked_at=None).select_related("by").order_by("pk"))
    if len(records) <= seen:
        return ""
    last = records[-1]
    note = f"，说明：{last.note}" if last.note else ""
    told = f"您打开页面以后，{last.by} 已填报过一次（{last.on:%Y-%m-%d}{note}）"
    if occurrence.done_on is None:
        return f"{told}，现有 {len(records)} 次。如果您做的是另一次，请再次提交"
    return f"{told}，这项工作已经完成，无需重复填报"


def _check(occurrence: Occurrence, on: date | None, note: str, seen: int | None) -> None:
    """Raise ValidationError for what cannot be recorded of the occurrence as it stands."""
    if seen is not None and (fault := recorded_since(occurrence, seen)):
        raise ValidationError(fault, code="recorded_since")
    if occurrence.done_on is not None:
        raise ValidationError(
            f"这项工作已于 {occurrence.done_on:%Y-%m-%d} 完成，无需重复填报；如填报有误，请先撤回原记录",
            code="already_done",
        )
    faults: dict[str, str] = {}
    if fault := _day_fault(occurrence, on or occurrence.campaign.today()):
        faults["on"] = fault
    if len(note.strip()) > NOTE_LENGTH:
        faults["note"] = f"完成情况最多 {NOTE_LENGTH} 字，现有 {len(note.strip())} 字"
    if faults:
        raise ValidationError(dict(faults))


def _day_fault(occurrence: Occurrence, on: date) -> str:
    """Why the work cannot have been done on that day; empty when it can."""
    campaign = occurrence.campaign
    today = campaign.today()
    if on > today:
        return f"完成日期不能晚于今天（{today:%Y-%m-%d}）"
    if occurrence.starts_on is not None:
        if on < occurrence.starts_on:
            return f"本期工作自 {occurrence.starts_on:%Y-%m-%d} 开始，完成日期不能早于这一天"
        return ""
    known = [day for day in (campaign.starts_on, campaign.issued_on, occurrence.due_on) if day]
    first = min(known) - EARLIEST
    return f"完成日期 {on:%Y-%m-%d} 过早，请核对年份" if on < first else ""


def _settle(occurrence: Occurrence) -> None:
    """Set when the quota was reached, from the records that stand."""
    days = occurrence.completions.filter(revoked_at=None).values_list("on", flat=True)
    occurrence.done_on = done_on_by(occurrence, days)
    occurrence.save(update_fields=["done_on"])
