"""`manage.py demo`: never beside real data, never in production. See test_demo.py for what it makes."""

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from campaigns.models import Campaign
from hazard_tracker.demo.build import PLAN
from tests import factories


def test_refused_in_production(db, settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="正式环境"):
        call_command("demo")
    assert not User.objects.exists()


def test_a_fresh_install_has_no_account(db):
    assert not User.objects.exists()
    call_command("load_plan", PLAN)
    assert not User.objects.exists()


def test_refused_where_the_campaign_is_at_work(db):
    call_command("load_plan", PLAN)
    task_force = Campaign.objects.get().task_forces.first()
    factories.HazardFactory(task_force=task_force)
    with pytest.raises(CommandError, match="已有业务数据"):
        call_command("demo")
    assert Campaign.objects.get().clock is None
    assert User.objects.count() == 1
