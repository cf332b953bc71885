"""The ladder on which what is late is told upwards: each rung once, whatever moves meanwhile."""

from datetime import date, datetime, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from hazards.enums import SupervisionLevel
from hazards.models import Hazard, Supervision
from notices.actions import collect
from notices.enums import NoticeKind
from notices.models import Notice, NoticeRule, NoticeSettings
from notices.obsolete import still_hold
from notices.people import people_of
from notices.sources.deadlines import Rung
from reports.letters import actions as letter_actions
from reports.letters.actions import Wish
from tests import factories

DUE = date(2021, 9, 1)
LADDER = (NoticeKind.ESCALATED, NoticeKind.PROPOSED)


@pytest.fixture
def chief(world):
    return factories.member(Role.LEADER, department=world.xiaofang, username="chief", full_name="消防领导")


@pytest.fixture
def hazard(world, chief) -> Hazard:
    return late_hazard(world)


def late_hazard(world, **facts):
    facts = {"status": "rectifying", "due_on": DUE, "responsible_department": world.xiaofang} | facts
    return factories.HazardFactory(task_force=world.task_force_a, reported_by=world.tf_a, **facts)


def scan(world, over, *, due=DUE):
    """The scan of the day on which what was due on `due` is so many days overdue."""
    today = due + timedelta(days=over)
    return collect(world.campaign, today=today, now=timezone.make_aware(datetime.combine(today, time(8))))


def rungs(user=None):
    """[(day told, rung, who)] of the ladder, in the order told."""
    rows = Notice.objects.filter(kind__in=LADDER).order_by("pk")
    rows = rows.filter(user=user) if user else rows
    return [
        ((timezone.localdate(row.created_at) - DUE).days, row.step, row.user.username)
        for row in rows.select_related("user")
    ]


def test_each_rung_once_over_a_month(world, hazard):
    """The clock moves a day at a time; the scan runs three times a day."""
    for over in range(31):
        scan(world, over)
        assert scan(world, over) == scan(world, over) == 0
    assert rungs() == [
        (3, Rung.LEADERS, "chief"),
        (7, Rung.LEAD, "lead"),
        (7, Rung.LEAD, "lead2"),
        (15, Rung.PROPOSAL, "lead"),
        (15, Rung.PROPOSAL, "lead2"),
    ]
    assert not Notice.objects.filter(late=True).exists()


def test_days_are_the_campaigns(world, hazard):
    NoticeSettings.objects.create(campaign=world.campaign, leader_after=1, lead_after=2, propose_after=5)
    for over in range(10):
        scan(world, over)
    assert [row[:2] for row in rungs()] == [(1, 1), (2, 2), (2, 2), (5, 3), (5, 3)]


@pytest.mark.parametrize("days", [(1, 2, 4), (5, 10, 20), (8, 9, 9)])
def test_changed_days_tell_no_rung_twice(world, hazard, days):
    for over in range(9):
        scan(world, over)
    names = ("leader_after", "lead_after", "propose_after")
    NoticeSettings.objects.filter(campaign=world.campaign).update(**dict(zip(names, days, strict=True)))
    for over in range(9, 31):
        scan(world, over)
    told = rungs()
    assert len(told) == len({row[1:] for row in told}) == 5
    assert [row[0] for row in told if row[1] == Rung.PROPOSAL] == [max(9, days[2])] * 2


def test_three_days_without_a_schedule_are_made_up_once_and_marked(world, hazard):
    for over in (0, 1, 5, 6, 7, 8, 14, 18, 19):  # it stood still on days 2 to 4, 9 to 13, 15 to 17
        scan(world, over)
    assert [row[:2] for row in rungs()] == [(5, 1), (7, 2), (7, 2), (18, 3), (18, 3)]
    late = Notice.objects.filter(kind__in=LADDER, late=True)
    assert sorted(late.values_list("step", flat=True)) == [Rung.LEADERS, Rung.PROPOSAL, Rung.PROPOSAL]


def test_who_would_be_told_twice_at_once_is_told_the_higher_rung(world, hazard):
    """The first scan of a campaign whose hazards are a month late."""
    scan(world, 30)
    assert rungs() == [
        (30, Rung.LEADERS, "chief"),
        (30, Rung.PROPOSAL, "lead"),
        (30, Rung.PROPOSAL, "lead2"),
    ]


def test_an_extension_starts_anew(world, hazard):
    for over in range(10):
        scan(world, over)
    Hazard.objects.filter(pk=hazard.pk).update(due_on=DUE + timedelta(days=20))
    for over in range(10, 31):
        scan(world, over)
    assert [row[:2] for row in rungs()] == [(3, 1), (7, 2), (7, 2), (23, 1), (27, 2), (27, 2)]


