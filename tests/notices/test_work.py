"""Work due, reports due and missing, uploads done: who is told, when, and when no more."""

from datetime import date, datetime, time, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from campaigns.enums import WorkKind
from campaigns.periods import Period
from campaigns.work.sync import sync_occurrences
from hazards.enums import BatchState
from hazards.models import ImportBatch
from notices.actions import collect
from notices.enums import NoticeKind
from notices.models import Notice
from notices.obsolete import still_hold
from reports.actions import Asked, compile_report
from reports.layouts import weekly
from reports.signing.actions import fill
from tests import factories

TODAY = date(2021, 9, 15)


def scan(campaign, today=TODAY):
    return collect(campaign, today=today, now=timezone.make_aware(datetime.combine(today, time(10))))


def told(kind, **facts):
    return set(Notice.objects.filter(kind=kind, **facts).values_list("user__username", flat=True))


@pytest.mark.parametrize(
    ("kind", "left", "expected"),
    [
        (WorkKind.WORK, 8, None),
        (WorkKind.WORK, 7, NoticeKind.WORK_DUE),
        (WorkKind.WORK, 0, NoticeKind.WORK_DUE),
        (WorkKind.DRILL, 31, None),
        (WorkKind.DRILL, 30, NoticeKind.CHECKUP_DUE),
        (WorkKind.EVALUATION, 5, NoticeKind.CHECKUP_DUE),
    ],
)
def test_work_is_told_to_who_owes_it_before_its_day(world, kind, left, expected):
    item = factories.work_item(world.campaign, kind=kind, due_on=TODAY + timedelta(days=left))
    factories.occurrence(world.task_force_a, item)
    scan(world.campaign)
    assert set(Notice.objects.values_list("kind", flat=True)) == ({expected} if expected else set())
    if expected:
        assert told(expected) == {"tf_a", "tf_a2"}


def test_the_lead_bureaus_own_work_is_told_to_its_staff(world):
    factories.occurrence(world.lead_department, factories.work_item(world.campaign, due_on=TODAY))
    scan(world.campaign)
    assert told(NoticeKind.WORK_DUE) == {"lead", "lead2"}


def test_work_past_its_day_is_told_the_next_day_then_weekly_and_never_when_done(world):
    row = factories.occurrence(world.xiaofang, factories.work_item(world.campaign, due_on=TODAY))
    counts = []
    for days in range(1, 16):
        scan(world.campaign, TODAY + timedelta(days=days))
        counts.append(Notice.objects.filter(kind=NoticeKind.WORK_DUE).count())
    assert counts == [1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 3, 3]
    assert [one.step for one in still_hold(Notice.objects.all())] == [-14]
    row.done_on = TODAY
    row.save()
    assert not still_hold(Notice.objects.all())


def test_a_report_is_told_before_it_is_due_and_missed_when_it_is_not_there(world):
    sync_occurrences(world.campaign)
    duty = world.campaign.report_duties.get()
    due = duty.occurrences.filter(department=world.xiaofang, starts_on=date(2021, 9, 6)).get()
    scan(world.campaign, due.due_on)
    assert "xiaofang" in told(NoticeKind.REPORT_DUE, occurrence=due)
    scan(world.campaign, due.due_on + timedelta(days=1))
    assert told(NoticeKind.REPORT_MISSING, occurrence=due) == {"xiaofang", "lead", "lead2"}


def test_a_report_that_is_filled_in_is_neither_due_nor_missing(world):
    sync_occurrences(world.campaign)
    period = Period(date(2021, 9, 6), date(2021, 9, 12))
    report, _ = compile_report(Asked(world.campaign, world.xiaofang, weekly.FORM, period))
    due = world.campaign.occurrences.get(department=world.xiaofang, starts_on=period.start)
    fill(report.pk, by=world.dept_xiaofang, seen=report.version)
    for days in (0, 1, 2):
        scan(world.campaign, due.due_on + timedelta(days=days))
    assert not Notice.objects.filter(occurrence=due).exists()


def test_an_upload_is_told_to_who_brought_it_once_a_state(world):
    batch = ImportBatch.objects.create(
        campaign=world.campaign,
        user=world.tf_a,
        file=SimpleUploadedFile("a.xlsx", b""),
        filename="台账.xlsx",
        state=BatchState.READING,
    )
    assert scan(world.campaign) == 0
    for state, words in ((BatchState.PREVIEW, "请核对后确认导入"), (BatchState.DONE, "新增3条")):
        batch.state, batch.added = state, 3
        batch.save()
        assert scan(world.campaign) == 1
        assert scan(world.campaign) == 0
        assert words in Notice.objects.order_by("-pk").first().text
    assert told(NoticeKind.IMPORTED) == {"tf_a"}
    told_in_turn = Notice.objects.order_by("pk").select_related("batch")
    assert still_hold(told_in_turn) == [told_in_turn[1]]


def test_an_upload_before_a_month_of_standstill_is_told_of_after_it(world):
    scan(world.campaign)
    batch = ImportBatch.objects.create(
        campaign=world.campaign,
        user=world.tf_a,
        file=SimpleUploadedFile("a.xlsx", b""),
        filename="台账.xlsx",
        state=BatchState.FAILED,
    )
    with time_machine.travel(batch.created_at + timedelta(days=30)):
        assert scan(world.campaign) == 1
