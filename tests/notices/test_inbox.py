"""The inbox: filters, marks and their taking back, what is settled, and the number beside the bell."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaigns.models import Occurrence
from campaigns.queries import scope_of
from hazards.models import Hazard
from notices.actions import collect
from notices.enums import NoticeKind
from notices.kinds import GROUPS
from notices.models import Notice
from notices.obsolete import still_hold
from notices.queries import MOST_COUNTED, notices_for, unread_count
from notices.sending import unsent
from tests import factories

TODAY = date(2021, 9, 15)
NOW = timezone.make_aware(datetime(2021, 9, 15, 10, 0))


def told(world, user, kind=NoticeKind.ASSIGNED, hazard=None, **facts):
    """A notice about a hazard in park_a."""
    hazard = hazard or factories.HazardFactory(
        task_force=world.task_force_a,
        reported_by=world.tf_a,
        status="rectifying",
        due_on=TODAY,
        responsible_department=world.xiaofang,
    )
    facts = {"due_on": TODAY, "text": f"{hazard.number} 提醒", "created_at": NOW} | facts
    return Notice.objects.create(user=user, campaign=world.campaign, kind=kind, hazard=hazard, **facts)


@pytest.fixture
def mine(world, client):
    """Signed in as tf_a, with one notice each of two groups."""
    client.force_login(world.tf_a)
    return told(world, world.tf_a), told(world, world.tf_a, NoticeKind.DUE_SOON)


def shown(client, query=""):
    return {row.pk for row in client.get(f"/notices/{query}").context["notices"]}


def test_every_kind_is_in_one_group():
    kinds = [kind for group in GROUPS.values() for kind in group.kinds]
    assert sorted(kinds) == sorted(NoticeKind)


def test_by_group_and_by_unread(client, mine):
    flow, deadline = mine
    assert shown(client) == {flow.pk, deadline.pk}
    assert shown(client, "?group=deadline") == {deadline.pk}
    assert shown(client, "?group=report") == set()
    client.post("/notices/mark/", {"pick": [deadline.pk], "to": "read"})
    assert shown(client, "?group=deadline&unread=1") == set()
    assert shown(client, "?unread=1") == {flow.pk}
    page = client.get("/notices/?group=deadline").context
    assert (page["total"], page["total_unread"]) == (1, 0)
    assert "这一类还没有提醒" in client.get("/notices/?group=report").content.decode()


@pytest.mark.parametrize("junk", ["nothing", "' or 1=1", ""])
def test_an_unknown_group_shows_all(client, mine, junk):
    assert len(shown(client, f"?group={junk}")) == 2


def test_marks_come_back_to_the_list_as_it_was_filtered(client, mine):
    answer = client.post(
        "/notices/mark/", {"pick": [mine[0].pk], "to": "read", "group": "flow", "unread": "1"}
    )
    assert answer["Location"] == "/notices/?unread=1&group=flow"


def test_read_and_unread_again(client, mine, world):
    client.post("/notices/mark/", {"pick": [one.pk for one in mine], "to": "read"})
    assert unread_count(world.tf_a, scope_of(world.tf_a)) == 0
    client.post("/notices/mark/", {"pick": [mine[0].pk], "to": "unread"})
    assert unread_count(world.tf_a, scope_of(world.tf_a)) == 1


def test_all_read_is_taken_back_without_what_was_read_before(client, mine, world):
    client.post("/notices/mark/", {"pick": [mine[0].pk], "to": "read"})
    client.get("/notices/")
    client.post("/notices/read/")
    page = client.get("/notices/")
    assert "已将 1 条标为已读" in page.content.decode()
    client.post("/notices/unread/", {"at": page.context["just_read"]["at"]})
    assert set(Notice.objects.filter(read_at=None).values_list("pk", flat=True)) == {mine[1].pk}
    assert "已将" not in client.get("/notices/").content.decode().split("messages")[0]


def test_all_of_a_group_leaves_the_others(client, mine):
    client.post("/notices/read/", {"group": "flow"})
    assert shown(client, "?unread=1") == {mine[1].pk}


@pytest.mark.parametrize("at", ["", "x", "2021-13-45T00:00", "2021-09-15T10:00:00"])
def test_nothing_to_take_back(client, mine, at):
    answer = client.post("/notices/unread/", {"at": at}, follow=True)
    assert "没有可以撤销的标记" in answer.content.decode()


@pytest.mark.parametrize("pick", [[], ["x"], ["9" * 30], ["١"]])
def test_what_cannot_be_picked_marks_nothing(client, mine, pick):
    assert client.post("/notices/mark/", {"pick": pick, "to": "read"}).status_code == 302
    assert Notice.objects.filter(read_at=None).count() == 2


def test_nobody_marks_anothers(client, mine, world):
    others = told(world, world.tf_a2)
    client.post("/notices/mark/", {"pick": [others.pk], "to": "read"})
    others.refresh_from_db()
    assert others.read_at is None


def test_what_is_settled_says_so(client, mine):
    Hazard.objects.filter(pk=mine[0].hazard_id).update(status="void")
    page = client.get("/notices/")
    assert [row.settled for row in page.context["notices"]] == [False, True]
    assert page.content.decode().count("已处理") == 1


def test_told_anew_the_earlier_one_counts_as_read(client, world):
    """A week overdue is one thing to do, not seven; the bell says so."""
    client.force_login(world.tf_a)
    hazard = told(world, world.tf_a).hazard
    Notice.objects.all().delete()
    for days in range(-1, 4):
        collect(world.campaign, today=TODAY + timedelta(days=days), now=NOW + timedelta(days=days))
    mine = Notice.objects.filter(user=world.tf_a, hazard=hazard)
    assert [(one.kind, one.step) for one in mine.filter(read_at=None)] == [("overdue", 3)]
    assert mine.count() == 5
    page = client.get("/notices/")
    assert page.content.decode().count(">已有新提醒<") == 4
    assert page.context["total_unread"] == unread_count(world.tf_a, scope_of(world.tf_a)) == 1


def test_of_what_is_told_at_once_what_presses_most_stands_first(client, world):
    client.force_login(world.tf_a)
    Hazard.objects.update(due_on=None)
    told(world, world.tf_a)
    Hazard.objects.update(due_on=TODAY + timedelta(days=3))
    told(world, world.tf_a)
    row = factories.occurrence(world.task_force_a, factories.work_item(world.campaign, due_on=TODAY))
    Notice.objects.all().delete()
    collect(world.campaign, today=TODAY + timedelta(days=2), now=NOW)
    shown = client.get("/notices/").context["notices"]
    assert [(one.label, one.step) for one in shown] == [("逾期", 2), ("工作逾期", -1), ("即将到期", 1)]
    assert shown[1].occurrence == row


def test_what_is_closed_calls_nobody(client, world):
    client.force_login(world.tf_a)
    hazard = told(world, world.tf_a).hazard
    Hazard.objects.filter(pk=hazard.pk).update(status="void")
    collect(world.campaign, today=TODAY, now=NOW)
    assert unread_count(world.tf_a, scope_of(world.tf_a)) == 0
    assert client.get("/notices/").content.decode().count("已处理") == 1


def test_what_was_settled_by_mistake_is_still_sent_and_not_called_replaced(client, world):
    """Done, seen by a scan, and taken back before the day's message: the reminder stands as it was."""
    client.force_login(world.tf_a)
    row = factories.occurrence(world.task_force_a, factories.work_item(world.campaign, due_on=TODAY))
    collect(world.campaign, today=TODAY, now=NOW)
    for done_on in (TODAY, None):
        Occurrence.objects.filter(pk=row.pk).update(done_on=done_on)
        collect(world.campaign, today=TODAY, now=NOW)
    notice = Notice.objects.get(user=world.tf_a, occurrence=row)
    assert still_hold([notice]) == [notice]
    assert notice in unsent(world.campaign, 0)
    Notice.objects.update(obsolete_at=NOW)  # as if a message had been put together in between
    assert "已有新提醒" not in client.get("/notices/").content.decode()


