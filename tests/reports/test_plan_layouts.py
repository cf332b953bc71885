"""The forms of a plan opened again and compared cell by cell with the plans' layouts."""

import io
from datetime import date
from itertools import pairwise

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from openpyxl.cell import MergedCell

from accounts.models import AuditEntry
from campaigns.actions import load_plan
from campaigns.enums import Part, PartyGroup, Precision, Rhythm
from campaigns.models import (
    Campaign,
    Category,
    Measure,
    Responsibility,
    TaskForce,
    UnitContact,
    UnitDuty,
    WorkItem,
)
from campaigns.plan import read_plan
from campaigns.queries import scope_of
from parks.models import Department
from reports.layouts import FORMS, forms_of
from reports.layouts.form import Ask
from tests import factories

DAY = date(2021, 9, 15)
PLAN_FORMS = ["longgang-1", "longgang-2", "longgang-3", "taizhou-1", "zhengyang-1"]
TITLE, HEAD, BODY = "方正小标宋简体", "黑体", "仿宋_GB2312"
DATE = 'yyyy"年"m"月"d"日"'


def reopen(book):
    return openpyxl.load_workbook(io.BytesIO(book.to_bytes()))


def sheet_of(slug, campaign, **more):
    book = reopen(FORMS[slug].book(Ask(campaign, DAY, **more)))
    (sheet,) = book.worksheets
    return sheet


def texts(sheet, row):
    return [cell.value for cell in sheet[row]]


def body(sheet, above):
    return [list(row) for row in sheet.iter_rows(min_row=above + 1, values_only=True)]


def merged(sheet):
    return {str(area) for area in sheet.merged_cells.ranges}


def downwards(sheet, letter, above):
    """Sizes of the cells of a column: how many rows each takes."""
    areas = {
        area.min_row: area.size["rows"]
        for area in sheet.merged_cells.ranges
        if openpyxl.utils.get_column_letter(area.min_col) == letter and area.min_row > above
    }
    sizes, row = [], above + 1
    while row <= sheet.max_row:
        sizes.append(areas.get(row, 1))
        row += sizes[-1]
    return sizes


def font(cell):
    return cell.font.name, cell.font.sz


def assert_is_official(sheet, heads, *, size, orientation, annex=""):
    """What every form has: fonts, borders, print set-up, no formula. `heads` is the last heading row."""
    first = 3 if annex else 2
    if annex:
        assert (sheet["A1"].value, font(sheet["A1"]), sheet["A1"].alignment.horizontal) == (
            annex,
            (HEAD, 16),
            "left",
        )
    title = sheet.cell(first - 1, 1)
    assert (font(title), title.alignment.horizontal, title.border.top.style) == ((TITLE, 22), "center", None)
    rows = sheet.iter_rows(min_row=first)
    cells = [cell for row in rows for cell in row if not isinstance(cell, MergedCell)]
    above = [cell for cell in cells if cell.row <= heads]
    assert {font(cell) for cell in above} == {(HEAD, size)}
    assert {cell.alignment.horizontal for cell in above} == {"center"}
    assert {cell.border.left.style for cell in cells} == {"thin"}
    assert {cell.alignment.wrap_text for cell in cells} == {True}
    assert {font(cell) for cell in cells if cell.row > heads} == {(BODY, size)}
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert all(cell.value is None or isinstance(cell.value, int) for cell in cells if cell.data_type == "n")
    setup = sheet.page_setup
    assert (setup.paperSize, setup.orientation, setup.fitToWidth, setup.fitToHeight) == (
        9,
        orientation,
        1,
        0,
    )
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == f"${first}:${heads}"
    # At full width nothing is shrunk: 7 pixels a character, 0.6 inches of margin on both sides.
    paper = 841.9 if orientation == "landscape" else 595.3
    widths = [dimension.width for dimension in sheet.column_dimensions.values()]
    assert paper - 86.4 - 20 < sum(widths) * 5.25 <= paper - 86.4


@pytest.fixture
def p0(db):
    """P0 as it is loaded."""
    return load_plan(read_plan("longgang-2021")).campaign


