"""The measures of a plan as rows: deadline, light, who, how far, and the hazards that hang on each.

What the plan says is for everybody in the campaign; progress and hazards are counted within the scope.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Max, Q, QuerySet
from django.urls import reverse

from campaigns.calendar import Calendar
from campaigns.enums import Light, Part
from campaigns.lights import is_backfilled, light_of_due
from campaigns.models import Campaign, CampaignUnit, Category, Measure, Occurrence, Responsibility, TaskForce
from campaigns.queries import Scope
from campaigns.timing import shown_deadline
from campaigns.work.queries import occurrences_in
from hazards.enums import Status
from hazards.filters import UNSET
from hazards.models import OPEN, Hazard
from hazards.queries import hazards_in, overdue
from hazards.tallies import Tally
from parks.models import Department
from reports.figures.links import list_url


@dataclass(frozen=True)
class Party:
    """A unit, or a set of them, as the plan names it; `href` leads to a unit's page."""

    name: str
    href: str = ""


@dataclass(frozen=True)
class Progress:
    """How many of those who owe a measure have done it, as far as the person sees them."""

    units: int = 0
    units_done: int = 0
    forces: int = 0
    forces_done: int = 0
    last: date | None = None

    @property
    def total(self) -> int:
        """All who owe it."""
        return self.units + self.forces

    @property
    def done(self) -> int:
        """Those who have done it."""
        return self.units_done + self.forces_done

    @property
    def is_done(self) -> bool:
        """Whether nobody owes it any more."""
        return bool(self.total) and self.done == self.total

    @property
    def words(self) -> str:
        """单位 1/2，专班 3/20; a single one is done or is not."""
        if self.total == 1:
            return "已完成" if self.done else "未完成"
        both = (("单位", self.units_done, self.units), ("专班", self.forces_done, self.forces))
        return "，".join(f"{who} {done}/{total}" for who, done, total in both if total)


@dataclass(frozen=True)
class HazardCount:
    """Hazards by how they stand, each count with the address of its records."""

    tally: Tally
    open_url: str
    overdue_url: str
    closed_url: str
    all_url: str

    @property
    def any(self) -> bool:
        """Whether there is any hazard."""
        return bool(self.tally.found)


@dataclass(frozen=True)
class MeasureRow:
    """One measure as shown."""

    measure: Measure
    deadline: str
    day_off: str
    light: Light
    light_words: str
    responsible: list[Party]
    cooperating: list[Party]
    progress: Progress
    hazards: HazardCount


@dataclass
class CategoryBlock:
    """A kind of hazard: its measures, and the hazards of that kind that hang on none."""

    category: Category
    rows: list[MeasureRow] = field(default_factory=list)
    loose: HazardCount | None = None
    tally: Tally = field(default_factory=Tally)

    @property
    def counted(self) -> HazardCount:
        """All hazards of that kind, with the addresses of their records."""
        return hazard_count(self.tally, category=self.category.pk)


def with_parties(measures: QuerySet[Measure]) -> list[Measure]:
    """The measures with their categories and everybody whom they name: three queries."""
    return list(measures.select_related("category").prefetch_related("responsibilities__department"))


def measure_rows(
    scope: Scope, campaign: Campaign, found: list[Measure], *, today: date, unit: Department | None = None
) -> list[MeasureRow]:
    """The measures (with_parties) as rows: seven queries however many there are.

    For a unit's page only what the unit and the task forces that it leads owe is counted, and the hazards
    for which it answers.
    """
    hazards = hazards_in(scope).filter(campaign=campaign, measure__in=found)
    if unit:
        hazards = hazards.filter(responsible_department=unit)
    return _rows(scope, campaign, found, tallies=hazard_tallies(hazards, today), today=today, unit=unit)


def _rows(
    scope: Scope,
    campaign: Campaign,
    found: list[Measure],
    *,
    tallies: "Tallies",
    today: date,
    unit: Department | None = None,
) -> list[MeasureRow]:
    linked = linked_units(campaign)
    work = occurrences_in(scope).filter(campaign=campaign, measure__in=found)
    if unit:
        work = work.filter(Q(department=unit) | Q(task_force__department=unit))
    progress = progress_of(work)
    calendar = Calendar.of(one.due_on for one in found)
    by_measure: dict[int, Tally] = {}
    for (_, measure), tally in tallies.items():
        if measure:
            by_measure[measure] = tally
    rows = []
    for one in found:
        named = list(one.responsibilities.all())
        done = progress.get(one.pk, Progress())
        tally = by_measure.get(one.pk, Tally())
        rows.append(
            MeasureRow(
                one,
                shown_deadline(one.due_on, one.precision),
                calendar.day_off(one.due_on) if one.due_on and one.due_on >= today else "",
                *light_of_measure(one, done, campaign, today),
                parties(named, Part.RESPONSIBLE, linked),
                parties(named, Part.COOPERATING, linked),
                done,
                hazard_count(tally, measure=one.pk, department=unit and unit.pk),
            )
        )
    return rows


