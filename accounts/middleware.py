"""How long a login lasts, kept by the server, and where an anonymous visitor is sent."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone

from accounts import audit
from accounts.enums import AuditResult
from accounts.models import User

STARTED_AT = "started_at"
SEEN_AT = "seen_at"
# Noting every request would cost a write each; a minute's grain is enough for a 30-minute limit.
SEEN_GRAIN = timedelta(minutes=1)


class SessionLimitsMiddleware:
    """End a session after SESSION_IDLE_LIMIT without a request and SESSION_ABSOLUTE_LIMIT in any case.

    The times are kept in the session on the server: an old cookie, replayed, finds nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.user.is_authenticated:
            self._limit(request, timezone.now())
        return self.get_response(request)

    def _limit(self, request: HttpRequest, now: datetime) -> None:
        session = request.session
        stamp = now.timestamp()
        started = session.get(STARTED_AT, stamp)
        seen = session.get(SEEN_AT, stamp)
        if stamp - seen > settings.SESSION_IDLE_LIMIT.total_seconds():
            self._end(request, "您已超过 30 分钟没有操作，请重新登录。")
        elif stamp - started > settings.SESSION_ABSOLUTE_LIMIT.total_seconds():
            self._end(request, "本次登录已满 12 小时，请重新登录。")
        elif SEEN_AT not in session or stamp - seen >= SEEN_GRAIN.total_seconds():
            session[STARTED_AT] = started
            session[SEEN_AT] = stamp

    def _end(self, request: HttpRequest, reason: str) -> None:
        logout(request)
        messages.info(request, reason)


class DenialsAuditedMiddleware:
    """One audit row for each refusal, whichever page or API call refused (security U1).

    A record outside of a person's scope is a 404 to them, as one that there is not: who asks for such
    records by their keys is seen in the trail too. An address that leads nowhere is no refusal.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if act := self._refusal(request, response.status_code):
            audit.record(
                act,
                user=request.user if isinstance(request.user, User) else None,
                target=f"{request.method} {request.path}",
                result=AuditResult.DENIED,
                request=request,
            )
        return response

    def _refusal(self, request: HttpRequest, status: int) -> str:
        """What to enter into the trail; empty for an answer that refuses nothing."""
        if not request.user.is_authenticated:
            return ""
        if status == 403:
            return "拒绝访问"
        asked = request.resolver_match
        return "查无此项或不在权限内" if status == 404 and asked and asked.kwargs else ""


class LoginRequired(LoginRequiredMiddleware):
    """Deny by default: a view opens without login only if it is marked login_not_required.

    A fragment request is answered with HX-Redirect; otherwise the login page would be swapped into
    the middle of the page.
    """

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        response = super().process_view(request, view_func, view_args, view_kwargs)
        htmx = getattr(request, "htmx", None)
        if response is None or not htmx:
            return response
        # Come back to the page that the person was on, not to the fragment's own address.
        target = redirect_to_login(htmx.current_url_abs_path or "/", self.get_login_url(view_func))
        return HttpResponse(status=204, headers={"HX-Redirect": target["Location"]})
