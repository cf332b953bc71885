"""The table of steps, held against domain rules and against what actions.py really does."""

import itertools
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from hazards import actions
from hazards.enums import Action, Level, Party, Status
from hazards.models import Hazard
from hazards.workflow import STEPS, allowed, steps_from
from tests.factories import HazardFactory, photo

DUE, DONE = date(2021, 9, 30), date(2021, 9, 12)


def test_nothing_leads_out_of_closed_or_void():
    ended = {Status.CLOSED, Status.VOID}
    assert not any(ended & set(step.sources) for step in STEPS.values())


def test_every_status_can_be_reached_and_left():
    reached = {Status(step.target) for step in STEPS.values()}
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
        Action.VOID,
    ]
    assert steps_from(Status.CLOSED, Level.GENERAL, frozenset(Party)) == []


VERBS = {
    Action.ASSIGN: lambda w, pk, by: actions.assign(pk, by=by, department=w.xiaofang, due_on=DUE),
    Action.PROGRESS: lambda w, pk, by: actions.progress(pk, by=by, note="已联系业主"),
    Action.SUBMIT: lambda w, pk, by: actions.submit(
        pk, by=by, measure="已清理", done_on=DONE, photos=[photo()]
    ),
    Action.ACCEPT: lambda w, pk, by: actions.accept(pk, by=by),
    Action.REJECT: lambda w, pk, by: actions.reject(pk, by=by, note="照片不清"),
    Action.VOID: lambda w, pk, by: actions.void(pk, by=by, note="重复"),
}
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
        assert hazard.status == (STEPS[action].target if outcome == "done" else status)
        assert hazard.changes.count() == (1 if outcome == "done" else 0)
