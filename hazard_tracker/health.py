"""Is the platform well: database, broker, schedule. Read by monitors at /healthz."""

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


CHECKS: dict[str, Callable[[datetime], str]] = {
    "database": lambda now: check_database(),
    "broker": lambda now: check_broker(),
    "schedule": check_schedule,
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
