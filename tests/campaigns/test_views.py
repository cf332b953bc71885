"""Task-force table and the choice of campaign."""

import pytest
from django.urls import reverse

from campaigns.models import TaskForceMember
from parks.enums import ParkKind
from tests import factories


@pytest.fixture
def phones(world):
    for task_force, phone in ((world.task_force_a, "13800001111"), (world.task_force_b, "663322")):
        task_force.leader, task_force.liaison, task_force.phone = "张三", "李四", phone
        task_force.save()
    return world


@pytest.mark.parametrize(
    ("who", "shown", "hidden"),
    [
        ("lead", ["甲园", "乙园", "13800001111", "663322"], ["丙园", "****"]),
        ("tf_a", ["甲园", "13800001111"], ["乙园", "663322", "丙园"]),
        ("dept_jingfa", ["乙园", "663322"], ["甲园", "13800001111"]),
        ("leader", ["甲园", "乙园", "138****1111", "66****", "已部分隐去"], ["13800001111", "663322"]),
        ("operator_a", ["甲园", "138****1111"], ["13800001111", "乙园"]),
        ("other_tf", ["丙园"], ["甲园", "乙园"]),
        ("system_admin", ["没有参加任何专项行动"], ["甲园"]),
    ],
)
def test_task_forces_within_the_scope_and_phones_masked(phones, client, who, shown, hidden):
    client.force_login(getattr(phones, who))
    page = client.get(reverse("campaigns:task_forces")).content.decode()
    assert [word for word in shown if word not in page] == []
    assert [word for word in hidden if word in page] == []


def test_search_in_the_table(phones, client):
    client.force_login(phones.lead)
    page = client.get(reverse("campaigns:task_forces"), {"q": "专班乙一"}).content.decode()
    assert "乙园" in page and "甲园" not in page
    assert "没有符合条件的专班" in client.get(reverse("campaigns:task_forces"), {"q": "无"}).content.decode()


def test_the_table_is_that_of_the_plan(phones, client):
    park = phones.park_a
    park.contact_name, park.contact_phone = "园长甲", "13800008888"
    park.save()
    phones.task_force_a.note, phones.task_force_a.strand = "两园一班", "工业区"
    phones.task_force_a.save()
    address = reverse("campaigns:task_forces")
    for who, number in (("lead", "13800008888"), ("operator_a", "13800008888"), ("leader", "138****8888")):
        client.force_login(getattr(phones, who))
        page = client.get(address).content.decode()
        for words in ("小微园明细", "专班成员", "园长甲", "两园一班", "工业区", number):
            assert words in page, (who, words)
        edits = reverse("campaigns:part_edit", args=["task-forces", phones.task_force_a.pk]) in page
        assert edits is (who == "lead")
        assert reverse("reports:form", args=["longgang-3"]) in page
        assert reverse("campaign:unit", args=[phones.xincheng.pk]) in page
    phones.campaign.forms = ["longgang-4"]
    phones.campaign.save()
    park.kind = ParkKind.PREMISES
    park.save()
    page = client.get(address).content.decode()
    assert "longgang-3" not in page and "小微园明细" not in page


def test_the_table_by_unit_and_strand(phones, client):
    phones.task_force_b.strand = "社区"
    phones.task_force_b.save()
    client.force_login(phones.lead)

    def parks(**query):
        rows = client.get(reverse("campaigns:task_forces"), query).context["rows"]
        return [row.task_force.park.name for row in rows]

    assert parks(unit=phones.xincheng.pk) == ["甲园"] and parks(strand="社区") == ["乙园"]
    assert parks(unit=phones.xincheng.pk, strand="社区") == []
    # A unit or a strand that is not in the table narrows nothing, and tells nothing of it.
    assert parks(unit=phones.xiaofang.pk, strand="无") == ["甲园", "乙园"]
    client.force_login(phones.tf_a)
    assert parks(unit=phones.jingfa.pk) == ["甲园"]


def test_table_costs_a_fixed_number_of_queries(phones, client, django_assert_max_num_queries):
    for _ in range(15):
        force = factories.TaskForceFactory(campaign=phones.campaign, department=phones.xincheng)
        factories.task_force_member(force)
    client.force_login(phones.lead)
    with django_assert_max_num_queries(20):
        client.get(reverse("campaigns:task_forces"))


def test_switching_among_ones_own_campaigns_only(world, client):
    TaskForceMember.objects.create(task_force=world.task_force_c, user=world.tf_a)
    client.force_login(world.tf_a)
    switch = reverse("campaigns:switch")
    assert client.get(switch).status_code == 405
    response = client.post(switch, {"campaign": world.other.pk, "next": "/parks/"})
    assert response["Location"] == "/parks/"
    page = client.get("/parks/").content.decode()
    assert "丙园" in page and "甲园" not in page
    client.force_login(world.tf_b)
    for foreign in (world.other.pk, "", "x", 10**30):
        assert client.post(switch, {"campaign": foreign}).status_code == 404


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/hazards/12/", "javascript:1", ""]
)
def test_switch_leads_nowhere_strange(world, client, target):
    client.force_login(world.lead)
    response = client.post(reverse("campaigns:switch"), {"campaign": world.campaign.pk, "next": target})
    assert response["Location"] == "/"
