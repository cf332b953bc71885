"""Generated ledgers, and their figures counted record by record without the code under test."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count

from django.db.models import Q
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from campaigns.enums import Extra
from campaigns.models import CheckItem
from campaigns.periods import Period
from hazards.enums import (
    CheckOutcome,
    EnforcementKind,
    InspectionKind,
    Level,
    Source,
    Status,
    SupervisionLevel,
)
from hazards.models import Enforcement, Hazard, Inspection, InspectionResult, Supervision
from parks.models import Enterprise, Trait
from reports.indicators import INDICATORS, Indicator, Ledger
from reports.layouts import zhengyang_2
from tests import factories

START = date(2021, 7, 1)
AT = timezone.make_aware(datetime(2021, 7, 1, 9, 0))
LAST = date(2021, 8, 10)
DAYS = st.dates(date(2021, 6, 20), LAST)
AS_OF = st.one_of(DAYS, st.just(LAST))
SERIAL = count(1)
NOBODY = None

Inside = Callable[[int, int | None, int | None], bool]
"""Whether a record counts: its park, unit and enterprise, each as its place in the lists of the world."""


def examples(number):
    """Always the same ones; the database makes each of them slow."""
    return settings(
        max_examples=number, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
    )


@dataclass(frozen=True)
class Found:
    force: int
    unit: int | None
    enterprise: int | None
    found: date
    status: str
    lag: int
    major: bool
    listed: tuple[int, ...]
    """Days from finding to each listing."""
    own: bool = False
    """The enterprise found it itself."""

    @property
    def closed(self):
        return self.found + timedelta(days=self.lag) if self.status == Status.CLOSED else None


@dataclass(frozen=True)
class Visit:
    enterprise: int | None
    park: int
    unit: int
    on: date
    voided: bool
    outcomes: tuple[str, str]
    own: bool = False
    """The enterprise looked itself."""


@dataclass(frozen=True)
class Act:
    enterprise: int
    unit: int
    on: date
    kind: str
    fen: int
    persons: int | None
    voided: bool


PARKS, UNITS, ENTERPRISES = st.integers(0, 4), st.integers(0, 3), st.integers(0, 6)
HAZARDS = st.lists(
    st.builds(
        Found,
        force=PARKS,
        unit=st.one_of(st.none(), UNITS),
        enterprise=st.one_of(st.none(), ENTERPRISES),
        found=DAYS,
        status=st.sampled_from(Status.values),
        lag=st.integers(0, 20),
        major=st.booleans(),
        listed=st.lists(st.integers(0, 20), max_size=2).map(lambda days: tuple(sorted(days))),
        own=st.booleans(),
    ),
    max_size=20,
)
VISITS = st.lists(
    st.builds(
        Visit,
        enterprise=st.one_of(st.none(), ENTERPRISES),
        park=PARKS,  # where it was then: enterprises move
        unit=UNITS,
        on=DAYS,
        voided=st.booleans(),
        outcomes=st.tuples(*[st.sampled_from(["", *CheckOutcome.values])] * 2),
        own=st.booleans(),
    ),
    max_size=12,
)
ACTS = st.lists(
    st.builds(
        Act,
        enterprise=ENTERPRISES,
        unit=UNITS,
        on=DAYS,
        kind=st.sampled_from(
            [
                EnforcementKind.FILED,
                EnforcementKind.FINE,
                EnforcementKind.SUSPENDED,
                EnforcementKind.SHUT_DOWN,
                EnforcementKind.TRANSFERRED,
                EnforcementKind.DEMOLISHED,
                EnforcementKind.SEALED,
            ]
        ),
        fen=st.integers(0, 10**9),
        persons=st.one_of(st.none(), st.integers(0, 9)),
        voided=st.booleans(),
    ),
    max_size=14,
)
PERIODS = st.one_of(st.none(), st.tuples(DAYS, DAYS).map(lambda days: Period(min(days), max(days))))

MOVED = (
    [Found(force, 2, 0, date(2021, 7, 5), Status.CLOSED, 3, True, (1, 2)) for force in (0, 1, 0)],
    [
        Visit(0, park, 1, date(2021, 7, 6), False, (CheckOutcome.FAIL, CheckOutcome.FAIL))
        for park in (0, 1, 2, 4)
    ],
    [Act(0, unit, date(2021, 7, 7), EnforcementKind.SUSPENDED, 0, 1, False) for unit in (0, 1, 2)],
)
"""An enterprise seen in one park, then in another of the same county, of another, and of none."""

TRAITS = ({0, 1}, {0}, set(), {1}, {0, 1}, set(), {1})
"""Of each enterprise, by place in the list."""
LEADS = (2, 1, 3, 0, 2)
"""Of each park, the unit that leads its task force."""
LEFT = date(2021, 7, 20)
MICRO = (0, 1, 2, 3, 6)
"""Not 4, which was entered by mistake, nor 5, which is big; 3 has left, see LEFT."""


def one(slug, ledger, counts, **how):
    return Indicator(slug, slug, "个", "测试用", "测试用", ledger, counts, **how)


class LedgerTest(TestCase):
    """City bureaus 0 and 1, county offices 2 (east) and 3 (west), 4 without a region.

    Parks: 0 in a town of the east, 1 in the east, 2 in the west, 3 in the city itself, 4 in no region.
    Enterprise n stands in park n % 5.
    """

    @classmethod
    def setUpTestData(cls):
        city = factories.RegionFactory(name="全市")
        east = factories.RegionFactory(name="东县", parent=city)
        west = factories.RegionFactory(name="西县", parent=city)
        town = factories.RegionFactory(name="东县甲镇", parent=east)
        cls.city, cls.east, cls.west, cls.town = city, east, west, town
        above = {town: [town, east, city], east: [east, city], west: [west, city], city: [city], None: [None]}
        regions = (town, east, west, city, None)
        cls.lines = [[place and place.pk for place in above[region]] for region in regions]
        cls.units = [factories.DepartmentFactory(region=place) for place in (city, city, east, west, None)]
        cls.campaign = factories.CampaignFactory(
            lead_department=cls.units[0], starts_on=START, extras=[Extra.TRAITS]
        )
        factories.join(cls.campaign, *cls.units)
        cls.category = factories.CategoryFactory(campaign=cls.campaign)
        cls.parks = [factories.ParkFactory(region=region) for region in regions]
        cls.forces = [
            factories.TaskForceFactory(campaign=cls.campaign, park=park, department=cls.units[lead])
            for park, lead in zip(cls.parks, LEADS, strict=True)
        ]
        cls.enterprises = [factories.EnterpriseFactory(park=cls.parks[n % 5]) for n in range(7)]
        cls.enterprises[5].employees = 900
        cls.enterprises[5].save()
        Enterprise.objects.filter(pk=cls.enterprises[4].pk).update(active=False)
        Enterprise.objects.filter(pk=cls.enterprises[3].pk).update(active=False, left_on=LEFT)
        factories.EnterpriseFactory()  # in a park outside the campaign
        cls.traits = [Trait.objects.create(name=name, order=n) for n, name in enumerate(("剧毒", "燃气"))]
        for enterprise, traits in zip(cls.enterprises, TRAITS, strict=True):
            enterprise.traits.set([cls.traits[n] for n in traits])
        cls.items = [
            CheckItem.objects.create(campaign=cls.campaign, order=n, text=zhengyang_2.ITEMS[n][1])
            for n in (0, 1)
        ]
        cls.user = factories.UserFactory(department=cls.units[0])
        cls.other = factories.UserFactory(department=cls.units[1])
        item = cls.items[0].pk
        cls.indicators = (
            *INDICATORS,
            one("visited", Ledger.VISITS, lambda span: Q(), distinct="enterprise"),
            one("failed", Ledger.RESULTS, lambda span: Q(item=item), distinct="inspection__enterprise"),
            one("failures", Ledger.RESULTS, lambda span: Q()),
            one(
                "listed",
                Ledger.LISTINGS,
                lambda span: Q(published_on__range=span.days),
                distinct="hazard",
            ),
            one("toxic", Ledger.HAZARDS, lambda span: Q(found_on__range=span.days), traits=("剧毒",)),
            one(
                "torn_down",
                Ledger.ACTS,
                lambda span: Q(kind=EnforcementKind.DEMOLISHED),
                sums="area",
            ),
            one("told", Ledger.NOTHING, lambda span: Q(), may_be_typed=True),
        )

    def fill(self, hazards, visits, acts):
        made = Hazard.objects.bulk_create(self.hazard(one) for one in hazards)
        Supervision.objects.bulk_create(
            self.listing(hazard, fact, serial)
            for hazard, fact in zip(made, hazards, strict=True)
            for serial in range(len(fact.listed))
        )
        seen = Inspection.objects.bulk_create(self.visit(one) for one in visits)
        InspectionResult.objects.bulk_create(
            InspectionResult(inspection=visit, item=item, outcome=outcome)
            for visit, fact in zip(seen, visits, strict=True)
            for item, outcome in zip(self.items, fact.outcomes, strict=True)
            if outcome
        )
        Enforcement.objects.bulk_create(self.act(one) for one in acts)

    def hazard(self, one):
        return Hazard(
            campaign=self.campaign,
            number=f"P-{next(SERIAL)}",
            park=self.parks[one.force],
            task_force=self.forces[one.force],
            enterprise=NOBODY if one.enterprise is None else self.enterprises[one.enterprise],
            place="1号楼",
            description="通道堵塞",
            category=self.category,
            level=Level.MAJOR if one.major else Level.GENERAL,
            found_on=one.found,
            source=Source.SELF_CHECK if one.own else Source.PATROL,
            responsible_department=NOBODY if one.unit is None else self.units[one.unit],
            status=one.status,
            closed_on=one.closed,
            accepted_by=self.other if one.closed else None,
            reported_by=self.user,
            reported_at=AT,
        )

    def listing(self, hazard, fact, serial):
        """Only the last listing still stands; before it is published again, one is lifted."""
        on = fact.found + timedelta(days=fact.listed[serial])
        last = serial == len(fact.listed) - 1
        return Supervision(
            hazard=hazard,
            level=SupervisionLevel.values[0],
            number=f"{serial}",
            published_on=on,
            due_on=on,
            by=self.user,
            lifted_on=None if last else on,
        )

    def visit(self, one):
        return Inspection(
            campaign=self.campaign,
            park=self.parks[one.park],
            enterprise=NOBODY if one.enterprise is None else self.enterprises[one.enterprise],
            department=self.units[one.unit],
            kind=InspectionKind.SELF_CHECK if one.own else InspectionKind.LAW,
            inspected_on=one.on,
            voided_on=one.on if one.voided else None,
            recorded_by=self.user,
            recorded_at=AT,
        )

    def act(self, one):
        return Enforcement(
            campaign=self.campaign,
            enterprise=self.enterprises[one.enterprise],
            kind=one.kind,
            department=self.units[one.unit],
            acted_on=one.on,
            amount=Decimal(one.fen) / 100,
            area=Decimal(one.fen % 10**6) / 100,
            persons=one.persons,
            voided_on=one.on if one.voided else None,
            recorded_by=self.user,
            recorded_at=AT,
        )

    def recount(self, ledgers, as_of, period=None, inside: Inside = lambda park, unit, enterprise: True):
        """What each indicator says of the records inside, counted one by one."""
        hazards, visits, acts = ledgers
        start = max(START, period.start) if period else START
        end = min(period.end, as_of) if period else as_of
        mine = [
            h
            for h in hazards
            if h.status != Status.VOID and h.found >= START and inside(h.force, h.unit, h.enterprise)
        ]
        found = [h for h in mine if start <= h.found <= end]
        closed = [h for h in mine if h.closed and start <= h.closed <= end]
        seen = [
            v
            for v in visits
            if not v.voided
            and v.enterprise is not None
            and start <= v.on <= end
            and inside(v.park, v.unit, v.enterprise)
        ]
        done = [
            a
            for a in acts
            if not a.voided and start <= a.on <= end and inside(a.enterprise % 5, a.unit, a.enterprise)
        ]
        there = [n for n in MICRO if (n != 3 or end < LEFT) and inside(n % 5, LEADS[n % 5], n)]

        def of(kind):
            return [act for act in done if act.kind == kind]

        return {
            "small_enterprises": len(there),
            "inspected": len(seen),
            "found": len(found),
            "found_major": len([h for h in found if h.major]),
            "rectified": len(closed),
            "rectified_major": len([h for h in closed if h.major]),
            "filed": len(of(EnforcementKind.FILED)),
            "fines": Decimal(sum(a.fen for a in of(EnforcementKind.FINE))) / 1_000_000,
            "suspended": len({a.enterprise for a in of(EnforcementKind.SUSPENDED)}),
            "shut_down": len({a.enterprise for a in of(EnforcementKind.SHUT_DOWN)}),
            "transferred": sum(a.persons or 0 for a in of(EnforcementKind.TRANSFERRED)),
            "visited": len({v.enterprise for v in seen}),
            "failed": len({v.enterprise for v in seen if v.outcomes[0] == CheckOutcome.FAIL}),
            "failures": sum(v.outcomes.count(CheckOutcome.FAIL) for v in seen),
            "listed": len(
                [h for h in mine if any(start <= h.found + timedelta(days=n) <= end for n in h.listed)]
            ),
            "toxic": len([h for h in found if h.enterprise is not None and 0 in TRAITS[h.enterprise]]),
            "torn_down": Decimal(sum(a.fen % 10**6 for a in of(EnforcementKind.DEMOLISHED))) / 100,
            "told": None,
        }

    def recount_monthly(self, ledgers, as_of, period=None):
        """P3's fourteen of the whole, the same way."""
        hazards, visits, _ = ledgers
        start = max(START, period.start) if period else START
        end = min(period.end, as_of) if period else as_of
        major = [h for h in hazards if h.status != Status.VOID and h.found >= START and h.major]
        found = [h for h in major if start <= h.found <= end]
        closed = [h for h in major if h.closed and start <= h.closed <= end]
        # A listing counts whatever the level is by now.
        listed = [
            (h, [h.found + timedelta(days=n) for n in h.listed])
            for h in hazards
            if h.status != Status.VOID and h.found >= START and h.listed
        ]
        sampled = [
            v
            for v in visits
            if not v.voided and not v.own and v.enterprise is not None and start <= v.on <= end
        ]
        told = {
            "self_found": len([h for h in found if h.own]),
            "self_rectified": len([h for h in closed if h.own]),
            "checked_found": len([h for h in found if not h.own]),
            "checked_rectified": len([h for h in closed if not h.own]),
            "listed": len([h for h, days in listed if any(start <= day <= end for day in days)]),
            "listed_rectified": len(
                [h for h, days in listed if h.closed and start <= h.closed <= end and min(days) <= end]
            ),
            "sampled": len({v.enterprise for v in sampled}),
        }
        for place, (slug, _) in enumerate(zhengyang_2.ITEMS):
            failed = {v.enterprise for v in sampled if place < 2 and v.outcomes[place] == CheckOutcome.FAIL}
            told[slug] = len(failed) if place < 2 else None
        return told

    def group(self, by, key) -> Inside:
        """The records of one group of a grouping."""

        def of_traits(enterprise):
            own = TRAITS[enterprise] if enterprise is not None else set()
            return [self.traits[n].pk for n in own] or [None]

        return {
            "department": lambda park, unit, n: key == (None if unit is None else self.units[unit].pk),
            "park": lambda park, unit, n: key == self.parks[park].pk,
            "task_force": lambda park, unit, n: key == self.forces[park].pk,
            "region": lambda park, unit, n: key in self.lines[park],
            "trait": lambda park, unit, n: key in of_traits(n),
        }[by]
