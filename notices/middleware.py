"""The number beside the bell."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from notices.queries import unread_count


class UnreadNoticesMiddleware:
    """Sets `request.unread_notices`, counted when a page first shows it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.unread_notices = SimpleLazyObject(  # type: ignore[attr-defined]
            lambda: unread_count(request.user, request.scope)  # type: ignore[arg-type,attr-defined]
        )
        return self.get_response(request)
