"""Counting: whose records, within which days, in one query a ledger.

A figure is counted from the records each time. All figures of a table that come from one ledger come
from one query with a condition each.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from campaigns.enums import Counting, UnitKind
from campaigns.models import Campaign, CampaignUnit, TaskForce
from campaigns.periods import Period
from hazards.enums import CheckOutcome, Status
from hazards.models import Enforcement, Hazard, Inspection, InspectionResult, Supervision
from parks.models import Department, Enterprise
from parks.regions import with_subregions
from reports.figures.plan_ledgers import ROWS
from reports.indicators import INDICATORS, Figures, Indicator, Ledger, Span


@dataclass(frozen=True)
class Coverage:
    """Whose records count: one unit's own, those inside regions, or all but those of some regions and units.

    Ids throughout. `typed`: nothing is counted here, the figures are not known unless somebody types them
    in: the unit does not use the system, or is to report its region and has none.
    """

    unit: int | None = None
    regions: frozenset[int] | None = None
    without: frozenset[int] = frozenset()
    without_units: frozenset[int] = frozenset()
    typed: bool = False

    def less(self, members: Iterable[CampaignUnit]) -> "Coverage":
        """The same without what these units report: their region, or their own records."""
        rows = list(members)
        by_region = [row for row in rows if row.stands_for_region]
        regions = with_subregions(row.department.region_id for row in by_region)
        units = {row.department_id for row in rows if row not in by_region}
        return replace(self, without=self.without | regions, without_units=self.without_units | units)


WHOLE = Coverage()
OF_ROWS = ("department", "campaign__lead_department__region")
"""What `CampaignUnit.stands_for_region` reads."""


@dataclass(frozen=True)
class Paths:
    """How the rows of a ledger lead to a unit, a park and an enterprise."""

    unit: str
    park: str
    enterprise: str

    @property
    def region(self) -> str:
        return f"{self.park}__region"

    @property
    def trait(self) -> str:
        return "traits" if self.enterprise == "pk" else f"{self.enterprise}__traits"


PATHS: dict[Ledger, Paths] = {
    Ledger.HAZARDS: Paths("responsible_department", "park", "enterprise"),
    Ledger.VISITS: Paths("department", "park", "enterprise"),
    Ledger.ACTS: Paths("department", "enterprise__park", "enterprise"),
    Ledger.ENTERPRISES: Paths("", "park", "pk"),
    Ledger.RESULTS: Paths("inspection__department", "inspection__park", "inspection__enterprise"),
    Ledger.LISTINGS: Paths("hazard__responsible_department", "hazard__park", "hazard__enterprise"),
    Ledger.DISPOSALS: Paths("department", "park", ""),
    Ledger.PROVISIONS: Paths("department", "park", ""),
    Ledger.WORK: Paths("department", "task_force__park", ""),
    Ledger.ENTRIES: Paths("", "park", ""),
    Ledger.EXITS: Paths("", "park", "pk"),
    Ledger.PARKS: Paths("department", "park", ""),
    Ledger.ROUNDS: Paths("department", "park", "enterprise"),
}
"""Without a unit: the one that leads the park's task force stands in. Without an enterprise: no trait."""


def rolled_up(campaign: Campaign) -> list[CampaignUnit]:
    """Members that report their region or type their row in, in the campaign's order; they are the rows of
    a roll-up. Empty where every unit counts its own records.
    """
    rows = CampaignUnit.objects.filter(campaign=campaign, kind=UnitKind.MEMBER)
    rows = rows.exclude(counting=Counting.OWN).select_related(*OF_ROWS)
    return list(rows.order_by("order", "pk"))


def row_units(campaign: Campaign) -> list[CampaignUnit]:
    """The rows of a roll-up of regions; empty where rows are members with their own records, some of whom
    may type them in.
    """
    rows = rolled_up(campaign)
    return rows if of_regions(rows) else []


def of_regions(rows: Iterable[CampaignUnit]) -> bool:
    """Whether there are such among them as report for their region."""
    return any(row.counting == Counting.REGION or row.stands_for_region for row in rows)


def coverage_of(campaign: Campaign, unit: Department | None) -> Coverage:
    """Whose records a unit's report counts; for the campaign as a whole, all but what units type in."""
    members = rolled_up(campaign)
    whole = WHOLE.less([row for row in members if row.counting == Counting.TYPED])
    if unit is None:
        return whole
    row = next((row for row in members if row.department_id == unit.pk), None)
    if row is None:
        return Coverage(unit=unit.pk)
    region = row.department.region_id
    if row.counting == Counting.TYPED or region is None:
        return Coverage(unit=unit.pk, typed=True)
    return replace(whole, regions=with_subregions({region}))


def coverage_of_rest(members: Iterable[CampaignUnit], coverage: Coverage = WHOLE) -> Coverage:
    """What lies in the region of none of the units that are rows of the roll-up."""
    # A unit that is to report its region and has none takes nothing out of the rest.
    return coverage.less(
        [row for row in members if row.counting == Counting.TYPED or row.department.region_id]
    )


