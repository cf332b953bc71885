"""Rows by the thousand, so that a scan of a great ledger holds few of them at a time."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")
SIZE = 1000


def batches(items: Iterable[T], size: int = SIZE) -> Iterator[list[T]]:
    """The items in their order, in lists of `size` and a last one of fewer."""
    rest = iter(items)
    while part := list(islice(rest, size)):
        yield part
