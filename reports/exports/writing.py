"""A list is written: its rows told as they come, counted against the query, kept only when whole."""

import hashlib
import logging
import tempfile
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from errno import ENOSPC
from time import monotonic
from typing import Any
from uuid import UUID

from django.core.files.base import File
from django.utils import timezone

from campaigns.queries import scope_of
from reports.exports import actions as acts
from reports.exports.lists import SHEET_ROWS, Listing, asking, known, listing_of
from reports.exports.rules import OUT, rights_of, takes_part
from reports.models import Export

EVERY_ROWS, EVERY_SECONDS = 500, 0.5
"""How often it is told how far a list is, whichever comes first."""

UNEXPECTED = "系统处理时出错，没有生成文件。请重新导出；如仍不成功，请联系系统管理员。"
DISK_FULL = "服务器存储空间不足，没有生成文件。请联系系统管理员，清理后再重新导出。"
TOO_LONG = "清单中有很长的文字占了多行，超过一张工作表能容纳的行数。请缩小筛选范围后重新导出。"
GONE = "没有这份清单了，请从清单页面重新导出。"

Clock = Callable[[], datetime]

logger = logging.getLogger(__name__)


class NotWritten(Exception):
    """The list cannot be had; carries the reason in Chinese."""


def write(key: UUID, *, clock: Clock = timezone.now) -> None:
    """Write one waiting list; nothing happens when it does not wait (any more).

    What cannot be written ends as FAILED with the reason; what nobody foresaw is raised as well.
    """
    export = acts.claim(key, now=clock())
    if export is None:
        return
    try:
        acts.remove_files(export)  # what a killed worker may have left
        _write(export, clock)
    except acts.CalledOff:
        logger.info("export %s called off", key)
    except NotWritten as fault:
        acts.fail(export, str(fault), now=clock())
    except OSError as fault:
        acts.fail(export, DISK_FULL if fault.errno == ENOSPC else UNEXPECTED, now=clock())
        raise
    except Exception:
        acts.fail(export, UNEXPECTED, now=clock())
        raise


def _write(export: Export, clock: Clock) -> None:
    listing, rights = _listing(export)
    keys = listing.keys()
    progress = Progress(export, clock)
    acts.tell(export, now=clock(), total=len(keys))
    book = listing.book(keys, progress.through)
    if book.sheets[-1].height > SHEET_ROWS:
        book.discard()
        raise NotWritten(TOO_LONG)
    if progress.done != len(keys):
        book.discard()
        said = f"应写 {len(keys)} 行，实写 {progress.done} 行（生成期间有记录被删除）"
        raise NotWritten(f"{said}，文件不完整，没有保存。请重新导出。")
    acts.tell(export, now=clock(), done=progress.done)
    with tempfile.TemporaryFile() as target:
        book.write(target)
        size = target.tell()
        target.seek(0)
        digest = hashlib.file_digest(target, "sha256").hexdigest()
        target.seek(0)
        facts = {"done": progress.done, "size": size, "sha256": digest, "scope": rights}
        acts.finish(export, File(target), now=clock(), **facts)


def _listing(export: Export) -> tuple[Listing, dict[str, Any]]:
    """The list as its asker may see it now, and those rights. Raises NotWritten."""
    if not known(export.what):
        raise NotWritten(GONE)
    scope = scope_of(export.user)
    if not takes_part(scope, export.campaign):
        raise NotWritten(OUT)
    asked = asking(export.user, scope, export.campaign, export.query)
    listing = listing_of(asked, export.campaign, export.what)
    if listing.faults:
        # Left out it would give more than was asked for, and nobody is there to see it.
        wrong = "、".join(listing.faults)
        raise NotWritten(f"筛选条件“{wrong}”已失效，没有生成文件。请从清单页面重新筛选后导出。")
    return listing, rights_of(scope, export.campaign)


class Progress:
    """Counts the rows that were written and tells of them now and then."""

    def __init__(self, export: Export, clock: Clock) -> None:
        self.export, self.clock, self.done = export, clock, 0

    def through(self, rows: Iterable[Any]) -> Iterator[Any]:
        """The same rows. A row counts once the next one is asked for: then it has been written."""
        told = monotonic()
        for row in rows:
            yield row
            self.done += 1
            if self.done % EVERY_ROWS == 0 or monotonic() - told >= EVERY_SECONDS:
                acts.tell(self.export, now=self.clock(), done=self.done)
                told = monotonic()
