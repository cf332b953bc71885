"""Scope: who sees which hazard."""

import pytest
from django.db import connection

from campaigns.queries import campaigns_for, parks_for, scope_of, task_forces_for
from hazards.queries import enforcements_for, hazards_for, imported_before, inspections_for
from tests.factories import EnforcementFactory, HazardFactory, InspectionFactory


@pytest.fixture
def three(world):
    """One in park A given to the fire brigade, one in park B, one in the other campaign."""
    a = HazardFactory(
        task_force=world.task_force_a, category=world.category, responsible_department=world.xiaofang
    )
    b = HazardFactory(task_force=world.task_force_b, category=world.category)
    c = HazardFactory(task_force=world.task_force_c)
    return {"a": a, "b": b, "c": c}


SEES = {
    "lead": "ab",
    "lead_2": "ab",
    "leader": "ab",
    "assessor": "ab",
    "dept_xiaofang": "a",
    "dept_xincheng": "a",
    "dept_jingfa": "b",
    "tf_a": "a",
    "tf_a2": "a",
    "tf_b": "b",
    "operator_a": "a",
    "other_lead": "c",
    "other_tf": "c",
    "system_admin": "",
    "auditor": "",
}


def test_everyone_sees_theirs_and_nobody_elses(world, three):
    assert set(SEES) == set(world.personas())
    names = {hazard.pk: name for name, hazard in three.items()}
    for persona, user in world.personas().items():
        seen = {names[pk] for pk in hazards_for(user).values_list("pk", flat=True)}
        assert seen == set(SEES[persona]), persona


def test_a_helping_unit_sees_what_it_helps_with(world, three):
    three["a"].helping_departments.add(world.jingfa)
    assert set(hazards_for(world.dept_jingfa)) == {three["a"], three["b"]}


def test_no_hazard_appears_twice(world, three):
    three["a"].helping_departments.add(world.xiaofang, world.xincheng)
    assert hazards_for(world.dept_xincheng).count() == 1


def test_a_disabled_person_sees_nothing(world, three):
    world.tf_a.is_active = False
    world.tf_a.save()
    assert not hazards_for(world.tf_a).exists()


def test_a_removed_member_sees_nothing_at_once(world, three):
    assert hazards_for(world.tf_a).exists()
    world.tf_a.task_force_rows.all().delete()
    assert not hazards_for(world.tf_a).exists()


def test_a_superuser_is_no_exception(world, three):
    world.system_admin.is_superuser = True
    world.system_admin.save()
    assert not hazards_for(world.system_admin).exists()


def test_parks_task_forces_and_campaigns_follow(world):
    assert set(parks_for(world.tf_a)) == {world.park_a}
    assert set(parks_for(world.lead)) == {world.park_a, world.park_b}
    assert set(parks_for(world.dept_xiaofang)) == set()
    assert set(task_forces_for(world.dept_xincheng)) == {world.task_force_a}
    assert set(campaigns_for(world.dept_xiaofang)) == {world.campaign}
    assert set(campaigns_for(world.operator_a)) == {world.campaign}
    assert set(campaigns_for(world.auditor)) == set()
    assert set(campaigns_for(world.other_tf)) == {world.other}


def test_a_parent_unit_sees_its_childs(world, three):
    world.xiaofang.parent = world.jingfa
    world.xiaofang.save()
    assert world.xiaofang.pk in scope_of(world.dept_jingfa).acting_departments
    assert three["a"] in hazards_for(world.dept_jingfa)


def test_visits_and_enforcement_follow_parks_and_units(world):
    visit = InspectionFactory(
        campaign=world.campaign, enterprise=world.enterprise_a, department=world.xiaofang
    )
    act = EnforcementFactory(
        campaign=world.campaign, enterprise=world.enterprise_b, department=world.xiaofang
    )
    assert set(inspections_for(world.tf_a)) == {visit}
    assert set(inspections_for(world.dept_xiaofang)) == {visit}
    assert not inspections_for(world.tf_b).exists()
    assert set(enforcements_for(world.tf_b)) == {act}
    assert not enforcements_for(world.tf_a).exists()
    assert not enforcements_for(world.other_lead).exists()


def test_rows_imported_before_are_known_by_their_key(world):
    HazardFactory(task_force=world.task_force_a, import_key="here")
    HazardFactory(task_force=world.task_force_a, import_key="taken-back", status="void")
    HazardFactory(task_force=world.task_force_c, import_key="other-campaign")
    HazardFactory(task_force=world.task_force_a, import_key="")
    asked = ["here", "taken-back", "other-campaign", "never", ""]
    assert list(imported_before(world.campaign, asked)) == ["here"]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="the plan of PostgreSQL")
def test_rows_imported_before_are_looked_up_by_index(world):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = imported_before(world.campaign, [f"key-{n}" for n in range(500)]).explain()
    assert "hazard_imported_once" in plan
