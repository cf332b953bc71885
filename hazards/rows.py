"""Rows of the hazard list: only the columns that are shown, read as plain values.

Fifty objects with their relations cost several times their SQL; plain values and ready words keep the
list fast.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.functions import Left

from campaigns.queries import Scope
from hazards.enums import Action, Level, PhotoKind, Status
from hazards.lights import light_of, words
from hazards.models import Hazard, Photo
from hazards.rules import may_take
from hazards.workflow import allowed

SUMMARY_LENGTH = 120
"""Characters of the description that a list shows; the page clips them to two lines."""

OWN = (
    "id", "number", "version", "campaign_id", "park_id", "task_force_id", "responsible_department_id",
    "place", "level", "status", "found_on", "due_on", "done_on", "backfilled",
)  # fmt: skip
NAMES = {
    "park_name": F("park__name"),
    "enterprise_name": F("enterprise__name"),
    "category_name": F("category__name"),
    "category_short": F("category__short_name"),
    "unit_name": F("responsible_department__name"),
    "unit_short": F("responsible_department__short_name"),
}
LOOKED_AT = ("campaign_id", "park_id", "task_force_id", "responsible_department_id", "level")
STATUS_TEXT = dict(Status.choices)


@dataclass(slots=True)
class Row:
    """One hazard of the list, ready to print."""

    id: int
    number: str
    version: int
    park: str
    where: str
    summary: str
    category: str
    category_name: str
    major: bool
    unit: str
    unit_name: str
    found_on: date
    due_on: date | None
    light: str
    light_text: str
    status: str
    status_text: str
    bulk_actions: list[Action]
    thumbnail: uuid.UUID | None = None


def plain(hazards: QuerySet[Hazard]) -> QuerySet[Any]:
    """The list's columns as dicts, with the keys that paging orders by."""
    return hazards.values(*OWN, summary=Left("description", SUMMARY_LENGTH + 1), **NAMES)


def rows_of(found: Iterable[dict[str, Any]], *, scope: Scope, today: date, yellow_days: int) -> list[Row]:
    """Make the rows ready, with the first before-photo of each: one query for all of them."""
    known: dict[tuple[Any, ...], list[Action]] = {}
    rows = [_row(values, scope, today, yellow_days=yellow_days, known=known) for values in found]
    if not rows:
        return rows
    photos = Photo.objects.filter(hazard__in=[row.id for row in rows], kind=PhotoKind.BEFORE)
    first: dict[int, uuid.UUID] = {}
    for hazard_id, key in photos.order_by("uploaded_at", "key").values_list("hazard_id", "key"):
        first.setdefault(hazard_id, key)
    for row in rows:
        row.thumbnail = first.get(row.id)
    return rows


def _row(
    values: dict[str, Any],
    scope: Scope,
    today: date,
    *,
    yellow_days: int,
    known: dict[tuple[Any, ...], list[Action]],
) -> Row:
    status, enterprise = values["status"], values["enterprise_name"]
    light, days = light_of(
        status,
        due_on=values["due_on"],
        done_on=values["done_on"],
        today=today,
        yellow_days=yellow_days,
        backfilled=values["backfilled"],
    )
    summary = values["summary"]
    return Row(
        id=values["id"],
        number=values["number"],
        version=values["version"],
        park=values["park_name"],
        where=f"{values['place']}（{enterprise}）" if enterprise else values["place"],
        summary=summary if len(summary) <= SUMMARY_LENGTH else f"{summary[:SUMMARY_LENGTH]}…",
        category=values["category_short"] or values["category_name"],
        category_name=values["category_name"],
        major=values["level"] == Level.MAJOR,
        unit=values["unit_short"] or values["unit_name"] or "",
        unit_name=values["unit_name"] or "",
        found_on=values["found_on"],
        due_on=values["due_on"],
        light=light,
        light_text=words(light, days, status),
        status=status,
        status_text=STATUS_TEXT[status],
        bulk_actions=_known_actions(values, scope, known),
    )


def _known_actions(
    values: dict[str, Any], scope: Scope, known: dict[tuple[Any, ...], list[Action]]
) -> list[Action]:
    """The rule is asked once for all rows of a page that it cannot tell apart."""
    key = (values["status"], *(values[name] for name in LOOKED_AT))
    if key not in known:
        known[key] = _bulk_actions(values, scope)
    return known[key]


def _bulk_actions(values: dict[str, Any], scope: Scope) -> list[Action]:
    """Ask the rule itself, with a stand-in that has just what the rule looks at: objects are slow to make."""
    if not scope.may_write:
        return []
    open_to = [
        action for action in (Action.ASSIGN, Action.ACCEPT, Action.URGE) if allowed(action, values["status"])
    ]
    if not open_to:
        return []
    hazard: Any = SimpleNamespace(**{key: values[key] for key in LOOKED_AT}, by_task_force=False)
    return [action for action in open_to if may_take(scope, action, hazard)]
