"""Words that notices share."""

from datetime import date

from hazards.models import Hazard


def about(hazard: Hazard, text: str) -> str:
    """Where the hazard is, and what is to be said of it."""
    return f"{hazard.park.name} {hazard.place}：{text}"


def day(on: date | None) -> str:
    """A day as people say it."""
    return f"{on.month}月{on.day}日" if on else "规定日期"
