"""What merging a form into a plan is made of: rows matched, what would change in each, their places."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.db import models

from accounts.rules import masked_phone
from campaigns.dates import Span
from campaigns.enums import Part
from campaigns.models import Campaign, Measure, WorkItem
from campaigns.parties import group_named
from parks.models import Department
from parks.names import name_key
from reports.ledger.checked import Fault
from reports.plan_forms.facts import Fact, Place
from reports.plan_forms.sheets import FormSpec
from reports.plan_forms.units import UnitBook, UnknownUnit

R = TypeVar("R", bound=models.Model)
F = TypeVar("F", bound=Fact)

NEW, CHANGED, SAME, WAITING = "new", "changed", "same", "waiting"
EMPTY = "（空）"


@dataclass(frozen=True)
class Diff:
    """One value of a row: what it is now ("" for a new row) and what the form says."""

    name: str
    old: str
    new: str


@dataclass
class Planned:
    """What the form makes of one row of the plan. `row` is stored, or one to be created.

    values: field → new value. parties: the units of a part, as worded; units: whom those names mean.
    shown: False for what comes along with another row, such as a new park with its task force.
    """

    at: Place
    row: models.Model
    label: str
    kind: str
    values: dict[str, Any] = field(default_factory=dict)
    parties: dict[Part, tuple[str, ...]] = field(default_factory=dict)
    units: dict[str, Department] = field(default_factory=dict)
    diffs: list[Diff] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    shown: bool = True


@dataclass
class Desk:
    """Everything that is known while a form is merged, and what comes of it.

    shifts: stored row → the place that it gets so that a new one fits in before it. kept: rows of the
    plan that the form does not mention.
    """

    campaign: Campaign
    spec: FormSpec
    units: UnitBook
    faults: list[Fault] = field(default_factory=list)
    planned: list[Planned] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    shifts: list[tuple[models.Model, int]] = field(default_factory=list)
    kept: int = 0

    @property
    def span(self) -> Span:
        """The campaign's days."""
        return Span(self.campaign.starts_on, self.campaign.ends_on)

    def fault(self, at: Place, slug: str, why: str) -> None:
        """Note why a row cannot be taken."""
        self.faults.append(Fault(at.sheet, at.row, self.spec.finder.heading_of(slug), why))

    def wait(self, at: Place, label: str) -> None:
        """A row that cannot be judged before its units are known."""
        self.planned.append(Planned(at, Department(), label, WAITING))

    def unit(self, at: Place, slug: str, name: str, label: str) -> Department | None:
        """The unit of that name; None when it is a set (a fault) or unknown (a question)."""
        if group_named(name):
            self.fault(at, slug, f"“{name}”是一类单位，这里须填一个单位的名称")
            return None
        try:
            return self.units.find(name)
        except UnknownUnit:
            self.wait(at, label)
            return None

    def parties(self, at: Place, names: Iterable[str], label: str) -> dict[str, Department] | None:
        """Units by name_key for all the names that are no sets; None while one of them is unknown."""
        found: dict[str, Department] = {}
        unknown = False
        for name in names:
            if not group_named(name):
                try:
                    found[name_key(name)] = self.units.find(name)
                except UnknownUnit:
                    unknown = True
        if unknown:
            self.wait(at, label)
        return None if unknown else found


def unit_key(unit: Department) -> Hashable:
    """By what a unit, stored or not, is the same."""
    return unit.pk or name_key(unit.name)


@dataclass
class Matched(Generic[F, R]):
    """Facts with the stored rows that they speak of, and the rows that no fact speaks of."""

    pairs: list[tuple[F, R | None]]
    left: list[R]


def match(
    facts: Sequence[F],
    rows: Sequence[R],
    fact_keys: Callable[[F], Sequence[Hashable]],
    row_keys: Callable[[R], Sequence[Hashable]],
) -> Matched[F, R]:
    """Pair facts and rows with equal keys; all by the first key, then what is left by the next."""
    keys = [fact_keys(fact) for fact in facts]
    result: list[R | None] = [None] * len(facts)
    free = {row.pk: row for row in rows}
    for level in range(max(map(len, keys), default=0)):
        index: dict[Hashable, list[R]] = {}
        for row in free.values():
            index.setdefault(row_keys(row)[level], []).append(row)
        for place, key in enumerate(keys):
            if result[place] is None and (bucket := index.get(key[level])):
                row = bucket.pop(0)
                result[place] = row
                del free[row.pk]
    return Matched(list(zip(facts, result, strict=True)), list(free.values()))


