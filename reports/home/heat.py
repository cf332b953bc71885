"""The heat table of the home page: open hazards, parks by categories."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from campaigns.models import Category
from reports.figures.links import list_url
from reports.figures.shown_parks import MOST_ROWS, ShownPark

SHADES = 5


@dataclass(frozen=True)
class HeatCell:
    """Open hazards of one park and category; `shade` 0 (none) to SHADES (as many as the worst cell)."""

    count: int
    shade: int
    href: str


@dataclass(frozen=True)
class HeatRow:
    """One park's cells in the order of the categories, and its total."""

    label: str
    href: str
    cells: list[HeatCell]
    total: int
    total_url: str


@dataclass(frozen=True)
class Heat:
    """Open hazards, parks by categories, with totals both ways."""

    categories: list[Category]
    rows: list[HeatRow]
    column_totals: list[HeatCell]
    total: int
    left_out: int = 0


def heat_of(opened: Counter[tuple[int, int]], categories: list[Category], parks: list[ShownPark]) -> Heat:
    """The table of open hazards counted by (park, category).

    Where there are too many parks to show, those with the most come first and the others are left out.
    """
    by_park, by_category = Counter[int](), Counter[int]()
    for (park, category), number in opened.items():
        by_park[park] += number
        by_category[category] += number
    categories = [row for row in categories if row.pk in by_category]
    shown = [row for row in parks if by_park[row.pk]]
    if len(shown) > MOST_ROWS:
        shown = sorted(shown, key=lambda row: -by_park[row.pk])[:MOST_ROWS]
    rows = [_row(row, opened, categories, by_park[row.pk]) for row in shown]
    totals = [_cell(by_category[c.pk], 0, category=c.pk) for c in categories]
    return Heat(categories, rows, totals, sum(by_park.values()), len(by_park) - len(shown))


def _row(
    shown: ShownPark, opened: Counter[tuple[int, int]], categories: list[Category], total: int
) -> HeatRow:
    most = max(opened.values())
    cells = [_cell(opened[shown.pk, c.pk], most, park=shown.pk, category=c.pk) for c in categories]
    return HeatRow(shown.name, shown.url, cells, total, list_url(status="open", park=shown.pk))


def _cell(number: int, most: int, **filters: Any) -> HeatCell:
    """The cell, shaded by its share of `most`; totals, which have no share, are not shaded."""
    shade = -(-number * SHADES // most) if most else 0
    return HeatCell(number, shade, list_url(status="open", **filters))
