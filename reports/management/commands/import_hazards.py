"""`manage.py import_hazards FILE`: bring a hazard ledger (P0 附件4) into a campaign, whole or not at all."""

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
from hazards.enums import BatchState
from parks.models import Department
from parks.names import name_key
from reports.ledger.actions import check_ledger, read_ledger, save_ledger, start_batch
from reports.ledger.checked import Checked
from reports.ledger.faults import rows_workbook
from reports.ledger.rules import may_import
from reports.ledger.sheet import Ledger
from reports.reading.sheet_parts import UnreadableWorkbook


class Command(BaseCommand):
    help = (
        "导入隐患整治清单（附件4样式的 .xlsx）。要么全部导入，要么一条也不导入；"
        "同一份清单再次导入不会重复。最后一行输出“imported N, skipped N, errors N”："
        "新增的条数、已存在而跳过的条数、有误的行数；有误时退出码为 1。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="要导入的 .xlsx 文件")
        parser.add_argument(
            "--campaign", required=True, metavar="代号", help="专项行动代号，例如 longgang-2021"
        )
        parser.add_argument("--as", required=True, dest="user", metavar="用户名", help="以谁的身份和权限导入")
        parser.add_argument("--dry-run", action="store_true", help="只检查、不保存，输出将会导入的条数")
        parser.add_argument(
            "--errors", metavar="OUT.xlsx", help="有误的行连同原因另存为这个工作簿，改好后可再导入"
        )
        parser.add_argument(
            "--alias",
            action="append",
            default=[],
            metavar="别名=单位",
            help="清单中的单位别名对应哪个单位，可重复；导入成功后会记住",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["file"])
        campaign, user = self._campaign(options["campaign"]), self._user(options["user"])
        if not may_import(scope_of(user), campaign):
            raise CommandError(f"{user.username} 没有在“{campaign}”中导入隐患的权限")
        aliases = self._aliases(campaign, options["alias"])
        ledger = self._read(path)
        checked = check_ledger(
            campaign, ledger, by=user, aliases=_by_key(aliases), unit_fault=_unit_fault, progress=self._bar
        )
        self._tell(checked)
        if not checked.importable:
            self._refuse(campaign, checked, options["errors"])
        if options["dry_run"]:
            self.stdout.write("仅检查，未保存。")
            self._total(len(checked.entries), checked.skipped, 0)
        else:
            self._save(campaign, path, ledger, user, aliases, checked)

    def _campaign(self, slug: str) -> Campaign:
        if campaign := Campaign.objects.filter(slug=slug).first():
            return campaign
        known = "、".join(Campaign.objects.values_list("slug", flat=True)) or "（还没有，先运行 load_plan）"
        raise CommandError(f"没有代号为 {slug} 的专项行动。现有：{known}")

    def _user(self, username: str) -> User:
        if user := User.objects.filter(username=username, is_active=True).first():
            return user
        raise CommandError(f"没有用户名为 {username} 的有效账号")

    def _aliases(self, campaign: Campaign, pairs: list[str]) -> dict[str, Department]:
        aliases: dict[str, Department] = {}
        for pair in pairs:
            alias, _, name = pair.partition("=")
            units = find_units(campaign, name)
            if not alias.strip() or len(units) != 1:
                raise CommandError(
                    f"--alias “{pair}”：须写成“别名=单位”，且单位是本行动中的一个单位的准确名称"
                )
            aliases[alias.strip()] = units[0]
        return aliases

    def _read(self, path: Path) -> Ledger:
        try:
            with path.open("rb") as file:
                return read_ledger(file)
        except OSError as fault:
            raise CommandError(f"无法打开文件 {path}：{fault.strerror}") from fault
        except UnreadableWorkbook as fault:
            self.stderr.write(str(fault))
            self._total(0, 0, 1)
            sys.exit(1)

    def _tell(self, checked: Checked) -> None:
        for remark in checked.remarks:
            self.stdout.write(f"提示：{remark}")
        for row in checked.existing:
            self.stdout.write(f"跳过：工作表“{row.sheet}”第 {row.row} 行已存在")
        for row, first in checked.doubled:
            self.stdout.write(
                f"跳过：工作表“{row.sheet}”第 {row.row} 行与“{first.sheet}”第 {first.row} 行重复"
            )
        for fault in checked.faults:
            self.stdout.write(f"有误：{fault}")

    def _refuse(self, campaign: Campaign, checked: Checked, errors: str | None) -> None:
        if errors:
            try:
                Path(errors).write_bytes(rows_workbook(campaign, checked.faulty, checked.faults))
            except OSError as fault:
                raise CommandError(f"无法写入 {errors}：{fault.strerror}") from fault
            self.stdout.write(f"有误的 {len(checked.faulty)} 行已另存为 {errors}，改好后可再导入。")
        self.stdout.write("未导入任何内容。")
        self._total(0, checked.skipped, len(checked.faulty))
        sys.exit(1)

    def _save(
        self,
        campaign: Campaign,
        path: Path,
        ledger: Ledger,
        user: User,
        aliases: dict[str, Department],
        checked: Checked,
    ) -> None:
        batch = None
        try:
            with transaction.atomic(), path.open("rb") as file:
                batch = start_batch(campaign, File(file, name=path.name), by=user, state=BatchState.SAVING)
                save_ledger(batch, ledger, by=user, aliases=_by_key(aliases), fresh=checked)
                for alias, unit in aliases.items():
                    remember_alias(unit, alias)
        except BaseException:
            if batch is not None:
                batch.file.delete(save=False)
            raise
        batch.refresh_from_db()
        self._total(batch.added, batch.skipped, 0)

    def _bar(self, done: int, total: int) -> None:
        if self.stderr.isatty():
            full = 30 * done // max(total, 1)
            end = "\n" if done == total else ""
            self.stderr.write(f"\r核对 [{'#' * full}{'.' * (30 - full)}] {done}/{total}", ending=end)

    def _total(self, imported: int, skipped: int, errors: int) -> None:
        self.stdout.write(f"imported {imported}, skipped {skipped}, errors {errors}")


def _by_key(aliases: dict[str, Department]) -> dict[str, Department]:
    return {name_key(alias): unit for alias, unit in aliases.items()}


def _unit_fault(name: str) -> str:
    return f'本行动中没有单位“{name}”，请改为准确名称，或用 --alias "{name}=单位名称" 指明'
