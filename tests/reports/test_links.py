"""A figure leads to the records behind it: as many as it says, for the campaign and for each unit."""

from datetime import date
from decimal import Decimal

import pytest

from hazards.enums import EnforcementKind, InspectionKind
from hazards.record_actions import record_enforcement, record_inspection
from hazards.record_findings import Act, Visit
from reports.indicators import BY_SLUG, figures, span_of
from reports.links import records_link
from tests import factories

AS_OF = date(2021, 9, 15)


@pytest.fixture
def recorded(world):
    """Visits and acts of two units, one enterprise visited twice, and a look at common ground."""
    second = factories.EnterpriseFactory(park=world.park_a, name="甲二五金厂")
    for enterprise, day, unit in (
        (world.enterprise_a, 1, world.xincheng),
        (world.enterprise_a, 2, world.xincheng),
        (second, 2, world.jingfa),
        (None, 3, world.xincheng),
    ):
        record_inspection(
            world.campaign,
            Visit(world.park_a, InspectionKind.LAW, unit, date(2021, 9, day), enterprise, "看了配电房"),
            by=world.lead,
        )
    for enterprise, kind, unit in (
        (world.enterprise_a, EnforcementKind.SUSPENDED, world.xincheng),
        (second, EnforcementKind.SUSPENDED, world.jingfa),
        (second, EnforcementKind.FINE, world.jingfa),
    ):
        amount = Decimal("12500.50") if kind == EnforcementKind.FINE else None
        record_enforcement(
            world.campaign,
            Act(world.park_a, enterprise, kind, unit, date(2021, 9, 5), amount),
            by=world.lead,
        )
    return world


@pytest.mark.parametrize("name", ["", "xincheng", "jingfa", "xiaofang"])
def test_the_list_behind_a_figure_counts_the_same(recorded, client, name):
    world = recorded
    unit = getattr(world, name) if name else None
    told = figures(world.campaign, AS_OF, unit=unit)
    client.force_login(world.lead)

    def totals(slug):
        address = records_link(BY_SLUG[slug], span_of(world.campaign, AS_OF), unit.pk if unit else None)
        response = client.get(address)
        assert not response.context["form"].errors
        return response.context["totals"]

    assert totals("inspected")["visits"] == told["inspected"]
    assert totals("suspended")["enterprises"] == told["suspended"]
    assert totals("fines")["wan"] == str(told["fines"])


def test_each_unit_has_its_share(recorded):
    world = recorded
    told = [
        figures(world.campaign, AS_OF, unit=unit)["inspected"]
        for unit in (None, world.xincheng, world.jingfa)
    ]
    assert told == [3, 2, 1]
