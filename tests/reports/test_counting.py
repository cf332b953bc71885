"""Which day, week and month an act falls in, from when on figures count, and whose records they are of."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from campaigns.actions import load_plan
from campaigns.enums import Counting, Extra, Rhythm
from campaigns.models import Campaign, CampaignUnit
from campaigns.park_actions import leave_park, return_to_park
from campaigns.periods import Period, period_before, period_of
from campaigns.plan import read_plan
from hazards import actions
from hazards.enums import EnforcementKind, InspectionKind, Status
from hazards.findings import Finding
from hazards.records.actions import (
    record_enforcement,
    record_inspection,
    void_enforcement,
    void_inspection,
)
from hazards.records.findings import Act, Visit
from parks.models import Trait
from reports.figures.counting import coverage_of, figures, records, span_of
from reports.figures.groups import NOWHERE, figures_by, figures_by_name
from reports.indicators import BY_SLUG, GROUPINGS
from tests import factories

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = date(2021, 9, 15)
KEPT = ("inspected", "found", "rectified", "suspended")


def instant(text):
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def keep_one_of_each(world):
    """What people enter at this moment: a visit, a hazard put right on the spot, an act; dates as given."""
    campaign = Campaign.objects.get(pk=world.campaign.pk)
    today = campaign.today()
    visit = record_inspection(
        campaign,
        Visit(world.park_a, InspectionKind.LAW, world.xincheng, today, world.enterprise_a),
        by=world.lead,
    )
    hazard = actions.report_fixed(
        campaign,
        Finding(world.park_a, "1号楼", "灭火器过期", world.category),
        by=world.tf_a,
        after=[factories.photo()],
    )
    actions.accept(hazard.pk, by=world.lead)
    act = record_enforcement(
        campaign,
        Act(world.park_a, world.enterprise_a, EnforcementKind.SUSPENDED, world.xincheng, today),
        by=world.lead,
    )
    return visit, hazard, act


@pytest.fixture
def running(world):
    """The campaign goes by the wall clock."""
    world.campaign.clock = None
    world.campaign.save()
    return world


@pytest.mark.parametrize(
    ("at", "rhythm", "end"),
    [
        ("2021-09-12T23:59:59", Rhythm.WEEKLY, date(2021, 9, 12)),  # a Sunday
        ("2021-09-13T00:00:00", Rhythm.WEEKLY, date(2021, 9, 19)),
        ("2021-08-31T23:59:59", Rhythm.MONTHLY, date(2021, 8, 31)),
        ("2021-09-01T00:00:00", Rhythm.MONTHLY, date(2021, 9, 30)),
        ("2021-09-15T23:59:59", Rhythm.HALF_MONTHLY, date(2021, 9, 15)),
        ("2021-09-30T23:59:59", Rhythm.THREE_MONTHLY, date(2021, 9, 30)),
        ("2021-12-31T23:59:59", Rhythm.YEARLY, date(2021, 12, 31)),
    ],
)
def test_an_act_falls_in_the_period_of_its_day_in_shanghai(running, at, rhythm, end):
    with time_machine.travel(instant(at), tick=False):
        keep_one_of_each(running)
    day = instant(at).date()
    within = period_of(rhythm, day, running.campaign.week_cutoff)
    assert within.end == end
    before = period_before(rhythm, within, running.campaign.week_cutoff)
    after = period_of(rhythm, end + timedelta(days=1), running.campaign.week_cutoff)
    told = [figures(running.campaign, after.end, period) for period in (before, within, after)]
    assert [[numbers[slug] for slug in KEPT] for numbers in told] == [[0] * 4, [1] * 4, [0] * 4]
    assert [figures(running.campaign, day)[slug] for slug in KEPT] == [1] * 4
    assert not any(figures(running.campaign, day - timedelta(days=1))[slug] for slug in KEPT)


def test_found_on_sunday_and_closed_a_second_later(running):
    with time_machine.travel(instant("2021-09-12T23:59:59"), tick=False) as clock:
        hazard = actions.report_fixed(
            running.campaign,
            Finding(running.park_a, "1号楼", "灭火器过期", running.category),
            by=running.tf_a,
            after=[factories.photo()],
        )
        clock.shift(1)
        actions.accept(hazard.pk, by=running.lead)
    weeks = [running.campaign.week_of(date(2021, 9, day)) for day in (12, 13)]
    told = [figures(running.campaign, week.end, week) for week in weeks]
    assert [(one["found"], one["rectified"]) for one in told] == [(1, 0), (0, 1)]
    assert figures(running.campaign, date(2021, 9, 12))["rectified"] == 0


def test_figures_of_zhengyang_begin_in_june(db):
    """P3 runs from May; its table starts in June, to the day."""
    campaign = load_plan(read_plan("zhengyang-2023")).campaign
    assert campaign.starts_on < date(2023, 6, 1) == campaign.figures_from
    force = campaign.task_forces.first() or factories.TaskForceFactory(campaign=campaign)
    for day in (date(2023, 5, 31), date(2023, 6, 1)):
        factories.HazardFactory(
            task_force=force,
            found_on=day,
            status=Status.CLOSED,
            closed_on=date(2023, 6, 20),
            accepted_by=factories.UserFactory(),
        )
    enterprise = factories.EnterpriseFactory(park=force.park)
    for day in (date(2023, 5, 31), date(2023, 6, 1)):
        factories.InspectionFactory(campaign=campaign, enterprise=enterprise, inspected_on=day)

    def told(as_of, period=None):
        numbers = figures(campaign, as_of, period)
        return numbers["found"], numbers["rectified"], numbers["inspected"]

    assert told(date(2023, 5, 31)) == (0, 0, 0)
    assert told(date(2023, 6, 30)) == (1, 1, 1)
    june = period_of(Rhythm.MONTHLY, date(2023, 6, 30), campaign.week_cutoff)
    assert told(june.end, june) == (1, 1, 1)
    # The week that holds the first of June begins in May: of it, too, only June counts.
    week = Period(date(2023, 5, 29), date(2023, 6, 4))
    assert told(week.end, week) == (1, 0, 1)
    assert span_of(campaign, week.end, week).days == (date(2023, 6, 1), date(2023, 6, 4))


def test_a_running_period_ends_on_the_day(world):
    week = world.campaign.week_of(DAY)
    factories.HazardFactory(task_force=world.task_force_a, found_on=week.end)
    assert figures(world.campaign, DAY, week)["found"] == 0
    assert figures(world.campaign, week.end, week)["found"] == 1


def test_what_is_voided_counts_nowhere(world):
    visit, hazard, act = keep_one_of_each(world)
    other = actions.report(
        world.campaign, Finding(world.park_a, "2号楼", "电线老化", world.category), by=world.tf_a
    )
    assert [figures(world.campaign, DAY)[slug] for slug in KEPT] == [1, 2, 1, 1]
    actions.void(other.pk, by=world.lead, note="重复录入")
    void_inspection(visit.pk, by=world.lead, reason="录错企业")
    void_enforcement(act.pk, by=world.lead, reason="录错企业")
    for period in (None, world.campaign.week_of(DAY)):
        told = figures(world.campaign, DAY, period)
        assert [told[slug] for slug in KEPT] == [0, 1, 1, 0]
        for by in GROUPINGS:
            rows = figures_by(world.campaign, DAY, by, period=period).values()
            assert max(row["found"] for row in rows) == 1 and not any(row["suspended"] for row in rows)
    assert list(records(BY_SLUG["found"], world.campaign, DAY)) == [hazard]


def test_an_enterprise_counts_until_the_day_it_leaves(world):
    def there(day):
        return figures(world.campaign, day)["small_enterprises"]

    assert there(date(2021, 9, 14)) == 2
    left = leave_park(world.enterprise_a, on=date(2021, 9, 14), reason="搬迁", today=DAY, by=world.lead)
    assert [there(date(2021, 9, day)) for day in (13, 14, 15)] == [2, 1, 1]
    assert list(records(BY_SLUG["small_enterprises"], world.campaign, DAY)) == [world.enterprise_b]
    return_to_park(left, by=world.lead)
    assert there(DAY) == 2


# --- whose records ---------------------------------------------------------------------------------


def counts(world, unit, how, region=None):
    unit.region = region
    unit.save()
    CampaignUnit.objects.filter(campaign=world.campaign, department=unit).update(counting=how)


@pytest.fixture
def county(world):
    """Park a lies in a town of the county; a hazard there is another unit's."""
    region = factories.RegionFactory(name="某县")
    town = factories.RegionFactory(name="某镇", parent=region)
    world.park_a.region = town
    world.park_a.save()
    factories.HazardFactory(task_force=world.task_force_a, responsible_department=world.jingfa)
    factories.HazardFactory(task_force=world.task_force_b)
    return region, town


