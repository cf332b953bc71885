"""P4's quarterly plan: places by kind, done and accepted by the day, what earlier quarters left."""

import io
from datetime import date

import openpyxl
import pytest

from campaigns.actions import load_plan
from campaigns.enums import DisposalKind
from campaigns.models import Disposal
from campaigns.periods import Period
from campaigns.plan import read_plan
from reports.figures.counting import figures, records
from reports.figures.groups import figures_by
from reports.layouts import FORMS, quarterly_plan
from reports.layouts.form import Ask
from reports.series import period_for, reported_forms

DAY = date(2024, 6, 30)
QUARTER = Period(date(2024, 4, 1), DAY)
HEADS = ["序号", "区域场所", "处置方式", "整治目标", "责任单位", "完成日期", "组织验收\n（日期）", "验收意见"]


@pytest.fixture
def campaign(db):
    return load_plan(read_plan("xiaokunshan-2024")).campaign


def place(campaign, nth, kind, quarter, **more):
    force = campaign.task_forces.all()[nth]
    facts = {"year": 2024, "department": force.department} | more
    return Disposal.objects.create(campaign=campaign, park=force.park, kind=kind, quarter=quarter, **facts)


@pytest.fixture
def plan(campaign):
    """Q2: three of which two done and one accepted, one accepted after; Q1: one open; Q3: one."""
    place(campaign, 0, DisposalKind.VACATE, 2, target="=清退租户", done_on=date(2024, 5, 31),
          accepted_on=date(2024, 6, 30), acceptance_note="同意")  # fmt: skip
    place(campaign, 1, DisposalKind.RECTIFY, 2, done_on=date(2024, 6, 30), accepted_on=date(2024, 7, 1),
          acceptance_note="后来同意")  # fmt: skip
    place(campaign, 2, DisposalKind.RECTIFY, 2, done_on=date(2024, 7, 2))
    place(campaign, 3, DisposalKind.REMOVE, 1, done_on=date(2024, 3, 1))
    place(campaign, 4, DisposalKind.REBUILD, 3)
    return campaign


def sheet_of(campaign, period=QUARTER, unit=None):
    book = quarterly_plan.FORM.book(Ask(campaign, period.end, unit, period))
    return openpyxl.load_workbook(io.BytesIO(book.to_bytes())).active


def rows(sheet):
    return [[cell.value for cell in row if cell.value is not None] for row in sheet.iter_rows()]


def test_figures_of_the_quarter_and_of_all(plan):
    now = figures(plan, DAY, QUARTER, indicators=quarterly_plan.INDICATORS)
    assert (now["planned"], now["done"], now["accepted"]) == (3, 2, 1)
    assert (now["planned_rectify"], now["done_rectify"], now["accepted_rectify"]) == (2, 1, 0)
    assert (now["planned_vacate"], now["accepted_vacate"], now["planned_remove"]) == (1, 1, 0)
    total = figures(plan, DAY, indicators=quarterly_plan.INDICATORS)
    assert (total["planned"], total["done"], total["accepted"]) == (4, 3, 1)
    later = figures(plan, date(2024, 7, 2), indicators=quarterly_plan.INDICATORS)
    assert (later["planned"], later["done"], later["accepted"]) == (5, 4, 2)


def test_every_figure_has_its_records_and_its_groups(plan):
    for one in quarterly_plan.INDICATORS:
        count = records(one, plan, DAY, QUARTER).count()
        assert figures(plan, DAY, QUARTER, indicators=[one])[one.slug] == count
        by_unit = figures_by(plan, DAY, "department", period=QUARTER, indicators=[one])
        assert sum(row[one.slug] for row in by_unit.values()) == count
    assert figures_by(plan, DAY, "trait", period=QUARTER, indicators=quarterly_plan.INDICATORS) == {}


