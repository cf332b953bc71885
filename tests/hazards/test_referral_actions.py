"""抄告: exactly one unit answers at any time; who sent keeps sight; receipt and refusal are recorded."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from hazards import actions
from hazards.enums import Outcome, Status
from hazards.models import Hazard, Referral
from hazards.procedures import referral_actions
from hazards.queries import hazards_for
from tests.hazards.procedures import DUE, LATER, TODAY, rectifying, refer, refused, reported


@pytest.fixture
def hazard(world):
    return rectifying(world)


def test_referred_and_received(world, hazard):
    sent = refer(world, hazard, by=world.dept_xiaofang)
    assert (sent.status, sent.responsible_department) == (Status.REPORTED, world.jingfa)
    row = Referral.objects.get()
    assert (row.sender, row.receiver, row.outcome) == (world.xiaofang, world.jingfa, Outcome.WAITING)
    assert (row.referred_by, row.referred_on) == (world.dept_xiaofang, TODAY)
    got = referral_actions.receive(hazard.pk, by=world.dept_jingfa, note="已收到")
    row.refresh_from_db()
    assert (got.status, row.outcome, row.answered_by, row.answered_on, row.answer_note) == (
        Status.REPORTED, Outcome.AGREED, world.dept_jingfa, TODAY, "已收到",
    )  # fmt: skip


def test_declined_returns_to_the_sender(world, hazard):
    refer(world, hazard)
    said = refused(
        hazard, ValidationError, referral_actions.decline, hazard.pk, by=world.dept_jingfa, note=""
    )
    assert said == {"note": ["请填写退回抄告的原因"]}
    back = referral_actions.decline(hazard.pk, by=world.dept_jingfa, note="不属于本单位")
    assert back.responsible_department == world.xiaofang
    assert Referral.objects.get().outcome == Outcome.REFUSED
    assert not hazards_for(world.dept_jingfa).filter(pk=hazard.pk).exists()
    assert refer(world, hazard).referrals.count() == 2, "and can be referred again"


def test_the_sender_keeps_sight_and_the_receiver_gets_it(world, hazard):
    assert not hazards_for(world.dept_jingfa).filter(pk=hazard.pk).exists()
    refer(world, hazard, by=world.dept_xiaofang)
    for person in (world.dept_xiaofang, world.dept_jingfa):
        assert hazards_for(person).filter(pk=hazard.pk).exists()
    refused(hazard, PermissionDenied, actions.progress, hazard.pk, by=world.dept_xiaofang, note="x")


def test_only_the_receiver_answers(world, hazard):
    refer(world, hazard)
    for person in (world.dept_xiaofang, world.lead, world.tf_a, world.operator_a):
        for act in (referral_actions.receive, referral_actions.decline):
            refused(hazard, PermissionDenied, act, hazard.pk, by=person, note="x")


def test_where_it_cannot_go(world, hazard):
    for unit, message in (
        (world.xiaofang, "该隐患已由这个单位负责，请选择其他单位"),
        (world.other.lead_department, "接收单位须是本专项行动的单位"),
    ):
        assert refused(hazard, ValidationError, refer, world, hazard, receiver=unit) == {
            "receiver": [message]
        }
    said = refused(
        hazard, ValidationError, referral_actions.refer, hazard.pk, by=world.lead, receiver=world.jingfa,
        reason=" ",
    )  # fmt: skip
    assert said == {"reason": ["请填写抄告原因"]}


def test_one_waits_at_a_time(world, hazard):
    refer(world, hazard)
    said = refused(hazard, ValidationError, refer, world, hazard, receiver=world.xincheng)
    assert said == ["已抄告，正在等待接收单位签收"]


def test_nothing_to_answer(world):
    hazard = reported(world)
    for act in (referral_actions.receive, referral_actions.decline):
        said = refused(hazard, ValidationError, act, hazard.pk, by=world.dept_xincheng, note="x")
        assert said == ["没有待签收的抄告"]


def test_assigning_settles_what_waits_and_keeps_the_first_date(world, hazard):
    refer(world, hazard)
    done = actions.assign(hazard.pk, by=world.lead, department=world.jingfa, due_on=LATER)
    assert Referral.objects.get().outcome == Outcome.WITHDRAWN
    assert (done.due_on, done.original_due_on) == (LATER, DUE)


def test_a_void_hazard_waits_for_nobody(world, hazard):
    refer(world, hazard)
    actions.void(hazard.pk, by=world.lead, note="重复")
    assert Referral.objects.get().outcome == Outcome.WITHDRAWN


def test_a_referred_hazard_is_counted_under_one_unit(world, hazard):
    refer(world, hazard)
    units = Hazard.objects.filter(pk=hazard.pk).values_list("responsible_department", flat=True)
    assert list(units) == [world.jingfa.pk]
    assert hazard.found_on == date(2021, 9, 10)
