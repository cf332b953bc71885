"""The request as views meet it, once login and the campaign have been looked up."""

from collections.abc import Callable
from typing import TypeVar, cast

from django.http import Http404, HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.models import User
from campaigns.models import Campaign
from campaigns.queries import Scope, campaigns_for

T = TypeVar("T")


class CampaignRequest(HttpRequest):
    """For signatures only, never made: LoginRequired and CampaignMiddleware put these on every request.

    `campaign` is lazy: somebody without any finds it false, but `is None` does not tell.
    """

    user: User
    scope: Scope
    campaigns: list[Campaign]
    campaign: Campaign | None


def asked_words(request: HttpRequest, name: str = "q", *, longest: int = 60) -> str:
    """What is searched for by that name in the address, without the character that PostgreSQL cannot hold."""
    return request.GET.get(name, "").replace("\x00", "").strip()[:longest]


def lazily(read: Callable[[], T]) -> T:
    """What `read` will give, read when it is first looked at."""
    return cast(T, SimpleLazyObject(read))


def opened_campaign(request: CampaignRequest) -> Campaign | None:
    """The campaign that a form was opened in, also when another tab has switched meanwhile."""
    said = request.POST.get("campaign") or request.GET.get("campaign") or ""
    if not said:
        return request.campaign
    if not (said.isascii() and said.isdigit() and len(said) < 19):
        raise Http404
    campaign = campaigns_for(request.user).filter(pk=int(said)).first()
    if campaign is None:
        raise Http404
    return campaign
