"""A stored workbook at issue: open lines are filled, footers bear the number, all else stays."""

import io
from datetime import date
from zipfile import ZipFile

import openpyxl

from reports.layouts.signatures import FILLER
from reports.signing.signed_workbook import signed
from reports.workbook import DRAFT, LINE, PROSE, Book

NUMBER = "LG-weekly-3-20211128-1"


def drafted(number=NUMBER, rows=3):
    """Two sheets, the first with an open line; as they are stored."""
    book = Book(title="标题", campaign="行动", unit="单位", as_of=date(2021, 11, 28), number=number)
    for name in ("甲", "乙"):
        sheet = book.sheet(name, (20, 20))
        sheet.heads(["头", "头"])
        sheet.rows([["草稿，未印发", "填报人：张三"], ["填报人：", ""]] * rows, (PROSE, PROSE))
        sheet.line([(FILLER, 2)], look=LINE)
    return book.to_bytes()


def footers(content):
    return [sheet.oddFooter.left.text for sheet in openpyxl.load_workbook(io.BytesIO(content))]


def cells(content):
    book = openpyxl.load_workbook(io.BytesIO(content))
    return [[[cell.value for cell in row] for row in sheet] for sheet in book]


def test_a_draft_says_so_under_every_sheet_and_an_issue_bears_its_number():
    draft = drafted()
    assert footers(draft) == [DRAFT, DRAFT]
    assert footers(signed(draft, {}, NUMBER)) == [f"编号：{NUMBER}"] * 2


def test_a_form_that_is_no_report_has_no_such_footer():
    assert footers(drafted(number="")) == [None, None]


def test_pages_are_still_numbered():
    draft = drafted(rows=200)
    for content in (draft, signed(draft, {}, NUMBER)):
        for sheet in openpyxl.load_workbook(io.BytesIO(content)):
            assert sheet.oddFooter.center.text == "第 &P 页，共 &N 页"


def test_whole_cells_are_filled_and_others_stay():
    draft = drafted()
    issued = signed(draft, {"填报人：": "填报人：李四 & <王五>"}, NUMBER)
    before, after = cells(draft), cells(issued)
    assert [sheet[-1][0] for sheet in after] == ["填报人：李四 & <王五>"] * 2
    assert [sheet[:-1] for sheet in after] == [sheet[:-1] for sheet in before]
    assert after[0][1:3] == [["草稿，未印发", "填报人：张三"], ["填报人：", None]]


def test_other_parts_stay_byte_for_byte_and_so_does_the_order():
    draft = drafted()
    with ZipFile(io.BytesIO(draft)) as old, ZipFile(io.BytesIO(signed(draft, {}, NUMBER))) as new:
        assert new.namelist() == old.namelist()
        changed = [name for name in old.namelist() if old.read(name) != new.read(name)]
    assert changed == ["xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"]


def test_a_number_with_the_mark_of_footer_codes_is_shown_as_it_is():
    issued = signed(drafted(), {}, "A&B-1")
    with ZipFile(io.BytesIO(issued)) as archive:
        assert "编号：A&amp;&amp;B-1" in archive.read("xl/worksheets/sheet1.xml").decode()


def test_signing_twice_gives_the_same_bytes():
    assert signed(drafted(), {"填报人：": "填报人：李四"}, NUMBER) == signed(
        drafted(), {"填报人：": "填报人：李四"}, NUMBER
    )
