"""The five plans that come with the product: what each holds, and that they load by one command each."""

import re
import tomllib
from collections import Counter
from datetime import date, time
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from campaigns.actions import load_plan
from campaigns.enums import Counting, Extra, Rhythm, UnitKind, WorkKind
from campaigns.models import Campaign, Occurrence, TaskForce
from campaigns.plan import PRESETS, known_plans, read_plan
from campaigns.queries import find_units
from parks.enums import ParkKind
from parks.models import Department, Park, Region, Trait

P0, P1, P2 = "longgang-2021", "taizhou-2019", "three-year-2020"
P3, P4 = "zhengyang-2023", "xiaokunshan-2024"
SEEDS = Path(__file__).resolve().parents[3] / "shared" / "seeds"
PROSE = 25

# slug: prefix, days, lead, units, phases, kinds of hazard, measures, places, work items, reports, registers
WHOLE = {
    P0: ("LG", "2021-07-01", "2021-12-31", "市经济发展局", 9, 4, 8, 17, 20, 8, 2, []),
    P1: ("TZ", "2019-10-25", "2020-06-30", "市应急管理局", 19, 3, 14, 15, 10, 19, 5, [Extra.TRAITS]),
    P2: (
        *("SN", "2020-06-01", "2022-12-31", "区发展和改革局", 8, 4, 11, 0, 3, 24, 2),
        [Extra.CHECKUPS, Extra.CONTRACTORS, Extra.PROVISIONS],
    ),
    P3: (
        *("ZY", "2023-05-25", "2023-12-31", "安全生产部", 3, 4, 11, 0, 1, 49, 3),
        [Extra.DOUBLE_REPORT],
    ),
    P4: ("XKS", "2024-02-29", "2024-12-31", "镇安委会办公室", 8, 3, 10, 0, 11, 13, 1, [Extra.DISPOSALS]),
}


def load(slug) -> Campaign:
    return load_plan(read_plan(slug)).campaign


def due_days(campaign, name):
    rows = Occurrence.objects.filter(campaign=campaign, report__name=name)
    return sorted(set(rows.values_list("due_on", flat=True)))


@pytest.mark.parametrize("slug", WHOLE)
def test_what_each_plan_holds(db, slug):
    campaign = load(slug)
    prefix, first, last, lead, *counts, extras = WHOLE[slug]
    assert (campaign.number_prefix, f"{campaign.starts_on}", f"{campaign.ends_on}") == (prefix, first, last)
    assert campaign.lead_department.name == lead
    assert counts == [
        rows.count()
        for rows in (
            *(campaign.unit_rows, campaign.phases, campaign.categories, campaign.measures),
            *(campaign.task_forces, campaign.work_items, campaign.report_duties),
        )
    ]
    assert campaign.extras == extras
    assert campaign.clock is None


def test_the_five_are_all():
    assert set(known_plans()) == set(WHOLE)


@pytest.mark.parametrize("slug", WHOLE)
def test_one_command_on_a_fresh_database_and_again(db, slug):
    first, second = StringIO(), StringIO()
    call_command("load_plan", slug, stdout=first)
    call_command("load_plan", slug, stdout=second)
    assert "到期工作" in first.getvalue()
    assert "需要人工确认" in first.getvalue()
    assert "新建：无" in second.getvalue()
    assert Campaign.objects.get().slug == slug


@pytest.mark.parametrize("slug", WHOLE)
def test_everything_that_falls_due_has_a_holder(db, slug):
    campaign = load(slug)
    for rows in (campaign.measures, campaign.work_items, campaign.report_duties):
        assert not rows.filter(occurrences__isnull=True).exists()


@pytest.mark.parametrize("slug", WHOLE)
def test_every_alias_means_one_unit(db, slug):
    campaign = load(slug)
    for unit in (unit for unit in read_plan(slug).units if unit.kind == UnitKind.MEMBER):
        for name in {unit.name, *unit.aliases} - {""}:
            assert [found.name for found in find_units(campaign, name)] == [unit.name]


@pytest.mark.parametrize("slug", WHOLE)
def test_what_is_open_is_told_and_flagged(db, slug):
    plan = read_plan(slug)
    report = load_plan(plan)
    rows = [*plan.work_items, *plan.reports]
    asked = [row.question for row in rows if row.question]
    assert all(any(question in told for told in report.questions) for question in asked)
    flagged = report.campaign.work_items.filter(needs_confirmation=True)
    assert flagged.count() >= sum(bool(row.question) for row in plan.work_items)
    assert not report.campaign.work_items.filter(needs_confirmation=False).exclude(question="").exists()
    assert set(plan.questions) <= set(report.questions)


