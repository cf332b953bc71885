"""Writes of the registers of contractors and of rules to be made.

Errors: PermissionDenied (403), DoesNotExist for what is out of sight, StaleEdit, ValidationError by field.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest

from accounts.audit import record
from accounts.models import User
from campaigns.edits import locked, save_row
from campaigns.models import Contractor, ContractorEntry, IntegrityRecord, Provision
from campaigns.queries import scope_of
from campaigns.reach import reach_of
from campaigns.registers import rules

MAX_REASON = 200


def require(allowed: bool, reason: str) -> None:
    """A refusal that says why."""
    if not allowed:
        raise PermissionDenied(reason)


def needed(text: str, name: str, what: str, limit: int = MAX_REASON) -> str:
    """A text that must be there and fit."""
    text = text.strip()
    if not text:
        raise ValidationError({name: f"请填写{what}"})
    if len(text) > limit:
        raise ValidationError({name: f"{what}最多 {limit} 字，现有 {len(text)} 字"})
    return text


def not_after(day: date | None, today: date, name: str) -> None:
    """What has happened has not happened tomorrow."""
    if day and day > today:
        raise ValidationError({name: f"日期不能晚于今天（{today:%Y-%m-%d}）"})


def parks_entered(contractor: Contractor) -> Iterable[int]:
    """Parks into which the contractor has ever been registered."""
    return contractor.entries.values_list("park_id", flat=True) if contractor.pk else ()


@transaction.atomic
def save_contractor(
    row: Contractor,
    values: Mapping[str, Any],
    *,
    by: User,
    opened: str = "",
    request: HttpRequest | None = None,
) -> Contractor:
    """Register a contractor, or change what is known of it."""
    reach = reach_of(scope_of(by), row.campaign)
    if row.pk is None:
        require(rules.may_add_contractor(reach), "您不在本行动的园区专班中，不能登记承包商")
    else:
        allowed = rules.may_keep_contractor(reach, parks_entered(row))
        require(allowed, "只有牵头单位和该承包商所在园区的专班可以修改")
    act = "修改承包商" if row.pk else "登记承包商"
    return save_row(row, values, act=act, by=by, opened=opened, request=request)


@transaction.atomic
def delete_contractor(row: Contractor, *, by: User, request: HttpRequest | None = None) -> None:
    """Strike a contractor registered by mistake: only while nothing hangs on it."""
    row = locked(row)
    reach = reach_of(scope_of(by), row.campaign)
    require(rules.may_keep_contractor(reach, parks_entered(row)), "您不能删除这家承包商")
    if row.entries.exists() or row.integrity_records.exists():
        raise ValidationError("该承包商已有入园登记或诚信记录，不能删除")
    record("删除承包商", user=by, target=row.name, request=request, id=row.pk, credit_code=row.credit_code)
    row.delete()


@transaction.atomic
def apply_entry(
    contractor: Contractor,
    values: Mapping[str, Any],
    *,
    by: User,
    opened: str = "",
    request: HttpRequest | None = None,
) -> ContractorEntry:
    """Register the contractor's entry into one park; it waits for review."""
    contractor = locked(contractor)
    campaign = contractor.campaign
    reach = reach_of(scope_of(by), campaign)
    park, day, until = values["park"], values["applied_on"], values.get("valid_until")
    require(park.pk in reach.applies_in, "您不能在该园区登记承包商入园")
    not_after(day, campaign.today(), "applied_on")
    if until and until < day:
        raise ValidationError({"valid_until": "有效期不能早于登记日期"})
    if contractor.entries.filter(park=park, passed=None).exists():
        raise ValidationError({"park": "该承包商在这个园区已有一条登记待审核，请等待审核结果"})
    row = ContractorEntry(contractor=contractor, applied_by=by)
    return save_row(row, values, act="登记承包商入园", by=by, opened=opened, request=request)


