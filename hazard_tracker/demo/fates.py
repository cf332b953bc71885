"""How many of the demo's hazards end how, and on which days."""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from hazard_tracker.demo.days import later


class Fate(StrEnum):
    """What became of a hazard by the demo's date."""

    SPOT = "spot"
    SPOT_WAITING = "spot_waiting"
    ON_TIME = "on_time"
    LATE = "late"
    REJECTED_ONCE = "rejected_once"
    VOID = "void"
    REPORTED = "reported"
    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    WAITING = "waiting"
    SENT_BACK = "sent_back"


GENERAL = {
    Fate.SPOT: 78,
    Fate.SPOT_WAITING: 2,
    Fate.ON_TIME: 206,
    Fate.LATE: 32,
    Fate.REJECTED_ONCE: 20,
    Fate.VOID: 3,
    Fate.REPORTED: 8,
    Fate.GREEN: 11,
    Fate.YELLOW: 7,
    Fate.RED: 12,
    Fate.WAITING: 9,
    Fate.SENT_BACK: 2,
}
MAJOR = {
    Fate.ON_TIME: 5,
    Fate.LATE: 1,
    Fate.REPORTED: 1,
    Fate.GREEN: 1,
    Fate.RED: 1,
    Fate.WAITING: 1,
}
CLOSED = (Fate.SPOT, Fate.ON_TIME, Fate.LATE, Fate.REJECTED_ONCE)


@dataclass(frozen=True)
class Days:
    """The days of one hazard's life; those it never reached are None."""

    found: date
    assigned: date | None = None
    due: date | None = None
    done: date | None = None
    closed: date | None = None


def days_of(fate: Fate, major: bool, open_days: list[date], rng: random.Random) -> Days:
    """Days that fit the fate. `open_days`: the working days so far, the last is the day before today."""
    last = open_days[-1]
    today = last + timedelta(days=1)
    if fate in (Fate.SPOT, Fate.SPOT_WAITING, Fate.VOID, Fate.REPORTED):
        return _short(fate, open_days, rng)
    limit = 60 if major else rng.choice((7, 10, 15, 15, 15, 20, 30))
    if fate in CLOSED:
        return _closed(fate, limit, open_days, rng)
    ahead = {
        Fate.GREEN: rng.randint(4, 24) if not major else 33,
        Fate.YELLOW: rng.randint(0, 3),
        Fate.RED: -rng.randint(1, 26),
        Fate.WAITING: rng.randint(-1, 9),
        Fate.SENT_BACK: rng.randint(4, 8),
    }[fate]
    due = today + timedelta(days=ahead)
    wished = min(due - timedelta(days=limit), last - timedelta(days=6))
    assigned = max(day for day in open_days if day <= wished)
    found = max(day for day in open_days if day <= assigned - timedelta(days=rng.randint(0, 2)))
    done = _between(later(assigned, 1), min(last, due), rng)
    return Days(found, assigned, due, done)


def _closed(fate: Fate, limit: int, open_days: list[date], rng: random.Random) -> Days:
    """Days of a hazard that was closed: drawn again until all of them lie in the past."""
    while True:
        found = rng.choice(open_days[:-3])
        assigned = later(found, rng.randint(0, 2))
        due = assigned + timedelta(days=limit)
        late = fate == Fate.LATE
        done = later(due, rng.randint(1, 12)) if late else _between(later(assigned, 1), due, rng)
        # A rejected one takes four more working days: see stories.py.
        closed = later(done, 4 if fate == Fate.REJECTED_ONCE else rng.randint(1, 4))
        if closed <= open_days[-1]:
            return Days(found, assigned, due, done, closed)


def _short(fate: Fate, open_days: list[date], rng: random.Random) -> Days:
    """Lives without an assignment: put right on the spot, logged by mistake, not yet assigned."""
    recent = open_days[-4:] if fate in (Fate.REPORTED, Fate.SPOT_WAITING) else open_days[:-6]
    found = rng.choice(recent)
    if fate == Fate.SPOT:
        return Days(found, done=found, closed=later(found, rng.choice((0, 0, 1, 2))))
    return Days(found, closed=later(found, 1) if fate == Fate.VOID else None)


def _between(first: date, last: date, rng: random.Random) -> date:
    """A working day from `first` on, not after `last` where that can be."""
    days = [first + timedelta(days=place) for place in range(max((last - first).days, 0) + 1)]
    fitting = [day for day in days if later(day - timedelta(days=1), 1) == day]
    return rng.choice(fitting or [first])