def test_five_campaigns_in_one_database_leave_each_other_alone(db):
    """Each loaded among the others holds what it holds alone; only regions are shared."""
    for slug in WHOLE:
        load(slug)
    for slug, (_, _, _, lead, units, *_) in WHOLE.items():
        campaign = Campaign.objects.get(slug=slug)
        assert campaign.lead_department.name == lead
        assert campaign.unit_rows.count() == units
        assert "新建：无" in run(slug)
    assert Region.objects.filter(name="浙江省").count() == 1
    assert Department.objects.count() == sum(units for _, _, _, _, units, *_ in WHOLE.values())
    assert Park.objects.count() == TaskForce.objects.count() == 45
    safety = Department.objects.filter(name="市应急管理局").values_list("region__name", flat=True)
    assert sorted(safety) == ["台州市", "龙港市"]


def run(slug) -> str:
    said = StringIO()
    call_command("load_plan", slug, stdout=said)
    return said.getvalue()


def test_longgang_joint_enforcement_power_cut_and_exit(db):
    campaign = load(P0)
    standing = campaign.work_items.filter(rhythm=Rhythm.STANDING)
    assert [item.title for item in standing] == [
        "联合执法：处置专班提交的重点难点问题",
        "对违规企业停电，直至整改到位",
        "关停清出整改后仍不合格的企业",
    ]
    joint = standing[0].responsibilities
    assert [f"{row.department}" for row in joint.filter(part="responsible")] == ["市经济发展局"]
    assert joint.filter(part="cooperating").count() == 6
    assert {row.department.name for row in standing[1].responsibilities.all()} == {"市供电局"}
    assert campaign.report_duties.filter(name__contains="考绩部门").exists()


def test_taizhou_counties_roll_up_to_the_city(db):
    campaign = load(P1)
    city = Region.objects.get(name="台州市")
    assert dict(city.children.values_list("name", "code")) == {
        "椒江区": "331002",
        "黄岩区": "331003",
        "路桥区": "331004",
        "三门县": "331022",
        "天台县": "331023",
        "仙居县": "331024",
        "温岭市": "331081",
        "临海市": "331082",
        "玉环市": "331083",
        "集聚区": "",
    }
    for task_force in campaign.task_forces.all():
        assert task_force.park.kind == ParkKind.AREA
        assert task_force.park.region == task_force.department.region
        assert task_force.park.region.parent == city
    counting = dict(campaign.unit_rows.values_list("department__region__name", "counting"))
    assert counting == {"台州市": Counting.OWN} | dict.fromkeys(
        city.children.values_list("name", flat=True), Counting.REGION
    )
    assert not [row for row in campaign.unit_rows.all() if row.counting_fault()]


def test_taizhou_schedule(db):
    campaign = load(P1)
    assert due_days(campaign, "分管领导、处室负责人名单") == [date(2019, 10, 28)]
    assert due_days(campaign, "整治方案") == [date(2019, 11, 1)]
    assert due_days(campaign, "工作总结") == [date(2020, 6, 25)]
    weekly = campaign.report_duties.get(form="taizhou-2")
    days = due_days(campaign, weekly.name)
    assert (days[0], days[-1], len(days)) == (date(2019, 11, 1), date(2020, 6, 26), 35)
    assert {day.isoweekday() for day in days} == {5}
    assert weekly.due_time == time(11, 30)
    assert campaign.report_duties.get(form="taizhou-1").due_time == time(11, 30)
    counties = Occurrence.objects.filter(report=weekly).values_list("department__short_name", flat=True)
    assert len(set(counties)) == 10
    texts = Occurrence.objects.filter(report__form="taizhou-3")
    assert len(set(texts.values_list("department", flat=True))) == 8
    assert not texts.filter(department__name="市应急管理局").exists()


