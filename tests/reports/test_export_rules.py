"""Whether rights cover those with which a list was written."""

from dataclasses import replace

from campaigns.models import TaskForceMember
from campaigns.queries import scope_of
from reports.exports.rules import NARROWED, OUT, refusal, rights_of


def test_rights_that_grew_still_cover(world):
    then = rights_of(scope_of(world.tf_a), world.campaign)
    assert then == {
        "whole": False,
        "departments": [],
        "task_forces": [world.task_force_a.pk],
        "parks": [],
    }
    assert refusal(scope_of(world.tf_a), world.campaign, then) == ""
    TaskForceMember.objects.create(task_force=world.task_force_b, user=world.tf_a)
    assert refusal(scope_of(world.tf_a), world.campaign, then) == ""
    assert refusal(scope_of(world.lead), world.campaign, then) == ""


def test_rights_of_another_campaign_do_not_count(world):
    extra = TaskForceMember.objects.create(task_force=world.task_force_c, user=world.tf_a)
    then = rights_of(scope_of(world.tf_a), world.campaign)
    extra.delete()
    assert refusal(scope_of(world.tf_a), world.campaign, then) == ""


def test_rights_that_were_lost(world):
    scope = scope_of(world.dept_xincheng)
    then = rights_of(scope, world.campaign)
    assert then["departments"] == [world.xincheng.pk]
    less = replace(scope, acting_departments=frozenset())
    assert refusal(less, world.campaign, then) == NARROWED
    assert refusal(scope_of(world.tf_a), world.campaign, rights_of(scope_of(world.lead), world.campaign)) == (
        NARROWED
    )
    assert refusal(scope_of(world.other_lead), world.campaign, then) == OUT
