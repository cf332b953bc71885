"""What looks the same as a hazard being entered: found for whoever may see it, and never in the way."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from hazards import actions
from hazards.duplicates import MOST, Wording, likely_same, twins_of
from hazards.models import Hazard
from hazards.queries import hazards_for
from tests.factories import EnterpriseFactory, HazardFactory
from tests.hazards.test_actions import finding
from tests.hazards.test_forms import body, post

LIKELY = reverse("hazards:likely")
TEXT = "安全出口被纸箱堵塞"


def logged(world, **changes):
    facts = {
        "task_force": world.task_force_a,
        "category": world.category,
        "enterprise": world.enterprise_a,
        "place": "5号楼1层东侧",
        "description": "5号楼1层安全出口被纸箱、木板堵塞",
        "found_on": date(2021, 9, 10),
    }
    return HazardFactory(**(facts | changes))


def closed(world, **changes):
    facts = {"status": "closed", "accepted_by": world.lead, "closed_on": date(2021, 9, 12)}
    return logged(world, **(facts | changes))


def found(world, person, wording, **options):
    alike = likely_same(hazards_for(person), world.campaign, world.park_a, wording, **options)
    return [one.hazard for one in alike]


def ask(client, world, user, **changes):
    client.force_login(user)
    data = {
        "campaign": world.campaign.pk,
        "park": world.park_a.pk,
        "enterprise": world.enterprise_a.pk,
        "place": "5号楼1层",
        "description": TEXT,
    }
    return client.post(LIKELY, data | changes)


def test_the_same_trouble_in_other_words_is_found(world):
    twin = logged(world)
    logged(world, description="配电箱没有漏电保护器")
    assert found(world, world.tf_a, Wording(TEXT, "5号楼1层", world.enterprise_a)) == [twin]


@pytest.mark.parametrize(
    "changes",
    [
        {"found_on": date(2021, 9, 15) - timedelta(days=91)},
        {"status": "void"},
        {"description": "消防设施损坏"},
    ],
    ids=["long ago", "void", "other words"],
)
def test_what_cannot_be_the_same_is_not_shown(world, changes):
    logged(world, **changes)
    assert found(world, world.tf_a, Wording(TEXT, "5号楼1层", world.enterprise_a)) == []


def test_the_same_trouble_at_a_neighbour_is_another_hazard(world):
    logged(world)
    neighbour = EnterpriseFactory(park=world.park_a)
    assert found(world, world.tf_a, Wording(TEXT, "5号楼1层", neighbour)) == []


@pytest.mark.parametrize(
    ("place", "same"),
    [("5号楼", True), ("1层", True), ("东侧走廊", True), ("6号楼1层", False), ("5号楼3层东侧", False)],
)
def test_numbers_of_buildings_and_floors_tell_places_apart(world, place, same):
    twin = logged(world)
    assert found(world, world.tf_a, Wording(TEXT, place, world.enterprise_a)) == ([twin] if same else [])


def test_without_enterprise_or_place_more_words_must_agree(world):
    twin = logged(world, enterprise=None, place="库房")
    assert found(world, world.tf_a, Wording("安全出口被纸箱、木板堵塞", "二楼")) == [twin]
    assert found(world, world.tf_a, Wording("安全出口没有应急照明，门向内开，标志灯损坏", "二楼")) == []


def test_of_a_few_characters_nothing_is_said(world):
    logged(world, description="灭火器过期")
    assert found(world, world.tf_a, Wording("灭火器", "5号楼1层", world.enterprise_a)) == []


def test_a_long_text_is_found_by_its_short_summary(world):
    twin = logged(world, description="检查时发现" + TEXT + "，" + "现场负责人承诺立即清理并加强巡查" * 20)
    assert found(world, world.tf_a, Wording(TEXT, "5号楼1层", world.enterprise_a)) == [twin]


def test_open_ones_come_before_closed_ones_and_five_at_most(world):
    for _ in range(4):
        closed(world)
    opened = [logged(world) for _ in range(3)]
    shown = found(world, world.tf_a, Wording(TEXT, "5号楼1层", world.enterprise_a))
    assert len(shown) == MOST and set(shown[:3]) == set(opened)
    assert {one.status for one in shown[3:]} == {"closed"}


def test_the_hint_offers_the_way_to_the_open_one_and_recurrence_of_the_closed_one(client, world):
    opened, back = logged(world), closed(world)
    page = ask(client, world, world.tf_a).content.decode()
    assert f'href="/hazards/{opened.pk}/">就是这一条' in page
    assert f'data-recurs="{back.number}">又出现了（回潮）' in page and "2021-09-12 销号" in page
    assert "不是，继续上报" in page


def test_what_was_said_to_be_another_is_not_shown_again(client, world):
    first, second = logged(world), logged(world)
    page = ask(client, world, world.tf_a, not_same=[first.number]).content.decode()
    assert first.number not in page and second.number in page
    assert (
        ask(client, world, world.tf_a, not_same=[first.number, second.number, "\x00"]).content.strip() == b""
    )


@pytest.mark.parametrize(
    ("person", "sees"),
    [("tf_a", True), ("lead", True), ("dept_xincheng", True), ("operator_a", True), ("dept_xiaofang", False),
     ("tf_b", False), ("other_tf", False), ("leader", False)],
)  # fmt: skip
def test_only_those_who_may_see_and_report_there_get_a_hint(client, world, person, sees):
    twin = logged(world)
    data = {} if person != "other_tf" else {"campaign": world.other.pk}
    page = ask(client, world, getattr(world, person), **data).content.decode()
    assert (twin.number in page) is sees


def test_damaged_input_gives_no_hint_and_no_error(client, world):
    logged(world)
    for changes in (
        {"park": "x"},
        {"enterprise": "x" * 50},
        {"description": "堵" * 100_000},
        {"description": ""},
        {"place": "\x00"},
    ):
        assert ask(client, world, world.tf_a, **changes).status_code == 200, changes


def test_a_full_park_asks_the_database_no_more_often(client, world, django_assert_max_num_queries):
    HazardFactory.create_batch(60, task_force=world.task_force_a, category=world.category, description=TEXT)
    with django_assert_max_num_queries(45):
        ask(client, world, world.tf_a, enterprise="")


# --- recurrence -------------------------------------------------------------------------------------------


def test_a_recurrence_points_at_the_closed_one(client, world):
    back = closed(world)
    response = post(client, world.tf_a, body(world, recurs=back.number))
    assert response.status_code == 302
    assert Hazard.objects.latest("id").recurs == back


def test_a_recurrence_of_what_is_hidden_or_open_is_refused_with_everything_kept(client, world):
    opened = logged(world)
    elsewhere = closed(world, task_force=world.task_force_b, enterprise=world.enterprise_b)
    for number in (opened.number, elsewhere.number, "没有这个编号"):
        response = post(client, world.tf_a, body(world, recurs=number))
        page = response.content.decode()
        assert response.status_code == 400 and "没有找到这条已销号的隐患" in page and number in page
        assert "通道被纸箱堵住" in page
    assert Hazard.objects.count() == 2


@pytest.mark.parametrize(
    ("of", "found_on", "words"),
    [
        ("open", date(2021, 9, 15), "尚未销号"),
        ("closed", date(2021, 9, 11), "早于"),
        ("park_b", date(2021, 9, 15), "同一园区"),
    ],
)
def test_the_verb_checks_a_recurrence_whatever_the_page_says(world, of, found_on, words):
    before = {
        "open": lambda: logged(world),
        "closed": lambda: closed(world),
        "park_b": lambda: closed(world, task_force=world.task_force_b, enterprise=world.enterprise_b),
    }[of]()
    with pytest.raises(ValidationError) as fault:
        actions.report(world.campaign, finding(world, recurs=before, found_on=found_on), by=world.lead)
    assert words in fault.value.message_dict["recurs"][0]
    assert Hazard.objects.count() == 1


def test_nobody_links_to_what_they_may_not_see(world):
    hidden = closed(world, responsible_department=world.jingfa)
    with pytest.raises(ValidationError) as fault:
        actions.report(
            world.campaign, finding(world, recurs=hidden, found_on=date(2021, 9, 15)), by=world.dept_xiaofang
        )
    assert fault.value.message_dict == {"recurs": ["没有找到要关联的原隐患，请重新选择"]}


def test_the_api_takes_clause_and_recurrence(client, world):
    back, opened = closed(world), logged(world)
    client.force_login(world.tf_a)
    data = {
        "park": world.park_a.pk, "place": "5号楼", "description": TEXT, "category": world.category.pk,
        "level": "major", "clause": "令第10号第三条", "recurs": back.pk,
    }  # fmt: skip
    answer = client.post("/api/v1/hazards/", data, content_type="application/json")
    assert answer.status_code == 201, answer.content
    hazard = Hazard.objects.latest("id")
    assert (hazard.clause, hazard.recurs) == ("令第10号第三条", back)
    answer = client.post("/api/v1/hazards/", data | {"recurs": opened.pk}, content_type="application/json")
    assert answer.status_code == 400 and "尚未销号" in str(answer.json()["errors"]["recurs"])
    answer = client.post("/api/v1/hazards/", data | {"level": "general"}, content_type="application/json")
    assert answer.status_code == 400 and "只用于重大隐患" in str(answer.json()["errors"]["clause"])


# --- merging ----------------------------------------------------------------------------------------------


def test_twins_of_a_hazard_leave_itself_out(world):
    one, other = logged(world), logged(world)
    assert twins_of(one, hazards_for(world.lead)) == [other]


def merge(client, world, hazard, **data):
    client.force_login(world.lead)
    address = reverse("hazards:act", args=[hazard.pk, "merge"])
    return client.post(address, {"version": hazard.version} | data)


def test_merging_offers_the_twins_to_choose_from(client, world):
    one, other = logged(world), logged(world)
    client.force_login(world.lead)
    page = client.get(reverse("hazards:detail", args=[one.pk])).content.decode()
    assert f"{other.number} 待交办，5号楼1层东侧（甲一纸品厂）：5号楼1层安全出口被纸箱、木板堵塞" in page
    assert merge(client, world, one, twin=other.number).status_code == 302
    one.refresh_from_db()
    assert (one.status, one.same_as) == ("void", other)


def test_merging_by_a_typed_number_still_works_and_two_answers_are_none(client, world):
    one, other, third = logged(world), logged(world), logged(world, description="配电箱没有漏电保护器")
    page = merge(client, world, one, twin=other.number, same_as=third.number).content.decode()
    assert "已选择" in page and "请清空这里" in page
    assert "请选择或填写要保留的隐患编号" in merge(client, world, one, twin="").content.decode()
    one.refresh_from_db()
    assert one.status == "reported" and not one.changes.exists()
    assert merge(client, world, one, same_as=f" {third.number.lower()} ").status_code == 302
    one.refresh_from_db()
    assert one.same_as == third
