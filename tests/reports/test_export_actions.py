"""The life of a list in the background: asked for once, claimed once, cancelled, taken back, expired."""

import threading
from datetime import timedelta
from errno import ENOSPC

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import connection

from accounts.models import AuditEntry
from reports.enums import ExportState
from reports.exports import actions as acts
from reports.models import Export
from tests.reports.exports import NOW, asked, kept_files, ledger_of, written

LATER = NOW + acts.STUCK + timedelta(seconds=1)


def test_the_same_list_is_not_queued_twice(world):
    first = asked(world, world.lead)
    assert asked(world, world.lead).pk == first.pk
    assert asked(world, world.lead, query="level=major").pk != first.pk
    assert asked(world, world.lead_2).pk != first.pk
    assert AuditEntry.objects.filter(act="申请导出清单").count() == 3
    entry = AuditEntry.objects.get(act="申请导出清单", user=world.lead_2)
    assert (entry.address, entry.detail["rows"]) == ("10.0.0.9", 3)


def test_nobody_fills_the_queue_alone(world):
    for level in ("a", "b", "c"):
        asked(world, world.lead, query=f"q={level}")
    with pytest.raises(ValidationError, match="您已有 3 份清单在排队或生成"):
        asked(world, world.lead, query="q=d")
    assert asked(world, world.tf_a)
    assert Export.objects.count() == 4
    acts.cancel(Export.objects.filter(user=world.lead).first().pk, by=world.lead, now=NOW)
    assert asked(world, world.lead, query="q=d").state == ExportState.WAITING


def test_one_worker_takes_a_row(world):
    export = asked(world, world.lead)
    assert acts.claim(export.pk, now=NOW).tries == 1
    assert acts.claim(export.pk, now=NOW) is None


def test_cancelling_is_for_the_asker_and_for_what_is_under_way(world):
    export = asked(world, world.lead)
    assert not acts.cancel(export.pk, by=world.lead_2, now=NOW)
    assert acts.cancel(export.pk, by=world.lead, now=NOW)
    assert not acts.cancel(export.pk, by=world.lead, now=NOW)
    assert acts.claim(export.pk, now=NOW) is None
    assert AuditEntry.objects.filter(act="取消导出清单").count() == 1


def test_a_dead_worker_is_replaced_once(world):
    export = asked(world, world.lead)
    dead = acts.claim(export.pk, now=NOW)
    dead.file.storage.save(acts.file_of(dead, 1), ContentFile(b"half"))
    assert acts.take_back_stuck(now=NOW + acts.STUCK) == 0
    assert acts.take_back_stuck(now=LATER) == 1
    export.refresh_from_db()
    assert (export.state, kept_files()) == (ExportState.WAITING, [])
    second = acts.claim(export.pk, now=LATER)
    with pytest.raises(acts.CalledOff):
        acts.tell(dead, now=LATER, done=5)
    acts.tell(second, now=LATER, done=1)
    assert acts.take_back_stuck(now=LATER + acts.STUCK + timedelta(seconds=1)) == 1
    export.refresh_from_db()
    assert export.state == ExportState.FAILED and "两次中断" in export.message
    assert acts.take_back_stuck(now=LATER + timedelta(days=1)) == 0


def test_who_was_given_up_and_comes_back_changes_nothing(world):
    export = asked(world, world.lead)
    dead = acts.claim(export.pk, now=NOW)
    acts.take_back_stuck(now=LATER)
    second = acts.claim(export.pk, now=LATER)
    facts = {"done": 1, "total": 1, "size": 4, "sha256": "x", "scope": {}}
    with pytest.raises(acts.CalledOff):
        acts.finish(dead, ContentFile(b"old"), now=LATER, **facts)
    assert not acts.fail(dead, "晚了", now=LATER)
    acts.finish(second, ContentFile(b"new!"), now=LATER, **facts)
    export.refresh_from_db()
    assert (export.state, export.file.read()) == (ExportState.DONE, b"new!")
    assert kept_files() == [f"{export.pk.hex}-2.xlsx"]
    assert AuditEntry.objects.filter(act="导出表格").count() == 1


class Torn(ContentFile):
    """A file in the middle of which the disk is full."""

    def chunks(self, chunk_size=None):
        yield b"half"
        raise OSError(ENOSPC, "No space left on device")


def test_what_was_stored_of_a_file_is_removed_when_the_disk_is_full(world):
    export = acts.claim(asked(world, world.lead).pk, now=NOW)
    facts = {"done": 1, "total": 1, "size": 4, "sha256": "x", "scope": {}}
    with pytest.raises(OSError, match="No space"):
        acts.finish(export, Torn(b"whole"), now=LATER, **facts)
    assert kept_files() == []


def test_a_file_is_removed_after_seven_days_and_its_row_stays(world):
    ledger_of(world, "一")
    export = written(world, world.lead, total=1)
    assert acts.expire(now=export.finished_at + timedelta(days=7)) == 0
    assert len(kept_files()) == 1
    assert acts.expire(now=export.finished_at + timedelta(days=7, seconds=1)) == 1
    export.refresh_from_db()
    assert (export.state, export.file.name, kept_files()) == (ExportState.EXPIRED, "", [])
    assert (export.total, bool(export.size)) == (1, True)
    assert acts.expire(now=export.finished_at + timedelta(days=9)) == 0


def test_a_file_that_could_not_be_removed_is_tried_again(world):
    ledger_of(world, "一")
    export = written(world, world.lead, total=1)
    Export.objects.update(state=ExportState.EXPIRED)
    acts.expire(now=NOW)
    export.refresh_from_db()
    assert (export.file.name, kept_files()) == ("", [])


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="threads share no in-memory database")
def test_many_clicks_and_many_workers_at_once(world):
    found, taken = [], []

    def click():
        found.append(asked(world, world.lead).pk)
        connection.close()

    def work():
        taken.append(acts.claim(found[0], now=NOW))
        connection.close()

    for act in (click, work):
        threads = [threading.Thread(target=act) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(set(found)) == 1 and len(found) == 4
    assert sum(one is not None for one in taken) == 1
