"""The eight texts of P1: each ** a figure of its unit's line, never 0 for what nobody knows."""

import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts.enums import Role
from campaigns.actions import load_plan
from campaigns.enums import Counting
from campaigns.models import CampaignUnit, TaskForce
from campaigns.periods import Period
from campaigns.plan import read_plan
from campaigns.queries import find_units
from hazards.enums import EnforcementKind, Level, Status
from parks.models import DepartmentAlias, Trait
from reports.actions import Asked, compile_report
from reports.figures.counting import WHOLE, records
from reports.indicators import Ledger
from reports.layouts import FORMS, taizhou_3
from reports.layouts.form import Ask
from reports.layouts.taizhou_3_texts import TEXTS
from reports.queries import reporting_units
from reports.series import reported_forms, units_owing
from tests import factories

DAY = date(2019, 12, 31)
WASTE = ("waste_made", "waste_traded", "waste_visited")
FORM = taizhou_3.FORM
UNITS = [
    "市经信局",
    "市公安局",
    "市生态环境局",
    "市建设局",
    "市交通运输局",
    "市市场监管局",
    "市综合执法局",
    "市消防救援支队",
]
CRIMINAL = "立案查处**家，行政处罚**万元，移送公安机关追究刑事责任**人，停产停业**家，依法关闭**家"
AFTER = "行政处罚**万元，移送公安机关追究刑事责任**人，停产停业**家，依法关闭**家"
FOUND = "发现问题隐患**项（其中重大隐患**项），已完成整治**项（其中完成重大隐患整改**项）"
PLAN = {
    "市经信局": "市经信局：全市共有**个小微工业企业园，其中在建小微工业企业园**个、"
    f"已投入使用小微工业企业园**个，入园企业**家；截止12月31日，全市共检查小微工业企业园**个**家企业，{FOUND}。",
    "市建设局": "市建设局：全市有正在建设厂房、仓库的小微企业**家，截止12月31日，"
    f"共检查正在建设厂房、仓库的小微企业**家，{FOUND}；{CRIMINAL}。"
    f"截止12月31日，全市共查处未经消防设计审查的小微企业**家，{AFTER}；"
    f"查处存在未批先建、未验先用等违法违规行为的小微企业**家，{AFTER}。",
    "市消防救援支队": "市消防救援支队：截止12月31日，全市共检查小微企业0家，"
    + f"{FOUND}；{CRIMINAL}。".replace("**", "0"),
}
"""As printed in the plan, its day filled in, while nothing is registered; figures that are known are 0."""


def text_for(ask):
    """The text as it is pasted, with the figures as they are counted now."""
    figures = taizhou_3.FORM.counted(ask).counts.cumulative
    return taizhou_3.FORM.plain(ask.campaign, ask.unit, figures, ask.as_of)


@pytest.fixture
def campaign(db):
    return load_plan(read_plan("taizhou-2019")).campaign


def unit(campaign, name):
    (found,) = find_units(campaign, name)
    return found


def park_of(campaign, name="经济开发区小微园"):
    park = factories.ParkFactory(name=name)
    TaskForce.objects.create(campaign=campaign, park=park, department=unit(campaign, "市经信局"), order=90)
    return park


def plant(park, *traits, **more):
    made = factories.EnterpriseFactory(park=park, **more)
    made.traits.set(Trait.objects.filter(name__in=traits))
    return made


def text(campaign, name, day=DAY, **more):
    return text_for(Ask(campaign, day, unit(campaign, name), **more))


def figures(campaign, name, day=DAY):
    return FORM.counted(Ask(campaign, day, unit(campaign, name))).counts.cumulative


def visit(campaign, enterprise, by, on=date(2019, 11, 5), **more):
    return factories.InspectionFactory(
        campaign=campaign, enterprise=enterprise, department=by, inspected_on=on, **more
    )


def act(campaign, enterprise, by, kind, **more):
    return factories.EnforcementFactory(
        campaign=campaign, enterprise=enterprise, department=by, kind=kind, acted_on=date(2019, 11, 6), **more
    )


