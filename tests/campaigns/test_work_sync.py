"""What falls due, kept in step: nothing lost, nothing doubled, nothing that somebody did undone."""

from collections import Counter
from datetime import date, timedelta

import pytest
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import User
from campaigns.enums import Part, PartyGroup, Precision, Rhythm, UnitKind
from campaigns.models import (
    Campaign,
    CampaignUnit,
    Completion,
    Measure,
    Occurrence,
    ReportDuty,
    Responsibility,
    WorkItem,
)
from campaigns.tasks import sync_work
from campaigns.work.actions import complete
from campaigns.work.sync import sync_occurrences
from parks.models import Department
from tests import factories
from tests.hazards.test_concurrency import together

DAY = timedelta(days=1)


def work(campaign: Campaign, rhythm: str = Rhythm.MONTHLY, *holders: Department | str, **fields) -> WorkItem:
    """A line of the work list, owed by units and sets; by the lead bureau when none is named."""
    order = campaign.work_items.count() + 1
    item = WorkItem.objects.create(
        campaign=campaign, order=order, title=f"工作{order}", rhythm=rhythm, **fields
    )
    for holder in holders or (campaign.lead_department,):
        owed_by(holder, item=item)
    return item


def owed_by(holder: Department | str, part: str = Part.RESPONSIBLE, **owner) -> Responsibility:
    party = {"group": holder} if isinstance(holder, str) else {"department": holder}
    return Responsibility.objects.create(part=part, **party, **owner)


def state(campaign: Campaign) -> list[tuple]:
    """All that there is to know of the campaign's occurrences, their keys of the table among it."""
    return sorted(
        campaign.occurrences.values_list(
            "pk", "period", "starts_on", "due_on", "quota", "done_on", "department", "task_force"
        ),
        key=str,
    )


def due_days(source: WorkItem | Measure | ReportDuty) -> list[str]:
    return [str(day) for day in source.occurrences.order_by("due_on").values_list("due_on", flat=True)]


@pytest.fixture
def campaign(db) -> Campaign:
    return factories.CampaignFactory(starts_on=date(2021, 7, 1), ends_on=date(2021, 12, 31))


def test_a_measure_is_owed_by_each_responsible_unit_once(world):
    measure = Measure.objects.create(
        campaign=world.campaign, category=world.category, order=1, title="打通消防通道",
        due_on=date(2021, 9, 30), precision=Precision.MONTH,
    )  # fmt: skip
    for holder in (world.xincheng, world.xiaofang, world.xincheng):
        owed_by(holder, measure=measure)
    owed_by(world.jingfa, Part.COOPERATING, measure=measure)
    sync_occurrences(world.campaign)
    owed = measure.occurrences.values_list("department", "period", "due_on")
    assert sorted(owed) == sorted(
        (unit.pk, "once", date(2021, 9, 30)) for unit in (world.xincheng, world.xiaofang)
    )


def test_sets_are_expanded(world):
    each = work(world.campaign, Rhythm.STANDING, PartyGroup.TASK_FORCES)
    units = work(world.campaign, Rhythm.STANDING, PartyGroup.UNITS, world.xincheng)
    firms = work(world.campaign, Rhythm.STANDING, PartyGroup.ENTERPRISES, PartyGroup.LARGE_ENTERPRISES)
    sync_occurrences(world.campaign)
    assert set(each.occurrences.values_list("task_force", flat=True)) == {
        world.task_force_a.pk,
        world.task_force_b.pk,
    }
    members = world.campaign.unit_rows.filter(kind=UnitKind.MEMBER).values_list("department", flat=True)
    assert Counter(units.occurrences.values_list("department", flat=True)) == Counter(members)
    assert [row.department for row in firms.occurrences.all()] == [world.lead_department]


def test_a_unit_that_joins_or_leaves(world):
    item = work(world.campaign, Rhythm.MONTHLY, PartyGroup.UNITS)
    sync_occurrences(world.campaign)
    new = factories.DepartmentFactory(name="市水利局")
    CampaignUnit.objects.create(campaign=world.campaign, department=new)
    CampaignUnit.objects.filter(campaign=world.campaign, department=world.jingfa).delete()
    sync_occurrences(world.campaign)
    assert item.occurrences.filter(department=new).count() == 6
    assert not item.occurrences.filter(department=world.jingfa).exists()