def once_each(
    desk: Desk, slug: str, facts: Iterable[F], key: Callable[[F], Hashable], said: Callable[[F], object]
) -> list[F]:
    """The facts, each key once: the same said twice counts once, two different things are a fault."""
    first: dict[Hashable, F] = {}
    for fact in facts:
        earlier = first.setdefault(key(fact), fact)
        if earlier is fact:
            continue
        where = f"工作表“{earlier.at.sheet}”第 {earlier.at.row} 行"
        if said(earlier) == said(fact):
            desk.remarks.append(f"工作表“{fact.at.sheet}”第 {fact.at.row} 行与{where}相同，只取一次")
        else:
            desk.fault(fact.at, slug, f"与{where}重复，但内容不同，请只保留一行")
    return list(first.values())


def compared(row: models.Model, values: Mapping[str, Any]) -> tuple[dict[str, Any], list[Diff]]:
    """What of the values is new to the row, and how to say it. Blanks and line breaks do not count."""
    changed, diffs = {}, []
    for name, value in values.items():
        old = getattr(row, name, None) if row.pk else None
        if row.pk and _plain(old) == _plain(value):
            continue
        changed[name] = value
        if row.pk or value:
            diffs.append(Diff(label_of(row, name), str(old or EMPTY) if row.pk else "", str(value or EMPTY)))
    return changed, diffs


def _plain(value: object) -> object:
    if isinstance(value, models.Model):
        return value.pk or value
    return "".join(value.split()) if isinstance(value, str) else value


def label_of(row: models.Model, name: str) -> str:
    """A field as people call it."""
    return str(row._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def compared_parties(
    row: Measure | WorkItem, part: Part, names: Sequence[str], units: Mapping[str, Department]
) -> Diff | None:
    """How the units that have a part differ from those that a form names; None when they do not."""
    new = [group_named(name) or unit_key(units[name_key(name)]) for name in names]
    shown = "、".join(names)
    if not row.pk:
        return Diff(part.label, "", shown) if names else None
    stored = [one for one in row.responsibilities.all() if one.part == part]
    if sorted(map(str, new)) == sorted(str(one.department_id or one.group) for one in stored):
        return None
    return Diff(part.label, "、".join(map(str, stored)) or EMPTY, shown or EMPTY)


def kept_phone(old: str, new: str) -> str:
    """A number that was printed with stars is the one that is stored."""
    return old if "*" in new and masked_phone(old) == new else new


def kind_of(row: models.Model, diffs: Sequence[Diff]) -> str:
    """New, changed or the same."""
    if row.pk is None:
        return NEW
    return CHANGED if diffs else SAME


def put_in_order(desk: Desk, stored: Sequence[models.Model], said: Sequence[Planned]) -> None:
    """Give each new row its place behind the one that stands before it in the form.

    Stored rows keep their numbers unless a new one needs the room; then they move down.
    """
    rows = sorted(stored, key=lambda row: (_order(row), row.pk))
    places = {row.pk: place for place, row in enumerate(rows)}
    inserts: dict[int, list[Planned]] = {}
    behind = _first_place(said, places)
    for one in said:
        if one.kind == NEW:
            inserts.setdefault(behind, []).append(one)
        else:
            behind = places[one.row.pk] + 1
    number, inserted = 0, False
    for place, row in enumerate([*rows, None]):
        for one in inserts.get(place, ()):
            number += 1
            one.values["order"], inserted = number, True
        if row is not None:
            wanted = max(number + 1, _order(row)) if inserted else _order(row)
            if wanted != _order(row):
                desk.shifts.append((row, wanted))
            number = max(number, wanted)


def _first_place(said: Sequence[Planned], places: Mapping[int, int]) -> int:
    """Where a new row goes before which the form has no stored one: before the next such, else last."""
    return next((places[one.row.pk] for one in said if one.kind != NEW), len(places))


def _order(row: models.Model) -> int:
    return int(getattr(row, "order", 0))
