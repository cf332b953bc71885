"""Print figures as the forms have them: the eleven of the weekly form, or those of another."""

from argparse import ArgumentParser
from decimal import Decimal
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from campaigns.models import Campaign
from parks.models import Department
from reports.figures.counting import figures, span_of
from reports.figures.groups import figures_by_name
from reports.indicators import GROUPINGS, Figures, Indicator, Span
from reports.layouts import FORMS, taizhou_2
from reports.layouts.form import Form
from reports.management.arguments import (
    add_campaign,
    as_json,
    campaign_named,
    day_given,
    period_given,
    unit_named,
)

BY = dict(zip(GROUPINGS, ("责任单位", "园区", "专班", "行政区划（逐级汇总）", "企业特征"), strict=True))
UNKNOWN = "未知（由单位手工填报）"


class Command(BaseCommand):
    help = (
        "输出报表指标，默认为周报表的11项，加 --form 则为该表格的各项。"
        "默认为累计：自累计起算日至截止日期；加 --from 则只统计该日起至截止日期（本期）；"
        "累计起算日之前的不计。"
        "只输出系统统计的数据，不含单位手工填报的：不使用本系统的单位，其记录不计。"
        "“家”类指标按企业去重，各级重新计数。--json 输出“指标代号 → 数值”，未知为 null；"
        "加 --by 后为“名称 → 指标代号 → 数值”。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_campaign(parser)
        parser.add_argument("--as-of", required=True, metavar="YYYY-MM-DD", help="截止日期（含当日）")
        parser.add_argument(
            "--from", dest="start", metavar="YYYY-MM-DD", help="本期起始日期（含当日）；不填为累计"
        )
        groups = "、".join(f"{by} {words}" for by, words in BY.items())
        parser.add_argument("--by", metavar="分组", help=f"分组：{groups}")
        parser.add_argument("--unit", metavar="单位", help="只统计该单位（全称、简称或别名）")
        parser.add_argument(
            "--form", metavar="表格", default=taizhou_2.SLUG, help="表格代号，不填为周报表 taizhou-2"
        )
        parser.add_argument("--json", action="store_true", help="输出 JSON")

    def handle(self, **options: Any) -> None:
        campaign = campaign_named(options["campaign"])
        as_of = day_given(options["as_of"], "--as-of")
        period = period_given(options["start"], as_of)
        unit, form = unit_named(campaign, options["unit"]), _form(campaign, options["form"])
        by = _grouping(options["by"])
        counted, whose = form.indicators_for(campaign, unit), form.whose(campaign, unit)
        if by:
            rows = figures_by_name(campaign, as_of, by, period=period, coverage=whose, indicators=counted)
        else:
            rows = [(None, "", figures(campaign, as_of, period, whose, counted))]
        if options["json"]:
            self.stdout.write(as_json({name: told for _, name, told in rows} if by else rows[0][2]))
            return
        self.stdout.write(_heading(campaign, unit, span_of(campaign, as_of, period), bool(period)))
        for _, name, told in rows:
            if name:
                self.stdout.write(name)
            self._print(counted, told)

    def _print(self, counted: tuple[Indicator, ...], told: Figures) -> None:
        for one in counted:
            number = told[one.slug]
            self.stdout.write(f"  {one.heading}：{UNKNOWN if number is None else f'{Decimal(number):f}'}")


def _form(campaign: Campaign, slug: str) -> Form:
    with_figures = [form for form in FORMS.values() if form.indicators_for(campaign, None)]
    found = next((form for form in with_figures if form.slug == slug), None)
    if found is None:
        known = "、".join(f"{form.slug} {form.short}" for form in with_figures)
        raise CommandError(f"没有代号为“{slug}”的带指标的表格。可用：{known}")
    return found


def _grouping(by: str | None) -> str:
    if by and by not in GROUPINGS:
        known = "、".join(f"{one} {words}" for one, words in BY.items())
        raise CommandError(f"不能按“{by}”分组。可用：{known}")
    return by or ""


def _heading(campaign: Campaign, unit: Department | None, span: Span, within: bool) -> str:
    """Of what and of which days the figures are."""
    who = f"{campaign.label} {unit}" if unit else campaign.label
    if span.end < span.start:
        return f"{who}：截止日期早于累计起算日（{span.origin}），没有可统计的记录"
    return f"{who}：{'本期' if within else '累计'}（{span.start} 至 {span.end}）"
