"""Each form opened again and compared cell by cell with the plans' layouts."""

import io
from datetime import date, timedelta
from decimal import Decimal

import openpyxl
import pytest
from django.urls import reverse
from openpyxl.utils import get_column_letter

from campaigns.periods import Period
from hazards.enums import Action, EnforcementKind, Level, Status
from hazards.models import StatusChange
from reports.actions import Asked, compile_report, report_number
from reports.figures.counting import figures
from reports.figures.groups import figures_by_name
from reports.indicators import INDICATORS
from reports.layouts import FORMS, taizhou_2
from reports.layouts.form import Ask
from reports.workbook import Book
from tests import factories

DAY = date(2021, 9, 15)
LEDGER_HEADS = [
    "序号",
    "园区名称",
    "发生位置\n（企业名称）",
    "安全隐患问题描述",
    "安全隐患类型",
    "整治责任单位",
    "计划完成整治时间",
    "整治进度",
    "问题上报日期",
    "存在困难",
]
FIGURE_HEADS = [
    "小微企业总数（家）",
    "检查企业（家次）",
    "发现隐患数（项）",
    "其中重大隐患数（项）",
    "已整改隐患数（项）",
    "其中已整改重大隐患数（项）",
    "立案查处数（家次）",
    "行政处罚（万元）",
    "停产停业整改（家）",
    "依法关闭（家）",
    "移送公安机关追究刑事责任（人）",
]


def reopen(book):
    return openpyxl.load_workbook(io.BytesIO(book.to_bytes()))


def texts(sheet, row):
    return [cell.value for cell in sheet[row]]


def merged(sheet):
    return {str(area) for area in sheet.merged_cells.ranges}


def font(cell):
    return cell.font.name, cell.font.sz


def weekly_book(campaign, unit, week, as_of):
    """The weekly workbook of the unit, the roll-up with None."""
    period = Period(week.start, min(week.end, as_of))
    return FORMS["weekly"].book(Ask(campaign, as_of, unit, period, by="" if unit else "unit"))


@pytest.fixture
def ledger(world):
    """Three hazards of park A, one of park B, visits and acts."""
    common = {"task_force": world.task_force_a, "category": world.category}
    factories.HazardFactory(
        **common,
        number="LG-2021-0001",
        enterprise=world.enterprise_a,
        description="=配电箱未关门",
        found_on=date(2021, 9, 1),
        due_on=date(2021, 9, 10),
        status=Status.RECTIFYING,
        latest_note="已联系厂家",
        difficulty="业主不配合",
    )
    factories.HazardFactory(
        **common,
        number="LG-2021-0002",
        found_on=date(2021, 9, 13),
        due_on=date(2021, 9, 16),
        status=Status.REPORTED,
        level=Level.MAJOR,
        by_task_force=True,
    )
    factories.HazardFactory(
        **common,
        number="LG-2021-0003",
        found_on=date(2021, 8, 2),
        due_on=date(2021, 9, 1),
        done_on=date(2021, 8, 5),
        closed_on=date(2021, 9, 14),
        accepted_by=world.lead,
        submitted_by=world.dept_xincheng,
        status=Status.CLOSED,
    )
    factories.HazardFactory(**common, number="LG-2021-0004", status=Status.VOID)
    factories.HazardFactory(task_force=world.task_force_b, number="LG-2021-0005", category=world.category)
    visit = {"campaign": world.campaign, "enterprise": world.enterprise_a}
    factories.InspectionFactory(**visit, department=world.xincheng, inspected_on=date(2021, 9, 14))
    factories.InspectionFactory(**visit, department=world.xincheng)
    for unit, kind, more in (
        (world.xincheng, EnforcementKind.FINE, {"amount": Decimal("12345.67")}),
        (world.xincheng, EnforcementKind.SUSPENDED, {}),
        (world.jingfa, EnforcementKind.SUSPENDED, {}),
    ):
        factories.EnforcementFactory(**visit, department=unit, kind=kind, **more)
    return world


def ask(world, **more):
    return Ask(world.campaign, DAY, world.xincheng, **more)