def hazard(campaign, park, by, **more):
    force = campaign.task_forces.get(park=park)
    facts = {"task_force": force, "responsible_department": by, "found_on": date(2019, 11, 5)}
    if more.get("closed_on"):
        people = {"accepted_by": factories.UserFactory(), "submitted_by": factories.UserFactory()}
        facts |= {"status": Status.CLOSED, "done_on": more["closed_on"], **people}
    return factories.HazardFactory(**(facts | more))


def sheet_of(book):
    return openpyxl.load_workbook(io.BytesIO(book.to_bytes()))["部门报送重点"]


@pytest.mark.parametrize("name", PLAN)
def test_what_is_not_known_stays_open(campaign, name):
    assert text(campaign, name).splitlines()[0] == PLAN[name]


def test_each_star_of_each_text_is_a_figure_of_its_own(campaign):
    slugs = [one.slug for one in FORM.indicators(campaign)]
    assert len(slugs) == len(set(slugs)) == 111
    assert [len(part.text.slots) for part in taizhou_3.parts_of(campaign)] == [10, 16, 12, 21, 10, 17, 15, 10]
    for one in TEXTS:
        stars = one.words.replace("截止**月**日", "").count("**")
        assert stars == len(one.slots)


def test_parts_of_a_text_name_figures_of_the_same_text(campaign):
    for name in UNITS:
        asked = FORM.indicators_for(campaign, unit(campaign, name))
        slugs = {one.slug for one in asked}
        assert slugs
        assert {one.part_of for one in asked} - {""} <= slugs


def test_parks_and_tenants(campaign):
    park, bureau = park_of(campaign), unit(campaign, "市经信局")
    other = park_of(campaign, "滨海小微园")
    first, second = plant(park), plant(park)
    plant(park, employees=500, revenue_wan=90000)  # no micro enterprise
    plant(other, active=False)
    visit(campaign, first, bureau)
    visit(campaign, first, bureau, on=date(2019, 12, 2))
    visit(campaign, None, bureau, park=other)  # what its tenants share
    visit(campaign, second, unit(campaign, "市公安局"))
    visit(campaign, second, bureau, on=date(2020, 1, 1))
    hazard(campaign, park, bureau)
    hazard(campaign, park, bureau, level=Level.MAJOR, closed_on=date(2019, 12, 1))
    hazard(campaign, park, unit(campaign, "市公安局"))
    said = text(campaign, "市经信局")
    assert said.startswith(
        "市经信局：全市共有2个小微工业企业园，其中在建小微工业企业园**个、已投入使用小微工业企业园**个，入园企业2家；"
        "截止12月31日，全市共检查小微工业企业园2个1家企业，发现问题隐患2项（其中重大隐患1项），已完成整治1项（其中完成重大隐患整改1项）。\n"
    )
    assert said.endswith(
        "尚缺数据2项，文中以**标出：1．在建小微工业企业园（个）；2．已投入使用小微工业企业园（个）。\n"
    )


def test_the_line_of_a_bureau_is_itself_and_all_below_it(campaign):
    park, police = park_of(campaign), unit(campaign, "市公安局")
    branch = factories.DepartmentFactory(name="某分局", parent=police)
    station = factories.DepartmentFactory(name="某派出所", parent=branch)
    shop, lab = plant(park), plant(park, "使用剧毒或易制爆化学品")
    visit(campaign, shop, station)
    visit(campaign, lab, police)
    visit(campaign, plant(park), unit(campaign, "市消防救援支队"))
    act(campaign, shop, station, EnforcementKind.FINE, amount=Decimal("12345.67"))
    act(campaign, lab, branch, EnforcementKind.DETAINED, persons=2)
    act(campaign, lab, branch, EnforcementKind.FILED)
    act(campaign, lab, police, EnforcementKind.FILED)
    act(campaign, lab, police, EnforcementKind.SHUT_DOWN, voided_on=date(2019, 12, 1))
    assert text(campaign, "市公安局") == (
        "市公安局：全市基层公安派出所对2家小微企业开展消防安全执法检查，立案查处1家，行政处罚1.234567万元，行政拘留2人，停产停业0家，"
        "依法关闭0家。截止12月31日，全市共检查使用剧毒和易制爆化学品小微企业1家，发现问题隐患0项（其中重大隐患0项），已完成整治0项"
        "（其中完成重大隐患整改0项）；立案查处1家，行政处罚0万元，行政拘留2人，停产停业0家，依法关闭0家。\n"
    )