@pytest.fixture
def p3(db):
    """P3 as it is loaded."""
    return load_plan(read_plan("zhengyang-2023")).campaign


# ---- longgang-1 ----------------------------------------------------------------------------------


def test_longgang_1_of_p0(p0):
    sheet = sheet_of("longgang-1", p0)
    assert sheet["A2"].value == "龙港市小微企业园安全隐患整治百日攻坚\n专项行动部门责任清单"
    assert texts(sheet, 3) == ["成员单位", "工作职责"]
    assert_is_official(sheet, 3, size=14, orientation="portrait", annex="附件1")
    rows = body(sheet, 3)
    assert [row[0] for row in rows] == [
        "市经济发展局",
        "市自然资源和规划局",
        "市市场监督管理局",
        "市应急管理局",
        "市综合行政执法局",
        "市供电局",
        "市消防救援大队",
        "市新城开发建设中心",
    ]
    lines = rows[0][1].split("\n")
    assert [line[:2] for line in lines] == ["1.", "2.", "3.", "4."]
    assert rows[2][1] == p0.unit_duties.get(department__name="市市场监督管理局").text
    assert merged(sheet) == {"A1:B1", "A2:B2"}
    assert sheet.oddFooter.center.text is None
    assert sheet.row_dimensions[4].height >= 4 * 14 * 1.3


def test_longgang_1_elsewhere_bears_the_campaigns_name(world):
    UnitDuty.objects.create(campaign=world.campaign, department=world.jingfa, text="=整治违建")
    UnitDuty.objects.create(campaign=world.campaign, department=world.xincheng, text="乙", order=2)
    UnitDuty.objects.create(campaign=world.campaign, department=world.xincheng, text="甲", order=1)
    UnitDuty.objects.create(campaign=world.other, department=world.xiaofang, text="别处的职责")
    sheet = sheet_of("longgang-1", world.campaign)
    assert sheet["A1"].value == f"{world.campaign.label}部门责任清单"
    assert body(sheet, 2) == [[world.xincheng.name, "1.甲\n2.乙"], [world.jingfa.name, "=整治违建"]]
    assert sheet["B4"].data_type == "s"
    assert sheet["B4"].quotePrefix


# ---- longgang-2 ----------------------------------------------------------------------------------


def test_longgang_2_of_p0(p0):
    sheet = sheet_of("longgang-2", p0)
    assert sheet["A2"].value == "龙港市小微企业园安全隐患整治百日攻坚管控措施"
    assert texts(sheet, 3) == ["序号", "整治内容", "措施", "完成时限", "责任单位", "配合单位"]
    assert_is_official(sheet, 3, size=12, orientation="landscape", annex="附件2")
    assert downwards(sheet, "A", 3) == downwards(sheet, "B", 3) == [2, 3, 3, 1, 3, 1, 3, 1]
    rows = body(sheet, 3)
    assert [row[0] for row in rows if row[0]] == ["1", "2", "3", "4", "5", "6", "7", "8"]
    assert [row[1] for row in rows if row[1]] == [category.name for category in p0.categories.all()]
    assert [row[3] for row in rows] == [
        "2021年9月", "2021年12月",
        "2021年7月", "2021年8月", "2021年8月",
        "2021年7月", "2021年7月", "2021年12月",
        "2021年12月",
        "2021年12月", "2021年12月", "2021年12月",
        "2021年9月",
        "2021年12月", "2021年12月", "2021年10月",
        "常态化工作",
    ]  # fmt: skip
    assert [row[4:] for row in rows[:4]] == [
        ["市综合行政执法局", "整治专班"],
        ["市综合行政执法局", "整治专班"],
        ["市综合行政执法局", "整治专班"],
        ["专班工作组", "市综合行政执法局"],
    ]
    assert rows[14][4:] == ["市消防救援大队\n市应急管理局", None]
    assert rows[15][4:] == ["专班工作组", "市消防救援大队\n市应急管理局"]
    assert rows[16][4:] == ["市经济发展局", "各部门"]
    assert {cell.alignment.horizontal for row in sheet["C4:C20"] for cell in row} == {"left"}
    assert {cell.alignment.horizontal for row in sheet["D4:D20"] for cell in row} == {"center"}


