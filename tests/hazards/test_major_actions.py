"""What a major hazard needs: five commitments, double report, listed supervision."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from campaigns.enums import Extra
from hazards import actions
from hazards.enums import Level, ReportStage, Status
from hazards.models import Commitments, DoubleReport, Supervision
from hazards.procedures import duplicate_actions, major_actions
from tests.factories import commit_all_five, photo
from tests.hazards.procedures import (
    LATER,
    TODAY,
    rectifying,
    refused,
    reported,
    submitted,
    supervise,
)

WORDS = {"duty": "责任", "measures": "措施", "funds": "资金", "time_limit": "时限", "emergency_plan": "预案"}
FIVE = dict.fromkeys(WORDS, "已落实")


@pytest.fixture
def major(world):
    return rectifying(world, Level.MAJOR)


def commit(hazard, by, clause="令第10号第三条", **changes):
    five = major_actions.Five(**(FIVE | changes))
    return major_actions.commit(hazard.pk, by=by, five=five, clause=clause)


def submit(world, hazard):
    return actions.submit(
        hazard.pk, by=world.dept_xiaofang, measure="已清理", done_on=TODAY, photos=[photo()]
    )


# --- five commitments --------------------------------------------------------------------------------------


def test_no_submission_without_them(world, major):
    said = refused(major, ValidationError, submit, world, major)
    assert said == ["重大隐患须先填报五落实（责任、措施、资金、时限、预案）和判定依据，才能申请验收"]
    commit(major, world.dept_xiaofang)
    assert submit(world, major).status == Status.SUBMITTED


@pytest.mark.parametrize("name", WORDS)
def test_all_five_are_asked_for(world, major, name):
    said = refused(major, ValidationError, commit, major, world.tf_a, **{name: " "})
    assert said == {name: [f"请填写{WORDS[name]}"]}
    assert not Commitments.objects.exists()


def test_the_clause_is_asked_for_and_kept(world, major):
    said = refused(major, ValidationError, commit, major, world.tf_a, clause="")
    assert said == {"clause": ["请填写判定依据（标准名称和条款）"]}
    said = refused(major, ValidationError, commit, major, world.tf_a, clause="条" * 201)
    assert said == {"clause": ["最多 200 字，现有 201 字"]}
    assert commit(major, world.tf_a).clause == "令第10号第三条"


def test_they_may_be_mended_and_history_keeps_each(world, major):
    commit(major, world.tf_a, funds="3万元")
    commit(major, world.dept_xiaofang, funds="5万元")
    row = Commitments.objects.get()
    assert (row.funds, row.by) == ("5万元", world.dept_xiaofang)
    told = [change.facts["funds"] for change in major.changes.filter(action="commit")]
    assert told == ["3万元", "5万元"]


def test_a_general_hazard_has_none(world):
    hazard = rectifying(world)
    refused(hazard, PermissionDenied, commit, hazard, world.tf_a)
    assert submit(world, hazard).status == Status.SUBMITTED


# --- double report ------------------------------------------------------------------------------------


def tell(hazard, by, stage=ReportStage.DISCOVERY, regulator_on=TODAY, assembly_on=TODAY):
    return major_actions.tell(
        hazard.pk, by=by, stage=stage, regulator_on=regulator_on, assembly_on=assembly_on
    )


def test_where_the_plan_asks_for_it_both_stages_gate(world, major):
    world.campaign.extras = [Extra.DOUBLE_REPORT]
    world.campaign.save()
    commit(major, world.dept_xiaofang)
    said = refused(major, ValidationError, submit, world, major)
    assert said == ["重大隐患须先填报排查发现阶段的双报告，才能申请验收"]
    tell(major, world.dept_xiaofang)
    submit(world, major)
    said = refused(major, ValidationError, actions.accept, major.pk, by=world.lead)
    assert said == ["重大隐患须先填报整改完成阶段的双报告，才能验收销号"]
    tell(major, world.dept_xiaofang, ReportStage.COMPLETION)
    assert actions.accept(major.pk, by=world.lead).status == Status.CLOSED


def test_where_it_does_not_nobody_is_stopped(world):
    hazard = submitted(world, Level.MAJOR)
    assert actions.accept(hazard.pk, by=world.lead).status == Status.CLOSED
    assert not DoubleReport.objects.exists()


def test_days_and_stages_that_cannot_be(world, major):
    early, late = date(2021, 9, 9), date(2021, 9, 16)
    for facts, expected in (
        ({"regulator_on": early}, {"regulator_on": ["报告日期不能早于 2021-09-10"]}),
        ({"assembly_on": late}, {"assembly_on": ["报告日期不能晚于今天（2021-09-15）"]}),
        ({"stage": "never"}, {"stage": ["请选择报告阶段"]}),
        ({"stage": ReportStage.COMPLETION}, {"stage": ["申请验收后才能填报整改完成阶段的双报告"]}),
    ):
        assert refused(major, ValidationError, tell, major, world.tf_a, **facts) == expected
    tell(major, world.tf_a)
    said = refused(major, ValidationError, tell, major, world.tf_a)
    assert said == {"stage": ["“排查发现”阶段的双报告已填报"]}


# --- listed supervision ----------------------------------------------------------------------------------


def test_listed_and_lifted(world, major):
    listed = supervise(world, major)
    row = Supervision.objects.get()
    assert (listed.status, row.level, row.number, row.due_on, row.by) == (
        Status.RECTIFYING, "county", "督〔2021〕1号", LATER, world.lead,
    )  # fmt: skip
    said = refused(major, ValidationError, major_actions.lift, major.pk, by=world.lead, note="")
    assert said == {"note": ["请填写摘牌说明"]}
    major_actions.lift(major.pk, by=world.lead, note="险情排除")
    row.refresh_from_db()
    assert (row.lifted_on, row.lifted_by, row.lift_note) == (TODAY, world.lead, "险情排除")
    supervise(world, major, number="督〔2021〕2号")
    assert Supervision.objects.count() == 2


def test_once_at_a_time_and_only_what_is_listed_is_lifted(world, major):
    said = refused(major, ValidationError, major_actions.lift, major.pk, by=world.lead, note="x")
    assert said == ["该隐患没有挂牌督办"]
    supervise(world, major)
    assert refused(major, ValidationError, supervise, world, major) == ["该隐患已挂牌督办"]


def test_a_general_hazard_is_never_listed(world):
    hazard = rectifying(world)
    assert refused(hazard, PermissionDenied, supervise, world, hazard) == ["您没有“挂牌督办”的权限"]


def test_only_the_lead_bureau_lists(world, major):
    for person in (world.tf_a, world.dept_xiaofang, world.leader, world.operator_a):
        refused(major, PermissionDenied, supervise, world, major, by=person)


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"supervision_level": "world"}, "supervision_level", "请选择督办级别"),
        ({"number": " "}, "number", "请填写督办文号"),
        ({"number": "号" * 61}, "number", "最多 60 字，现有 61 字"),
        ({"published_on": date(2021, 9, 9)}, "published_on", "挂牌日期须在发现日期（2021-09-10）和今天之间"),
        ({"published_on": date(2021, 9, 16)}, "published_on", "挂牌日期须在发现日期（2021-09-10）和今天之间"),
        ({"limit": date(2021, 9, 14)}, "limit", "督办期限不能早于挂牌日期"),
    ],
)
def test_what_cannot_be_listed(world, major, changes, field, message):
    assert refused(major, ValidationError, supervise, world, major, **changes) == {field: [message]}


@pytest.mark.parametrize("end", ["accept", "void", "merge"])
def test_nothing_that_is_over_stays_listed(world, end):
    hazard = submitted(world, Level.MAJOR)
    supervise(world, hazard)
    if end == "accept":
        actions.accept(hazard.pk, by=world.lead)
    elif end == "void":
        actions.void(hazard.pk, by=world.lead, note="重复")
    else:
        duplicate_actions.merge(hazard.pk, by=world.lead, same_as=reported(world).number)
    row = Supervision.objects.get()
    assert (row.lifted_on, row.lifted_by) == (TODAY, world.lead)
    assert row.lift_note.endswith("同时摘牌")


def test_a_major_hazard_is_accepted_by_another_unit(world, major):
    commit_all_five(major, by=world.dept_xiaofang)
    submit(world, major)
    refused(major, PermissionDenied, actions.accept, major.pk, by=world.tf_a)
    assert actions.accept(major.pk, by=world.lead).accepted_by == world.lead
