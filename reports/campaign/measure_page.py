"""Reads of the page of one measure."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F
from django.urls import NoReverseMatch, reverse

from campaigns.enums import Light
from campaigns.lights import light_of_occurrence
from campaigns.models import Campaign, Measure, Occurrence
from campaigns.queries import Scope
from campaigns.work.queries import occurrences_in
from hazards.models import OPEN
from hazards.queries import hazards_in
from hazards.wording import with_light_shown
from reports.campaign.measures import measure_rows, with_parties
from reports.figures.links import work_url

MOST_HOLDERS = 60
MOST_HAZARDS = 10


@dataclass(frozen=True)
class Owed:
    """One occurrence as a line: who owes what, by when, how it stands."""

    occurrence: Occurrence
    holder: str
    light: Light
    words: str
    href: str
    day_off: str = ""


def owed(occurrence: Occurrence, campaign: Campaign, today: date, day_off: str = "") -> Owed:
    """The occurrence with its light and its page."""
    light, words = light_of_occurrence(occurrence, campaign, today)
    holder = occurrence.holder
    name = str(holder) if occurrence.task_force_id else occurrence.department.label  # type: ignore[union-attr]
    return Owed(occurrence, name, light, words, _work_page(occurrence), day_off)


def _work_page(occurrence: Occurrence) -> str:
    try:
        return reverse("campaigns:work_detail", args=[occurrence.pk])
    except NoReverseMatch:
        return ""


def measure_page(scope: Scope, campaign: Campaign, measure: Measure, today: date) -> dict[str, Any]:
    """Everything that the page shows; work and hazards within the scope."""
    [row] = measure_rows(scope, campaign, with_parties(Measure.objects.filter(pk=measure.pk)), today=today)
    holders = occurrences_in(scope).filter(measure=measure)
    in_order = holders.order_by(
        F("done_on").desc(nulls_first=True), "department_id", "task_force__order", "pk"
    )
    hazards = hazards_in(scope).filter(campaign=campaign, measure=measure)
    open_ones = hazards.filter(OPEN).select_related("park", "enterprise", "responsible_department")
    worst = open_ones.order_by(F("due_on").asc(nulls_last=True), "id")[:MOST_HAZARDS]
    return {
        "row": row,
        "measure": row.measure,
        "today": today,
        "whole": campaign.pk in scope.whole_campaigns,
        "holders": [owed(one, campaign, today) for one in in_order[:MOST_HOLDERS]],
        "holders_left": max(row.progress.total - MOST_HOLDERS, 0),
        "holders_url": work_url(line=f"m{measure.pk}.once", state="all", who="all")
        if measure.due_on
        else work_url(line=f"m{measure.pk}.standing", state="all", who="all"),
        "hazards": with_light_shown(worst, today, campaign.yellow_days),
    }
