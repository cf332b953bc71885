"""The Celery application: worker and schedule."""

import os
from typing import Any

from celery import Celery
from celery.signals import beat_init

from hazard_tracker.leases import LeaseKeeper

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hazard_tracker.settings")

app = Celery("hazard_tracker")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(["reports.ledger", "reports.exports"])
app.steps["consumer"].add(LeaseKeeper)


@beat_init.connect
def first_round(**kwargs: Any) -> None:
    """Begin at once, so that a fresh start is not reported as a standing schedule, and what was missed
    meanwhile is told without another minute's delay."""
    app.send_task("hazard_tracker.tasks.heartbeat", expires=60)
    app.send_task("notices.tasks.send_due_notices", expires=55)
