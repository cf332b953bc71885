"""Files of enterprises kept in the browser: added, edited, graded, leaving the park and coming back."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from accounts.models import AuditEntry
from campaigns import park_actions
from campaigns.edits import mark_of_row
from parks.enums import RiskColour
from parks.models import Enterprise, Site, Trait
from tests import factories

TODAY = date(2021, 9, 15)
KEEPERS = ("lead", "lead_2", "dept_xincheng", "tf_a", "tf_a2")
READERS = ("leader", "assessor", "operator_a")
STRANGERS = ("dept_jingfa", "tf_b", "other_lead", "other_tf", "system_admin", "auditor")


def page(client, who, name, pk, **query):
    client.force_login(who)
    return client.get(reverse(f"parks:{name}", args=[pk]), query)


def send(client, who, name, pk, /, **data):
    client.force_login(who)
    return client.post(reverse(f"parks:{name}", args=[pk]), data)


def text(response):
    return response.content.decode()


def filled(client, who, enterprise, **changes):
    """What the edit form sends when only these fields are touched."""
    form = page(client, who, "enterprise_edit", enterprise.pk).context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in values.items() if value not in (None, False)} | changes


@pytest.mark.parametrize("who", [*KEEPERS, *READERS, *STRANGERS])
def test_who_is_offered_and_let_in(world, client, who):
    user = getattr(world, who)
    expected = 200 if who in KEEPERS else 403 if who in READERS else 404
    for name, pk in (
        ("enterprise_new", world.park_a.pk),
        ("risk", world.park_a.pk),
        ("enterprise_edit", world.enterprise_a.pk),
        ("enterprise_risk", world.enterprise_a.pk),
        ("enterprise_leave", world.enterprise_a.pk),
    ):
        assert page(client, user, name, pk).status_code == expected, name
    if who in STRANGERS:
        return
    for name, pk in (("detail", world.park_a.pk), ("enterprise", world.enterprise_a.pk)):
        shown = text(page(client, user, name, pk))
        assert ("修改档案" in shown or "登记企业" in shown) is (who in KEEPERS)


def test_who_kept_the_park_in_a_campaign_that_is_over_only_reads(world, client):
    world.campaign.active = False
    world.campaign.save()
    assert page(client, world.tf_a, "enterprise", world.enterprise_a.pk).status_code == 200
    assert page(client, world.tf_a, "enterprise_edit", world.enterprise_a.pk).status_code == 403


def test_the_parks_file_is_kept_by_its_task_force(world, client):
    form = page(client, world.tf_a, "edit", world.park_a.pk).context["form"]
    data = {
        "address": "东路9号",
        "contact_name": "园长甲",
        "contact_phone": "663322",
        "opened": form["opened"].value(),
    }
    assert send(client, world.tf_a, "edit", world.park_a.pk, **data).status_code == 302
    world.park_a.refresh_from_db()
    assert (world.park_a.address, world.park_a.contact_phone) == ("东路9号", "663322")
    assert AuditEntry.objects.get(act="修改园区档案").detail["changed"] == [
        "address", "contact_name", "contact_phone",
    ]  # fmt: skip
    stale = send(client, world.lead, "edit", world.park_a.pk, **data | {"address": "西路1号"})
    assert stale.status_code == 409 and "东路9号" in text(stale) and "西路1号" in text(stale)
    for who, status in (("operator_a", 403), ("leader", 403), ("tf_b", 404)):
        assert send(client, getattr(world, who), "edit", world.park_a.pk, **data).status_code == status


def test_a_unit_that_only_helps_reads_the_file(world, client):
    hazard = factories.HazardFactory(task_force=world.task_force_a, category=world.category)
    hazard.helping_departments.add(world.xiaofang)
    assert page(client, world.dept_xiaofang, "enterprise", world.enterprise_a.pk).status_code == 200
    assert page(client, world.dept_xiaofang, "enterprise_edit", world.enterprise_a.pk).status_code == 403
    with pytest.raises(PermissionDenied):
        park_actions.return_to_park(world.enterprise_a, by=world.dept_xiaofang)


def test_an_enterprise_is_added_to_ones_park(world, client):
    Trait.objects.create(name="使用剧毒化学品")
    data = {
        "name": "新来的厂", "registered_address": "东路1号", "operating_address": "西路2号",
        "employees": "400", "revenue_wan": "3000", "is_micro": "on", "large": "on",
        "traits": [Trait.objects.get().pk],
    }  # fmt: skip
    response = send(client, world.tf_a, "enterprise_new", world.park_a.pk, **data)
    row = Enterprise.objects.get(name="新来的厂")
    assert response["Location"] == reverse("parks:enterprise", args=[row.pk])
    assert (row.park, row.large, row.is_micro) == (world.park_a, True, False)
    shown = text(client.get(response["Location"]))
    for words in (
        "已按从业人员和年营业收入自动判定为非小微企业",
        "与注册地址不一致",
        "使用剧毒化学品",
        "规模以上",
    ):
        assert words in shown
    entry = AuditEntry.objects.get(act="登记企业")
    assert entry.user == world.tf_a and entry.detail == {"id": row.pk, "park": world.park_a.pk}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"name": ""}, "请填写企业名称"),
        ({"name": "甲一 纸品厂"}, "已登记同名企业"),
        ({"name": "新厂", "employees": "约30人"}, "请填写数字"),
        ({"name": "新厂", "employees": "-1"}, "0"),
        ({"name": "新厂", "revenue_wan": "12.345"}, "2"),
        ({"name": "新厂", "credit_code": "9" * 19}, "最多 18 字，现有 19 字"),
        ({"name": "新厂", "site": "99999"}, "请重新选择片区"),
    ],
)
def test_bad_input_comes_back_with_what_was_typed(world, client, data, words):
    Site.objects.create(park=world.park_a, name="一期")
    response = send(client, world.tf_a, "enterprise_new", world.park_a.pk, contact_name="钱七", **data)
    assert response.status_code == 422
    assert words in text(response) and "钱七" in text(response)
    assert world.park_a.enterprises.count() == 1


def test_a_site_of_another_park_is_refused_by_the_action_too(world):
    site = Site.objects.create(park=world.park_b, name="二期")
    values = {"name": "新厂", "site": site}
    with pytest.raises(ValidationError, match="不在该园区"):
        park_actions.save_enterprise(Enterprise(park=world.park_a), values, by=world.tf_a)


def test_a_bad_credit_code_is_warned_of_and_kept(world, client):
    data = filled(client, world.tf_a, world.enterprise_a, credit_code="911100006000373410")
    response = send(client, world.tf_a, "enterprise_edit", world.enterprise_a.pk, **data)
    shown = text(client.get(response["Location"]))
    assert "统一社会信用代码校验不符" in shown and "校验不符，请核对</span>" in shown
    data = filled(client, world.tf_a, world.enterprise_a, credit_code="91110000600037341L")
    response = send(client, world.tf_a, "enterprise_edit", world.enterprise_a.pk, **data)
    assert "校验不符" not in text(client.get(response["Location"]))


def test_the_trail_names_fields_and_no_person(world, client):
    data = filled(
        client, world.dept_xincheng, world.enterprise_a, contact_name="孙八", contact_phone="13800007777"
    )
    send(client, world.dept_xincheng, "enterprise_edit", world.enterprise_a.pk, **data)
    entry = AuditEntry.objects.get(act="修改企业档案")
    assert entry.detail["changed"] == ["contact_name", "contact_phone"]
    assert "孙八" not in str(entry.detail) and "13800007777" not in str(entry.detail)
    # Saving without a change leaves no trace.
    send(
        client,
        world.lead,
        "enterprise_edit",
        world.enterprise_a.pk,
        **filled(client, world.lead, world.enterprise_a),
    )
    assert AuditEntry.objects.filter(act="修改企业档案").count() == 1


def test_somebody_elses_change_is_not_overwritten(world, client):
    first, second = Trait.objects.create(name="产废单位"), Trait.objects.create(name="加油站")
    mine = filled(client, world.tf_a, world.enterprise_a, industry="造纸", traits=[first.pk])
    theirs = filled(client, world.tf_a2, world.enterprise_a, industry="印刷", traits=[second.pk])
    assert send(client, world.tf_a2, "enterprise_edit", world.enterprise_a.pk, **theirs).status_code == 302
    response = send(client, world.tf_a, "enterprise_edit", world.enterprise_a.pk, **mine)
    assert response.status_code == 409
    differing = {label: (stored, typed) for label, stored, typed in response.context["differing"]}
    assert differing == {"所属行业": ("印刷", "造纸"), "特征": ("加油站", "产废单位")}
    world.enterprise_a.refresh_from_db()
    assert world.enterprise_a.industry == "印刷"
    mine["opened"] = response.context["form"]["opened"].value()
    assert send(client, world.tf_a, "enterprise_edit", world.enterprise_a.pk, **mine).status_code == 302
    assert list(world.enterprise_a.traits.all()) == [first]


def test_the_mark_of_a_new_row_is_its_own_and_of_a_changed_one_another(world):
    names = ["name", "employees"]
    new = Enterprise(park=world.park_a)
    assert mark_of_row(new, names) != mark_of_row(new, names)
    before = mark_of_row(world.enterprise_a, names)
    world.enterprise_a.industry = "不在其中"
    assert mark_of_row(world.enterprise_a, names) == before
    world.enterprise_a.employees = 5
    assert mark_of_row(world.enterprise_a, names) != before


@pytest.mark.parametrize("name", ["risk", "enterprise_risk"])
def test_a_grade_needs_a_reason_and_leaves_a_trace(world, client, name):
    row = world.park_a if name == "risk" else world.enterprise_a
    refused = send(client, world.tf_a, name, row.pk, risk="red", was="", reason=" ")
    assert refused.status_code == 422 and "reason" in refused.context["form"].errors
    assert send(client, world.tf_a, name, row.pk, risk="red", was="", reason="存放甲醇").status_code == 302
    row.refresh_from_db()
    assert row.risk == RiskColour.RED
    detail = AuditEntry.objects.get(act__startswith="调整").detail
    assert (detail["was"], detail["now"], detail["reason"]) == ("", "red", "存放甲醇")
    # Somebody who opened the page before that is told, and keeps what they wrote.
    stale = send(client, world.lead, name, row.pk, risk="blue", was="", reason="已整治到位")
    assert (
        stale.status_code == 422
        and "刚刚有人改为“红（重大风险）”" in text(stale)
        and "已整治到位" in text(stale)
    )
    same = send(client, world.lead, name, row.pk, risk="red", was="red", reason="无")
    assert "没有变化" in text(same)
    odd = send(client, world.lead, name, row.pk, risk="violet", was="red", reason="无")
    assert odd.status_code == 422
    row.refresh_from_db()
    assert row.risk == RiskColour.RED


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"on": "2021-09-16", "reason": "搬迁"}, "不能晚于今天"),
        ({"on": "1921-09-15", "reason": "搬迁"}, "请核对年份"),
        ({"on": "x", "reason": "搬迁"}, "请填写有效日期"),
        ({"on": "2021-09-15", "reason": ""}, "请填写退出原因"),
        ({"on": "2021-09-15", "reason": "长" * 201}, "最多 200 字，现有 201 字"),
    ],
)
def test_bad_leave_is_refused(world, client, data, words):
    response = send(client, world.tf_a, "enterprise_leave", world.enterprise_a.pk, **data)
    assert response.status_code == 422 and words in text(response)
    world.enterprise_a.refresh_from_db()
    assert world.enterprise_a.active


def test_leaving_and_coming_back(world, client):
    pk = world.enterprise_a.pk
    send(client, world.tf_a, "enterprise_leave", pk, on="2021-09-10", reason="不符合准入条件，清退")
    world.enterprise_a.refresh_from_db()
    assert not world.enterprise_a.active and world.enterprise_a.left_on == date(2021, 9, 10)
    park = text(page(client, world.leader, "detail", world.park_a.pk))
    assert "在园企业（0 家）" in park and "已退出的企业（1 家）" in park and "清退" in park
    shown = text(page(client, world.leader, "enterprise", pk))
    assert "已退出园区（2021-09-10）" in shown and "不符合准入条件" in shown
    with pytest.raises(ValidationError, match="已经退出"):
        park_actions.leave_park(world.enterprise_a, on=TODAY, reason="再次", today=TODAY, by=world.lead)
    for who, status in (("leader", 403), ("tf_b", 404)):
        assert send(client, getattr(world, who), "enterprise_return", pk).status_code == status
    send(client, world.lead, "enterprise_return", pk)
    world.enterprise_a.refresh_from_db()
    assert world.enterprise_a.active and world.enterprise_a.left_on is None
    back = AuditEntry.objects.get(act="企业恢复在园").detail
    assert back["left_on"] == "2021-09-10" and "清退" in back["left_reason"]
    with pytest.raises(ValidationError, match="无需恢复"):
        park_actions.return_to_park(world.enterprise_a, by=world.lead)
