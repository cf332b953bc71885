"""What becomes of the rows of a ledger: the shapes it comes in, the faults, all or nothing, and undo."""

import io
from datetime import date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from accounts.models import AuditEntry
from campaigns.queries import remember_alias
from hazards import actions
from hazards.enums import Action, BatchState, Level, Status
from hazards.models import Hazard, ImportBatch
from parks.models import Enterprise
from reports.ledger import actions as ledger_import
from reports.ledger.actions import (
    NotImportable,
    check_ledger,
    read_ledger,
    save_ledger,
    start_batch,
    undo_batch,
)
from reports.ledger.faults import rows_workbook
from reports.ledger.sheet import find_ledger
from reports.ledger.words import split_where, status_of
from reports.reading.sheet_parts import UnreadableWorkbook
from tests import factories
from tests.reports.workbooks import HEADINGS, fill, ledger, row, saved

pytestmark = pytest.mark.django_db


def check(world, content, by=None, **options):
    return check_ledger(world.campaign, read_ledger(io.BytesIO(content)), by=by or world.lead, **options)


def bring(world, content, by=None):
    """Save a ledger and return its batch."""
    by = by or world.lead
    batch = start_batch(world.campaign, ContentFile(content, "台账.xlsx"), by=by, state=BatchState.SAVING)
    save_ledger(batch, read_ledger(io.BytesIO(content)), by=by, address="203.0.113.9")
    batch.refresh_from_db()
    return batch


def only(world, **changes):
    """The hazard that one row with these changes becomes."""
    checked = check(world, ledger([row(**changes)]))
    assert checked.faults == [], [str(fault) for fault in checked.faults]
    return checked.entries[0].hazard


def faults_of(world, by=None, **changes):
    """{column: reason} of one row with these changes."""
    checked = check(world, ledger([row(**changes)]), by=by)
    assert len(checked.faulty) == 1
    assert not checked.importable
    return {fault.column: fault.why for fault in checked.faults}


# --- the form in its shapes -----------------------------------------------------------------------


def test_a_row_becomes_a_hazard(world):
    batch = bring(world, ledger([row()]))
    hazard = Hazard.objects.get()
    assert (batch.added, batch.skipped, batch.faults, batch.state) == (1, 0, 0, BatchState.DONE)
    assert hazard.park == world.park_a
    assert hazard.task_force == world.task_force_a
    assert hazard.enterprise == world.enterprise_a
    assert hazard.place == "3号楼2层"
    assert hazard.description == "安全出口被纸箱堵塞"
    assert hazard.category == world.category
    assert hazard.responsible_department == world.xiaofang
    assert hazard.found_on == date(2021, 9, 1)
    assert hazard.due_on == hazard.original_due_on == date(2021, 9, 30)
    assert hazard.status == Status.RECTIFYING
    assert hazard.latest_note == "整改中"
    assert hazard.reported_by == world.lead
    assert [change.action for change in hazard.changes.all()] == [Action.IMPORT]
    entry = AuditEntry.objects.get(act="台账导入")
    assert (entry.user, entry.address, entry.detail["added"]) == (world.lead, "203.0.113.9", 1)


def test_headings_in_another_order_with_blanks_and_other_names(world):
    headings = [
        "存在困难",
        "安全隐患类型",
        "问题 上报\n日期",
        "隐患描述",
        "发生位置(企业名称)",
        "园区\u3000名称",
        "整改期限：",
        "责任单位*",
    ]
    values = [
        "业主不配合",
        "消防通道不畅通",
        "2021-09-01",
        "堵塞",
        "1号楼（甲一纸品厂）",
        "甲园",
        "2021/9/30",
        "消防大队",
    ]
    book = Workbook()
    for line in ([], ["附件4"], [], ["标题"], [], headings, values):
        book.active.append(line)
    (entry,) = check(world, saved(book)).entries
    assert entry.hazard.description == "堵塞"
    assert entry.hazard.difficulty == "业主不配合"
    assert entry.hazard.department == world.xiaofang
    assert entry.hazard.due_on == date(2021, 9, 30)


@pytest.mark.parametrize("height", [0, 1, 5, 30])
def test_a_title_of_any_height(world, height):
    assert len(check(world, ledger([row()], titles=["题"] * height)).entries) == 1


def test_blank_stub_and_footer_rows_are_no_data(world):
    rows = [
        row(),
        {},
        {"序号": "\u3000", HEADINGS[3]: " "},
        {"序号": 2, HEADINGS[8]: "\u3000"},
        row(描述="另一条"),
    ]
    checked = check(world, ledger(rows))
    assert len(checked.entries) == 2
    assert checked.importable


