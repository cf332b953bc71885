"""The moment at which something is done, where that is not the present one.

What people did earlier is written down afterwards (a demo's months of history) by the very acts of daily
work; all that they stamp and all that they check then goes by the day on which it was done.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

_moment: ContextVar[datetime | None] = ContextVar("moment of the act", default=None)


@contextmanager
def done_at(moment: datetime) -> Iterator[None]:
    """Within, every campaign's business date and time are those of the (aware) moment."""
    token = _moment.set(moment)
    try:
        yield
    finally:
        _moment.reset(token)


def moment_told() -> datetime | None:
    """The moment of the `done_at` in which this is called, None outside."""
    return _moment.get()
