"""The page of a person's notices: what is new, what is settled, and marks of what was read."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_POST, require_safe

from campaigns.http import CampaignRequest
from notices.actions import mark_read, mark_unread, read_one
from notices.digests import label_of
from notices.kinds import GROUPS
from notices.models import Notice
from notices.obsolete import said_anew, standing
from notices.pages import tabs_of
from notices.queries import count_by_kind, notices_in

PAGE = 50
JUST_READ = "notices_just_read"
SUBJECTS = (
    "campaign",
    "hazard",
    "reminder__department",
    "batch",
    "letter",
    "occurrence__measure",
    "occurrence__item",
    "occurrence__report",
    "occurrence__department",
    "occurrence__task_force__park",
)


def kept_filters(given: Any) -> dict[str, str]:
    """Those of the list's filters that are set and known."""
    kept = {"unread": "1"} if given.get("unread") == "1" else {}
    return kept | ({"group": given["group"]} if given.get("group") in GROUPS else {})


def _address(kept: dict[str, str]) -> str:
    return f"?{urlencode(kept)}"


@require_safe
def notice_list(request: CampaignRequest) -> HttpResponse:
    """Newest first; `unread=1` leaves out what was read, `group` all but a group of kinds.

    `before` is the number that a page begins below.
    """
    kept = kept_filters(request.GET)
    everything = notices_in(request.user, request.scope)
    counts = count_by_kind(everything)
    group = GROUPS.get(kept.get("group", ""))
    mine = everything.filter(kind__in=group.kinds) if group else everything
    shown = mine.filter(read_at__isnull=True) if "unread" in kept else mine
    of_group = [both for kind, both in counts.items() if not group or kind in group.kinds]
    total, unread = sum(both[0] for both in of_group), sum(both[1] for both in of_group)
    rows, pager = _page(shown, kept, request.GET.get("before", ""))
    context = {
        "notices": rows,
        "kept": kept,
        "group": group,
        "groups": _groups({kind: both[1] for kind, both in counts.items()}, kept),
        "tabs": _tabs(kept),
        "total": total,
        "total_unread": unread,
        "several": len(request.campaigns) > 1,
        "just_read": request.session.pop(JUST_READ, None),
        "pager": {"total": unread if "unread" in kept else total, **pager},
        **tabs_of(request),
    }
    return render(request, "notices/list.html", context)


def _page(shown: QuerySet[Notice], kept: dict[str, str], before: str) -> tuple[list[Notice], dict[str, Any]]:
    """The rows of a page, each with whether it is settled or said anew, and what its pager needs."""
    rows = shown.select_related(*SUBJECTS)
    if before.isascii() and before.isdecimal() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    page = list(rows[: PAGE + 1])
    so, anew = {row.pk for row in standing(page[:PAGE])}, said_anew(page[:PAGE])
    for row in page[:PAGE]:
        row.label = label_of(row)  # type: ignore[attr-defined]
        row.settled = row.pk not in so  # type: ignore[attr-defined]
        row.replaced = row.pk in so and row.pk in anew  # type: ignore[attr-defined]
    more = {**kept, "before": str(page[PAGE - 1].pk)} if len(page) > PAGE else {}
    return page[:PAGE], {
        "first_url": _address(kept) if before else "",
        "prev_url": "",
        "next_url": _address(more) if more else "",
    }


def _groups(unread: dict[str, int], kept: dict[str, str]) -> list[dict[str, Any]]:
    """Chips: every group with how much of it is unread."""
    rest = {key: value for key, value in kept.items() if key != "group"}
    chips = [{"label": "全部类别", "url": _address(rest), "active": "group" not in kept, "unread": 0}]
    for slug, group in GROUPS.items():
        count = sum(unread.get(kind, 0) for kind in group.kinds)
        url = _address({**rest, "group": slug})
        chips.append({"label": group.label, "url": url, "active": kept.get("group") == slug, "unread": count})
    return chips


def _tabs(kept: dict[str, str]) -> dict[str, str]:
    """Addresses of all and of the unread ones, within the group."""
    rest = {key: value for key, value in kept.items() if key != "unread"}
    return {"all": _address(rest), "unread": _address({**rest, "unread": "1"})}


def _back(request: CampaignRequest) -> HttpResponse:
    """The list as it was filtered."""
    kept = kept_filters(request.POST)
    return redirect(reverse("notices:list") + (_address(kept) if kept else ""))


@require_POST
def read(request: CampaignRequest, pk: int) -> HttpResponse:
    """Mark one as read, then show what it is about."""
    try:
        notice = read_one(request.user, pk, now=timezone.now())
    except Notice.DoesNotExist as error:
        raise Http404 from error
    return redirect(notice.address())


@require_POST
def mark(request: CampaignRequest) -> HttpResponse:
    """Mark those that were picked as read, or with `to=unread` as not."""
    picked = [int(one) for one in request.POST.getlist("pick") if one.isascii() and one.isdecimal()][:500]
    picked = [one for one in picked if one < 2**63]
    mine = Notice.objects.filter(
        pk__in=notices_in(request.user, request.scope).filter(pk__in=picked).order_by().values("pk")
    )
    if not picked:
        messages.warning(request, "请先勾选要标记的提醒。")
    elif request.POST.get("to") == "unread":
        messages.success(request, f"已将 {mark_unread(mine)} 条改为未读。")
    else:
        _read(request, mine)
    return _back(request)


@require_POST
def read_all(request: CampaignRequest) -> HttpResponse:
    """Mark all of the person's notices as read, or all of the group that is shown; it can be taken back."""
    kept = kept_filters(request.POST)
    mine = notices_in(request.user, request.scope)
    if "group" in kept:
        mine = mine.filter(kind__in=GROUPS[kept["group"]].kinds)
    _read(request, mine)
    return _back(request)


def _read(request: CampaignRequest, notices: QuerySet[Notice]) -> None:
    now = timezone.now()
    if count := mark_read(notices, now=now):
        request.session[JUST_READ] = {"at": now.isoformat(), "count": count}


@require_POST
def unread_again(request: CampaignRequest) -> HttpResponse:
    """Take back a marking as read: `at` is its moment, which those that it marked bear."""
    at = _moment(request.POST.get("at", ""))
    count = mark_unread(Notice.objects.filter(user=request.user, read_at=at)) if at else 0
    if count:
        messages.success(request, f"已撤销，{count} 条恢复为未读。")
    else:
        messages.info(request, "没有可以撤销的标记。")
    return _back(request)


def _moment(text: str) -> datetime | None:
    try:
        found = parse_datetime(text[:40])
    except ValueError:
        return None
    return found if found and timezone.is_aware(found) else None
