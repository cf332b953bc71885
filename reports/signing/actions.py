"""Writes: a report filled in, reviewed, sent back, issued; figures typed in; a unit asked for its report.

Errors: `DoesNotExist` when the person may not see the report (a 404), `PermissionDenied` when they may
see but not do it (a 403), `ValidationError` with Chinese messages for all else (a 400).
"""

import hashlib
from collections.abc import Mapping
from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts import audit
from accounts.models import User
from campaigns.periods import Period
from campaigns.queries import scope_of
from campaigns.work.actions import complete_by_report
from reports.actions import Asked, Order, Outcome, compile_by, lock_campaign, report_number
from reports.check_case import case_of
from reports.checks import Case, happened, run, stops, unexplained, warned
from reports.enums import ReportAction, ReportState
from reports.layouts import FORMS
from reports.layouts.signatures import Signatures
from reports.models import Report, ReportStep, TypedFigure
from reports.queries import issues, reports_in, typed_of
from reports.rules import ANOTHER, may_step
from reports.series import occurrences_of
from reports.signing.signed_workbook import signed
from reports.typed_rules import NOTE_LENGTH, typeable, typing_faults
from reports.workflow import STEPS

TEXT_LENGTH, REASON_LENGTH = 1000, 300
STALE = "报表已被他人更新，请刷新页面后再操作"


@transaction.atomic
def type_figures(
    report_id: int,
    values: Mapping[str, Decimal | None],
    *,
    by: User,
    seen: int,
    note: str = "",
    request: HttpRequest | None = None,
) -> Report:
    """Keep what a unit knows and the system cannot, and put it into the draft; None takes one back.

    `seen` is the version of the report that the person looked at.
    """
    # Who compiles locks the campaign before the report: so does this, or they would wait for each other.
    lock_campaign(reports_in(scope_of(by)).get(pk=report_id).campaign_id)
    report = _step(report_id, ReportAction.TYPE, by=by, seen=seen)
    changed = _really_typed(report, values, note)
    at = report.campaign.now()
    TypedFigure.objects.bulk_create(
        TypedFigure(report=report, slug=slug, value=value, by=by, at=at, note=note.strip())
        for slug, value in changed.items()
    )
    report.save(update_fields=["version"])
    _record(report, ReportAction.TYPE, by, request=request, note=note)
    return compile_by(Order(by, recorded=True), asked_of(report))[0]


def asked_of(report: Report) -> Asked:
    """What the report was compiled for."""
    period = Period(report.period_start, report.period_end)
    return Asked(report.campaign, report.department, FORMS[report.form], period)


def _really_typed(
    report: Report, values: Mapping[str, Decimal | None], note: str
) -> dict[str, Decimal | None]:
    """What of these values is new; `ValidationError` by field for what cannot be typed."""
    faults = typing_faults(report, values)
    if len(note.strip()) > NOTE_LENGTH:
        faults["note"] = [f"依据最多 {NOTE_LENGTH} 字，现有 {len(note.strip())} 字"]
    if faults:
        raise ValidationError(faults)
    standing = {slug: row.value for slug, row in typed_of(report).items()}
    changed = {slug: value for slug, value in values.items() if value != standing.get(slug)}
    if not changed:
        raise ValidationError("填报的数字没有变化")
    return changed


@transaction.atomic
def fill(
    report_id: int,
    *,
    by: User,
    seen: int,
    note: str = "",
    notes: Mapping[str, str] | None = None,
    nil: bool = False,
    request: HttpRequest | None = None,
) -> Report:
    """填报: hand the draft in as it stands, with a note for each warning; `nil` says 零报告.

    notes: rule → note; what was noted before stays unless it is noted anew.
    """
    action = ReportAction.NIL if nil else ReportAction.FILL
    report = _step(report_id, action, by=by, seen=seen)
    case = case_of(report)
    report.checks = run(case)  # others may have issued since it was compiled
    said = report.notes | dict(notes or {})
    report.notes = {rule: text.strip() for rule, text in said.items() if rule in warned(report)}
    report.note, report.nil = note.strip(), nil
    _check_filled(report, case)
    report.filled_by, report.filled_at = by, report.campaign.now()
    report.save()
    _record(report, action, by, request=request, note=note)
    return report


def _check_filled(report: Report, case: Case) -> None:
    """Raise ValidationError for what stops a report from being handed in."""
    if len(report.note) > TEXT_LENGTH:
        raise ValidationError({"note": f"填报说明最多 {TEXT_LENGTH} 字，现有 {len(report.note)} 字"})
    if too_long := [text for text in report.notes.values() if len(text) > REASON_LENGTH]:
        raise ValidationError(f"核对说明最多 {REASON_LENGTH} 字，现有 {len(too_long[0])} 字")
    if faults := stops(report):
        raise ValidationError(faults)
    if report.nil and (found := happened(case)):
        raise ValidationError(f"本期有数据，不能作零报告：{'、'.join(found)}")
    if missing := unexplained(report):
        raise ValidationError(missing)


@transaction.atomic
def review(
    report_id: int, *, by: User, seen: int, note: str = "", request: HttpRequest | None = None
) -> Report:
    """审核通过, by another than who filled it in."""
    report = _step(report_id, ReportAction.REVIEW, by=by, seen=seen)
    report.reviewed_by, report.reviewed_at = by, report.campaign.now()
    report.save()
    _record(report, ReportAction.REVIEW, by, request=request, note=note)
    return report