def test_a_printed_heading_in_the_middle_is_no_data(world):
    again = dict(zip(HEADINGS, HEADINGS, strict=True))
    assert len(check(world, ledger([row(), again, row(描述="下一页")])).entries) == 2


def test_rows_below_the_footer_are_mentioned(world):
    def below(sheet):
        sheet.append([])
        below_it = row(描述="落款之后")
        sheet.append([below_it[heading] for heading in HEADINGS])

    checked = check(world, ledger([row()], change=below))
    assert len(checked.entries) == 1
    assert "落款行之后" in checked.remarks[0]


def test_merged_cells_hold_for_all_their_rows_and_blank_ones_for_none(world):
    rows = [row(描述=f"第{n}条", **({} if n == 0 else {"园区": None, "责任单位": None})) for n in range(3)]

    def merge(sheet):
        sheet.merge_cells("B4:B6")

    entries = check(world, ledger(rows, change=merge)).entries
    assert [entry.hazard.park for entry in entries] == [world.park_a] * 3
    # 责任单位 is blank and not merged: nobody is named, so the task force's unit answers for it.
    assert [entry.hazard.department for entry in entries] == [world.xiaofang, world.xincheng, world.xincheng]
    assert [entry.hazard.status for entry in entries] == [Status.RECTIFYING, Status.REPORTED, Status.REPORTED]
    assert "园区名称" in {fault.column for fault in check(world, ledger(rows)).faults}


def test_what_goes_on_under_merged_cells_belongs_to_the_row_above(world):
    below = dict.fromkeys(HEADINGS) | {HEADINGS[5]: "市综合行政执法局", HEADINGS[9]: "缺资金"}

    def merge(sheet):
        for letter in "ABCDEGHI":
            sheet.merge_cells(f"{letter}4:{letter}5")

    (entry,) = check(world, ledger([row(困难="不配合"), below], change=merge)).entries
    assert (entry.hazard.department, entry.hazard.helping) == (world.xiaofang, (world.jingfa,))
    assert entry.hazard.difficulty == "不配合\n缺资金"


def test_ditto_is_what_stands_above(world):
    again = {"园区": "同上", "发生": "〃", "类型": "同上", "上报": "同上", "责任": "\u3000同上"}
    entries = check(world, ledger([row(), row(描述="第二条", **again), row(描述="第三条", **again)])).entries
    assert [entry.hazard.description for entry in entries][1:] == ["第二条", "第三条"]
    facts = {
        (e.hazard.park, e.hazard.place, e.hazard.category, e.hazard.found_on, e.hazard.department)
        for e in entries
    }
    assert len(facts) == 1


@pytest.mark.parametrize("column", ["园区名称", "发生位置", "安全隐患问题描述", "存在困难"])
def test_ditto_under_nothing_is_asked_about(world, column):
    [(place, why)] = faults_of(world, **{column: "同上"}).items()
    assert (place.startswith(column), "同上" in why) == (True, True)


def test_ditto_does_not_reach_above_the_lines_to_sign(world):
    def change(sheet):
        fill(sheet, [row(描述="第二条", 园区="同上")])

    assert [fault.row for fault in check(world, ledger([row()], change=change)).faults] == [7]


def test_a_cell_without_a_value_stays_a_fault_under_merged_cells(world):
    below = dict.fromkeys(HEADINGS) | {HEADINGS[9]: "缺资金"}

    def merge(sheet):
        sheet["J4"] = "#REF!"
        sheet["J4"].data_type = "e"
        for letter in "ABCDEFGHI":
            sheet.merge_cells(f"{letter}4:{letter}5")

    assert [fault.column for fault in check(world, ledger([row(), below], change=merge)).faults] == [
        HEADINGS[9]
    ]


def test_a_merged_range_over_empty_rows_makes_no_rows(world):
    def merge(sheet):
        sheet.merge_cells("B4:B20")

    assert len(check(world, ledger([row()], footer="", change=merge)).entries) == 1


def test_every_sheet_with_the_headings_is_read(world):
    book = Workbook()
    book.active.append(["说明", "随便写写"])
    fill(book.create_sheet("七月"), [row()])
    fill(book.create_sheet("八月"), [row(描述="八月的")], titles=["八月"])
    fill(book.create_sheet("残缺"), [row()], headings=HEADINGS[:3] + HEADINGS[4:])
    checked = check(world, saved(book))
    assert [entry.raw.sheet for entry in checked.entries] == ["七月", "八月"]
    assert checked.remarks == ["工作表“残缺”第 1 行缺少列：安全隐患问题描述，该表未读取"]


