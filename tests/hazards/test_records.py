"""Visits and enforcement acts: who may record what, what is refused, what the lists add up to."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from accounts.models import AuditEntry
from hazards.enums import EnforcementKind, InspectionKind
from hazards.models import Enforcement, Inspection
from hazards.records.actions import (
    record_enforcement,
    record_inspection,
    void_enforcement,
    void_inspection,
)
from hazards.records.findings import Act, Visit
from tests import factories

TODAY = date(2021, 9, 15)


def visit(world, **changes):
    facts = {
        "park": world.park_a,
        "enterprise": world.enterprise_a,
        "kind": InspectionKind.LAW,
        "department": world.xincheng,
        "inspected_on": date(2021, 9, 10),
    }
    return Visit(**(facts | changes))


def act(world, **changes):
    facts = {
        "park": world.park_a,
        "enterprise": world.enterprise_a,
        "kind": EnforcementKind.FINE,
        "department": world.xincheng,
        "acted_on": date(2021, 9, 10),
        "amount": Decimal("12500.50"),
    }
    facts |= changes
    if facts["kind"] != EnforcementKind.FINE and "amount" not in changes:
        facts["amount"] = None
    return Act(**facts)


def fault(call):
    with pytest.raises(ValidationError) as caught:
        call()
    return {name: messages[0] for name, messages in caught.value.message_dict.items()}


@pytest.mark.parametrize("who", ["lead", "dept_xincheng", "tf_a"])
def test_lead_unit_and_task_force_record_a_visit(world, who):
    user = getattr(world, who)
    made = record_inspection(world.campaign, visit(world), by=user)
    assert (made.recorded_by, made.enterprise, made.voided_on) == (user, world.enterprise_a, None)
    assert AuditEntry.objects.filter(act="录入检查", user=user).count() == 1


@pytest.mark.parametrize(
    "who", ["operator_a", "leader", "assessor", "tf_b", "other_lead", "system_admin", "auditor"]
)
def test_others_do_not(world, who):
    with pytest.raises(PermissionDenied):
        record_inspection(world.campaign, visit(world), by=getattr(world, who))
    with pytest.raises(PermissionDenied):
        record_enforcement(world.campaign, act(world), by=getattr(world, who))
    assert not Inspection.objects.exists() and not Enforcement.objects.exists()


@pytest.mark.parametrize(
    ("changes", "name", "word"),
    [
        ({"inspected_on": date(2021, 9, 16)}, "inspected_on", "不能晚于今天"),
        ({"inspected_on": date(2011, 9, 10)}, "inspected_on", "日期过早"),
        ({"note": "长" * 2001}, "note", "最多 2000 字"),
    ],
)
def test_a_visit_that_cannot_be_true_is_refused(world, changes, name, word):
    faults = fault(lambda: record_inspection(world.campaign, visit(world, **changes), by=world.lead))
    assert word in faults[name]
    assert not Inspection.objects.exists()


def test_enterprise_must_be_in_the_park_and_unit_ones_own(world):
    faults = fault(
        lambda: record_inspection(
            world.campaign,
            visit(world, enterprise=world.enterprise_b, department=world.jingfa),
            by=world.tf_a,
        )
    )
    assert set(faults) == {"enterprise", "department"}
    # The lead records in the name of any member unit.
    record_inspection(world.campaign, visit(world, department=world.jingfa), by=world.lead)


def test_the_same_visit_is_asked_about_and_kept_when_confirmed(world):
    record_inspection(world.campaign, visit(world), by=world.tf_a)
    faults = fault(lambda: record_inspection(world.campaign, visit(world), by=world.tf_a2))
    assert "专班甲一 已录入过" in faults["confirmed"]
    record_inspection(world.campaign, visit(world), by=world.tf_a2, confirmed=True)
    assert Inspection.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"amount": None}, "amount"),
        ({"amount": Decimal(0)}, "amount"),
        ({"kind": EnforcementKind.TRANSFERRED}, "persons"),
        ({"kind": EnforcementKind.DETAINED, "persons": 0}, "persons"),
        ({"kind": EnforcementKind.DEMOLISHED}, "area"),
        ({"kind": EnforcementKind.SUMMONED, "amount": Decimal(5)}, "amount"),
        ({"kind": EnforcementKind.FILED, "persons": 2}, "persons"),
        ({"acted_on": date(2021, 9, 16)}, "acted_on"),
    ],
)
def test_each_measure_is_counted_in_its_own_unit(world, changes, name):
    faults = fault(lambda: record_enforcement(world.campaign, act(world, **changes), by=world.lead))
    assert set(faults) == {name}
    assert not Enforcement.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"kind": EnforcementKind.DETAINED, "persons": 1},
        {"kind": EnforcementKind.DEMOLISHED, "area": Decimal("110.50")},
        {"kind": EnforcementKind.POWER_CUT},
    ],
)
def test_enforcement_is_kept_to_the_fen(world, changes):
    made = record_enforcement(world.campaign, act(world, **changes), by=world.dept_xincheng)
    made.refresh_from_db()
    assert made.amount == (Decimal("12500.50") if not changes else None)
    assert AuditEntry.objects.filter(act="录入执法").count() == 1


def test_void_needs_a_reason_and_its_recorder_or_the_lead(world):
    made = record_inspection(world.campaign, visit(world), by=world.tf_a)
    assert "请填写作废原因" in fault(lambda: void_inspection(made.pk, by=world.tf_a, reason="  "))["reason"]
    with pytest.raises(PermissionDenied):
        void_inspection(made.pk, by=world.tf_a2, reason="不是我录的")
    with pytest.raises(Inspection.DoesNotExist):
        void_inspection(made.pk, by=world.tf_b, reason="看不见")
    voided = void_inspection(made.pk, by=world.lead, reason="录错企业")
    assert (voided.voided_on, voided.void_reason) == (TODAY, "录错企业")
    with pytest.raises(ValidationError):
        void_inspection(made.pk, by=world.lead, reason="再来一次")
    fine = record_enforcement(world.campaign, act(world), by=world.tf_a)
    assert void_enforcement(fine.pk, by=world.tf_a, reason="撤销处罚").voided_on == TODAY
    assert AuditEntry.objects.filter(act__startswith="作废").count() == 2


def test_lists_add_up_visits_and_enterprises_apart(world, client):
    second = factories.EnterpriseFactory(park=world.park_a)
    for enterprise, day in ((world.enterprise_a, 1), (world.enterprise_a, 2), (second, 2), (None, 2)):
        record_inspection(
            world.campaign,
            visit(world, enterprise=enterprise, inspected_on=date(2021, 9, day)),
            by=world.tf_a,
        )
    gone = record_inspection(world.campaign, visit(world), by=world.tf_a)
    void_inspection(gone.pk, by=world.tf_a, reason="录错")
    other = visit(world, park=world.park_b, enterprise=world.enterprise_b, department=world.jingfa)
    record_inspection(world.campaign, other, by=world.tf_b)
    client.force_login(world.tf_a)
    response = client.get(reverse("hazards:inspections"))
    assert response.context["totals"] == {"visits": 3, "enterprises": 2, "all": 4, "public": 1}
    assert "乙一印业" not in response.content.decode()
    narrowed = client.get(reverse("hazards:inspections"), {"since": "2021-09-02", "voided": "on"})
    assert len(narrowed.context["rows"]) == 4 and "作废：录错" in narrowed.content.decode()
    client.force_login(world.lead)
    assert client.get(reverse("hazards:inspections")).context["totals"]["visits"] == 4


def test_fines_are_shown_in_wan(world, client):
    for amount in ("12500.50", "30000"):
        record_enforcement(world.campaign, act(world, amount=Decimal(amount)), by=world.lead, confirmed=True)
    client.force_login(world.lead)
    page = client.get(reverse("hazards:enforcements")).content.decode()
    assert "1.25005 万元" in page and "罚款 <b>4.25005</b> 万元" in page


@pytest.mark.parametrize(
    "query", ["park=x", "kind=9", "since=2021-13-40", "page=x", "since=2021-09-09&until=2021-09-01"]
)
def test_filters_survive_nonsense(world, client, query):
    client.force_login(world.lead)
    for name in ("inspections", "enforcements"):
        assert client.get(reverse(f"hazards:{name}") + "?" + query).status_code == 200


def form(world, **changes):
    data = {
        "park": world.park_a.pk,
        "enterprise": world.enterprise_a.pk,
        "kind": "law",
        "inspected_on": "2021-09-10",
        "department": world.xincheng.pk,
        "note": "看了仓库",
    }
    return data | changes


def test_form_keeps_what_was_entered_and_says_what_is_wrong(world, client):
    client.force_login(world.tf_a)
    address = reverse("hazards:inspection_new")
    assert f'value="{world.enterprise_a.pk}"' in client.get(address).content.decode()
    wrong = client.post(address, form(world, inspected_on="2022-01-01"))
    page = wrong.content.decode()
    assert wrong.status_code == 422 and "日期不能晚于今天（2021-09-15）" in page and "看了仓库" in page
    assert client.post(address, form(world)).status_code == 302
    again = client.post(address, form(world))
    assert again.status_code == 422 and 'name="confirmed"' in again.content.decode()
    assert client.post(address, form(world, confirmed="on", again="1"))["Location"].startswith(address)
    assert Inspection.objects.count() == 2


def test_foreign_park_cannot_be_chosen(world, client):
    client.force_login(world.tf_a)
    foreign = form(world, park=world.park_b.pk, enterprise=world.enterprise_b.pk)
    response = client.post(reverse("hazards:inspection_new"), foreign)
    assert response.status_code == 422 and "请重新选择园区" in response.content.decode()
    choices = client.get(reverse("hazards:record_enterprises"), {"park": world.park_b.pk}).content.decode()
    assert "乙一印业" not in choices
    mine = client.get(reverse("hazards:record_enterprises"), {"park": world.park_a.pk}).content.decode()
    assert "甲一纸品厂" in mine
    for nonsense in ("", "x", "9" * 40, "-1"):
        assert client.get(reverse("hazards:record_enterprises"), {"park": nonsense}).status_code == 200


def test_enforcement_form_links_a_hazard_by_its_number(world, client):
    hazard = factories.HazardFactory(task_force=world.task_force_a, number="LG-2021-0007")
    foreign = factories.HazardFactory(task_force=world.task_force_b, number="LG-2021-0008")
    client.force_login(world.tf_a)
    data = {k: v for k, v in form(world).items() if k != "inspected_on"}
    data |= {"acted_on": "2021-09-10", "kind": "fine", "amount": "3000", "hazard_number": foreign.number}
    address = reverse("hazards:enforcement_new")
    assert "没有找到这个编号的隐患" in client.post(address, data).content.decode()
    assert client.post(address, data | {"hazard_number": hazard.number}).status_code == 302
    assert Enforcement.objects.get().hazard == hazard


@pytest.mark.parametrize("who", ["operator_a", "leader", "assessor", "system_admin"])
def test_readers_get_no_form(world, client, who):
    client.force_login(getattr(world, who))
    assert client.get(reverse("hazards:inspection_new")).status_code == 403
    assert client.get(reverse("hazards:inspections")).status_code == 200
    assert "录入检查" not in client.get(reverse("hazards:inspections")).content.decode()


def test_void_by_the_page(world, client):
    made = record_inspection(world.campaign, visit(world), by=world.tf_a)
    address = reverse("hazards:inspection_void", args=[made.pk])
    client.force_login(world.tf_b)
    assert client.post(address, {"reason": "x"}).status_code == 404
    client.force_login(world.dept_xincheng)
    assert client.post(address, {"reason": "x"}).status_code == 403
    client.force_login(world.tf_a)
    assert "没有作废" in client.post(address, {"reason": ""}, follow=True).content.decode()
    client.post(address, {"reason": "重复"})
    made.refresh_from_db()
    assert made.void_reason == "重复"


def test_an_untouched_form_records_nothing(world, client):
    client.force_login(world.tf_a)
    address = reverse("hazards:inspection_new")
    shown = client.get(address).context["form"]
    untouched = {name: shown[name].value() or "" for name in ("park", "kind", "inspected_on", "department")}
    assert str(untouched["park"]) == str(world.park_a.pk) and untouched["kind"] == ""
    response = client.post(address, untouched)
    page = response.content.decode()
    assert response.status_code == 422 and not Inspection.objects.exists()
    assert "请选择检查方式" in page and "未选企业时请写明检查了哪些公共部位" in page
    common = untouched | {"kind": InspectionKind.LAW, "note": "消防通道、配电房"}
    assert client.post(address, common).status_code == 302
    assert Inspection.objects.get().enterprise is None