def found(world, unit):
    return figures(world.campaign, DAY, coverage=coverage_of(world.campaign, unit))["found"]


def test_a_county_reports_all_of_its_region(world, county):
    assert found(world, world.xincheng) == 0
    counts(world, world.xincheng, Counting.REGION, county[0])
    assert (found(world, world.xincheng), found(world, world.jingfa), found(world, None)) == (1, 2, 2)


def test_without_a_region_nothing_is_known_rather_than_zero(world, county):
    counts(world, world.xincheng, Counting.REGION)
    assert found(world, world.xincheng) is None
    assert found(world, None) == 2


def test_records_of_a_unit_that_types_count_in_no_other_figure(world, county):
    region, town = county
    counts(world, world.xincheng, Counting.REGION, region)
    counts(world, world.xiaofang, Counting.TYPED, town)
    assert [found(world, unit) for unit in (world.xiaofang, world.xincheng, None)] == [None, 0, 1]
    # Without a region of its own, these are the records that it is responsible for.
    counts(world, world.xiaofang, Counting.OWN)
    counts(world, world.jingfa, Counting.TYPED)
    assert [found(world, unit) for unit in (world.jingfa, world.xincheng, None)] == [None, 0, 0]


@pytest.mark.parametrize("by", ["department", "region"])
def test_a_group_that_is_typed_is_unknown_rather_than_zero(world, county, by):
    counts(world, world.xincheng, Counting.TYPED, county[1])
    coverage = coverage_of(world.campaign, None)
    rows = {
        name: row["found"]
        for _, name, row in figures_by_name(world.campaign, DAY, by, period=None, coverage=coverage)
    }
    assert rows[{"department": "市新城开发建设中心", "region": "某镇"}[by]] is None
    assert {"department": rows.get("市综合行政执法局"), "region": rows.get(NOWHERE)}[by] == 1


