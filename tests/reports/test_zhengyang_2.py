"""P3's monthly table: its figures from June on, and the form opened again, cell by cell."""

import io
from datetime import date

import openpyxl
import pytest
from django.urls import reverse

from accounts.enums import Role
from campaigns.actions import load_plan
from campaigns.models import CheckItem
from campaigns.periods import Period
from campaigns.plan import read_plan
from hazards.enums import CheckOutcome, InspectionKind, Level, Source, Status, SupervisionLevel
from hazards.models import InspectionResult, Supervision
from reports.actions import Asked, compile_report
from reports.figures.counting import records
from reports.indicators import Ledger
from reports.layouts import FORMS, weekly, zhengyang_2
from reports.layouts.form import Ask
from reports.series import reported_forms
from tests import factories

DAY = date(2023, 8, 31)
LEFT = [
    "企业自查发现的重大事故隐患（个）",
    "执法检查发现的重大事故隐患（个）",
    "挂牌督办的重大事故隐患（个）",
    "抽查检查的企业总数（家）",
    "企业主要负责人未带队检查（家）",
    "企业未依法建立安全管理机构和配足安全管理人员（家）",
    "外包外租安全管理混乱（家）",
]
RIGHT = [
    "企业自查发现重大事故隐患中已完成整改的（个）",
    "执法检查发现重大事故隐患中已完成整改的（个）",
    "挂牌督办重大事故隐患中已完成整改的（个）",
    "企业主要负责人未按要求亲自研究排查整治工作（家）",
    "企业未制定全员安全生产责任制职责清单（家）",
    "电焊等特种作业岗位人员无证上岗作业（家）",
    "未按规定开展应急演练、员工不熟悉逃生出口（家）",
]
NOTE_1 = "注：1．调度表自6月份开始上报，每月底前上报截至本月末的累计情况。"
NOTE_2_BEGINS = "2．调度表内容应围绕专项行动并对照方案具体要求如实填报，特别是对企业自查情况进行抽查检查时"
NOTE_2_ENDS = "双方未签订安全生产协议，安全生产管理职责不清，未纳入本企业统一管理。"


@pytest.fixture
def campaign(db):
    return load_plan(read_plan("zhengyang-2023")).campaign


@pytest.fixture
def plant(campaign):
    return factories.EnterpriseFactory(park=campaign.task_forces.get().park, name="正阳一厂")


def hazard(campaign, *, source, found, closed=None, level=Level.MAJOR, **more):
    force = campaign.task_forces.get()
    if closed:
        people = {"accepted_by": factories.UserFactory(), "submitted_by": factories.UserFactory()}
        more |= {"status": Status.CLOSED, "closed_on": closed, "done_on": closed, **people}
    return factories.HazardFactory(task_force=force, source=source, found_on=found, level=level, **more)


def visit(campaign, enterprise, *failed, kind=InspectionKind.LAW, on=date(2023, 7, 3), **more):
    """A visit on which the items of these orders failed and the first other one was met."""
    made = factories.InspectionFactory(
        campaign=campaign, enterprise=enterprise, kind=kind, inspected_on=on,
        department=campaign.lead_department, **more,
    )  # fmt: skip
    items = list(campaign.check_items.all())
    for item in items:
        outcome = CheckOutcome.FAIL if item.order in failed else CheckOutcome.PASS
        InspectionResult.objects.create(inspection=made, item=item, outcome=outcome)
    return made


def listing(row, on):
    return Supervision.objects.create(
        hazard=row, level=SupervisionLevel.COUNTY, number="督1号", published_on=on, due_on=date(2023, 12, 1),
        by=factories.UserFactory(),
    )  # fmt: skip


def shown(campaign, day=DAY, **more):
    ask = zhengyang_2.FORM.counted(Ask(campaign, day, **more))
    return ask.shown


def reopen(book):
    return openpyxl.load_workbook(io.BytesIO(book.to_bytes()))


def test_findings_are_split_by_who_found_them_from_june_on(campaign):
    hazard(campaign, source=Source.SELF_CHECK, found=date(2023, 5, 31))  # before the table begins
    hazard(campaign, source=Source.SELF_CHECK, found=date(2023, 6, 1))
    hazard(campaign, source=Source.SELF_CHECK, found=date(2023, 6, 2), closed=date(2023, 8, 31))
    hazard(campaign, source=Source.SELF_CHECK, found=date(2023, 6, 2), closed=date(2023, 9, 1))
    hazard(campaign, source=Source.SELF_CHECK, found=date(2023, 6, 2), level=Level.GENERAL)
    hazard(campaign, source=Source.SELF_CHECK, found=date(2023, 6, 2), status=Status.VOID)
    others = [source for source in Source if source != Source.SELF_CHECK]
    for source in others:
        hazard(campaign, source=source, found=date(2023, 8, 31))
    hazard(campaign, source=Source.UNANNOUNCED, found=date(2023, 7, 1), closed=date(2023, 7, 2))
    found = shown(campaign)
    assert (found["self_found"], found["self_rectified"]) == (3, 1)
    assert (found["checked_found"], found["checked_rectified"]) == (len(others) + 1, 1)
    assert shown(campaign, date(2023, 5, 31))["self_found"] == 0


