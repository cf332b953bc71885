"""Print the eleven figures."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from reports.groups import figures_by_name
from reports.indicators import BY_SLUG, GROUPINGS, Figures, figures
from reports.management.arguments import (
    add_campaign,
    as_json,
    campaign_named,
    day_given,
    period_given,
    unit_named,
)


class Command(BaseCommand):
    help = (
        "输出周报的11项指标。默认为累计：自累计起算日至截止日期；加 --from 则只统计该日起至截止日期（本期）。"
        "“家”类指标按企业去重，各级重新计数。--json 输出“指标代号 → 数值”；"
        "加 --by 后为“名称 → 指标代号 → 数值”。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_campaign(parser)
        parser.add_argument("--as-of", required=True, metavar="YYYY-MM-DD", help="截止日期（含当日）")
        parser.add_argument(
            "--from", dest="start", metavar="YYYY-MM-DD", help="本期起始日期（含当日）；不填为累计"
        )
        parser.add_argument(
            "--by",
            choices=GROUPINGS,
            help="分组：department 责任单位、park 园区、task_force 专班、region 行政区划（逐级汇总）",
        )
        parser.add_argument("--unit", metavar="单位", help="只统计该单位（全称、简称或别名）")
        parser.add_argument("--json", action="store_true", help="输出 JSON")

    def handle(self, **options: Any) -> None:
        campaign = campaign_named(options["campaign"])
        as_of = day_given(options["as_of"], "--as-of")
        period = period_given(options["start"], as_of)
        unit = unit_named(campaign, options["unit"])
        if not options["by"]:
            self._print(figures(campaign, as_of, period, unit), options["json"])
            return
        rows = figures_by_name(campaign, as_of, options["by"], period, unit)
        if options["json"]:
            self.stdout.write(as_json({name: numbers for _, name, numbers in rows}))
            return
        for _, name, numbers in rows:
            self.stdout.write(name)
            self._print(numbers, as_json_wanted=False)

    def _print(self, numbers: Figures, as_json_wanted: bool) -> None:
        if as_json_wanted:
            self.stdout.write(as_json(numbers))
            return
        for slug, number in numbers.items():
            self.stdout.write(f"  {BY_SLUG[slug].heading}：{number}")
