"""Rows of the five forms as offices send them: merged or blank, retyped headings, titles, notes, typos."""

import io
from datetime import date

import pytest
from openpyxl import Workbook

from campaigns.dates import Span
from reports.enums import PlanForm
from reports.plan_forms.actions import read_form
from reports.plan_forms.facts import FactReader, numbered_lines
from reports.plan_forms.sheets import MAX_ROWS, FormRows
from reports.reading.sheet_parts import UnreadableWorkbook
from tests.reports import plan_workbooks as books
from tests.reports.plan_workbooks import contacts, duties, items, measures, sheet, task_forces
from tests.reports.workbooks import saved

BLANK = "　"


def found(content: bytes, form: str = "") -> FormRows:
    return read_form(io.BytesIO(content), form)


def cells(content: bytes, *slugs: str) -> list[tuple]:
    return [tuple(row.text(slug) for slug in slugs) for row in found(content).rows]


def refused(content: bytes, form: str = "") -> str:
    with pytest.raises(UnreadableWorkbook) as fault:
        found(content, form)
    return str(fault.value)


MEASURE = ["1", "夹层", "拆除夹层", "2021年9月", "市消防救援大队", "整治专班"]


@pytest.mark.parametrize(
    ("content", "form"),
    [
        (duties(["甲局", "1.巡查"]), PlanForm.DUTIES),
        (measures(MEASURE), PlanForm.MEASURES),
        (task_forces([1, "甲园", "张三", "660001", "甲局"]), PlanForm.TASK_FORCES),
        (contacts(["甲局", "张三", "局长", "13800000001"]), PlanForm.CONTACTS),
        (items([1, "行动", "任务", "要求", "甲局", "每月"]), PlanForm.WORK_ITEMS),
    ],
)
def test_the_form_is_seen_from_its_headings(content, form):
    assert found(content).spec.form == form


def test_measures_merged_or_blank_read_alike():
    rows = [
        [1, "夹层", "甲", "2021年9月", "局", None],
        [None, None, "乙", "2021年9月", "局", None],
        [2, "消防", "丙", "2021年9月", "局", None],
        [BLANK, BLANK, "丁", "2021年9月", "局", BLANK],
    ]
    wanted = [("夹层", "甲"), ("夹层", "乙"), ("消防", "丙"), ("消防", "丁")]
    assert cells(measures(*rows), "category", "title") == wanted

    def merge(one):
        for area in ("A4:A5", "B4:B5", "A6:A7", "B6:B7"):
            one.merge_cells(area)

    assert cells(measures(*rows, change=merge), "category", "title") == wanted


def test_of_task_forces_only_the_unit_is_inherited():
    content = task_forces(
        [1, "甲园", "张三", 660001, "甲局", "李四", "王五", "赵六", 13800000001, "备"],
        [2, "乙园", None, None, None, BLANK, None, None, None, None],
        [3, "丙园", None, None, "乙局", None, None, None, None, None],
    )
    slugs = ("park", "contact_phone", "department", "leader", "owner", "liaison", "phone", "note")
    assert cells(content, *slugs) == [
        ("甲园", "660001", "甲局", "李四", "王五", "赵六", "13800000001", "备"),
        ("乙园", "", "甲局", "", "", "", "", ""),
        ("丙园", "", "乙局", "", "", "", "", ""),
    ]


def test_a_merged_phone_counts_once_and_is_remarked():
    content = task_forces(
        [1, "甲园", None, None, "甲局", None, None, None, "660001", None],
        [2, "乙园"],
        change=lambda one: one.merge_cells("I5:I6"),
    )
    rows = found(content)
    assert [row.text("phone") for row in rows.rows] == ["660001", ""]
    assert "第 5—6 行的“电话”" in rows.remarks[0]


def test_two_phones_are_told_apart_by_the_heading_above():
    groups = list(books.GROUPS)
    below = ["", "名称", "负责人", "电话", "责任单位", "分管领导", "责任人", "联络员", "联系电话", ""]

    def merged(one):
        one.merge_cells("B3:D3")
        one.merge_cells("E3:I3")

    content = sheet(
        [groups, below, [1, "甲园", "张三", "660001", "甲局", "", "", "", "660002"]], change=merged
    )
    assert cells(content, "contact_phone", "phone") == [("660001", "660002")]


