"""A figure leads to the list of its records: as many as it says, for the campaign, a unit and a region."""

from dataclasses import replace
from datetime import date

import pytest
from django.urls import reverse

from parks.models import Trait
from reports.figures.counting import WHOLE, Coverage, coverage_of, figures, span_of
from reports.figures.links import records_link
from reports.indicators import BY_SLUG, INDICATORS
from tests import factories
from tests.reports.figure_links import COUNTS, view_of
from tests.reports.figure_worlds import as_counties, fill_ledger

AS_OF = date(2021, 9, 15)


@pytest.fixture
def recorded(world):
    """Visits, acts and hazards of two units, one enterprise visited twice, and a look at common ground."""
    fill_ledger(world)
    factories.InspectionFactory(
        campaign=world.campaign, enterprise=None, park=world.park_a, department=world.xincheng
    )
    return world


def listed(client, slug, world, coverage, day=AS_OF):
    """The figure that the list behind the figure says: records, 家 or 万元."""
    address = records_link(BY_SLUG[slug], span_of(world.campaign, day), coverage)
    response = client.get(address)
    assert response.status_code == 200
    form = response.context.get("form") or response.context["filter"].form
    assert not form.errors, address
    totals = response.context.get("totals") or {}
    if BY_SLUG[slug].distinct:
        return totals["enterprises"]
    if BY_SLUG[slug].sums:
        return totals["persons"] or 0 if slug == "transferred" else totals["wan"]
    return COUNTS[view_of(address)](response.context)


@pytest.mark.parametrize("day", [AS_OF, date(2021, 9, 8), date(2021, 7, 1)])
@pytest.mark.parametrize("name", ["", "xincheng", "jingfa", "xiaofang"])
def test_the_list_behind_a_figure_counts_the_same(recorded, client, name, day):
    world = recorded
    coverage = coverage_of(world.campaign, getattr(world, name) if name else None)
    told = figures(world.campaign, day, coverage=coverage)
    client.force_login(world.lead)
    for slug, number in told.items():
        shown = listed(client, slug, world, coverage, day)
        assert str(shown) == str(number), slug


def test_a_county_leads_to_what_lies_in_it_and_below(recorded, client):
    world = as_counties(recorded)
    county = coverage_of(world.campaign, world.xincheng)
    told = figures(world.campaign, AS_OF, coverage=county)
    assert told["found"] == 5
    client.force_login(world.lead)
    for slug, number in told.items():
        assert str(listed(client, slug, world, county)) == str(number), slug
    page = client.get(records_link(BY_SLUG["found"], span_of(world.campaign, AS_OF), county)).content.decode()
    assert "行政区划：乙县" in page
    for view in ("hazards:inspections", "hazards:enforcements", "reports:enterprises"):
        page = client.get(reverse(view), {"region": world.xincheng.region_id}).content.decode()
        assert '<option value="' + str(world.xincheng.region_id) + '" selected>乙县</option>' in page
        assert "没有这个选项" in client.get(reverse(view), {"region": "999999"}).content.decode()
        assert "没有这个选项" in client.get(reverse(view), {"region": "x"}).content.decode()


@pytest.mark.parametrize(
    "coverage",
    [
        Coverage(without=frozenset({1})),
        Coverage(unit=1, typed=True),
        Coverage(without_units=frozenset({1})),
        Coverage(regions=frozenset()),
    ],
)
def test_what_no_list_shows_has_no_link(world, coverage):
    assert [records_link(one, span_of(world.campaign, AS_OF), coverage) for one in INDICATORS] == [""] * 11


def test_a_figure_that_no_list_knows_has_no_link(world):
    unknown = replace(BY_SLUG["found"], slug="found_by_themselves")
    assert records_link(unknown, span_of(world.campaign, AS_OF), WHOLE) == ""


def test_enterprises_are_those_of_the_day_in_sight(recorded, client):
    world = recorded
    gone = {"name": "已走的厂", "active": False, "left_on": date(2021, 9, 10)}
    left = factories.EnterpriseFactory(park=world.park_a, **gone)
    big = {"name": "大厂", "is_micro": False, "employees": 900, "revenue_wan": 90000}
    factories.EnterpriseFactory(park=world.park_a, **big)
    factories.EnterpriseFactory(park=world.park_c, name="别处的厂")

    def names(who, **asked):
        client.force_login(who)
        return {row.name for row, _ in client.get(reverse("reports:enterprises"), asked).context["rows"]}

    assert names(world.lead) == {"甲一纸品厂", "甲二五金厂", "乙一印业"}
    assert names(world.lead, as_of="2021-09-09") == {"甲一纸品厂", "甲二五金厂", "乙一印业", left.name}
    assert names(world.lead, trait=Trait.objects.get().pk) == {"甲二五金厂"}
    assert names(world.lead, park=world.park_b.pk) == {"乙一印业"}
    assert names(world.lead, department=world.jingfa.pk) == {"乙一印业"}
    assert names(world.tf_a) == {"甲一纸品厂", "甲二五金厂"}
    assert names(world.other_tf) == {"别处的厂"}
    assert names(world.auditor) == set()
    for wrong in ("2021-02-30", "0001-01-01"):
        client.force_login(world.lead)
        page = client.get(reverse("reports:enterprises"), {"as_of": wrong})
        assert (page.status_code, page.context["total"]) == (200, 3)
        assert "不是有效日期" in page.content.decode()
