"""Places in the plan's lists: a row goes where a person wants it and the others make room.

The places of most lists are unique in the database, which checks row by row: rows that move are first
lifted out of the way.
"""

from typing import Any

from django.db.models import F, Max, Model, QuerySet

LAST = 9_999
"""The highest place that a person may give."""
AWAY = 10_000
"""Added to a place while rows change theirs; above it, one row waits for its place."""
WAITING = 30_000


def next_place(siblings: QuerySet[Any]) -> int:
    """The place behind the last."""
    return (siblings.aggregate(last=Max("order"))["last"] or 0) + 1


def place(row: Any, siblings: QuerySet[Any], target: int) -> None:
    """Put a saved row at this place among its siblings; the others keep their order.

    Only rows between the old and the new place move, so that numbers printed on paper stay where they can.
    """
    taken = dict(siblings.exclude(pk=row.pk).values_list("pk", "order"))
    if target in taken.values():
        move = _closing_up(taken, row.order, target) if row.order < target else _making_room(taken, target)
        type(row)._default_manager.filter(pk=row.pk).update(order=WAITING)
        renumber(type(row), move)
    row.order = target
    row.save(update_fields=["order"])


def _closing_up(taken: dict[int, int], old: int, target: int) -> dict[int, int]:
    """The row goes back in the list: those behind its old place come forward by one."""
    return {pk: order - 1 for pk, order in taken.items() if old < order <= target}


def _making_room(taken: dict[int, int], target: int) -> dict[int, int]:
    """The row comes in at `target`: those from there on go back by one, up to the first free place."""
    free = target
    while free in taken.values():
        free += 1
    return {pk: order + 1 for pk, order in taken.items() if target <= order < free}


def renumber(model: type[Model], orders: dict[int, int]) -> None:
    """Give rows their new places, whatever places they take from each other."""
    rows = model._default_manager
    rows.filter(pk__in=orders).update(order=F("order") + AWAY)
    for pk, order in orders.items():
        rows.filter(pk=pk).update(order=order)


def step(row: Any, siblings: QuerySet[Any], down: bool) -> bool:
    """Change places with the neighbour above or below; False at the end of the list."""
    rows = list(siblings.order_by("order", "pk"))
    at = next(index for index, one in enumerate(rows) if one.pk == row.pk)
    other = at + 1 if down else at - 1
    if not 0 <= other < len(rows):
        return False
    orders = [one.order for one in rows]
    if len(set(orders)) < len(orders):
        orders = list(range(1, len(rows) + 1))
    rows[at], rows[other] = rows[other], rows[at]
    renumber(
        type(row), {one.pk: order for one, order in zip(rows, orders, strict=True) if one.order != order}
    )
    return True