def test_items_inherit_action_over_task():
    content = items(
        [1, "一、行动", "1.任务", "甲", "局", "每月"],
        [None, None, None, "乙", "局", "每月"],
        [9, None, "2.任务", "丙", "局", "每月"],
        [None, "二、行动", None, "丁", "局", "每月"],
    )
    assert cells(content, "action", "task", "title") == [
        ("一、行动", "1.任务", "甲"),
        ("一、行动", "1.任务", "乙"),
        ("一、行动", "2.任务", "丙"),
        # A new action ends the task above it.
        ("二、行动", "", "丁"),
    ]


def test_headings_retyped_in_another_order_under_more_titles():
    heads = ["配合\n单位", "责任部门（盖章）", "*整治措施", "完成时间", "整治内容：", "序 号", "经费"]
    content = sheet(
        [heads, ["整治专班", "甲局", "拆除", "2021年9月", "夹层", 1, "3万"]],
        titles=["附件2", "某市", "管控措施", ""],
    )
    rows = found(content)
    assert rows.rows[0].text("title") == "拆除"
    assert rows.rows[0].row == 6
    assert "经费" in rows.remarks[0]


def test_notes_totals_signatures_stubs_and_repeated_headings_are_no_rows():
    content = measures(
        MEASURE,
        [2, None, None, None, None, None],
        books.MEASURES,
        ["2", "消防", "巡查", "2021年9月", "甲局", None],
        [],
        ["注：以上措施由各部门落实"],
        ["单位（公章）：", None, "填报人：张三", None, "填报时间：", None],
    )
    assert cells(content, "title") == [("拆除夹层",), ("巡查",)]


def test_a_line_merged_over_the_table_is_a_note():
    content = duties(
        ["甲局", "巡查"], ["以上单位按职责落实", None], change=lambda one: one.merge_cells("A5:B5")
    )
    assert cells(content, "unit") == [("甲局",)]


def test_duties_that_read_like_a_signature_are_kept():
    content = duties(["甲局", "负责：巡查园区"], ["乙局", "单位内部：自查"])
    assert cells(content, "duties") == [("负责：巡查园区",), ("单位内部：自查",)]


@pytest.mark.parametrize("day", ["2021年7月1日", "2021.7.1", date(2021, 7, 1)])
@pytest.mark.parametrize("column", [0, 1])
def test_the_day_under_a_table_is_no_duty(day, column):
    alone = [None] * column + [day]
    content = duties(["甲局", "巡查"], ["填报人：张三", "联系电话：660001"], [], alone)
    assert cells(content, "unit", "duties") == [("甲局", "巡查")]


@pytest.mark.parametrize(
    "row", [["填报人：张三", "联系电话：660001"], ["审核领导：", "张三"], ["填报单位（盖章）", None]]
)
def test_a_place_to_sign_is_no_contact(row):
    assert cells(contacts(["甲局", "李四"], row), "name") == [("李四",)]


def test_a_unit_merged_over_its_people_is_theirs():
    content = contacts(["甲局", "张三"], [None, "李四"], change=lambda one: one.merge_cells("A4:A5"))
    assert cells(content, "unit", "name") == [("甲局", "张三"), ("甲局", "李四")]


def test_hidden_sheets_and_other_sheets_are_named_not_read():
    book = Workbook()
    book.active.title = "清单"
    for row in (books.DUTIES, ("甲局", "巡查")):
        book.active.append(row)
    book.create_sheet("说明页").append(["填写说明"])
    hidden = book.create_sheet("旧表")
    hidden.append(books.DUTIES)
    hidden.sheet_state = "hidden"
    rows = found(saved(book))
    assert len(rows.rows) == 1
    assert any("“说明页”" in remark for remark in rows.remarks)
    assert any("“旧表”是隐藏的" in remark for remark in rows.remarks)


