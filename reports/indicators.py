"""The figures: what each one counts, in which unit, and which date decides (P1 附件2, domain §5).

Two ways of counting:

* as-of 累计: what was found on or before the day, from the campaign's first day of figures;
* period 本期: what was found, closed, visited or decided within the span.

Hazards found before the campaign's first day of figures are back-fills 补录: they stand in the ledger and
are followed to the end, but no figure counts them, neither as found nor as rectified. Void hazards and
voided visits and acts never count. How they are counted stands in counting.py and groups.py; indicators
that a single form has stand in that form's file.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from django.db.models import Aggregate, Count, Q, Sum

from hazards.enums import EnforcementKind, Level, Status
from parks.models import Enterprise

Number = int | Decimal
Figures = dict[str, Number | None]
"""Indicator slug → number, in the order of the form; None for what nobody knows."""
GROUPINGS = ("department", "park", "task_force", "region", "trait")
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
    RESULTS = "results"
    """Check items as visits found them."""
    LISTINGS = "listings"
    """Listed supervision of major hazards 挂牌督办."""
    DISPOSALS = "disposals"
    """Places to be dealt with by quarter (P4)."""
    PROVISIONS = "provisions"
    """Rules to be made 制度措施 (P2)."""
    WORK = "work"
    """Due occurrences of measures, work items and reports."""
    ENTRIES = "entries"
    """Contractors' entries into parks (P2)."""
    EXITS = "exits"
    """Enterprises that left their park."""
    PARKS = "parks"
    """Parks of the campaign, by the task force of each."""
    ROUNDS = "rounds"
    """Visits to enterprises and those to what a park's tenants share."""
    NOTHING = "nothing"
    """The system keeps no such record: the figure is typed in, or not known."""


@dataclass(frozen=True)
class Indicator:
    """One named number. `counts` tells which records of the ledger it counts within a span.

    sums: the field whose sum it is; distinct: the field whose different values it counts (家); neither:
    the records themselves. part_of: the indicator of which it is a part 其中, never more than the whole.
    traits: names of traits; only enterprises with one of them count. stock: it stands as on the day and
    has no period. settled: of what falls within the span, what its last day finds so; a later day finds
    more, so that periods do not add up to the whole. may_be_typed: a unit that keeps no such records types
    it in (domain §5).
    """

    slug: str
    label: str
    unit: str
    definition: str
    date_rule: str
    ledger: Ledger
    counts: Callable[[Span], Q] = lambda span: Q()
    sums: str = ""
    distinct: str = ""
    part_of: str = ""
    traits: tuple[str, ...] = ()
    stock: bool = False
    settled: bool = False
    may_be_typed: bool = False

    @property
    def heading(self) -> str:
        """The words of the form: label and unit."""
        return f"{self.label}（{self.unit}）"

    @property
    def adds_up(self) -> bool:
        """Whether the figure of a whole is the sum of its parts; 家 is counted again instead."""
        return not self.distinct

    def condition(self, span: Span, enterprise: str) -> Q:
        """Which rows of the ledger count, `enterprise` being the path from them to their enterprise."""
        if not self.traits:
            return self.counts(span)
        those = Enterprise.objects.filter(traits__name__in=self.traits).values("pk")
        return self.counts(span) & Q(**{f"{enterprise}__in": those})

    def aggregate(self, span: Span, enterprise: str) -> Aggregate:
        """How the database computes it among the rows of the ledger."""
        condition = self.condition(span, enterprise)
        if self.sums:
            return Sum(self.sums, filter=condition)
        if self.distinct:
            return Count(self.distinct, filter=condition, distinct=True)
        return Count("pk", filter=condition)

    def number(self, raw: Any) -> Number:
        """The figure from the database's answer; yuan become 万元 without loss, areas keep their decimals."""
        if self.sums == "amount":
            return wan(raw or Decimal(0))
        return shortest(raw or Decimal(0)) if self.sums == "area" else int(raw or 0)


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
        "本行动各园区内登记在园的小微企业户数，按企业去重；截止日期后才退出的仍计。",
        "按截止日期在园的企业，不随起始日期变化",
        Ledger.ENTERPRISES,
        stock=True,
        may_be_typed=True,
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
        distinct="enterprise",
    ),
    Indicator(
        "shut_down",
        "依法关闭",
        "家",
        "被依法关闭的企业户数，按企业去重，各级重新计数、不相加；作废记录不计。",
        _ACT_RULE,
        Ledger.ACTS,
        _act(EnforcementKind.SHUT_DOWN),
        distinct="enterprise",
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
    return shortest(Decimal(yuan) / YUAN_A_WAN)


def shortest(number: Decimal) -> Decimal:
    """The same number without zeros at its end, never in powers of ten."""
    value = number.normalize()
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value
