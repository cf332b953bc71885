"""What a saved view says: its address, what it filters by in words, and what of it is no longer so."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from campaigns.http import CampaignRequest
from campaigns.models import Campaign
from hazards.filters import HazardFilter
from hazards.models import Hazard, SavedView
from hazards.paging import DEFAULT_SORT

EVERYTHING = "all"
"""`view=all` asks for the plain list although the person has a default."""
SORT = "sort"


@dataclass(frozen=True)
class Chip:
    """A saved view as the list links to it."""

    name: str
    url: str
    active: bool
    is_default: bool


def views_of(user_id: int, campaign: Campaign) -> list[SavedView]:
    """The person's own views in the campaign, by name."""
    return list(SavedView.objects.filter(user=user_id, campaign=campaign))


def normal(query: str) -> str:
    """The filters and the order in an address, in a fixed order: equal lists, equal text.

    The place in the list, the view's own id and whatever the list does not know are left out.
    """
    given = QueryDict(query)
    known = [*HazardFilter.base_filters, SORT]
    pairs = [(name, one) for name in known for one in given.getlist(name) if one != ""]
    return urlencode([pair for pair in pairs if pair != (SORT, DEFAULT_SORT)])


def address(view: SavedView) -> str:
    """The list as the view shows it."""
    return _address(view.pk, view.query)


def _address(pk: int, query: str) -> str:
    return f"{reverse('hazards:list')}?{query}{'&' if query else ''}view={pk}"


def chips(request: CampaignRequest) -> list[Chip]:
    """The person's views, the one that is open marked."""
    if not request.campaign:
        return []
    here = normal(request.GET.urlencode())
    narrowed = bool(here) or request.GET.get("view", "") not in ("", EVERYTHING)
    return [
        Chip(view.name, address(view), narrowed and normal(view.query) == here, view.is_default)
        for view in views_of(request.user.pk, request.campaign)
    ]


def default_address(request: CampaignRequest) -> str:
    """Where a bare address leads: the person's default view, or "" without one."""
    if request.GET or not request.campaign:
        return ""
    kept = SavedView.objects.filter(user=request.user.pk, campaign=request.campaign.pk, is_default=True)
    default = kept.order_by().values_list("pk", "query").first()
    return _address(*default) if default else ""


def outdated(request: CampaignRequest, chosen: HazardFilter) -> str:
    """What of the opened view is no longer so, in one sentence; "" when it holds or none is open."""
    asked = request.GET.get("view", "")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 19 and request.campaign):
        return ""
    view = SavedView.objects.filter(user=request.user, campaign=request.campaign, pk=int(asked)).first()
    if view is None:
        return ""
    gone = faults_of(view, chosen)
    if not gone:
        return ""
    return f"视图“{view.name}”中有的条件已失效，本次没有按它们筛选：{'、'.join(gone)}。请调整后另存为新视图。"


def faults_of(view: SavedView, chosen: HazardFilter) -> list[str]:
    """Conditions of the view that the list cannot take: what they filter by, or their bare name."""
    names = [*QueryDict(view.query)]
    unknown = [name for name in names if name not in chosen.filters and name != SORT]
    wrong = [str(chosen.filters[n].label) for n in names if n in chosen.filters and chosen.form.errors.get(n)]
    return wrong + unknown


def query_in_words(request: CampaignRequest, query: str) -> str:
    """What a list that is about to be kept filters by, with its values."""
    chosen = HazardFilter(QueryDict(query), Hazard.objects.none(), request=request)
    chosen.form.is_valid()
    return chosen.in_words() or "全部隐患"


def in_words(view: SavedView) -> str:
    """What the view filters by: the labels of its conditions. Their values are seen when it is opened."""
    given = QueryDict(view.query)
    labels = [str(one.label) for name, one in HazardFilter.base_filters.items() if any(given.getlist(name))]
    if given.get(SORT):
        labels.append("排序")
    return "、".join(labels) or "全部隐患"
