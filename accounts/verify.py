"""Sealing and checking the audit trail (security U2)."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import AuditEntry, AuditSeal
from accounts.seals import digest_of, digest_of_run

SETTLED = timedelta(hours=1)
"""Rows so old are sealed: no transaction that could still add an older one lasts as long."""


def _run(after: datetime | None, until: datetime) -> QuerySet[AuditEntry, tuple[int, str]]:
    rows = AuditEntry.objects.filter(at__lt=until).order_by("id")
    if after is not None:
        rows = rows.filter(at__gte=after)
    return rows.values_list("pk", "digest")


@transaction.atomic
def seal(now: datetime) -> AuditSeal | None:
    """Seal the rows that have settled since the last seal; None when there are none."""
    last = AuditSeal.objects.select_for_update().order_by("-id").first()
    rows = list(_run(last.until if last else None, now - SETTLED))
    if not rows:
        return None
    return AuditSeal.objects.create(
        until=now - SETTLED, rows=len(rows), digest=digest_of_run(last.digest if last else "", rows)
    )


def faults() -> Iterator[str]:
    """What does not hold, in Chinese, a line each; nothing when the trail is as it was written."""
    for entry in AuditEntry.objects.order_by("id").iterator():
        if entry.digest != digest_of(entry):
            yield f"审计记录 {entry.pk} 的内容与校验码不符，可能被改动"
    previous, after = "", None
    for sealed in AuditSeal.objects.order_by("id"):
        rows = list(_run(after, sealed.until))
        name = f"封存 {sealed.pk}（截止 {sealed.until:%Y-%m-%d %H:%M}）"
        if len(rows) != sealed.rows:
            yield f"{name}应有 {sealed.rows} 条，现有 {len(rows)} 条"
        elif digest_of_run(previous, rows) != sealed.digest:
            yield f"{name}的校验码不符"
        previous, after = sealed.digest, sealed.until
