"""`manage.py health`: what /healthz says, for container checks and for a look by hand."""

import urllib.error
import urllib.request
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from hazard_tracker import health

WEB = "web"
TIMEOUT = 5  # seconds


def check_web(port: int) -> str:
    """Return "ok" when the web process on this machine answers /healthz, well or not."""
    host = settings.ALLOWED_HOSTS[0].removeprefix(".")
    request = urllib.request.Request(f"http://127.0.0.1:{port}/healthz", headers={"Host": host})
    try:
        urllib.request.urlopen(request, timeout=TIMEOUT).close()  # noqa: S310
    except urllib.error.HTTPError as error:
        return "ok" if error.code == 503 else f"HTTP {error.code}"
    except OSError as error:
        return f"unreachable ({type(error).__name__})"
    return "ok"


class Command(BaseCommand):
    help = (
        "检查平台各部分是否正常：database 数据库、broker 消息服务、schedule 定时任务、notices 提醒、"
        "web 网页。不正常时返回码为 1。"
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "parts", nargs="*", metavar="PART", help="只检查这些部分；不写时检查 web 以外的全部"
        )
        parser.add_argument("--port", type=int, default=8000, help="网页服务的端口，默认 8000")

    def handle(self, *args: Any, **options: Any) -> None:
        parts = options["parts"]
        known = {*health.CHECKS, WEB}
        if unknown := set(parts) - known:
            raise CommandError(
                f"没有这个部分：{'、'.join(sorted(unknown))}。可选：{'、'.join(sorted(known))}。"
            )
        results = health.report(timezone.now(), [part for part in parts if part != WEB] or None)
        if parts == [WEB]:
            results = {}
        if WEB in parts:
            results[WEB] = check_web(options["port"])
        for name, result in results.items():
            self.stdout.write(f"{name}: {result}")
        if any(result != "ok" for result in results.values()):
            raise CommandError("有部分不正常。")
