"""The small world as tests of reports need it."""

import pytest

from hazard_tracker.celery import app


@pytest.fixture
def bare(world):
    """The world without a ledger of enterprises: their number is typed in."""
    world.enterprise_a.active = world.enterprise_b.active = False
    world.enterprise_a.save()
    world.enterprise_b.save()
    return world


@pytest.fixture
def no_broker():
    """Celery as it is in production, with nothing listening where its broker should be."""
    before = {key: app.conf[key] for key in ("task_always_eager", "broker_url", "task_publish_retry")}
    app.conf.update(task_always_eager=False, broker_url="redis://127.0.0.1:1/0", task_publish_retry=False)
    app.amqp._producer_pool = None
    app._pool = None
    yield
    app.conf.update(before)
    app.amqp._producer_pool = None
    app._pool = None
