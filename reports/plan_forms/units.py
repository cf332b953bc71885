"""Which unit a name in a plan's form means: known ones silently, all others asked about once."""

from collections.abc import Mapping
from functools import cached_property

from django.db.models import Q

from campaigns.enums import UnitKind
from campaigns.models import Campaign, CampaignUnit
from campaigns.parties import without_stray_prefix
from campaigns.queries import units_by_name, units_of
from parks.models import Department
from parks.names import name_key
from parks.regions import with_subregions

NEW_UNIT = 0
"""The answer that a name is that of a unit not yet on record."""


def _names(unit: Department) -> set[str]:
    """Every name that the unit is known by, as parks.names.name_key."""
    return {unit.name_key, name_key(unit.short_name), *(alias.name_key for alias in unit.aliases.all())} - {
        ""
    }


class UnknownUnit(Exception):
    """Nobody answers to the name, or several do: a question for a person."""


class UnitBook:
    """Units of the campaign by name, then those of its region; new ones as answered.

    answers: name_key → id of the unit, NEW_UNIT for a new one.
    questions: name → rows that wait for it. joining: units that are to become members.
    """

    def __init__(self, campaign: Campaign, answers: Mapping[str, int] | None = None) -> None:
        self.campaign = campaign
        self.answers = dict(answers or {})
        self.questions: dict[str, int] = {}
        self.remarks: dict[str, None] = {}
        self.joining: dict[str, Department] = {}
        self._members = set(units_of(campaign).values_list("pk", flat=True))
        self._by_name = units_by_name(campaign)
        self._found: dict[str, Department] = {}

    @property
    def new(self) -> list[Department]:
        """Units that are to be created."""
        return [unit for unit in self.joining.values() if unit.pk is None]

    def find(self, name: str) -> Department:
        """The one unit of that name. Raises UnknownUnit and keeps the question."""
        key = name_key(name)
        if key not in self._found:
            unit = self._look_up(name)
            if unit is None:
                self.questions[name] = self.questions.get(name, 0) + 1
                raise UnknownUnit(name)
            self._found[key] = unit
        return self._found[key]

    def _look_up(self, name: str) -> Department | None:
        if unit := self._answered(name) or self._known(name):
            return unit
        plain = without_stray_prefix(name)
        if plain != name and (unit := self._known(plain)):
            self.remarks[f"“{name}”按“{unit.name}”处理（去掉了名称前多余的字），原文保留"] = None
            return unit
        return None

    def _answered(self, name: str) -> Department | None:
        answer = self.answers.get(name_key(name))
        if answer is None:
            return None
        if answer != NEW_UNIT:
            unit = Department.objects.filter(pk=answer).first()
            return self._joined(unit) if unit else None
        region = self.campaign.lead_department.region
        known = Department.objects.filter(region=region, name_key=name_key(name)).first()
        return self._joined(known or Department(name=name, region=region))

    def _known(self, name: str) -> Department | None:
        here = self._by_name.get(name_key(name), [])
        if len(here) == 1:
            return here[0]
        in_region = [] if here else self._in_region(name)
        return self._joined(in_region[0]) if len(in_region) == 1 else None

    def _in_region(self, name: str) -> list[Department]:
        """Units of the lead's region and below called exactly so: on record, but not yet in the campaign."""
        key = name_key(name)
        called = [unit for unit in self._on_record if key in _names(unit)]
        return [unit for unit in called if unit.name_key == key] or called

    @cached_property
    def _on_record(self) -> list[Department]:
        regions = with_subregions({self.campaign.lead_department.region_id})
        inside = Q(region__in=regions) if regions else Q(region=None)
        return list(Department.objects.filter(inside, active=True).prefetch_related("aliases"))

    def _joined(self, unit: Department) -> Department:
        if unit.pk in self._members:
            return unit
        return self.joining.setdefault(unit.name_key or name_key(unit.name), unit)

    def save(self) -> list[int]:
        """Create and join what the rows need; returns the ids of the units created."""
        created: list[int] = []
        last = self.campaign.unit_rows.order_by("-order").values_list("order", flat=True).first() or 0
        for place, unit in enumerate(self.joining.values(), start=1):
            if unit.pk is None:
                unit.save()
                created.append(unit.pk)
            CampaignUnit.objects.get_or_create(
                campaign=self.campaign,
                department=unit,
                kind=UnitKind.MEMBER,
                defaults={"order": last + place},
            )
        return created
