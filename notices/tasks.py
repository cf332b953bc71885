"""Background work, each minute: look for what people should know, and send what is to go out.

Two tasks, so that a slow mail server holds up no inbox. Both are safe to run twice and side by side.
"""

from celery import shared_task
from django.utils import timezone

from notices import channels
from notices.rounds import look, send_waiting


@shared_task(ignore_result=True)
def send_due_notices() -> int:
    """Add missing notices in every active campaign, put the day's messages together; returns how many
    notices were added."""
    return look(timezone.now()).added


@shared_task(ignore_result=True, soft_time_limit=120, time_limit=150)
def deliver_messages() -> int:
    """Send the messages that are due; returns how many went out.

    Twice as long as a round sends: a server that dribbles its greeting holds up no worker for hours.
    """
    return send_waiting(channels.send)
