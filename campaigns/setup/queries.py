"""Reads for the setting up of a plan: how much there is of each part, and what waits for confirmation."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from accounts.enums import Role
from accounts.models import User
from campaigns.models import Campaign, Phase, TaskForce
from campaigns.setup.parts import PARTS, SETTINGS, Part, dated_words, due_words
from parks.models import Department

MOST_PEOPLE = 20
NEEDED = ("categories", "task-forces")  # parks come into a campaign with their task forces


@dataclass(frozen=True)
class Question:
    """What the plan leaves open about one row."""

    part: Part
    row: Any
    text: str


@dataclass(frozen=True)
class Tile:
    """One part on the overview: how many rows it has, how many of them wait for confirmation."""

    part: Part
    count: int
    open: int


def tiles_of(campaign: Campaign) -> list[Tile]:
    """Every part but the settings, with its counts."""
    tiles = []
    for part in PARTS.values():
        if part.slug == SETTINGS:
            continue
        rows = part.model._default_manager.filter(campaign=campaign)
        waiting = rows.filter(needs_confirmation=True).count() if part.asks else 0
        tiles.append(Tile(part, rows.count(), waiting))
    return tiles


def lacking(tiles: Iterable[Tile]) -> list[Part]:
    """The parts still empty without which nobody can log a hazard in the campaign."""
    return [tile.part for tile in tiles if tile.part.slug in NEEDED and not tile.count]


def questions_of(campaign: Campaign) -> Iterator[Question]:
    """Rows that wait for a person's confirmation, in the plan's order."""
    for part in PARTS.values():
        if part.asks:
            for row in part.model._default_manager.filter(campaign=campaign, needs_confirmation=True):
                yield Question(part, row, _question(row))


def _question(row: Any) -> str:
    raw = getattr(row, "raw_dates", "") or getattr(row, "raw_deadline", "")
    words = f"方案原文“{raw}”：{asked_of(row)}" if raw else asked_of(row)
    return f"{words}（现按 {dated_words(row) if isinstance(row, Phase) else due_words(row)}）"


def asked_of(row: Any) -> str:
    """What a person is asked about the row."""
    return getattr(row, "question", "") or "请确认日期"


def worded(part: Part, rows: Iterable[Any]) -> list[dict[str, Any]]:
    """The rows as the part's list shows them."""
    return [{"row": row, "cells": [(column, column.of(row)) for column in part.columns]} for row in rows]


def shown_rows(part: Part, campaign: Campaign, word: str = "") -> list[dict[str, Any]]:
    """All rows of the part in words; with a word, those that hold it in any column."""
    rows = worded(part, part.rows(campaign))
    return [row for row in rows if word.casefold() in " ".join(text for _, text in row["cells"]).casefold()]


def people_to_add(task_force: TaskForce, word: str) -> QuerySet[User]:
    """Active people whose name, account or unit holds the word and who are not in the task force yet."""
    word = word.strip()
    if not word:
        return User.objects.none()
    named = Q(full_name__icontains=word) | Q(username__icontains=word) | Q(department__name__icontains=word)
    apart = Q(is_superuser=True) | Q(memberships__role__in=(Role.SYSTEM_ADMIN, Role.AUDITOR))
    people = (
        User.objects.filter(named, is_active=True)
        .exclude(apart)
        .exclude(task_force_rows__task_force=task_force)
    )
    return (
        people.select_related("department").order_by("department__name", "full_name").distinct()[:MOST_PEOPLE]
    )


def led_units(user: User) -> QuerySet[Department]:
    """Units for which the person acts as lead bureau."""
    return Department.objects.filter(
        pk__in=user.memberships.filter(role=Role.LEAD).values("department"), active=True
    )