@transaction.atomic
def send_back(
    report_id: int, *, by: User, seen: int, note: str, request: HttpRequest | None = None
) -> Report:
    """退回: a draft again, for a reason; both signatures are gone, the history keeps them."""
    if not note.strip():
        raise ValidationError({"note": "请填写退回原因"})
    report = _step(report_id, ReportAction.RETURN, by=by, seen=seen)
    report.filled_by = report.filled_at = report.reviewed_by = report.reviewed_at = None
    report.nil = False
    report.save()
    _record(report, ReportAction.RETURN, by, request=request, note=note)
    return report


@transaction.atomic
def issue(report_id: int, *, by: User, seen: int, request: HttpRequest | None = None) -> Report:
    """印发: number, time and seal; the workbook names who filled and who reviewed it, and stays so."""
    report = _step(report_id, ReportAction.ISSUE, by=by, seen=seen)
    report.issued_by, report.issued_at = by, report.campaign.now()
    report.number = report_number(report)
    draft = report.workbook
    content = signed(draft.read(), _signatures(report), report.number)
    report.sha256 = hashlib.sha256(content).hexdigest()
    old, storage = str(draft.name), draft.storage
    report.workbook.save(f"{report.number}.xlsx", ContentFile(content), save=False)
    transaction.on_commit(lambda: storage.delete(old))
    report.save()
    _complete_due(report)
    _record(report, ReportAction.ISSUE, by, request=request, note="")
    return report


def reopen(report_id: int, *, by: User, reason: str, request: HttpRequest | None = None) -> Report:
    """重新编制: the draft of the next issue of an issued report, with why and what changed.

    Where figures are typed in, a draft is made also when the ledger is unchanged: they can be corrected.
    """
    scope = scope_of(by)
    report = reports_in(scope).select_related("campaign", "department").get(pk=report_id)
    if not may_step(by, scope, report, ReportAction.REOPEN):
        raise PermissionDenied("您没有办理该报表的权限")
    if not report.is_issued:
        raise ValidationError(f"报表{report.get_state_display()}，印发后才能重新编制")
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": "请填写重新编制的原因"})
    if len(reason) > REASON_LENGTH:
        raise ValidationError({"reason": f"原因最多 {REASON_LENGTH} 字，现有 {len(reason)} 字"})
    asked = asked_of(report)
    _check_newest(report, issues(asked.campaign, asked.unit, asked.form, asked.period).first())
    anew = bool(typeable(report) or typed_of(report))
    made, outcome = compile_by(Order(by, reason, anew=anew, request=request), asked)
    if outcome is Outcome.SAME and made.pk == report.pk:
        raise ValidationError(f"台账数据与第{report.issue}期一致，没有变化，无需重新编制")
    if outcome is not Outcome.NEW:
        _check_newest(report, made)
    return made


def _check_newest(report: Report, newest: Report | None) -> None:
    """Only the newest issue leads to the next one."""
    if newest is None or newest.pk == report.pk:
        return
    if newest.is_issued:
        raise ValidationError(f"本期报表已有第{newest.issue}期，请在最新一期上重新编制")
    raise ValidationError(f"第{newest.issue}期正在编制（{newest.get_state_display()}），请先办理完毕")


def _complete_due(report: Report) -> None:
    """What the unit owed is done, on the day on which the report was handed in."""
    asked = asked_of(report)
    unit = report.department
    if unit is None and not asked.form.by_unit:
        unit = report.campaign.lead_department
    assert report.filled_by and report.filled_at
    due = [
        row.pk
        for row in occurrences_of(asked.campaign, asked.form, asked.period)
        if unit and row.department_id == unit.pk
    ]
    on = timezone.localdate(report.filled_at)
    complete_by_report(due, by=report.filled_by, on=on, note=f"{asked.form.short}（{report.number}）已印发")


def _signatures(report: Report) -> dict[str, str]:
    """What the form leaves open → what stands there once it is issued."""
    assert report.filled_by and report.filled_at and report.reviewed_by
    day = timezone.localdate(report.filled_at)
    named = Signatures(str(report.filled_by), report.filled_by.phone, str(report.reviewed_by), day)
    return named.answers({report.period_end.year, day.year})


def _step(report_id: int, action: ReportAction, *, by: User, seen: int) -> Report:
    """The report, locked and checked, in its next state."""
    scope = scope_of(by)
    report = reports_in(scope).select_for_update(of=("self",)).select_related("campaign").get(pk=report_id)
    if not may_step(by, scope, report, action):
        said = "填报人不能审核、印发自己填报的报表" if action in ANOTHER else "您没有办理该报表的权限"
        raise PermissionDenied(said)
    after = STEPS.get((ReportState(report.state), action))
    if after is None:
        said = f"报表当前为“{report.get_state_display()}”，不能再办理“{action.label}”，可能他人已办理"
        raise ValidationError(said)
    if report.version != seen:
        raise ValidationError(STALE)
    report.state = after
    report.version += 1
    return report


def _record(
    report: Report, action: ReportAction, by: User, *, request: HttpRequest | None, note: str
) -> None:
    ReportStep.objects.create(
        report=report, action=action, by=by, at=report.campaign.now(), note=note.strip()
    )
    audit.record(f"报表{action.label}", user=by, target=str(report), request=request, sha256=report.sha256)
