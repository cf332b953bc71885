"""Is the platform well: database, broker, schedule, notices. Read by monitors at /healthz, from outside of
all that runs by the schedule; pages of the administration show the same as a banner."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from hazard_tracker.celery import app
from notices.standstill import refused, standing_scans, waiting_minutes

HEARTBEAT_KEY = "schedule:heartbeat"
HEARTBEAT_LIMIT = timedelta(minutes=5)


def record_heartbeat() -> None:
    """Note the present moment as the last sign of life of beat and worker together."""
    cache.set(HEARTBEAT_KEY, timezone.now().isoformat(), timeout=None)


def check_database() -> str:
    """Return "ok"; raises whatever the driver raises when the database does not answer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return "ok"


def check_broker() -> str:
    """Return "ok"; raises when the message broker does not answer within about two seconds."""
    with app.connection_for_write() as broker:
        broker.ensure_connection(max_retries=1, interval_start=0, timeout=2)
    return "ok"


def schedule_age(now: datetime) -> int | None:
    """Seconds since the last heartbeat, or None when there has been none yet."""
    stored = cache.get(HEARTBEAT_KEY)
    if stored is None:
        return None
    return max(0, int((now - datetime.fromisoformat(stored)).total_seconds()))


def check_schedule(now: datetime) -> str:
    """Return "ok", or why the schedule is thought to stand still."""
    age = schedule_age(now)
    if age is None:
        return "no heartbeat yet"
    if age > HEARTBEAT_LIMIT.total_seconds():
        return f"last heartbeat {age} s ago"
    return "ok"


def check_notices(now: datetime) -> str:
    """Return "ok", or how long inboxes have not been looked after, or messages not been sent."""
    faults = []
    if unscanned := standing_scans(now):
        faults.append(f"{unscanned} campaigns not scanned for 15 min")
    if waiting := waiting_minutes(now):
        faults.append(f"a message has waited for {waiting} min")
    return "; ".join(faults) or "ok"


CHECKS: dict[str, Callable[[datetime], str]] = {
    "database": lambda now: check_database(),
    "broker": lambda now: check_broker(),
    "schedule": check_schedule,
    "notices": check_notices,
}


def report(now: datetime, parts: Iterable[str] | None = None) -> dict[str, str]:
    """Every check (or only `parts`) by name, with "ok" or a reason that names no host, user or path."""
    results = {}
    for name in parts or CHECKS:
        try:
            results[name] = CHECKS[name](now)
        except Exception as error:  # whatever a driver raises: a health page must answer, not fail
            results[name] = f"unreachable ({type(error).__name__})"
    return results


def alarms(now: datetime) -> list[str]:
    """What stands still, in words for people: for the banner of those who can do something about it."""
    found = []
    for said in (_schedule_alarm, _scan_alarm, _waiting_alarm, _refused_alarm):
        try:
            found.append(said(now))
        except Exception as error:  # the banner must not take the page down with it
            found.append(f"消息服务或数据库没有应答（{type(error).__name__}），无法得知定时任务是否正常。")
    return [one for one in found if one]


def _schedule_alarm(now: datetime) -> str:
    age = schedule_age(now)
    if age is not None and age <= HEARTBEAT_LIMIT.total_seconds():
        return ""
    since = "还没有运行过" if age is None else f"已停止{age // 60}分钟"
    return f"定时任务{since}：提醒不会发出，报表不会自动生成。请检查 beat 和 worker 进程。"


def _scan_alarm(now: datetime) -> str:
    count = standing_scans(now)
    return f"{count}个专项行动超过15分钟没有检查提醒，请查看 worker 的运行日志。" if count else ""


def _waiting_alarm(now: datetime) -> str:
    waited = waiting_minutes(now)
    return f"有消息已等待{waited}分钟没有发出，请检查 worker 进程和邮件服务器。" if waited else ""


def _refused_alarm(now: datetime) -> str:
    count, reason = refused(now)
    return f"最近一天有{count}条消息没有发出去，最近一次的原因：{reason}。详见“发送记录”。" if count else ""


@never_cache
@require_safe
@login_not_required
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when all is well, 503 otherwise; the body says which part is not."""
    checks = report(timezone.now())
    well = all(result == "ok" for result in checks.values())
    return JsonResponse(
        {"status": "ok" if well else "failing", "checks": checks}, status=200 if well else 503
    )
