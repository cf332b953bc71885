"""Figures against an independent recount in plain Python, on random ledgers."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from campaigns.periods import Period
from hazards.enums import EnforcementKind, Status
from hazards.tallies import rate_text
from reports.figures.counting import Coverage, figures, records
from reports.figures.groups import NOWHERE, figures_by, figures_by_name
from reports.indicators import GROUPINGS, wan
from reports.layouts import zhengyang_2
from tests import factories
from tests.reports.ledgers import (
    ACTS,
    AS_OF,
    DAYS,
    HAZARDS,
    LAST,
    MOVED,
    PERIODS,
    START,
    VISITS,
    LedgerTest,
    examples,
)


class FiguresTest(LedgerTest):
    """Every grouping, every unit, as-of any day and within any period."""

    @examples(40)
    @given(hazards=HAZARDS, visits=VISITS, acts=ACTS, as_of=AS_OF, period=PERIODS, data=st.data())
    def test_equal_a_recount(self, hazards, visits, acts, as_of, period, data):
        ledgers = hazards, visits, acts
        self.fill(*ledgers)

        def counted(coverage):
            return figures(self.campaign, as_of, period, coverage, self.indicators)

        whole = counted(Coverage())
        assert whole == self.recount(ledgers, as_of, period)
        place = data.draw(st.integers(0, 3))
        own = self.recount(ledgers, as_of, period, lambda park, unit, n: unit == place)
        assert counted(Coverage(unit=self.units[place].pk)) == own
        assert counted(Coverage(without_units=frozenset({self.units[place].pk}))) == self.recount(
            ledgers, as_of, period, lambda park, unit, n: unit != place
        )
        east = frozenset({self.east.pk, self.town.pk})
        assert counted(Coverage(regions=east)) == self.recount(
            ledgers, as_of, period, lambda park, unit, n: park in (0, 1)
        )
        assert counted(Coverage(without=east)) == self.recount(
            ledgers, as_of, period, lambda park, unit, n: park not in (0, 1)
        )
        assert set(counted(Coverage(typed=True)).values()) == {None}

    @examples(40)
    @given(hazards=HAZARDS, visits=VISITS, acts=ACTS, as_of=AS_OF, period=PERIODS)
    @example(hazards=MOVED[0], visits=MOVED[1], acts=MOVED[2], as_of=LAST, period=None)
    def test_groups_equal_a_recount(self, hazards, visits, acts, as_of, period):
        ledgers = hazards, visits, acts
        self.fill(*ledgers)
        whole = self.recount(ledgers, as_of, period)
        for by in GROUPINGS:
            found = figures_by(self.campaign, as_of, by, period=period, indicators=self.indicators)
            for key, numbers in found.items():
                assert numbers == self.recount(ledgers, as_of, period, self.group(by, key)), (by, key)
            for one in self.indicators:
                parts = [numbers[one.slug] or 0 for key, numbers in found.items() if self.is_apart(by, key)]
                if one.adds_up and by != "trait":
                    assert sum(parts) == (whole[one.slug] or 0), (by, one.slug)
                assert sum(parts) >= (whole[one.slug] or 0), (by, one.slug)

    def is_apart(self, by, key):
        """Whether the group shares no record with the others so chosen, which make up the whole."""
        return by != "region" or key in (self.city.pk, None)

    @examples(10)
    @given(hazards=HAZARDS, visits=VISITS, acts=ACTS, as_of=AS_OF, by=st.sampled_from(GROUPINGS))
    def test_groups_are_named_the_empty_ones_too(self, hazards, visits, acts, as_of, by):
        ledgers = hazards, visits, acts
        self.fill(*ledgers)
        named = figures_by_name(self.campaign, as_of, by, indicators=self.indicators)
        found = figures_by(self.campaign, as_of, by, indicators=self.indicators)
        assert set(found) <= {key for key, _, _ in named}
        assert len({name for _, name, _ in named}) == len(named)
        for key, name, numbers in named:
            assert numbers == self.recount(ledgers, as_of, None, self.group(by, key)), (by, name)

    @examples(25)
    @given(hazards=HAZARDS, visits=VISITS, as_of=AS_OF, period=PERIODS)
    @example(hazards=MOVED[0], visits=MOVED[1], as_of=LAST, period=None)
    def test_the_monthly_table_equals_a_recount(self, hazards, visits, as_of, period):
        self.fill(hazards, visits, [])
        fourteen = zhengyang_2.indicators(self.campaign)
        told = figures(self.campaign, as_of, period, indicators=fourteen)
        assert told == self.recount_monthly((hazards, visits, []), as_of, period)
        assert [one.slug for one in fourteen] == list(told)

    @examples(25)
    @given(hazards=HAZARDS, visits=VISITS, acts=ACTS, as_of=AS_OF, period=PERIODS)
    def test_records_are_what_was_counted(self, hazards, visits, acts, as_of, period):
        self.fill(hazards, visits, acts)
        numbers = figures(self.campaign, as_of, period, indicators=self.indicators)
        by_slug = {one.slug: one for one in self.indicators}
        for one in self.indicators:
            rows = records(one, self.campaign, as_of, period)
            if one.distinct:
                shown = rows.order_by().values(one.distinct).distinct().count()
            elif one.sums == "amount":
                shown = sum((act.amount for act in rows), Decimal(0)) / 10_000
            elif one.sums:
                shown = sum(getattr(act, one.sums) or 0 for act in rows)
            else:
                shown = rows.count()
            assert shown == (numbers[one.slug] or 0), one.slug
            if one.part_of and period is None:
                whole = records(by_slug[one.part_of], self.campaign, as_of, period)
                assert set(rows.values_list("pk")) <= set(whole.values_list("pk"))

    @examples(25)
    @given(hazards=HAZARDS, visits=VISITS, acts=ACTS, day=DAYS, period=PERIODS)
    def test_cumulative_figures_never_fall_and_hold_their_periods(self, hazards, visits, acts, day, period):
        self.fill(hazards, visits, acts)
        flows = [one for one in self.indicators if not one.stock and one.slug != "told"]
        before = figures(self.campaign, day, indicators=flows)
        after = figures(self.campaign, day + timedelta(days=1), indicators=flows)
        assert all(before[slug] <= after[slug] for slug in before)
        within = figures(self.campaign, day, period, indicators=flows)
        assert all(within[slug] <= before[slug] for slug in before)
        if day < START:
            assert not any(before.values())


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
