"""Ledgers that somebody uploaded: read and waiting for a word, imported, or not."""

from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone

from hazards.enums import BatchState
from hazards.models import ImportBatch
from notices.enums import NoticeKind
from notices.subjects import Draft, Moment, notices

LOOK_BACK = timedelta(days=7)
STATES = {
    BatchState.PREVIEW: (1, "已读取完毕，请核对后确认导入"),
    BatchState.DONE: (2, "已导入"),
    BatchState.FAILED: (3, "未能导入"),
}
"""State → which step of the notice it is, and its words."""


def finished(moment: Moment) -> Iterator[Draft]:
    """To who uploaded it, once a state. Uploads are stamped by the wall clock, not by the business date.

    Those since the last scan, and a week before it: what was uploaded last before an outage is read after it.
    """
    since = (moment.looked_at or timezone.now()) - LOOK_BACK
    for batch in ImportBatch.objects.filter(
        campaign=moment.campaign, created_at__gte=since, state__in=list(STATES), user__is_active=True
    ):
        step, words = STATES[BatchState(batch.state)]
        said = f"，新增{batch.added}条、跳过{batch.skipped}条" if batch.state == BatchState.DONE else ""
        reason = f"：{batch.message}" if batch.state == BatchState.FAILED and batch.message else ""
        yield from notices(
            moment,
            {batch.user_id},
            NoticeKind.IMPORTED,
            f"台账“{batch.filename}”{words}{said}{reason}",
            due_on=timezone.localdate(batch.created_at),
            step=step,
            batch=batch,
        )
