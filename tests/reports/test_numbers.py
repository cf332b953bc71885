"""A roll-up: rows that are counted beside rows that are typed, the rest, and the whole counted again."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from campaigns.enums import Counting, UnitKind
from campaigns.models import Campaign, CampaignUnit
from campaigns.periods import Period
from parks.models import Department, Park
from reports.figures.counting import coverage_of
from reports.figures.groups import NOWHERE
from reports.figures.numbers import UNITS, count
from reports.indicators import INDICATORS
from tests import factories
from tests.reports.ledgers import ACTS, AS_OF, HAZARDS, PERIODS, VISITS, LedgerTest, examples

DAY = date(2021, 9, 15)
SLUGS = [one.slug for one in INDICATORS] + ["told", "visited"]
NUMBERS = st.integers(0, 1000)


class RollUpTest(LedgerTest):
    """East is counted by region, west types its row, office 4 is to report a region and has none."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        for place, counting in ((2, Counting.REGION), (3, Counting.TYPED), (4, Counting.REGION)):
            CampaignUnit.objects.filter(department=cls.units[place]).update(counting=counting, order=place)

    def numbers(self, as_of, unit=None, **asked):
        return count(self.indicators, self.campaign, as_of, unit, **asked)

    @examples(40)
    @given(
        hazards=HAZARDS,
        visits=VISITS,
        acts=ACTS,
        as_of=AS_OF,
        period=PERIODS,
        east=st.dictionaries(st.sampled_from(["small_enterprises", "told"]), NUMBERS),
        west=st.dictionaries(st.sampled_from(SLUGS), NUMBERS),
        bureau=st.dictionaries(st.just("small_enterprises"), NUMBERS),
        lead=st.dictionaries(st.just("told"), NUMBERS),
    )
    def test_equals_a_recount(self, hazards, visits, acts, as_of, period, east, west, bureau, lead):
        ledgers = hazards, visits, acts
        self.fill(*ledgers)
        typed = {self.units[2].pk: east, self.units[3].pk: west, self.units[1].pk: bureau, None: lead}
        told = self.numbers(as_of, period=period, by=UNITS, typed=typed)

        def inside(*parks, within=None):
            return self.recount(ledgers, as_of, within, lambda park, unit, n: park in parks)

        unknown = dict.fromkeys(told.cumulative)
        rows = {key: numbers for key, _, numbers in told.rows}
        rest = inside(3, 4)
        assert rows[self.units[2].pk] == inside(0, 1) | east
        assert rows[self.units[3].pk] == unknown | west
        assert rows[self.units[4].pk] == unknown
        assert rows.get(None, unknown) == (rest if any(rest.values()) else unknown)
        assert self.units[1].pk not in rows
        counted, without_east = inside(0, 1, 3, 4), inside(3, 4)
        whole = {
            slug: self.sum_of(slug, without_east[slug] if slug in east else counted[slug], (east, west))
            for slug in counted
        }
        assert told.cumulative == whole | lead
        for one in self.indicators:
            if one.adds_up and one.slug not in lead:
                parts = [row[one.slug] for row in rows.values() if row[one.slug] is not None]
                assert sum(parts) == (told.cumulative[one.slug] or 0), one.slug
        if period:
            within = {key: numbers for key, _, numbers in told.period_rows}
            assert within[self.units[2].pk] == inside(0, 1, within=period)
            assert within[self.units[3].pk] == unknown
            assert told.period == inside(0, 1, 3, 4, within=period)

    @staticmethod
    def sum_of(slug, counted, typed):
        said = [row[slug] for row in typed if slug in row]
        return sum(said, start=counted or 0) if said else counted

    @examples(15)
    @given(hazards=HAZARDS, visits=VISITS, acts=ACTS, as_of=AS_OF)
    def test_each_unit_hands_in_its_row(self, hazards, visits, acts, as_of):
        """What a unit's own report says is what the roll-up says of it."""
        ledgers = hazards, visits, acts
        self.fill(*ledgers)
        west = {self.units[3].pk: {"found": 7}}
        rows = {key: numbers for key, _, numbers in self.numbers(as_of, by=UNITS, typed=west).rows}
        for place in (2, 3, 4):
            unit = self.units[place]
            assert self.numbers(as_of, unit, typed=west).cumulative == rows[unit.pk], place
        own = self.recount(ledgers, as_of, None, lambda park, unit, n: unit == 1)
        assert self.numbers(as_of, self.units[1]).cumulative == own

    def test_what_was_typed_is_named(self):
        typed = {self.units[3].pk: {"found": 7, "filed": 0}}
        assert self.numbers(DAY, self.units[3], typed=typed).typed == {"found", "filed"}
        assert self.numbers(DAY, typed=typed).typed == frozenset()

    def test_an_assessor_is_no_row(self):
        CampaignUnit.objects.create(
            campaign=self.campaign,
            department=self.units[0],
            kind=UnitKind.ASSESSOR,
            counting=Counting.REGION,
        )
        rows = self.numbers(DAY, by=UNITS).rows
        assert [key for key, _, _ in rows if key] == [self.units[n].pk for n in (2, 3, 4)]
        assert coverage_of(self.campaign, self.units[0]).unit == self.units[0].pk