def test_missing_headings_are_named():
    with pytest.raises(UnreadableWorkbook, match="缺少列：园区名称、安全隐患类型"):
        read_ledger(
            io.BytesIO(
                ledger([row()], headings=[h for h in HEADINGS if h not in ("园区名称", "安全隐患类型")])
            )
        )
    with pytest.raises(UnreadableWorkbook, match=r"没有找到隐患整治清单的表头.*园区名称"):
        find_ledger([])


def test_a_column_twice_is_refused():
    with pytest.raises(UnreadableWorkbook, match="两列“园区名称”"):
        read_ledger(io.BytesIO(ledger([row()], headings=[*HEADINGS, "园区名称"])))


# --- columns --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "place", "enterprise"),
    [
        ("2号楼3层（恒信纸品）", "2号楼3层", "恒信纸品"),
        ("2号楼3层(恒信纸品)", "2号楼3层", "恒信纸品"),
        ("2号楼3层（恒信纸品)", "2号楼3层", "恒信纸品"),
        ("3号楼（东）（鑫达（龙港）包装）", "3号楼（东）", "鑫达（龙港）包装"),
        ("2号楼\n（恒信纸品）", "2号楼", "恒信纸品"),
        ("2号楼（恒信纸品）东侧", "2号楼 东侧", "恒信纸品"),
        ("2号楼3层", "2号楼3层", ""),
        ("2号楼（）", "2号楼", ""),
        ("消防通道（公共区域）", "消防通道", ""),
        ("恒信纸品（龙港）有限公司", "恒信纸品（龙港）有限公司", ""),
        ("鑫达包装（有限合伙）", "鑫达包装（有限合伙）", ""),
        ("3号楼（恒信纸品（龙港）有限公司）", "3号楼", "恒信纸品（龙港）有限公司"),
        ("新雅（一期）3号楼", "新雅（一期）3号楼", ""),
        ("3号楼（东侧）", "3号楼（东侧）", ""),
        ("3号楼（恒信纸品）（东侧）", "3号楼 （东侧）", "恒信纸品"),
        ("2号楼【恒信纸品】", "2号楼", "恒信纸品"),
        ("恒信纸品有限公司（3号楼2层）", "3号楼2层", "恒信纸品有限公司"),
        ("3号楼恒信纸品厂（东侧）", "3号楼恒信纸品厂（东侧）", ""),
    ],
)
def test_place_and_enterprise(text, place, enterprise):
    assert split_where(text) == (place, enterprise)


@pytest.mark.parametrize(
    "where", ["", "（恒信纸品）", "2号楼（恒信", "2号楼）恒信（", "x" * 121, f"1号楼（{'企' * 121}）"]
)
def test_a_place_that_cannot_be_told(world, where):
    assert "发生位置（企业名称）" in faults_of(world, 发生=where)


@pytest.mark.parametrize(
    ("words", "assigned", "status"),
    [
        ("已完成整改", True, Status.SUBMITTED),
        ("已完成", False, Status.SUBMITTED),
        ("9月3日已整改", True, Status.SUBMITTED),
        ("已销号", True, Status.SUBMITTED),
        ("整改完成100%", True, Status.SUBMITTED),
        ("未整改", True, Status.RECTIFYING),
        ("未完成整改", True, Status.RECTIFYING),
        ("尚未销号", True, Status.RECTIFYING),
        ("部分已整改", True, Status.RECTIFYING),
        ("已完成80%", True, Status.RECTIFYING),
        ("预计9月底完成整改", True, Status.RECTIFYING),
        ("已上报联合执法", True, Status.RECTIFYING),
        ("", True, Status.RECTIFYING),
        ("整改中", False, Status.REPORTED),
    ],
)
def test_progress_in_words(words, assigned, status):
    assert status_of(words, assigned=assigned) == status


def test_a_finished_row_waits_for_acceptance(world):
    bring(world, ledger([row(进度="已完成整改")]))
    hazard = Hazard.objects.get()
    assert (hazard.status, hazard.closed_on, hazard.latest_note) == (Status.SUBMITTED, None, "已完成整改")
    assert actions.accept(hazard.pk, by=world.tf_a).status == Status.CLOSED


def test_the_task_force_itself_may_be_responsible(world):
    hazard = only(world, 责任="专班工作组")
    assert (hazard.department, hazard.by_task_force) == (world.xincheng, True)


def test_two_units_in_a_cell(world):
    hazard = only(world, 责任="市消防救援大队\n市综合行政执法局、市消防救援大队")
    assert (hazard.department, hazard.helping) == (world.xiaofang, (world.jingfa,))
    bring(world, ledger([row(责任="市消防救援大队\n市综合行政执法局")]))
    assert list(Hazard.objects.get().helping_departments.all()) == [world.jingfa]


