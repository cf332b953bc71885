"""Plans as data: reading campaigns/presets/*.toml. Pure, no database; actions.load_plan stores them."""

import tomllib
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from campaigns.enums import UnitKind
from parks.enums import ParkKind
from parks.names import name_key

PRESETS = Path(__file__).parent / "presets"


class PlanError(Exception):
    """A preset that cannot be read; the message is Chinese and names the file."""


@dataclass(frozen=True)
class CampaignFacts:
    """The plan's own heading: name, number prefix, issuer, dates, ISO weekday of the weekly cut-off."""

    slug: str
    name: str
    number_prefix: str
    starts_on: date
    ends_on: date
    short_name: str = ""
    issuer: str = ""
    issued_on: date | None = None
    figures_from: date | None = None
    week_cutoff: int = 7


@dataclass(frozen=True)
class RegionFacts:
    name: str
    code: str = ""


@dataclass(frozen=True)
class UnitFacts:
    """A unit of the plan; exactly one leads. An assessor reads and owes no weekly report."""

    name: str
    short_name: str = ""
    kind: UnitKind = UnitKind.MEMBER
    lead: bool = False
    aliases: tuple[str, ...] = ()

    @property
    def names(self) -> set[str]:
        """Every name of the unit, as it is looked up."""
        return {name_key(name) for name in (self.name, self.short_name, *self.aliases) if name}


@dataclass(frozen=True)
class PhaseFacts:
    """A phase; `question` is what a person must confirm about its dates, empty when they are plain."""

    name: str
    raw_dates: str
    starts_on: date | None = None
    ends_on: date | None = None
    question: str = ""


@dataclass(frozen=True)
class CategoryFacts:
    name: str
    short_name: str = ""


@dataclass(frozen=True)
class ParkFacts:
    """A park with the name of the unit that answers for its task force."""

    name: str
    unit: str
    kind: ParkKind = ParkKind.INDUSTRIAL
    sites: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """One plan whole. The order of each list is the plan's own numbering, from 1."""

    campaign: CampaignFacts
    units: tuple[UnitFacts, ...]
    regions: tuple[RegionFacts, ...] = ()
    phases: tuple[PhaseFacts, ...] = ()
    categories: tuple[CategoryFacts, ...] = ()
    parks: tuple[ParkFacts, ...] = ()
    questions: tuple[str, ...] = field(default_factory=tuple)

    @property
    def lead(self) -> UnitFacts:
        """The unit that leads the campaign."""
        return next(unit for unit in self.units if unit.lead)


def known_plans() -> list[str]:
    """Slugs of the plans that come with the product."""
    return sorted(path.stem for path in PRESETS.glob("*.toml"))


def read_plan(slug: str) -> Plan:
    """Return the plan of that slug. Raises PlanError when there is none or its file contradicts itself."""
    if slug not in known_plans():
        raise PlanError(f"没有名为“{slug}”的方案。可用的方案：{'、'.join(known_plans())}")
    return parse_plan(tomllib.loads((PRESETS / f"{slug}.toml").read_text(encoding="utf-8")), slug)


def parse_plan(data: dict[str, Any], slug: str) -> Plan:
    """Build a plan from TOML data. Raises PlanError for an unknown key or a missing one."""
    try:
        plan = Plan(
            campaign=CampaignFacts(**data.pop("campaign")),
            units=tuple(UnitFacts(**_frozen(row, kind=UnitKind)) for row in data.pop("units")),
            regions=tuple(RegionFacts(**row) for row in data.pop("regions", ())),
            phases=tuple(PhaseFacts(**row) for row in data.pop("phases", ())),
            categories=tuple(CategoryFacts(**row) for row in data.pop("categories", ())),
            parks=tuple(ParkFacts(**_frozen(row, kind=ParkKind)) for row in data.pop("parks", ())),
            questions=tuple(data.pop("questions", ())),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise PlanError(f"方案“{slug}”的数据有误：{error}") from error
    faults = [f"无法识别的栏目 {name}" for name in data] + _contradictions(plan, slug)
    if faults:
        raise PlanError(f"方案“{slug}”的数据有误：{'；'.join(faults)}")
    return plan


def _frozen(row: dict[str, Any], kind: type[UnitKind] | type[ParkKind]) -> dict[str, Any]:
    """Lists as tuples, the kind as a choice. Raises ValueError for a kind that does not exist."""
    row = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
    return row | ({"kind": kind(row["kind"])} if "kind" in row else {})


def _contradictions(plan: Plan, slug: str) -> list[str]:
    """Faults that would make a name mean two units, or leave one that nobody answers to."""
    faults = [] if plan.campaign.slug == slug else [f"代号 {plan.campaign.slug} 与文件名不符"]
    if sum(unit.lead for unit in plan.units) != 1:
        faults.append("须有且只有一个牵头单位")
    owners: dict[str, str] = {}
    for unit in plan.units:
        for name in sorted(unit.names):
            if owners.setdefault(name, unit.name) != unit.name:
                faults.append(f"名称“{name}”同时属于{owners[name]}和{unit.name}")
    parks = [name_key(park.name) for park in plan.parks]
    faults += [f"园区“{name}”重复" for name in sorted(set(parks)) if parks.count(name) > 1]
    unknown = {park.unit for park in plan.parks} - {unit.name for unit in plan.units}
    return faults + [f"责任单位“{name}”不在单位名单中" for name in sorted(unknown)]
