"""The table of steps, held against domain rules and against what actions.py really does."""

import itertools
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from hazards import actions
from hazards.enums import Action, Given, Level, Party, ReportStage, Status
from hazards.models import Commitments, Extension, Hazard, Referral, Supervision
from hazards.procedures import (
    duplicate_actions,
    extension_actions,
    joint_actions,
    major_actions,
    referral_actions,
    urge_actions,
)
from hazards.workflow import STEPS, allowed, steps_from, target_of
from tests.factories import HazardFactory, photo

DUE, DONE = date(2021, 9, 30), date(2021, 9, 12)


def test_nothing_leads_out_of_closed_or_void():
    ended = {Status.CLOSED, Status.VOID}
    assert not any(ended & set(step.sources) for step in STEPS.values())


def test_every_status_can_be_reached_and_left():
    reached = {Status(step.target) for step in STEPS.values() if step.target}
    left = set(itertools.chain.from_iterable(step.sources for step in STEPS.values()))
    assert reached == set(Status)
    assert left == {Status.REPORTED, Status.RECTIFYING, Status.SUBMITTED}


def test_acceptance_is_graded():
    assert STEPS[Action.ACCEPT].parties(Level.GENERAL) == {Party.TASK_FORCE, Party.LEAD}
    assert STEPS[Action.ACCEPT].parties(Level.MAJOR) == {Party.LEAD}
    assert not STEPS[Action.REPORT_FIXED].parties(Level.MAJOR)


def test_offered_steps_are_those_of_the_table():
    assert steps_from(Status.SUBMITTED, Level.GENERAL, frozenset({Party.LEAD})) == [
        Action.ACCEPT,
        Action.REJECT,
        Action.JOINT,
        Action.URGE,
        Action.MERGE,
        Action.VOID,
    ]
    assert steps_from(Status.CLOSED, Level.GENERAL, frozenset(Party)) == []


FIVE = major_actions.Five("张三负责", "拆除夹层", "自筹5万元", "本月底前", "停产撤人")
LATER = date(2021, 10, 20)
VERBS = {
    Action.ASSIGN: lambda w, pk, by: actions.assign(pk, by=by, department=w.xiaofang, due_on=DUE),
    Action.PROGRESS: lambda w, pk, by: actions.progress(pk, by=by, note="已联系业主"),
    Action.SUBMIT: lambda w, pk, by: actions.submit(
        pk, by=by, measure="已清理", done_on=DONE, photos=[photo()]
    ),
    Action.ACCEPT: lambda w, pk, by: actions.accept(pk, by=by),
    Action.REJECT: lambda w, pk, by: actions.reject(pk, by=by, note="照片不清"),
    Action.REFER: lambda w, pk, by: referral_actions.refer(pk, by=by, receiver=w.jingfa, reason="属于执法"),
    Action.RECEIVE: lambda w, pk, by: referral_actions.receive(pk, by=by),
    Action.DECLINE: lambda w, pk, by: referral_actions.decline(pk, by=by, note="不属于本单位"),
    Action.COMMIT: lambda w, pk, by: major_actions.commit(pk, by=by, five=FIVE, clause="令第10号第三条"),
    Action.TELL: lambda w, pk, by: major_actions.tell(
        pk, by=by, stage=ReportStage.DISCOVERY, regulator_on=DONE, assembly_on=DONE
    ),
    Action.ASK_EXTENSION: lambda w, pk, by: extension_actions.ask_extension(
        pk, by=by, to_due_on=LATER, reason="等待设备", interim="专人看守"
    ),
    Action.EXTEND: lambda w, pk, by: extension_actions.extend(pk, by=by),
    Action.REFUSE_EXTENSION: lambda w, pk, by: extension_actions.refuse_extension(pk, by=by, note="不必"),
    Action.SUPERVISE: lambda w, pk, by: major_actions.supervise(
        pk, by=by, supervision_level="county", number="督〔2021〕1号", published_on=DONE, limit=LATER
    ),
    Action.LIFT: lambda w, pk, by: major_actions.lift(pk, by=by, note="险情已排除"),
    Action.ASK_JOINT: lambda w, pk, by: joint_actions.ask_joint(pk, by=by, reason="业主拒不配合"),
    Action.MERGE: lambda w, pk, by: duplicate_actions.merge(pk, by=by, same_as=twin(w).number),
    Action.URGE: lambda w, pk, by: urge_actions.urge(pk, by=by, note="请抓紧"),
    Action.VOID: lambda w, pk, by: actions.void(pk, by=by, note="重复"),
}
"""Every verb on one hazard. A joint enforcement is of several and has a test of its own."""