def test_longgang_4_cell_by_cell(ledger):
    ledger.campaign.slug = "longgang-2021"
    sheet = reopen(FORMS["longgang-4"].book(ask(ledger)))["隐患整治清单"]
    assert sheet["A1"].value == "龙港市小微园安全隐患整治清单"
    assert font(sheet["A1"]) == ("方正小标宋简体", 22)
    assert sheet["A1"].border.top.style is None
    assert texts(sheet, 2) == LEDGER_HEADS
    assert {font(cell) for cell in sheet[2]} == {("黑体", 12)}
    rows = [texts(sheet, row) for row in (3, 4, 5)]
    unit, kind = ledger.xincheng.name, ledger.category.name

    def day(month, number):
        return date(2021, month, number)

    plain = [[value.date() if hasattr(value, "date") else value for value in row] for row in rows]
    assert plain == [
        ["1", "甲园", "3号楼2层", "灭火器过期，消火栓被货物遮挡", kind, unit, day(9, 1), "已销号",
         day(8, 2), None],
        ["2", "甲园", "3号楼2层（甲一纸品厂）", "=配电箱未关门", kind, unit, day(9, 10),
         "整改中：已联系厂家", day(9, 1), "业主不配合"],
        ["3", "甲园", "3号楼2层", "灭火器过期，消火栓被货物遮挡", kind, "专班工作组", day(9, 16), "待交办",
         day(9, 13), None],
    ]  # fmt: skip
    body = [cell for row in sheet["A3:J5"] for cell in row]
    assert {font(cell) for cell in body} == {("仿宋_GB2312", 12)}
    assert {cell.border.left.style for cell in body} == {"thin"}
    assert {cell.data_type for cell in body} == {"s", "d", "n"}
    assert all(cell.value is None for cell in body if cell.data_type == "n")
    assert sheet["D4"].data_type == "s"
    assert sheet["G3"].number_format == sheet["I3"].number_format == 'yyyy"年"m"月"d"日"'
    assert sheet["A3"].alignment.horizontal == "center"
    assert sheet["D3"].alignment.horizontal == "left"
    assert all(cell.alignment.wrap_text and cell.alignment.vertical == "center" for cell in body)
    assert [sheet["A6"].value, sheet["E6"].value, sheet["H6"].value] == [
        f"单位（公章）：{unit}",
        "填报人：",
        "填报时间：",
    ]
    assert sheet["A6"].border.left.style is None
    assert sheet.row_dimensions[7].height >= 113.4  # room for a stamp: 4 cm
    assert merged(sheet) == {"A1:J1", "A6:D6", "E6:G6", "H6:J6"}
    assert sheet.max_column == 10
    assert sheet.print_title_rows == "$2:$2"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)


def test_longgang_4_without_hazards_says_so(world):
    sheet = reopen(FORMS["longgang-4"].book(ask(world)))["隐患整治清单"]
    assert sheet["A3"].value == "（无）"
    assert "A3:J3" in merged(sheet)


def test_taizhou_2_cell_by_cell(ledger):
    sheet = reopen(FORMS["taizhou-2"].book(ask(ledger)))["周报表"]
    assert sheet["A1"].value == "全市小微企业安全生产和消防安全综合整治工作周报表"
    assert font(sheet["A1"]) == ("方正小标宋简体", 22)
    assert sheet["A2"].value == f"填报单位（盖章）：{ledger.xincheng.name}"
    assert (sheet["H2"].value, sheet["H2"].alignment.horizontal) == ("填报时间：  年  月  日", "right")
    assert sheet.row_dimensions[2].height >= 113.4
    assert texts(sheet, 3) == FIGURE_HEADS
    assert texts(sheet, 4) == [1, 2, 3, 1, 1, 0, 0, 1.234567, 1, 0, 0]
    assert {cell.data_type for cell in sheet[4]} == {"n"}
    assert {cell.alignment.horizontal for cell in sheet[4]} == {"center"}
    assert {cell.border.bottom.style for cell in sheet[4]} == {"thin"}
    assert [value for value in texts(sheet, 5) if value] == ["填报人：", "联系电话：", "审核领导："]
    assert sheet["A6"].value == "统计口径：累计（2021年7月1日至2021年9月15日）"
    assert merged(sheet) == {"A1:K1", "A2:G2", "H2:K2", "A5:E5", "F5:H5", "I5:K5", "A6:K6"}
    assert sheet.max_row == 6
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.oddFooter.center.text is None  # one page has no number


def test_taizhou_2_of_a_period_says_so(ledger):
    week = Period(date(2021, 9, 13), DAY)
    sheet = reopen(FORMS["taizhou-2"].book(ask(ledger, period=week, within=True)))["周报表"]
    assert texts(sheet, 4) == [1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0]
    assert sheet["A6"].value == "统计口径：本期（2021年9月13日至2021年9月15日）"


def test_taizhou_2_rollup_counts_the_total_again(ledger):
    sheet = reopen(FORMS["taizhou-2"].book(Ask(ledger.campaign, DAY, by="department")))["周报表"]
    assert texts(sheet, 3) == ["单位", *FIGURE_HEADS]
    names = [sheet.cell(row, 1).value for row in range(4, 9)]
    assert names == ["市经济发展局", "市新城开发建设中心", "市综合行政执法局", "市消防救援大队", "合计"]
    suspended = [sheet.cell(row, 10).value for row in range(4, 9)]
    assert suspended == [0, 1, 1, 0, 1]
    assert [sheet.cell(8, column).value for column in range(2, 13)] == [
        float(value) if isinstance(value, Decimal) else value
        for value in figures(ledger.campaign, DAY).values()
    ]


