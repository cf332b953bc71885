"""`manage.py send_notices`: what the schedule does each minute, at once; or what it would do."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from campaigns.models import Campaign
from notices import channels
from notices.models import Notice
from notices.rounds import run
from notices.sending import Parcel, planned_at, preview


class Command(BaseCommand):
    help = (
        "立即检查各专项行动，生成缺少的提醒，写成当日的消息并发送。平时每分钟自动运行；重复运行不会重复提醒。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--at", metavar="T", help="当作这个时间运行，例如 2021-09-15T08:00；不写为现在")
        parser.add_argument("--dry-run", action="store_true", help="只列出谁会收到什么，不写入、不发送")
        parser.add_argument("--campaign", metavar="C", help="只处理这个专项行动（代号）")

    def handle(self, *args: Any, **options: Any) -> None:
        at, only = moment(options["at"]), campaign(options["campaign"])
        if options["dry_run"]:
            self.foretell(at, only)
            return
        done = run(at, channels.send, only)
        self.stdout.write(f"新增提醒 {done.added} 条，写成消息 {done.written} 封，发出 {done.sent} 封。")
        if done.failed_campaigns:
            raise CommandError(f"有 {done.failed_campaigns} 个专项行动未能检查，原因见上面的记录。")

    def foretell(self, at: datetime, only: Campaign | None) -> None:
        """Who would get what by which way; writes nothing."""
        inbox = [notice for rows in planned_at(at, only).values() for notice in rows]
        out = preview(at, only)
        self.stdout.write(f"{timezone.localtime(at):%Y-%m-%d %H:%M} 试运行：不写入，不发送。")
        self.stdout.write(f"收件箱新增提醒 {len(inbox)} 条：")
        for notice in inbox:
            self.stdout.write(f"  {notice.user}：{said(notice)}")
        self.stdout.write(f"对外消息 {len(out)} 封：")
        for parcel in out:
            self.stdout.write(f"  {addressee(parcel)}，{len(parcel.notices)} 条：")
            for notice in parcel.notices:
                self.stdout.write(f"    {said(notice)}")


def said(notice: Notice) -> str:
    """The notice in one line."""
    return f"[{notice.get_kind_display()}] {notice.text}{'（补发）' if notice.late else ''}"


def addressee(parcel: Parcel) -> str:
    """By which way, to whom; a robot's address is a secret and is not said."""
    way = parcel.way
    to = f"{way.user} {way.user.email}" if way.user else str(way.robot)
    return f"{way.channel.label} → {to}"


def moment(given: str | None) -> datetime:
    """The time given, in the zone of the settings unless it names one. Raises CommandError."""
    if not given:
        return timezone.now()
    try:
        found = parse_datetime(given)
        if found is None and (day := parse_date(given)):
            found = datetime(day.year, day.month, day.day)
    except ValueError:
        found = None
    if found is None:
        raise CommandError(f"--at 不是有效的时间：{given}。请写成 2021-09-15T08:00 这样。")
    return found if timezone.is_aware(found) else timezone.make_aware(found)


def campaign(slug: str | None) -> Campaign | None:
    """The active campaign of that name. Raises CommandError."""
    if not slug:
        return None
    active = Campaign.objects.filter(active=True)
    if found := active.filter(slug=slug).first():
        return found
    names = "、".join(active.order_by("slug").values_list("slug", flat=True)) or "无"
    raise CommandError(f"没有进行中的专项行动“{slug}”。现有：{names}。")
