"""/healthz tells well from unwell, for each part."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.core.cache import cache
from django.core.management import CommandError, call_command

from campaigns.models import Campaign
from hazard_tracker import health
from hazard_tracker.schedule import SCHEDULE
from hazard_tracker.tasks import heartbeat
from notices.models import Delivery, Robot
from notices.rounds import look

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2021, 8, 5, 1, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _no_old_heartbeat():
    cache.delete(health.HEARTBEAT_KEY)
    yield
    cache.delete(health.HEARTBEAT_KEY)


@pytest.mark.django_db
def test_well_after_a_heartbeat(client):
    heartbeat.delay()
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.json() == {
        "status": "ok",
        "checks": {"database": "ok", "broker": "ok", "schedule": "ok", "notices": "ok"},
    }


@pytest.mark.django_db
def test_failing_when_nothing_was_ever_scheduled(client):
    response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json()["checks"]["schedule"] == "no heartbeat yet"


@pytest.mark.django_db
@pytest.mark.parametrize(("seconds", "status"), [(299, 200), (300, 200), (301, 503)])
def test_a_standing_schedule_is_noticed_after_five_minutes(client, seconds, status):
    with time_machine.travel(NOW, tick=False):
        heartbeat.delay()
    with time_machine.travel(NOW + timedelta(seconds=seconds), tick=False):
        assert client.get("/healthz").status_code == status


@pytest.mark.parametrize(
    ("variable", "value", "part"),
    [
        ("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none", "database"),
        ("REDIS_URL", "redis://127.0.0.1:1/0", "broker"),
    ],
)
def test_an_unreachable_service_is_named_without_its_address(tmp_path, variable, value, part):
    code = (
        "import django; django.setup()\n"
        "from django.test import Client\n"
        "response = Client().get('/healthz', headers={'host': 'localhost'})\n"
        "print(response.status_code, response.content.decode())"
    )
    values = {**os.environ, "DJANGO_SETTINGS_MODULE": "hazard_tracker.settings_test", variable: value}
    result = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**values, "VAR_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert result.stdout.startswith("503 ")
    assert f'"{part}": "unreachable' in result.stdout
    assert "127.0.0.1" not in result.stdout


def test_post_is_refused(client):
    assert client.post("/healthz").status_code == 405


@pytest.mark.django_db
def test_health_command_reports_each_part():
    heartbeat.delay()
    output = StringIO()
    call_command("health", stdout=output)
    assert output.getvalue().splitlines() == ["database: ok", "broker: ok", "schedule: ok", "notices: ok"]


@pytest.mark.django_db
def test_health_command_fails_when_a_part_does():
    with pytest.raises(CommandError):
        call_command("health", "schedule", stdout=StringIO())


def test_health_command_refuses_an_unknown_part():
    with pytest.raises(CommandError, match="printer"):
        call_command("health", "printer")


def test_health_command_asks_the_running_web(live_server):
    output = StringIO()
    call_command("health", "web", port=live_server.thread.port, stdout=output)
    assert output.getvalue() == "web: ok\n"


def test_every_scheduled_task_exists():
    from hazard_tracker.celery import app

    app.loader.import_default_modules()
    missing = {entry["task"] for entry in SCHEDULE.values()} - set(app.tasks)
    assert missing == set()


@pytest.fixture
def morning():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def test_a_campaign_that_is_not_scanned_is_reported_within_a_quarter_of_an_hour(world, morning, client):
    assert health.check_notices(NOW) == "2 campaigns not scanned for 15 min"
    look(NOW)
    heartbeat.delay()
    assert client.get("/healthz").status_code == 200
    assert health.check_notices(NOW + timedelta(minutes=15)) == "ok"
    world.other.active = False
    world.other.save()
    assert health.check_notices(NOW + timedelta(minutes=16)) == "1 campaigns not scanned for 15 min"


def test_a_message_that_waits_is_reported_but_not_one_put_off(world, morning):
    robot = Robot.objects.create(campaign=world.campaign, channel="wecom", name="群", address="https://x")
    Delivery.objects.create(channel="wecom", robot=robot, day=NOW, next_try_at=NOW, created_at=NOW)
    later = NOW + timedelta(minutes=16)
    Campaign.objects.update(active=False)
    assert health.check_notices(NOW + timedelta(minutes=15)) == "ok"
    assert health.check_notices(later) == "a message has waited for 16 min"
    Delivery.objects.update(state="sending", lease_until=NOW)
    assert health.check_notices(later) == "a message has waited for 16 min"
    Delivery.objects.update(state="waiting", next_try_at=NOW + timedelta(hours=1))
    assert health.check_notices(later) == "ok"


def test_what_the_other_side_does_not_take_is_said_with_the_reason(world, morning):
    """A mail server that refuses all is no standstill of ours; yet somebody must hear of it."""
    robot = Robot.objects.create(campaign=world.campaign, channel="wecom", name="群", address="https://x")
    later = NOW + timedelta(hours=1)
    told = {"robot": robot, "day": NOW, "created_at": NOW, "tried_at": NOW, "next_try_at": later}
    Delivery.objects.create(channel="wecom", attempts=2, error="对方拒绝连接", **told)

    def said():
        return [one for one in health.alarms(NOW) if "没有发出去" in one]

    assert said() == []
    Delivery.objects.update(attempts=3)
    assert said() == ["最近一天有1条消息没有发出去，最近一次的原因：对方拒绝连接。详见“发送记录”。"]
    Delivery.objects.update(state="failed", attempts=1)
    assert len(said()) == 1
    Delivery.objects.update(tried_at=NOW - timedelta(days=2))
    assert said() == []


def test_the_schedules_death_is_on_the_administrations_page_and_the_log_of_messages(world, morning, client):
    heartbeat.delay()
    look(NOW)
    for person, address in ((world.system_admin, "/admin/"), (world.lead, "/notices/log/")):
        morning.move_to(NOW)
        client.force_login(person)
        assert "定时任务" not in client.get(address).content.decode()
        morning.move_to(NOW + timedelta(seconds=301))
        assert "定时任务已停止5分钟" in client.get(address).content.decode()


def test_a_cache_that_does_not_answer_takes_no_page_down(world, monkeypatch, client):
    def broken(*key):
        raise ConnectionError

    monkeypatch.setattr(health.cache, "get", broken)
    assert "没有应答" in health.alarms(NOW)[0]
