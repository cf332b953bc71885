"""Deadline lights, and that the query says the same as the rule."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.enums import Light
from hazards.enums import Status
from hazards.lights import light_of, words
from hazards.models import OPEN, Hazard
from hazards.queries import lit
from tests.factories import HazardFactory, UserFactory

TODAY = date(2021, 9, 15)


@pytest.mark.parametrize(
    ("left", "light", "days"),
    [(4, Light.GREEN, 4), (3, Light.YELLOW, 3), (0, Light.YELLOW, 0), (-1, Light.RED, 1)],
)
def test_edges_of_an_open_one(left, light, days):
    due = TODAY + timedelta(days=left)
    assert light_of(Status.RECTIFYING, due_on=due, done_on=None, today=TODAY) == (light, days)


def test_standing_backfilled_and_void_have_no_light():
    past = date(2021, 1, 1)
    for facts in (
        {"status": Status.RECTIFYING, "due_on": None},
        {"status": Status.RECTIFYING, "due_on": past, "backfilled": True},
        {"status": Status.VOID, "due_on": past},
    ):
        assert light_of(**facts, done_on=None, today=TODAY) == (Light.GREY, None)


def test_waiting_for_acceptance_stops_the_clock():
    due = date(2021, 9, 1)
    assert light_of(Status.SUBMITTED, due_on=due, done_on=due, today=TODAY) == (Light.GREEN, None)
    assert light_of(Status.SUBMITTED, due_on=due, done_on=date(2021, 9, 3), today=TODAY) == (Light.RED, 2)
    assert light_of(Status.SUBMITTED, due_on=due, done_on=None, today=TODAY) == (Light.GREEN, None)


def test_on_closing_on_time_or_late():
    due = date(2021, 9, 1)
    assert light_of(Status.CLOSED, due_on=due, done_on=due, today=TODAY) == (Light.ON_TIME, None)
    assert light_of(Status.CLOSED, due_on=due, done_on=date(2021, 9, 9), today=TODAY) == (Light.LATE, 8)


def test_no_deadline_is_said_only_while_somebody_waits_for_one():
    assert words(Light.GREY, None, Status.REPORTED) == "无期限"
    assert words(Light.GREY, None, Status.CLOSED) == words(Light.GREY, None, Status.VOID) == ""
    assert words(Light.ON_TIME, None, Status.CLOSED) == "按期完成"


@given(st.sampled_from(list(Status)), st.none() | st.dates(), st.none() | st.dates(), st.booleans())
def test_any_dates_give_a_light(status, due_on, done_on, backfilled):
    light, days = light_of(status, due_on=due_on, done_on=done_on, today=TODAY, backfilled=backfilled)
    assert light in Light
    assert days is None or days >= 0


def test_counting_by_query_agrees_with_the_rule(world):
    other = UserFactory()
    found = date(2021, 8, 1)
    for status in Status:
        for left in (None, -10, -1, 0, 3, 4, 20):
            for backfilled in (False, True):
                for done in (None, found, date(2021, 9, 14), date(2021, 9, 16)):
                    closed = status == Status.CLOSED
                    HazardFactory(
                        task_force=world.task_force_a,
                        category=world.category,
                        reported_by=world.tf_a,
                        found_on=found,
                        status=status,
                        due_on=None if left is None else TODAY + timedelta(days=left),
                        done_on=done,
                        backfilled=backfilled,
                        accepted_by=other if closed else None,
                        closed_on=TODAY if closed else None,
                    )
    shown = {hazard: hazard.light(TODAY)[0] for hazard in Hazard.objects.filter(OPEN)}
    for light in (Light.RED, Light.YELLOW, Light.GREEN, Light.GREY):
        counted = set(Hazard.objects.filter(lit(light, TODAY, 3)))
        assert counted == {hazard for hazard, own in shown.items() if own == light} != set()


def test_work_done_in_time_is_not_called_normal_while_it_waits():
    assert words(Light.GREEN, None, Status.SUBMITTED) == "按期整改"
    assert words(Light.GREEN, 5, Status.RECTIFYING) == "正常"
    assert words(Light.GREY, None, Status.CLOSED) == ""
