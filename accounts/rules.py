"""Who a person is, as sentences. What it means for a hazard stands in hazards/rules.py."""

from accounts.enums import Role
from accounts.models import User


def holds(user: User, role: Role) -> bool:
    """Whether the person holds the role for any unit or park."""
    return any(membership.role == role for membership in user.memberships.all())


def is_auditor(user: User) -> bool:
    """May read the audit trail, and nothing else by this role."""
    return user.is_active and holds(user, Role.AUDITOR)


def is_system_admin(user: User) -> bool:
    """May keep users, units and dictionaries; sees no hazard by this role."""
    return user.is_active and (user.is_superuser or holds(user, Role.SYSTEM_ADMIN))


def masked_phone(phone: str) -> str:
    """138****1234; short numbers lose their last four digits instead."""
    if len(phone) >= 11:
        return f"{phone[:3]}****{phone[-4:]}"
    return f"{phone[:-4]}****" if len(phone) > 4 else "****" if phone else ""
