"""The ledger's form as offices bend it: headings, footers, notes, several tables, hidden sheets."""

import io
from datetime import date

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from reports.ledger.sheet import find_ledger
from reports.reading.reader import read_workbook
from reports.reading.sheet_parts import UnreadableWorkbook
from tests.reports.workbooks import HEADINGS, fill, ledger, row, saved


def found(content):
    return find_ledger(read_workbook(io.BytesIO(content)))


def with_lines(*lines, merges=()):
    """One good row in row 4, and lines of cells, {column letter: text}, under it; no footer."""

    def change(sheet):
        for number, line in enumerate(lines, start=5):
            for letter, text in line.items():
                sheet[f"{letter}{number}"] = text
        for merge in merges:
            sheet.merge_cells(merge)

    return ledger([row()], footer="", change=change)


def two_row_heads(tops, bottoms, merges=()):
    book = Workbook()
    for line in (["附件4"], ["清单"], tops, bottoms):
        book.active.append(line)
    for n in range(2):
        facts = row(描述=f"第{n}条")
        book.active.append([facts[heading] for heading in HEADINGS])
    for merge in merges:
        book.active.merge_cells(merge)
    return saved(book)


@pytest.mark.parametrize("other", ["备注", "照片", "编号", "整改情况", "发现时间", "风险等级"])
def test_a_further_column_is_named_and_the_forms_own_is_read(other):
    content = ledger([row() | {other: "别的"}], headings=[other, *HEADINGS])
    taken = found(content)
    assert taken.rows[0].text("progress") == "整改中"
    assert taken.rows[0].text("difficulty") == ""
    assert taken.remarks == [f"工作表“Sheet”的列“{other}”不在清单格式之内，未读取"]


def test_hints_and_numbers_in_headings():
    hinted = [f"{n}.{h}（必填）" if n != 3 else h for n, h in enumerate(HEADINGS, 1)]
    facts = {hint: row()[heading] for hint, heading in zip(hinted, HEADINGS, strict=True)}
    assert found(ledger([facts], headings=hinted)).rows[0].text("park") == "甲园"


@pytest.mark.parametrize(
    "words",
    [
        "编号 小微园区名称 隐患发生位置（企业） 隐患描述 隐患类别 整改责任单位 整改时限 整改进展情况 "
        "上报日期 存在问题和困难",
        "序号 园区(小微园)名称 发生位置[企业名称] 问题描述（附照片） 隐患分类 责任部门 整改期限 完成情况 "
        "排查时间 困难",
    ],
)
def test_the_forms_headings_in_small_other_words(words):
    headings = words.split()
    facts = dict(zip(headings, row().values(), strict=True))
    taken = found(ledger([facts], headings=headings))
    assert list(taken.rows[0].cells.values()) == [value for value in row().values() if value]
    assert taken.remarks == []


def test_a_serial_twice_is_no_question():
    assert len(found(ledger([row()], headings=[*HEADINGS, "序号", "数量"])).rows) == 1


def test_of_two_words_for_a_column_the_likelier_is_read_and_the_other_named():
    headings = [*HEADINGS[:8], "发现时间", "上报日期"]
    facts = row() | {"发现时间": "2021.8.1", "上报日期": "2021.9.1"}
    taken = found(ledger([facts], headings=headings))
    assert taken.rows[0].text("found_on") == "2021.9.1"
    assert taken.remarks == ["工作表“Sheet”的列“发现时间”不在清单格式之内，未读取"]


@pytest.mark.parametrize(
    ("tops", "bottoms", "merges"),
    [
        (
            ["序号", "园区名称", "隐患情况", None, None, "整治", None, None, "问题上报日期", "存在困难"],
            [
                "",
                "",
                "发生位置（企业名称）",
                "安全隐患问题描述",
                "安全隐患类型",
                "责任单位",
                "完成时限",
                "进度",
            ],
            ["A3:A4", "B3:B4", "C3:E3", "F3:H3", "I3:I4", "J3:J4"],
        ),
        (
            [
                "序号",
                "园区",
                "发生位置",
                "安全隐患",
                "安全隐患",
                "整治责任",
                "计划完成",
                "整治",
                "问题上报",
                "存在",
            ],
            [None, "名称", "（企业名称）", "问题描述", "类型", "单位", "整治时间", "进度", "日期", "困难"],
            [],
        ),
        ([*HEADINGS[:2], "发生位置", *HEADINGS[3:]], [None, None, "（企业名称）"], []),
        (HEADINGS, list(range(1, 11)), []),
        (HEADINGS, list("ABCDEFGHIJ"), []),
        (HEADINGS, [None] * 10, ["A3:A4", "B3:B4"]),
    ],
)
def test_headings_over_two_rows(tops, bottoms, merges):
    rows = found(two_row_heads(tops, bottoms, merges)).rows
    assert [(taken.row, taken.text("description")) for taken in rows] == [(5, "第0条"), (6, "第1条")]
    assert rows[0].text("where") == "3号楼2层（甲一纸品厂）"
    assert rows[0].text("department") == "市消防救援大队"