def test_late_says_so(client, world):
    client.force_login(world.tf_a)
    told(world, world.tf_a, late=True)
    assert "补发" in client.get("/notices/").content.decode()


def test_the_bell_rises_and_falls_on_every_page(client, mine):
    assert "提醒，2 条未读" in client.get("/parks/").content.decode()
    client.post(f"/notices/{mine[0].pk}/read/")
    assert "提醒，1 条未读" in client.get("/parks/").content.decode()
    client.post("/notices/read/")
    assert "条未读" not in client.get("/parks/").content.decode()


def test_the_bell_stops_counting_at_99(client, mine, world):
    hazard = mine[0].hazard
    Notice.objects.bulk_create(
        Notice(
            user=world.tf_a, campaign=world.campaign, kind=NoticeKind.OVERDUE, hazard=hazard, step=step,
            due_on=TODAY, text="逾期", created_at=NOW,
        )
        for step in range(MOST_COUNTED + 20)
    )  # fmt: skip
    assert unread_count(world.tf_a, scope_of(world.tf_a)) == MOST_COUNTED
    assert "99+" in client.get("/parks/").content.decode()


def test_what_a_person_sees_no_more_is_neither_counted_nor_listed(client, mine, world):
    world.task_force_a.members.filter(user=world.tf_a).delete()
    assert notices_for(world.tf_a).count() == 0
    assert unread_count(world.tf_a, scope_of(world.tf_a)) == 0


def test_a_page_of_fifty_asks_no_more_than_a_page_of_two(client, mine, world):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            client.get("/notices/")
        return len(queries)

    asked()  # the first page of a login also keeps its session
    few = asked()
    for days in range(48):
        told(world, world.tf_a, NoticeKind.OVERDUE, due_on=TODAY - timedelta(days=days))
    assert asked() == few