def test_a_trait_that_nobody_bears_is_not_known_yet(campaign):
    park, bureau = park_of(campaign), unit(campaign, "市生态环境局")
    assert figures(campaign, "市生态环境局")["shengtai_waste_visited"] is None
    made, traded = plant(park, "产生危险废物"), plant(park, "经营危险废物")
    visit(campaign, made, bureau)
    hazard(campaign, park, bureau, enterprise=traded)
    hazard(campaign, park, bureau, enterprise=plant(park))
    found = figures(campaign, "市生态环境局")
    assert [found[f"shengtai_{slug}"] for slug in WASTE] == [1, 1, 1]
    assert found["shengtai_waste_found"] == 1


def test_demolition_counts_enterprises_and_square_metres(campaign):
    park, bureau = park_of(campaign), unit(campaign, "市综合执法局")
    one = plant(park, "存在影响消防的违法建筑")
    act(campaign, one, bureau, EnforcementKind.DEMOLISHED, area=Decimal("120.50"))
    act(campaign, one, bureau, EnforcementKind.DEMOLISHED, area=Decimal("80"))
    assert text(campaign, "市三改一拆办").startswith(
        "市综合执法局（市“三改一拆”办公室）：全市存在影响消防安全的存量违法建筑的小微企业1家，违法建筑面积**平方米；"
        "截止12月31日，全市共拆除1家小微企业违法建筑200.5平方米。全市共有燃气经营企业（站点）**家，"
    )


def test_figures_follow_the_day(campaign):
    park, bureau = park_of(campaign), unit(campaign, "市消防救援支队")
    visit(campaign, plant(park), bureau, on=date(2019, 12, 31))
    assert "全市共检查小微企业0家" in text(campaign, "市消防救援支队", date(2019, 12, 30))
    said = text(campaign, "市消防救援支队")
    assert said.startswith("市消防救援支队：截止12月31日，全市共检查小微企业1家，")
    assert "尚缺" not in said


def test_a_unit_that_works_without_the_system_types_everything(campaign):
    fire, park = unit(campaign, "市消防救援支队"), park_of(campaign)
    visit(campaign, plant(park), fire)
    CampaignUnit.objects.filter(campaign=campaign, department=fire).update(counting=Counting.TYPED)
    asked = FORM.indicators_for(campaign, fire)
    assert {(one.ledger, one.may_be_typed) for one in asked} == {(Ledger.NOTHING, True)}
    typed = {fire.pk: {"xiaofang_visited": 37, "xiaofang_found": 5}}
    assert text(campaign, "市消防救援支队", typed=typed).startswith(
        "市消防救援支队：截止12月31日，全市共检查小微企业37家，发现问题隐患5项（其中重大隐患**项），"
    )
    whole = text_for(Ask(campaign, DAY, typed=typed))
    assert "全市共检查小微企业37家，发现问题隐患5项" in whole


def test_the_whole_says_what_units_typed_of_their_own_texts(campaign):
    police, park = unit(campaign, "市公安局"), park_of(campaign)
    visit(campaign, plant(park), police)
    typed = {police.pk: {"gongan_chemicals_found": 4, "elsewhere": 9}}
    whole = FORM.counted(Ask(campaign, DAY, typed=typed)).counts
    assert (whole.cumulative["gongan_chemicals_found"], whole.cumulative["gongan_visited"]) == (4, 1)
    assert "elsewhere" not in whole.cumulative


