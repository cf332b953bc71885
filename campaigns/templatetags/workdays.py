"""A day off beside a date: {{ occurrence.due_on|day_off:calendar }}."""

from datetime import date

from django import template

from campaigns.calendar import Calendar

register = template.Library()


@register.filter
def day_off(day: date | None, calendar: Calendar | None = None) -> str:
    """国庆节放假, 周六; empty for a working day. A list gives its calendar, so that it is read once."""
    if not isinstance(day, date):
        return ""
    return (calendar or Calendar.between(day, day)).day_off(day)
