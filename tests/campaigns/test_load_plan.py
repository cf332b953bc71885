"""The Longgang plan as data, and what loading it twice does and leaves alone."""

import threading
from collections import Counter
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections

from campaigns.actions import load_plan
from campaigns.enums import Counting, UnitKind
from campaigns.models import Campaign, CampaignUnit, Category, Phase, TaskForce
from campaigns.new.copying import plan_of
from campaigns.plan import PlanError, known_plans, parse_plan, read_plan
from campaigns.queries import find_units, units_of
from parks.models import Department, DepartmentAlias, Park, Region, Site
from reports.layouts import FORMS
from reports.series import units_owing
from tests import factories
from tests.campaigns.plans import copy_of

SLUG = "longgang-2021"
TABLES = (Region, Department, DepartmentAlias, Campaign, CampaignUnit, Phase, Category, Park, Site, TaskForce)
VARIANTS = {
    "市自然资源和规划局": [
        "自然资源与规划建设局",
        "自然资源和规划局",
        "市自然资源与规划建设局",
        "市自然资源和规划局",
    ],
    "市综合行政执法局": ["行政执法局", "综合行政执法局", "市行政执法局", "市综合行政执法局"],
    "市市场监督管理局": ["市场监督局", "市市场监督局", "市场监督管理局", "市市场监督管理局"],
    "市新城开发建设中心": [
        "新城建设服务中心",
        "市新城建设服务中心",
        "新城开发建设中心",
        " 市新城开发建设中心\u3000",
    ],
    "市经济发展局": ["经济发展局", "市经济发展局", "经发局"],
    "市应急管理局": ["应急管理局", "应急局"],
    "市消防救援大队": ["消防救援大队", "消防大队"],
    "市供电局": ["供电局"],
}


@pytest.fixture
def campaign(db) -> Campaign:
    return load_plan(read_plan(SLUG)).campaign


def content():
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in TABLES}


def test_twenty_parks_under_five_units(campaign):
    rows = campaign.task_forces.order_by("order").values_list("order", "department__name")
    assert [order for order, _ in rows] == list(range(1, 21))
    assert list(Counter(unit for _, unit in rows).items()) == [
        ("市新城开发建设中心", 10),
        ("市经济发展局", 5),
        ("市自然资源和规划局", 2),
        ("市综合行政执法局", 1),
        ("市应急管理局", 2),
    ]


def test_heading_units_and_assessor(campaign):
    assert campaign.issued_on == date(2021, 6, 28)
    assert (campaign.starts_on, campaign.ends_on) == (date(2021, 7, 1), date(2021, 12, 31))
    assert (campaign.number_prefix, campaign.week_cutoff, campaign.clock) == ("LG", 7, None)
    assert campaign.lead_department.name == "市经济发展局"
    members = campaign.unit_rows.filter(kind=UnitKind.MEMBER)
    assert {row.department.name for row in members} == set(VARIANTS)
    assert {unit.name for unit in units_owing(campaign, FORMS["weekly"])} == set(VARIANTS)
    assessor = campaign.unit_rows.get(kind=UnitKind.ASSESSOR)
    assert assessor.department.name == "市考绩部门"
    assert assessor.department not in units_of(campaign)


@pytest.mark.parametrize(("unit", "name"), [(unit, name) for unit in VARIANTS for name in VARIANTS[unit]])
def test_every_name_of_a_unit_means_that_unit(campaign, unit, name):
    assert [found.name for found in find_units(campaign, name)] == [unit]


@pytest.mark.parametrize("name", ["规划局", "市场局", "新城", "市公安局", ""])
def test_unknown_names_are_not_guessed(campaign, name):
    assert find_units(campaign, name) == []


def test_near_names_stay_apart_and_sites_stay_in_one_park(campaign):
    names = set(Park.objects.values_list("name", flat=True))
    assert {"世纪科技创业园", "世纪小微园", "新雅（一期）", "新雅（二期）"} <= names
    sites = {
        name: list(Site.objects.filter(park__name=name).values_list("name", flat=True)) for name in names
    }
    assert {name: rows for name, rows in sites.items() if rows} == {
        "纺织产业园（一、二期）": ["一期", "二期"],
        "仪邦小微园（龙金大道、世纪大道）": ["龙金大道", "世纪大道"],
    }


def test_phases_keep_the_wording_and_flag_impossible_dates(campaign):
    rows = campaign.phases.values_list("raw_dates", "starts_on", "ends_on", "needs_confirmation")
    assert list(rows) == [
        ("2021年7月10日前", None, date(2021, 7, 10), False),
        ("2021年7月1日至9月31日", date(2021, 7, 1), date(2021, 9, 30), True),
        ("2021年10月1日至11月30日", date(2021, 10, 1), date(2021, 11, 30), False),
        ("2021月12月开始", date(2021, 12, 1), None, True),
    ]


def test_eight_kinds_of_hazard_with_short_names(campaign):
    categories = list(campaign.categories.all())
    assert len(categories) == 8
    assert categories[4].name == "易燃易爆品、危化品规范化管理待加强"
    assert all(category.short_name for category in categories)


def test_no_person_comes_with_the_plan(campaign):
    assert not Park.objects.exclude(contact_name="", contact_phone="").exists()
    assert not TaskForce.objects.exclude(leader="", owner="", liaison="", phone="").exists()


def test_second_load_changes_nothing(campaign):
    before = content()
    report = load_plan(read_plan(SLUG))
    assert not report.created
    assert content() == before