def twin(world):
    """Another hazard of the same park, to merge with."""
    return HazardFactory(task_force=world.task_force_a, category=world.category)


def prepare(world, hazard, given):
    """Make true what a step needs beside the status."""
    other = world.xiaofang
    today = {"asked_on": DONE, "asked_by": world.dept_xincheng}
    if Given.REFERRAL_WAITING in given:
        Referral.objects.create(
            hazard=hazard, sender=world.lead_department, receiver=other, reason="归口", referred_on=DONE,
            referred_by=world.lead,
        )  # fmt: skip
    if Given.EXTENSION_WAITING in given:
        Extension.objects.create(
            hazard=hazard, from_due_on=DUE, to_due_on=LATER, reason="等待设备", interim="看守", **today
        )
    if Given.LISTED in given:
        Supervision.objects.create(
            hazard=hazard, level="county", number="督1", published_on=DONE, due_on=LATER, by=world.lead
        )
    if Given.COMMITTED in given:
        Commitments.objects.create(hazard=hazard, by=world.lead, at=timezone.now(), **vars(FIVE))
        Hazard.objects.filter(pk=hazard.pk).update(clause="令第10号第三条")


PARTIES_OF = {
    "lead": {Party.LEAD},
    "tf_a": {Party.TASK_FORCE},
    "tf_a2": {Party.TASK_FORCE},
    "dept_xiaofang": {Party.RESPONSIBLE, Party.DEPARTMENT},
    "dept_xincheng": {Party.DEPARTMENT},
    "operator_a": {Party.OPERATOR},
    "leader": set(),
    "assessor": set(),
}
STRANGERS = {"tf_b", "other_lead", "other_tf", "system_admin", "auditor", "dept_jingfa"}


def make(world, status, level):
    closed = status == Status.CLOSED
    return HazardFactory(
        task_force=world.task_force_a,
        category=world.category,
        responsible_department=world.xiaofang,
        level=level,
        status=status,
        due_on=DUE,
        found_on=date(2021, 9, 1),
        done_on=DONE if status in {Status.SUBMITTED, Status.CLOSED} else None,
        submitted_by=world.dept_xiaofang if status in {Status.SUBMITTED, Status.CLOSED} else None,
        accepted_by=world.lead_2 if closed else None,
        closed_on=DONE if closed else None,
    )


@pytest.mark.parametrize("action", list(VERBS))
@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("level", list(Level))
def test_each_status_action_and_person_agree_with_the_table(world, action, status, level):
    for name in [*PARTIES_OF, *STRANGERS]:
        hazard, person = make(world, status, level), getattr(world, name)
        prepare(world, hazard, STEPS[action].needs(level))
        parties = PARTIES_OF.get(name, set())
        try:
            VERBS[action](world, hazard.pk, person)
            outcome = "done"
        except Hazard.DoesNotExist:
            outcome = "hidden"
        except PermissionDenied:
            outcome = "denied"
        except ValidationError as fault:
            outcome = fault.code if hasattr(fault, "code") else "invalid"
        if name in STRANGERS:
            expected = "hidden"
        elif not parties & STEPS[action].parties(level):
            expected = "denied"
        elif not allowed(action, status):
            expected = "not_in_this_status"
        else:
            expected = "done"
        assert outcome == expected, f"{name} {action} {status} {level}"
        hazard.refresh_from_db()
        assert hazard.status == (target_of(action, status) if outcome == "done" else status)
        assert hazard.changes.count() == (1 if outcome == "done" else 0)