def test_reports_wait_after_the_end_of_their_span(campaign):
    duty = ReportDuty.objects.create(campaign=campaign, name="周报", rhythm=Rhythm.WEEKLY, days_after=1)
    owed_by(campaign.lead_department, report=duty)
    campaign.ends_on = date(2021, 7, 11)
    campaign.save()
    sync_occurrences(campaign)
    assert due_days(duty) == ["2021-07-05", "2021-07-12"]


def test_dates_quota_standing_and_back_fills(campaign):
    dates = work(campaign, Rhythm.DATES, dates=["2021-08-05", "2021-11-05", "2021-08-05"])
    quota = work(campaign, Rhythm.MONTHLY, quota=4, starts_on=date(2021, 10, 1))
    standing = work(campaign, Rhythm.STANDING)
    early = work(campaign, Rhythm.ONCE, due_on=date(2021, 5, 20))
    sync_occurrences(campaign)
    assert due_days(dates) == ["2021-08-05", "2021-11-05"]
    assert due_days(quota) == ["2021-10-31", "2021-11-30", "2021-12-31"]
    assert set(quota.occurrences.values_list("quota", flat=True)) == {4}
    assert [row.due_on for row in standing.occurrences.all()] == [None]
    assert due_days(early) == ["2021-05-20"]


def test_running_again_changes_nothing(world):
    work(world.campaign, Rhythm.WEEKLY, PartyGroup.UNITS)
    assert sync_occurrences(world.campaign) > 100
    before = state(world.campaign)
    assert sync_occurrences(world.campaign) == 0
    assert state(world.campaign) == before


def test_what_stands_is_read_once(world, django_assert_max_num_queries):
    """However much falls due: the plan, its holders and the rows, and nothing is written."""
    for _ in range(5):
        work(world.campaign, Rhythm.WEEKLY, PartyGroup.UNITS, PartyGroup.TASK_FORCES)
    assert sync_occurrences(world.campaign) > 500
    with django_assert_max_num_queries(12), CaptureQueriesContext(connection) as seen:
        sync_occurrences(world.campaign)
    told = [query["sql"] for query in seen.captured_queries]
    assert sum('FROM "campaigns_occurrence"' in sql for sql in told) == 1
    assert not [sql for sql in told if sql.startswith(("UPDATE", "INSERT", "DELETE"))]


def test_a_longer_campaign_adds_what_is_new_and_moves_the_span_that_was_cut(campaign):
    campaign.ends_on = date(2021, 9, 10)
    campaign.save()
    item = work(campaign)
    sync_occurrences(campaign)
    cut = item.occurrences.get(due_on=date(2021, 9, 10))
    campaign.ends_on = date(2021, 10, 31)
    campaign.save()
    assert sync_occurrences(campaign) == 1
    cut.refresh_from_db()
    assert cut.due_on == date(2021, 9, 30)
    assert due_days(item) == ["2021-07-31", "2021-08-31", "2021-09-30", "2021-10-31"]


def test_a_moved_deadline_moves_what_is_open_and_keeps_its_records(world):
    campaign = world.campaign
    item = work(campaign, Rhythm.ONCE, world.xincheng, world.jingfa, due_on=date(2021, 9, 30), quota=2)
    sync_occurrences(campaign)
    open_one = item.occurrences.get(department=world.xincheng)
    done_one = item.occurrences.get(department=world.jingfa)
    half = complete(open_one.pk, by=world.dept_xincheng)
    for _ in range(2):
        complete(done_one.pk, by=world.dept_jingfa)
    item.due_on = date(2021, 11, 30)
    item.save()
    sync_occurrences(campaign)
    open_one.refresh_from_db()
    done_one.refresh_from_db()
    assert (open_one.due_on, open_one.done_on) == (date(2021, 11, 30), None)
    assert list(open_one.completions.all()) == [half]
    assert (done_one.due_on, done_one.done_on) == (date(2021, 9, 30), date(2021, 9, 15))
    assert item.occurrences.count() == 2


def test_a_day_that_moves_for_many_is_written_once(world):
    campaign = world.campaign
    factories.TaskForceFactory.create_batch(3, campaign=campaign)
    item = work(campaign, Rhythm.ONCE, PartyGroup.TASK_FORCES, due_on=date(2021, 9, 30), quota=2)
    sync_occurrences(campaign)
    half = item.occurrences.first()
    complete(half.pk, by=world.lead, on=date(2021, 9, 10))
    item.due_on, item.quota = date(2021, 11, 30), 1
    item.save()
    with CaptureQueriesContext(connection) as asked:
        sync_occurrences(campaign)
    updates = [query["sql"] for query in asked.captured_queries if query["sql"].startswith("UPDATE")]
    assert len(updates) == 2, "one for what is done by now, one for the rest"
    half.refresh_from_db()
    assert (half.due_on, half.quota, half.done_on) == (date(2021, 11, 30), 1, date(2021, 9, 10))
    others = item.occurrences.exclude(pk=half.pk).values_list("due_on", "quota", "done_on")
    assert len(others) >= 3 and set(others) == {(date(2021, 11, 30), 1, None)}


