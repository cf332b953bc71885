"""What every page's frame needs: navigation, the person, addresses. A page's own context wins over it."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from campaigns.http import CampaignRequest
from hazard_tracker.health import alarms
from reports.ledger.rules import may_import


def everybody(request: CampaignRequest) -> bool:
    """Also somebody without any campaign."""
    return True


def staff(request: CampaignRequest) -> bool:
    """Those who keep base data or read the audit trail."""
    return bool(request.user.is_staff)


def participants(request: CampaignRequest) -> bool:
    """Whoever has a part in some campaign."""
    return bool(getattr(request, "campaign", None))


def writers(request: CampaignRequest) -> bool:
    """Participants who may log something."""
    return participants(request) and request.scope.may_write


def leads(request: CampaignRequest) -> bool:
    """The lead bureau of the current campaign."""
    return participants(request) and request.campaign.pk in request.scope.led_campaigns  # type: ignore[union-attr]


def keepers(request: CampaignRequest) -> bool:
    """Participants of a campaign that keeps registers of its own."""
    campaign = getattr(request, "campaign", None)
    return bool(campaign and campaign.extras)


def importers(request: CampaignRequest) -> bool:
    """Participants who may bring in a ledger."""
    campaign = getattr(request, "campaign", None)
    return bool(campaign and may_import(request.scope, campaign))


@dataclass(frozen=True)
class Entry:
    """One place in the navigation before it is known whether this person is shown it."""

    label: str
    view: str
    icon: str
    audience: Callable[[CampaignRequest], bool] = participants
    short: str = ""
    also: tuple[str, ...] = ()
    """Views below which pages belong here too, whatever their address begins with."""
    group: int = 0
    """Entries of one group stand together; a rule is drawn where the next begins."""


@dataclass
class NavItem:
    """One visible link; `short` is its word on the phone's bottom bar."""

    label: str
    url: str
    icon: str
    short: str
    active: bool = False
    prominent: bool = False
    badge: int = 0
    also: tuple[str, ...] = ()
    group: int = 0


ENTRIES = (
    # The action and what is due in it
    Entry("首页", "reports:home", "house-door", everybody, group=1),
    Entry("专项行动", "campaign:home", "flag", group=1),
    Entry("工作清单", "campaigns:work", "calendar-check", group=1),
    # Hazards
    Entry("隐患清单", "hazards:list", "list-check", short="隐患", group=2),
    Entry("上报隐患", "hazards:report", "plus-lg", writers, short="上报", group=2),
    Entry("台账导入", "reports:import_list", "file-earmark-arrow-up", importers, group=2),
    # Where and who
    Entry("园区", "parks:list", "buildings", group=3),
    Entry("专班", "campaigns:task_forces", "people", group=3),
    Entry("登记册", "campaigns:registers", "journal-text", keepers, group=3),
    # Visits and penalties
    Entry("检查记录", "hazards:inspections", "clipboard2-check", group=4),
    Entry("执法记录", "hazards:enforcements", "hammer", group=4),
    # What goes out
    Entry("报表", "reports:list", "bar-chart-line", group=5),
    Entry("提醒", "notices:list", "bell", everybody, group=5),
    # Keeping it all
    Entry(
        "方案设置",
        "campaigns:setup",
        "sliders",
        leads,
        also=("campaigns:new", "reports:plan_import_list"),
        group=6,
    ),
    Entry("后台管理", "admin:index", "gear", staff, group=6),
)
# Left to right on the phone; everything else is behind 更多.
PHONE = ("reports:home", "hazards:list", "hazards:report", "parks:list")
PROMINENT = "hazards:report"


def url_or_blank(*views: str) -> str:
    """Address of the first view that exists, or "" when none is part of this installation."""
    for view in views:
        with suppress(NoReverseMatch):
            return reverse(view)
    return ""


def mark_active(items: list[NavItem], path: str) -> None:
    """Mark the entry whose address is the longest prefix of the path; "/" matches only itself."""
    fitting = [
        (len(url), item)
        for item in items
        for url in (item.url, *item.also)
        if url == path or (url != "/" and path.startswith(url))
    ]
    if fitting:
        max(fitting, key=lambda fit: fit[0])[1].active = True


def build_nav(request: CampaignRequest, unread: int) -> dict[str, NavItem]:
    """Visible entries by view name, in order."""
    items: dict[str, NavItem] = {}
    for entry in ENTRIES:
        url = url_or_blank(entry.view)
        if not url or not entry.audience(request):
            continue
        items[entry.view] = NavItem(
            label=entry.label,
            url=url,
            icon=entry.icon,
            short=entry.short or entry.label,
            prominent=entry.view == PROMINENT,
            badge=unread if entry.view == "notices:list" else 0,
            also=tuple(url for view in entry.also if (url := url_or_blank(view))),
            group=entry.group,
        )
    mark_active(list(items.values()), request.path)
    return items


def chrome(request: CampaignRequest) -> dict[str, Any]:
    """Context processor for base.html. `request.campaign` and its like are set by middleware when present."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {
            "login_url": url_or_blank("accounts:login", "login"),
            "nav": [],
            "phone_nav": [],
            "more_nav": [],
        }
    unread = getattr(request, "unread_notices", 0)
    items = build_nav(request, unread)
    return {
        "nav": list(items.values()),
        "phone_nav": [items[view] for view in PHONE if view in items],
        "more_nav": [item for view, item in items.items() if view not in PHONE],
        "home_url": url_or_blank("reports:home") or "/",
        "report_url": items["hazards:report"].url if "hazards:report" in items else "",
        "notices_url": items["notices:list"].url if "notices:list" in items else "",
        "preferences_url": url_or_blank("notices:preferences"),
        "campaign_switch_url": url_or_blank("campaigns:switch"),
        "exports_url": url_or_blank("reports:exports"),
        "password_change_url": url_or_blank("accounts:password_change", "password_change"),
        "logout_url": url_or_blank("accounts:logout", "logout"),
        "user_label": str(user),
        # A callable: only a page with the frame, not each fragment, pays for the query.
        "unit_label": lambda: str(user.department or ""),
        "unread_notices": unread,
        # The same: shown by the administration's first page and the log of messages.
        "alarms": lambda: alarms(timezone.now()),
        "campaign": getattr(request, "campaign", None),
        "campaigns": getattr(request, "campaigns", []),
    }