def test_records_behind_a_figure_are_those_that_it_counts(campaign):
    fire, park = unit(campaign, "市消防救援支队"), park_of(campaign)
    mine = visit(campaign, plant(park), fire)
    visit(campaign, plant(park), unit(campaign, "市公安局"))
    parks = {one.slug: one for one in FORM.indicators(campaign)}
    assert list(records(parks["xiaofang_visited"], campaign, DAY, None, WHOLE)) == [mine]
    assert records(parks["jingxin_parks"], campaign, DAY, None, WHOLE).get().park == park


def test_cell_by_cell(campaign):
    police = unit(campaign, "市公安局")
    sheet = sheet_of(FORM.book(Ask(campaign, DAY, police, typed={police.pk: {"gongan_chemicals_found": 4}})))
    rows = [[cell.value for cell in row] for row in sheet]
    assert rows[0][0] == "全市小微企业安全生产和消防安全\n整治工作报送重点"
    assert (sheet["A1"].font.name, sheet["A1"].font.sz) == ("方正小标宋简体", 22)
    assert rows[1][0] == "二、市级有关部门报送重点"
    assert rows[2][0].startswith(
        "市公安局：全市基层公安派出所对0家小微企业开展消防安全执法检查，立案查处0家，"
    )
    assert "使用剧毒和易制爆化学品小微企业**家，发现问题隐患4项（其中重大隐患**项）" in rows[2][0]
    assert (sheet["A3"].font.name, sheet["A3"].font.sz) == ("仿宋_GB2312", 14)
    assert (sheet["A3"].alignment.horizontal, sheet["A3"].alignment.wrap_text) == ("left", True)
    assert sheet["A3"].border.left.style is None
    assert rows[3][0].startswith("尚缺数据9项，文中以**标出：1．检查的使用剧毒和易制爆化学品小微企业（家）；")
    assert rows[4][0] == "手工填报的数据：使用剧毒和易制爆化学品小微企业：发现问题隐患。"
    assert [rows[5][0], rows[5][2]] == ["填报单位（盖章）：市公安局", "填报时间：  年  月  日"]
    assert sheet.row_dimensions[7].height >= 113.4  # room for a stamp: 4 cm
    assert rows[7] == ["填报人：", "联系电话：", "审核领导："]
    assert (sheet.max_row, sheet.max_column) == (8, 3)
    assert {str(area) for area in sheet.merged_cells.ranges} == {
        "A1:C1", "A2:C2", "A3:C3", "A4:C4", "A5:C5", "A6:B6",
    }  # fmt: skip
    assert {cell.data_type for row in sheet for cell in row} == {"s", "n"}
    assert all(cell.value is None for row in sheet for cell in row if cell.data_type == "n")
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("portrait", 9)
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)


def test_long_prose_gets_the_height_that_it_needs(campaign):
    sheet = sheet_of(FORM.book(Ask(campaign, DAY, unit(campaign, "市建设局"))))
    # 14-point lines over 90 columns: at most 33 Chinese characters each.
    lines = len(sheet["A3"].value) / 33
    assert sheet.row_dimensions[3].height > lines * 18


def test_the_whole_is_all_texts_in_the_plans_order(campaign):
    sheet = sheet_of(FORM.book(Ask(campaign, DAY)))
    heads = [sheet.cell(row, 1).value.split("：")[0] for row in range(3, 11)]
    assert heads == [*UNITS[:6], "市综合执法局（市“三改一拆”办公室）", "市消防救援支队"]
    assert sheet["A11"].value.startswith("经信局尚缺数据10项")


def test_it_is_a_weekly_report_of_the_eight_units(campaign):
    assert FORM in reported_forms(campaign)
    assert [str(one) for one in units_owing(campaign, FORM)] == UNITS
    assert FORMS["taizhou-3"] is FORM


