"""A campaign of one's own: empty, from a preset, copied from one that one leads; also in another place."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.enums import Role
from accounts.models import AuditEntry
from campaigns.actions import load_plan
from campaigns.enums import Counting
from campaigns.models import Campaign, Occurrence, TaskForce
from campaigns.plan import known_plans, read_plan
from parks.models import Department, Park
from tests import factories

NEW = reverse("campaigns:new")
P0 = "longgang-2021"
FILLED = {"name": "测试攻坚行动", "number_prefix": "cs1", "starts_on": "2022-03-01"}


@pytest.fixture
def bureau(db):
    """A lead bureau of its own region, with one person."""
    region = factories.RegionFactory(name="某县")
    return factories.DepartmentFactory(name="县安全生产委员会办公室", short_name="县安委办", region=region)


@pytest.fixture
def client(client, bureau):
    client.force_login(factories.member(Role.LEAD, department=bureau, username="qiantou"))
    return client


def create(client, source="", **values):
    lead = Department.objects.get(name=values.pop("lead", "县安全生产委员会办公室"))
    data = FILLED | {"source": source, "lead": lead.pk} | values
    return client.post(NEW, data, follow=True)


def made():
    return Campaign.objects.get(number_prefix="CS1")


def test_a_bureau_without_campaigns_is_led_here(client):
    assert f'href="{NEW}"' in client.get("/").content.decode()
    assert client.get(reverse("campaigns:setup"))["Location"] == NEW


def test_what_one_can_begin_with_is_offered(client):
    page = client.get(NEW)
    values = [one.value for one in page.context["sources"]]
    assert values == ["", *(f"preset:{slug}" for slug in known_plans())]
    page = client.get(NEW, {"source": f"preset:{P0}"})
    assert page.context["form"]["starts_on"].value() == date(2021, 7, 1)


def test_an_empty_one_owes_a_weekly_report(client, bureau):
    page = create(client, ends_on="2022-04-30")
    campaign = made()
    assert page.redirect_chain == [(reverse("campaigns:setup"), 302)]
    assert [part.label for part in page.context["lacking"]] == ["整治内容", "专班"]
    # The lead is told where parks come from, not sent to itself.
    assert "去方案设置" in client.get(reverse("hazards:report")).content.decode()
    assert page.context["campaign"] == campaign, "the person works in the new campaign now"
    assert (campaign.lead_department, campaign.starts_on) == (bureau, date(2022, 3, 1))
    assert [row.department for row in campaign.unit_rows.all()] == [bureau]
    # 2022-03-01 is a Tuesday: nine weeks touch the two months.
    assert Occurrence.objects.filter(campaign=campaign, department=bureau).count() == 9
    entry = AuditEntry.objects.filter(act="新建行动").get()
    assert entry.detail["source"] == "empty" and entry.user.username == "qiantou"


@pytest.mark.parametrize("slug", known_plans())
def test_every_preset_is_copied_under_ones_own_lead(client, bureau, slug):
    plan = read_plan(slug)
    page = create(client, f"preset:{slug}", with_parks="on")
    assert page.status_code == 200, page.context["form"].errors
    campaign = made()
    assert campaign.lead_department == bureau
    assert campaign.slug != slug and not Campaign.objects.filter(slug=slug).exists()
    assert campaign.phases.count() == len(plan.phases)
    assert campaign.measures.count() == sum(len(row.measures) for row in plan.categories)
    assert campaign.work_items.count() == len(plan.work_items)
    assert campaign.task_forces.count() == len(plan.parks)
    assert set(campaign.task_forces.values_list("park__region__name", flat=True)) <= {"某县"}
    members = campaign.unit_rows.exclude(department=bureau)
    assert set(members.values_list("department__region__name", flat=True)) <= {"某县"}
    assert not Department.objects.filter(name=plan.lead.name).exists(), "its place is the new lead's"
    text = page.content.decode()
    assert "已新建" in text and f"{page.context['open_count']}处" in text


def test_dates_move_by_whole_months(client):
    create(client, f"preset:{P0}", with_parks="on")
    campaign = made()
    original = [measure.deadline for category in read_plan(P0).categories for measure in category.measures]
    assert original[0] not in set(campaign.measures.values_list("raw_deadline", flat=True))
    assert campaign.starts_on == date(2022, 3, 1)
    assert campaign.ends_on == date(2022, 8, 31)
    dated = campaign.measures.exclude(due_on=None)
    assert all(date(2022, 3, 1) <= day <= date(2022, 8, 31) for day in dated.values_list("due_on", flat=True))


def test_another_end_does_not_reread_the_deadlines(client):
    create(client, f"preset:{P0}", starts_on="2021-07-01", ends_on="2023-12-31")
    theirs = made().measures.order_by("category__order", "order").values_list("due_on", flat=True)
    original = load_plan(read_plan(P0)).campaign
    assert made().ends_on == date(2023, 12, 31)
    assert list(theirs) == list(
        original.measures.order_by("category__order", "order").values_list("due_on", flat=True)
    )


def test_parks_may_stay_behind(client):
    create(client, f"preset:{P0}")
    assert not made().task_forces.exists() and not Park.objects.exists()


def test_in_the_plans_own_place_everything_is_shared(client, db):
    first = load_plan(read_plan(P0)).campaign
    units, parks = Department.objects.count(), Park.objects.count()
    person = factories.member(Role.LEAD, department=first.lead_department, username="jingfa")
    client.force_login(person)
    page = create(client, f"preset:{P0}", lead=first.lead_department.name, with_parks="on")
    assert (Department.objects.count(), Park.objects.count()) == (units, parks)
    assert made().lead_department == first.lead_department
    assert "沿用了已登记的" in page.content.decode()


def test_a_member_of_the_plan_takes_the_lead_and_the_lead_stays_a_member(client, db):
    first = load_plan(read_plan(P0)).campaign
    fire = Department.objects.get(name="市应急管理局")
    client.force_login(factories.member(Role.LEAD, department=fire, username="yingji"))
    create(client, f"preset:{P0}", lead=fire.name, with_parks="on")
    campaign = made()
    assert campaign.lead_department == fire
    assert set(campaign.unit_rows.values_list("department", flat=True)) == set(
        first.unit_rows.values_list("department", flat=True)
    )
    assert TaskForce.objects.filter(campaign=campaign, department=fire).count() == 2


def test_ones_own_campaign_is_copied_without_people(client, world):
    client.force_login(world.lead)
    world.task_force_a.leader = "张三"
    world.task_force_a.save()
    page = create(client, f"campaign:{world.campaign.pk}", lead="市经济发展局", with_parks="on")
    assert page.status_code == 200
    campaign = made()
    assert campaign.lead_department == world.lead_department
    assert set(campaign.task_forces.values_list("park", flat=True)) == {world.park_a.pk, world.park_b.pk}
    assert not campaign.task_forces.exclude(leader="").exists()
    assert campaign.categories.count() == 2
    assert world.campaign.categories.count() == 2


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"name": ""}, "name", "请填写行动名称"),
        ({"number_prefix": "zy"}, "number_prefix", "已被另一个行动使用"),
        ({"number_prefix": "安全"}, "number_prefix", "字母"),
        ({"starts_on": ""}, "starts_on", "请填写开始日期"),
        ({"starts_on": "1900-01-01"}, "starts_on", "不合常理"),
        ({"ends_on": "2022-01-01"}, "ends_on", "不能早于"),
        ({"ends_on": "2040-01-01"}, "ends_on", "超过10年"),
        ({"ends_on": ""}, "ends_on", "请填写结束日期"),
        ({"lead": "别的局"}, "lead", "您牵头的单位"),
    ],
)
def test_faults_stand_next_to_their_fields_and_nothing_is_made(client, values, field, words):
    factories.CampaignFactory(number_prefix="ZY")
    factories.DepartmentFactory(name="别的局")
    page = create(client, **({"ends_on": "2022-06-30"} | values))
    assert page.status_code == 422
    assert words in "".join(page.context["form"].errors[field])
    assert Campaign.objects.count() == 1
    if field != "name":
        assert FILLED["name"] in page.content.decode()


def test_only_ones_own_campaigns_and_known_presets(client, world):
    for source in (f"campaign:{world.other.pk}", "preset:../x", "preset:", "x"):
        assert client.get(NEW, {"source": source}).status_code == 404
        assert create(client, source).status_code == 404


@pytest.mark.parametrize("who", ["leader", "dept_xincheng", "tf_a", "operator_a", "system_admin", "auditor"])
def test_only_lead_bureaus_make_campaigns(client, world, who):
    client.force_login(getattr(world, who))
    assert client.get(NEW).status_code == 403
    assert client.post(NEW, FILLED).status_code == 403


def test_counties_of_a_plan_used_elsewhere_report_their_own_records(client, bureau):
    """There all its units lie in one region, which ten of them would report."""
    create(client, "preset:taizhou-2019")
    rows = made().unit_rows.select_related("department__region")
    assert {row.department.region for row in rows} == {bureau.region}
    assert {row.counting for row in rows} == {Counting.OWN}
