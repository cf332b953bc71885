"""A hazard's life by the verbs of hazards/actions.py."""

import uuid
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from campaigns.enums import Extra, Light
from hazards import actions
from hazards.enums import Action, Level, ReportStage, Status
from hazards.findings import Finding
from hazards.models import Hazard
from hazards.procedures import major_actions
from tests.factories import commit_all_five, photo


def finding(world, **changes):
    facts = {
        "park": world.park_a,
        "place": "5号楼1层",
        "description": "安全出口被纸箱堵塞",
        "category": world.category,
        "enterprise": world.enterprise_a,
        "found_on": date(2021, 9, 10),
    }
    return Finding(**(facts | changes))


@pytest.fixture
def reported(world):
    return actions.report(world.campaign, finding(world), by=world.tf_a)


@pytest.fixture
def rectifying(world, reported):
    return actions.assign(
        reported.pk,
        by=world.lead,
        department=world.xiaofang,
        due_on=date(2021, 9, 20),
        helping=[world.jingfa],
    )


@pytest.fixture
def submitted(world, rectifying):
    return actions.submit(
        rectifying.pk, by=world.dept_xiaofang, measure="已清理", done_on=date(2021, 9, 14), photos=[photo()]
    )


def test_the_whole_line(world, submitted):
    closed = actions.accept(submitted.pk, by=world.tf_a)
    assert closed.status == Status.CLOSED
    assert closed.closed_on == date(2021, 9, 15)
    assert closed.light(date(2021, 12, 1)) == (Light.ON_TIME, None)
    assert [c.action for c in closed.changes.all()] == [
        Action.REPORT,
        Action.ASSIGN,
        Action.SUBMIT,
        Action.ACCEPT,
    ]
    assert closed.version == 4
    assert closed.number == "LG-2021-0001"


def test_until_assigned_the_task_forces_unit_answers(world, reported):
    assert reported.responsible_department == world.xincheng
    assert reported.status == Status.REPORTED


def test_numbers_run_on_and_survive_a_void(world, reported):
    actions.void(reported.pk, by=world.lead, note="重复上报")
    assert actions.report(world.campaign, finding(world), by=world.tf_a).number == "LG-2021-0002"


def test_the_same_client_key_gives_one_hazard(world):
    key = uuid.uuid4()
    first = actions.report(world.campaign, finding(world), by=world.tf_a, client_key=key)
    again = actions.report(world.campaign, finding(world), by=world.tf_a, client_key=key)
    assert first.pk == again.pk
    assert Hazard.objects.count() == 1


def test_nobody_accepts_their_own_work(world, rectifying):
    actions.submit(
        rectifying.pk, by=world.tf_a, measure="已清理", done_on=date(2021, 9, 14), photos=[photo()]
    )
    with pytest.raises(ValidationError, match="不能是申请验收的本人"):
        actions.accept(rectifying.pk, by=world.tf_a)
    assert actions.accept(rectifying.pk, by=world.tf_a2).status == Status.CLOSED


def test_on_the_spot_in_two_steps_by_one_person(world):
    hazard = actions.report_fixed(world.campaign, finding(world), by=world.tf_a, after=[photo()])
    assert hazard.status == Status.SUBMITTED
    assert actions.accept(hazard.pk, by=world.tf_a).status == Status.CLOSED


def test_a_major_one_is_not_fixed_on_the_spot(world):
    with pytest.raises(ValidationError) as fault:
        actions.report_fixed(
            world.campaign, finding(world, level=Level.MAJOR), by=world.tf_a, after=[photo()]
        )
    assert "level" in fault.value.message_dict
    assert not Hazard.objects.exists()


def test_a_major_one_is_assigned_and_accepted_by_the_lead_only(world):
    hazard = actions.report(world.campaign, finding(world, level=Level.MAJOR), by=world.tf_a)
    with pytest.raises(PermissionDenied):
        actions.assign(hazard.pk, by=world.tf_a, department=world.xiaofang, due_on=date(2021, 9, 30))
    actions.assign(hazard.pk, by=world.lead, department=world.xiaofang, due_on=date(2021, 9, 30))
    commit_all_five(hazard, by=world.dept_xiaofang)
    actions.submit(
        hazard.pk, by=world.dept_xiaofang, measure="已拆除", done_on=date(2021, 9, 15), photos=[photo()]
    )
    with pytest.raises(PermissionDenied):
        actions.accept(hazard.pk, by=world.tf_a)
    assert actions.accept(hazard.pk, by=world.lead).status == Status.CLOSED


