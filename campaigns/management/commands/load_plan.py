"""`manage.py load_plan SLUG`: set up a campaign from a plan that comes with the product."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from campaigns.actions import LoadReport, load_plan
from campaigns.plan import PlanError, known_plans, read_plan


class Command(BaseCommand):
    help = (
        "载入一份专项行动方案：单位及别名、职责、阶段、整治内容和措施、园区和专班、工作清单、报送安排、检查事项，"
        "并展开到期工作。可以重复运行：只补缺，不改动已有数据。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", nargs="?", metavar="SLUG", help=f"方案代号：{'、'.join(known_plans())}")
        parser.add_argument("--list", action="store_true", help="列出可用的方案")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["list"]:
            for slug in known_plans():
                self.stdout.write(f"{slug}  {read_plan(slug).campaign.name}")
            return
        if not options["slug"]:
            raise CommandError(f"请写明方案代号。可用的方案：{'、'.join(known_plans())}")
        try:
            report = load_plan(read_plan(options["slug"]))
        except PlanError as error:
            raise CommandError(str(error)) from error
        self._tell(report)

    def _tell(self, report: LoadReport) -> None:
        self.stdout.write(f"专项行动：{report.campaign}")
        self.stdout.write("新建：" + (_counts(report.created) or "无，数据已齐全"))
        if report.found:
            self.stdout.write("已有（未改动）：" + _counts(report.found))
        if report.questions:
            self.stdout.write("需要人工确认：")
            for number, question in enumerate(report.questions, start=1):
                self.stdout.write(f"  {number}. {question}")


def _counts(counts: dict[str, int]) -> str:
    return "、".join(f"{kind} {count}" for kind, count in counts.items())
