"""Joint enforcement: asked for by a task force, held by the lead bureau, one record of several hazards.
And hazards that are the same as another one.
"""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from campaigns.queries import scope_of
from hazards import actions
from hazards.enums import Level, Status
from hazards.models import Hazard, JointEnforcement
from hazards.procedures import duplicate_actions, joint_actions
from hazards.procedures.joint_queries import hazards_of_joint, joints_in, waiting_for_joint
from hazards.queries import hazards_for
from tests.factories import HazardFactory
from tests.hazards.procedures import TODAY, convene, rectifying, refused, reported, submitted


def ask(hazard, by, reason="业主拒不配合"):
    return joint_actions.ask_joint(hazard.pk, by=by, reason=reason)


def test_asked_and_held(world):
    hazard, other = rectifying(world), reported(world, Level.MAJOR)
    assert ask(hazard, world.tf_a).joint_asked_on == TODAY
    assert list(waiting_for_joint(world.campaign)) == [hazard]
    row = convene(world, hazard, other)
    assert not waiting_for_joint(world.campaign).exists()
    assert set(row.hazards.all()) == {hazard, other}
    assert set(row.units.all()) == {world.xiaofang, world.jingfa}
    for one, status in ((hazard, Status.RECTIFYING), (other, Status.REPORTED)):
        one.refresh_from_db()
        change = one.changes.last()
        assert (one.status, change.action, change.note) == (status, "joint", "已断电")
        assert change.facts["units"] == ["市消防救援大队", "市综合行政执法局"]


def test_only_a_task_force_asks_and_once(world):
    hazard = rectifying(world)
    for person in (world.lead, world.dept_xiaofang, world.operator_a, world.leader):
        refused(hazard, PermissionDenied, ask, hazard, person)
    said = refused(hazard, ValidationError, ask, hazard, world.tf_a, " ")
    assert said == {"reason": ["请说明为什么需要联合执法"]}
    ask(hazard, world.tf_a)
    said = refused(hazard, ValidationError, ask, hazard, world.tf_a2)
    assert said == ["已提请联合执法，正在等待牵头单位组织"]
    convene(world, hazard)
    assert ask(hazard, world.tf_a).joint_asked_on == TODAY, "and may ask again after it was held"


def test_only_the_lead_bureau_holds_one(world):
    hazard = rectifying(world)
    for person in (world.tf_a, world.dept_xiaofang, world.leader, world.other_lead):
        said = refused(hazard, PermissionDenied, convene, world, hazard, by=person)
        assert said == ["联合执法由牵头单位组织和录入"]


def test_what_cannot_be_recorded(world):
    hazard = rectifying(world)
    foreign = HazardFactory(task_force=world.task_force_c, category=world.other.categories.first())
    for changes, field, message in (
        ({"title": " "}, "title", "请填写联合执法名称"),
        ({"title": "长" * 121}, "title", "最多 120 字，现有 121 字"),
        ({"held_on": date(2021, 9, 16)}, "held_on", "日期不能晚于今天（2021-09-15）"),
        ({"held_on": date(2021, 9, 9)}, "held_on", f"日期不能早于隐患的发现日期：{hazard.number}"),
        ({"units": [world.xiaofang]}, "units", "联合执法至少有两个单位参加"),
        ({"units": [world.xiaofang, world.other.lead_department]}, "units", "参加单位须是本专项行动的单位"),
        ({"hazards": []}, "hazards", "请至少选择一条隐患"),
        ({"hazards": [hazard, foreign]}, "hazards", "所选隐患不属于本专项行动"),
    ):
        assert refused(hazard, ValidationError, convene, world, hazard, **changes) == {field: [message]}
    assert not JointEnforcement.objects.exists()


def test_one_closed_hazard_spoils_the_whole_record(world):
    hazard, closed = rectifying(world), submitted(world)
    actions.accept(closed.pk, by=world.lead)
    said = refused(hazard, ValidationError, convene, world, hazard, closed)
    assert said == ["该隐患当前为“已销号”，不能“联合执法”"]
    assert not JointEnforcement.objects.exists()


