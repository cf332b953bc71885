"""Hazards that hang on a measure of the plan: chosen on report or 交办, shown, filtered, in the API."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from campaigns.models import Category, Measure
from hazards import actions
from hazards.models import Hazard
from tests.hazards import test_api, test_forms
from tests.hazards.test_actions import finding

REPORT = reverse("hazards:report")
OPTIONS = reverse("hazards:measure_options")


def measure(category, order, title):
    return Measure.objects.create(
        campaign=category.campaign, category=category, order=order, title=title, due_on=date(2021, 8, 31)
    )


@pytest.fixture
def plan(world):
    """Two measures for blocked passages, one for charging; one of the other campaign."""
    charging = Category.objects.get(campaign=world.campaign, order=2)
    return {
        "clear": measure(world.category, 1, "拆除占用消防通道的违法建筑"),
        "signs": measure(world.category, 2, "按标准设置消防标识"),
        "charging": measure(charging, 1, "清理飞线充电"),
        "foreign": measure(world.other.categories.get(), 1, "别处的措施"),
    }


# --- reporting ----------------------------------------------------------------------------------------------


def test_the_form_offers_the_plans_measures_by_kind(client, world, plan):
    client.force_login(world.tf_a)
    page = client.get(REPORT).content.decode()
    assert '<optgroup label="消防通道不畅通">' in page and "清理飞线充电" in page
    assert "别处的措施" not in page
    part = client.get(OPTIONS, {"category": world.category.pk}).content.decode()
    assert "拆除占用消防通道" in part and "清理飞线充电" not in part and "optgroup" not in part


def test_a_measure_chosen_before_stays_where_it_fits_the_kind(client, world, plan):
    client.force_login(world.tf_a)
    sent = {"category": world.category.pk, "plan_measure": plan["signs"].pk}
    assert f'<option value="{plan["signs"].pk}" selected>' in client.get(OPTIONS, sent).content.decode()
    for misfit in (plan["charging"].pk, "x"):
        part = client.get(OPTIONS, sent | {"plan_measure": misfit}).content.decode()
        assert "selected" not in part.replace('value="" selected', "") and '<details class="field">' in part


def test_a_campaign_without_measures_asks_nothing(client, world):
    client.force_login(world.tf_a)
    assert "对应管控措施" not in client.get(REPORT).content.decode()


@pytest.mark.parametrize("sent", ["", "x", "99999999999999999999", "1" * 400])
def test_any_address_of_the_options_is_answered(client, world, plan, sent):
    client.force_login(world.tf_a)
    assert client.get(OPTIONS, {"category": sent}).status_code == 200


def test_a_hazard_is_reported_under_a_measure(client, world, plan):
    answer = test_forms.post(client, world.tf_a, test_forms.body(world, plan_measure=plan["clear"].pk))
    assert answer.status_code == 302
    assert Hazard.objects.get().measure == plan["clear"]
    assert "拆除占用消防通道的违法建筑" in client.get(answer.url).content.decode()


@pytest.mark.parametrize(
    ("chosen", "said"),
    [("charging", "不属于该隐患类型"), ("foreign", "已不在方案中"), (None, "已不在方案中")],
)
def test_another_kinds_or_campaigns_measure_is_refused(client, world, plan, chosen, said):
    pk = plan[chosen].pk if chosen else "abc"
    answer = test_forms.post(client, world.tf_a, test_forms.body(world, plan_measure=pk))
    assert answer.status_code == 400 and not Hazard.objects.exists()
    assert said in " ".join(answer.context["form"].errors["plan_measure"])
    assert "通道被纸箱堵住" in answer.content.decode()


def test_the_verb_itself_refuses_a_foreign_measure(world, plan):
    for name in ("charging", "foreign"):
        with pytest.raises(ValidationError) as refused:
            actions.report(world.campaign, finding(world, plan_measure=plan[name]), by=world.tf_a)
        assert list(refused.value.message_dict) == ["plan_measure"]
    assert not Hazard.objects.exists()


# --- assigning ----------------------------------------------------------------------------------------------


def assign(world, hazard, **changes):
    given = {"by": world.lead, "department": world.xiaofang, "due_on": date(2021, 9, 20)}
    return actions.assign(hazard.pk, **given | changes)


def test_assigning_sets_changes_and_keeps_the_measure(world, plan):
    one = actions.report(world.campaign, finding(world), by=world.tf_a)
    two = actions.report(world.campaign, finding(world, plan_measure=plan["clear"]), by=world.tf_a)
    three = actions.report(world.campaign, finding(world, plan_measure=plan["clear"]), by=world.tf_a)
    four = actions.report(world.campaign, finding(world, plan_measure=plan["clear"]), by=world.tf_a)
    assert assign(world, one, plan_measure=plan["signs"]).measure == plan["signs"]
    assert assign(world, two, plan_measure=plan["signs"]).measure == plan["signs"]
    assert assign(world, three, plan_measure=None).measure is None
    assert assign(world, four).measure == plan["clear"]
    said = [hazard.changes.get(action="assign").facts.get("measure") for hazard in (one, two, three, four)]
    assert said == [
        "未选 → 按标准设置消防标识",
        "拆除占用消防通道的违法建筑 → 按标准设置消防标识",
        "拆除占用消防通道的违法建筑 → 未选",
        None,
    ]


def test_assigning_refuses_another_kinds_measure(world, plan):
    hazard = actions.report(world.campaign, finding(world), by=world.tf_a)
    with pytest.raises(ValidationError) as refused:
        assign(world, hazard, plan_measure=plan["charging"])
    assert list(refused.value.message_dict) == ["plan_measure"]
    hazard.refresh_from_db()
    assert hazard.status == "reported" and hazard.measure is None


def test_the_assign_form_proposes_the_reported_measure_and_history_tells_the_change(client, world, plan):
    hazard = actions.report(world.campaign, finding(world, plan_measure=plan["clear"]), by=world.tf_a)
    client.force_login(world.lead)
    page = client.get(reverse("hazards:detail", args=[hazard.pk])).content.decode()
    assert f'<option value="{plan["clear"].pk}" selected>' in page and "清理飞线充电" not in page
    sent = {
        "version": hazard.version,
        "department": world.xiaofang.pk,
        "due_on": "2021-09-20",
        "plan_measure": plan["signs"].pk,
    }
    assert client.post(reverse("hazards:act", args=[hazard.pk, "assign"]), sent).status_code == 302
    page = client.get(reverse("hazards:detail", args=[hazard.pk])).content.decode()
    assert "对应措施：拆除占用消防通道的违法建筑 → 按标准设置消防标识" in page


def test_a_kind_without_measures_has_no_field_when_assigned(client, world):
    hazard = actions.report(world.campaign, finding(world), by=world.tf_a)
    client.force_login(world.lead)
    url = reverse("hazards:detail", args=[hazard.pk])
    assert "对应管控措施" not in client.get(url).content.decode()
    sent = {"version": hazard.version, "department": world.xiaofang.pk, "due_on": "2021-09-20"}
    assert client.post(reverse("hazards:act", args=[hazard.pk, "assign"]), sent).status_code == 302


# --- list and API -------------------------------------------------------------------------------------------


def test_the_list_filters_by_measure_and_says_so(client, world, plan):
    mine = actions.report(world.campaign, finding(world, plan_measure=plan["clear"]), by=world.tf_a)
    actions.report(world.campaign, finding(world), by=world.tf_a)
    client.force_login(world.lead)
    answer = client.get(reverse("hazards:list"), {"measure": plan["clear"].pk})
    assert [row.number for row in answer.context["rows"]] == [mine.number]
    assert "对应措施：拆除占用消防通道的违法建筑" in answer.content.decode()
    foreign = client.get(reverse("hazards:list"), {"measure": plan["foreign"].pk})
    assert len(foreign.context["rows"]) == 2 and "没有这个选项" in foreign.content.decode()


def test_the_filter_shows_nobody_anothers_hazards(client, world, plan):
    actions.report(world.campaign, finding(world, plan_measure=plan["clear"]), by=world.tf_a)
    client.force_login(world.tf_b)
    assert not client.get(reverse("hazards:list"), {"measure": plan["clear"].pk}).context.get("rows")


def test_the_api_takes_and_tells_the_measure(world, plan):
    api = test_api.client_of(world.tf_a)
    made = api.post(test_api.HAZARDS, test_api.body(world, plan_measure=plan["clear"].pk), format="json")
    assert made.status_code == 201
    assert made.json()["plan_measure"] == {"id": plan["clear"].pk, "title": "拆除占用消防通道的违法建筑"}
    none = api.post(test_api.HAZARDS, test_api.body(world), format="json")
    assert none.json()["plan_measure"] is None
    listed = api.get(test_api.HAZARDS, {"measure": plan["clear"].pk}).json()["results"]
    assert [row["id"] for row in listed] == [made.json()["id"]]
    for name in ("charging", "foreign"):
        refused = api.post(test_api.HAZARDS, test_api.body(world, plan_measure=plan[name].pk), format="json")
        assert refused.status_code == 400 and "plan_measure" in refused.json()["errors"]
    assert Hazard.objects.count() == 2


def test_the_api_assigns_with_without_and_off_a_measure(world, plan):
    def assigned(**given):
        hazard = actions.report(world.campaign, finding(world, plan_measure=plan["clear"]), by=world.tf_a)
        sent = {"department": world.xiaofang.pk, "due_on": "2021-09-20"} | given
        answer = test_api.step(world.lead, hazard, "assign", **sent)
        assert answer.status_code == 200, answer.json()
        return answer.json()["plan_measure"]

    assert assigned()["id"] == plan["clear"].pk
    assert assigned(plan_measure=plan["signs"].pk)["id"] == plan["signs"].pk
    assert assigned(plan_measure=None) is None
