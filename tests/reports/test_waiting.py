"""What waits for one person on the home page: due work of the plan."""

from datetime import date

import pytest
from django.urls import reverse

from reports.enums import ReportState
from tests import factories

TODAY = date(2021, 9, 15)


@pytest.fixture
def owed(world):
    """Late and due this week: two of the task force of park_a, one each of its unit; other work elsewhere."""
    week = factories.work_item(world.campaign, due_on=date(2021, 9, 19))
    late = factories.work_item(world.campaign, due_on=date(2021, 9, 14))
    later = factories.work_item(world.campaign, due_on=date(2021, 9, 20))
    for holder in (world.task_force_a, world.xincheng, world.task_force_b):
        for item in (week, late, later):
            factories.occurrence(holder, item)
    factories.occurrence(world.task_force_a, week, period="second")
    factories.occurrence(world.task_force_a, late, period="second", done_on=TODAY)
    return world


def work_tasks(client, user):
    client.force_login(user)
    tasks = client.get(reverse("reports:home")).context["tasks"]
    return {task.whose: task for task in tasks if "工作" in task.whose}


def listed(client, href):
    groups = client.get(href).context["groups"]
    return sum(len(line.rows) for group in groups for line in group.lines)


@pytest.mark.parametrize(
    ("who", "verb", "late", "week"),
    [("tf_a", "完成", 1, 2), ("dept_xincheng", "完成", 1, 1), ("lead", "督促", 3, 4)],
)
def test_due_work_waits_and_leads_to_the_rows(owed, client, who, verb, late, week):
    tasks = work_tasks(client, getattr(owed, who))
    assert {name: task.count for name, task in tasks.items()} == {
        "逾期的工作": late,
        "本周应完成的工作": week,
    }
    for task in tasks.values():
        assert task.verb == verb
        assert listed(client, task.href) == task.count
    assert tasks["逾期的工作"].urgent
    page = client.get(reverse("reports:home")).content.decode()
    assert "待我处理" in page and "本周应完成的工作" in page


@pytest.mark.parametrize("who", ["dept_xiaofang", "operator_a", "leader", "assessor", "other_lead"])
def test_nothing_waits_for_others(owed, client, who):
    assert work_tasks(client, getattr(owed, who)) == {}


def report_tasks(client, user):
    client.force_login(user)
    tasks = client.get(reverse("reports:home")).context["tasks"]
    return {task.verb: (task.count, task.href) for task in tasks if task.whose == "报表"}


def test_reports_wait_for_whoever_takes_the_next_step(world, client):
    draft = factories.signed_report(world.campaign, world.xincheng, ReportState.DRAFT)
    for unit in (world.jingfa, world.xiaofang):
        factories.signed_report(world.campaign, unit, ReportState.FILLED)
    to_draft = reverse("reports:detail", args=[draft.pk])
    assert report_tasks(client, world.dept_xincheng) == {"填报": (1, to_draft)}
    several = f"{reverse('reports:list')}#turns"
    assert report_tasks(client, world.lead) == {"审核": (2, several)}
    assert client.get(several).content.decode().count('class="tag tag-filled">待审核</span></span></li>') == 2
    for reader in (world.leader, world.tf_a, world.operator_a, world.other_lead):
        assert report_tasks(client, reader) == {}
