"""Several hazards at once: what each still lacks is said beside it, and then none is changed."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.enums import Role
from campaigns.enums import Extra
from hazards import actions
from hazards.bulk.actions import Refused, accept_many
from hazards.enums import Level, Status
from hazards.models import Hazard
from tests.factories import commit_all_five, member, photo, task_force_member
from tests.hazards.test_actions import finding

DONE = date(2021, 9, 14)


def submitted(world, *, by, level=Level.GENERAL):
    hazard = actions.report(world.campaign, finding(world, level=level), by=world.tf_a)
    actions.assign(hazard.pk, by=world.lead, department=world.xiaofang, due_on=date(2021, 9, 20))
    if level == Level.MAJOR:
        commit_all_five(hazard, by=world.dept_xiaofang)
    return actions.submit(hazard.pk, by=by, measure="已清理", done_on=DONE, photos=[photo()])


def test_each_reason_is_said_beside_its_hazard_and_none_is_accepted(client, world):
    own = submitted(world, by=world.tf_a)
    major = submitted(world, by=world.dept_xiaofang, level=Level.MAJOR)
    fine = submitted(world, by=world.dept_xiaofang)
    stale = submitted(world, by=world.dept_xiaofang)
    picked = [(one.pk, one.version) for one in (own, major, fine)] + [(stale.pk, stale.version - 1)]
    with pytest.raises(Refused) as refused:
        accept_many(picked, by=world.tf_a)
    reasons = {one.hazard_id: one.reason for one in refused.value.refusals}
    assert reasons == {
        own.pk: "验收人不能是申请验收的本人，请由专班其他人员或牵头单位验收",
        major.pk: "您没有“验收销号”的权限",
        stale.pk: "页面打开后已被处理过，现为“待验收”",
    }
    assert not Hazard.objects.filter(status=Status.CLOSED).exists()
    client.force_login(world.tf_a)
    ticked = {"hazard": [f"{pk}.{version}" for pk, version in picked]}
    page = client.post(reverse("hazards:bulk_accept"), ticked).content.decode()
    assert all(reason in page for reason in reasons.values())


def test_a_major_one_is_not_accepted_in_bulk_before_its_report_of_completion(world):
    world.campaign.extras = [Extra.DOUBLE_REPORT.value]
    world.campaign.save()
    hazard = actions.report(world.campaign, finding(world, level=Level.MAJOR), by=world.tf_a)
    Hazard.objects.filter(pk=hazard.pk).update(
        status=Status.SUBMITTED, done_on=DONE, submitted_by=world.dept_xiaofang
    )
    with pytest.raises(Refused) as refused:
        accept_many([(hazard.pk, 1)], by=world.lead)
    assert "整改完成阶段的双报告" in refused.value.refusals[0].reason


@pytest.mark.parametrize("works_in", ["nowhere", "lead bureau", "elsewhere"])
def test_a_major_one_of_the_lead_bureau_s_own_is_accepted_by_nobody_of_it(world, works_in):
    theirs = task_force_member(world.task_force_a, works_in=world.lead_department, username="tf_lead")
    hazard = submitted(world, by=theirs, level=Level.MAJOR)
    unit = {"nowhere": None, "lead bureau": world.lead_department, "elsewhere": world.jingfa}[works_in]
    accepter = member(Role.LEAD, department=world.lead_department, works_in=unit, username="lead_3")
    with pytest.raises(Refused) as refused:
        accept_many([(hazard.pk, hazard.version)], by=accepter)
    assert refused.value.refusals[0].reason == "重大隐患须由申请单位以外的单位验收"
