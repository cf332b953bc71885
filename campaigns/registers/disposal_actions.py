"""Writes of the quarterly plan of places: planned, reported done, accepted or returned (P4 §五（二）)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest

from accounts.audit import record
from accounts.models import User
from campaigns.edits import locked, save_row
from campaigns.models import Disposal
from campaigns.queries import scope_of
from campaigns.reach import reach_of
from campaigns.registers import rules
from campaigns.registers.actions import MAX_REASON, needed, not_after, require

STARTED = "该场所已填报完成，计划不能再改；如填报有误，请先退回"


@transaction.atomic
def save_disposal(
    row: Disposal,
    values: Mapping[str, Any],
    *,
    by: User,
    opened: str = "",
    request: HttpRequest | None = None,
) -> Disposal:
    """Put a place on the plan, or change its line while nothing has been reported on it."""
    campaign = row.campaign
    require(rules.may_plan_disposals(reach_of(scope_of(by), campaign)), "处置计划由牵头单位编制")
    if row.pk and locked(row).done_on:
        raise ValidationError(STARTED)
    if not campaign.starts_on.year <= values["year"] <= campaign.ends_on.year:
        raise ValidationError(
            {"year": f"年度应在行动期内（{campaign.starts_on.year}—{campaign.ends_on.year}）"}
        )
    act = "修改处置计划" if row.pk else "列入处置计划"
    return save_row(row, values, act=act, by=by, opened=opened, request=request)


@transaction.atomic
def delete_disposal(row: Disposal, *, by: User, request: HttpRequest | None = None) -> None:
    """Take a place off the plan, only while nothing has been reported on it."""
    row = locked(row)
    reach = reach_of(scope_of(by), row.campaign)
    require(rules.may_plan_disposals(reach), "处置计划由牵头单位编制")
    if not rules.may_change_disposal(reach, row):
        raise ValidationError(STARTED)
    detail: dict[str, Any] = {"year": row.year, "quarter": row.quarter, "department": row.department.name}
    record("删除处置计划", user=by, target=str(row), request=request, id=row.pk, **detail)
    row.delete()


@transaction.atomic
def report_done(
    row: Disposal, *, done_on: date | None, by: User, request: HttpRequest | None = None
) -> Disposal:
    """The responsible unit says that the place has been dealt with, and asks for acceptance."""
    row = locked(row)
    scope = scope_of(by)
    reach = reach_of(scope, row.campaign)
    of_unit = reach.lead or row.department_id in scope.acting_departments
    require(of_unit, "由责任单位填报完成情况")
    if row.done_on:
        raise ValidationError("该场所已填报完成")
    if done_on is None:
        raise ValidationError({"done_on": "请填写有效的完成日期，例如 2024-06-30"})
    not_after(done_on, row.campaign.today(), "done_on")
    if done_on < row.campaign.starts_on:
        raise ValidationError({"done_on": f"日期早于行动开始（{row.campaign.starts_on:%Y-%m-%d}）"})
    row.done_on, row.done_by, row.acceptance_note = done_on, by, ""
    row.save(update_fields=["done_on", "done_by", "acceptance_note"])
    record("填报处置完成", user=by, target=str(row), request=request, id=row.pk, on=str(done_on))
    return row


@transaction.atomic
def accept(row: Disposal, *, note: str, by: User, request: HttpRequest | None = None) -> Disposal:
    """Accept a place that was reported done: the lead bureau, and never who reported it."""
    row = _to_judge(row, by)
    note = note.strip()
    if len(note) > MAX_REASON:
        raise ValidationError({"note": f"验收意见最多 {MAX_REASON} 字，现有 {len(note)} 字"})
    row.accepted_on, row.accepted_by, row.acceptance_note = row.campaign.today(), by, note
    row.save(update_fields=["accepted_on", "accepted_by", "acceptance_note"])
    record("验收处置", user=by, target=str(row), request=request, id=row.pk, note=note)
    return row


@transaction.atomic
def return_disposal(row: Disposal, *, reason: str, by: User, request: HttpRequest | None = None) -> Disposal:
    """Send it back with a reason; it is open again, and the reason stays until the next report."""
    row = _to_judge(row, by)
    reason = needed(reason, "reason", "退回原因")
    claimed = str(row.done_on)
    row.done_on, row.done_by, row.acceptance_note = None, None, reason
    row.save(update_fields=["done_on", "done_by", "acceptance_note"])
    record("退回处置", user=by, target=str(row), request=request, id=row.pk, on=claimed, reason=reason)
    return row


def _to_judge(row: Disposal, by: User) -> Disposal:
    """The locked row, reported done, not yet accepted, and not by this person."""
    row = locked(row)
    why_not = rules.why_not_accept(by, reach_of(scope_of(by), row.campaign), row)
    require(not why_not, why_not)
    if row.accepted_on:
        raise ValidationError("该场所已经验收")
    if row.done_on is None:
        raise ValidationError("责任单位还没有填报完成，或已被退回")
    return row