# --- groups ----------------------------------------------------------------------------------------


def test_an_enterprise_counts_under_each_of_its_traits(world):
    poison, gas, unused = (Trait.objects.create(name=name) for name in ("使用剧毒", "燃气经营", "特种设备"))
    world.enterprise_a.traits.set([poison, gas])
    for enterprise in (world.enterprise_a, world.enterprise_b, None):
        factories.HazardFactory(task_force=world.task_force_a, enterprise=enterprise)
    rows = figures_by_name(world.campaign, DAY, "trait")
    assert [(name, row["found"], row["small_enterprises"]) for _, name, row in rows] == [
        ("使用剧毒", 1, 1),
        ("燃气经营", 1, 1),
        (NOWHERE, 2, 1),
    ]
    Campaign.objects.filter(pk=world.campaign.pk).update(extras=[Extra.TRAITS])
    rows = figures_by_name(Campaign.objects.get(pk=world.campaign.pk), DAY, "trait")
    assert {key: row["found"] for key, _, row in rows}[unused.pk] == 0


def test_groups_of_one_name_are_told_apart_by_their_region(world):
    for name in ("东县", "西县"):
        park = factories.ParkFactory(name="小微园", region=factories.RegionFactory(name=name))
        force = factories.TaskForceFactory(campaign=world.campaign, park=park, department=world.xincheng)
        factories.HazardFactory(task_force=force)
    for by, kind in (("park", ""), ("task_force", "专班")):
        rows = {name: row["found"] for _, name, row in figures_by_name(world.campaign, DAY, by)}
        assert rows[f"小微园{kind}（东县）"] == rows[f"小微园{kind}（西县）"] == 1
        assert f"甲园{kind}" in rows