def test_what_a_person_edited_is_kept(campaign):
    Phase.objects.filter(order=2).update(ends_on=date(2021, 9, 28), needs_confirmation=False)
    Park.objects.filter(name="龙诚小微园").update(name="龙诚创业园", name_key="龙诚创业园")
    Department.objects.filter(name="市供电局").update(name="市供电公司", name_key="市供电公司")
    Category.objects.filter(order=4).update(name="乱停车")
    TaskForce.objects.filter(order=12).update(department=Department.objects.get(name="市应急管理局"))
    Campaign.objects.update(name="改过的名称", week_cutoff=5)
    before = content()
    report = load_plan(read_plan(SLUG))
    assert content() == before
    assert not any("排查整治" in question for question in report.questions)
    assert any("巩固提升" in question for question in report.questions)


def test_missing_rows_are_completed(campaign):
    Phase.objects.filter(order=3).delete()
    report = load_plan(read_plan(SLUG))
    assert dict(report.created) == {"阶段": 1}


def test_units_and_parks_already_there_are_shared(db):
    region = Region.objects.create(
        name="龙港市",
        parent=Region.objects.create(name="温州市", parent=Region.objects.create(name="浙江省")),
    )
    unit = factories.DepartmentFactory(name="龙港市行政执法局", region=region)
    park = factories.ParkFactory(name="世纪小微园", region=region)
    campaign = load_plan(read_plan(SLUG)).campaign
    assert find_units(campaign, "综合行政执法局") == [unit]
    assert campaign.task_forces.get(order=20).park == park
    assert Park.objects.count() == 20


def test_command_says_what_was_made_and_what_to_confirm(db, capsys):
    call_command("load_plan", SLUG)
    said = capsys.readouterr().out
    assert "园区 20" in said
    assert "9月没有31日" in said
    call_command("load_plan", SLUG)
    assert "新建：无" in capsys.readouterr().out


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one writer in at a time anyway")
@pytest.mark.django_db(transaction=True)
def test_two_loads_at_once_make_one_campaign():
    """The regions of a fresh database are what two loads would both miss."""
    ready, reports = threading.Barrier(3), []

    def run():
        try:
            ready.wait()
            reports.append(load_plan(read_plan(SLUG)))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(bool(report.created) for report in reports) == [False, False, True]
    assert Campaign.objects.count() == 1
    assert Region.objects.count() == 3
    assert Park.objects.count() == 20


def test_help_names_the_plans(capsys):
    with pytest.raises(SystemExit):
        call_command("load_plan", "--help")
    said = "".join(capsys.readouterr().out.split())
    assert all(slug in said for slug in known_plans())


def test_unknown_plan_lists_the_known_ones(db):
    with pytest.raises(CommandError, match=SLUG):
        call_command("load_plan", "nowhere")


def test_list(db, capsys):
    call_command("load_plan", "--list")
    assert SLUG in capsys.readouterr().out
    assert not Campaign.objects.exists()


@pytest.mark.parametrize("slug", known_plans())
def test_every_plan_that_comes_with_the_product_loads(db, slug):
    assert load_plan(read_plan(slug)).campaign.slug == slug


def heading():
    return {
        "slug": "x",
        "name": "甲",
        "number_prefix": "X",
        "starts_on": date(2021, 1, 1),
        "ends_on": date(2021, 2, 1),
    }


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"units": [{"name": "甲局"}]}, "牵头单位"),
        ({"units": [{"name": "甲局", "lead": True}, {"name": "乙局", "aliases": ["甲局"]}]}, "同时属于"),
        ({"parks": [{"name": "园", "unit": "丙局"}]}, "丙局"),
        ({"parks": [{"name": "园", "unit": "甲局"}, {"name": "园 ", "unit": "甲局"}]}, "重复"),
        ({"parks": [{"name": "园", "unit": "甲局", "phone": "1"}]}, "phone"),
        ({"people": []}, "people"),
        ({"units": [{"name": "甲局", "lead": True, "counting": "all"}]}, "all"),
        ({"units": [{"name": "甲局", "lead": True, "counting": "region"}]}, "须写明行政区划"),
        (
            {
                "regions": [{"name": "东县"}],
                "units": [
                    {"name": "甲局", "lead": True, "counting": "region", "region": "东县"},
                    {"name": "乙局", "counting": "typed", "region": "东县"},
                ],
            },
            "“乙局”与“甲局”报送同一行政区域“东县”",
        ),
    ],
)
def test_a_plan_that_contradicts_itself_is_refused(change, message):
    data = {"campaign": heading(), "units": [{"name": "甲局", "lead": True}]}
    assert parse_plan(dict(data), "x").lead.name == "甲局"
    with pytest.raises(PlanError, match=message):
        parse_plan({**data, **change}, "x")


def test_whose_records_a_unit_reports_is_loaded_once(db):
    """What a person chose since then stays, and comes along in a copy."""
    campaign = load_plan(read_plan("taizhou-2019")).campaign
    rows = campaign.unit_rows
    assert rows.filter(counting=Counting.REGION).count() == 10
    rows.filter(department__name="三门县安委办").update(counting=Counting.TYPED)
    assert not load_plan(read_plan("taizhou-2019")).created
    copied = load_plan(copy_of(plan_of(campaign))).campaign
    for one in (campaign, copied):
        assert one.unit_rows.get(department__name="三门县安委办").counting == Counting.TYPED
        assert one.unit_rows.filter(counting=Counting.REGION).count() == 9
