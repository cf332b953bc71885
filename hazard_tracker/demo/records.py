"""The demo's visits to enterprises and acts of enforcement."""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from campaigns.models import Campaign
from hazard_tracker.demo import texts
from hazard_tracker.demo.days import office_time, workdays
from hazard_tracker.demo.people import Cast
from hazard_tracker.demo.places import Premises
from hazards.enums import EnforcementKind, InspectionKind
from hazards.models import Enforcement, Hazard, Inspection

VISITS = 250
KINDS = {
    InspectionKind.PATROL: 46,
    InspectionKind.LAW: 26,
    InspectionKind.SELF_CHECK: 12,
    InspectionKind.JOINT: 8,
    InspectionKind.THIRD_PARTY: 5,
    InspectionKind.UNANNOUNCED: 3,
}
# kind, how often, the unit that acts
ACTS = (
    (EnforcementKind.FILED, 6, "执法局"),
    (EnforcementKind.FINE, 7, "消防大队"),
    (EnforcementKind.FINE, 2, "应急局"),
    (EnforcementKind.SUSPENDED, 4, "应急局"),
    (EnforcementKind.POWER_CUT, 2, "供电局"),
    (EnforcementKind.SUMMONED, 2, "经发局"),
    (EnforcementKind.DEMOLISHED, 1, "执法局"),
    (EnforcementKind.SHUT_DOWN, 1, "应急局"),
)
FINES = (3000, 5000, 8000, 10000, 15000, 20000, 30000, 50000)


def make_visits(
    campaign: Campaign, cast: Cast, premises: dict[int, list[Premises]], rng: random.Random
) -> None:
    """Visits on working days; the law's visits by the member units, patrols by the unit of the task force."""
    days, rows = workdays(campaign.starts_on, campaign.today())[:-1], []
    task_forces = list(campaign.task_forces.select_related("park", "department").order_by("order"))
    lawful = [cast.units[name] for name in ("消防大队", "应急局", "执法局", "市监局")]
    for day in sorted(rng.choices(days, k=VISITS)):
        task_force = rng.choice(task_forces)
        kind = rng.choices(list(KINDS), list(KINDS.values()))[0]
        unit = rng.choice(lawful) if kind == InspectionKind.LAW else task_force.department
        common_ground = rng.random() < 0.06
        rows.append(
            Inspection(
                campaign=campaign,
                park=task_force.park,
                enterprise=None if common_ground else rng.choice(premises[task_force.park_id]).enterprise,
                kind=kind,
                department=unit,
                inspected_on=day,
                note=rng.choice(texts.VISITS).format(n=rng.randint(1, 5)),
                recorded_by=cast.officers[unit.pk],
                recorded_at=office_time(day, rng),
            )
        )
    Inspection.objects.bulk_create(rows, batch_size=500)


def make_acts(campaign: Campaign, cast: Cast, hazards: Sequence[Hazard], rng: random.Random) -> None:
    """Acts follow a finding in an enterprise, some days after it was found."""
    today, rows = campaign.today(), []
    found = [hazard for hazard in hazards if hazard.enterprise_id and not hazard.on_the_spot]
    for kind, times, unit_name in ACTS:
        unit = cast.units[unit_name]
        for hazard in rng.sample(found, times):
            day = rng.choice(workdays(hazard.found_on, today)[1:12] or [hazard.found_on])
            rows.append(_act(campaign, hazard, kind, day=min(day, today), rng=rng))
            rows[-1].department, rows[-1].recorded_by = unit, cast.officers[unit.pk]
    rows.sort(key=lambda act: (act.acted_on, act.kind, act.enterprise_id))
    for serial, act in enumerate(rows, start=1):
        act.document_number = f"演示罚〔{act.acted_on.year}〕{serial}号"
    # The first power cut is over, the later ones last: both states are there to be seen.
    cut = next(act for act in rows if act.kind == EnforcementKind.POWER_CUT)
    cut.restored_on = min(cut.acted_on + timedelta(days=9), today)
    Enforcement.objects.bulk_create(rows, batch_size=500)


def _act(
    campaign: Campaign, hazard: Hazard, kind: EnforcementKind, *, day: date, rng: random.Random
) -> Enforcement:
    return Enforcement(
        campaign=campaign,
        enterprise=hazard.enterprise,
        hazard=hazard,
        kind=kind,
        acted_on=day,
        amount=Decimal(rng.choice(FINES)) if kind == EnforcementKind.FINE else None,
        area=Decimal(rng.randint(30, 300)) if kind == EnforcementKind.DEMOLISHED else None,
        note=f"涉及隐患 {hazard.number}：{hazard.description[:40]}",
        recorded_at=office_time(day, rng),
    )