@pytest.mark.parametrize("between", ["/", "／", " ", "\u3000", "和", "；", ","])
def test_units_apart_by_marks_that_also_stand_in_names(world, between):
    hazard = only(world, 责任=f"市消防救援大队{between}市综合行政执法局")
    assert (hazard.department, hazard.helping) == (world.xiaofang, (world.jingfa,))


@pytest.mark.parametrize(
    "cell",
    [
        "市消防救援大队（牵头）、市综合行政执法局（配合）",
        "配合单位：市综合行政执法局；牵头单位：市消防救援大队",
        "1.市消防救援大队\n2.市综合行政执法局。",
        "（市消防救援大队）、市综合行政执法局、园区业主",
    ],
)
def test_units_with_their_part_or_number(world, cell):
    hazard = only(world, 责任=cell)
    assert (hazard.department, hazard.helping) == (world.xiaofang, (world.jingfa,))


@pytest.mark.parametrize("owner", ["甲一纸品厂", "园区业主", "甲园", "企业"])
def test_an_owner_is_no_unit_to_ask_about(world, owner):
    checked = check(world, ledger([row(责任=owner)]))
    hazard = checked.entries[0].hazard
    assert (hazard.department, hazard.by_task_force, hazard.status) == (
        world.xincheng,
        False,
        Status.REPORTED,
    )
    assert hazard.note == f"整改中（整治责任单位：{owner}）"
    assert "有 1 行的“整治责任单位”" in checked.remarks[0]


def test_a_loose_mark_parts_no_unknown_name(world):
    unknown = check(world, ledger([row(责任="市消防救援大队 市园林和绿化局")])).unknown_units
    assert unknown == {"市消防救援大队 市园林和绿化局": 1}


def test_the_task_force_by_the_name_of_its_own_park_only(world):
    assert only(world, 责任="甲园专班").by_task_force
    assert check(world, ledger([row(责任="乙园专班")])).unknown_units == {"乙园专班": 1}


@pytest.mark.parametrize(
    "name", ["2.消防通道不畅通", "2、消防通道不畅通", "（二）消防通道不畅通", "②消防通道不畅通。"]
)
def test_a_kind_with_the_number_of_the_plan(world, name):
    assert only(world, 类型=name).category == world.category


def test_a_kind_with_other_marks_is_the_same_to_the_letter(world):
    world.category.name = "厂房违规加层、夹层"
    world.category.save()
    for name in ("厂房违规加层，夹层", "厂房违规加层夹层"):
        assert only(world, 类型=name).category == world.category
    assert "没有“厂房违规加层”" in faults_of(world, 类型="厂房违规加层")["安全隐患类型"]


def test_the_rest_behind_a_number_is_never_taken_by_similarity(world):
    assert "没有“2.消防通道堵塞”" in faults_of(world, 类型="2.消防通道堵塞")["安全隐患类型"]


def test_a_place_that_is_an_enterprise_to_the_letter(world):
    hazard = only(world, 发生="甲一纸品厂")
    assert (hazard.place, hazard.enterprise) == ("甲一纸品厂", world.enterprise_a)


def test_the_words_of_a_vague_deadline_are_kept(world):
    assert only(world, 计划="10月中旬").note == "整改中（计划完成整治时间：10月中旬）"
    at_once = only(world, 计划="立即整改", 进度="")
    assert (at_once.due_on, at_once.note) == (None, "计划完成整治时间：立即整改")
    assert only(world, 计划="2021年9月30日前").note == "整改中"
    assert only(world, 计划="2021.9.2-9.20").note == "整改中（计划完成整治时间：2021.9.2-9.20）"
    for words in ("待定", "已完成"):
        hazard = only(world, 计划=words)
        assert (hazard.due_on, hazard.note) == (None, f"整改中（计划完成整治时间：{words}）")


def test_an_unknown_unit_is_asked_about_once(world):
    content = ledger([row(责任="市消防局"), row(责任="市消防局", 描述="另一条"), row(描述="第三条")])
    checked = check(world, content)
    assert checked.unknown_units == {"市消防局": 2}
    assert (len(checked.waiting), len(checked.entries), checked.faults) == (2, 1, [])
    assert not checked.importable
    remember_alias(world.xiaofang, "市消防局")
    assert check(world, content).importable


def test_a_name_of_two_units_is_no_answer(world):
    remember_alias(world.xiaofang, "大队")
    remember_alias(world.jingfa, "大队")
    assert "可以指" in faults_of(world, 责任="大队")["整治责任单位"]