def test_taizhou_consultation_supervision_and_notice(db):
    campaign = load(P1)
    rhythms = dict(campaign.work_items.values_list("title", "rhythm"))
    assert rhythms["月会商：召集部门会商研判"] == Rhythm.MONTHLY
    assert rhythms["月督查：督查各地各部门"] == Rhythm.MONTHLY
    assert rhythms["周通报：通报进展和整改进度"] == Rhythm.WEEKLY
    training = campaign.work_items.get(rhythm=Rhythm.THREE_MONTHLY)
    days = sorted(set(training.occurrences.values_list("due_on", flat=True)))
    assert days == [date(2019, 12, 31), date(2020, 3, 31), date(2020, 6, 30)]
    assert Trait.objects.count() == 11


def test_three_years_evaluation_drill_and_reports(db):
    campaign = load(P2)
    dues = Occurrence.objects.filter(campaign=campaign)
    evaluation = dues.filter(item__kind=WorkKind.EVALUATION)
    assert Counter(evaluation.values_list("due_on", flat=True)) == {date(2022, 12, 31): 3}
    assert evaluation.filter(task_force__isnull=False).count() == 3
    drills = dues.filter(item__kind=WorkKind.DRILL)
    year_ends = [date(year, 12, 31) for year in (2020, 2021, 2022)]
    assert Counter(drills.values_list("due_on", flat=True)) == dict.fromkeys(year_ends, 3)
    assert due_days(campaign, "年度报告") == year_ends
    assert due_days(campaign, "三年行动报告") == [date(2022, 12, 31)]
    assert set(Park.objects.values_list("kind", flat=True)) == {"industrial", "logistics", "port"}
    assert campaign.unit_rows.get(kind=UnitKind.ASSESSOR).department.short_name == "区安委办"


def test_zhengyang_forms_check_items_and_figures(db):
    campaign = load(P3)
    assert campaign.figures_from == date(2023, 6, 1)
    assert campaign.report_duties.get(form="zhengyang-2").rhythm == Rhythm.MONTHLY
    assert campaign.check_items.count() == 7
    assert campaign.check_items.first().text == "企业主要负责人未按要求亲自研究排查整治工作"
    assert Region.objects.get(name="黔江区").code == "500114"


def test_xiaokunshan_places_by_strand_and_quarters(db):
    campaign = load(P4)
    strands = Counter(campaign.task_forces.values_list("strand", flat=True))
    assert set(strands) == {"工业区", "社区", "商铺商圈", "养老场所"}
    assert set(Park.objects.values_list("kind", flat=True)) == {ParkKind.AREA, ParkKind.PREMISES}
    quarters = campaign.work_items.filter(rhythm=Rhythm.THREE_MONTHLY)
    assert quarters.count() == 2
    for item in quarters:
        days = sorted(set(item.occurrences.values_list("due_on", flat=True)))
        assert days == [date(2024, 3, 31), date(2024, 6, 30), date(2024, 9, 30), date(2024, 12, 31)]


def texts_of(value) -> list[str]:
    """Every text in TOML data."""
    if isinstance(value, str):
        return [value]
    rows = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return [text for row in rows for text in texts_of(row)]


@pytest.mark.parametrize("slug", WHOLE)
def test_no_personal_data(slug):
    """Numbers of phones, mail addresses and links, comments included; names of people stand in no column."""
    source = (PRESETS / f"{slug}.toml").read_text(encoding="utf-8")
    assert not re.search(r"\d{11}|1[3-9]\d[ -]?[\d×*]{4}|\d{3,4}-\d{7,8}|@|https?:", source)
    assert "联系人" not in source
    assert not set(re.findall(r"^(\w+) =", source, re.MULTILINE)) & {"phone", "leader", "owner", "liaison"}


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the plans themselves are not part of the project")
@pytest.mark.parametrize("slug", WHOLE)
def test_no_prose_of_the_plans(slug):
    """Facts in, prose not: no run of 25 Chinese characters is taken over but titles and issuers of plans.

    Punctuation does not part a run: a sentence copied whole is found by any 25 characters of it.
    """
    plans = [chinese(path.read_text(encoding="utf-8")) for path in SEEDS.glob("*.txt")]
    data = tomllib.loads((PRESETS / f"{slug}.toml").read_text(encoding="utf-8"))
    titles = {data["campaign"]["name"], data["campaign"].get("issuer")}
    texts = [chinese(text) for text in texts_of(data) if text not in titles]
    runs = {text[at : at + PROSE] for text in texts for at in range(len(text) - PROSE + 1)}
    assert not [run for run in runs if any(run in plan for plan in plans)]


def chinese(text: str) -> str:
    """Its Chinese characters alone."""
    return "".join(re.findall(r"[\u4e00-\u9fff]", text))
