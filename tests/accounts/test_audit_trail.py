"""The audit trail and the history cannot be changed, and a change by force is found."""

from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from accounts.audit import record
from accounts.models import AuditEntry, AuditSeal
from accounts.tasks import verify_audit
from accounts.verify import faults, seal
from hazards import actions
from hazards.models import StatusChange
from tests.hazards.test_actions import finding

LATER = timedelta(hours=2)


@pytest.fixture
def trail(world):
    record("登录", user=world.lead, address="10.0.0.7")
    record("导出", user=world.tf_a, target="隐患清单", rows=12, note="甲园")
    return record("登录", user=None, username="nobody", address="2001:db8::1")


def by_force(sql, *values):
    """Change a row as somebody with the database's own rights would: without the trigger."""
    names = ("auditentry_append_only", "accounts_auditentry")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"ALTER TABLE {names[1]} DISABLE TRIGGER {names[0]}")
        else:
            cursor.execute(f"DROP TRIGGER {names[0]}")
        cursor.execute(sql, values)


@pytest.mark.parametrize("change", [{"act": "改了"}, {"user": None}])
def test_the_database_refuses_to_change_an_audit_row(trail, change):
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEntry.objects.filter(pk=trail.pk).update(**change)


def test_the_database_refuses_to_change_history(world):
    hazard = actions.report(world.campaign, finding(world), by=world.tf_a)
    with pytest.raises(DatabaseError), transaction.atomic():
        StatusChange.objects.filter(hazard=hazard).update(note="改了")


def test_postgresql_refuses_to_delete(world, trail):
    if connection.vendor != "postgresql":
        pytest.skip("on SQLite only changes are refused")
    hazard = actions.report(world.campaign, finding(world), by=world.tf_a)
    for rows in (AuditEntry.objects.filter(pk=trail.pk), StatusChange.objects.filter(hazard=hazard)):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.delete()


def test_a_person_in_the_trail_is_not_deleted(world, trail):
    with pytest.raises(ProtectedError):
        world.lead.delete()


def test_an_untouched_trail_verifies(trail):
    assert not list(faults())
    assert seal(timezone.now() + LATER).rows == 3
    with time_machine.travel(timezone.now() + LATER):
        record("退出", user=None, username="lead")
        assert not list(faults())
        assert seal(timezone.now() + LATER).rows == 1
        assert seal(timezone.now() + LATER) is None
    out = StringIO()
    call_command("verify_audit", stdout=out)
    assert "核对通过：4 条" in out.getvalue()


@pytest.mark.parametrize(
    "column", ["username", "act", "target", "result", "address", "user_id", "at", "detail"]
)
def test_an_edited_row_is_found(world, trail, column):
    values = {"address": "10.0.0.8", "user_id": world.lead.pk, "at": timezone.now(), "detail": '{"a": 1}'}
    by_force(f"UPDATE accounts_auditentry SET {column} = %s WHERE id = %s", values.get(column, "x"), trail.pk)
    assert [str(trail.pk) in line for line in faults()] == [True]
    with pytest.raises(CommandError, match="1 处异常"):
        call_command("verify_audit", stderr=StringIO())


def test_a_deleted_row_is_found_once_sealed(trail):
    seal(timezone.now() + LATER)
    by_force("DELETE FROM accounts_auditentry WHERE id = %s", trail.pk)
    assert len(list(faults())) == 1


def test_a_replaced_seal_is_found(trail):
    first = seal(timezone.now() + LATER)
    with time_machine.travel(first.until + LATER / 2):
        record("退出", user=None, username="lead")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_auditseal (made_at, until, rows, digest) VALUES (%s, %s, 1, %s)",
            [timezone.now(), first.until + LATER, "0" * 64],
        )
    assert AuditSeal.objects.count() == 2
    assert len(list(faults())) == 1


def test_the_daily_check_seals_a_whole_trail_and_says_nothing(trail, caplog):
    with time_machine.travel(timezone.now() + LATER):
        assert verify_audit() == 0
    assert AuditSeal.objects.get().rows == AuditEntry.objects.count()
    assert not [line for line in caplog.records if line.levelname == "ERROR"]


def test_the_daily_check_logs_a_broken_trail_and_does_not_seal_it(trail, caplog):
    by_force("UPDATE accounts_auditentry SET act = %s WHERE id = %s", "改了", trail.pk)
    with time_machine.travel(timezone.now() + LATER):
        assert verify_audit() == 1
    assert not AuditSeal.objects.exists()
    (line,) = [line for line in caplog.records if line.levelname == "ERROR"]
    assert f"审计记录 {trail.pk}" in line.getMessage()