@pytest.mark.parametrize(("units", "ends"), [(11, 0), (12, 1)])
def test_taizhou_2_rollup_of_ten_counties_and_the_bureau_is_one_page(ledger, units, ends):
    book, numbers = Book(title="周报表", campaign="", unit="", as_of=DAY), figures(ledger.campaign, DAY)
    taizhou_2.write_rollup(book, ask(ledger), [(None, "玉环市", numbers)] * units, numbers)
    sheet = reopen(book)["周报表"]
    assert len(sheet.row_breaks.brk) == ends
    scale = (841.9 - 1.2 * 72) / (5.25 * sum(column.width for column in sheet.column_dimensions.values()))
    # At the left of the title and over the words there are 4 cm on paper for the stamp.
    assert scale * (sheet.row_dimensions[1].height + sheet.row_dimensions[2].height) >= 113.4


def test_labels_of_indicators_are_the_forms_own():
    assert [indicator.heading for indicator in INDICATORS] == FIGURE_HEADS


@pytest.fixture
def weekly(ledger):
    week = ledger.campaign.week_of(DAY)
    return reopen(weekly_book(ledger.campaign, ledger.xincheng, week, DAY))


def test_weekly_workbook_has_five_sheets(weekly, ledger):
    assert weekly.sheetnames == ["周报表", "隐患整治清单", "逾期与即将到期", "本周变化", "数据来源"]
    for sheet in weekly:
        assert sheet.page_setup.paperSize == 9
        assert font(sheet["A1"]) == ("方正小标宋简体", 22)
        assert all(cell.data_type != "f" for row in sheet for cell in row)
        width = get_column_letter(sheet.max_column)
        assert f"A1:{width}1" in merged(sheet)
    assert weekly.properties.creator == ledger.xincheng.name
    assert weekly.properties.subject == ledger.campaign.name


def test_another_campaigns_ledger_bears_its_own_name(ledger, weekly):
    title = f"{ledger.campaign.label}安全隐患整治清单"
    assert weekly["隐患整治清单"]["A1"].value == title
    form = reopen(FORMS["longgang-4"].book(ask(ledger)))
    assert form["隐患整治清单"]["A1"].value == title
    assert form.properties.title == title


def test_overdue_come_first_then_due_soon(weekly):
    sheet = weekly["逾期与即将到期"]
    assert [(row[1].value, row[7].value) for row in sheet["A4:J5"]] == [
        ("LG-2021-0001", "逾期 5 天"),
        ("LG-2021-0002", "还有 1 天到期"),
    ]
    assert sheet.max_row == 5


def test_changes_of_the_week(weekly):
    sheet = weekly["本周变化"]
    heads = next(row for row in range(1, sheet.max_row) if sheet.cell(row, 1).value == "序号")
    rows = [(r[1].value.date(), r[2].value, r[3].value) for r in sheet.iter_rows(min_row=heads + 1)]
    assert rows == [
        (date(2021, 9, 13), "新发现", "LG-2021-0002"),
        (date(2021, 9, 14), "销号", "LG-2021-0003"),
    ]
    found = next(row for row in sheet.iter_rows(max_row=heads) if row[0].value == "发现隐患数（项）")
    assert [cell.value for cell in found if cell.value is not None] == ["发现隐患数（项）", 1, 0, 1, 3]


def test_sources_name_the_hazards_behind_each_figure(weekly, ledger):
    sheet = weekly["数据来源"]
    rows = {(row[0].value, row[2].value): [cell.value for cell in row] for row in sheet.iter_rows(min_row=4)}
    assert rows["发现隐患数", "累计"][3:6] == [3, "项", "LG-2021-0003、LG-2021-0001、LG-2021-0002"]
    assert rows["发现隐患数", "本周"][3:6] == [1, "项", "LG-2021-0002"]
    assert rows["已整改隐患数", "累计"][3:6] == [1, "项", "LG-2021-0003"]
    assert rows["检查企业", "累计"][5] == "9月1日甲一纸品厂、9月14日甲一纸品厂"
    assert rows["行政处罚", "累计"][3] == 1.234567
    for indicator in INDICATORS:
        assert indicator.definition in rows[indicator.label, "累计"][1]