def test_a_park_is_never_taken_by_similarity(world):
    factories.TaskForceFactory(
        campaign=world.campaign, park=factories.ParkFactory(name="世纪小微园"), department=world.jingfa
    )
    why = faults_of(world, 园区="世纪科技小微园")["园区名称"]
    assert "没有园区“世纪科技小微园”" in why
    assert "是否为“世纪小微园”？" in why
    assert only(world, 园区="世纪 小微园").park.name == "世纪小微园"


def test_a_park_of_another_campaign_is_unknown(world):
    assert "没有园区“丙园”" in faults_of(world, 园区="丙园")["园区名称"]


def test_a_kind_must_be_one_of_the_campaigns(world):
    why = faults_of(world, 类型="别处的隐患")["安全隐患类型"]
    assert "消防通道不畅通、电动车充电安全隐患" in why
    assert "没有填写" in faults_of(world, 类型=None)["安全隐患类型"]


@pytest.mark.parametrize(
    ("value", "day"),
    [
        (date(2021, 9, 1), date(2021, 9, 1)),
        (datetime(2021, 9, 1, 8, 30), date(2021, 9, 1)),
        (44440, date(2021, 9, 1)),
        ("44440", date(2021, 9, 1)),
        ("9月1日", date(2021, 9, 1)),
        ("\u30002021年 9 月 1 日", date(2021, 9, 1)),
    ],
)
def test_dates_of_every_kind(world, value, day):
    assert only(world, 上报=value).found_on == day


def test_a_vague_deadline_is_the_end_of_its_span(world):
    assert only(world, 计划="2021年9月").due_on == date(2021, 9, 30)
    assert only(world, 计划="10月中旬").due_on == date(2021, 10, 20)
    standing = only(world, 计划="常态化工作")
    assert (standing.due_on, standing.status) == (None, Status.REPORTED)


@pytest.mark.parametrize(
    ("changes", "column", "reason"),
    [
        ({"上报": "2021年9月31日"}, "问题上报日期", "没有这一天"),
        ({"上报": None}, "问题上报日期", "没有填写日期"),
        ({"上报": "2021年9月"}, "问题上报日期", "没有写到日"),
        ({"上报": "2021-09-16"}, "问题上报日期", "晚于今天"),
        ({"计划": "2021-08-31"}, "计划完成整治时间", "早于问题上报日期"),
        ({"计划": "尽快"}, "计划完成整治时间", "不是能识别的日期"),
        ({"描述": None}, "安全隐患问题描述", "没有填写"),
        ({"描述": "长" * 2001}, "安全隐患问题描述", "最多 2000 字，现有 2001 字"),
        ({"困难": "长" * 501}, "存在困难", "最多 500 字"),
        ({"园区": "\u3000"}, "园区名称", "没有填写"),
    ],
)
def test_what_a_row_must_have(world, changes, column, reason):
    assert reason in faults_of(world, **changes)[column]


def test_all_faults_of_a_row_are_given(world):
    faults = faults_of(world, 园区="没有", 描述=None, 类型="没有", 上报="9月31日", 计划="没有", 发生=None)
    assert list(faults) == [
        "园区名称",
        "发生位置（企业名称）",
        "安全隐患问题描述",
        "安全隐患类型",
        "问题上报日期",
        "计划完成整治时间",
    ]


def test_a_formula_without_a_result_is_a_fault_of_its_cell(world):
    def formula(sheet):
        sheet["D4"] = "=CONCAT(1,2)"

    checked = check(world, ledger([row()], change=formula))
    assert [(fault.row, fault.column) for fault in checked.faults] == [(4, "安全隐患问题描述")]
    assert "公式未计算" in checked.faults[0].why


def test_text_that_looks_like_a_formula_is_text(world):
    assert only(world, 描述="=配电箱未关门").description == "=配电箱未关门"


def test_a_year_that_is_likely_a_slip_is_pointed_out(world):
    assert check(world, ledger([row(上报="2020.9.1")])).remarks == []
    (remark,) = check(world, ledger([row(), row(上报="2012.9.1", 描述="另一条")])).remarks
    assert "有 1 行的日期" in remark
    assert "第 5 行的2012年9月1日" in remark


def test_signs_that_nobody_sees_are_dropped(world):
    hazard = only(world, 园区="\ufeff甲园\u200b", 上报="\u200e2021\u200e/9/1")
    assert (hazard.park, hazard.found_on) == (world.park_a, date(2021, 9, 1))


def test_a_deadline_before_the_campaign_is_a_back_fill(world):
    bring(world, ledger([row(上报="2021-06-01", 计划="2021-06-20")]))
    assert Hazard.objects.get().backfilled


# --- columns beside the form's own ----------------------------------------------------------------