def light_of_measure(
    measure: Measure, progress: Progress, campaign: Campaign, today: date
) -> tuple[Light, str]:
    """The light of what is owed; grey for somebody who sees nobody that owes it: whether it is done, and
    so whether it is late, is not theirs to know.
    """
    late_filing = is_backfilled(campaign, measure.due_on)
    done_on = progress.last if progress.is_done else None
    light, words = light_of_due(measure.due_on, done_on, today, campaign.yellow_days, backfilled=late_filing)
    if progress.total or measure.due_on is None:
        return light, words
    return Light.GREY, "期限已过" if measure.due_on < today else words


def progress_of(occurrences: QuerySet[Occurrence]) -> dict[int, Progress]:
    """Progress by measure, in one query."""
    done = Q(done_on__isnull=False)
    rows = (
        occurrences.filter(measure__isnull=False)
        .order_by()
        .values_list("measure_id")
        .annotate(
            units=Count("department_id"),
            units_done=Count("department_id", filter=done),
            forces=Count("task_force_id"),
            forces_done=Count("task_force_id", filter=done),
            last=Max("done_on"),
        )
    )
    return {measure: Progress(*counts) for measure, *counts in rows if measure}


def linked_units(campaign: Campaign) -> set[int]:
    """Units that have a page in the campaign: the lead, its units, and those that lead task forces."""
    return {
        campaign.lead_department_id,
        *CampaignUnit.objects.filter(campaign=campaign).values_list("department_id", flat=True),
        *TaskForce.objects.filter(campaign=campaign).values_list("department_id", flat=True),
    }


def parties(rows: Iterable[Responsibility], part: Part, linked: set[int]) -> list[Party]:
    """Who has this part, in the plan's order; units lead to their pages."""
    chosen = sorted((row for row in rows if row.part == part), key=lambda row: (row.order, row.pk))
    return [
        Party(
            row.department.name if row.department else row.get_group_display(),
            reverse("campaign:unit", args=[row.department_id]) if row.department_id in linked else "",
        )
        for row in chosen
    ]


Tallies = dict[tuple[int, int | None], Tally]
"""Hazards by (category, measure)."""


def hazard_tallies(hazards: QuerySet[Hazard], today: date) -> Tallies:
    """Hazards by category and measure, void ones left out: two queries."""
    found: Tallies = {}
    grouped = hazards.order_by().values_list("category", "measure", "level", "status").annotate(n=Count("*"))
    for category, measure, level, status, number in grouped:
        found.setdefault((category, measure), Tally()).add(status, level, number)
    late = hazards.filter(OPEN & overdue(today)).order_by().values_list("category", "measure")
    for category, measure, number in late.annotate(n=Count("*")):
        found.setdefault((category, measure), Tally()).overdue = number
    return found


def hazard_count(tally: Tally, **filters: Any) -> HazardCount:
    """The tally with the addresses of its records: the hazard list with these filters."""
    return HazardCount(
        tally,
        list_url(**filters, status="open"),
        list_url(**filters, light=Light.RED.value),
        list_url(**filters, status=Status.CLOSED.value),
        list_url(**filters),
    )


def blocks_of(scope: Scope, campaign: Campaign, today: date) -> list[CategoryBlock]:
    """The whole plan: its kinds of hazard with their measures, in its order."""
    blocks = {category.pk: CategoryBlock(category) for category in campaign.categories.all()}
    found = with_parties(Measure.objects.filter(campaign=campaign))
    tallies = hazard_tallies(hazards_in(scope).filter(campaign=campaign), today)
    for row in _rows(scope, campaign, found, tallies=tallies, today=today):
        blocks[row.measure.category_id].rows.append(row)
    for (category, measure), tally in tallies.items():
        block = blocks[category]
        block.tally.open += tally.open
        block.tally.overdue += tally.overdue
        block.tally.closed += tally.closed
        if measure is None and tally.found:
            block.loose = hazard_count(tally, category=category, measure=UNSET)
    return list(blocks.values())
