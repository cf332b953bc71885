"""Working days and working hours of the demo."""

import random
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from campaigns.calendar import Calendar

CALENDAR = Calendar()
"""The holidays as they are known without any table: the demo is made before anybody edits one."""


def workdays(first: date, last: date) -> list[date]:
    """The working days from `first` to `last`, both included."""
    days = (first + timedelta(days=place) for place in range((last - first).days + 1))
    return [day for day in days if CALENDAR.is_workday(day)]


def later(day: date, steps: int) -> date:
    """The working day `steps` working days after `day`."""
    while steps:
        day += timedelta(days=1)
        steps -= CALENDAR.is_workday(day)
    return day


def office_time(day: date, rng: random.Random, *, after: datetime | None = None) -> datetime:
    """A moment of the day between half past eight and half past five, later than `after`."""
    moment = timezone.make_aware(datetime.combine(day, time(8, 30))) + timedelta(minutes=rng.randint(0, 540))
    if after is not None and moment <= after:
        moment = after + timedelta(minutes=rng.randint(4, 25))
    return moment
