"""Errors of the API in one shape: {"detail": what happened, "errors": {field: [reasons]}}, in Chinese."""

import logging
from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.throttling import AnonRateThrottle, UserRateThrottle
from rest_framework.views import exception_handler

logger = logging.getLogger(__name__)
OTHER = "non_field_errors"


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """What DRF's handler does, for the errors of hazards.actions too, and in our shape."""
    if isinstance(error, DjangoValidationError):
        given = error.message_dict if hasattr(error, "error_dict") else {OTHER: error.messages}
        error = exceptions.ValidationError({OTHER if k == "__all__" else k: v for k, v in given.items()})
    if isinstance(error, exceptions.ParseError):
        broken_json = str(error.detail).startswith("JSON parse error")
        error = exceptions.ParseError(
            "提交的内容不是有效的 JSON。" if broken_json else "提交的内容无法读取，请检查格式。"
        )
    if isinstance(error, Http404):
        error = exceptions.NotFound("没有找到这条记录，或者它不在您的权限范围内。")
    response = exception_handler(error, context)
    if response is None or not isinstance(error, exceptions.ValidationError):
        return response
    faults = response.data if isinstance(response.data, dict) else {OTHER: response.data}
    flat = {name: list(_messages(value)) for name, value in faults.items()}
    whole = flat.get(OTHER)
    detail = "；".join(whole) if whole else "提交的内容有误，请按各字段的说明修改。"
    response.data = {"detail": detail, "errors": flat}
    return response


def _messages(value: Any) -> Any:
    """Every message in nested lists and mappings, in order."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from _messages(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _messages(inner)
    else:
        yield str(value)


class _OpenWithoutCache:
    """A limit that cannot be counted, since the cache is away, does not close the API."""

    def allow_request(self, request: Any, view: Any) -> bool:
        try:
            return super().allow_request(request, view)  # type: ignore[misc]
        except Exception:
            logger.warning("the request limits are off: the cache does not answer", exc_info=True)
            return True


class UserLimit(_OpenWithoutCache, UserRateThrottle):
    """Requests of one person."""


class AnonymousLimit(_OpenWithoutCache, AnonRateThrottle):
    """Requests of one address without a login: asking for tokens."""
