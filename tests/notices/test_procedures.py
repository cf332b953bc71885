"""What procedures beside the status are news of, to whom, and for how long."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from hazards import actions
from hazards.findings import Finding
from hazards.models import Hazard
from hazards.procedures import extension_actions, joint_actions, major_actions, referral_actions
from hazards.procedures.joint_actions import Gathering
from notices.actions import collect
from notices.enums import NoticeKind
from notices.models import Notice
from notices.obsolete import still_hold

TODAY = date(2021, 9, 15)
NOW = timezone.make_aware(datetime(2021, 9, 15, 10, 0))
DUE = TODAY + timedelta(days=20)


def news(world, kind):
    """Who is told what of the kind, after a scan."""
    collect(world.campaign, today=TODAY, now=NOW)
    return {
        username: text.rpartition("1号楼：")[2]
        for username, text in Notice.objects.filter(kind=kind).values_list("user__username", "text")
    }


def reported(world, level="general"):
    finding = Finding(
        park=world.park_a, place="1号楼", description="安全出口堵塞", category=world.category, level=level
    )
    return actions.report(world.campaign, finding, by=world.tf_a)


@pytest.fixture
def assigned(world) -> Hazard:
    return actions.assign(reported(world).pk, by=world.lead, department=world.xiaofang, due_on=DUE)


def ask(world, hazard):
    return extension_actions.ask_extension(
        hazard.pk, by=world.dept_xiaofang, to_due_on=DUE + timedelta(9), reason="等设备", interim="看守"
    )


def test_a_wish_for_more_time_goes_to_the_lead_while_it_waits(world, assigned):
    ask(world, assigned)
    assert news(world, NoticeKind.EXTENSION) == {
        "lead": "申请延期，请审批：等设备",
        "lead2": "申请延期，请审批：等设备",
    }


def test_an_answer_goes_to_those_who_repair_and_the_wish_is_no_news_any_more(world, assigned):
    ask(world, assigned)
    extension_actions.extend(assigned.pk, by=world.lead)
    text = "已同意延期，请于 10月14日 前完成整改"
    assert news(world, NoticeKind.EXTENSION) == dict.fromkeys(("xiaofang", "tf_a", "tf_a2"), text)


def test_a_wish_that_was_answered_before_the_message_is_not_sent(world, assigned):
    """Asked at ten, granted at eleven: the lead bureau's message of the next morning asks nothing."""
    ask(world, assigned)
    assert set(news(world, NoticeKind.EXTENSION)) == {"lead", "lead2"}
    told = Notice.objects.filter(kind=NoticeKind.EXTENSION).select_related("hazard")
    assert still_hold(told)
    extension_actions.extend(assigned.pk, by=world.lead)
    assert not still_hold(told.all())


def test_a_refused_wish_says_why(world, assigned):
    ask(world, assigned)
    extension_actions.refuse_extension(assigned.pk, by=world.lead, note="不必")
    assert set(news(world, NoticeKind.EXTENSION).values()) == {"不同意延期，原期限不变：不必"}


def test_a_referral_goes_to_the_unit_that_shall_take_it(world, assigned):
    referral_actions.refer(assigned.pk, by=world.dept_xiaofang, receiver=world.jingfa, reason="违建")
    assert news(world, NoticeKind.REFERRED) == {"zhifa": "已抄告贵单位，请签收或退回：违建"}


def test_a_receipt_goes_to_the_lead_and_a_refusal_to_the_sender_too(world, assigned):
    referral_actions.refer(assigned.pk, by=world.dept_xiaofang, receiver=world.jingfa, reason="违建")
    referral_actions.decline(assigned.pk, by=world.dept_jingfa, note="不归我局")
    told = news(world, NoticeKind.REFERRED)
    assert set(told) == {"lead", "lead2", "xiaofang"}
    assert set(told.values()) == {"抄告被退回，请重新确定责任单位：不归我局"}


def test_a_listing_goes_to_those_who_repair(world):
    hazard = reported(world, "major")
    actions.assign(hazard.pk, by=world.lead, department=world.xiaofang, due_on=DUE)
    major_actions.supervise(
        hazard.pk, by=world.lead, supervision_level="county", number="督1号", published_on=TODAY, limit=DUE
    )
    assert set(news(world, NoticeKind.SUPERVISED)) == {"xiaofang", "tf_a", "tf_a2"}


def test_a_joint_enforcement_is_asked_of_the_lead_and_told_to_those_who_repair(world, assigned):
    joint_actions.ask_joint(assigned.pk, by=world.tf_a, reason="业主拒不配合")
    assert set(news(world, NoticeKind.JOINT)) == {"lead", "lead2"}
    gathering = Gathering("第1次联合执法", TODAY, [world.xiaofang, world.jingfa], [assigned], "责令停产")
    joint_actions.convene(world.campaign, gathering, by=world.lead)
    assert set(news(world, NoticeKind.JOINT)) == {"lead", "lead2", "xiaofang", "tf_a", "tf_a2"}


def test_what_is_closed_or_void_is_no_news_and_a_second_scan_adds_nothing(world, assigned):
    ask(world, assigned)
    assert collect(world.campaign, today=TODAY, now=NOW) > 0
    assert collect(world.campaign, today=TODAY, now=NOW) == 0
    Notice.objects.all().delete()
    actions.void(assigned.pk, by=world.lead, note="重复")
    assert news(world, NoticeKind.EXTENSION) == {}
