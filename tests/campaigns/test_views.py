"""Task-force table and the choice of campaign."""

import pytest
from django.urls import reverse

from campaigns.models import TaskForceMember
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