def beside(**columns):
    """A ledger of one row with further columns."""
    return ledger([row(进度="已完成整改", 发生="3号楼（东侧）") | columns], headings=[*columns, *HEADINGS])


@pytest.mark.parametrize(
    ("heading", "words", "level", "status"),
    [
        ("隐患等级", "一般", Level.GENERAL, Status.SUBMITTED),
        ("级别", "重大事故隐患", Level.MAJOR, Status.RECTIFYING),
        ("隐患级别", "\u3000", Level.GENERAL, Status.SUBMITTED),
    ],
)
def test_a_level_is_taken_and_a_major_hazard_is_never_taken_for_done(world, heading, words, level, status):
    content = beside(**{heading: words})
    checked = check(world, content)
    assert ["重大隐患" in remark for remark in checked.remarks] == [True] * (level == Level.MAJOR)
    bring(world, content)
    hazard = Hazard.objects.get()
    assert (hazard.level, hazard.status, hazard.latest_note) == (level, status, "已完成整改")


@pytest.mark.parametrize(
    ("said", "level"),
    [
        ({"是否重大隐患": "是"}, Level.MAJOR),
        ({"是否重大": "√"}, Level.MAJOR),
        ({"是否重大隐患": "否"}, Level.GENERAL),
        ({"是否重大隐患": "重大隐患"}, Level.MAJOR),
        ({"是否重大隐患": "是", "隐患等级": "重大"}, Level.MAJOR),
        ({"是否重大隐患": "是", "隐患等级": "一般"}, None),
        ({"是否重大隐患": "待定"}, None),
    ],
)
def test_a_column_may_ask_whether_it_is_major(world, said, level):
    checked = check(world, beside(**said))
    assert [entry.hazard.level for entry in checked.entries] == [level] * (level is not None)
    assert [fault.column for fault in checked.faults] == [[*said][-1]] * (level is None)


def test_only_the_lead_bureau_assigns_a_major_hazard(world):
    content = beside(隐患等级="重大")
    assert check(world, content, by=world.tf_a).entries[0].hazard.status == Status.REPORTED


def test_a_third_level_is_a_fault_and_comes_back_with_its_column(world):
    checked = check(world, beside(级别="较大"))
    assert [fault.column for fault in checked.faults] == ["隐患等级"]
    assert "可填：一般、重大" in checked.faults[0].why
    back = rows_workbook(world.campaign, checked.faulty, checked.faults)
    assert [fault.column for fault in check(world, back).faults] == ["隐患等级"]


@pytest.mark.parametrize(
    ("own", "where", "place", "enterprise"),
    [
        ("甲一纸品厂", "3号楼2层", "3号楼2层", "甲一纸品厂"),
        ("甲一纸品厂", "3号楼2层（甲一纸品厂）", "3号楼2层", "甲一纸品厂"),
        ("甲一纸品厂", "3号楼2层（甲一）", "3号楼2层（甲一）", "甲一纸品厂"),
        ("/", "3号楼2层（甲一纸品厂）", "3号楼2层", "甲一纸品厂"),
    ],
)
def test_an_enterprise_in_a_column_of_its_own(world, own, where, place, enterprise):
    facts = row(发生=where) | {"企业名称": own}
    (entry,) = check(world, ledger([facts], headings=["企业名称", *HEADINGS])).entries
    assert (entry.hazard.place, entry.hazard.enterprise) == (place, world.enterprise_a)


# --- who ------------------------------------------------------------------------------------------


def test_a_task_force_brings_the_rows_of_its_own_parks(world):
    content = ledger([row(), row(园区="乙园", 发生="1号楼")])
    checked = check(world, content, by=world.tf_a)
    assert [(fault.row, fault.column) for fault in checked.faults] == [(5, "园区名称")]
    assert check(world, content, by=world.dept_xiaofang).importable


@pytest.mark.parametrize(
    "persona", ["leader", "assessor", "operator_a", "other_lead", "auditor", "system_admin"]
)
def test_others_bring_nothing(world, persona):
    assert len(check(world, ledger([row()]), by=getattr(world, persona)).faulty) == 1


# --- all or nothing, once, and back ---------------------------------------------------------------


def test_one_fault_saves_nothing(world):
    batch = start_batch(
        world.campaign,
        ContentFile(b"x", "台账.xlsx"),
        by=world.lead,
        state=BatchState.SAVING,
    )
    content = ledger([row(发生="1号楼（新来的厂）"), row(描述=None)])
    with pytest.raises(NotImportable):
        save_ledger(batch, read_ledger(io.BytesIO(content)), by=world.lead)
    assert not Hazard.objects.exists()
    assert not Enterprise.objects.filter(name="新来的厂").exists()


