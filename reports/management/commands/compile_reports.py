"""Compile the weekly reports of a campaign."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from parks.models import Department
from reports.actions import compile_report
from reports.management.arguments import add_campaign, campaign_named, day_given
from reports.queries import units_to_report


class Command(BaseCommand):
    help = (
        "汇总某一天所在周的周报：须报周报的各单位各一份，另加专项行动汇总一份。"
        "内容没有变化的不重复生成；有变化的生成下一期，已有各期原样保留。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_campaign(parser)
        parser.add_argument("--date", metavar="YYYY-MM-DD", help="这一天所在的周；不填为今天的业务日期")

    def handle(self, **options: Any) -> None:
        campaign = campaign_named(options["campaign"])
        day = day_given(options["date"], "--date") if options["date"] else campaign.today()
        week = campaign.week_of(day)
        units: list[Department | None] = [*units_to_report(campaign), None]
        failed = 0
        for unit in units:
            name = str(unit or "汇总")
            try:
                report, new = compile_report(campaign, unit, week)
            except ValidationError as fault:
                raise CommandError(f"{week}：{'；'.join(fault.messages)}") from fault
            except Exception as fault:  # one unit's failure must not keep the others from reporting
                failed += 1
                self.stderr.write(f"{name}：未能汇总（{fault}）")
                continue
            self.stdout.write(f"{name}：第{report.issue}期{'，新生成' if new else '，内容无变化'}")
        if failed:
            raise CommandError(f"{week}：{failed} 个单位未能汇总")
        self.stdout.write(f"{week}：共 {len(units)} 份")
