"""The request as views meet it, once login and the campaign have been looked up."""

from collections.abc import Callable
from typing import TypeVar, cast

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.models import User
from campaigns.models import Campaign
from campaigns.queries import Scope

T = TypeVar("T")


class CampaignRequest(HttpRequest):
    """For signatures only, never made: LoginRequired and CampaignMiddleware put these on every request.

    `campaign` is lazy: somebody without any finds it false, but `is None` does not tell.
    """

    user: User
    scope: Scope
    campaigns: list[Campaign]
    campaign: Campaign | None


def lazily(read: Callable[[], T]) -> T:
    """What `read` will give, read when it is first looked at."""
    return cast(T, SimpleLazyObject(read))
