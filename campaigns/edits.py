"""What a person has had open and saves: refused when it moved meanwhile, made once though sent twice."""

import hashlib
import json
import uuid
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar, cast

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.http import HttpRequest

from accounts.audit import record
from accounts.models import AuditEntry, User
from parks.names import name_key

M = TypeVar("M", bound=models.Model)


class StaleEdit(Exception):
    """What a form was opened on changed meanwhile; `row` is as it stands now."""

    def __init__(self, row: models.Model) -> None:
        super().__init__("stale")
        self.row = row


def mark_of(facts: Any) -> str:
    """A short mark of what a form shows; equal marks mean that nobody has changed it."""
    text = json.dumps(facts, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def mark_of_row(row: models.Model, names: Iterable[str]) -> str:
    """The mark of a row's own values. For a row to be made a word that no other form has: see made_before."""
    return mark_of({name: _plain(row, name) for name in names}) if row.pk is not None else new_mark()


def new_mark() -> str:
    """What a form for a new row is opened with."""
    return uuid.uuid4().hex


def made_before(sent: str, by: User) -> int | None:
    """The id of the row that this sending made already: a form posted twice, by a double click or for want of
    an answer, makes one row. The audit trail remembers `sent`, the mark of the form and all that it said.

    Call it in the transaction that makes the row: the person is locked, so that two posts take turns.
    """
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=by.pk)
    known = AuditEntry.objects.filter(user=by, detail__sent=sent).first()
    return int(known.detail["id"]) if known else None


def _plain(row: models.Model, name: str) -> Any:
    field = row._meta.get_field(name)
    if field.many_to_many:
        return sorted(getattr(row, name).values_list("pk", flat=True))
    return field.value_from_object(row)  # type: ignore[union-attr]


def locked(row: M) -> M:
    """The row read again and locked; call inside a transaction. Raises DoesNotExist when it has gone."""
    # Not type(row): the campaign of a request is a proxy of itself.
    manager = row._meta.model._default_manager
    return cast("M", manager.select_for_update(of=("self",)).get(pk=row.pk))


@transaction.atomic
def save_row(
    row: M,
    values: Mapping[str, Any],
    *,
    act: str,
    by: User,
    opened: str = "",
    request: HttpRequest | None = None,
    **detail: Any,
) -> M:
    """Save the values into a new or an existing row and audit what changed, by field name only.

    `opened`: what mark_of_row gave when the form was opened. A row that this very sending made before is
    returned as it is. Raises StaleEdit, or ValidationError by field.
    """
    new = row.pk is None
    if new and opened:
        detail["sent"] = mark_of([act, opened, *sorted((name, str(value)) for name, value in values.items())])
        made = type(row)._default_manager.filter(pk=made_before(detail["sent"], by)).first()
        if made is not None:
            return made
    elif not new:
        row = locked(row)
        if opened != mark_of_row(row, values):
            raise StaleEdit(row)
    many = {name for name in values if row._meta.get_field(name).many_to_many}
    before = {name: _plain(row, name) for name in values} if not new else {}
    for name in set(values) - many:
        setattr(row, name, values[name])
    _store(row)
    for name in many:
        getattr(row, name).set(values[name])
    changed = sorted(name for name in values if new or before[name] != _plain(row, name))
    if changed:
        kept: dict[str, Any] = {} if new else {"changed": changed}
        record(act, user=by, target=str(row), request=request, id=row.pk, **kept, **detail)
    return row


def _store(row: models.Model) -> None:
    """Check the whole row, its constraints too, and save it."""
    if hasattr(row, "name_key"):
        row.name_key = name_key(str(row.name))  # type: ignore[attr-defined]
    row.full_clean()
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise ValidationError("刚刚有人保存了同样的一条，请返回列表查看") from error
