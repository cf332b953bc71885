"""Everything that runs by the clock, in one list.

Times are those of settings.TIME_ZONE. Each task is safe to run twice: beat may start one late or again.
"""

import os
from datetime import timedelta
from typing import Any

from celery.schedules import crontab

from hazard_tracker import environment

ROUND = timedelta(seconds=environment.seconds(os.environ, "ROUND_SECONDS", 60))
"""How often notices are looked for and messages sent."""

SCHEDULE: dict[str, dict[str, Any]] = {
    "compile-due-reports": {
        "task": "reports.tasks.compile_due_reports",
        "schedule": crontab(minute="5"),
        "options": {"expires": 55 * 60},
    },
    "tend-exports": {
        "task": "reports.exports.tasks.tend_exports",
        "schedule": timedelta(minutes=1),
        "options": {"expires": 55},
    },
    "send-due-notices": {
        "task": "notices.tasks.send_due_notices",
        "schedule": ROUND,
        "options": {"expires": 55},
    },
    "deliver-messages": {
        "task": "notices.tasks.deliver_messages",
        "schedule": ROUND,
        "options": {"expires": 55},
    },
    "sync-work": {
        "task": "campaigns.tasks.sync_work",
        "schedule": crontab(hour="0", minute="20"),
        "options": {"expires": 20 * 3600},
    },
    "verify-audit": {
        "task": "accounts.tasks.verify_audit",
        "schedule": crontab(hour="3", minute="30"),
        "options": {"expires": 20 * 3600},
    },
    "heartbeat": {
        "task": "hazard_tracker.tasks.heartbeat",
        "schedule": timedelta(minutes=1),
        "options": {"expires": 60},
    },
}