def test_listed_hazards_count_once_by_the_day_they_were_listed(campaign):
    major = hazard(campaign, source=Source.INSPECTION, found=date(2023, 6, 5), closed=date(2023, 8, 20))
    first = listing(major, date(2023, 7, 1))
    first.lifted_on = date(2023, 7, 9)
    first.save()
    listing(major, date(2023, 7, 10))
    listing(hazard(campaign, source=Source.INSPECTION, found=date(2023, 6, 5)), date(2023, 9, 1))
    early = hazard(campaign, source=Source.INSPECTION, found=date(2023, 5, 26), closed=date(2023, 8, 20))
    listing(early, date(2023, 7, 1))
    figures = shown(campaign)
    assert (figures["listed"], figures["listed_rectified"]) == (1, 1)
    later = shown(campaign, date(2023, 8, 19))
    assert (later["listed"], later["listed_rectified"]) == (1, 0)
    assert shown(campaign, date(2023, 9, 1))["listed"] == 2


def test_enterprises_count_once_whatever_fails_how_often(campaign, plant):
    other = factories.EnterpriseFactory(park=plant.park)
    visit(campaign, plant, 1, 5)
    visit(campaign, plant, 1, on=date(2023, 8, 31))
    visit(campaign, other, 1, kind=InspectionKind.THIRD_PARTY)
    visit(campaign, factories.EnterpriseFactory(park=plant.park), 2, kind=InspectionKind.SELF_CHECK)
    visit(campaign, factories.EnterpriseFactory(park=plant.park), 3, on=date(2023, 9, 1))
    visit(campaign, factories.EnterpriseFactory(park=plant.park), 4, voided_on=date(2023, 8, 1))
    figures = shown(campaign)
    slugs = [slug for slug, _ in zhengyang_2.ITEMS]
    assert figures["sampled"] == 2
    assert [figures[slug] for slug in slugs] == [2, 0, 0, 0, 1, 0, 0]
    one = next(one for one in zhengyang_2.indicators(campaign) if one.slug == "unstudied")
    assert records(one, campaign, DAY).count() == 3


def test_the_fixed_items_are_the_plans_own(campaign):
    assert [text for _, text in zhengyang_2.ITEMS] == [item.text for item in campaign.check_items.all()]


def test_an_item_that_is_not_there_is_not_known_rather_than_none(campaign, plant):
    visit(campaign, plant, 2)
    CheckItem.objects.filter(campaign=campaign, order=2).update(text="主要负责人未带队")
    assert shown(campaign)["not_led"] is None
    one = next(one for one in zhengyang_2.indicators(campaign) if one.slug == "not_led")
    assert (one.ledger, one.may_be_typed) == (Ledger.NOTHING, True)
    sheet = reopen(zhengyang_2.FORM.book(Ask(campaign, DAY)))["月度调度表"]
    assert sheet["D7"].value is None
    typed = Ask(campaign, DAY, typed={None: {"not_led": 3}})
    assert reopen(zhengyang_2.FORM.book(typed))["月度调度表"]["D7"].value == 3
    CheckItem.objects.filter(campaign=campaign, order=2).update(text="企业主要负责人 未带队检查")
    assert shown(campaign)["not_led"] == 1


@pytest.mark.parametrize("month", [Period(date(2023, 8, 1), DAY), None])
def test_cell_by_cell(campaign, plant, month):
    hazard(campaign, source=Source.SELF_CHECK, found=date(2023, 6, 1))
    hazard(campaign, source=Source.PATROL, found=date(2023, 6, 1), closed=date(2023, 6, 3))
    visit(campaign, plant, 1, 7)
    sheet = reopen(zhengyang_2.FORM.book(Ask(campaign, DAY, period=month)))["月度调度表"]
    assert sheet["A1"].value == "正阳工业园区重大事故隐患专项排查整治\n2023行动进展情况月度调度表"
    assert (sheet["A1"].font.name, sheet["A1"].font.sz) == ("方正小标宋简体", 22)
    assert sheet["A2"].value == f"（单位名称）：{campaign.lead_department.name}"
    assert (sheet["E2"].value, sheet["E2"].alignment.horizontal) == ("时间：2023年  月  日", "right")
    table = [[cell.value for cell in row] for row in sheet["A3:G9"]]
    assert [row[0] for row in table] == [
        "总体情况", None, None, "对企业自查自改进行抽查检查情况", None, None, None,
    ]  # fmt: skip
    assert [row[1] for row in table] == ["1", "3", "5", "1", "3", "5", "7"]
    assert [row[4] for row in table] == ["2", "4", "6", "2", "4", "6", "8"]
    assert [row[2] for row in table] == LEFT
    assert [row[5] for row in table] == RIGHT
    assert [row[3] for row in table] == [1, 1, 0, 1, 0, 0, 0]
    assert [row[6] for row in table] == [0, 1, 0, 1, 0, 0, 1]
    body = [cell for row in sheet["A3:G9"] for cell in row]
    assert {cell.border.left.style for cell in body} == {"thin"}
    fonts = {(cell.font.name, cell.font.sz) for row in sheet["B3:G9"] for cell in row}
    assert fonts == {("仿宋_GB2312", 12)}
    assert [(sheet[at].font.name, sheet[at].font.sz) for at in ("A3", "A6")] == [("黑体", 12)] * 2
    assert {cell.data_type for row in sheet["D3:D9"] for cell in row} == {"n"}
    assert {cell.alignment.horizontal for row in sheet["C3:C9"] for cell in row} == {"left"}
    assert all(cell.data_type != "f" for row in sheet for cell in row)
    assert sheet["A10"].value == NOTE_1
    assert sheet["A11"].value.startswith(NOTE_2_BEGINS)
    assert sheet["A11"].value.endswith(NOTE_2_ENDS)
    assert [sheet["A12"].value, sheet["E12"].value] == ["填报人：", "联系电话："]
    assert sheet["A13"].value == "统计口径：累计（2023年6月1日至2023年8月31日）"
    assert sheet.max_row == 13
    assert sheet.max_column == 7
    assert {str(area) for area in sheet.merged_cells.ranges} == {
        "A1:G1", "A2:D2", "E2:G2", "A3:A5", "A6:A9", "A10:G10", "A11:G11", "A12:D12", "E12:G12", "A13:G13",
    }  # fmt: skip
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("portrait", 9)
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.oddFooter.center.text is None  # it is one page


