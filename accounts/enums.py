"""Roles of a person; who holds which is a row of Membership or of campaigns.TaskForceMember."""

from django.db.models import TextChoices


class Role(TextChoices):
    """What a membership lets a person do. Task-force membership has a table of its own in campaigns."""

    SYSTEM_ADMIN = "system_admin", "系统管理员"
    LEAD = "lead", "牵头单位"
    DEPARTMENT = "department", "责任单位"
    OPERATOR = "operator", "园区业主"
    LEADER = "leader", "领导 / 考绩部门"
    AUDITOR = "auditor", "审计管理员"


class AuditResult(TextChoices):
    """How an audited act ended."""

    OK = "ok", "成功"
    DENIED = "denied", "拒绝"
    FAILED = "failed", "失败"
