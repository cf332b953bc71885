"""Audit rows for signing in and out. Django and axes announce these by signals; nothing else here does."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.audit import record
from accounts.enums import AuditResult
from accounts.models import User


@receiver(user_logged_in)
def login_succeeded(sender: Any, request: HttpRequest | None, user: User, **kwargs: Any) -> None:
    record("登录", user=user, request=request)


@receiver(user_login_failed)
def login_failed(
    sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any
) -> None:
    """The name that was tried is kept, cut to the column; the password never arrives here."""
    record(
        "登录",
        user=None,
        username=str(credentials.get("username") or "")[:150],
        request=request,
        result=AuditResult.FAILED,
    )


@receiver(user_logged_out)
def logged_out(sender: Any, request: HttpRequest | None, user: User | None, **kwargs: Any) -> None:
    if user is not None:
        record("退出", user=user, request=request)
