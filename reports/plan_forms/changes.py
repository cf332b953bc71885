"""Writes what a merged form makes of a plan, keeps each row as it was and as it became, and takes it back."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models
from django.db.models import Max

from campaigns.actions import set_parties
from campaigns.models import (
    Category,
    Completion,
    Measure,
    Occurrence,
    Responsibility,
    TaskForce,
    UnitContact,
    UnitDuty,
    WorkItem,
)
from parks.models import Park
from reports.plan_forms.desk import CHANGED, NEW, Desk, Planned, label_of

_DUE = ("due_on", "precision", "raw_deadline", "needs_confirmation")
KEPT: dict[type[models.Model], tuple[str, ...]] = {
    UnitDuty: ("department_id", "order", "text"),
    Category: ("order", "name"),
    Measure: ("category_id", "order", "title", *_DUE),
    WorkItem: ("order", "action", "task", "title", "rhythm", "dates", "quota", "anchor", "question", *_DUE),
    Park: ("name", "contact_name", "contact_phone"),
    TaskForce: ("park_id", "order", "department_id", "leader", "owner", "liaison", "phone", "note"),
    UnitContact: ("department_id", "order", "name", "post", "phone", "note"),
}
"""The columns that a form may fill: what an undo puts back."""
_MODELS = {model._meta.model_name: model for model in KEPT}
PARTIES = "responsibilities"
_PARTY = ("part", "order", "department_id", "group", "raw")
_OWN_PARTS = (Responsibility, Occurrence)
"""What belongs to a row and goes with it; occurrences only while nobody has worked on them."""

Entry = dict[str, Any]
"""One row written: its model, its id, its values before (None: it is new) and after."""


Going = set[tuple[type[models.Model], Any]]
"""Rows that an undo deletes."""


def write(desk: Desk) -> list[Entry]:
    """Save everything that is planned; the caller holds the transaction."""
    log: list[Entry] = []
    # From the last up, so that no two rows ever have the same number.
    for row, order in sorted(desk.shifts, key=lambda one: -one[1]):
        before = {"order": row.order}  # type: ignore[attr-defined]
        row.order = order  # type: ignore[attr-defined]
        row.save(update_fields=["order"])
        log.append(_entry(row, before, {"order": order}))
    for one in desk.planned:
        if one.kind in (NEW, CHANGED):
            log.append(_write(one))
    return log


def _write(one: Planned) -> Entry:
    row = one.row
    before = None if row.pk is None else snapshot(row)
    for name, value in one.values.items():
        setattr(row, name, value)
    row.save()
    if isinstance(row, Measure | WorkItem):
        for part, names in one.parties.items():
            set_parties(row, part, names, one.units)
    return _entry(row, before, snapshot(row))


def _entry(row: models.Model, before: Entry | None, after: Entry) -> Entry:
    return {"model": row._meta.model_name, "pk": row.pk, "before": before, "after": after}


def snapshot(row: models.Model) -> Entry:
    """The row's values as JSON holds them."""
    values = {name: _plain(getattr(row, name)) for name in KEPT[type(row)]}
    if isinstance(row, Measure | WorkItem):
        parties = Responsibility.objects.filter(**{_owner(row): row}).order_by("part", "order", "id")
        values[PARTIES] = [list(party) for party in parties.values_list(*_PARTY)]
    return values


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _owner(row: Measure | WorkItem) -> str:
    return "measure" if isinstance(row, Measure) else "item"


def last_completion() -> int:
    """The newest completion: later ones were made since."""
    return Completion.objects.aggregate(last=Max("pk"))["last"] or 0


def take_back(log: Sequence[Entry], since: int) -> tuple[int, int]:
    """Delete what was added, restore what was changed; returns how many of each.

    since: the newest completion when it was written. Raises ValidationError, with nothing changed in the
    caller's transaction, when a row was changed or worked on meanwhile.
    """
    rows = [(entry, _row(entry)) for entry in reversed(log)]
    going = {(type(row), row.pk) for entry, row in rows if row is not None and entry["before"] is None}
    reasons = [why for entry, row in rows if (why := _why_not(entry, row, since, going))]
    if reasons:
        raise ValidationError(list(dict.fromkeys(reasons))[:20])
    added = changed = 0
    try:
        for entry, row in rows:
            assert row is not None
            if entry["before"] is None:
                _remove(row)
                added += not isinstance(row, Park | Category)
            else:
                _restore(row, entry["before"])
                changed += set(entry["before"]) != {"order"} and not isinstance(row, Park)
    except (models.ProtectedError, models.RestrictedError, IntegrityError) as fault:
        raise ValidationError("导入之后有别的内容用到了其中的行，不能撤销") from fault
    return added, changed


def _row(entry: Entry) -> models.Model | None:
    model = _MODELS[entry["model"]]
    return model._default_manager.select_for_update(of=("self",)).filter(pk=entry["pk"]).first()


def _why_not(entry: Entry, row: models.Model | None, since: int, going: Going) -> str:
    """Why this row cannot be put back, in words; "" when it can."""
    kind = str(_MODELS[entry["model"]]._meta.verbose_name)
    if row is None:
        return f"{kind}中有一行导入后已被删除"
    name = f"{kind}“{str(row)[:30]}”"
    now = snapshot(row)
    moved = [column for column, value in entry["after"].items() if now[column] != value]
    if moved:
        return f"{name}导入后修改过{_column(row, moved[0])}"
    if isinstance(row, Measure | WorkItem | TaskForce) and _worked_on(row, since, entry["before"] is None):
        return f"{name}导入后已有完成记录"
    if entry["before"] is None and (users := _users(row, going)):
        return f"{name}导入后已有{users}"
    return ""


def _column(row: models.Model, name: str) -> str:
    return "责任分工" if name == PARTIES else f"“{label_of(row, name.removesuffix('_id'))}”"


def _worked_on(row: Measure | WorkItem | TaskForce, since: int, is_new: bool) -> bool:
    """Whether somebody has completed what falls due of it; of a stored row, since the import."""
    done = Completion.objects.filter(occurrence__in=row.occurrences.all())
    return done.exists() if is_new else done.filter(pk__gt=since).exists()


def _users(row: models.Model, going: Going) -> str:
    """What points at a row that was added and does not go with it, by its name; "" when nothing does."""
    for relation in row._meta.related_objects:
        model = relation.related_model
        if model in _OWN_PARTS or isinstance(model, str):
            continue
        users = model._default_manager.filter(**{relation.field.name: row}).values_list("pk", flat=True)
        if any((model, pk) not in going for pk in users):
            return str(model._meta.verbose_name)
    return ""


def _remove(row: models.Model) -> None:
    if isinstance(row, Measure | WorkItem | TaskForce):
        row.occurrences.filter(completions__isnull=True).delete()
    row.delete()


def _restore(row: models.Model, values: Entry) -> None:
    columns = {name: value for name, value in values.items() if name != PARTIES}
    for name, value in columns.items():
        setattr(row, name, value)
    row.save(update_fields=[name.removesuffix("_id") for name in columns])
    if PARTIES in values and isinstance(row, Measure | WorkItem):
        row.responsibilities.all().delete()
        Responsibility.objects.bulk_create(
            Responsibility(**{_owner(row): row}, **dict(zip(_PARTY, party, strict=True)))
            for party in values[PARTIES]
        )