@transaction.atomic
def review_entry(
    row: ContractorEntry, *, passed: bool, note: str, by: User, request: HttpRequest | None = None
) -> ContractorEntry:
    """Pass or refuse an entry; a refusal says why. Reviewed once: a new permit is a new entry."""
    row = locked(row)
    campaign = row.contractor.campaign
    why_not = rules.why_not_review(by, reach_of(scope_of(by), campaign), row)
    require(not why_not, why_not)
    if row.passed is not None:
        raise ValidationError("这条登记已经审核")
    note = needed(note, "note", "未通过的原因") if not passed else note.strip()
    if len(note) > MAX_REASON:
        raise ValidationError({"note": f"审核意见最多 {MAX_REASON} 字，现有 {len(note)} 字"})
    row.passed, row.reviewed_on, row.reviewed_by, row.review_note = passed, campaign.today(), by, note
    row.save(update_fields=["passed", "reviewed_on", "reviewed_by", "review_note"])
    record("审核承包商入园", user=by, target=str(row), request=request, id=row.pk, passed=passed, note=note)
    return row


@transaction.atomic
def withdraw_entry(row: ContractorEntry, *, by: User, request: HttpRequest | None = None) -> None:
    """Take back an entry that nobody has reviewed yet."""
    row = locked(row)
    reach = reach_of(scope_of(by), row.contractor.campaign)
    if row.passed is not None:
        raise ValidationError("这条登记已经审核，不能撤回")
    require(rules.may_withdraw(by, reach, row), "只有登记人或牵头单位可以撤回")
    record("撤回承包商入园登记", user=by, target=str(row), request=request, id=row.pk, work=row.work)
    row.delete()


@transaction.atomic
def note_conduct(
    contractor: Contractor,
    values: Mapping[str, Any],
    *,
    by: User,
    opened: str = "",
    request: HttpRequest | None = None,
) -> IntegrityRecord:
    """Add a line to the integrity record. Lines are never changed nor deleted; a later one corrects."""
    reach = reach_of(scope_of(by), contractor.campaign)
    allowed = rules.may_note_conduct(reach, parks_entered(contractor))
    require(allowed, "诚信记录由牵头单位和该承包商所在园区的专班填写")
    not_after(values["on"], contractor.campaign.today(), "on")
    row = IntegrityRecord(contractor=contractor, recorded_by=by)
    return save_row(
        row, values, act="登记诚信记录", by=by, opened=opened, request=request, good=values["good"]
    )


@transaction.atomic
def save_provision(
    row: Provision,
    values: Mapping[str, Any],
    *,
    by: User,
    opened: str = "",
    request: HttpRequest | None = None,
) -> Provision:
    """Plan a rule, or say that it is out."""
    scope = scope_of(by)
    reach = reach_of(scope, row.campaign)
    if row.pk is not None:
        stored = Provision.objects.get(pk=row.pk)
        require(rules.may_edit_provision(scope, reach, stored), "只有牵头单位和责任单位可以修改")
    department = values["department"].pk
    if not reach.lead and department not in scope.acting_departments:
        require(rules.may_add_provision(scope, reach), "您不能填写制度措施清单")
        raise ValidationError({"department": "请选择您所在的单位"})
    not_after(values.get("issued_on"), row.campaign.today(), "issued_on")
    if values.get("document_number") and not values.get("issued_on"):
        raise ValidationError({"issued_on": "填写了文号，请同时填写出台日期"})
    act = "修改制度措施" if row.pk else "登记制度措施"
    return save_row(row, values, act=act, by=by, opened=opened, request=request)


@transaction.atomic
def delete_provision(row: Provision, *, by: User, request: HttpRequest | None = None) -> None:
    """Strike a rule that will not be made; what is issued stays."""
    row = locked(row)
    scope = scope_of(by)
    reach = reach_of(scope, row.campaign)
    require(rules.may_edit_provision(scope, reach, row), "只有牵头单位和责任单位可以删除")
    if not rules.may_delete_provision(scope, reach, row):
        raise ValidationError("这项制度措施已经出台，不能删除")
    record("删除制度措施", user=by, target=row.name, request=request, id=row.pk)
    row.delete()
