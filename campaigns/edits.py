"""One row changed by a person who has had it open: refused when it moved meanwhile, checked, audited."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.http import HttpRequest

from accounts.audit import record
from accounts.models import User
from parks.names import name_key

M = TypeVar("M", bound=models.Model)


class StaleEdit(Exception):
    """The row changed after the form was opened; `row` is as it stands now."""

    def __init__(self, row: models.Model) -> None:
        super().__init__("stale")
        self.row = row


def digest_of(row: models.Model, names: Iterable[str]) -> str:
    """A short mark of the values that a form shows; equal marks mean that nobody has changed them."""
    if row.pk is None:
        return ""
    facts = [[name, _plain(row, name)] for name in sorted(names)]
    return hashlib.sha256(json.dumps(facts, default=str).encode()).hexdigest()[:20]


def _plain(row: models.Model, name: str) -> Any:
    field = row._meta.get_field(name)
    if field.many_to_many:
        return sorted(getattr(row, name).values_list("pk", flat=True))
    return field.value_from_object(row)  # type: ignore[union-attr]


def locked(row: M) -> M:
    """The row read again and locked; call inside a transaction. Raises DoesNotExist when it has gone."""
    return type(row)._default_manager.select_for_update(of=("self",)).get(pk=row.pk)


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

    `opened`: what digest_of gave when the form was opened. Raises StaleEdit, or ValidationError by field.
    """
    new = row.pk is None
    if not new:
        row = locked(row)
        if opened != digest_of(row, values):
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
