"""Enforcement against a visit or a hazard, and power cuts that end."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from accounts.models import AuditEntry
from hazards import actions
from hazards.enums import EnforcementKind, InspectionKind, Status
from hazards.models import Enforcement
from hazards.records.actions import (
    record_enforcement,
    record_inspection,
    restore_power,
    void_enforcement,
    void_inspection,
)
from hazards.records.findings import Act, Visit
from tests import factories
from tests.hazards.test_actions import finding

TODAY = date(2021, 9, 15)


def act(world, **changes):
    facts = {
        "park": world.park_a,
        "enterprise": world.enterprise_a,
        "kind": EnforcementKind.POWER_CUT,
        "department": world.xincheng,
        "acted_on": date(2021, 9, 10),
    }
    return Act(**(facts | changes))


def cut(world, by=None, **changes):
    return record_enforcement(world.campaign, act(world, **changes), by=by or world.tf_a)


@pytest.fixture
def visited(world):
    facts = Visit(
        park=world.park_a,
        enterprise=world.enterprise_a,
        kind=InspectionKind.LAW,
        department=world.xincheng,
        inspected_on=date(2021, 9, 9),
    )
    return record_inspection(world.campaign, facts, by=world.tf_a)


@pytest.fixture
def hazard(world):
    return actions.report(world.campaign, finding(world, enterprise=world.enterprise_a), by=world.tf_a)


def faults_of(world, **changes):
    with pytest.raises(ValidationError) as caught:
        cut(world, **changes)
    return {name: words[0] for name, words in caught.value.message_dict.items()}


def test_visit_hazard_and_enterprise_must_belong_together(world, visited, hazard):
    second = factories.EnterpriseFactory(park=world.park_a, name="甲二五金厂")
    assert "与所选企业不符" in faults_of(world, hazard=hazard, enterprise=second)["hazard_number"]
    assert "与所选企业不符" in faults_of(world, inspection=visited, enterprise=second)["inspection"]
    early = faults_of(world, inspection=visited, acted_on=date(2021, 9, 8))
    assert "不能早于所关联检查的日期（2021-09-09）" in early["acted_on"]
    made = cut(world, inspection=visited, hazard=hazard)
    assert (made.inspection, made.hazard) == (visited, hazard)
    assert Enforcement.objects.count() == 1


def test_nothing_is_linked_to_what_is_void(world, visited, hazard):
    void_inspection(visited.pk, by=world.tf_a, reason="录错")
    visited.refresh_from_db()
    actions.void(hazard.pk, by=world.lead, note="重复")
    hazard.refresh_from_db()
    assert hazard.status == Status.VOID
    assert set(faults_of(world, inspection=visited, hazard=hazard)) == {"inspection", "hazard_number"}


def test_a_visit_or_hazard_of_another_campaign_is_refused(world):
    task_force = world.task_force_c
    foreign = factories.HazardFactory(task_force=task_force)
    elsewhere = factories.InspectionFactory(campaign=world.other, enterprise=world.enterprise_a)
    assert set(faults_of(world, hazard=foreign, inspection=elsewhere)) == {"hazard_number", "inspection"}


def test_the_form_opens_from_a_visit_and_from_a_hazard(world, visited, hazard, client):
    client.force_login(world.tf_a)
    address = reverse("hazards:enforcement_new")
    form = client.get(address, {"inspection": visited.pk}).context["form"]
    assert (form["park"].value(), form["enterprise"].value()) == (world.park_a.pk, world.enterprise_a.pk)
    assert form["inspection"].value() == visited.pk
    form = client.get(address, {"hazard": hazard.pk}).context["form"]
    assert form["hazard_number"].value() == hazard.number and not form["inspection"].value()
    for nonsense in ("x", "0", "9" * 30):
        assert client.get(address, {"hazard": nonsense, "inspection": nonsense}).status_code == 200
    data = {
        "campaign": world.campaign.pk,
        "park": world.park_a.pk,
        "enterprise": world.enterprise_a.pk,
        "kind": "power_cut",
        "acted_on": "2021-09-10",
        "department": world.xincheng.pk,
        "inspection": visited.pk,
    }
    response = client.post(address, data)
    assert response["Location"] == reverse("hazards:inspection", args=[visited.pk])
    page = client.get(response["Location"]).content.decode()
    assert "停电中" in page and "登记恢复供电" in page
    refused = client.post(address, data | {"inspection": 999_999, "confirmed": "on"})
    assert refused.status_code == 422 and "请去掉关联" in refused.content.decode()


def test_a_foreign_hazard_or_visit_fills_in_nothing(world, visited, hazard, client):
    client.force_login(world.tf_b)
    address = reverse("hazards:enforcement_new")
    for asked in ({"inspection": visited.pk}, {"hazard": hazard.pk}):
        response = client.get(address, asked)
        page = response.content.decode()
        assert response.status_code == 200 and hazard.number not in page and "甲一纸品厂" not in page


# --- 恢复供电 -----------------------------------------------------------------------------------------------


def test_power_comes_back_once_and_is_audited(world):
    made = cut(world)
    assert restore_power(made.pk, by=world.tf_a, restored_on=date(2021, 9, 12)).restored_on.day == 12
    assert AuditEntry.objects.filter(act="登记恢复供电", user=world.tf_a).count() == 1
    with pytest.raises(ValidationError, match="已登记恢复供电（2021-09-12）"):
        restore_power(made.pk, by=world.lead, restored_on=date(2021, 9, 13))
    made.refresh_from_db()
    assert made.restored_on == date(2021, 9, 12)


@pytest.mark.parametrize(
    ("day", "word"), [(date(2021, 9, 9), "不能早于停电日期"), (date(2021, 9, 16), "不能晚于今天")]
)
def test_power_comes_back_between_the_cut_and_today(world, day, word):
    made = cut(world)
    with pytest.raises(ValidationError, match=word):
        restore_power(made.pk, by=world.tf_a, restored_on=day)
    made.refresh_from_db()
    assert made.restored_on is None and not AuditEntry.objects.filter(act="登记恢复供电").exists()


def test_only_a_valid_power_cut_ends(world):
    fine = cut(world, kind=EnforcementKind.FINE, amount=Decimal(3000))
    with pytest.raises(ValidationError, match="只有停电措施"):
        restore_power(fine.pk, by=world.tf_a, restored_on=TODAY)
    made = cut(world)
    void_enforcement(made.pk, by=world.tf_a, reason="录错")
    with pytest.raises(ValidationError, match="已经作废"):
        restore_power(made.pk, by=world.tf_a, restored_on=TODAY)


def test_who_may_say_that_the_power_is_back(world):
    made = cut(world)
    for who in (world.tf_a2, world.operator_a, world.leader):
        with pytest.raises(PermissionDenied):
            restore_power(made.pk, by=who, restored_on=TODAY)
    for who in (world.tf_b, world.other_lead, world.auditor):
        with pytest.raises(Enforcement.DoesNotExist):
            restore_power(made.pk, by=who, restored_on=TODAY)
    # The unit in whose name it was cut.
    assert restore_power(made.pk, by=world.dept_xincheng, restored_on=TODAY).restored_on == TODAY


def test_the_list_tells_whether_the_power_is_back(world, client):
    lasting, over = cut(world), cut(world, acted_on=date(2021, 9, 11))
    cut(world, kind=EnforcementKind.SUMMONED)
    client.force_login(world.tf_a)
    address = reverse("hazards:enforcement_restore", args=[over.pk])
    page = client.post(address, {"restored_on": "x"}, follow=True).content.decode()
    assert "没有登记恢复供电" in page and "请填写有效日期" in page
    back = reverse("hazards:enforcements") + "?kind=power_cut"
    response = client.post(address, {"restored_on": "2021-09-12", "next": back})
    assert response["Location"] == back
    page = client.get(back).content.decode()
    assert "停电中" in page and "已恢复 2021-09-12" in page
    shown = {
        state: [row.pk for row in client.get(back, {"power": state}).context["rows"]]
        for state in ("cut", "restored")
    }
    assert shown == {"cut": [lasting.pk], "restored": [over.pk]}


def test_a_dialog_leads_nowhere_outside(world, client):
    made = cut(world)
    client.force_login(world.tf_a)
    address = reverse("hazards:enforcement_restore", args=[made.pk])
    data = {"restored_on": "2021-09-12", "next": "https://evil.example/"}
    assert client.post(address, data)["Location"] == reverse("hazards:enforcements")


def test_the_list_filters_by_unit(world, client):
    cut(world)
    cut(world, by=world.lead, department=world.jingfa, kind=EnforcementKind.SUMMONED)
    client.force_login(world.lead)
    rows = client.get(reverse("hazards:enforcements"), {"department": world.jingfa.pk}).context["rows"]
    assert [row.get_kind_display() for row in rows] == ["约谈"]


# --- on the hazard's page -----------------------------------------------------------------------------------


def test_the_hazards_page_tells_of_its_enforcement(world, hazard, client):
    made = cut(world, hazard=hazard)
    cut(world, kind=EnforcementKind.FINE, amount=Decimal("12500.50"), hazard=hazard)
    client.force_login(world.tf_a)
    address = reverse("hazards:detail", args=[hazard.pk])
    page = client.get(address).content.decode()
    assert "停电中" in page and "1.25005 万元" in page and f"hazard={hazard.pk}" in page
    data = {"restored_on": "2021-09-12", "next": address}
    restored = client.post(reverse("hazards:enforcement_restore", args=[made.pk]), data)
    assert restored["Location"] == address
    assert "已恢复 2021-09-12" in client.get(address).content.decode()


def test_a_reader_of_the_hazard_records_nothing(world, hazard, client):
    cut(world, hazard=hazard)
    for who in (world.leader, world.operator_a):
        client.force_login(who)
        page = client.get(reverse("hazards:detail", args=[hazard.pk])).content.decode()
        assert "停电中" in page and "录入执法" not in page and "登记恢复供电" not in page
