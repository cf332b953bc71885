"""Seal the settled part of the audit trail and check all of it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import AuditEntry
from accounts.verify import faults, seal


class Command(BaseCommand):
    help = "核对审计记录是否被改动或删除，并封存一小时以前的新记录。发现问题时逐条列出并以状态 1 结束。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-seal", action="store_true", help="只核对，不封存")

    def handle(self, *args: Any, **options: Any) -> None:
        found = list(faults())
        for line in found:
            self.stderr.write(line)
        if found:
            raise CommandError(f"审计记录核对未通过：{len(found)} 处异常")
        if not options["no_seal"] and (sealed := seal(timezone.now())):
            self.stdout.write(f"新封存 {sealed.rows} 条")
        self.stdout.write(f"审计记录核对通过：{AuditEntry.objects.count()} 条")
