"""Compile the reports of a campaign."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from campaigns.models import Campaign
from parks.models import Department
from reports.actions import Asked, Outcome, compile_report
from reports.layouts import weekly
from reports.layouts.form import Form
from reports.management.arguments import add_campaign, campaign_named, day_given
from reports.models import Report
from reports.series import period_for, report_form, reported_forms, units_owing

SAID = {
    Outcome.NEW: "新生成",
    Outcome.UPDATED: "草稿已按最新台账更新",
    Outcome.SAME: "内容无变化",
    Outcome.SIGNED: "已填报，保持不变",
    Outcome.CHANGED: "已印发，保持不变；台账已有变化，如需重新编制请加 --reason",
}


class Command(BaseCommand):
    help = (
        "汇总某一天所在期间的报表：须报送的各单位各一份，另加专项行动汇总一份。"
        "默认为周报，--form 可指定其他报表。"
        "未填报的草稿按最新台账更新；已填报的保持不变；已印发的永不改变，加 --reason 才编制下一期。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_campaign(parser)
        parser.add_argument("--date", metavar="YYYY-MM-DD", help="这一天所在的期间；不填为今天的业务日期")
        parser.add_argument("--form", metavar="报表代号", default=weekly.SLUG, help="不填为 weekly（周报）")
        parser.add_argument("--reason", metavar="原因", default="", help="已印发的报表重新编制下一期的原因")

    def handle(self, **options: Any) -> None:
        campaign = campaign_named(options["campaign"])
        day = day_given(options["date"], "--date") if options["date"] else campaign.today()
        form = _form(campaign, options["form"])
        period = period_for(form, campaign, day)
        units: list[Department | None] = [*units_owing(campaign, form), None]
        failed = 0
        for unit in units:
            name = str(unit or "汇总")
            try:
                report, outcome = compile_report(
                    Asked(campaign, unit, form, period), reason=options["reason"]
                )
            except ValidationError as fault:
                raise CommandError(f"{period}：{'；'.join(fault.messages)}") from fault
            except Exception as fault:  # one unit's failure must not keep the others from reporting
                failed += 1
                self.stderr.write(f"{name}：未能汇总（{fault}）")
                continue
            self.stdout.write(f"{name}：{_said(report, outcome)}")
        if failed:
            raise CommandError(f"{period}：{failed} 个单位未能汇总")
        self.stdout.write(f"{period}：共 {len(units)} 份")


def _said(report: Report, outcome: Outcome) -> str:
    return f"第{report.issue}期，{SAID[outcome]}"


def _form(campaign: Campaign, slug: str) -> Form:
    form = report_form(campaign, slug)
    if form is None:
        known = "；".join(f"{one.slug} {one.short}" for one in reported_forms(campaign))
        raise CommandError(f"“{campaign.label}”没有代号为“{slug}”的报表。可用：{known}")
    return form
