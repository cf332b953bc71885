"""The light of due work, its words, and the queries that go by the same rule."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.enums import Light
from campaigns.lights import is_backfilled, light_of_due, light_of_occurrence
from campaigns.models import Occurrence
from campaigns.work.queries import backfilled, overdue
from tests import factories

TODAY = date(2021, 9, 15)


@pytest.mark.parametrize(
    ("left", "light", "words"),
    [
        (10, Light.GREEN, "还有 10 天"),
        (4, Light.GREEN, "还有 4 天"),
        (3, Light.YELLOW, "还有 3 天"),
        (0, Light.YELLOW, "今日到期"),
        (-5, Light.RED, "逾期 5 天"),
    ],
)
def test_open_work(left, light, words):
    assert light_of_due(TODAY + timedelta(days=left), None, TODAY, 3) == (light, words)


def test_done_work():
    due = date(2021, 9, 10)
    assert light_of_due(due, due, TODAY, 3) == (Light.ON_TIME, "按期完成")
    assert light_of_due(due, date(2021, 9, 1), TODAY, 3) == (Light.ON_TIME, "按期完成")
    assert light_of_due(due, date(2021, 9, 12), TODAY, 3) == (Light.LATE, "逾期 2 天完成")


def test_what_no_date_presses_is_grey():
    assert light_of_due(None, None, TODAY, 3) == (Light.GREY, "常态化")
    old = date(2021, 1, 1)
    assert light_of_due(old, None, TODAY, 3, backfilled=True) == (Light.GREY, "补录")
    assert light_of_due(old, TODAY, TODAY, 3, backfilled=True) == (Light.GREY, "已完成（补录）")


@pytest.mark.django_db
def test_a_date_before_the_issue_is_a_back_fill():
    campaign = factories.CampaignFactory(issued_on=date(2021, 7, 10), starts_on=date(2021, 7, 1))
    assert is_backfilled(campaign, date(2021, 7, 9)) and not is_backfilled(campaign, date(2021, 7, 10))
    campaign.issued_on = None
    assert is_backfilled(campaign, date(2021, 6, 30)) and not is_backfilled(campaign, date(2021, 7, 1))
    assert not is_backfilled(campaign, None)


@pytest.mark.django_db
@pytest.mark.parametrize("issued_on", [date(2021, 7, 10), None])
def test_queries_and_lights_agree(issued_on):
    campaign = factories.CampaignFactory(issued_on=issued_on, starts_on=date(2021, 7, 1), clock=TODAY)
    duty = campaign.report_duties.create(name="周报", rhythm="weekly")
    days = [None, *(date(2021, 6, 20) + timedelta(days=5 * n) for n in range(25))]
    Occurrence.objects.bulk_create(
        Occurrence(
            campaign=campaign,
            report=duty,
            department=campaign.lead_department,
            period=f"{n}-{done}",
            due_on=day,
            done_on=TODAY if done else None,
        )
        for n, day in enumerate(days)
        for done in (True, False)
    )
    lit = {row: light_of_occurrence(row, campaign, TODAY) for row in campaign.occurrences.all()}
    red = {row for row, (light, _) in lit.items() if light == Light.RED}
    assert red == set(campaign.occurrences.filter(overdue(TODAY))) and red
    told = {row for row, (_, words) in lit.items() if "补录" in words}
    assert told == set(campaign.occurrences.filter(backfilled())) and told


@given(st.dates(), st.none() | st.dates(), st.dates(), st.integers(0, 30), st.booleans())
def test_a_light_always_has_words(due_on, done_on, today, yellow_days, old):
    light, words = light_of_due(due_on, done_on, today, yellow_days, backfilled=old)
    assert light in Light and words and (light == Light.RED) <= (done_on is None and due_on < today)