def test_units_without_a_text_are_not_asked(campaign, tmp_path):
    lead = campaign.lead_department
    assert FORM.indicators_for(campaign, lead) == ()
    week = campaign.week_of(date(2019, 11, 7))
    campaign.clock = DAY
    campaign.save()
    with pytest.raises(ValidationError, match="没有要求市应急管理局报送"):
        compile_report(Asked(campaign, lead, FORM, week))
    target = str(tmp_path / "x.xlsx")
    asked = ("export", "taizhou-3", "--campaign", campaign.slug, "-o", target, "--as-of", "2019-12-31")
    with pytest.raises(CommandError, match="有此报表的单位：市经信局"):
        call_command(*asked, "--unit", "市应急局")
    call_command(*asked, "--unit", "公安机关")
    assert openpyxl.load_workbook(target).sheetnames == ["部门报送重点"]


def test_a_compiled_report_keeps_the_figures_of_its_unit_and_the_records(campaign):
    fire, park = unit(campaign, "市消防救援支队"), park_of(campaign)
    visit(campaign, plant(park), fire)
    campaign.clock = DAY
    campaign.save()
    week = Period(date(2019, 11, 1), date(2019, 11, 7))
    report, _ = compile_report(Asked(campaign, fire, FORM, week))
    assert list(report.figures["cumulative"]) == [one.slug for one in FORM.indicators_for(campaign, fire)]
    assert report.figures["cumulative"]["xiaofang_visited"] == 1


def test_parks_and_rounds_behind_figures_are_listed(client, campaign):
    park, bureau = park_of(campaign), unit(campaign, "市经信局")
    visit(campaign, None, bureau, park=park)
    campaign.clock = DAY
    campaign.save()
    report, _ = compile_report(Asked(campaign, bureau, FORM, Period(date(2019, 11, 1), date(2019, 11, 7))))
    client.force_login(factories.member(Role.LEAD, department=campaign.lead_department))
    for slug in ("jingxin_parks", "jingxin_parks_visited"):
        page = client.get(reverse("reports:figure", args=[report.pk, slug]))
        assert park.name in page.content.decode()


def test_people_see_the_form_only_of_units_that_have_a_text(world):
    from campaigns.queries import scope_of

    assert reporting_units(scope_of(world.dept_xincheng), world.campaign, FORM) == []
    jingfa = reporting_units(scope_of(world.dept_jingfa), world.campaign, FORM)
    assert jingfa == [world.jingfa]  # 市综合行政执法局


def test_elsewhere_units_are_found_by_their_names_and_named_so(world):
    DepartmentAlias.objects.create(department=world.xincheng, name="市交通运输局")
    parts = taizhou_3.parts_of(world.campaign)
    assert [(part.unit, part.text.key) for part in parts] == [
        (world.xincheng, "jiaotong"), (world.jingfa, "zhifa"),
    ]  # fmt: skip
    sheet = sheet_of(FORM.book(Ask(world.campaign, date(2021, 9, 15), world.xincheng)))
    assert sheet["A1"].value == f"{world.campaign.label}部门报送重点"
    assert sheet["A2"].value.startswith("市新城开发建设中心：截止9月15日，共检查存在违法运输危化品行为")
    twin = factories.DepartmentFactory(name="另一交通局")
    factories.join(world.campaign, twin)
    DepartmentAlias.objects.create(department=twin, name="市交通运输局")
    assert [part.text.key for part in taizhou_3.parts_of(world.campaign)] == ["zhifa"]


def test_a_unit_named_like_a_formula_stays_text(world):
    world.jingfa.name = "=市综合行政执法局"
    world.jingfa.save()
    DepartmentAlias.objects.create(department=world.jingfa, name="综合执法局")
    sheet = sheet_of(FORM.book(Ask(world.campaign, date(2021, 9, 15), world.jingfa)))
    assert sheet["A2"].value.startswith("=市综合行政执法局：")
    assert (sheet["A2"].data_type, sheet["A2"].quotePrefix) == ("s", True)
