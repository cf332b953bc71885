"""`manage.py demo [--json]`: made-up data to try the product with."""

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from hazard_tracker.demo.build import DemoRefused, accounts, build_demo, demo_exists
from hazard_tracker.demo.people import ACCOUNTS
from hazards.models import Hazard


class Command(BaseCommand):
    help = (
        "写入演示数据：龙港 2021 专项行动、20 个园区、虚构的人员与企业、约 400 条隐患，并列出演示账号。"
        "可以重复运行。正式环境（HAZARD_ENV=production）拒绝执行。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="只输出账号（JSON：角色 → 账号、密码）")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("正式环境不能写入演示数据。")
        made = not demo_exists()
        if made:
            try:
                build_demo()
            except DemoRefused as error:
                raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(accounts(), ensure_ascii=False, indent=2))
            return
        self._tell(made)

    def _tell(self, made: bool) -> None:
        state = "已写入演示数据" if made else "演示数据已存在，未作改动"
        self.stdout.write(f"{state}：隐患 {Hazard.objects.count()} 条。演示账号（密码相同）：")
        known = accounts()
        for account in ACCOUNTS:
            entry = known[account.role]
            self.stdout.write(
                f"  {entry['username']:<12} {entry['password']}  "
                f"{account.side}：{account.name}，{account.title}"
            )
