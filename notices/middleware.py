"""The number beside the bell."""

from collections.abc import Callable

from django.http import HttpResponse

from campaigns.http import CampaignRequest, lazily
from notices.queries import unread_count


class UnreadNoticesMiddleware:
    """Sets `request.unread_notices`, counted when a page first shows it."""

    def __init__(self, get_response: Callable[[CampaignRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: CampaignRequest) -> HttpResponse:
        unread = lazily(lambda: unread_count(request.user, request.scope))
        request.unread_notices = unread  # type: ignore[attr-defined]
        return self.get_response(request)
