"""The figures: what each one counts, in which unit, and which date decides (P1 附件2, domain §5).

A figure is counted from the ledger each time, with one grouped query for each of the four ledgers.
Two ways of counting:

* as-of 累计: what was found on or before the day, from the campaign's first day of figures;
* period 本期: what was found, closed, visited or decided within the span.

Hazards found before the campaign's first day of figures are back-fills 补录: they stand in the ledger and
are followed to the end, but no figure counts them, neither as found nor as rectified. Void hazards and
voided visits and acts never count.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from django.db.models import Aggregate, Count, Q, QuerySet, Sum

from campaigns.models import Campaign, TaskForce
from campaigns.periods import Period
from hazards.enums import EnforcementKind, Level, Status
from hazards.models import Enforcement, Hazard, Inspection
from parks.models import Department, Enterprise

Number = int | Decimal
Figures = dict[str, Number]
"""Indicator slug → number, in the order of the form."""
GROUPINGS = ("department", "park", "task_force", "region")
YUAN_A_WAN = Decimal(10000)
SENSIBLE_YEARS = range(2000, 2101)
"""Years in which a day that somebody types can lie."""


@dataclass(frozen=True)
class Span:
    """The days that decide: acts within [start, end], of hazards found from `origin` on."""

    start: date
    end: date
    origin: date

    @property
    def days(self) -> tuple[date, date]:
        return self.start, self.end


class Ledger(Enum):
    """The records that a figure counts."""

    ENTERPRISES = "enterprises"
    VISITS = "visits"
    HAZARDS = "hazards"
    ACTS = "acts"


@dataclass(frozen=True)
class Indicator:
    """One named number. `counts` tells which records of the ledger it counts within a span.

    `part_of` names the indicator of which it is a part 其中: it never exceeds it.
    """

    slug: str
    label: str
    unit: str
    definition: str
    date_rule: str
    ledger: Ledger
    counts: Callable[[Span], Q]
    sums: str = "pk"
    part_of: str = ""

    @property
    def heading(self) -> str:
        """The words of the form: label and unit."""
        return f"{self.label}（{self.unit}）"

    def aggregate(self, span: Span) -> Aggregate:
        """How the database computes it among the rows of the ledger."""
        condition = self.counts(span)
        if self.sums == "pk":
            return Count("pk", filter=condition)
        if self.sums == "enterprise":
            return Count("enterprise", filter=condition, distinct=True)
        return Sum(self.sums, filter=condition)

    def number(self, raw: Any) -> Number:
        """The figure from the database's answer; yuan become 万元 without loss."""
        return wan(raw or Decimal(0)) if self.sums == "amount" else int(raw or 0)


def _found(span: Span) -> Q:
    return Q(found_on__range=span.days)


def _closed(span: Span) -> Q:
    return Q(status=Status.CLOSED, closed_on__range=span.days, found_on__gte=span.origin)


def _act(kind: EnforcementKind) -> Callable[[Span], Q]:
    return lambda span: Q(kind=kind, acted_on__range=span.days)


_MAJOR = Q(level=Level.MAJOR)
_FOUND_RULE = "按发现日期（问题上报日期）"
_CLOSED_RULE = "按销号日期（验收通过之日）"
_ACT_RULE = "按执法日期"

