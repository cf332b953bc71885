"""Arguments that the report commands share: what is not known is said in Chinese, with what is."""

import json
from argparse import ArgumentParser
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.management.base import CommandError

from campaigns.models import Campaign
from campaigns.periods import Period
from campaigns.queries import find_units, units_of
from parks.models import Department
from reports.indicators import SENSIBLE_YEARS


def add_campaign(parser: ArgumentParser) -> None:
    """--campaign, by slug."""
    parser.add_argument("--campaign", required=True, metavar="代号", help="专项行动代号，如 longgang-2021")


def campaign_named(slug: str) -> Campaign:
    """The campaign of that slug; the error lists the known ones."""
    campaign = Campaign.objects.filter(slug=slug).first()
    if campaign is None:
        known = "、".join(Campaign.objects.values_list("slug", flat=True)) or "（还没有专项行动）"
        raise CommandError(f"没有代号为“{slug}”的专项行动。现有：{known}")
    return campaign


def unit_named(campaign: Campaign, name: str | None) -> Department | None:
    """The unit called so by name, short name or alias; None when no name is given."""
    if not name:
        return None
    units = find_units(campaign, name)
    if len(units) == 1:
        return units[0]
    known = "、".join(str(unit) for unit in units_of(campaign))
    if units:
        raise CommandError(f"“{name}”可以指多个单位：{'、'.join(map(str, units))}。请写全称")
    raise CommandError(f"“{campaign.label}”中没有单位“{name}”。可用单位：{known}")


def day_given(text: str, option: str) -> date:
    """A day as YYYY-MM-DD."""
    try:
        day = date.fromisoformat(text)
    except ValueError as fault:
        form = "应为存在的日期，格式 YYYY-MM-DD，如 2021-11-28"
        raise CommandError(f"{option} 的日期“{text}”无效，{form}") from fault
    if day.year not in SENSIBLE_YEARS:
        years = f"{SENSIBLE_YEARS[0]}—{SENSIBLE_YEARS[-1]} 年"
        raise CommandError(f"{option} 的日期“{text}”不在专项行动可能的年份（{years}）之内，请核对")
    return day


def period_given(start: str | None, as_of: date) -> Period | None:
    """The period from --from to the as-of day; None counts 累计."""
    if not start:
        return None
    first = day_given(start, "--from")
    if first > as_of:
        raise CommandError(f"--from（{first}）晚于截止日期（{as_of}），请调整")
    return Period(first, as_of)


def as_json(value: Any) -> str:
    """JSON with plain numbers, readable Chinese, one item a line."""
    return json.dumps(value, ensure_ascii=False, indent=2, default=_number)


def _number(value: Any) -> int | float:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(type(value))
