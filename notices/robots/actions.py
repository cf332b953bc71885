"""Writes: robots of a campaign's groups. Their addresses and secrets stand in no record and no message."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts.audit import record
from accounts.enums import AuditResult
from accounts.models import AuditEntry, User
from campaigns.edits import locked, save_row
from campaigns.queries import scope_of
from campaigns.rules import may_edit_plan
from notices.channels import robots
from notices.digests import site_address
from notices.enums import Channel
from notices.models import Robot

TESTED = "测试群机器人"
TESTS_A_MINUTE = 5
"""Of the twenty that a robot takes; the rest is for its messages."""
TEST_TITLE = "园区隐患整治提醒：测试消息"


def _require(robot: Robot, by: User) -> None:
    if not may_edit_plan(scope_of(by), robot.campaign):
        raise PermissionDenied("群机器人由本行动的牵头单位设置。")


def save_robot(
    row: Robot,
    values: Mapping[str, Any],
    *,
    by: User,
    opened: str = "",
    request: HttpRequest | None = None,
) -> Robot:
    """Add or change one. Raises StaleEdit, or ValidationError by field."""
    _require(row, by)
    if fault := robots.fault_of(values["channel"], values["address"]):
        raise ValidationError({"address": fault})
    if values["channel"] == Channel.WECOM and values["secret"]:
        raise ValidationError({"secret": "企业微信群机器人没有加签密钥，请留空"})
    act = "修改群机器人" if row.pk else "添加群机器人"
    return save_row(row, values, act=act, by=by, opened=opened, request=request)


@transaction.atomic
def switch_robot(row: Robot, *, active: bool, by: User, request: HttpRequest | None = None) -> Robot:
    """On or off; off, nothing is written for it and what waits is dropped."""
    _require(row, by)
    row = locked(row)
    if row.active != active:
        row.active = active
        row.save(update_fields=["active"])
        act = "启用群机器人" if active else "停用群机器人"
        record(act, user=by, target=row.name, request=request, id=row.pk)
    return row


def test_robot(row: Robot, *, by: User, request: HttpRequest | None = None) -> None:
    """Send a test message now. Raises SendError, or ValidationError when it is pressed too often."""
    _require(row, by)
    minute = timezone.now() - timedelta(minutes=1)
    if AuditEntry.objects.filter(act=TESTED, at__gte=minute, detail__id=row.pk).count() >= TESTS_A_MINUTE:
        raise ValidationError(f"每分钟最多测试{TESTS_A_MINUTE}次，请稍后再试")
    result = AuditResult.FAILED
    try:
        robots.post(row, TEST_TITLE, _test_text(row, by))
        result = AuditResult.OK
    finally:
        record(TESTED, user=by, target=row.name, request=request, result=result, id=row.pk)


def _test_text(row: Robot, by: User) -> str:
    lines = (
        f"“{row.campaign.label}”的提醒每天汇总成一条，发到本群。",
        f"本条为测试消息，由{by.department or row.campaign.lead_department}发出，无需处理。",
        f"登录系统：{site_address('reports:home')}",
    )
    return "\n".join(lines)
