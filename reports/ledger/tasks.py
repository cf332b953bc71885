"""Background work of an import: ids in, one verb called. Safe to run twice: each verb checks the state."""

from celery import Task, shared_task
from celery.utils.log import get_task_logger
from kombu.exceptions import OperationalError

from accounts.models import User
from hazards.enums import BatchState
from hazards.models import ImportBatch
from reports.ledger import actions as ledger_import
from reports.reading.sheet_parts import UnreadableWorkbook

logger = get_task_logger(__name__)

UNEXPECTED = "系统处理时出错，未导入任何内容。请稍后重试；如仍不成功，请联系系统管理员"


@shared_task(ignore_result=True)
def read_upload(batch_id: int) -> None:
    """Read and check an uploaded ledger; what cannot be read ends as FAILED with the reason."""
    batch = ImportBatch.objects.select_related("campaign", "user").get(pk=batch_id)
    try:
        ledger_import.read_batch(batch)
    except UnreadableWorkbook as fault:
        ledger_import.fail(batch_id, BatchState.READING, str(fault))
    except Exception:
        ledger_import.fail(batch_id, BatchState.READING, UNEXPECTED)
        raise


@shared_task(ignore_result=True)
def save_upload(batch_id: int, user_id: int, address: str) -> None:
    """Save a confirmed ledger; whatever goes wrong, the batch returns to its preview and nothing is saved."""
    batch = ImportBatch.objects.select_related("campaign", "user").get(pk=batch_id)
    try:
        ledger_import.save_batch(batch, by=User.objects.get(pk=user_id), address=address)
    except UnreadableWorkbook as fault:
        ledger_import.fail(batch_id, BatchState.SAVING, str(fault))
    except Exception:
        ledger_import.release(batch, UNEXPECTED)
        raise


def sent(task: Task, *args: object, expires: float | None = None) -> bool:
    """Hand a task to the worker, void after `expires` seconds; False when the broker cannot be reached."""
    try:
        task.apply_async(args=args, expires=expires)
    except OperationalError as fault:
        logger.error("broker unreachable, %s not sent: %s", task.name, fault)
        return False
    return True
