"""三员分立: which roles never meet in one person. Pure.

Source: GB/T 22239 (system, security and audit administration are apart); the audit trail is worth
nothing when the one who reads it also acts in it.
"""

from accounts.enums import Role

APART = frozenset({Role.SYSTEM_ADMIN, Role.AUDITOR})
"""Roles that share a person with no other role 三员分立 (GB/T 22239)."""


def why_not_together(roles: set[str], *, superuser: bool = False, in_task_force: bool = False) -> str:
    """The Chinese reason for which one person may not hold these roles together; empty when they may."""
    held: set[str] = roles | {Role.SYSTEM_ADMIN} if superuser else set(roles)
    apart = held & APART
    if len(apart) > 1:
        return "三员分立：系统管理员与审计管理员不能是同一人"
    if apart and (held - APART or in_task_force):
        return f"三员分立：{Role(apart.pop()).label}不能兼任业务角色（牵头、责任单位、园区、领导或专班）"
    return ""
