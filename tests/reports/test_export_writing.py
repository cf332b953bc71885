"""A list is written: whole, or not at all and with a reason; what happens meanwhile."""

import hashlib

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.urls import reverse

from accounts.models import AuditEntry, User
from campaigns.models import TaskForceMember
from hazards.five.lists import FIVE
from hazards.models import Hazard
from reports.enums import ExportState
from reports.exports import actions as export_actions
from reports.exports import writing as export_writing
from reports.exports.writing import write
from reports.models import Export
from tests.factories import HazardFactory, InspectionFactory
from tests.reports.exports import (
    NOW,
    Clock,
    asked,
    descriptions,
    file_content,
    kept_files,
    ledger_of,
    written,
)


@pytest.fixture
def slowly(monkeypatch):
    """Each row is told and read by itself, so that something can happen between two of them."""
    monkeypatch.setattr("reports.exports.lists.CHUNK", 1)
    monkeypatch.setattr("reports.exports.writing.EVERY_ROWS", 1)


def ended(export, clock):
    write(export.pk, clock=clock)
    export.refresh_from_db()
    return export


def erase(hazard):
    """As only somebody with the database in hand can: hazards are never deleted here."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM hazards_hazard WHERE id = %s", [hazard.pk])


def test_a_list_is_written_counted_and_kept(world, slowly):
    ledger_of(world, "一", "=二", "三")
    export, seen = asked(world, world.lead), []

    def look():
        seen.append(Export.objects.values_list("done", "total").get(pk=export.pk))

    ended(export, Clock(at_4=look, at_5=look, at_6=look))
    content = file_content(export)
    assert descriptions(content) == ["一", "=二", "三"]
    assert (export.state, export.done, export.total, export.message) == (ExportState.DONE, 3, 3, "")
    assert (export.size, export.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert seen == [(1, 3), (2, 3), (3, 3)], "others see how far it is"
    assert export.scope["whole"] is True
    entry = AuditEntry.objects.get(act="导出表格")
    assert (entry.user, entry.address, entry.detail["rows"]) == (world.lead, "10.0.0.9", 3)
    assert kept_files() == [f"{export.pk.hex}-1.xlsx"]


@pytest.mark.parametrize("what", ["ledger", *FIVE])
def test_the_file_is_the_one_that_a_short_list_gives_at_once(world, client, what):
    for number in range(3):
        InspectionFactory(enterprise=world.enterprise_a, campaign=world.campaign, department=world.xincheng)
        hazard = HazardFactory(
            task_force=world.task_force_a, category=world.category, status="rectifying", number=f"LG-{number}"
        )
        steps = {"by": world.lead, "at": hazard.reported_at, "on": hazard.found_on, "to_status": "rectifying"}
        hazard.changes.create(action="assign", version=1, **steps)
        hazard.changes.create(action="urge", version=2, **steps)
    client.force_login(world.lead)
    address = (
        reverse("reports:export_hazards") if what == "ledger" else reverse("reports:five_list", args=[what])
    )
    at_once = b"".join(client.get(address, {"sort": "number"}).streaming_content)
    assert file_content(written(world, world.lead, what=what, query="sort=number")) == at_once


def test_cancelled_half_way(world, slowly, tmp_path, monkeypatch):
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    ledger_of(world, "一", "二", "三")
    export = asked(world, world.lead)
    clock = Clock(at_4=lambda: export_actions.cancel(export.pk, by=world.lead, now=NOW))
    assert ended(export, clock).state == ExportState.CANCELLED
    assert clock.asked == 4, "nothing more is written"
    assert (export.file.name, kept_files()) == ("", [])
    assert not any(path.is_file() for path in (tmp_path / "temporary").iterdir())
    assert not AuditEntry.objects.filter(act="导出表格").exists()


def test_cancelled_while_the_file_is_being_kept(world):
    ledger_of(world, "一")
    export = asked(world, world.lead)
    clock = Clock(at_4=lambda: export_actions.cancel(export.pk, by=world.lead, now=NOW))
    assert ended(export, clock).state == ExportState.CANCELLED
    assert kept_files() == []


def test_a_row_that_is_lost_meanwhile_spoils_the_file(world, slowly):
    rows = ledger_of(world, "一", "二", "三")
    export = ended(asked(world, world.lead), Clock(at_3=lambda: erase(rows[2])))
    assert export.state == ExportState.FAILED
    assert "应写 3 行，实写 2 行" in export.message
    assert (export.file.name, kept_files()) == ("", [])
    entry = AuditEntry.objects.get(act="导出表格")
    assert entry.result == "failed" and "实写 2 行" in entry.detail["reason"]


def test_what_is_added_or_changed_meanwhile_spoils_nothing(world, slowly):
    rows = ledger_of(world, "一", "二", "三")

    def change():
        ledger_of(world, "后来")
        Hazard.objects.filter(pk=rows[2].pk).update(status="void")

    export = ended(asked(world, world.lead), Clock(at_3=change))
    assert (export.state, export.total) == (ExportState.DONE, 3)
    assert descriptions(file_content(export)) == ["一", "二", "三"]


def test_filters_are_read_afresh_and_none_is_left_out_in_silence(world):
    ledger_of(world, "一", "二")
    HazardFactory(task_force=world.task_force_b, category=world.category, description="乙园")
    good = written(world, world.lead, query=f"park={world.park_a.pk}&sort=found_on")
    assert descriptions(file_content(good)) == ["一", "二"]
    export = asked(world, world.lead, query=f"park={world.park_a.pk}")
    Hazard.objects.filter(task_force=world.task_force_a).update(task_force=world.task_force_b)
    world.task_force_a.delete()
    ended(export, Clock())
    assert export.state == ExportState.FAILED
    assert "筛选条件“园区”已失效" in export.message


def test_rights_are_those_of_the_writing(world):
    ledger_of(world, "一", "二")
    HazardFactory(task_force=world.task_force_b, category=world.category, description="乙园")
    export = asked(world, world.tf_a)
    TaskForceMember.objects.filter(user=world.tf_a).update(task_force=world.task_force_b)
    ended(export, Clock())
    assert descriptions(file_content(export)) == ["乙园"]
    assert export.total == 1
    assert export.scope["task_forces"] == [world.task_force_b.pk]


@pytest.mark.parametrize("gone", ["left", "switched off"])
def test_who_has_no_part_any_more_gets_nothing(world, gone):
    ledger_of(world, "一")
    export = asked(world, world.tf_a)
    if gone == "left":
        TaskForceMember.objects.filter(user=world.tf_a).delete()
    else:
        User.objects.filter(pk=world.tf_a.pk).update(is_active=False)
    ended(export, Clock())
    assert export.state == ExportState.FAILED and "不在该专项行动中" in export.message
    assert kept_files() == []


def test_a_second_worker_finds_it_taken(world, slowly):
    ledger_of(world, "一", "二", "三")
    export = asked(world, world.lead)
    ended(export, Clock(at_3=lambda: write(export.pk)))
    assert export.state == ExportState.DONE and export.tries == 1
    write(export.pk)
    assert AuditEntry.objects.filter(act="导出表格").count() == 1


def test_after_a_killed_worker_another_writes_the_whole(world):
    ledger_of(world, "一", "二")
    export = asked(world, world.lead)
    export_actions.claim(export.pk, now=NOW)  # and then its worker was killed
    write(export.pk)
    export.refresh_from_db()
    assert export.state == ExportState.WRITING, "not before it is known to be dead"
    export_actions.take_back_stuck(now=NOW + 2 * export_actions.STUCK)
    write(export.pk)
    export.refresh_from_db()
    assert (export.state, export.tries, export.done) == (ExportState.DONE, 2, 2)


def test_a_disk_that_takes_nothing_is_told(world, settings, tmp_path):
    ledger_of(world, "一")
    (tmp_path / "full").write_bytes(b"")
    settings.MEDIA_ROOT = tmp_path / "full"  # a file where the folder should be
    export = asked(world, world.lead)
    with pytest.raises(OSError, match=r"exist|directory"):
        write(export.pk)
    export.refresh_from_db()
    assert (export.state, export.message) == (ExportState.FAILED, export_writing.UNEXPECTED)


def test_more_rows_than_a_sheet_holds_are_refused(world, monkeypatch):
    monkeypatch.setattr("reports.exports.writing.SHEET_ROWS", 6)
    ledger_of(world, "长" * 3000, "二", "三")
    export = asked(world, world.lead)
    ended(export, Clock())
    assert export.state == ExportState.FAILED and "一张工作表" in export.message
    assert not default_storage.exists("exports") or kept_files() == []
