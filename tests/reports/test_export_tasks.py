"""The clock's part: nothing that waits is forgotten."""

from datetime import timedelta

import pytest
from django.utils import timezone

from hazard_tracker.schedule import SCHEDULE
from reports.enums import ExportState
from reports.exports import actions as export_actions
from reports.exports.tasks import tend_exports, write_export
from reports.models import Export
from tests.reports.exports import asked, kept_files, ledger_of, written


def state_of(export):
    return Export.objects.get(pk=export.pk).state


def test_the_task_writes_one_list(world):
    ledger_of(world, "一")
    export = asked(world, world.lead)
    write_export.delay(str(export.pk))
    assert state_of(export) == ExportState.DONE


def test_what_nobody_took_is_sent_again_after_a_minute(world):
    ledger_of(world, "一")
    now = timezone.now()
    fresh = asked(world, world.lead, now=now)
    lost = asked(world, world.lead, query="", now=now - timedelta(minutes=2))
    tend_exports()
    assert (state_of(fresh), state_of(lost)) == (ExportState.WAITING, ExportState.DONE)


def test_what_is_stuck_is_written_by_another_and_what_is_old_removed(world):
    ledger_of(world, "一")
    past = timezone.now() - timedelta(days=8)
    old = written(world, world.lead, query="q=")
    Export.objects.filter(pk=old.pk).update(finished_at=past)
    stuck = asked(world, world.lead, now=past)
    export_actions.claim(stuck.pk, now=past)
    tend_exports()
    assert (state_of(old), state_of(stuck)) == (ExportState.EXPIRED, ExportState.DONE)
    assert kept_files() == [f"{stuck.pk.hex}-2.xlsx"]


@pytest.mark.parametrize("times", [1, 3])
def test_it_may_run_again_and_again(world, times):
    ledger_of(world, "一")
    export = asked(world, world.lead, now=timezone.now() - timedelta(hours=1))
    for _ in range(times):
        tend_exports()
    assert Export.objects.get(pk=export.pk).tries == 1


def test_it_is_in_the_schedule():
    assert SCHEDULE["tend-exports"]["task"] == tend_exports.name
