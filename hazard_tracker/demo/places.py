"""Made-up enterprises in each park, and the buildings they sit in."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from stdnum.cn import uscc

from campaigns.models import Campaign
from hazard_tracker.demo.texts import FIRM_FORMS, FIRM_WORDS, SURNAMES, TRADES
from parks.enums import RiskColour
from parks.models import Enterprise, Park
from parks.names import name_key

BASE36 = "0123456789ABCDEFGHJKLMNPQRTUWXY"
ELSEWHERE = 0.12
"""Share of enterprises registered at another address than they work at (P0 附件1, 市场监督管理局)."""


@dataclass(frozen=True)
class Premises:
    """An enterprise and where in its park it sits."""

    enterprise: Enterprise
    building: int
    floor: int


def make_enterprises(campaign: Campaign, rng: random.Random) -> dict[int, list[Premises]]:
    """Seven to nine enterprises a park, by id of the park."""
    parks = [row.park for row in campaign.task_forces.select_related("park").order_by("order")]
    names = _names(rng)
    premises = {park.pk: [_one(park, next(names), rng) for _ in range(rng.randint(7, 9))] for park in parks}
    Enterprise.objects.bulk_create([p.enterprise for rows in premises.values() for p in rows], batch_size=500)
    return premises


def _names(rng: random.Random) -> Iterator[tuple[str, str, int]]:
    """Name, trade and usual staff; no name twice."""
    every = [(word, trade) for word in FIRM_WORDS for trade in TRADES]
    rng.shuffle(every)
    return ((word + short + rng.choice(FIRM_FORMS), trade, staff) for word, (trade, short, staff) in every)


def _one(park: Park, facts: tuple[str, str, int], rng: random.Random) -> Premises:
    name, trade, usual = facts
    building, floor = rng.randint(1, 8), rng.randint(1, 5)
    operating = f"{park.address}{park.name}{building}号楼{floor}层"
    staff = usual * 6 if rng.random() < 0.03 else max(6, round(rng.gauss(usual, usual / 3)))
    risks, weights = list(RiskColour), (2, 10, 38, 50)
    enterprise = Enterprise(
        park=park,
        site=rng.choice(list(park.sites.all()) or [None]),
        name=name,
        name_key=name_key(name),
        credit_code=_credit_code(rng),
        registered_address=f"演示街{rng.randint(1, 199)}号" if rng.random() < ELSEWHERE else operating,
        operating_address=operating,
        industry=trade,
        employees=staff,
        revenue_wan=Decimal(round(staff * rng.uniform(12, 45))),
        contact_name=rng.choice(SURNAMES) + "某",
        contact_phone=f"1380000{rng.randint(5000, 9999)}",
        risk=rng.choices(risks, weights)[0],
    )
    enterprise.is_micro = bool(enterprise.micro_by_size())
    return Premises(enterprise, building, floor)


def _credit_code(rng: random.Random) -> str:
    """A code with a right check digit and no real region (000000)."""
    code = "91000000" + "".join(rng.choice(BASE36) for _ in range(9))
    return code + uscc.calc_check_digit(code)
