"""Figures of hazards and acts that summaries and bulletins print besides P1's eleven.

Each obeys the rules of indicators.py: as-of and period, no back-fills from before the first day of
figures, nothing void.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace

from django.db.models import Q

from campaigns.models import Campaign, Category
from hazards.enums import EnforcementKind, Level, Status
from reports.figures.stocks import overdue_at
from reports.indicators import BY_SLUG, Indicator, Ledger, Span

Counts = Callable[[Span], Q]
FOUND, RECTIFIED = BY_SLUG["found"], BY_SLUG["rectified"]
MAJOR = Q(level=Level.MAJOR)
_DUE_RULE = "按截止日期（整改期限早于截止日期）"


def overdue_on(span: Span) -> Q:
    """Open on the span's last day and past their day: the red light, put back in time (stocks.overdue_at)."""
    still_open = Q(closed_on__isnull=True) | Q(closed_on__gt=span.end)
    return overdue_at(span.end) & still_open


OVERDUE = Indicator(
    "overdue",
    "逾期未整改隐患数",
    "项",
    "截止日期仍未销号且已超过整改期限的隐患项数；已在期限内完成整改、等待验收的不计，补录隐患不计。",
    _DUE_RULE,
    Ledger.HAZARDS,
    overdue_on,
    part_of="found",
    stock=True,
)
OVERDUE_MAJOR = Indicator(
    "overdue_major",
    "其中逾期未整改重大隐患数",
    "项",
    "逾期未整改隐患中等级为重大的项数。",
    _DUE_RULE,
    Ledger.HAZARDS,
    lambda span: overdue_on(span) & MAJOR,
    part_of="overdue",
    stock=True,
)
FOUND_RECTIFIED = Indicator(
    "found_rectified",
    "发现并已整改隐患数",
    "项",
    "统计期内发现的隐患中，到截止日期已验收销号的项数。",
    "按发现日期，并以截止日期是否销号为准",
    Ledger.HAZARDS,
    lambda span: Q(found_on__range=span.days, status=Status.CLOSED, closed_on__lte=span.end),
    part_of="found",
    settled=True,
)
LISTED = Indicator(
    "listed",
    "挂牌督办重大隐患数",
    "项",
    "挂牌督办的重大隐患项数，同一隐患摘牌后再次挂牌另计；作废隐患不计。",
    "按挂牌日期",
    Ledger.LISTINGS,
    lambda span: Q(published_on__range=span.days),
)


def among(indicator: Indicator, slug: str, words: str, those: Q) -> Indicator:
    """The same figure of some hazards only: a part of it."""
    counts = indicator.counts
    return replace(
        indicator,
        slug=slug,
        label=f"{words}{indicator.label}",
        definition=f"“{words}”类：{indicator.definition}",
        counts=lambda span: counts(span) & those,
        part_of=indicator.slug,
    )


def of_category(category: Category) -> list[Indicator]:
    """Found, rectified and overdue of one kind of hazard 整治内容."""
    those = Q(category=category.pk)
    return [
        among(one, f"{one.slug}_kind_{category.pk}", category.label, those)
        for one in (FOUND, RECTIFIED, OVERDUE)
    ]


def of_categories(campaign: Campaign) -> list[Indicator]:
    """The figures of every kind of hazard, in the campaign's order."""
    return [one for category in campaign.categories.all() for one in of_category(category)]


def _act(kind: EnforcementKind, unit: str, sums: str = "") -> Indicator:
    counted = {"persons": "涉及人数合计", "area": "涉及面积合计"}.get(sums, "的次数，同一企业两次计2家次")
    return Indicator(
        f"act_{kind.value}",
        str(kind.label),
        unit,
        f"{kind.label}{counted}；作废记录不计。",
        "按执法日期",
        Ledger.ACTS,
        lambda span: Q(kind=kind, acted_on__range=span.days),
        sums=sums,
    )


ACTS: tuple[Indicator, ...] = (
    *(BY_SLUG[slug] for slug in ("filed", "fines", "suspended", "shut_down", "transferred")),
    _act(EnforcementKind.BANNED, "家次"),
    _act(EnforcementKind.DETAINED, "人", "persons"),
    _act(EnforcementKind.POWER_CUT, "家次"),
    _act(EnforcementKind.SEALED, "家次"),
    _act(EnforcementKind.SUMMONED, "家次"),
    _act(EnforcementKind.CIRCULATED, "家次"),
    _act(EnforcementKind.URGED, "家次"),
    _act(EnforcementKind.SANCTIONED, "家次"),
    _act(EnforcementKind.DEMOLISHED, "平方米", "area"),
)
"""Every enforcement measure in its own unit: P1's five first, in their order."""


def slugs(indicators: Iterable[Indicator]) -> list[str]:
    """Their slugs."""
    return [one.slug for one in indicators]
