"""Lights and words of the registers' rows: pure, today is an argument. Colours never stand without words."""

from calendar import monthrange
from datetime import date
from typing import NamedTuple

from campaigns.lights import light_of_due
from campaigns.models import ContractorEntry, Disposal, Provision

LONGEST_SOON = 30
"""Permits are renewed in weeks, not days: from here on their end is announced."""


class Shown(NamedTuple):
    """A light as templates/includes/light.html draws it."""

    light: str
    words: str


def entry_light(entry: ContractorEntry, today: date) -> Shown:
    """Whether a contractor may be on the site: reviewed, and until when."""
    if entry.passed is None:
        return Shown("yellow", "待审核")
    if not entry.passed:
        return Shown("grey", "未通过")
    if entry.valid_until is None:
        return Shown("green", "有效")
    left = (entry.valid_until - today).days
    if left < 0:
        return Shown("red", f"已过期 {-left} 天")
    if left <= LONGEST_SOON:
        return Shown("yellow", f"{left} 天后到期" if left else "今日到期")
    return Shown("green", "有效")


def provision_light(provision: Provision, today: date, yellow_days: int) -> Shown:
    """Open by its planned day; once issued, whether in time."""
    if provision.planned_on is None:
        return Shown("on_time", "已出台") if provision.issued_on else Shown("grey", "未定日期")
    light, words = light_of_due(provision.planned_on, provision.issued_on, today, yellow_days)
    return Shown(light, words.replace("完成", "出台"))


def quarter_end(year: int, quarter: int) -> date:
    """The last day of a quarter."""
    month = quarter * 3
    return date(year, month, monthrange(year, month)[1])


def disposal_light(disposal: Disposal, today: date, yellow_days: int) -> Shown:
    """Open by the quarter's last day; done waits for acceptance; accepted is over."""
    if disposal.accepted_on:
        return Shown("on_time", "已验收")
    if disposal.done_on:
        return Shown("yellow", "待验收")
    end = quarter_end(disposal.year, disposal.quarter)
    light, words = light_of_due(end, None, today, yellow_days)
    return Shown(light, f"退回重做，{words}" if disposal.acceptance_note else words)