def test_the_same_file_again_adds_nothing(world):
    content = ledger([row(描述=f"第{n}条") for n in range(5)])
    assert bring(world, content).added == 5
    again = bring(world, content)
    assert (again.added, again.skipped) == (0, 5)
    assert Hazard.objects.count() == 5


def test_what_changed_in_the_meantime_does_not_make_a_row_new(world):
    bring(world, ledger([row()]))
    later = ledger(
        [row(描述="安全出口 被纸箱堵塞", 进度="已完成整改", 计划="2021-10-31", 发生="3号楼2层 (甲一纸品厂)")]
    )
    assert bring(world, later).skipped == 1


def test_what_was_exported_from_here_adds_nothing(world, tmp_path):
    """Logged by hand, imported, or merged into another: each is on record."""
    bring(world, ledger([row(发生="甲一纸品厂", 描述="第一条"), row(描述="第二条")]))
    by_hand = factories.HazardFactory(
        task_force=world.task_force_a, place="3号楼（东侧）", enterprise=world.enterprise_a
    )
    factories.HazardFactory(task_force=world.task_force_a, description="作废的", status=Status.VOID)
    file = tmp_path / "清单.xlsx"
    call_command("export", "longgang-4", "--campaign", world.campaign.slug, "-o", str(file))
    again = check(world, file.read_bytes())
    assert (len(again.entries), again.skipped, again.faults) == (0, 3, [])
    assert by_hand.import_key == ""


def test_a_row_twice_in_one_file_counts_once(world):
    checked = check(world, ledger([row(), row(), row(描述="另一条")]))
    assert (len(checked.entries), checked.skipped) == (2, 1)
    assert [(again.row, first.row) for again, first in checked.doubled] == [(5, 4)]


def test_a_row_twice_on_the_same_line_of_two_sheets_counts_once(world):
    book = Workbook()
    fill(book.active, [row()])
    fill(book.create_sheet("副本"), [row()])
    assert check(world, saved(book)).skipped == 1


def test_new_enterprises_are_made_once_a_park(world):
    rows = [row(发生="1号楼（新来的厂）", 描述=f"第{n}条") for n in range(3)]
    batch = bring(world, ledger([*rows, row(园区="乙园", 发生="1号楼（新来的厂）")]))
    made = Enterprise.objects.filter(name="新来的厂")
    assert sorted(batch.new_enterprises) == sorted(made.values_list("pk", flat=True))
    assert {enterprise.park for enterprise in made} == {world.park_a, world.park_b}
    assert all(enterprise.name_key == "新来的厂" for enterprise in made)


def test_undo_voids_everything_and_lets_it_be_brought_again(world):
    content = ledger([row(), row(发生="1号楼（新来的厂）")])
    batch = bring(world, content)
    assert undo_batch(batch, by=world.lead, address="203.0.113.9") == 2
    assert set(Hazard.objects.values_list("status", "version")) == {(Status.VOID, 2)}
    assert {c.action for h in Hazard.objects.all() for c in h.changes.filter(version=2)} == {Action.VOID}
    assert not Enterprise.objects.get(name="新来的厂").active
    assert Enterprise.objects.get(pk=world.enterprise_a.pk).active
    assert AuditEntry.objects.filter(act="撤销台账导入").count() == 1
    with pytest.raises(ValidationError, match="已撤销"):
        undo_batch(batch, by=world.lead)
    again = bring(world, content)
    assert again.added == 2
    assert Enterprise.objects.get(name="新来的厂").active


def test_undo_keeps_an_enterprise_that_something_else_mentions(world):
    batch = bring(world, ledger([row(发生="1号楼（新来的厂）")]))
    enterprise = Enterprise.objects.get(name="新来的厂")
    factories.InspectionFactory(campaign=world.campaign, enterprise=enterprise)
    undo_batch(batch, by=world.lead)
    enterprise.refresh_from_db()
    assert enterprise.active


def test_undo_is_refused_once_somebody_worked_on_it(world):
    batch = bring(world, ledger([row(), row(描述="另一条", 进度="已整改")]))
    touched = Hazard.objects.get(status=Status.SUBMITTED)
    actions.accept(touched.pk, by=world.tf_a)
    with pytest.raises(ValidationError, match=touched.number):
        undo_batch(batch, by=world.lead)
    assert not Hazard.objects.filter(status=Status.VOID).exists()


def test_undo_is_refused_when_enforcement_refers_to_it(world):
    batch = bring(world, ledger([row()]))
    factories.EnforcementFactory(
        campaign=world.campaign, enterprise=world.enterprise_a, hazard=Hazard.objects.get()
    )
    with pytest.raises(ValidationError, match="执法记录"):
        undo_batch(batch, by=world.lead)


