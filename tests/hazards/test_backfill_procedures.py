"""Made-up histories tell nothing beside the status that the verbs would refuse."""

import uuid
from datetime import date, datetime

import pytest
from django.utils import timezone

from hazards.backfill import PastStep, StoredPhoto, Story, add_stories
from hazards.backfill_procedures import ImpossibleHistory
from hazards.enums import Action, Level, Outcome, PhotoKind
from hazards.models import Commitments, Extension, Hazard, Referral, Supervision
from hazards.procedures.major_actions import Five

FIVE = {"five": Five("张三负责", "拆除夹层", "自筹5万元", "本月底前", "停产撤人"), "clause": "令第10号第三条"}


def at(day):
    return timezone.make_aware(datetime(2021, 9, day, 10))


def story(world, *steps, level=Level.GENERAL):
    hazard = Hazard(
        campaign=world.campaign,
        park=world.park_a,
        task_force=world.task_force_a,
        place="3号楼",
        description="通道被堵",
        category=world.category,
        level=level,
        found_on=date(2021, 9, 1),
        responsible_department=world.xincheng,
    )
    first = [
        PastStep(Action.REPORT, world.tf_a, at(1)),
        PastStep(Action.ASSIGN, world.lead, at(2), department=world.xiaofang, due_on=date(2021, 9, 20)),
    ]
    return Story(hazard, [*first, *steps])


def ask(world, day=3, by=None, to_due_on=date(2021, 9, 30)):
    given = {"to_due_on": to_due_on, "interim": "看守"}
    return PastStep(Action.ASK_EXTENSION, by or world.dept_xiaofang, at(day), "等待设备", given=given)


def listed(world, day):
    given = {"level": "county", "number": "督1", "limit": date(2021, 10, 1)}
    return PastStep(Action.SUPERVISE, world.lead, at(day), given=given)


def test_rows_stand_as_the_steps_left_them(world):
    steps = [
        PastStep(Action.COMMIT, world.dept_xiaofang, at(2), given=FIVE),
        ask(world),
        PastStep(Action.EXTEND, world.lead, at(4), "同意"),
        listed(world, 5),
        PastStep(Action.REFER, world.lead, at(6), "归口", given={"receiver": world.jingfa}),
        PastStep(Action.DECLINE, world.dept_jingfa, at(7), "不属于本单位"),
    ]
    (hazard,) = add_stories(world.campaign, [story(world, *steps, level=Level.MAJOR)])
    hazard.refresh_from_db()
    assert (hazard.due_on, hazard.original_due_on) == (date(2021, 9, 30), date(2021, 9, 20))
    assert (hazard.status, hazard.responsible_department, hazard.clause) == (
        "reported", world.xiaofang, "令第10号第三条",
    )  # fmt: skip
    row = Extension.objects.get()
    assert (row.outcome, row.decided_by, row.decided_on) == (Outcome.AGREED, world.lead, date(2021, 9, 4))
    assert Referral.objects.get().outcome == Outcome.REFUSED
    assert Supervision.objects.get().published_on == date(2021, 9, 5)
    assert Commitments.objects.get().hazard == hazard
    assert hazard.changes.last().version == hazard.version == 8


def impossible(world):
    after = StoredPhoto(uuid.uuid4(), PhotoKind.AFTER, "a.jpg", "b.jpg", "c.jpg", 80, 60, "0" * 64)
    submit = PastStep(Action.SUBMIT, world.dept_xiaofang, at(5), "已拆", photos=(after,))
    return {
        "decided by the one who asked": [
            ask(world, by=world.lead),
            PastStep(Action.EXTEND, world.lead, at(4)),
        ],
        "nothing waits for an answer": [PastStep(Action.EXTEND, world.lead, at(4))],
        "extended to a day that cannot be": [ask(world, to_due_on=date(2022, 1, 1))],
        "referred to the unit that has it": [
            PastStep(Action.REFER, world.lead, at(4), "归口", given={"receiver": world.xiaofang})
        ],
        "listed twice": [listed(world, 3), listed(world, 4)],
        "joint enforcement asked for twice": [
            PastStep(Action.ASK_JOINT, world.tf_a, at(day), "难") for day in (3, 4)
        ],
        "submitted without five commitments": [submit],
        "cannot be told": [PastStep(Action.LIFT, world.lead, at(4), "好")],
    }


REFUSALS = (
    "decided by the one who asked",
    "nothing waits for an answer",
    "extended to a day that cannot be",
    "referred to the unit that has it",
    "listed twice",
    "joint enforcement asked for twice",
    "submitted without five commitments",
    "cannot be told",
)


@pytest.mark.parametrize("what", REFUSALS)
def test_what_the_verbs_would_refuse_is_refused_as_a_whole(world, what):
    steps = impossible(world)
    assert set(steps) == set(REFUSALS)
    with pytest.raises(ImpossibleHistory, match=what):
        add_stories(world.campaign, [story(world, *steps[what], level=Level.MAJOR)])
    assert not Hazard.objects.exists()


def test_a_deadline_moves_forward_and_a_referral_is_answered_once(world):
    received = [
        PastStep(Action.REFER, world.lead, at(4), "归口", given={"receiver": world.jingfa}),
        PastStep(Action.RECEIVE, world.dept_jingfa, at(5)),
        PastStep(Action.RECEIVE, world.dept_jingfa, at(6)),
    ]
    for steps in ([ask(world, to_due_on=date(2021, 9, 20))], received):
        with pytest.raises(ImpossibleHistory):
            add_stories(world.campaign, [story(world, *steps)])
