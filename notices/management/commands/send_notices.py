"""`manage.py send_notices`: what the schedule does every ten minutes, at once."""

from typing import Any

from django.core.management.base import BaseCommand

from notices.tasks import send_due_notices


class Command(BaseCommand):
    help = "立即检查交办、验收、退回和期限，生成缺少的提醒。平时每 10 分钟自动运行；重复运行不会重复提醒。"

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"新增提醒 {send_due_notices()} 条")