def test_a_form_sent_twice_is_one_record(world):
    hazard = rectifying(world)
    row = convene(world, hazard)
    said = refused(hazard, ValidationError, convene, world, hazard)
    assert said == {"title": ["当天已录入同名的联合执法，请核对；确是另一次请换一个名称"]}
    joint_actions.void_joint(row.pk, by=world.lead, reason="录错")
    assert convene(world, hazard).pk != row.pk


def test_void_needs_a_reason_and_keeps_the_history(world):
    hazard = rectifying(world)
    row = convene(world, hazard)
    for person in (world.leader, world.assessor):
        with pytest.raises(PermissionDenied):
            joint_actions.void_joint(row.pk, by=person, reason="x")
    for person in (world.tf_a, world.other_lead):
        with pytest.raises(JointEnforcement.DoesNotExist):
            joint_actions.void_joint(row.pk, by=person, reason="x")
    said = refused(hazard, ValidationError, joint_actions.void_joint, row.pk, by=world.lead, reason=" ")
    assert said == {"reason": ["请填写作废原因"]}
    done = joint_actions.void_joint(row.pk, by=world.lead, reason="日期录错")
    assert (done.voided_on, done.void_reason) == (TODAY, "日期录错")
    assert hazard.changes.filter(action="joint").exists()
    with pytest.raises(JointEnforcement.DoesNotExist):
        joint_actions.void_joint(row.pk, by=world.lead, reason="再来")


def test_who_sees_a_record_and_which_of_its_hazards(world):
    here, there = rectifying(world), HazardFactory(task_force=world.task_force_b)
    row = convene(world, here, there, units=[world.lead_department, world.xiaofang])

    def seen(person):
        scope = scope_of(person)
        rows = list(joints_in(scope))
        return rows == [row] and {one.pk for one in hazards_of_joint(scope, row)}

    everything = {here.pk, there.pk}
    for person in (world.lead, world.leader, world.assessor, world.dept_xiaofang):
        assert seen(person) == everything, person
    assert seen(world.tf_a) == seen(world.operator_a) == {here.pk}
    assert seen(world.tf_b) == {there.pk}
    for person in (world.other_lead, world.other_tf, world.system_admin, world.auditor):
        assert seen(person) is False, person


def test_a_unit_that_took_part_sees_the_hazards(world):
    hazard = rectifying(world)
    assert not hazards_for(world.dept_jingfa).filter(pk=hazard.pk).exists()
    row = convene(world, hazard)
    assert hazards_for(world.dept_jingfa).filter(pk=hazard.pk).exists()
    joint_actions.void_joint(row.pk, by=world.lead, reason="录错")
    assert not hazards_for(world.dept_jingfa).filter(pk=hazard.pk).exists()


# --- the same hazard twice --------------------------------------------------------------------------------


def merge(hazard, by, number):
    return duplicate_actions.merge(hazard.pk, by=by, same_as=number)


def test_merged_into_the_other_one(world):
    kept, twice = reported(world), reported(world)
    done = merge(twice, world.lead, f" {kept.number.lower()} ")
    assert (done.status, done.same_as) == (Status.VOID, kept)
    assert done.changes.last().facts == {"same_as": kept.number}
    assert list(kept.duplicates.all()) == [twice]
    kept.refresh_from_db()
    assert (kept.status, kept.version) == (Status.REPORTED, 1)


def test_what_cannot_be_merged(world):
    hazard, voided = reported(world), reported(world)
    actions.void(voided.pk, by=world.lead, note="重复")
    elsewhere = HazardFactory(task_force=world.task_force_b)
    foreign = HazardFactory(task_force=world.task_force_c, category=world.other.categories.first())
    unknown = {"same_as": ["本行动中没有这个编号的有效隐患，请核对编号"]}
    for number in ("", "LG-2021-9999", hazard.number, voided.number, foreign.number):
        assert refused(hazard, ValidationError, merge, hazard, world.lead, number) == unknown
    said = refused(hazard, ValidationError, merge, hazard, world.lead, elsewhere.number)
    assert said == {"same_as": ["两条隐患不在同一园区，不能合并"]}
    for person in (world.tf_a, world.dept_xincheng, world.leader):
        refused(hazard, PermissionDenied, merge, hazard, person, elsewhere.number)
    assert Hazard.objects.filter(same_as__isnull=False).count() == 0