def test_another_campaign_bears_its_own_name(world):
    sheet = reopen(zhengyang_2.FORM.book(Ask(world.campaign, date(2021, 9, 30))))["月度调度表"]
    assert sheet["A1"].value == f"{world.campaign.label}进展情况月度调度表"
    assert sheet["E2"].value == "时间：2021年  月  日"


def test_a_unit_named_like_a_formula_stays_text(world):
    world.xincheng.name = "=1+1"
    sheet = reopen(zhengyang_2.FORM.book(Ask(world.campaign, date(2021, 9, 30), world.xincheng)))[
        "月度调度表"
    ]
    assert (sheet["A2"].value, sheet["A2"].data_type) == ("（单位名称）：=1+1", "s")


def test_it_is_a_monthly_report_and_begins_the_weekly_workbook_of_its_plan(campaign, plant):
    assert [form.slug for form in reported_forms(campaign)] == ["zhengyang-2", "weekly"]
    major = hazard(campaign, source=Source.INSPECTION, found=date(2023, 8, 29))
    listing(major, date(2023, 8, 30))
    visit(campaign, plant, 1, on=date(2023, 8, 30))
    week = campaign.week_of(DAY)
    book = reopen(weekly.FORM.book(Ask(campaign, DAY, period=Period(week.start, DAY), by="unit")))
    assert book.sheetnames == ["月度调度表", "隐患整治清单", "逾期与即将到期", "本周变化", "数据来源"]
    rows = {
        (row[0].value, row[2].value): [cell.value for cell in row] for row in book["数据来源"].iter_rows()
    }
    assert rows["执法检查发现的重大事故隐患", "累计"][3:6] == [1, "个", major.number]
    assert rows["挂牌督办的重大事故隐患", "累计"][3:6] == [1, "个", major.number]
    text = "企业主要负责人未按要求亲自研究排查整治工作"
    assert rows[text, "本周"][3:6] == [1, "家", "8月30日正阳一厂"]


def test_records_of_an_issue_stay_behind_its_figure_when_the_item_goes(client, campaign, plant):
    visit(campaign, plant, 1)
    campaign.clock = DAY
    campaign.save()
    asked = Asked(campaign, None, zhengyang_2.FORM, Period(date(2023, 8, 1), DAY))
    report, _ = compile_report(asked)
    CheckItem.objects.filter(campaign=campaign, order=1).update(text="另一事项")
    client.force_login(factories.member(Role.LEAD, department=campaign.lead_department))
    page = client.get(reverse("reports:figure", args=[report.pk, "unstudied"]))
    assert "正阳一厂" in page.content.decode()


def test_forms_registry_knows_it():
    assert FORMS["zhengyang-2"] is zhengyang_2.FORM


def test_enterprises_are_counted_again_in_the_whole(campaign, plant):
    """Two units visit one enterprise: one in the row of each, one in all."""
    other = campaign.unit_rows.exclude(department=campaign.lead_department).first().department
    visit(campaign, plant, 1)
    second = visit(campaign, plant, 1)
    second.department = other
    second.save()
    numbers = zhengyang_2.FORM.counted(Ask(campaign, DAY, by="unit")).counts
    rows = {key: figures["unstudied"] for key, _, figures in numbers.rows}
    assert (rows[campaign.lead_department_id], rows[other.pk]) == (1, 1)
    assert (numbers.cumulative["sampled"], numbers.cumulative["unstudied"]) == (1, 1)
