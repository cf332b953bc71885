"""Due work done and taken back: by whom, on which day, how often, and by two at the same moment."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from accounts.enums import Role
from accounts.models import AuditEntry
from campaigns.enums import Rhythm
from campaigns.models import Completion, Evidence, Occurrence, WorkItem
from campaigns.queries import scope_of
from campaigns.work.actions import complete, revoke
from campaigns.work.queries import completions_for, due_between, evidence_for, occurrences_for, open_on
from campaigns.work.rules import may_complete, may_revoke
from tests import factories
from tests.hazards.test_concurrency import together

TODAY = date(2021, 9, 15)


def owed(campaign, *, department=None, task_force=None, due_on=date(2021, 9, 30), **fields) -> Occurrence:
    """One occurrence of a line of the work list."""
    order = campaign.work_items.count() + 1
    item = WorkItem.objects.create(
        campaign=campaign, order=order, title=f"排查{order}", rhythm=Rhythm.STANDING
    )
    return Occurrence.objects.create(
        campaign=campaign,
        item=item,
        period="once",
        department=department,
        task_force=task_force,
        due_on=due_on,
        **fields,
    )


@pytest.fixture
def row(world) -> Occurrence:
    return owed(world.campaign, department=world.xincheng)


def test_done_on_the_business_day_with_a_record_and_an_audit_row(world, row):
    completion = complete(row.pk, by=world.dept_xincheng, note="  已完成排查 ")
    row.refresh_from_db()
    assert row.done_on == TODAY
    assert (completion.on, completion.note, completion.by) == (TODAY, "已完成排查", world.dept_xincheng)
    entry = AuditEntry.objects.get(act="填报完成情况")
    assert (entry.user, entry.detail["occurrence"]) == (world.dept_xincheng, row.pk)


def test_who_sees_and_who_completes_what_a_unit_owes(world, row):
    seen = {name for name, user in world.personas().items() if row in occurrences_for(user)}
    assert seen == {"lead", "lead_2", "leader", "assessor", "dept_xincheng"}
    may = {name for name, user in world.personas().items() if may_complete(scope_of(user), row)}
    assert may == {"lead", "lead_2", "dept_xincheng"}


def test_who_sees_and_who_completes_what_a_task_force_owes(world):
    row = owed(world.campaign, task_force=world.task_force_a)
    seen = {name for name, user in world.personas().items() if row in occurrences_for(user)}
    assert seen == {"lead", "lead_2", "leader", "assessor", "dept_xincheng", "tf_a", "tf_a2"}
    may = {name for name, user in world.personas().items() if may_complete(scope_of(user), row)}
    assert may == {"lead", "lead_2", "dept_xincheng", "tf_a", "tf_a2"}


def test_a_leader_of_the_unit_reads_only(world, row):
    reader = factories.member(Role.LEADER, department=world.xincheng)
    with pytest.raises(PermissionDenied, match="请由责任单位或牵头单位填报"):
        complete(row.pk, by=reader)
    for user in (world.dept_jingfa, world.tf_a, world.operator_a, world.other_lead, world.system_admin):
        with pytest.raises(Occurrence.DoesNotExist):
            complete(row.pk, by=user)
    assert not Completion.objects.exists()


def test_a_task_force_s_own_people_and_those_of_its_unit_may(world):
    for user in (world.tf_a, world.dept_xincheng, world.lead):
        row = owed(world.campaign, task_force=world.task_force_a)
        assert complete(row.pk, by=user).by == user
    with pytest.raises(Occurrence.DoesNotExist):
        complete(owed(world.campaign, task_force=world.task_force_a).pk, by=world.tf_b)


def test_done_is_done_until_it_is_taken_back(world, row):
    first = complete(row.pk, by=world.dept_xincheng)
    with pytest.raises(ValidationError, match="已于 2021-09-15 完成，无需重复填报"):
        complete(row.pk, by=world.lead)
    assert revoke(first.pk, by=world.dept_xincheng).done_on is None
    row.refresh_from_db()
    first.refresh_from_db()
    assert row.done_on is None and first.revoked_by == world.dept_xincheng and first.revoked_at
    complete(row.pk, by=world.lead, on=date(2021, 9, 14))
    row.refresh_from_db()
    assert row.done_on == date(2021, 9, 14)
    assert row.completions.count() == 2


def test_the_quota_is_reached_on_the_day_of_the_last_that_counts(world):
    row = owed(world.campaign, department=world.xincheng, quota=3, starts_on=date(2021, 9, 1))
    days = [date(2021, 9, 10), date(2021, 9, 2), date(2021, 9, 12)]
    records = [complete(row.pk, by=world.dept_xincheng, on=day) for day in days]
    row.refresh_from_db()
    assert row.done_on == date(2021, 9, 12)
    revoke(records[1].pk, by=world.dept_xincheng)
    row.refresh_from_db()
    assert row.done_on is None
    complete(row.pk, by=world.dept_xincheng, on=date(2021, 9, 3))
    row.refresh_from_db()
    assert row.done_on == date(2021, 9, 12)


def test_what_was_recorded_since_is_told_and_nothing_saved(world):
    row = owed(world.campaign, department=world.xincheng, quota=3)
    complete(row.pk, by=world.lead, note="已查", seen=0)
    with pytest.raises(ValidationError, match=r"已填报过一次.*已查.*现有 1 次"):
        complete(row.pk, by=world.dept_xincheng, seen=0)
    assert row.completions.count() == 1
    revoke(row.completions.get().pk, by=world.lead)
    complete(row.pk, by=world.dept_xincheng, seen=0)


def test_standing_work_takes_records_and_is_never_done(world):
    row = owed(world.campaign, department=world.xincheng, due_on=None)
    for _ in range(3):
        complete(row.pk, by=world.dept_xincheng)
    row.refresh_from_db()
    assert row.done_on is None and row.completions.count() == 3


@pytest.mark.parametrize(
    ("on", "message"),
    [
        (date(2021, 9, 16), "不能晚于今天（2021-09-15）"),
        (date(2012, 9, 1), "过早，请核对年份"),
        (date(1, 1, 1), "过早，请核对年份"),
    ],
)
def test_days_that_cannot_be(world, row, on, message):
    with pytest.raises(ValidationError) as caught:
        complete(row.pk, by=world.dept_xincheng, on=on)
    assert message in caught.value.message_dict["on"][0]
    assert not Completion.objects.exists()


def test_a_span_is_not_done_before_it_begins(world):
    row = owed(world.campaign, department=world.xincheng, starts_on=date(2021, 9, 1))
    with pytest.raises(ValidationError, match="本期工作自 2021-09-01 开始"):
        complete(row.pk, by=world.dept_xincheng, on=date(2021, 8, 31))
    later = owed(world.campaign, department=world.xincheng, starts_on=date(2021, 10, 1))
    with pytest.raises(ValidationError, match="本期工作自 2021-10-01 开始"):
        complete(later.pk, by=world.dept_xincheng)


def test_a_back_fill_is_done_on_its_day_long_before_the_campaign(world):
    row = owed(world.campaign, department=world.xincheng, due_on=date(2021, 5, 20))
    complete(row.pk, by=world.dept_xincheng, on=date(2021, 5, 18))
    row.refresh_from_db()
    assert row.done_on == date(2021, 5, 18)


def test_all_faults_at_once_and_nothing_saved(world, row):
    with pytest.raises(ValidationError) as caught:
        complete(row.pk, by=world.dept_xincheng, on=date(2022, 1, 1), note="字" * 1001)
    assert set(caught.value.message_dict) == {"on", "note"}
    assert "现有 1001 字" in caught.value.message_dict["note"][0]
    bad = factories.photo()
    bad.name, bad.file = "清单.xlsx", type(bad.file)(b"PK\x03\x04")
    with pytest.raises(ValidationError) as caught:
        complete(row.pk, by=world.dept_xincheng, files=[bad])
    assert "清单.xlsx" in caught.value.message_dict["files"][0]
    row.refresh_from_db()
    assert row.done_on is None and not Completion.objects.exists() and not AuditEntry.objects.exists()


def test_who_takes_back(world, row):
    completion = complete(row.pk, by=world.dept_xincheng)
    colleague = factories.member(Role.DEPARTMENT, department=world.xincheng)
    with pytest.raises(PermissionDenied, match="只有填报人本人或牵头单位"):
        revoke(completion.pk, by=colleague)
    with pytest.raises(PermissionDenied):
        revoke(completion.pk, by=world.leader)
    with pytest.raises(Completion.DoesNotExist):
        revoke(completion.pk, by=world.dept_jingfa)
    revoke(completion.pk, by=world.lead)
    with pytest.raises(ValidationError, match="已经撤回"):
        revoke(completion.pk, by=world.lead)
    assert AuditEntry.objects.filter(act="撤回完成记录").count() == 1


def test_an_author_who_left_the_unit_takes_nothing_back(world, row):
    completion = complete(row.pk, by=world.dept_xincheng)
    world.dept_xincheng.memberships.update(department=world.jingfa)
    with pytest.raises(Completion.DoesNotExist):
        revoke(completion.pk, by=world.dept_xincheng)
    assert not may_revoke(scope_of(world.dept_xincheng), world.dept_xincheng, completion)
    factories.member(Role.LEADER, department=world.xincheng)
    world.dept_xincheng.memberships.update(department=world.xincheng, role=Role.LEADER)
    with pytest.raises(PermissionDenied):
        revoke(completion.pk, by=world.dept_xincheng)


def test_files_and_records_are_seen_with_the_work(world, row):
    completion = complete(row.pk, by=world.dept_xincheng, files=[factories.photo("现场.jpg")])
    file = Evidence.objects.get(completion=completion)
    for name, user in world.personas().items():
        sees = name in {"lead", "lead_2", "leader", "assessor", "dept_xincheng"}
        assert evidence_for(user).filter(pk=file.pk).exists() == sees
        assert completions_for(user).filter(pk=completion.pk).exists() == sees


def test_what_is_due_and_open(world):
    soon = owed(world.campaign, department=world.xincheng, due_on=date(2021, 9, 20))
    later = owed(world.campaign, department=world.xincheng, starts_on=date(2021, 10, 1))
    standing = owed(world.campaign, department=world.xincheng, due_on=None, starts_on=date(2021, 7, 1))
    mine = occurrences_for(world.dept_xincheng)
    assert set(mine) == {soon, later, standing}
    assert set(mine.filter(open_on(TODAY))) == {soon, standing}
    assert set(mine.filter(due_between(date(2021, 9, 20), date(2021, 9, 21)))) == {soon}


def test_a_list_reads_what_it_shows_in_one_query(world, django_assert_num_queries):
    for _ in range(3):
        owed(world.campaign, department=world.xincheng)
        owed(world.campaign, task_force=world.task_force_a)
    rows = occurrences_for(world.lead)
    with django_assert_num_queries(1):
        assert len([(str(row), str(row.holder)) for row in rows]) == 6


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="row locks are PostgreSQL's")
class TestAtOnce:
    def test_two_at_once_complete_it_once(self, world, row):
        people = (world.dept_xincheng, world.lead, world.lead_2)
        results = together(*[lambda by=by: complete(row.pk, by=by) for by in people])
        assert sum(isinstance(result, Completion) for result in results) == 1
        assert sum(isinstance(result, ValidationError) for result in results) == 2
        assert row.completions.count() == AuditEntry.objects.filter(act="填报完成情况").count() == 1

    def test_a_quota_is_not_exceeded(self, world):
        row = owed(world.campaign, department=world.xincheng, quota=3)
        results = together(*[lambda: complete(row.pk, by=world.dept_xincheng)] * 6)
        assert sum(isinstance(result, Completion) for result in results) == 3
        row.refresh_from_db()
        assert row.done_on == TODAY

    def test_two_clicks_that_saw_the_same_count_once(self, world):
        """A quota above one leaves room for both; what each had seen does not."""
        row = owed(world.campaign, department=world.xincheng, quota=4)
        for seen in range(3):
            results = together(*[lambda seen=seen: complete(row.pk, by=world.dept_xincheng, seen=seen)] * 2)
            assert sum(isinstance(result, Completion) for result in results) == 1, results
            (refused,) = [result for result in results if isinstance(result, ValidationError)]
            assert refused.code == "recorded_since"
        assert row.completions.count() == 3

    def test_two_at_once_take_it_back_once(self, world, row):
        completion = complete(row.pk, by=world.dept_xincheng)
        results = together(*[lambda by=by: revoke(completion.pk, by=by) for by in (world.lead, world.lead_2)])
        assert sum(isinstance(result, Occurrence) for result in results) == 1
        assert sum(isinstance(result, ValidationError) for result in results) == 1
