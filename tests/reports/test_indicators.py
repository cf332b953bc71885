"""Figures against an independent recount in plain Python, on random ledgers."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from campaigns.periods import Period
from hazards.enums import EnforcementKind, Level, Status
from hazards.models import Enforcement, Hazard, Inspection
from hazards.tallies import rate_text
from parks.models import Enterprise
from reports.groups import NOWHERE, figures_by, figures_by_name
from reports.indicators import GROUPINGS, INDICATORS, figures, records, wan
from tests import factories

START = date(2021, 7, 1)
AT = timezone.make_aware(datetime(2021, 7, 1, 9, 0))
DAYS = st.dates(date(2021, 6, 20), date(2021, 8, 10))
SERIAL = count(1)


@dataclass(frozen=True)
class Found:
    force: int
    unit: int | None
    found: date
    status: str
    lag: int
    major: bool

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


@dataclass(frozen=True)
class Act:
    enterprise: int
    unit: int
    on: date
    kind: str
    fen: int
    persons: int | None
    voided: bool


HAZARDS = st.lists(
    st.builds(
        Found,
        force=st.integers(0, 3),
        unit=st.one_of(st.none(), st.integers(0, 2)),
        found=DAYS,
        status=st.sampled_from(Status.values),
        lag=st.integers(0, 20),
        major=st.booleans(),
    ),
    max_size=25,
)
VISITS = st.lists(
    st.builds(
        Visit,
        enterprise=st.one_of(st.none(), st.integers(0, 5)),
        park=st.integers(0, 3),
        unit=st.integers(0, 2),
        on=DAYS,
        voided=st.booleans(),
    ),
    max_size=12,
)
ACTS = st.lists(
    st.builds(
        Act,
        enterprise=st.integers(0, 5),
        unit=st.integers(0, 2),
        on=DAYS,
        kind=st.sampled_from(
            [
                EnforcementKind.FILED,
                EnforcementKind.FINE,
                EnforcementKind.SUSPENDED,
                EnforcementKind.SHUT_DOWN,
                EnforcementKind.TRANSFERRED,
                EnforcementKind.SEALED,
            ]
        ),
        fen=st.integers(0, 10**9),
        persons=st.one_of(st.none(), st.integers(0, 9)),
        voided=st.booleans(),
    ),
    max_size=16,
)
PERIODS = st.one_of(st.none(), st.tuples(DAYS, DAYS).map(lambda days: Period(min(days), max(days))))


class FiguresTest(TestCase):
    """Three units, four parks in a tree of regions (one without any), six enterprises."""

    @classmethod
    def setUpTestData(cls):
        city = factories.RegionFactory(name="全市")
        county = factories.RegionFactory(name="甲县", parent=city)
        town = factories.RegionFactory(name="甲镇", parent=county)
        cls.line = {town.pk: [town.pk, county.pk, city.pk], county.pk: [county.pk, city.pk], None: [None]}
        cls.units = [factories.DepartmentFactory() for _ in range(3)]
        cls.campaign = factories.CampaignFactory(lead_department=cls.units[0], starts_on=START)
        factories.join(cls.campaign, *cls.units)
        cls.category = factories.CategoryFactory(campaign=cls.campaign)
        cls.parks = [factories.ParkFactory(region=region) for region in (town, town, county, None)]
        cls.forces = [
            factories.TaskForceFactory(campaign=cls.campaign, park=park, department=cls.units[index % 2])
            for index, park in enumerate(cls.parks)
        ]
        cls.enterprises = [factories.EnterpriseFactory(park=cls.parks[index % 4]) for index in range(6)]
        cls.enterprises[5].employees = 900
        cls.enterprises[5].save()
        Enterprise.objects.filter(pk=cls.enterprises[4].pk).update(active=False)
        factories.EnterpriseFactory()  # in a park outside the campaign
        cls.user = factories.UserFactory(department=cls.units[0])
        cls.other = factories.UserFactory(department=cls.units[1])

    def fill(self, hazards, visits, acts):
        Hazard.objects.bulk_create(
            Hazard(
                campaign=self.campaign,
                number=f"P-{next(SERIAL)}",
                park=self.parks[one.force],
                task_force=self.forces[one.force],
                place="1号楼",
                description="通道堵塞",
                category=self.category,
                level=Level.MAJOR if one.major else Level.GENERAL,
                found_on=one.found,
                responsible_department=None if one.unit is None else self.units[one.unit],
                status=one.status,
                closed_on=one.closed,
                accepted_by=self.other if one.closed else None,
                reported_by=self.user,
                reported_at=AT,
            )
            for one in hazards
        )
        Inspection.objects.bulk_create(
            Inspection(
                campaign=self.campaign,
                park=self.parks[self.park_of(one)],
                enterprise=None if one.enterprise is None else self.enterprises[one.enterprise],
                department=self.units[one.unit],
                inspected_on=one.on,
                voided_on=one.on if one.voided else None,
                recorded_by=self.user,
                recorded_at=AT,
            )
            for one in visits
        )
        Enforcement.objects.bulk_create(
            Enforcement(
                campaign=self.campaign,
                enterprise=self.enterprises[one.enterprise],
                kind=one.kind,
                department=self.units[one.unit],
                acted_on=one.on,
                amount=Decimal(one.fen) / 100,
                persons=one.persons,
                voided_on=one.on if one.voided else None,
                recorded_by=self.user,
                recorded_at=AT,
            )
            for one in acts
        )

    @staticmethod
    def park_of(visit):
        return visit.park if visit.enterprise is None else visit.enterprise % 4

    def groups(self, by, park, unit=None, force=None):
        """Ids of the groups to which a record of that park and unit belongs."""
        if by == "department":
            return [unit]
        if by == "park":
            return [self.parks[park].pk]
        if by == "task_force":
            return [self.forces[park].pk]
        return self.line[self.parks[park].region_id]

    def recount(self, ledgers, start, end, origin, by=None, key=None, only=None):
        """Count one group (or everything) record by record, without the code under test."""
        hazards, visits, acts = ledgers
        pk = lambda index: None if index is None else self.units[index].pk  # noqa: E731

        def counts(park, unit):
            if only is not None and unit != only:
                return False
            return by is None or key in self.groups(by, park, unit)

        micro = (0, 1, 2, 3)
        lead = {n: self.units[(n % 4) % 2].pk for n in range(6)}
        mine = [h for h in hazards if h.status != Status.VOID and counts(h.force, pk(h.unit))]
        found = [h for h in mine if start <= h.found <= end]
        closed = [h for h in mine if h.closed and start <= h.closed <= end and h.found >= origin]
        seen = [
            v
            for v in visits
            if not v.voided and v.enterprise is not None and start <= v.on <= end
            and counts(self.park_of(v), pk(v.unit))
        ]  # fmt: skip
        done = [
            a for a in acts if not a.voided and start <= a.on <= end and counts(a.enterprise % 4, pk(a.unit))
        ]

        def of(kind):
            return [act for act in done if act.kind == kind]

        return {
            "small_enterprises": len([n for n in micro if counts(n % 4, lead[n])]),
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
        }

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(hazards=HAZARDS, visits=VISITS, acts=ACTS, as_of=DAYS, period=PERIODS, data=st.data())
    def test_equal_a_recount(self, hazards, visits, acts, as_of, period, data):
        ledgers = hazards, visits, acts
        self.fill(*ledgers)
        start = period.start if period else min(START, as_of)
        end, origin = (period.end, min(START, start)) if period else (as_of, start)
        assert figures(self.campaign, as_of, period) == self.recount(ledgers, start, end, origin)
        unit = data.draw(st.sampled_from(self.units))
        own = self.recount(ledgers, start, end, origin, only=unit.pk)
        assert figures(self.campaign, as_of, period, unit) == own
        by = data.draw(st.sampled_from(GROUPINGS))
        for key, numbers in figures_by(self.campaign, as_of, by, period).items():
            assert numbers == self.recount(ledgers, start, end, origin, by, key), (by, key)
        named = figures_by_name(self.campaign, as_of, by, period)
        for key, name, numbers in named:
            assert numbers == self.recount(ledgers, start, end, origin, by, key), (by, name)
        total = figures(self.campaign, as_of, period)
        for slug in ("found", "rectified", "inspected", "filed", "transferred"):
            if by != "region":
                assert sum(numbers[slug] for _, _, numbers in named) == total[slug]

    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(hazards=HAZARDS, visits=VISITS, acts=ACTS, as_of=DAYS, period=PERIODS)
    def test_records_are_what_was_counted(self, hazards, visits, acts, as_of, period):
        self.fill(hazards, visits, acts)
        numbers = figures(self.campaign, as_of, period)
        for indicator in INDICATORS:
            rows = records(indicator, self.campaign, as_of, period)
            if indicator.sums == "enterprise":
                shown = rows.order_by().values("enterprise").distinct().count()
            elif indicator.sums == "amount":
                shown = sum((act.amount for act in rows), Decimal(0)) / 10_000
            elif indicator.sums == "persons":
                shown = sum(act.persons or 0 for act in rows)
            else:
                shown = rows.count()
            assert shown == numbers[indicator.slug], indicator.slug
            if indicator.part_of:
                whole = records(next(i for i in INDICATORS if i.slug == indicator.part_of),
                                self.campaign, as_of, period)  # fmt: skip
                if period is None:
                    assert set(rows.values_list("pk")) <= set(whole.values_list("pk"))

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(hazards=HAZARDS, visits=VISITS, acts=ACTS, day=DAYS)
    def test_cumulative_figures_never_fall(self, hazards, visits, acts, day):
        self.fill(hazards, visits, acts)
        before, after = figures(self.campaign, day), figures(self.campaign, day + timedelta(days=1))
        if day >= START:
            assert all(before[slug] <= after[slug] for slug in before)


def test_few_queries_however_many_groups(world, django_assert_num_queries):
    factories.HazardFactory(task_force=world.task_force_a)
    with django_assert_num_queries(4):
        figures(world.campaign, date(2021, 9, 15))
    with django_assert_num_queries(5):  # and the task forces
        figures_by(world.campaign, date(2021, 9, 15), "department")
    for _ in range(5):
        factories.HazardFactory(task_force=factories.TaskForceFactory(campaign=world.campaign))
    with django_assert_num_queries(5):
        figures_by(world.campaign, date(2021, 9, 15), "department")


def test_an_enterprise_stopped_by_two_units_is_one_in_the_total(world):
    for unit in (world.xincheng, world.jingfa):
        factories.EnforcementFactory(
            campaign=world.campaign,
            enterprise=world.enterprise_a,
            department=unit,
            kind=EnforcementKind.SUSPENDED,
        )
    day = date(2021, 9, 15)
    assert figures(world.campaign, day)["suspended"] == 1
    by_unit = figures_by(world.campaign, day, "department")
    assert by_unit[world.xincheng.pk]["suspended"] == by_unit[world.jingfa.pk]["suspended"] == 1


def test_another_campaigns_records_do_not_count(world):
    factories.HazardFactory(task_force=world.task_force_c)
    assert figures(world.campaign, date(2021, 9, 15))["found"] == 0


def test_back_fills_count_neither_as_found_nor_as_rectified(world):
    factories.HazardFactory(
        task_force=world.task_force_a,
        found_on=date(2021, 6, 30),
        status=Status.CLOSED,
        closed_on=date(2021, 7, 9),
        accepted_by=world.lead,
    )
    numbers = figures(world.campaign, date(2021, 9, 15))
    assert (numbers["found"], numbers["rectified"]) == (0, 0)
    week = Period(date(2021, 7, 5), date(2021, 7, 11))
    assert figures(world.campaign, date(2021, 9, 15), week)["rectified"] == 0


def test_figures_from_moves_the_first_day(world):
    world.campaign.figures_from = date(2021, 8, 1)
    factories.HazardFactory(task_force=world.task_force_a, found_on=date(2021, 7, 31))
    factories.HazardFactory(task_force=world.task_force_a, found_on=date(2021, 8, 1))
    assert figures(world.campaign, date(2021, 9, 15))["found"] == 1


def test_units_with_nothing_are_listed_with_zeros_and_strays_are_named(world):
    factories.HazardFactory(task_force=world.task_force_a, responsible_department=None)
    rows = figures_by_name(world.campaign, date(2021, 9, 15), "department")
    assert [name for _, name, _ in rows] == [
        "市经济发展局",
        "市新城开发建设中心",
        "市综合行政执法局",
        "市消防救援大队",
        NOWHERE,
    ]
    assert rows[0][2]["found"] == 0
    assert rows[-1][2]["found"] == 1


@pytest.mark.parametrize(
    ("closed", "found", "shown"),
    [(0, 0, "/"), (0, 3, "0.0%"), (1, 3, "33.3%"), (2, 3, "66.7%"), (1, 16, "6.3%"), (3, 3, "100.0%")],
)
def test_rate_is_rounded_half_up_from_raw_counts(closed, found, shown):
    assert rate_text(closed, found) == shown


@pytest.mark.parametrize(
    ("yuan", "shown"),
    [
        ("0", "0"),
        ("10000", "1"),
        ("100000", "10"),
        ("12345.67", "1.234567"),
        ("5000.00", "0.5"),
        ("0.01", "0.000001"),
    ],
)
def test_wan_is_exact_without_zeros_at_the_end(yuan, shown):
    assert f"{wan(Decimal(yuan)):f}" == shown
