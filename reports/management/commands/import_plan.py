"""`manage.py import_plan FILE`: bring an official form into a campaign's plan, whole or not at all."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.models import User
from campaigns.models import Campaign
from campaigns.queries import find_units, remember_alias, scope_of
from parks.models import Department
from parks.names import name_key
from reports.enums import PlanForm
from reports.ledger.rules import may_import_plan
from reports.management.arguments import add_campaign, campaign_named
from reports.models import PlanImport
from reports.plan_forms import actions as plan_import
from reports.plan_forms.actions import Checked
from reports.plan_forms.desk import CHANGED, NEW, SAME
from reports.plan_forms.sheets import FormRows
from reports.plan_forms.units import NEW_UNIT
from reports.reading.sheet_parts import UnreadableWorkbook

FORMS = "、".join(f"{form.value}（{form.label}）" for form in PlanForm)
A_NEW_UNIT = "新单位"


class Command(BaseCommand):
    help = (
        "把官方表格（.xlsx）导入专项行动的方案：新的行新增，不同的行修改，表中没有的保留。"
        "要么全部导入，要么一行也不导入。最后一行输出“added N, changed N, unchanged N, errors N”；"
        "有误或有未确认的单位时退出码为 1。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="要导入的 .xlsx 文件")
        add_campaign(parser)
        parser.add_argument("--as", required=True, dest="user", metavar="用户名", help="以谁的身份和权限导入")
        parser.add_argument(
            "--form", default="", choices=["", *PlanForm.values], help=f"哪种表，默认按表头识别：{FORMS}"
        )
        parser.add_argument("--dry-run", action="store_true", help="只检查、不保存，输出将会变动的条数")
        parser.add_argument(
            "--alias",
            action="append",
            default=[],
            metavar="别名=单位",
            help=f"表中的单位名称对应哪个单位，可重复，导入成功后会记住；写“名称={A_NEW_UNIT}”则登记为新单位",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["file"])
        campaign, user = campaign_named(options["campaign"]), self._user(options["user"])
        if not may_import_plan(scope_of(user), campaign):
            raise CommandError(f"{user.username} 不是“{campaign}”牵头单位的人员，不能导入方案")
        aliases = self._aliases(campaign, options["alias"])
        answers = {name_key(name): unit.pk if unit else NEW_UNIT for name, unit in aliases.items()}
        found = self._read(path, options["form"])
        checked = plan_import.check_form(campaign, found, answers)
        self._tell(checked)
        if not checked.importable:
            self.stdout.write("未导入任何内容。")
            self._stop(checked)
        if options["dry_run"]:
            self.stdout.write("仅检查，未保存。")
        else:
            self._save(campaign, path, found, user, aliases, answers)
        self._total(checked)

    def _user(self, username: str) -> User:
        if user := User.objects.filter(username=username, is_active=True).first():
            return user
        raise CommandError(f"没有用户名为 {username} 的有效账号")

    def _aliases(self, campaign: Campaign, pairs: list[str]) -> dict[str, Department | None]:
        """Name as written → unit of the campaign, None for a new one."""
        aliases: dict[str, Department | None] = {}
        for pair in pairs:
            alias, _, name = pair.partition("=")
            units = find_units(campaign, name)
            if not alias.strip() or (len(units) != 1 and name.strip() != A_NEW_UNIT):
                raise CommandError(
                    f"--alias “{pair}”：须写成“别名=单位”，且单位是本行动中的一个单位的准确名称，"
                    f"或写“名称={A_NEW_UNIT}”"
                )
            aliases[alias.strip()] = units[0] if units else None
        return aliases

    def _read(self, path: Path, form: str) -> FormRows:
        try:
            with path.open("rb") as file:
                return plan_import.read_form(file, form)
        except OSError as fault:
            raise CommandError(f"无法打开文件 {path}：{fault.strerror}") from fault
        except UnreadableWorkbook as fault:
            self.stderr.write(str(fault))
            self.stdout.write("added 0, changed 0, unchanged 0, errors 1")
            sys.exit(1)

    def _tell(self, checked: Checked) -> None:
        self.stdout.write(f"表格：{PlanForm(checked.found.spec.form).label}")
        for remark in plan_import.preview_of(checked)["remarks"]:
            self.stdout.write(f"提示：{remark}")
        for fault in checked.desk.faults:
            self.stdout.write(f"有误：{fault}")
        for name, rows in checked.desk.units.questions.items():
            self.stdout.write(
                f'有误：没有单位“{name}”（{rows} 行），请用 --alias "{name}=单位名称" 指明，'
                f'或用 --alias "{name}={A_NEW_UNIT}" 登记'
            )

    def _save(
        self,
        campaign: Campaign,
        path: Path,
        found: FormRows,
        user: User,
        aliases: dict[str, Department | None],
        answers: dict[str, int],
    ) -> None:
        batch: PlanImport | None = None
        try:
            with transaction.atomic(), path.open("rb") as file:
                batch = plan_import.start(campaign, File(file, name=path.name), found, by=user)
                batch.answers = answers
                plan_import.save(batch, plan_import.check_form(campaign, found, answers), by=user)
                for alias, unit in aliases.items():
                    if unit:
                        remember_alias(unit, alias)
        except BaseException:
            if batch is not None:
                batch.file.delete(save=False)
            raise

    def _stop(self, checked: Checked) -> None:
        errors = checked.faulty + len(checked.desk.units.questions)
        self.stdout.write(f"added 0, changed 0, unchanged {checked.count(SAME)}, errors {errors}")
        sys.exit(1)

    def _total(self, checked: Checked) -> None:
        counts = [checked.count(kind) for kind in (NEW, CHANGED, SAME)]
        self.stdout.write("added {}, changed {}, unchanged {}, errors 0".format(*counts))
