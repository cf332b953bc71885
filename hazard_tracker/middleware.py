"""Headers that every page carries, and a page where Django would answer with nothing at all."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase, HttpResponseNotAllowed

from hazard_tracker import errors

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class PrivatePagesMiddleware:
    """Keep pages out of every cache unless a view has said otherwise.

    The next person at a shared desk must not read them by the Back button. Static files are answered
    before this by WhiteNoise and stay cacheable.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store, private")
        return response


class OpenedByHandMiddleware:
    """Say in words what happened where a form's address is opened as a page; Django's 405 is blank."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        by_hand = request.method == "GET" and not request.path.startswith(errors.API_PREFIX)
        if not isinstance(response, HttpResponseNotAllowed) or not by_hand:
            return response
        page = errors.method_not_allowed(request)
        page.headers["Allow"] = response.headers["Allow"]
        return page