def test_a_lowered_quota_can_be_reached_already(world):
    item = work(world.campaign, Rhythm.ONCE, world.xincheng, due_on=date(2021, 9, 30), quota=4)
    sync_occurrences(world.campaign)
    row = item.occurrences.get()
    for day in (13, 3, 10):
        complete(row.pk, by=world.dept_xincheng, on=date(2021, 9, day))
    item.quota = 2
    item.save()
    sync_occurrences(world.campaign)
    row.refresh_from_db()
    assert (row.quota, row.done_on) == (2, date(2021, 9, 10))


def test_what_the_plan_drops_goes_unless_somebody_worked_on_it(world):
    item = work(world.campaign, Rhythm.MONTHLY, world.xincheng)
    sync_occurrences(world.campaign)
    august = item.occurrences.order_by("due_on")[1]
    complete(august.pk, by=world.dept_xincheng)
    item.responsibilities.all().delete()
    owed_by(world.jingfa, item=item)
    sync_occurrences(world.campaign)
    assert list(item.occurrences.filter(department=world.xincheng)) == [august]
    assert item.occurrences.filter(department=world.jingfa).count() == 6


def test_another_cut_off_day_asks_for_nothing_again_that_was_done(world):
    """Weeks that end on Friday instead of Sunday: six of seven days are those of the report handed in."""
    item = work(world.campaign, Rhythm.WEEKLY, world.xincheng)
    sync_occurrences(world.campaign)
    done = list(item.occurrences.filter(due_on__lte=date(2021, 9, 12)).order_by("due_on"))
    assert len(done) == 11
    for row in done:
        complete(row.pk, by=world.dept_xincheng)
    world.campaign.week_cutoff = 5
    world.campaign.save()
    sync_occurrences(world.campaign)
    open_days = item.occurrences.filter(done_on=None).order_by("due_on").values_list("due_on", flat=True)
    assert [str(day) for day in open_days[:2]] == ["2021-09-17", "2021-09-24"]
    assert item.occurrences.exclude(done_on=None).count() == 11
    assert sync_occurrences(world.campaign) == 0


@pytest.mark.parametrize(
    ("old", "new", "owed"),
    [(Rhythm.HALF_YEARLY, Rhythm.MONTHLY, 6), (Rhythm.MONTHLY, Rhythm.HALF_YEARLY, 1)],
)
def test_what_was_done_does_not_stand_for_spans_of_another_length(world, old, new, owed):
    item = work(world.campaign, old, world.xincheng)
    sync_occurrences(world.campaign)
    complete(item.occurrences.earliest("due_on").pk, by=world.dept_xincheng)
    item.rhythm = new
    item.save()
    sync_occurrences(world.campaign)
    assert item.occurrences.filter(done_on=None).count() == owed
    assert item.occurrences.exclude(done_on=None).count() == 1


def test_the_nightly_run_takes_active_campaigns_and_survives_a_broken_one(campaign, caplog):
    item = work(campaign)
    asleep = factories.CampaignFactory(active=False)
    other = work(asleep)
    broken = factories.CampaignFactory()
    work(broken, Rhythm.DATES, dates=["never"])
    assert sync_work() == 6
    assert sync_work() == 0
    assert item.occurrences.count() == 6 and not other.occurrences.exists()
    assert f"due work of {broken.slug}" in caplog.text


