"""What a group is told: one notice a thing, whoever else is told of it, and all that go with it.

A thing that twenty people are told of is twenty notices; a group's message carries them all and says one.
"""

from collections.abc import Collection, Iterable

from django.db.models import QuerySet

from notices.batches import batches
from notices.models import Notice
from notices.queries import for_message
from notices.subjects import KEY, Key, key_of


def thing_of(notice: Notice) -> Key:
    """What makes it this thing, whoever is told: KEY without the person."""
    return key_of(notice)[1:]


def numbers_by_thing(found: QuerySet[Notice]) -> dict[Key, list[int]]:
    """The notices' numbers, ascending. Reads no more than these: there may be a hundred thousand."""
    numbers: dict[Key, list[int]] = {}
    rows = found.order_by("pk").values_list("pk", *KEY[1:])
    for number, *thing in rows.iterator(chunk_size=2000):
        numbers.setdefault(tuple(thing), []).append(number)
    return numbers


def first_of_each(numbers: Iterable[Collection[int]]) -> list[Notice]:
    """One notice of each thing, with what a message needs of it, in the order of their numbers."""
    firsts = sorted(next(iter(same)) for same in numbers)
    return [
        one
        for part in batches(firsts)
        for one in for_message(Notice.objects.filter(pk__in=part)).order_by("pk")
    ]
