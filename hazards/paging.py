"""Keyset pages: the address says after which row to go on, so page 2,000 costs what page 1 costs.

An order is a row of keys, all in one direction and ending with the id, so that it matches an index
from its first column on. Rows without a date or unit stand last, as a zone of their own: one ordered
run after the other keeps both on an index, where a coalesced key would be on none.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import BooleanField, F, Field, Func, Model, Q, QuerySet
from django.db.models.expressions import Value

COUNT_CAP = 10_000
PAGE_SIZE = 50
_BIG = 2**63 - 1


@dataclass(frozen=True)
class Order:
    """An order of rows: its keys (the last one unique), its direction, and a first key that may be empty."""

    keys: tuple[str, ...]
    descending: bool = False
    nullable: bool = False

    @property
    def zones(self) -> list[tuple[Q, tuple[str, ...]]]:
        """Runs of rows one after the other, each with the condition and the keys that order it."""
        if not self.nullable:
            return [(Q(), self.keys)]
        first = self.keys[0]
        return [
            (Q(**{f"{first}__isnull": False}), self.keys),
            (Q(**{f"{first}__isnull": True}), self.keys[1:]),
        ]

    def reversed(self) -> "Order":
        """The same keys the other way round; rows without the first key still stand last."""
        return Order(self.keys, not self.descending, self.nullable)


ORDERS: dict[str, Order] = {
    "found_on": Order(("found_on", "id")),
    "due_on": Order(("due_on", "id"), nullable=True),
    # Numbers are given in the order of the rows, and "…-10000" would sort before "…-9999" as text.
    "number": Order(("id",)),
    "park": Order(("park_id", "found_on", "id")),
    "department": Order(("responsible_department_id", "found_on", "id"), nullable=True),
    "level": Order(("level", "found_on", "id")),
}
DEFAULT_SORT = "-found_on"


def order_of(sort: str, orders: Mapping[str, Order] = ORDERS) -> tuple[str, Order]:
    """The order for the address's `sort`, and its name; an unknown one gives the default."""
    name = sort.removeprefix("-")
    if name not in orders:
        sort, name = DEFAULT_SORT, DEFAULT_SORT.removeprefix("-")
    return sort, orders[name].reversed() if sort.startswith("-") else orders[name]


def ordered(rows: QuerySet[Any], sort: str) -> QuerySet[Any]:
    """All the rows in the order of the list, for an export of what is shown."""
    _, order = order_of(sort)
    # Saying where empty values stand costs the index: only where there can be any.
    last = {"nulls_last": True} if order.nullable else {}
    first, *rest = (F(key) for key in order.keys)
    if order.descending:
        return rows.order_by(first.desc(**last), *(key.desc() for key in rest))
    return rows.order_by(first.asc(**last), *rest)


