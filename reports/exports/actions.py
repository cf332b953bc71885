"""Writes: the life of a list that is written in the background, from asking for it to its file's removal.

WAITING → WRITING → DONE → EXPIRED, or FAILED, or CANCELLED by its asker. Each step is a conditional update,
so that two workers, a redelivered task or a cancellation in the last moment are settled by the database.
`tries` names the worker that holds a row: one that was given up for dead and comes back finds it taken.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import transaction
from django.db.models import F, Q, QuerySet

from accounts.audit import record
from accounts.enums import AuditResult
from accounts.models import User
from campaigns.models import Campaign
from reports.enums import ExportState
from reports.models import Export

RUNNING = (ExportState.WAITING, ExportState.WRITING)
MOST_RUNNING = 3
"""Lists that one person may have waiting or in the making."""
KEPT = timedelta(days=7)
STUCK = timedelta(minutes=10)
MOST_TRIES = 2
MAX_MESSAGE = 300

CUT_OFF = "生成过程两次中断，没有生成文件。请缩小筛选范围后重新导出；如仍不成功，请联系系统管理员。"
MADE, DOWNLOADED = "导出表格", "下载导出清单"

logger = logging.getLogger(__name__)


class CalledOff(Exception):
    """The row is no longer this worker's: cancelled, or given to another one."""


@dataclass(frozen=True)
class Wish:
    """Which list, by which parameters (also in words), under which file name; how many rows it has now."""

    campaign: Campaign
    what: str
    query: str
    name: str
    total: int
    said: str = ""


@transaction.atomic
def ask(wish: Wish, *, by: User, now: datetime, address: str = "") -> Export:
    """Put a list in the queue; one that is in it already is not put there twice.

    ValidationError when the person has as many under way as allowed.
    """
    User.objects.select_for_update().get(pk=by.pk)  # two clicks at once are one after the other
    running = Export.objects.filter(user=by, state__in=RUNNING)
    same = running.filter(campaign=wish.campaign, what=wish.what, query=wish.query).first()
    if same is not None:
        return same
    if running.count() >= MOST_RUNNING:
        raise ValidationError(f"您已有 {MOST_RUNNING} 份清单在排队或生成，请等其中一份完成，或取消后再导出。")
    export = Export.objects.create(
        user=by,
        campaign=wish.campaign,
        what=wish.what,
        query=wish.query,
        said=wish.said,
        name=wish.name,
        total=wish.total,
        asked_at=now,
        address=address or None,
    )
    record("申请导出清单", user=by, target=wish.name, address=address, export=str(export.pk), rows=wish.total)
    return export


@transaction.atomic
def cancel(key: UUID, *, by: User, now: datetime, address: str = "") -> bool:
    """Call it off; False when it is past that. A worker that writes it finds out at its next row told."""
    running = Export.objects.filter(pk=key, user=by, state__in=RUNNING)
    if not running.update(state=ExportState.CANCELLED, finished_at=now, message=""):
        return False
    export = Export.objects.get(pk=key)
    record("取消导出清单", user=by, target=export.name, address=address, export=str(key))
    return True


# ---- what the worker does ---------------------------------------------------------------------------


def claim(key: UUID, *, now: datetime) -> Export | None:
    """Take a waiting row; None when it does not wait (any more)."""
    waiting = Export.objects.filter(pk=key, state=ExportState.WAITING)
    if not waiting.update(
        state=ExportState.WRITING, tries=F("tries") + 1, done=0, told_at=now, finished_at=None, message=""
    ):
        return None
    return Export.objects.select_related("user__department", "campaign").get(pk=key)


def tell(export: Export, *, now: datetime, **changes: int) -> None:
    """Note how far it is: done, total. Raises CalledOff when the row is not this worker's any more."""
    if not _held(export).update(told_at=now, **changes):
        raise CalledOff


def finish(export: Export, content: File, *, now: datetime, **facts: Any) -> None:
    """Keep the file and say so in one transaction. Raises CalledOff, and then no file is kept.

    facts: done, total, size, sha256, scope.
    """
    stored = file_of(export, export.tries)
    try:
        stored = export.file.storage.save(stored, content)
        with transaction.atomic():
            done = {"state": ExportState.DONE, "file": stored, "finished_at": now, "told_at": now, **facts}
            if not _held(export).update(**done):
                raise CalledOff
            _audit(export, AuditResult.OK, rows=facts["done"], sha256=facts["sha256"])
    except BaseException:
        export.file.storage.delete(stored)
        raise


@transaction.atomic
def fail(export: Export, message: str, *, now: datetime) -> bool:
    """Leave it unfinished with the reason; False when the row is not this worker's any more."""
    if not _held(export).update(
        state=ExportState.FAILED, finished_at=now, told_at=now, message=message[:MAX_MESSAGE]
    ):
        return False
    _audit(export, AuditResult.FAILED, reason=message)
    return True


def _held(export: Export) -> QuerySet[Export]:
    return Export.objects.filter(pk=export.pk, state=ExportState.WRITING, tries=export.tries)


def _audit(export: Export, result: AuditResult, **detail: Any) -> None:
    record(
        MADE,
        user=export.user,
        target=export.name,
        result=result,
        address=export.address or "",
        export=str(export.pk),
        **detail,
    )


# ---- what the clock does ----------------------------------------------------------------------------


def take_back_stuck(*, now: datetime) -> int:
    """Rows whose worker has said nothing for STUCK: back into the queue once, then failed; how many."""
    silent = Q(told_at__lt=now - STUCK) | Q(told_at=None)
    count = 0
    for export in Export.objects.filter(silent, state=ExportState.WRITING).select_related("user"):
        if export.tries >= MOST_TRIES:
            changed = fail(export, CUT_OFF, now=now)
        else:
            changed = bool(_held(export).filter(silent).update(state=ExportState.WAITING, done=0))
        if changed:
            remove_files(export)
            count += 1
    return count


def waiting_since(moment: datetime) -> list[UUID]:
    """Rows that nobody has taken since then, the oldest first: their task may have been lost."""
    rows = Export.objects.filter(state=ExportState.WAITING, asked_at__lte=moment)
    return list(rows.order_by("asked_at").values_list("pk", flat=True))


def expire(*, now: datetime) -> int:
    """Remove files older than KEPT; their rows stay. A file that cannot be removed is tried again."""
    old = Export.objects.filter(state=ExportState.DONE, finished_at__lt=now - KEPT)
    count = old.update(state=ExportState.EXPIRED)
    for export in Export.objects.filter(state=ExportState.EXPIRED).exclude(file=""):
        try:
            remove_files(export)
        except OSError:
            logger.exception("file of export %s not removed", export.pk)
        else:
            Export.objects.filter(pk=export.pk).update(file="")
    return count


def file_of(export: Export, attempt: int) -> str:
    """Where a worker puts the file: nobody guesses the key, and what a killed worker left is found."""
    return f"exports/{export.pk.hex}-{attempt}.xlsx"


def remove_files(export: Export) -> None:
    """Whatever was kept for this row. Only rows that are not, or no longer, done are asked for it."""
    for attempt in range(1, export.tries + 1):
        export.file.storage.delete(file_of(export, attempt))