@pytest.mark.parametrize("letter", "ABCD")
@pytest.mark.parametrize(
    "words",
    [
        "填报单位（盖章）：  审核人：  填报人：",
        "审核人：张三",
        "制表人：张三  联系电话：",
        "负责人签字：",
        "日期：2021年9月1日",
        "合计",
        "注：本表每周五报送",
        "以下空白",
        "填表说明：略",
        "龙港市经济发展局（盖章）",
        "龙港市经济发展局",
        "2021年9月30日",
    ],
)
def test_a_line_under_the_table_is_no_data(letter, words):
    assert len(found(with_lines({letter: words})).rows) == 1


@pytest.mark.parametrize(
    "lines",
    [
        [{"B": "单位（公章）：", "D": "填报人：张三", "I": "填报时间：2021.9.1"}],
        [{"A": "审核人：", "B": "张三", "D": "填报人：", "E": "李四", "H": "日期：", "I": "2021年9月1日"}],
        [{"A": "合计", "D": "共1条", "H": "已整改1条"}],
        [{"A": "总计", "B": 3, "C": 6, "D": 6, "E": 7}],
        [{"B": "注：1.略"}, {"B": "2.略"}, {"B": "3.略"}],
    ],
)
def test_lines_of_several_cells_or_rows_are_no_data(lines):
    assert len(found(with_lines(*lines)).rows) == 1


def test_a_row_with_a_gap_is_still_a_row():
    """Its fault is to be told: it is not dropped as a note."""
    assert len(found(with_lines({"B": "甲园", "D": "说明：堵塞"})).rows) == 2
    assert len(found(with_lines({"D": "堵塞"})).rows) == 2


@pytest.mark.parametrize(
    ("line", "remarks"),
    [
        ({"A": 2, "B": "无"}, 0),
        ({"A": 2, "B": "/", "C": "/", "D": "/", "E": "/", "I": "—"}, 0),
        ({"A": 2, "H": "整改中"}, 1),
        ({"F": "市消防救援大队"}, 1),
        ({"A": 2, "F": "市消防救援大队", "H": "整改中"}, 1),
    ],
)
def test_a_row_without_any_hazard_is_no_fault(line, remarks):
    taken = found(with_lines(line))
    assert len(taken.rows) == 1
    assert ["第 5 行没有填写隐患内容" in remark for remark in taken.remarks] == [True] * remarks


def test_a_second_table_is_read_by_its_own_headings():
    def below(sheet):
        sheet.append(["清单（二）"])
        fill(sheet, [row(描述="第二张")], headings=HEADINGS[::-1])

    for footer in ("", "单位（公章）"):
        taken = found(ledger([row()], footer=footer, change=below))
        assert [line.text("description") for line in taken.rows] == ["安全出口被纸箱堵塞", "第二张"]
        assert taken.rows[1].text("park") == "甲园"
        assert taken.remarks == []


def test_a_hidden_sheet_is_named():
    book = Workbook()
    fill(book.active, [row()])
    hidden = book.create_sheet("旧表")
    fill(hidden, [row(描述="旧的")])
    hidden.sheet_state = "hidden"
    taken = found(saved(book))
    assert (len(taken.rows), taken.remarks) == (1, ["工作表“旧表”是隐藏的，未读取；如需导入请先取消隐藏"])
    with pytest.raises(UnreadableWorkbook, match="取消隐藏"):
        find_ledger(read_workbook(io.BytesIO(saved(book)))[1:])


def test_a_bare_serial_counts_from_1904_where_the_workbook_does():
    book = Workbook()
    book.epoch = CALENDAR_MAC_1904
    fill(book.active, [row(上报=44440 - 1462)])
    assert found(saved(book)).rows[0].cells["found_on"] == date(2021, 9, 1)


@pytest.mark.parametrize(("share", "shown"), [(1, "100%"), (0.8, "80%"), (0.125, "12.5%")])
def test_a_percentage_reads_as_it_is_shown(share, shown):
    def percent(sheet):
        sheet["H4"] = share
        sheet["H4"].number_format = "0.0%"

    assert found(ledger([row()], change=percent)).rows[0].text("progress") == shown