class TestAnyOrder(TestCase):
    """Whatever is changed, done and run in whatever order, the table ends as the last plan asks."""

    @settings(max_examples=25, deadline=None)
    @given(
        st.lists(
            st.one_of(
                st.tuples(st.just("run"), st.none()),
                st.tuples(st.just("clock"), st.integers(-400, 4000)),
                st.tuples(st.just("ends"), st.integers(0, 500)),
                st.tuples(st.just("done"), st.integers(0, 30)),
                st.tuples(st.just("quota"), st.integers(1, 3)),
            ),
            max_size=12,
        ),
        st.sampled_from(
            [Rhythm.WEEKLY, Rhythm.HALF_MONTHLY, Rhythm.MONTHLY, Rhythm.TWO_MONTHLY, Rhythm.YEARLY]
        ),
    )
    def test_nothing_is_lost_or_doubled(self, steps, rhythm):
        first = date(2026, 11, 3)
        campaign = factories.CampaignFactory(starts_on=first, ends_on=first + 90 * DAY, clock=first)
        item = work(campaign, rhythm)
        by = factories.UserFactory()
        for what, number in steps:
            self.take(what, number, campaign, item, by)
        sync_occurrences(campaign)
        self.check(campaign, item)

    def take(self, what: str, number: int, campaign: Campaign, item: WorkItem, by: User) -> None:
        if what == "clock":
            campaign.clock = campaign.starts_on + number * DAY
        elif what == "ends":
            campaign.ends_on = campaign.starts_on + number * DAY
        campaign.save()
        if what == "quota":
            item.quota = number
            item.save()
        if what == "done":
            rows = item.occurrences.filter(done_on=None).order_by("due_on")[number : number + 1]
            for row in rows:
                Completion.objects.create(occurrence=row, on=row.due_on, by=by, at=timezone.now())
                Occurrence.objects.filter(pk=row.pk).update(done_on=row.due_on)
        before = {row.pk: row for row in item.occurrences.exclude(done_on=None)}
        sync_occurrences(campaign)
        for row in item.occurrences.filter(pk__in=before):
            kept = before.pop(row.pk)
            assert (row.due_on, row.starts_on, row.quota, row.done_on) == (
                kept.due_on,
                kept.starts_on,
                kept.quota,
                kept.done_on,
            )
        assert not before

    def check(self, campaign: Campaign, item: WorkItem) -> None:
        fresh = factories.CampaignFactory(starts_on=campaign.starts_on, ends_on=campaign.ends_on)
        pattern = work(fresh, item.rhythm, quota=item.quota)
        sync_occurrences(fresh)
        asked = set(pattern.occurrences.values_list("period", flat=True))
        rows = list(item.occurrences.order_by("period"))
        assert len({row.period for row in rows}) == len(rows)
        assert asked <= {row.period for row in rows}
        assert all(row.period in asked or row.done_on for row in rows)
        open_rows = {(row.period, row.due_on, row.quota) for row in rows if row.done_on is None}
        assert open_rows <= set(pattern.occurrences.values_list("period", "due_on", "quota"))


def impatient(campaign: Campaign) -> int:
    """Kept in step by somebody who waits for no lock longer than a moment."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '300ms'")
        return sync_occurrences(campaign)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer")
class TestAtOnce:
    """Threads with connections of their own, on PostgreSQL."""

    def test_several_runs_at_once_give_each_occurrence_once(self, world):
        item = work(world.campaign, Rhythm.WEEKLY, PartyGroup.UNITS)
        results = together(*[lambda: sync_occurrences(world.campaign)] * 4, *[sync_work] * 2)
        assert all(isinstance(result, int) for result in results), results
        assert sum(results) == world.campaign.occurrences.count()
        keys = item.occurrences.values_list("period", "department")
        assert len(set(keys)) == len(keys) == 27 * 4

    def test_it_waits_for_nobody_where_nothing_changes(self, world):
        """Somebody holds a row for as long as they like: a plan that stands needs none of them."""
        item = work(world.campaign, Rhythm.WEEKLY, PartyGroup.UNITS)
        sync_occurrences(world.campaign)
        item.quota = 2
        item.save()
        held = item.occurrences.first()
        with transaction.atomic():
            Occurrence.objects.select_for_update().get(pk=held.pk)
            waits = together(lambda: impatient(world.campaign))
        item.quota = 1
        item.save()
        assert isinstance(waits[0], OperationalError), "the changed row is locked"
        with transaction.atomic():
            Occurrence.objects.select_for_update().get(pk=held.pk)
            assert together(lambda: impatient(world.campaign)) == [0]

    def test_a_change_of_plan_and_a_completion_at_once(self, world):
        """Whoever is first: a record is never of an occurrence that is gone."""
        for n in range(6):
            item = work(world.campaign, Rhythm.ONCE, world.xincheng, due_on=date(2021, 9, 30 - n))
            sync_occurrences(world.campaign)
            row = item.occurrences.get()
            item.responsibilities.all().delete()
            results = together(
                lambda: sync_occurrences(world.campaign), lambda row=row: complete(row.pk, by=world.lead)
            )
            assert isinstance(results[0], int), results
            done = isinstance(results[1], Completion)
            assert item.occurrences.exists() == done
            assert done or isinstance(results[1], Occurrence.DoesNotExist)