def test_a_stale_page_is_refused_and_shows_the_new_state(world, rectifying):
    actions.progress(rectifying.pk, by=world.dept_xiaofang, note="已联系业主", version=2)
    with pytest.raises(actions.StaleVersion) as fault:
        actions.progress(rectifying.pk, by=world.tf_a, note="我也联系了", version=2)
    assert fault.value.hazard.latest_note == "已联系业主"


def test_rejecting_sends_it_back_with_the_reason(world, submitted):
    hazard = actions.reject(submitted.pk, by=world.tf_a, note="照片看不清")
    assert (hazard.status, hazard.done_on, hazard.submitted_by) == (Status.RECTIFYING, None, None)
    assert hazard.latest_note == "退回：照片看不清"


def test_photos_keep_the_order_in_which_they_were_chosen(world, rectifying):
    widths = [90, 60, 120, 70, 110]
    shots = [photo(f"{width}.jpg", size=(width, 50)) for width in widths]
    day = date(2021, 9, 14)
    done = actions.submit(rectifying.pk, by=world.dept_xiaofang, measure="已清理", done_on=day, photos=shots)
    assert list(done.photos.values_list("width", flat=True)) == widths


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"place": "　"}, "place"),
        ({"description": " "}, "description"),
        ({"description": "长" * 2001}, "description"),
        ({"found_on": date(2021, 9, 16)}, "found_on"),
    ],
)
def test_a_finding_that_cannot_be_true_changes_nothing(world, changes, field):
    with pytest.raises(ValidationError) as fault:
        actions.report(world.campaign, finding(world, **changes), by=world.tf_a)
    assert field in fault.value.message_dict
    assert not Hazard.objects.exists()


def test_others_are_refused(world, reported):
    with pytest.raises(PermissionDenied):
        actions.report(world.campaign, finding(world), by=world.tf_b)
    with pytest.raises(Hazard.DoesNotExist):
        actions.assign(reported.pk, by=world.tf_b, department=world.xiaofang, due_on=date(2021, 9, 20))
    with pytest.raises(PermissionDenied):
        actions.void(reported.pk, by=world.tf_a, note="不想要了")


def test_a_bad_photo_leaves_everything_as_it_was(world, rectifying):
    from django.core.files.uploadedfile import SimpleUploadedFile

    svg = SimpleUploadedFile("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    with pytest.raises(ValidationError, match="不是可用的照片"):
        actions.submit(
            rectifying.pk, by=world.tf_a, measure="好", done_on=date(2021, 9, 14), photos=[photo(), svg]
        )
    rectifying.refresh_from_db()
    assert (rectifying.status, rectifying.version) == (Status.RECTIFYING, 2)
    assert not rectifying.photos.exists()


def test_due_day_before_the_finding_or_today_is_refused(world, reported):
    with pytest.raises(ValidationError, match="不能早于"):
        actions.assign(reported.pk, by=world.lead, department=world.xiaofang, due_on=date(2021, 9, 9))


def test_a_completion_that_was_rejected_is_told_anew(world):
    world.campaign.extras = [Extra.DOUBLE_REPORT.value]
    world.campaign.save()
    hazard = actions.report(world.campaign, finding(world, level=Level.MAJOR), by=world.tf_a)
    actions.assign(hazard.pk, by=world.lead, department=world.xiaofang, due_on=date(2021, 9, 20))
    commit_all_five(hazard, by=world.dept_xiaofang)
    day, by = date(2021, 9, 14), world.dept_xiaofang

    def tell(stage):
        return major_actions.tell(hazard.pk, by=by, stage=stage, regulator_on=day, assembly_on=day)

    tell(ReportStage.DISCOVERY)
    actions.submit(hazard.pk, by=by, measure="已拆除", done_on=day, photos=[photo()])
    tell(ReportStage.COMPLETION)
    actions.reject(hazard.pk, by=world.lead, note="夹层仍在")
    assert [told.stage for told in hazard.double_reports.all()] == [ReportStage.DISCOVERY]
    assert hazard.changes.filter(action=Action.TELL).count() == 2
    actions.submit(hazard.pk, by=by, measure="已拆除", done_on=day, photos=[photo()])
    with pytest.raises(ValidationError, match="整改完成阶段的双报告"):
        actions.accept(hazard.pk, by=world.lead)
    tell(ReportStage.COMPLETION)
    assert actions.accept(hazard.pk, by=world.lead).status == Status.CLOSED