def span_of(campaign: Campaign, as_of: date, period: Period | None = None) -> Span:
    """The days that decide a figure: from the campaign's first day of figures, or the period's, to `as_of`.

    Nothing before the first day of figures counts, also not within the week or the month that holds it.
    Before that day the span is empty: it ends before it begins.
    """
    first = campaign.figures_from or campaign.starts_on
    if period is None:
        return Span(first, as_of, first)
    return Span(max(period.start, first), min(period.end, as_of), first)


def ledger_rows(ledger: Ledger, campaign: Campaign, span: Span, coverage: Coverage = WHOLE) -> QuerySet[Any]:
    """The records from which the ledger's figures are counted, not yet by kind."""
    if ledger is Ledger.NOTHING:
        return Hazard.objects.none()
    return covered(_of_ledger(ledger, campaign, span), ledger, campaign, coverage)


def covered(rows: QuerySet[Any], ledger: Ledger, campaign: Campaign, coverage: Coverage) -> QuerySet[Any]:
    """Rows of a ledger, those within the coverage."""
    if coverage.typed:
        return rows.none()
    paths = PATHS[ledger]
    if coverage.unit is not None:
        rows = rows.filter(_of_units(ledger, campaign, frozenset({coverage.unit})))
    if coverage.regions is not None:
        rows = rows.filter(**{f"{paths.region}__in": coverage.regions})
    if coverage.without:
        rows = rows.exclude(**{f"{paths.region}__in": coverage.without})
    if coverage.without_units:
        rows = rows.exclude(_of_units(ledger, campaign, coverage.without_units))
    return rows


def _of_units(ledger: Ledger, campaign: Campaign, units: frozenset[int]) -> Q:
    """Which rows of a ledger are these units' own."""
    if unit := PATHS[ledger].unit:
        own = Q(**{f"{unit}__in": units})
        return own | Q(task_force__department__in=units) if ledger is Ledger.WORK else own
    led = TaskForce.objects.filter(campaign=campaign, department__in=units)
    return Q(park__in=led.values("park_id"))


def _of_ledger(ledger: Ledger, campaign: Campaign, span: Span) -> QuerySet[Any]:
    if ledger is Ledger.HAZARDS:
        found = Q(found_on__range=span.days)
        closed = Q(status=Status.CLOSED, closed_on__range=span.days, found_on__gte=span.origin)
        return Hazard.objects.filter(found | closed, campaign=campaign).exclude(status=Status.VOID)
    if ledger is Ledger.ENTERPRISES:
        forces = TaskForce.objects.filter(campaign=campaign)
        # Who left after the day was there on it. Inactive without a date: entered by mistake, never there.
        there = Q(active=True) | Q(active=False, left_on__gt=span.end)
        return Enterprise.objects.filter(there, is_micro=True, park__in=forces.values("park_id"))
    if ledger is Ledger.LISTINGS:
        listed = Supervision.objects.filter(hazard__campaign=campaign, hazard__found_on__gte=span.origin)
        return listed.exclude(hazard__status=Status.VOID)
    if ledger in ROWS:
        return ROWS[ledger](campaign, span)
    if ledger is Ledger.RESULTS:
        return InspectionResult.objects.filter(
            outcome=CheckOutcome.FAIL,
            inspection__campaign=campaign,
            inspection__inspected_on__range=span.days,
            inspection__enterprise__isnull=False,
            inspection__voided_on__isnull=True,
        )
    if ledger is Ledger.VISITS:
        return Inspection.objects.filter(
            campaign=campaign,
            inspected_on__range=span.days,
            enterprise__isnull=False,
            voided_on__isnull=True,
        )
    return Enforcement.objects.filter(campaign=campaign, acted_on__range=span.days, voided_on__isnull=True)


def records(
    indicator: Indicator,
    campaign: Campaign,
    as_of: date,
    period: Period | None = None,
    coverage: Coverage = WHOLE,
) -> QuerySet[Any]:
    """The very records that the figure counts: hazards, visits, acts or enterprises."""
    rows = ledger_rows(indicator.ledger, campaign, span := span_of(campaign, as_of, period), coverage)
    if indicator.ledger is Ledger.NOTHING:
        return rows
    return rows.filter(indicator.condition(span, PATHS[indicator.ledger].enterprise))


def figures(
    campaign: Campaign,
    as_of: date,
    period: Period | None = None,
    coverage: Coverage = WHOLE,
    indicators: Sequence[Indicator] = INDICATORS,
) -> Figures:
    """The figures of the campaign or of a part of it: one query a ledger."""
    span = span_of(campaign, as_of, period)
    found: Figures = {}
    for ledger, counted in by_ledger(indicators).items():
        if coverage.typed:
            continue
        enterprise = PATHS[ledger].enterprise
        row = ledger_rows(ledger, campaign, span, coverage).aggregate(
            **{f"n_{one.slug}": one.aggregate(span, enterprise) for one in counted}
        )
        found.update({one.slug: one.number(row[f"n_{one.slug}"]) for one in counted})
    return {one.slug: found.get(one.slug) for one in indicators}


def by_ledger(indicators: Sequence[Indicator]) -> dict[Ledger, list[Indicator]]:
    """Indicators by the ledger that they are counted from, without those that nothing is kept for."""
    found: dict[Ledger, list[Indicator]] = {}
    for one in indicators:
        if one.ledger is not Ledger.NOTHING:
            found.setdefault(one.ledger, []).append(one)
    return found
