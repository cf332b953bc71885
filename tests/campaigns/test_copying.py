"""A plan read back from its campaign is the plan."""

from datetime import date

import pytest

from campaigns.actions import load_plan
from campaigns.enums import Rhythm
from campaigns.models import Phase, Responsibility, TaskForce, WorkItem
from campaigns.new.copying import plan_of
from campaigns.plan import PlanError, known_plans, read_plan
from parks.models import Department, Park, Region
from tests.campaigns.plans import LONGGANG, content, copy_of


@pytest.mark.parametrize("slug", known_plans())
def test_a_copy_has_the_same_content(db, slug):
    original = load_plan(read_plan(slug)).campaign
    bases = (Region.objects.count(), Department.objects.count(), Park.objects.count())
    report = load_plan(copy_of(plan_of(original)))
    assert content(report.campaign) == content(original)
    assert content(original)["occurrences"]
    assert (Region.objects.count(), Department.objects.count(), Park.objects.count()) == bases
    assert not {"单位", "单位别名", "园区", "园区片区", "行政区划"} & set(report.created)


def test_people_stay_behind_and_edits_come_along(db):
    original = load_plan(read_plan(LONGGANG)).campaign
    TaskForce.objects.filter(campaign=original).update(leader="张三", phone="13800000001")
    Phase.objects.filter(campaign=original, order=2).update(ends_on=date(2021, 9, 28))
    WorkItem.objects.filter(campaign=original, order=3).update(
        rhythm=Rhythm.DATES, dates=["2021-08-08"], raw_deadline="每周"
    )
    original.unit_duties.filter(order=1).update(text="改过的职责")
    copy = load_plan(copy_of(plan_of(original))).campaign
    assert not copy.task_forces.exclude(leader="", owner="", liaison="", phone="").exists()
    assert copy.phases.get(order=2).ends_on == date(2021, 9, 28)
    assert copy.work_items.get(order=3).dates == ["2021-08-08"]
    assert copy.unit_duties.filter(text="改过的职责").count() == 8


def test_a_unit_that_took_over_is_named_by_its_own_name(db):
    """The plan's wording of a reassigned measure means the former unit."""
    original = load_plan(read_plan(LONGGANG)).campaign
    fire = Department.objects.get(name="市消防救援大队")
    share = Responsibility.objects.get(measure__category__order=1, measure__order=1, part="responsible")
    share.department = fire
    share.save()
    copy = load_plan(copy_of(plan_of(original))).campaign
    measure = copy.measures.get(category__order=1, order=1)
    assert [row.department for row in measure.responsibilities.filter(part="responsible")] == [fire]


def test_units_of_one_name_are_refused(db):
    original = load_plan(read_plan(LONGGANG)).campaign
    twin = Department.objects.create(name="市应急管理局", region=Region.objects.get(name="温州市"))
    original.unit_rows.create(department=twin, order=30)
    with pytest.raises(PlanError, match="都叫“市应急管理局”"):
        plan_of(original)
