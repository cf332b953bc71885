"""Tasks of the platform itself."""

from celery import shared_task

from hazard_tracker import health


@shared_task(ignore_result=True)
def heartbeat() -> None:
    """Prove that beat sends and a worker works; /healthz reads how long ago that was."""
    health.record_heartbeat()