INDICATORS: tuple[Indicator, ...] = (
    Indicator(
        "small_enterprises",
        "小微企业总数",
        "家",
        "本行动各园区内登记在园的小微企业户数，按企业去重。",
        "按编制时的企业台账，不随起止日期变化",
        Ledger.ENTERPRISES,
        lambda span: Q(),
    ),
    Indicator(
        "inspected",
        "检查企业",
        "家次",
        "对企业开展检查的次数，同一企业检查两次计2家次；仅检查园区公共部位的不计，作废记录不计。",
        "按检查日期",
        Ledger.VISITS,
        lambda span: Q(inspected_on__range=span.days),
    ),
    Indicator(
        "found",
        "发现隐患数",
        "项",
        "发现并登记的隐患项数，含企业自查和各类检查发现；行动起算日之前发现的补录隐患和作废隐患不计。",
        _FOUND_RULE,
        Ledger.HAZARDS,
        _found,
    ),
    Indicator(
        "found_major",
        "其中重大隐患数",
        "项",
        "发现隐患中等级为重大的项数。",
        _FOUND_RULE,
        Ledger.HAZARDS,
        lambda span: _found(span) & _MAJOR,
        part_of="found",
    ),
    Indicator(
        "rectified",
        "已整改隐患数",
        "项",
        "经验收销号的隐患项数，已申请未验收的不计；行动起算日之前发现的补录隐患不计。",
        _CLOSED_RULE,
        Ledger.HAZARDS,
        _closed,
        part_of="found",
    ),
    Indicator(
        "rectified_major",
        "其中已整改重大隐患数",
        "项",
        "已整改隐患中等级为重大的项数。",
        _CLOSED_RULE,
        Ledger.HAZARDS,
        lambda span: _closed(span) & _MAJOR,
        part_of="rectified",
    ),
    Indicator(
        "filed",
        "立案查处数",
        "家次",
        "立案查处的次数，同一企业立案两次计2家次；作废记录不计。",
        _ACT_RULE,
        Ledger.ACTS,
        _act(EnforcementKind.FILED),
    ),
    Indicator(
        "fines",
        "行政处罚",
        "万元",
        "行政罚款金额合计，由元精确折算为万元；作废记录不计。",
        _ACT_RULE,
        Ledger.ACTS,
        _act(EnforcementKind.FINE),
        sums="amount",
    ),
    Indicator(
        "suspended",
        "停产停业整改",
        "家",
        "被责令停产停业整改的企业户数，按企业去重，各级重新计数、不相加；作废记录不计。",
        _ACT_RULE,
        Ledger.ACTS,
        _act(EnforcementKind.SUSPENDED),
        sums="enterprise",
    ),
    Indicator(
        "shut_down",
        "依法关闭",
        "家",
        "被依法关闭的企业户数，按企业去重，各级重新计数、不相加；作废记录不计。",
        _ACT_RULE,
        Ledger.ACTS,
        _act(EnforcementKind.SHUT_DOWN),
        sums="enterprise",
    ),
    Indicator(
        "transferred",
        "移送公安机关追究刑事责任",
        "人",
        "移送公安机关追究刑事责任的人数合计；作废记录不计。",
        _ACT_RULE,
        Ledger.ACTS,
        _act(EnforcementKind.TRANSFERRED),
        sums="persons",
    ),
)
"""The eleven figures of the weekly form, in its order (P1 附件2)."""

BY_SLUG = {indicator.slug: indicator for indicator in INDICATORS}


def wan(yuan: Decimal) -> Decimal:
    """Yuan as 万元: exact, without zeros at the end (fen leave at most six decimals)."""
    value = (Decimal(yuan) / YUAN_A_WAN).normalize()
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value


def span_of(campaign: Campaign, as_of: date, period: Period | None = None) -> Span:
    """The days that decide a figure: the period, or from the campaign's first day of figures to `as_of`."""
    if period is None:
        whole = campaign.cumulative(as_of)
        return Span(whole.start, whole.end, whole.start)
    origin = campaign.figures_from or campaign.starts_on
    return Span(period.start, period.end, min(origin, period.start))


def ledger_rows(
    ledger: Ledger, campaign: Campaign, span: Span, unit: Department | None = None
) -> QuerySet[Any]:
    """The records from which the ledger's figures are counted, not yet by kind."""
    if ledger is Ledger.HAZARDS:
        rows: QuerySet[Any] = Hazard.objects.filter(_found(span) | _closed(span), campaign=campaign).exclude(
            status=Status.VOID
        )
        return rows.filter(responsible_department=unit) if unit else rows
    if ledger is Ledger.ENTERPRISES:
        forces = TaskForce.objects.filter(campaign=campaign)
        forces = forces.filter(department=unit) if unit else forces
        return Enterprise.objects.filter(active=True, is_micro=True, park__in=forces.values("park_id"))
    if ledger is Ledger.VISITS:
        rows = Inspection.objects.filter(
            campaign=campaign,
            inspected_on__range=span.days,
            enterprise__isnull=False,
            voided_on__isnull=True,
        )
    else:
        rows = Enforcement.objects.filter(
            campaign=campaign, acted_on__range=span.days, voided_on__isnull=True
        )
    return rows.filter(department=unit) if unit else rows


def records(
    indicator: Indicator,
    campaign: Campaign,
    as_of: date,
    period: Period | None = None,
    unit: Department | None = None,
) -> QuerySet[Any]:
    """The very records that the figure counts: hazards, visits, acts or enterprises."""
    span = span_of(campaign, as_of, period)
    return ledger_rows(indicator.ledger, campaign, span, unit).filter(indicator.counts(span))


def figures(
    campaign: Campaign, as_of: date, period: Period | None = None, unit: Department | None = None
) -> Figures:
    """All figures of the campaign or of one unit: four queries."""
    span = span_of(campaign, as_of, period)
    found: Figures = {}
    for ledger in Ledger:
        counted = _of_ledger(ledger)
        row = ledger_rows(ledger, campaign, span, unit).aggregate(
            **{indicator.slug: indicator.aggregate(span) for indicator in counted}
        )
        found.update({indicator.slug: indicator.number(row[indicator.slug]) for indicator in counted})
    return _ordered(found)


def _of_ledger(ledger: Ledger) -> list[Indicator]:
    return [indicator for indicator in INDICATORS if indicator.ledger is ledger]


def _ordered(found: Figures) -> Figures:
    return {indicator.slug: found.get(indicator.slug, 0) for indicator in INDICATORS}
