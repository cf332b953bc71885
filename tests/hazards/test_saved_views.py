"""我的视图: kept under a name, opened, made the default, renamed, deleted, taken back; each person's own."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse

from hazards.models import SavedView
from hazards.saved import actions as acts
from hazards.saved.words import normal
from tests.factories import HazardFactory

LIST, VIEWS = reverse("hazards:list"), reverse("hazards:views")


def keep(client, name="本周要催的", query="light=red&sort=due_on", **more):
    return client.post(VIEWS, {"name": name, "query": query, **more})


def change(client, view, do, **more):
    return client.post(reverse("hazards:view", args=[view.pk]), {"do": do, **more})


def chip(client, **params):
    return {one.name: one.active for one in client.get(reverse("hazards:tabs"), params).context["views"]}


@pytest.fixture
def lead(client, world):
    client.force_login(world.lead)
    return world.lead


def test_a_view_is_kept_and_opened(client, world, lead):
    HazardFactory(task_force=world.task_force_a, number="LG-1", level="major")
    HazardFactory(task_force=world.task_force_a, number="LG-2")
    answer = keep(client, query="level=major&cursor=abc&nonsense=1&q=&sort=-found_on")
    view = SavedView.objects.get()
    assert (view.user, view.campaign, view.query) == (lead, world.campaign, "level=major")
    assert answer.url == f"{LIST}?level=major&view={view.pk}"
    page = client.get(answer.url)
    assert [row.number for row in page.context["rows"]] == ["LG-1"]
    assert chip(client, level="major", view=view.pk) == {"本周要催的": True}
    assert chip(client, level="general") == {"本周要催的": False}


def test_what_is_about_to_be_kept_is_said(client, world, lead):
    page = client.get(VIEWS, {"level": "major", "status": ["reported", "closed"], "park": world.park_a.pk})
    assert f"条件：园区：{world.park_a.name}；等级：重大；状态：待交办、已销号" in page.content.decode()
    assert "条件：全部隐患" in client.get(VIEWS, {"cursor": "x"}).content.decode()


def test_repeated_values_and_order_are_kept():
    assert normal("sort=due_on&status=reported&status=closed&level=major") == (
        "level=major&status=reported&status=closed&sort=due_on"
    )


@pytest.mark.parametrize(
    ("name", "query", "message"),
    [
        ("", "level=major", "请填写视图名称"),
        ("\u3000 ", "level=major", "请填写视图名称"),
        ("长" * 31, "level=major", "名称最多 30 字，现有 31 字"),
        ("甲\x00", "level=major", "不能保存的字符"),
        ("甲", "q=" + "x" * 1001, "筛选条件过长（最多 1000 字符）"),
        ("本周要催的", "level=major", "已有名为“本周要催的”的视图"),
    ],
)
def test_bad_input_is_said_and_stays_in_the_form(client, world, lead, name, query, message):
    acts.save_view(lead, world.campaign, name="本周要催的", query="light=red")
    page = keep(client, name, query)
    said = page.content.decode()
    assert page.status_code == 422 and message in said
    assert page.context["given"]["name"] == name and page.context["given"]["query"] == normal(query)
    assert SavedView.objects.count() == 1


def test_twenty_are_enough(client, world, lead):
    for number in range(20):
        acts.save_view(lead, world.campaign, name=f"视图{number}", query="")
    page = keep(client)
    assert page.status_code == 422 and "每人最多保存 20 个视图" in page.content.decode()
    assert SavedView.objects.count() == 20


def test_the_default_opens_and_can_be_left(client, world, lead):
    keep(client, is_default="1")
    keep(client, "另一个", "level=major", is_default="1")
    one, two = SavedView.objects.get(name="本周要催的"), SavedView.objects.get(name="另一个")
    assert (one.is_default, two.is_default) == (False, True)
    assert client.get(LIST).url == f"{LIST}?level=major&view={two.pk}"
    assert client.get(LIST, {"view": "all"}).status_code == 200
    assert client.get(LIST, {"light": "red"}).status_code == 200
    everything = next(
        tab for tab in client.get(LIST, {"level": "major"}).context["tabs"] if not tab["params"]
    )
    assert client.get(client.get(LIST, {"view": "all"}).context["tabs"][-1]["url"]).status_code == 200
    assert "level=major" in everything["url"]
    change(client, one, "default")
    assert client.get(LIST).url.endswith(f"view={one.pk}")
    change(client, one, "plain")
    assert client.get(LIST).status_code == 200


def test_a_default_of_everything_does_not_run_in_circles(client, world, lead):
    keep(client, "全部", "", is_default="1")
    assert client.get(client.get(LIST).url).status_code == 200


def test_renamed(client, world, lead):
    keep(client), keep(client, "另一个")
    view = SavedView.objects.get(name="另一个")
    page = change(client, view, "rename", name="本周要催的")
    assert page.status_code == 422 and "已有名为“本周要催的”的视图" in page.content.decode()
    assert page.context["rows"][0]["name"] == "本周要催的"
    assert change(client, view, "rename", name=" 督办 的 ").status_code == 302
    view.refresh_from_db()
    assert view.name == "督办 的"


def test_deleted_and_taken_back(client, world, lead):
    keep(client, is_default="1")
    view = SavedView.objects.get()
    change(client, view, "delete")
    assert not SavedView.objects.exists()
    assert "已删除视图“本周要催的”" in client.get(VIEWS).content.decode()
    client.post(reverse("hazards:views_restore"))
    again = SavedView.objects.get()
    assert (again.name, again.query, again.is_default) == (view.name, view.query, True)
    assert "已删除视图" not in client.get(VIEWS).content.decode()
    client.post(reverse("hazards:views_restore"))
    assert SavedView.objects.count() == 1


@pytest.mark.parametrize("do", ["rename", "default", "plain", "delete", "explode"])
def test_anothers_view_is_not_found(client, world, do):
    theirs = acts.save_view(world.lead_2, world.campaign, name="别人的", query="level=major")
    elsewhere = acts.save_view(world.lead, world.task_force_c.campaign, name="外面的", query="")
    client.force_login(world.lead)
    for view in (theirs, elsewhere):
        assert change(client, view, do, name="拿来").status_code == 404
        view.refresh_from_db()
        assert not view.is_default and view.name in ("别人的", "外面的")
    assert chip(client) == {}
    assert "别人的" not in client.get(VIEWS).content.decode()
    assert "别人的" not in client.get(LIST, {"view": theirs.pk, "nonsense": "1"}).content.decode()


def test_what_is_outdated_is_said_and_left_out(client, world, lead):
    HazardFactory(task_force=world.task_force_a, number="LG-1", level="major")
    view = SavedView.objects.create(
        user=lead, campaign=world.campaign, name="旧的", query="park=99999&level=major&colour=red"
    )
    page = client.get(f"{LIST}?{view.query}&view={view.pk}")
    said = page.content.decode()
    assert "视图“旧的”中有的条件已失效" in said and "园区、colour" in said
    assert [row.number for row in page.context["rows"]] == ["LG-1"]
    assert "已失效" not in client.get(LIST, {"level": "major", "view": view.pk + 1}).content.decode()
    assert "已失效" not in client.get(LIST, {"view": "9" * 40}).content.decode()


@pytest.mark.django_db(transaction=True)
def test_two_tabs_make_no_twenty_first(world):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer")
    for number in range(19):
        acts.save_view(world.lead, world.campaign, name=f"视图{number}", query="")
    refused = []

    def save(name):
        try:
            acts.save_view(world.lead, world.campaign, name=name, query="")
        except ValidationError as fault:
            refused.append(fault.messages)
        finally:
            connection.close()

    threads = [threading.Thread(target=save, args=[f"同时{n}"]) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert SavedView.objects.count() == 20 and len(refused) == 2