def test_the_form_row_by_row(plan):
    sheet = sheet_of(plan)
    found = rows(sheet)
    forces = list(plan.task_forces.all())
    assert found[0] == [f"{plan.label}\n2024年第2季度“清障拔点”计划"]
    assert found[2] == [
        "　　2024年第2季度计划处置区域场所3处（整治2处、腾退1处）。截至2024年6月30日，完成2处，完成率66.7%；"
        "组织验收通过1处，验收率33.3%。"
    ]
    start = found.index(HEADS)
    assert found[start + 1] == ["整治（2处）"]
    one, other = found[start + 2 : start + 4]
    assert one[:3] == ["1", forces[1].park.name, "整治"]
    assert [value.date() for value in one[4:]] == [date(2024, 6, 30)]
    assert other == ["2", forces[2].park.name, "整治", str(forces[2].department)]
    assert found[start + 4] == ["腾退（1处）"]
    vacated = found[start + 5]
    assert vacated[3] == "=清退租户"
    assert [value.date() for value in vacated[5:7]] == [date(2024, 5, 31), date(2024, 6, 30)]
    assert vacated[7] == "同意"
    assert not any("后来同意" in row for row in found)


def test_what_earlier_quarters_left_and_the_counts(plan):
    found = rows(sheet_of(plan))
    forces = list(plan.task_forces.all())
    earlier = found[found.index(["以前季度未完成验收的"]) + 2]
    assert earlier[:3] == ["1", forces[3].park.name, "拔点\n2024年\n1季度"]
    counts = found[found.index(["本季度处置进度"]) + 2 :]
    assert counts[0] == ["整治", 2, forces[2].park.name, 1, 0, "50.0%", "0.0%"]
    assert counts[1] == ["改造", 0, 0, 0, "/", "/"]
    assert counts[4] == ["合计", 3, 2, 1, "66.7%", "33.3%"]
    assert counts[5] == ["注：截至2024年6月30日。行动开始以来各季度累计计划4处，完成3处，验收1处。"]


def test_a_unit_sees_its_own(plan):
    unit = plan.task_forces.all()[0].department
    own = [one for one in Disposal.objects.filter(campaign=plan, quarter=2) if one.department == unit]
    found = rows(sheet_of(plan, unit=unit))
    assert found[2][0].startswith(f"　　2024年第2季度计划处置区域场所{len(own)}处")


def test_it_prints_landscape_with_repeated_heads_and_no_formula(plan):
    sheet = sheet_of(plan)
    assert (int(sheet.page_setup.paperSize), sheet.page_setup.orientation) == (9, "landscape")
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.print_title_rows is None  # the sheet has another table below: heads come by page
    assert {(cell.font.name, cell.font.sz) for cell in sheet[4]} == {("黑体", 12)}
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    texts = {cell.value for row in sheet.iter_rows() for cell in row}
    assert {"填报人：", "审核领导：", "联系电话：", "填报时间：  年  月  日"} <= texts


def test_without_a_plan_it_says_so(campaign):
    found = rows(sheet_of(campaign))
    assert found[2] == ["　　2024年第2季度未列处置计划。"]
    assert ["（本季度未列处置计划）"] in found
    assert ["合计", 0, 0, 0, "/", "/"] in found


def test_names_of_quarters():
    assert quarterly_plan.name_of(QUARTER) == "2024年第2季度"
    assert (
        quarterly_plan.name_of(Period(date(2024, 2, 29), date(2024, 12, 31)))
        == "2024年第1季度至2024年第4季度"
    )


def test_the_campaign_makes_it_each_quarter(campaign):
    form = FORMS["quarterly-plan"]
    assert form in reported_forms(campaign)
    assert period_for(form, campaign, date(2024, 5, 22)) == QUARTER


def test_a_plan_before_the_campaign_is_in_no_figure(campaign):
    place(campaign, 0, DisposalKind.RECTIFY, 4, year=2023)
    assert figures(campaign, DAY, indicators=quarterly_plan.INDICATORS)["planned"] == 0