@pytest.fixture
def category(world):
    Category.objects.filter(campaign=world.campaign).exclude(pk=world.category.pk).delete()
    return world.category


def measure(category, order, **more):
    facts = {"title": f"措施{order}", "due_on": date(2021, 9, 30), "precision": Precision.DAY} | more
    return Measure.objects.create(campaign=category.campaign, category=category, order=order, **facts)


@pytest.mark.parametrize(
    ("facts", "shown"),
    [
        ({"due_on": date(2021, 7, 1), "raw_deadline": "2021年9月"}, date(2021, 7, 1)),
        ({"precision": Precision.MONTH}, "2021年9月"),
        ({"precision": Precision.TEN_DAYS, "due_on": date(2021, 8, 20)}, "2021年8月中旬"),
        ({"precision": Precision.QUARTER}, "2021年第3季度"),
        ({"precision": Precision.STANDING, "due_on": None, "raw_deadline": "长期坚持"}, "长期坚持"),
        ({"precision": Precision.STANDING, "due_on": None, "raw_deadline": "2021年9月"}, "常态化"),
        ({"precision": Precision.STANDING, "due_on": None}, "常态化"),
    ],
)
def test_a_day_is_a_date_and_anything_vaguer_is_text(category, facts, shown):
    measure(category, 1, **facts)
    cell = sheet_of("longgang-2", category.campaign)["D3"]
    if isinstance(shown, date):
        assert (cell.value.date(), cell.is_date, cell.number_format) == (shown, True, DATE)
    else:
        assert (cell.value, cell.data_type) == (shown, "s")


def test_units_are_worded_as_in_the_plan_else_by_name(category, world):
    row = measure(category, 1)
    units = [
        {"department": world.jingfa, "order": 1},
        {"department": world.xiaofang, "order": 2, "raw": "消防大队、"},
        {"group": PartyGroup.TASK_FORCES, "order": 3},
        {"group": PartyGroup.UNITS, "raw": "各单位", "part": Part.COOPERATING},
    ]
    for facts in units:
        Responsibility.objects.create(measure=row, **facts)
    sheet = sheet_of("longgang-2", world.campaign)
    assert sheet["E3"].value == "市综合行政执法局\n消防大队\n各园区专班"
    assert sheet["F3"].value == "各单位"