@dataclass(frozen=True)
class Cursor:
    """A place between two rows: past the row with these keys, going on or going back."""

    sort: str
    zone: int
    values: tuple[Any, ...]
    back: bool = False

    def encode(self) -> str:
        """As it stands in the address."""
        values = [v if isinstance(v, int | str) else v.isoformat() for v in self.values]
        text = json.dumps([self.sort, self.zone, values, int(self.back)], separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(model: type[Model], text: str, sort: str, orders: Mapping[str, Order] = ORDERS) -> Cursor | None:
    """The cursor of an address, or None when it was damaged or belongs to another order: the first page."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        said, zone, values, back = json.loads(raw)
        _, keys = (
            order_of(sort, orders)[1].zones[zone]
            if said == sort and type(zone) is int and zone >= 0
            else (0, ())
        )
        if not keys or len(keys) != len(values):
            return None
        typed = tuple(_typed(model._meta.get_field(key.removesuffix("_id")), value)
                      for key, value in zip(keys, values, strict=True))  # fmt: skip
    except (ValueError, TypeError, LookupError, ArithmeticError, RecursionError, ValidationError):
        return None
    return Cursor(sort, zone, typed, bool(back))


def _typed(column: Any, value: Any) -> Any:
    """A value of the cursor as the column holds it; ValueError when no row can hold it."""
    if column.is_relation:
        column = column.target_field
    made = column.to_python(value)
    if made is None or (isinstance(made, int) and not -_BIG <= made <= _BIG) or "\0" in str(made):
        raise ValueError("not a value of this column")
    str(made).encode()  # half a surrogate pair is no text to a database
    return made


class RowCompare(Func):
    """`(a, b) < (x, y)`: one comparison of whole rows, which an index on (a, b) answers by a seek."""

    output_field: Field = BooleanField()

    def __init__(self, *expressions: Any, operator: str = "<", **extra: Any) -> None:
        super().__init__(*expressions, **extra)
        self.operator = operator

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        parts = [compiler.compile(expression) for expression in self.source_expressions]
        half = len(parts) // 2
        left, right = (", ".join(sql for sql, _ in side) for side in (parts[:half], parts[half:]))
        return f"({left}) {self.operator} ({right})", [value for _, values in parts for value in values]


@dataclass
class Page:
    """Rows of one page and the cursors of its neighbours; "" where there is none."""

    rows: list[Any]
    previous: str = ""
    next: str = ""
    first: bool = True
    total: int | None = field(default=None)

    @property
    def total_text(self) -> str:
        """How many rows there are in all, in words; counting stops at the cap."""
        if self.total is None:
            return ""
        return f"{COUNT_CAP} 条以上" if self.total > COUNT_CAP else f"共 {self.total} 条"


def page_of(
    rows: QuerySet[Any],
    *,
    sort: str,
    cursor: str = "",
    size: int = PAGE_SIZE,
    orders: Mapping[str, Order] = ORDERS,
) -> Page:
    """One page of `rows` (a queryset of objects or of `.values()` with the order's keys in it).

    `orders`: those of another list than the hazards'; `sort` must be one of them.
    """
    sort, order = order_of(sort, orders)
    place = decode(rows.model, cursor, sort, orders) if cursor else None
    if place is None:
        return _forward(rows, sort, order, place=None, size=size)
    if not place.back:
        return _forward(rows, sort, order, place=place, size=size)
    found = _collect(rows, order, place, size + 1)
    if len(found) <= size:
        # Back at the beginning: show the whole first page, also what arrived there meanwhile.
        return _forward(rows, sort, order, place=None, size=size)
    shown = found[:size][::-1]
    return Page(
        shown, _cursor(sort, order, shown[0], back=True), _cursor(sort, order, shown[-1]), first=False
    )


def count_up_to_cap(rows: QuerySet[Any]) -> int:
    """How many rows there are; COUNT_CAP + 1 stands for anything above the cap."""
    return rows.order_by().values("pk")[: COUNT_CAP + 1].count()


def _forward(rows: QuerySet[Any], sort: str, order: Order, *, place: Cursor | None, size: int) -> Page:
    found = _collect(rows, order, place, size + 1)
    shown = found[:size]
    more = len(found) > size
    return Page(
        shown,
        previous=_cursor(sort, order, shown[0], back=True) if place and shown else "",
        next=_cursor(sort, order, shown[-1]) if more else "",
        first=place is None,
    )


def _collect(rows: QuerySet[Any], order: Order, place: Cursor | None, wanted: int) -> list[Any]:
    """Up to `wanted` rows past the place, nearest first, zone after zone."""
    back = bool(place and place.back)
    start = place.zone if place else 0
    zones = list(enumerate(order.zones))
    walk: Sequence[tuple[int, tuple[Q, tuple[str, ...]]]] = zones[start::-1] if back else zones[start:]
    falling = order.descending != back
    found: list[Any] = []
    for number, (condition, keys) in walk:
        zone = rows.filter(condition) if condition else rows
        part = zone.order_by(*(f"-{key}" if falling else key for key in keys))
        if place and number == place.zone:
            values = [
                Value(v, output_field=_column(rows.model, k)) for k, v in zip(keys, place.values, strict=True)
            ]
            part = part.filter(
                RowCompare(*(F(key) for key in keys), *values, operator="<" if falling else ">")
            )
        found += part[: wanted - len(found)]
        if len(found) >= wanted:
            break
    return found


def _column(model: type[Model], key: str) -> Any:
    column = model._meta.get_field(key.removesuffix("_id"))
    return column.target_field if column.is_relation else column  # type: ignore[union-attr]


def _cursor(sort: str, order: Order, row: Any, *, back: bool = False) -> str:
    def value(key: str) -> Any:
        return row[key] if isinstance(row, dict) else getattr(row, key)

    zone = int(order.nullable and value(order.keys[0]) is None)
    return Cursor(sort, zone, tuple(value(key) for key in order.zones[zone][1]), back).encode()
