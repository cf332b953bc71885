"""The audit trail: one call a noteworthy act."""

from typing import Any

from axes.helpers import get_client_ip_address
from django.http import HttpRequest

from accounts.enums import AuditResult
from accounts.models import AuditEntry, User


def record(
    act: str,
    *,
    user: User | None,
    target: str = "",
    result: AuditResult = AuditResult.OK,
    request: HttpRequest | None = None,
    username: str = "",
    address: str = "",
    **detail: Any,
) -> AuditEntry:
    """Write one row: who, from where, what, on what, how it ended.

    Call it inside the transaction of the change that it records, so that neither is kept without
    the other. `address` is for work that goes on after the request. `detail` must be JSON-serialisable
    and free of personal data.
    """
    return AuditEntry.objects.create(
        user=user,
        username=username or (user.username if user else ""),
        # As the lockout sees it: behind our own proxies, the caller's address and not the proxy's.
        address=(get_client_ip_address(request) if request else address) or None,
        act=act,
        target=target[:200],
        result=result,
        detail=detail,
    )
