"""`manage.py generate`: test data in bulk for measurements."""

import sys
import time
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from campaigns.models import Campaign
from hazard_tracker.bulk_data import generate


def positive(text: str) -> int:
    """A whole number above zero."""
    if not text.isdigit() or int(text) == 0:
        raise ArgumentTypeError(f"“{text}”不是正整数")
    return int(text)


class Command(BaseCommand):
    help = (
        "批量生成测量用的虚构数据：一个新的专项行动、10 个县、10 个责任单位、园区、企业和隐患。"
        "种子相同则内容相同。正式环境（HAZARD_ENV=production）拒绝执行。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--hazards", type=positive, default=100_000, metavar="N", help="隐患条数")
        parser.add_argument("--parks", type=positive, default=200, metavar="N", help="园区个数")
        parser.add_argument("--enterprises", type=positive, default=2_000, metavar="N", help="企业家数")
        parser.add_argument("--seed", type=int, default=1, metavar="S", help="随机种子")
        parser.add_argument("--campaign", default="bench", metavar="SLUG", help="新专项行动的代号")
        parser.add_argument("--history", action="store_true", help="同时生成流转记录（较慢）")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("正式环境不能写入测试数据。")
        slug, total = options["campaign"], options["hazards"]
        if Campaign.objects.filter(slug=slug).exists():
            raise CommandError(f"专项行动“{slug}”已存在，请用 --campaign 换一个代号。")
        started = time.monotonic()
        generate(
            slug,
            hazards=total,
            parks=options["parks"],
            enterprises=options["enterprises"],
            seed=options["seed"],
            history=options["history"],
            progress=lambda done: self._show(done, total),
        )
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
        seconds = time.monotonic() - started
        self.stdout.write(f"已生成：专项行动 {slug}，隐患 {total} 条，用时 {seconds:.1f} 秒")

    def _show(self, done: int, total: int) -> None:
        """A bar on a terminal; silent in a script."""
        if not sys.stderr.isatty():
            return
        filled = 30 * done // total
        bar = "█" * filled + "░" * (30 - filled)
        self.stderr.write(f"\r{bar} {done}/{total}", ending="\n" if done == total else "")