@pytest.fixture
def two_parks(world):
    """Two enterprises in park a, one in b; a hazard in each; a third unit's that nobody leads."""
    factories.EnterpriseFactory(park=world.park_a)
    for force in (world.task_force_a, world.task_force_b):
        factories.HazardFactory(task_force=force)
    factories.HazardFactory(task_force=world.task_force_a, responsible_department=None)
    return world


def test_units_that_count_their_own_are_rows_when_nobody_reports_a_region(two_parks):
    world = two_parks
    typed = {world.jingfa.pk: {"small_enterprises": 50}, None: {"found": 99}}
    told = count(INDICATORS, world.campaign, DAY, by=UNITS, typed=typed)
    rows = {name: numbers for _, name, numbers in told.rows}
    assert rows["市综合行政执法局"]["small_enterprises"] == 50
    assert rows["市新城开发建设中心"]["small_enterprises"] == 2
    # Its one enterprise makes room for the fifty that it typed.
    assert told.cumulative["small_enterprises"] == 52
    # What the lead bureau typed of the whole stands in the whole, and in no row.
    assert told.cumulative["found"] == 99
    assert rows[NOWHERE]["found"] == 1


def test_rows_of_another_grouping_are_counted_only(two_parks):
    world = two_parks
    typed = {world.jingfa.pk: {"small_enterprises": 50}}
    told = count(INDICATORS, world.campaign, DAY, by="park", typed=typed)
    assert {name: numbers["small_enterprises"] for _, name, numbers in told.rows} == {"甲园": 2, "乙园": 1}


def test_figures_of_the_period_before_stand_beside(two_parks):
    world = two_parks
    factories.HazardFactory(task_force=world.task_force_a, found_on=date(2021, 9, 14))
    weeks = Period(date(2021, 9, 13), date(2021, 9, 19)), Period(date(2021, 8, 30), date(2021, 9, 5))
    told = count(INDICATORS, world.campaign, DAY, period=weeks[0], before=weeks[1])
    assert (told.cumulative["found"], told.period["found"], told.before["found"]) == (4, 1, 3)


def roll_up(units):
    """A campaign of so many counties, each with one hazard; every fifth types its row."""
    campaign = factories.CampaignFactory()
    city = factories.RegionFactory()
    for place in range(units):
        office = factories.DepartmentFactory(region=factories.RegionFactory(parent=city))
        factories.join(campaign, office)
        counting = Counting.TYPED if place % 5 == 4 else Counting.REGION
        CampaignUnit.objects.filter(department=office).update(counting=counting)
        force = factories.TaskForceFactory(
            campaign=campaign, department=office, park=factories.ParkFactory(region=office.region)
        )
        factories.HazardFactory(task_force=force)
    return campaign


def test_as_many_queries_for_forty_counties_as_for_five(db):
    """4 ledgers, each asked for the whole, the period, the one before, and twice for rows and the rest;
    beside them units, parks and the tree of regions.
    """
    period = Period(date(2021, 9, 13), date(2021, 9, 19))
    found, asked = [], []
    for units in (5, 40):
        campaign = roll_up(units)
        typed = {row.department_id: {"found": 3} for row in campaign.unit_rows.filter(counting="typed")}
        with CaptureQueriesContext(connection) as queries:
            told = count(INDICATORS, campaign, DAY, period=period, before=period, by=UNITS, typed=typed)
        found.append((told.cumulative["found"], len(told.rows)))
        asked.append(len(queries))
    assert found == [(4 + 3, 5), (32 + 8 * 3, 40)]
    assert asked[0] == asked[1] <= 4 * 7 + 12


@pytest.fixture
def of_one_place(world):
    """All bureaus sit in the place that leads, as all parks do; 消防大队 works without the system."""
    place = factories.RegionFactory(name="龙港市")
    Department.objects.update(region=place)
    Park.objects.update(region=place)
    for unit, number in ((world.xincheng, 3), (world.jingfa, 2), (world.xiaofang, 5)):
        factories.HazardFactory.create_batch(
            number, task_force=world.task_force_a, category=world.category, responsible_department=unit
        )
    world.campaign.unit_rows.filter(department=world.xiaofang).update(counting=Counting.TYPED)
    world.campaign = Campaign.objects.get(pk=world.campaign.pk)
    return world


def test_a_bureau_that_types_its_row_stands_among_those_that_count(of_one_place):
    """Its region is everybody's: only what it answers for itself is left out and typed instead."""
    world = of_one_place
    typed = {world.xiaofang.pk: {"found": 7}}
    told = count(INDICATORS, world.campaign, DAY, by=UNITS, typed=typed)
    assert {name: figures["found"] for _, name, figures in told.rows} == {
        "市经济发展局": 0, "市新城开发建设中心": 3, "市综合行政执法局": 2, "市消防救援大队": 7
    }  # fmt: skip
    assert told.cumulative["found"] == 12
    assert count(INDICATORS, world.campaign, DAY).cumulative["found"] == 5


def test_two_bureaus_of_one_place_may_both_type(of_one_place):
    world = of_one_place
    rows = {row.department: row for row in world.campaign.unit_rows.filter(kind=UnitKind.MEMBER)}
    second = rows[world.jingfa]
    second.counting = Counting.TYPED
    assert second.counting_fault() == ""
    second.save()
    other = rows[world.xincheng]
    other.counting = Counting.REGION
    assert "重叠" in other.counting_fault()
