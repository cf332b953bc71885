"""Writes of base data that a task force keeps: enterprises' files, risk grades, leaving a park.

They stand here because parks may not import the audit trail. Errors: PermissionDenied (403), StaleEdit,
ValidationError by field.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest

from accounts.audit import record
from accounts.models import User
from campaigns.edits import locked, save_row
from campaigns.queries import scope_of
from campaigns.reach import may_keep_park
from parks.enums import RiskColour
from parks.models import Enterprise, Park

MAX_REASON = 200
REFUSED = "只有牵头单位、该园区专班及其责任单位可以维护档案"


def _may_keep(by: User, park_id: int) -> None:
    if not may_keep_park(scope_of(by), park_id):
        raise PermissionDenied(REFUSED)


def _reason(text: str, name: str, what: str) -> str:
    text = text.strip()
    if not text:
        raise ValidationError({name: f"请填写{what}"})
    if len(text) > MAX_REASON:
        raise ValidationError({name: f"{what}最多 {MAX_REASON} 字，现有 {len(text)} 字"})
    return text


@transaction.atomic
def save_park(
    row: Park, values: Mapping[str, Any], *, by: User, opened: str = "", request: HttpRequest | None = None
) -> Park:
    """Change the park's file 一园一档: where it is, who runs it, whom to call."""
    _may_keep(by, row.pk)
    return save_row(row, values, act="修改园区档案", by=by, opened=opened, request=request)


@transaction.atomic
def save_enterprise(
    row: Enterprise,
    values: Mapping[str, Any],
    *,
    by: User,
    opened: str = "",
    request: HttpRequest | None = None,
) -> Enterprise:
    """Add an enterprise to a park, or change its file 一企一档."""
    _may_keep(by, row.park_id)
    site = values.get("site")
    if site and site.park_id != row.park_id:
        raise ValidationError({"site": "所选片区不在该园区"})
    act = "修改企业档案" if row.pk else "登记企业"
    saved = save_row(row, values, act=act, by=by, opened=opened, request=request, park=row.park_id)
    # Staff or revenue decide over the tick (P1 §二): what was stored is what the page shall say.
    saved.refresh_from_db()
    return saved


@transaction.atomic
def grade_risk(
    row: Park | Enterprise,
    risk: str,
    reason: str,
    *,
    by: User,
    was: str,
    request: HttpRequest | None = None,
) -> None:
    """Grade a park or an enterprise 红橙黄蓝 with the reason; `was`: the grade that the person saw."""
    row = locked(row)
    _may_keep(by, row.pk if isinstance(row, Park) else row.park_id)
    if risk not in ("", *RiskColour.values):
        raise ValidationError({"risk": "请选择风险等级"})
    if row.risk != was:
        now = row.get_risk_display() or "未评定"
        raise ValidationError({"risk": f"刚刚有人改为“{now}”，请核对后再改"})
    if risk == row.risk:
        raise ValidationError({"risk": "风险等级没有变化"})
    reason = _reason(reason, "reason", "调整理由")
    row.risk = risk
    row.save(update_fields=["risk"])
    act = "调整园区风险等级" if isinstance(row, Park) else "调整企业风险等级"
    record(act, user=by, target=str(row), request=request, id=row.pk, was=was, now=risk, reason=reason)


@transaction.atomic
def leave_park(
    row: Enterprise,
    *,
    on: date,
    reason: str,
    today: date,
    by: User,
    request: HttpRequest | None = None,
) -> Enterprise:
    """The enterprise has left the park 退出 (P2); its file stays."""
    row = locked(row)
    _may_keep(by, row.park_id)
    if not row.active:
        raise ValidationError("该企业已经退出园区")
    if on > today:
        raise ValidationError({"on": f"退出日期不能晚于今天（{today:%Y-%m-%d}）"})
    if on.year < 2000:
        raise ValidationError({"on": "退出日期过早，请核对年份"})
    row.left_reason = _reason(reason, "reason", "退出原因")
    row.active, row.left_on = False, on
    row.save(update_fields=["active", "left_on", "left_reason"])
    record(
        "企业退出园区",
        user=by,
        target=row.name,
        request=request,
        id=row.pk,
        on=str(on),
        reason=row.left_reason,
    )
    return row


@transaction.atomic
def return_to_park(row: Enterprise, *, by: User, request: HttpRequest | None = None) -> Enterprise:
    """It is in the park again, or never left; when it had left stays in the audit trail."""
    row = locked(row)
    _may_keep(by, row.park_id)
    if row.active:
        raise ValidationError("该企业在园，无需恢复")
    left = {"left_on": str(row.left_on or ""), "left_reason": row.left_reason}
    row.active, row.left_on, row.left_reason = True, None, ""
    row.save(update_fields=["active", "left_on", "left_reason"])
    record("企业恢复在园", user=by, target=row.name, request=request, id=row.pk, **left)  # type: ignore[arg-type]
    return row