@pytest.mark.parametrize("status", ["submitted", "closed", "void"])
def test_what_is_settled_climbs_no_further(world, hazard, status):
    for over in range(5):
        scan(world, over)
    closed = {"accepted_by": world.lead, "closed_on": DUE + timedelta(days=4)} if status == "closed" else {}
    Hazard.objects.filter(pk=hazard.pk).update(status=status, **closed)
    for over in range(5, 31):
        scan(world, over)
    assert [row[:2] for row in rungs()] == [(3, 1)]


def test_a_rung_that_is_switched_off_is_left_out(world, hazard):
    NoticeRule.objects.create(campaign=world.campaign, kind=NoticeKind.PROPOSED, enabled=False)
    scan(world, 30)
    assert [row[1:] for row in rungs()] == [(2, "lead"), (2, "lead2"), (1, "chief")]


def test_a_unit_without_leaders_is_told_of_to_those_above(world):
    above = factories.DepartmentFactory(name="市安全委员会")
    middle = factories.DepartmentFactory(name="市应急局", parent=above)
    for unit in (world.xiaofang, world.jingfa):
        unit.parent = middle
        unit.save()
    top = factories.member(Role.LEADER, department=above, username="top")
    own = factories.member(Role.LEADER, department=world.jingfa, username="own")
    factories.member(Role.LEADER, department=world.xiaofang, username="gone", is_active=False)
    people = people_of(world.campaign)
    assert people.leaders_over(world.xiaofang.pk) == {top.pk}
    assert people.leaders_over(world.jingfa.pk) == {own.pk}
    assert people.leaders_over(None) == people.leaders_over(world.xincheng.pk) == set()
    late_hazard(world)
    scan(world, 3)
    assert rungs() == [(3, Rung.LEADERS, "top")]


def test_a_circle_in_the_tree_ends(world):
    world.xiaofang.parent, world.jingfa.parent = world.jingfa, world.xiaofang
    world.xiaofang.save()
    world.jingfa.save()
    assert people_of(world.campaign).leaders_over(world.xiaofang.pk) == set()


def listed(hazard, by):
    return Supervision.objects.create(
        hazard=hazard,
        level=SupervisionLevel.COUNTY,
        number="挂〔2021〕1号",
        published_on=DUE,
        due_on=DUE + timedelta(days=9),
        by=by,
    )


def test_what_is_proposed_and_where_it_leads(world, client, hazard):
    major = late_hazard(world, level="major")
    known = late_hazard(world, level="major")
    listed(known, world.lead)
    scan(world, 15)
    told = {row.hazard_id: row for row in Notice.objects.filter(kind=NoticeKind.PROPOSED, user=world.lead)}
    letter = f"{reverse('reports:letter_new')}?hazard="
    assert told[hazard.pk].text.endswith("建议发督办函")
    assert told[hazard.pk].address() == f"{letter}{hazard.pk}"
    assert told[major.pk].text.endswith("建议挂牌督办")
    assert told[major.pk].address().endswith("?do=supervise#act-supervise")
    assert told[known.pk].text.endswith("已挂牌督办仍未整改，建议发督办函")
    assert told[known.pk].address() == f"{letter}{known.pk}"
    client.force_login(world.lead)
    for row in told.values():
        answer = client.post(reverse("notices:read", args=[row.pk]), follow=True)
        assert answer.status_code == 200
        assert answer.redirect_chain[0][0] == row.address()


def test_a_settled_hazard_is_only_shown(world, hazard):
    scan(world, 15)
    Hazard.objects.filter(pk=hazard.pk).update(status="void")
    row = Notice.objects.filter(kind=NoticeKind.PROPOSED).select_related("hazard").first()
    assert row.address() == reverse("hazards:detail", args=[hazard.pk])


def test_a_letter_carries_the_proposal_out(world, hazard):
    """Not proposed again to who comes later, and no longer carried by messages; a void one counts nothing."""
    world.campaign.clock = DUE + timedelta(days=16)
    world.campaign.save()
    scan(world, 15)
    proposed = Notice.objects.filter(kind=NoticeKind.PROPOSED).select_related("hazard").first()
    assert still_hold([proposed])
    wish = Wish(world.xiaofang, [hazard], "请整改", world.campaign.clock)
    letter = letter_actions.issue(world.campaign, wish, by=world.lead)
    assert not still_hold([proposed])
    late = factories.member(Role.LEAD, department=world.lead_department, username="late")
    scan(world, 17)
    assert rungs(late) == [(17, Rung.LEAD, "late")]
    letter_actions.void(letter.pk, by=world.lead, reason="发错")
    scan(world, 18)
    assert rungs(late)[1:] == [(18, Rung.PROPOSAL, "late")]
    assert still_hold([proposed])
