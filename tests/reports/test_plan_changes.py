"""What a form wrote is taken back to the letter, or not at all once somebody has worked with it."""

import threading
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from campaigns.enums import Rhythm
from campaigns.models import Completion, Measure, Occurrence, TaskForce, UnitContact, WorkItem
from campaigns.work.sync import sync_occurrences
from reports.enums import PlanImportState
from reports.plan_forms import actions as plan_import
from tests import factories
from tests.reports.plan_imports import SAMPLES, imported, started, whole_plan
from tests.reports.plan_workbooks import items, measures

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(world):
    return world.lead


def counts(batch):
    found = batch.preview["counts"]
    return found["new"], found["changed"], found["same"]


@pytest.mark.parametrize("form", list(SAMPLES))
def test_undo_restores_exactly_what_was(world, lead, form):
    sync_occurrences(world.campaign)
    before = whole_plan(world.campaign)
    batch = imported(world.campaign, SAMPLES[form], lead)
    assert whole_plan(world.campaign) != before
    plan_import.undo(batch, by=lead)
    assert whole_plan(world.campaign) == before
    batch.refresh_from_db()
    assert batch.state == PlanImportState.UNDONE
    with pytest.raises(ValidationError, match="已撤销"):
        plan_import.undo(batch, by=lead)


def test_undo_of_changes_restores_values_and_places(world, lead):
    imported(world.campaign, SAMPLES["zhengyang-1"], lead)
    before = whole_plan(world.campaign)
    batch = imported(
        world.campaign,
        items(
            [1, "一、行动", "1.动员", "开会动员", "执法局", "2021年8月20日前"],
            [2, "一、行动", "1.动员", "插进来的一条", "执法局", "每周"],
            [3, "一、行动", "1.动员", "每月调度", "市消防救援大队、执法局", "每2个月"],
        ),
        lead,
    )
    assert counts(batch) == (1, 2, 0)
    assert list(WorkItem.objects.order_by("order").values_list("order", "title")) == [
        (1, "开会动员"),
        (2, "插进来的一条"),
        (3, "每月调度"),
        (4, "评估"),
    ]
    assert WorkItem.objects.get(title="每月调度").rhythm == Rhythm.TWO_MONTHLY
    plan_import.undo(batch, by=lead)
    assert whole_plan(world.campaign) == before


def test_undo_refuses_when_somebody_has_worked_on_it(world, lead):
    batch = imported(world.campaign, SAMPLES["longgang-2"], lead)
    due = Occurrence.objects.get(measure__title="清理占用的通道")
    Completion.objects.create(occurrence=due, on=date(2021, 9, 15), by=lead, at=world.campaign.now())
    before = whole_plan(world.campaign)
    with pytest.raises(ValidationError, match="“清理占用的通道”导入后已有完成记录"):
        plan_import.undo(batch, by=lead)
    assert whole_plan(world.campaign) == before


def test_undo_refuses_when_a_row_was_changed_since(world, lead):
    batch = imported(world.campaign, SAMPLES["longgang-2"], lead)
    Measure.objects.filter(title="设置标识").update(raw_deadline="另行通知")
    with pytest.raises(ValidationError, match="“设置标识”导入后修改过“时限原文”"):
        plan_import.undo(batch, by=lead)
    Measure.objects.filter(title="设置标识").update(raw_deadline="2021年8月")
    Measure.objects.get(title="设置标识").responsibilities.first().delete()
    with pytest.raises(ValidationError, match="责任分工"):
        plan_import.undo(batch, by=lead)


def test_undo_refuses_when_a_new_park_has_hazards_or_a_new_task_force_people(world, lead):
    batch = imported(world.campaign, SAMPLES["longgang-3"], lead)
    task_force = TaskForce.objects.get(park__name="丁园", campaign=world.campaign)
    person = factories.task_force_member(task_force)
    with pytest.raises(ValidationError, match="丁园专班”导入后已有专班成员"):
        plan_import.undo(batch, by=lead)
    person.task_force_rows.all().delete()
    factories.HazardFactory(task_force=task_force, category=world.category)
    with pytest.raises(ValidationError, match="导入后已有"):
        plan_import.undo(batch, by=lead)
    assert TaskForce.objects.filter(pk=task_force.pk).exists()


def test_undo_refuses_when_a_new_category_has_hazards(world, lead):
    batch = imported(world.campaign, measures(["1", "新的一类", "巡查", "常态化", "执法局", None]), lead)
    category = world.campaign.categories.get(name="新的一类")
    factories.HazardFactory(task_force=world.task_force_a, category=category)
    with pytest.raises(ValidationError, match="“新的一类”导入后已有隐患"):
        plan_import.undo(batch, by=lead)


def test_undo_refuses_when_a_row_is_gone(world, lead):
    batch = imported(world.campaign, SAMPLES["taizhou-1"], lead)
    UnitContact.objects.filter(name="李四").delete()
    with pytest.raises(ValidationError, match="导入后已被删除"):
        plan_import.undo(batch, by=lead)


@pytest.mark.django_db(transaction=True)
def test_two_confirmations_at_once_write_once(world, lead):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets only one write at a time")
    batch = started(world.campaign, SAMPLES["longgang-2"], lead)
    said: list[object] = []

    def confirm() -> None:
        try:
            said.append(plan_import.confirm(batch, by=lead))
        except ValidationError as fault:
            said.append(fault.messages[0])
        finally:
            connection.close()

    threads = [threading.Thread(target=confirm) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, said)) == ["True", *["这份表已经确认过，不会重复导入"] * 2]
    assert Measure.objects.filter(campaign=world.campaign).count() == 2
