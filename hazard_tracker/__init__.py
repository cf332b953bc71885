"""The project package: settings, addresses, schedule and what ties the apps together."""

from hazard_tracker.celery import app as celery_app

__all__ = ["celery_app"]
