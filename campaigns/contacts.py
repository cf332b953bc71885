"""People of task forces as a viewer may see them: phones masked by the server (security D1)."""

from collections.abc import Iterator
from dataclasses import dataclass

from accounts.rules import masked_phone
from campaigns.enums import MemberDuty
from campaigns.models import TaskForce
from campaigns.queries import Scope
from campaigns.rules import may_read_phones_of


@dataclass(frozen=True)
class Person:
    """A member of a task force as shown: the number already masked where it must be."""

    name: str
    duty: str
    phone: str
    dialable: bool


@dataclass(frozen=True)
class Row:
    """One row of P0 附件3."""

    task_force: TaskForce
    phone: str
    dialable: bool
    people: list[Person]
    park_phone: str = ""
    park_dialable: bool = False


def shown_phone(phone: str, in_full: bool) -> str:
    """The number, masked unless the viewer may read it."""
    return phone if in_full else masked_phone(phone)


def people_of(task_force: TaskForce, in_full: bool) -> list[Person]:
    """Active members, leaders first. Needs `members__user` prefetched."""
    order = list(MemberDuty)
    members = [row for row in task_force.members.all() if row.user.is_active]
    members.sort(key=lambda row: (order.index(MemberDuty(row.duty)), row.pk))
    return [
        Person(
            str(row.user),
            row.get_duty_display(),
            shown_phone(row.user.phone, in_full),
            in_full and bool(row.user.phone),
        )
        for row in members
    ]


def rows_of(task_forces: list[TaskForce], scope: Scope) -> Iterator[Row]:
    """The table's rows with phones as this viewer may see them."""
    for task_force in task_forces:
        in_full = may_read_phones_of(scope, task_force)
        park = task_force.park
        # A park's own people need not be hidden from the park.
        park_in_full = in_full or park.pk in scope.operated_parks
        yield Row(
            task_force,
            shown_phone(task_force.phone, in_full),
            in_full and bool(task_force.phone),
            people_of(task_force, in_full),
            shown_phone(park.contact_phone, park_in_full),
            park_in_full and bool(park.contact_phone),
        )
