"""Write an official form to a file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts import audit
from campaigns.models import Campaign
from campaigns.periods import Period
from campaigns.queries import units_of
from reports.indicators import GROUPINGS
from reports.layouts import FORMS
from reports.layouts.form import Ask
from reports.management.arguments import (
    add_campaign,
    campaign_named,
    day_given,
    period_given,
    unit_named,
)
from reports.series import period_for
from reports.workbook import Book


class Command(BaseCommand):
    help = (
        "导出一份表格为 .xlsx 文件。表格代号："
        + "；".join(f"{form.slug} {form.name}" for form in FORMS.values())
        + "。默认统计累计数；加 --from 则为该日起的本期数（weekly 等报表中为本期的起始日）。"
        f"方案表格（{'、'.join(form.slug for form in FORMS.values() if form.of_plan)}）导出整个方案的现状，"
        "不分单位、日期；其中电话默认隐去中间四位，确需完整号码的加 --phones，并记入审计日志。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("form", metavar="表格代号", help="、".join(FORMS))
        add_campaign(parser)
        parser.add_argument("--unit", metavar="单位", help="填报单位（全称、简称或别名）；不填为整个专项行动")
        parser.add_argument("--as-of", metavar="YYYY-MM-DD", help="截止日期（含当日）；不填为今天的业务日期")
        parser.add_argument("--from", dest="start", metavar="YYYY-MM-DD", help="本期起始日期；不填为累计")
        parser.add_argument(
            "--by", choices=GROUPINGS, default="", help="taizhou-2 的汇总形式：每组一行并加合计"
        )
        parser.add_argument(
            "--phones", action="store_true", help="方案表格中的电话不隐去（文件请妥善保管；记入审计日志）"
        )
        parser.add_argument("-o", "--output", required=True, metavar="文件", help="写到哪个文件（.xlsx）")

    def handle(self, **options: Any) -> None:
        slug, target = options["form"], Path(options["output"])
        if slug not in FORMS:
            raise CommandError(f"没有代号为“{slug}”的表格。可用：{'、'.join(FORMS)}")
        campaign = campaign_named(options["campaign"])
        if not target.parent.is_dir():
            raise CommandError(f"文件夹“{target.parent}”不存在，请先建立或换一个位置")
        book = self._book(slug, campaign, options)
        if options["phones"]:
            audit.record("导出表格", user=None, username="命令行", target=f"{slug} 含完整电话")
        try:
            book.write(target)
        except OSError as fault:
            book.discard()
            raise CommandError(f"文件“{target}”无法写入：{fault.strerror}") from fault
        self.stdout.write(f"已导出：{target}")

    def _book(self, slug: str, campaign: Campaign, options: dict[str, Any]) -> Book:
        form = FORMS[slug]
        if form.of_plan:
            return self._plan_book(slug, campaign, options)
        if options["phones"]:
            raise CommandError(f"--phones 只用于方案表格，“{slug}”不需要")
        as_of = day_given(options["as_of"], "--as-of") if options["as_of"] else campaign.today()
        if as_of > campaign.today():
            raise CommandError(f"--as-of（{as_of}）晚于今天的业务日期（{campaign.today()}），请调整")
        period = period_given(options["start"], as_of)
        unit = unit_named(campaign, options["unit"])
        if unit and not form.concerns(campaign, [unit]):
            concerned = "、".join(map(str, form.concerns(campaign, units_of(campaign).order_by("pk"))))
            raise CommandError(f"方案没有要求{unit}报送“{slug}”。有此报表的单位：{concerned or '（无）'}")
        if not form.rhythm:
            return form.book(Ask(campaign, as_of, unit, period, within=period is not None, by=options["by"]))
        period = period or Period(period_for(form, campaign, as_of).start, as_of)
        return form.book(
            Ask(campaign, as_of, unit, period, by=options["by"] or ("" if unit else form.rows_by))
        )

    def _plan_book(self, slug: str, campaign: Campaign, options: dict[str, Any]) -> Book:
        options_of = {"--unit": "unit", "--as-of": "as_of", "--from": "start", "--by": "by"}
        given = [option for option, name in options_of.items() if options[name]]
        if given:
            raise CommandError(f"“{slug}”是方案表格，导出整个方案的现状，请去掉 {'、'.join(given)}")
        return FORMS[slug].book(Ask(campaign, campaign.today(), in_full=options["phones"]))