def test_a_long_measure_and_a_long_item_are_whole_and_pages_end_between_items(category, world):
    category.name = "厂房" * 25
    category.save()
    long = "拆除占用消防通道的违法建筑。" * 5
    for count in (3, 4, 9):
        one = category if count == 3 else factories.CategoryFactory(campaign=world.campaign, order=count)
        for order in range(count):
            measure(one, order + 1, title=long)
    sheet = sheet_of("longgang-2", world.campaign)
    assert downwards(sheet, "B", 2) == [3, 4, 9]
    assert sheet["C3"].value == long
    heights = [sheet.row_dimensions[row].height for row in range(3, 19)]
    lines = -(-len(long) * 2 * 8 // (55 * 7 - 6))
    assert all(tall >= lines * 12 * 1.3 for tall in heights)
    name_lines = -(-50 * 2 * 8 // (20 * 7 - 6))
    assert sum(heights[:3]) >= name_lines * 12 * 1.3
    # The second item would be torn after the first; the third is higher than a page, so it is.
    ends = [line.id for line in sheet.row_breaks.brk]
    assert ends[0] == 5
    assert any(10 <= end < 18 for end in ends)
    assert [sheet[cell].alignment.vertical for cell in ("B3", "B6", "B10")] == ["center", "center", "top"]
    assert sheet.oddFooter.center.text == "第 &P 页，共 &N 页"


def test_a_measure_too_high_for_a_row_goes_over_several_rows(category):
    measure(category, 1, title="隐患" * 2000)
    measure(category, 2)
    sheet = sheet_of("longgang-2", category.campaign)
    last = sheet.max_row
    assert f"A3:A{last}" in merged(sheet)
    assert f"C3:C{last - 1}" in merged(sheet)
    assert (sheet["C3"].value, sheet.cell(last, 3).value) == ("隐患" * 2000, "措施2")
    assert max(sheet.row_dimensions[row].height for row in range(3, last + 1)) <= 409
    assert sum(sheet.row_dimensions[row].height for row in range(3, last)) >= 4000 * 16 * 15.6 / 400


# ---- longgang-3 ----------------------------------------------------------------------------------

UPPER = ["序号", "小微园明细", None, None, "专班成员", None, None, None, None, "备注"]
LOWER = [None, "名称", "单位负责人", "联系电话", "责任单位", "分管领导", "责任人", "联络员", "电话", None]


def test_longgang_3_of_p0(p0):
    sheet = sheet_of("longgang-3", p0)
    assert sheet["A2"].value == "龙港市小微企业园安全隐患整治百日攻坚专班分工表"
    assert (texts(sheet, 3), texts(sheet, 4)) == (UPPER, LOWER)
    assert {"A3:A4", "B3:D3", "E3:I3", "J3:J4"} <= merged(sheet)
    assert_is_official(sheet, 4, size=12, orientation="landscape", annex="附件3")
    assert (sheet.max_row, sheet.max_column) == (24, 10)
    assert sheet.freeze_panes == "A5"
    assert downwards(sheet, "E", 4) == [10, 5, 2, 1, 2]
    for letter in "ABCDFGHIJ":
        assert downwards(sheet, letter, 4) == [1] * 20
    rows = body(sheet, 4)
    assert [row[0] for row in rows] == [str(number) for number in range(1, 21)]
    assert [row[1] for row in rows] == [t.park.name for t in p0.task_forces.select_related("park")]
    assert [row[4] for row in rows if row[4]] == [
        "市新城开发建设中心",
        "市经济发展局",
        "市自然资源和规划局",
        "市综合行政执法局",
        "市应急管理局",
    ]
    assert all(value is None for row in rows for value in [*row[2:4], *row[5:]])


@pytest.fixture
def staffed(world):
    """Two task forces with names and phones."""
    for park, phone in ((world.park_a, "13800000001"), (world.park_b, "0577-80000002")):
        park.contact_name, park.contact_phone = "张三", phone
        park.save()
    people = {"leader": "李四", "owner": "王五", "liaison": "赵六", "note": "@备注"}
    TaskForce.objects.filter(pk=world.task_force_a.pk).update(phone="13800000003", **people)
    TaskForce.objects.filter(pk=world.task_force_b.pk).update(phone="13800000004")
    return world


def phones(sheet):
    return [(row[1], row[3], row[8]) for row in body(sheet, 3) if row[1]]


A_FULL, A_MASKED = ("甲园", "13800000001", "13800000003"), ("甲园", "138****0001", "138****0003")
B_FULL = ("乙园", "0577-80000002", "13800000004")
B_MASKED = ("乙园", "057****0002", "138****0004")


def test_phones_are_text_and_masked_unless_asked_for(staffed):
    sheet = sheet_of("longgang-3", staffed.campaign)
    assert phones(sheet) == [A_MASKED, B_MASKED]
    full = sheet_of("longgang-3", staffed.campaign, in_full=True)
    assert phones(full) == [A_FULL, B_FULL]
    assert full["D4"].data_type == full["I4"].data_type == "s"
    assert body(full, 3)[0][2:] == [
        "张三", "13800000001", staffed.xincheng.name, "李四", "王五", "赵六", "13800000003", "@备注",
    ]  # fmt: skip
    assert full["J4"].data_type == "s"


@pytest.mark.parametrize(
    ("who", "shown"),
    [
        ("lead", [A_FULL, B_FULL]),
        ("leader", [A_MASKED, B_MASKED]),
        ("assessor", [A_MASKED, B_MASKED]),
        ("dept_xincheng", [A_FULL]),
        ("dept_xiaofang", []),
        ("tf_a", [A_FULL]),
        ("operator_a", [A_MASKED]),
    ],
)
def test_each_reader_gets_the_task_forces_and_phones_of_their_page(staffed, who, shown):
    scope = scope_of(getattr(staffed, who))
    sheet = sheet_of("longgang-3", staffed.campaign, scope=scope)
    rows = [row for row in phones(sheet) if row[0] in ("甲园", "乙园")]
    assert rows == shown
    note = body(sheet, 3)[-1][0]
    assert (note == f"注：全行动共2个专班，本表列出您范围内的{len(shown)}个。") == (len(shown) < 2)


def test_parks_of_one_unit_apart_from_each_other_are_not_one_cell(staffed):
    last = factories.TaskForceFactory(
        campaign=staffed.campaign,
        park=factories.ParkFactory(name="丁园"),
        department=staffed.xincheng,
        order=3,
    )
    sheet = sheet_of("longgang-3", staffed.campaign)
    assert downwards(sheet, "E", 3) == [1, 1, 1]
    last.order = 1
    last.save()
    assert downwards(sheet_of("longgang-3", staffed.campaign), "E", 3) == [2, 1]


# ---- taizhou-1 -----------------------------------------------------------------------------------

CONTACT_HEADS = ["单位", "姓名", "职务", "手机号码", "备注"]


def test_taizhou_1_without_contacts_is_the_plans_blank(world):
    Campaign.objects.filter(pk=world.campaign.pk).update(slug="taizhou-2019")
    world.campaign.refresh_from_db()
    sheet = sheet_of("taizhou-1", world.campaign)
    assert sheet["A2"].value == "全市小微企业安全生产和消防安全\n整治工作分管领导、处室负责人名单"
    assert texts(sheet, 3) == CONTACT_HEADS
    assert_is_official(sheet, 3, size=14, orientation="portrait", annex="附件1")
    assert body(sheet, 3) == [[None] * 5] * 4
    assert merged(sheet) == {"A1:E1", "A2:E2"}


@pytest.fixture
def contacts(world):
    for order, unit, name, phone in (
        (1, world.xincheng, "张三", "13800000001"),
        (2, world.xincheng, "李四", "13800000002"),
        (3, world.jingfa, "王五", "13800000003"),
    ):
        UnitContact.objects.create(
            campaign=world.campaign, department=unit, order=order, name=name, post="科长", phone=phone
        )
    UnitContact.objects.create(campaign=world.other, department=world.jingfa, name="别处", phone="1")
    return world


def test_taizhou_1_names_each_contact_with_its_unit(contacts):
    sheet = sheet_of("taizhou-1", contacts.campaign, in_full=True)
    assert sheet["A1"].value == f"{contacts.campaign.label}分管领导、处室负责人名单"
    assert body(sheet, 2) == [
        [contacts.xincheng.name, "张三", "科长", "13800000001", None],
        [contacts.xincheng.name, "李四", "科长", "13800000002", None],
        [contacts.jingfa.name, "王五", "科长", "13800000003", None],
    ]
    assert sheet["D3"].data_type == "s"


@pytest.mark.parametrize(
    ("who", "shown"),
    [
        (None, ["138****0001", "138****0002", "138****0003"]),
        ("lead", ["13800000001", "13800000002", "13800000003"]),
        ("leader", ["138****0001", "138****0002", "138****0003"]),
        ("dept_xincheng", ["13800000001", "13800000002", "138****0003"]),
        ("tf_a", ["138****0001", "138****0002", "138****0003"]),
        ("other_lead", ["138****0001", "138****0002", "138****0003"]),
    ],
)
def test_numbers_of_contacts_are_for_the_lead_and_their_own_unit(contacts, who, shown):
    scope = scope_of(getattr(contacts, who)) if who else None
    sheet = sheet_of("taizhou-1", contacts.campaign, scope=scope)
    assert [row[3] for row in body(sheet, 2)] == shown


# ---- zhengyang-1 ---------------------------------------------------------------------------------

WORK_HEADS = ["序号", "八个专项行动", "行动任务", "工作要求", "责任部室", "时限要求"]


def test_zhengyang_1_of_p3(p3):
    sheet = sheet_of("zhengyang-1", p3)
    assert sheet["A2"].value == "正阳工业园区重大隐患专项排查整治2023行动工作清单和责任清单"
    assert texts(sheet, 3) == WORK_HEADS
    assert_is_official(sheet, 3, size=12, orientation="landscape", annex="附件1")
    rows = body(sheet, 3)
    assert [row[0] for row in rows] == [str(number) for number in range(1, 50)]
    assert downwards(sheet, "B", 3) == [12, 14, 8, 2, 6, 7]
    assert downwards(sheet, "C", 3) == [
        2, 6, 2, 2,
        4, 3, 3, 2, 2,
        3, 3, 2,
        2,
        3, 2, 1,
        2, 3, 2,
    ]  # fmt: skip
    for letter in "ADEF":
        assert downwards(sheet, letter, 3) == [1] * 49
    deadlines = [row[5] for row in rows]
    assert deadlines[:9] == [
        "2023年7月30日前",
        "2023年7月30日前",
        "2023年5月23日前",
        "8月中旬、11月中旬",
        "2023年5月20日前",
        "每月",
        "每月",
        "每月",
        "2023年6月25日前",
    ]
    assert (deadlines[34], deadlines[41], deadlines[48]) == ("每2月", "每月", "2023年8月30日前")
    assert rows[0][4] == "安全生产部"
    assert rows[2][4] == "安全生产部"  # the plan's stray 、 is gone
    assert rows[20][4] == "安全生产部、规划建设部、园区各企业"  # and so is the 负 before it
    assert rows[8][4] == "安全生产部、规划建设部、党政办"
    assert rows[42][4] == "园区各企业"
    assert sheet.oddFooter.center.text == "第 &P 页，共 &N 页"


def test_no_page_of_p3_is_too_high_and_no_task_is_torn(p3):
    sheet = sheet_of("zhengyang-1", p3)
    ends = [line.id for line in sheet.row_breaks.brk]
    tasks = [area for area in sheet.merged_cells.ranges if area.min_col == 3 and area.min_row > 3]
    assert not [area for area in tasks for end in ends if area.min_row <= end < area.max_row]
    begins = [1, *(end + 1 for end in ends), sheet.max_row + 1]
    pages = [
        sum(sheet.row_dimensions[row].height for row in range(first, after))
        for first, after in pairwise(begins)
    ]
    heads = sheet.row_dimensions[3].height
    room = 595.3 - 2 * 0.8 * 72
    assert pages[0] <= room
    assert all(page + heads <= room for page in pages[1:])
    assert len(pages) <= 5


def test_a_task_of_a_whole_paragraph_gets_the_room_of_its_short_requirements(p3):
    before = sheet_of("zhengyang-1", p3)
    p3.work_items.filter(action__startswith="一").update(task="树牢红线意识。" * 40)
    sheet = sheet_of("zhengyang-1", p3)
    widths = [[one.column_dimensions[letter].width for letter in "ABCDEF"] for one in (before, sheet)]
    assert sum(widths[0]) == sum(widths[1])
    assert widths[0][2] < widths[0][3]
    assert widths[1][2] > widths[1][3]
    assert downwards(sheet, "C", 3)[0] == 12
    lines = -(-280 * 2 * 8 // (widths[1][2] * 7 - 6))
    assert sum(sheet.row_dimensions[row].height for row in range(4, 16)) >= lines * 12 * 1.3


def item(campaign, order, **more):
    facts = {"title": f"要求{order}", "due_on": date(2021, 9, 30)} | more
    return WorkItem.objects.create(campaign=campaign, order=order, **facts)


@pytest.mark.parametrize(
    ("facts", "shown"),
    [
        ({"raw_deadline": "9月底前", "precision": Precision.MONTH}, "9月底前"),
        ({"raw_deadline": "2021年7月30日前"}, "2021年9月30日"),
        ({"raw_deadline": "工作完成后"}, "工作完成后"),
        ({}, "2021年9月30日"),
        ({"rhythm": Rhythm.MONTHLY, "raw_deadline": "每月", "quota": 4}, "每月"),
        ({"rhythm": Rhythm.MONTHLY, "raw_deadline": "每月4次", "quota": 2}, "每月2次"),
        ({"rhythm": Rhythm.WEEKLY, "raw_deadline": "每月"}, "每周"),
        (
            {"rhythm": Rhythm.DATES, "dates": ["2021-11-20", "2021-08-20"], "precision": Precision.TEN_DAYS},
            "2021年8月中旬、2021年11月中旬",
        ),
        ({"rhythm": Rhythm.STANDING, "due_on": None}, "常态化"),
    ],
)
def test_the_plans_wording_of_a_deadline_while_it_holds(world, facts, shown):
    item(world.campaign, 1, **facts)
    cell = sheet_of("zhengyang-1", world.campaign)["F3"]
    assert (cell.value, cell.data_type) == (shown, "s")


def test_rows_are_numbered_through_and_cells_shared_only_within_an_action(world):
    for order, action, task in (
        (2, "甲", "一"),
        (3, "甲", "一"),
        (7, "乙", "一"),
        (9, "", "一"),
        (11, "", "一"),
    ):
        item(world.campaign, order, action=action, task=task)
    sheet = sheet_of("zhengyang-1", world.campaign)
    assert sheet["A1"].value == f"{world.campaign.label}工作清单和责任清单"
    assert [row[:3] for row in body(sheet, 2)] == [
        ["1", "甲", "一"],
        ["2", None, None],
        ["3", "乙", "一"],
        ["4", None, "一"],
        ["5", None, None],
    ]
    assert downwards(sheet, "B", 2) == [2, 1, 1, 1]
    assert downwards(sheet, "C", 2) == [2, 1, 2]


# ---- common --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("slug", "area"),
    [
        ("longgang-1", "A3:B3"),
        ("longgang-2", "A3:F3"),
        ("longgang-3", "A4:J4"),
        ("zhengyang-1", "A3:F3"),
    ],
)
def test_an_empty_part_says_so(db, slug, area):
    sheet = sheet_of(slug, factories.CampaignFactory())
    assert sheet[area.partition(":")[0]].value == "（无）"
    assert area in merged(sheet)
    assert sheet.max_row == int(area[1])


@pytest.mark.parametrize("slug", PLAN_FORMS)
def test_the_same_plan_gives_the_same_bytes(p0, slug):
    one, two = (FORMS[slug].book(Ask(p0, DAY)).to_bytes() for _ in range(2))
    assert one == two


@pytest.mark.parametrize("slug", PLAN_FORMS)
def test_text_that_begins_like_a_formula_stays_text(world, slug):
    world.campaign.name = world.campaign.short_name = "=行动"
    Department.objects.filter(pk=world.xincheng.pk).update(name="=单位")
    UnitDuty.objects.create(campaign=world.campaign, department=world.xincheng, text="+职责")
    UnitContact.objects.create(
        campaign=world.campaign, department=world.xincheng, name="-张三", phone="+8613800000001"
    )
    row = measure(world.category, 1, title="@措施")
    work = item(world.campaign, 1, action="=1", task="+1", title="-1", raw_deadline="@1")
    Responsibility.objects.create(measure=row, department=world.xincheng)
    Responsibility.objects.create(item=work, department=world.xincheng)
    cells = [cell for row in sheet_of(slug, world.campaign, in_full=True) for cell in row]
    said = [cell for cell in cells if str(cell.value or "").startswith(tuple("=+-@"))]
    assert len(said) > 1
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in said)


def test_a_long_name_of_a_campaign_goes_on_a_line_of_its_own(world):
    world.campaign.short_name = "园区安全隐患排查整治百日攻坚"
    book = FORMS["taizhou-1"].book(Ask(world.campaign, DAY))
    assert book.title == "园区安全隐患排查整治百日攻坚分管领导、处室负责人名单"
    sheet = reopen(book).active
    assert sheet["A1"].value == "园区安全隐患排查整治百日攻坚\n分管领导、处室负责人名单"
    assert sheet.row_dimensions[1].height >= 2 * 22 * 1.3


def test_a_campaign_offers_the_forms_that_it_names_or_all(p0):
    asked = [form.slug for form in forms_of(p0)]
    assert asked == [slug for slug in p0.forms if not FORMS[slug].rhythm]
    p0.forms = []
    assert forms_of(p0) == [form for form in FORMS.values() if not form.rhythm]


# ---- command and page ----------------------------------------------------------------------------


@pytest.fixture
def target(tmp_path):
    return tmp_path / "表.xlsx"


def export(slug, campaign, target, *more):
    call_command("export", slug, "--campaign", campaign.slug, "-o", str(target), *more, stdout=io.StringIO())
    return openpyxl.load_workbook(target).active


@pytest.mark.parametrize("slug", PLAN_FORMS)
def test_the_command_writes_each_form(p0, slug, target):
    assert export(slug, p0, target).max_row > 4


def test_the_command_masks_phones_unless_told_otherwise(staffed, target):
    assert phones(export("longgang-3", staffed.campaign, target)) == [A_MASKED, B_MASKED]
    assert not AuditEntry.objects.filter(act="导出表格").exists()
    assert phones(export("longgang-3", staffed.campaign, target, "--phones")) == [A_FULL, B_FULL]
    assert AuditEntry.objects.get(act="导出表格").target == "longgang-3 含完整电话"


@pytest.mark.parametrize(
    ("slug", "more", "said"),
    [
        ("longgang-3", ["--unit", "新城中心"], "请去掉 --unit"),
        ("longgang-1", ["--as-of", "2021-09-01", "--from", "2021-08-01"], "请去掉 --as-of、--from"),
        ("longgang-4", ["--phones"], "只用于方案表格"),
    ],
)
def test_what_does_not_go_with_a_form_is_said(world, slug, more, said, target):
    with pytest.raises(CommandError, match=said):
        export(slug, world.campaign, target, *more)
    assert not target.exists()


def download(client, slug):
    answer = client.get(reverse("reports:form", args=[slug]))
    assert answer.status_code == 200
    return openpyxl.load_workbook(io.BytesIO(answer.getvalue())).active


@pytest.mark.parametrize("slug", PLAN_FORMS)
@pytest.mark.parametrize("who", ["lead", "assessor", "dept_xiaofang", "tf_a", "operator_a"])
def test_everybody_in_the_campaign_downloads_the_plans_forms(world, client, who, slug):
    client.force_login(getattr(world, who))
    assert world.campaign.label in download(client, slug)["A1"].value


def test_the_page_gives_phones_as_the_reader_may_read_them(staffed, client):
    client.force_login(staffed.dept_xincheng)
    assert [row for row in phones(download(client, "longgang-3")) if row[0] == "甲园"] == [A_FULL]
    client.force_login(staffed.assessor)
    assert phones(download(client, "longgang-3")) == [A_MASKED, B_MASKED]
    entry = AuditEntry.objects.filter(act="导出表格").latest("pk")
    assert entry.target.endswith("专班分工表-20210915.xlsx")


@pytest.mark.parametrize("who", ["system_admin", "auditor"])
def test_those_without_a_campaign_get_none(world, client, who):
    client.force_login(getattr(world, who))
    assert client.get(reverse("reports:form", args=["longgang-1"])).status_code == 404


def test_the_report_centre_links_the_forms_that_the_campaign_uses(world, client):
    Campaign.objects.filter(pk=world.campaign.pk).update(forms=["longgang-1", "longgang-4"])
    for person in (world.lead, world.tf_a):
        client.force_login(person)
        page = client.get(reverse("reports:list")).content.decode()
        assert reverse("reports:form", args=["longgang-1"]) in page
        assert reverse("reports:form", args=["longgang-2"]) not in page
        assert reverse("reports:form", args=["taizhou-2"]) not in page
