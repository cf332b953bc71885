"""Which base data a role may keep in the admin, as Django permissions."""

from typing import Any

from django.contrib.auth.backends import BaseBackend

from accounts.models import User
from accounts.rules import is_auditor, is_system_admin

BASE_DATA_APPS = frozenset({"parks", "accounts", "campaigns"})
AUDIT_TRAIL = "accounts.view_auditentry"


class RoleBackend(BaseBackend):
    """System admins keep users, units, parks and campaigns; auditors read the audit trail; nobody both.

    Superusers pass Django's permission check before any backend is asked: what they must not have
    is refused where it is shown (accounts/admin.py).
    """

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        if not isinstance(user_obj, User) or not user_obj.is_active:
            return False
        if perm.endswith("_auditentry"):
            return perm == AUDIT_TRAIL and is_auditor(user_obj)
        return perm.partition(".")[0] in BASE_DATA_APPS and is_system_admin(user_obj)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        """Whether the admin's first page shows the app to this person."""
        if not isinstance(user_obj, User) or not user_obj.is_active:
            return False
        if is_system_admin(user_obj):
            return app_label in BASE_DATA_APPS
        return app_label == "accounts" and is_auditor(user_obj)