def test_a_typo_in_a_heading_names_sheet_heading_and_what_was_found():
    book = Workbook()
    book.active.title = "管控表"
    book.active.append(["管控措施表"])
    book.active.append(["序号", "整治内容", "措旋", "完成时限", "责任单位", "配合单位"])
    book.active.append(MEASURE)
    why = refused(saved(book))
    assert "工作表“管控表”第 2 行" in why
    assert "应有“措施”，这里写的是“措旋”" in why
    assert "管控措施" in why


@pytest.mark.parametrize(
    ("heads", "said"),
    [
        (["成员单位", "工作职则"], "应有“工作职责”，这里写的是“工作职则”"),
        (["单位", "姓氏名", "职务", "手机号码", "备注"], "应有“姓名”，这里写的是“姓氏名”"),
        (
            ["序号", "专项行动", "行动任务", "工作要球", "责任部室", "时限要求"],
            "应有“工作要求”，这里写的是“工作要球”",
        ),
    ],
)
def test_typos_of_the_other_forms(heads, said):
    assert said in refused(sheet([heads, ["一"] * len(heads)]))


def test_a_heading_that_is_gone_is_named():
    content = sheet([["序号", "整治内容", "措施", "完成时限", "配合单位"], [1, "a", "b", "2021年9月", "c"]])
    assert "缺少“责任单位”一列" in refused(content)


def test_no_form_at_all_says_what_headings_are_expected():
    why = refused(sheet([["甲", "乙"], [1, 2]]))
    assert "没有找到表头" in why
    assert "部门责任清单须有“成员单位”“工作职责”" in why


def test_two_forms_in_one_workbook_are_asked_about():
    book = Workbook()
    for row in (books.DUTIES, ("甲局", "巡查")):
        book.active.append(row)
    second = book.create_sheet("措施")
    for row in (books.MEASURES, MEASURE):
        second.append(row)
    content = saved(book)
    assert "请在上传时选择" in refused(content)
    assert found(content, PlanForm.MEASURES).rows[0].text("title") == "拆除夹层"


def test_a_form_without_rows_and_one_with_too_many_are_refused():
    assert "表头下面没有内容" in refused(duties())
    assert f"超过 {MAX_ROWS} 行" in refused(duties(*([f"局{n}", "巡查"] for n in range(MAX_ROWS + 1))))


@pytest.mark.parametrize(
    ("text", "duties"),
    [
        ("1.巡查；\n2.整改。", ["巡查；", "整改。"]),
        ("1．巡查\n（含夜间）\n2、整改", ["巡查（含夜间）", "整改"]),
        ("（1）巡查\n（2）整改", ["巡查", "整改"]),
        ("①巡查\n②整改", ["巡查", "整改"]),
        ("负责巡查", ["负责巡查"]),
        ("巡查\n整改", ["巡查", "整改"]),
        ("1.5米以上货架巡查", ["1.5米以上货架巡查"]),
    ],
)
def test_numbered_lines_of_one_cell(text, duties):
    assert numbered_lines(text) == duties


@pytest.mark.parametrize(
    ("row", "column", "why"),
    [
        (["1", "夹层", None, "2021年9月", "甲局"], "措施", "没有填写"),
        (["1", None, "拆除", "2021年9月", "甲局"], "整治内容", "没有填写"),
        (["1", "夹层", "拆除", None, "甲局"], "完成时限", "没有填写"),
        (["1", "夹层", "拆除", "2021年9月", BLANK], "责任单位", "没有填写"),
        (["1", "夹层", "拆除", "2021年9月", "、"], "责任单位", "不是单位名称"),
        (["1", "夹层" * 40, "拆除", "2021年9月", "甲局"], "整治内容", "超过 60 字"),
        (["1", "夹层", "拆" * 501, "2021年9月", "甲局"], "措施", "超过 500 字"),
        (["1", "夹层", "拆除", 12.5, "甲局"], "完成时限", "不是能识别的日期"),
    ],
)
def test_a_ragged_row_is_named_with_row_column_and_reason(row, column, why):
    reader = FactReader(found(measures(row)), Span(date(2021, 7, 1), date(2021, 12, 31)))
    assert list(reader.read()) == []
    (fault,) = reader.faults
    assert (fault.row, fault.column) == (4, column)
    assert why in fault.why