def test_sources_lead_back_into_the_system_by_the_number_of_the_report(ledger, settings, client):
    settings.SITE_URL = "https://hazards.example.gov.cn"
    week = ledger.campaign.week_of(DAY)
    report, _ = compile_report(
        Asked(ledger.campaign, ledger.xincheng, FORMS["weekly"], week), by=ledger.dept_xincheng
    )
    number = report_number(report)
    book = openpyxl.load_workbook(io.BytesIO(report.workbook.read()))
    assert book.properties.identifier == number
    rows = list(book["数据来源"].iter_rows(min_row=4, values_only=True))
    addresses = {(row[0], row[2]): row[6] for row in rows if row[2] in ("累计", "本周") and row[6]}
    assert len(addresses) == 2 * len(INDICATORS) - sum(one.stock for one in INDICATORS)
    found = f"https://hazards.example.gov.cn/reports/figures/{number}/found/"
    assert addresses["发现隐患数", "累计"] == found
    assert addresses["发现隐患数", "本周"] == f"{found}?scope=period"
    client.force_login(ledger.dept_xincheng)
    page = client.get(found.removeprefix("https://hazards.example.gov.cn"), follow=True)
    assert page.status_code == 200
    assert page.request["PATH_INFO"] == reverse("reports:figure", args=[report.pk, "found"])


def test_a_long_list_of_numbers_goes_on_in_further_rows(world):
    for _ in range(100):
        factories.HazardFactory(task_force=world.task_force_a, category=world.category)
    book = weekly_book(world.campaign, world.xincheng, world.campaign.week_of(DAY), DAY)
    sheet = reopen(book)["数据来源"]
    rows = [row for row in sheet.iter_rows(min_row=4) if str(row[0].value).startswith("发现隐患数")]
    named = [number for row in rows if row[2].value == "累计" for number in row[5].value.split("、")]
    assert len(named) == len(set(named)) == 100
    assert rows[1][0].value == "发现隐患数（续）"


def test_rollup_workbook_has_a_row_a_unit(ledger):
    book = weekly_book(ledger.campaign, None, ledger.campaign.week_of(DAY), DAY)
    sheet = reopen(book)["周报表"]
    rows = figures_by_name(ledger.campaign, DAY, "department")
    assert [sheet.cell(4 + n, 1).value for n in range(len(rows))] == [name for _, name, _ in rows]
    assert sheet.cell(4 + len(rows), 1).value == "合计"


def test_a_past_week_is_listed_as_it_stood(world):
    hazard = factories.HazardFactory(
        task_force=world.task_force_a,
        category=world.category,
        found_on=date(2021, 8, 30),
        due_on=date(2021, 9, 20),
        done_on=date(2021, 9, 9),
        closed_on=date(2021, 9, 10),
        accepted_by=world.lead,
        status=Status.CLOSED,
        latest_note="已清理",
    )
    steps = [
        (Action.REPORT, Status.REPORTED, date(2021, 8, 30), ""),
        (Action.ASSIGN, Status.RECTIFYING, date(2021, 8, 31), "请尽快"),
        (Action.PROGRESS, Status.RECTIFYING, date(2021, 9, 1), "正在清理"),
        (Action.SUBMIT, Status.SUBMITTED, date(2021, 9, 9), "已清理"),
        (Action.ACCEPT, Status.CLOSED, date(2021, 9, 10), ""),
    ]
    for version, (action, status, on, note) in enumerate(steps, 1):
        StatusChange.objects.create(
            hazard=hazard, action=action, to_status=status, by=world.lead, at=world.campaign.now(), on=on,
            note=note, version=version,
        )  # fmt: skip
    week = world.campaign.week_of(date(2021, 9, 1))
    past = reopen(weekly_book(world.campaign, world.xincheng, week, week.end))
    assert past["隐患整治清单"]["H3"].value == "整改中：正在清理"
    assert past["周报表"]["E4"].value == 0
    now = reopen(FORMS["longgang-4"].book(ask(world)))
    assert now["隐患整治清单"]["H3"].value == "已销号：已清理"
    changed = [row[2].value for row in past["本周变化"].iter_rows(min_row=19)]
    assert [what for what in changed if what in ("新发现", "交办", "申请验收", "销号")] == ["新发现", "交办"]


def test_back_fills_are_listed_and_said_not_to_count(world):
    factories.HazardFactory(
        task_force=world.task_force_a, category=world.category, found_on=date(2021, 7, 1) - timedelta(days=9)
    )
    book = weekly_book(world.campaign, world.xincheng, world.campaign.week_of(DAY), DAY)
    sheet = reopen(book)["隐患整治清单"]
    assert sheet["A4"].value == "注：含行动起算日之前发现的补录隐患1项，不计入周报表。"