def test_one_confirmation_is_taken_once(world):
    batch = start_batch(world.campaign, ContentFile(ledger([row()]), "台账.xlsx"), by=world.lead)
    ledger_import.read_batch(batch)
    assert ledger_import.claim_for_saving(batch)
    assert not ledger_import.claim_for_saving(batch)
    for _ in range(2):
        ledger_import.save_batch(ImportBatch.objects.get(pk=batch.pk), by=world.lead)
    assert Hazard.objects.count() == 1
    assert AuditEntry.objects.filter(act="台账导入").count() == 1


def test_what_changed_since_the_preview_stops_the_import(world):
    batch = start_batch(world.campaign, ContentFile(ledger([row()]), "台账.xlsx"), by=world.lead)
    ledger_import.read_batch(batch)
    batch.refresh_from_db()
    assert (batch.state, batch.faults) == (BatchState.PREVIEW, 0)
    world.category.name = "改了名"
    world.category.save()
    assert ledger_import.claim_for_saving(batch)
    batch.refresh_from_db()
    ledger_import.save_batch(batch, by=world.lead)
    batch.refresh_from_db()
    assert (batch.state, batch.faults) == (BatchState.PREVIEW, 1)
    assert "有变动" in batch.message
    assert not Hazard.objects.exists()


# --- the faulty rows as a workbook ----------------------------------------------------------------


def test_the_faulty_rows_come_back_with_reasons_and_can_be_brought_when_mended(world):
    content = ledger(
        [row(), row(描述="=第二条", 园区="没有这个园", 上报=date(2021, 9, 2)), row(描述=None, 园区="没有")]
    )
    checked = check(world, content)
    back = rows_workbook(world.campaign, checked.faulty, checked.faults)
    sheet = load_workbook(io.BytesIO(back)).worksheets[0]
    lines = [[cell.value for cell in line] for line in sheet.iter_rows(min_row=2)]
    assert lines[0] == ["工作表", "行号", *HEADINGS, "错误原因"]
    assert [line[:2] for line in lines[1:]] == [["Sheet", 5], ["Sheet", 6]]
    assert "没有园区“没有这个园”" in lines[1][-1]
    assert lines[2][-1].count("\n") == 1
    assert sheet["F3"].value == "=第二条"
    assert sheet["F3"].data_type == "s"
    assert sheet["K3"].value == datetime(2021, 9, 2)
    assert [(fault.column, fault.why) for fault in check(world, back).faults] == [
        (fault.column, fault.why) for fault in checked.faults
    ]
    mended = load_workbook(io.BytesIO(back))
    for number in (3, 4):
        mended.worksheets[0][f"D{number}"] = "甲园"
    mended.worksheets[0]["F3"].data_type = "s"
    mended.worksheets[0]["F4"] = "补上的描述"
    assert bring(world, saved(mended)).added == 2


# --- any workbook ---------------------------------------------------------------------------------

WORDS = st.sampled_from(
    [
        *("", None, "\u3000", "甲园", "乙园", "丙园", "1号楼（甲一纸品厂）", "1号楼", "消防通道不畅通"),
        *("市消防救援大队", "专班工作组", "2021.9.1", "9月31日", "2021年9月", "=1+1", "已整改", "未整改"),
        *(44440, 7.1, True, date(2021, 9, 2), "单位（公章）", "x" * 130),
    ]
)
CHANGES = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(
        ("序号", "园区", "发生", "描述", "类型", "责任", "计划", "进度", "上报", "困难"), WORDS
    ),
)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(CHANGES, max_size=6), st.booleans())
def test_any_ledger_is_imported_whole_or_not_at_all_and_only_once(world, changes, merged):
    content = ledger(
        [row(**{"描述": f"第{n}条", **facts}) for n, facts in enumerate(changes)],
        change=(lambda sheet: sheet.merge_cells("B4:B5")) if merged else (lambda sheet: None),
    )
    before = Hazard.objects.count()
    checked = check(world, content)
    if checked.importable:
        assert bring(world, content).added == len(checked.entries) == Hazard.objects.count() - before
        assert bring(world, content).added == 0
    else:
        batch = start_batch(
            world.campaign, ContentFile(content, "台账.xlsx"), by=world.lead, state=BatchState.SAVING
        )
        with pytest.raises(NotImportable):
            save_ledger(batch, read_ledger(io.BytesIO(content)), by=world.lead)
        assert Hazard.objects.count() == before
    total = len(checked.entries) + checked.skipped + len(checked.faulty) + len(checked.waiting)
    assert total <= len(changes)
    assert len({(fault.sheet, fault.row) for fault in checked.faults}) == len(checked.faulty)
