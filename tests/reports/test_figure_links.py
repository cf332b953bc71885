"""Each figure of each page leads to exactly as many records as it says, for whoever looks."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from campaigns.models import Measure, Occurrence
from hazards.models import Hazard
from reports.actions import Asked, compile_report
from reports.layouts import weekly
from tests import factories
from tests.reports.figure_links import COUNTS, figures_on
from tests.reports.figure_worlds import LAST_WEEK, fill_ledger

TODAY = date(2021, 9, 15)
WORK = (
    ("排查用电", -9, None),
    ("排查燃气", -3, TODAY),
    ("排查通道", 0, None),
    ("排查粉尘", 1, None),
    ("夜间排查用电", 10, TODAY),
    ("复查", 12, None),
)
"""Title, days from today until it is due, day on which it was done."""


@pytest.fixture
def busy(world):
    """A ledger, measures with hazards and without, work that is late, due, done and without a date."""
    fill_ledger(world)
    measure = Measure.objects.create(
        campaign=world.campaign, category=world.category, order=1, title="清理通道", due_on=date(2021, 9, 10)
    )
    Hazard.objects.filter(found_on__month=9).update(measure=measure)
    for holder in (world.xincheng, world.jingfa, world.task_force_a, world.task_force_b):
        for title, days, done in WORK:
            due = TODAY + timedelta(days=days)
            item = world.campaign.work_items.filter(title=title).first()
            item = item or factories.work_item(world.campaign, title, due_on=due)
            factories.occurrence(holder, item, done_on=done)
    owed = {"department": world.xincheng, "due_on": measure.due_on, "period": "once", "quota": 1}
    Occurrence.objects.create(campaign=world.campaign, measure=measure, **owed)
    return world


def pages(world):
    """Every page that shows figures of records."""
    reports = [
        compile_report(Asked(world.campaign, unit, weekly.FORM, LAST_WEEK))[0]
        for unit in (None, world.xincheng)
    ]
    measure = Measure.objects.get(campaign=world.campaign)
    return [
        reverse("reports:home"),
        reverse("campaign:home"),
        reverse("campaign:measure", args=[measure.pk]),
        *(reverse("campaign:unit", args=[unit.pk]) for unit in (world.xincheng, world.jingfa)),
        reverse("campaigns:task_forces"),
        reverse("parks:list"),
        *(reverse("parks:detail", args=[park.pk]) for park in (world.park_a, world.park_b)),
        reverse("parks:enterprise", args=[world.enterprise_a.pk]),
        reverse("hazards:tabs"),
        *(reverse("reports:detail", args=[report.pk]) for report in reports),
        *(reverse("reports:figure", args=[report.pk, "found"]) for report in reports),
    ]


@pytest.mark.parametrize(
    ("who", "least"),
    [("lead", 120), ("leader", 120), ("dept_xincheng", 60), ("dept_jingfa", 30), ("tf_a", 30)],
)
def test_every_figure_leads_to_as_many_records(busy, client, who, least):
    addresses = pages(busy)
    client.force_login(getattr(busy, who))
    wrong, followed, views = [], {}, set()
    for address in addresses:
        response = client.get(address)
        if response.status_code in (403, 404):
            continue
        for href, number, view in figures_on(response):
            if href not in followed:
                listed = client.get(href)
                assert listed.status_code == 200, (address, href)
                followed[href] = COUNTS[view](listed.context)
            views.add(view)
            if followed[href] != number:
                wrong.append((address, href, number, followed[href]))
    assert wrong == [], "\n".join(map(str, wrong))
    assert len(followed) >= least, sorted(followed)
    assert {"hazards:list", "campaigns:work"} <= views
