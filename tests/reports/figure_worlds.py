"""Ledgers for tests of what figures lead to: hazards in every state, visits, acts, a county that types."""

from datetime import date
from decimal import Decimal

from campaigns.enums import Counting
from campaigns.models import CampaignUnit
from campaigns.periods import Period
from hazards.enums import Action, EnforcementKind, Level, Status
from hazards.models import StatusChange
from parks.models import Trait
from tests import factories

LAST_WEEK = Period(date(2021, 9, 6), date(2021, 9, 12))


def fill_ledger(world):
    """Hazards of two units, found before, within and after last week, some closed, some void; two visits of
    one enterprise; acts of which two are of one enterprise. Everything of 2021.
    """
    for force in (world.task_force_a, world.task_force_b):
        for day, level, closed in (
            (date(2021, 7, 5), Level.GENERAL, date(2021, 8, 1)),
            (date(2021, 8, 10), Level.MAJOR, date(2021, 9, 8)),
            (date(2021, 9, 7), Level.GENERAL, None),
            (date(2021, 9, 9), Level.MAJOR, None),
            (date(2021, 9, 14), Level.GENERAL, None),
            (date(2021, 6, 1), Level.GENERAL, date(2021, 9, 7)),
        ):
            status = Status.CLOSED if closed else Status.RECTIFYING
            done = {"due_on": max(day, date(2021, 9, 10))}
            if closed:
                done |= {"closed_on": closed, "done_on": closed, "accepted_by": world.lead}
            hazard = factories.HazardFactory(
                task_force=force, category=world.category, found_on=day, level=level, status=status, **done
            )
            assigned(hazard)
    factories.HazardFactory(task_force=world.task_force_a, category=world.category, status=Status.VOID)
    second = factories.EnterpriseFactory(park=world.park_a, name="甲二五金厂")
    for enterprise, day in ((world.enterprise_a, 1), (world.enterprise_a, 8), (world.enterprise_b, 8)):
        unit = world.xincheng if enterprise == world.enterprise_a else world.jingfa
        factories.InspectionFactory(
            campaign=world.campaign, enterprise=enterprise, department=unit, inspected_on=date(2021, 9, day)
        )
    for enterprise, kind, unit, more in (
        (world.enterprise_a, EnforcementKind.SUSPENDED, world.xincheng, {}),
        (world.enterprise_a, EnforcementKind.SUSPENDED, world.jingfa, {}),
        (second, EnforcementKind.SUSPENDED, world.xincheng, {}),
        (second, EnforcementKind.FINE, world.xincheng, {"amount": Decimal("12500.50")}),
        (world.enterprise_b, EnforcementKind.FINE, world.jingfa, {"amount": Decimal("300")}),
        (world.enterprise_b, EnforcementKind.FILED, world.jingfa, {}),
        (world.enterprise_b, EnforcementKind.TRANSFERRED, world.jingfa, {"persons": 3}),
    ):
        factories.EnforcementFactory(
            campaign=world.campaign,
            enterprise=enterprise,
            kind=kind,
            department=unit,
            acted_on=date(2021, 9, 9),
            **more,
        )
    Trait.objects.create(name="涉爆粉尘").enterprises.add(second)
    return world


def assigned(hazard):
    """The step of the history that made it go to its unit, on the day on which it was found."""
    StatusChange.objects.create(
        hazard=hazard,
        action=Action.ASSIGN,
        from_status=Status.REPORTED,
        to_status=Status.RECTIFYING,
        by=hazard.reported_by,
        at=hazard.reported_at,
        on=hazard.found_on,
        version=hazard.version,
    )


def as_counties(world):
    """新城 reports a county in which park_a lies, 执法 types its own county's row; park_b lies in neither."""
    city = factories.RegionFactory(name="甲市")
    county, other = (factories.RegionFactory(name=name, parent=city) for name in ("乙县", "丙县"))
    town = factories.RegionFactory(name="丁镇", parent=county)
    for park, region in ((world.park_a, town), (world.park_b, city)):
        park.region = region
        park.save()
    rows = ((world.xincheng, county, Counting.REGION), (world.jingfa, other, Counting.TYPED))
    for unit, region, counting in rows:
        unit.region = region
        unit.save()
        CampaignUnit.objects.filter(campaign=world.campaign, department=unit).update(counting=counting)
    CampaignUnit.objects.filter(campaign=world.campaign, department=world.xiaofang).delete()
    return world
