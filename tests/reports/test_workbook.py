"""The writer of workbooks, by opening again what it wrote."""

import io
import resource
import time
from datetime import date
from decimal import Decimal
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, Side

from reports.text_room import lines_of, text_width
from reports.workbook import CENTRED, DATE, PROSE, Book, safe_text, sheet_name

DAY = date(2021, 11, 28)


def book(**about):
    return Book(**({"title": "标题", "campaign": "行动", "unit": "单位", "as_of": DAY} | about))


def reopen(written):
    return openpyxl.load_workbook(io.BytesIO(written.to_bytes()))


def one_sheet(rows, looks=(PROSE,), widths=(20,), **options):
    made = book()
    sheet = made.sheet("表", widths, **options)
    sheet.heads(["头"] * len(widths))
    sheet.rows(rows, looks)
    return made


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\n=1", "＝1", "＋1", "－1", "＠a", "=HYPERLINK(\"http://x\")",
     "#N/A", "TRUE", "13800000000", "007"],
)  # fmt: skip
def test_text_stays_text(text):
    cell = reopen(one_sheet([[text]])).active["A2"]
    assert (cell.value, cell.data_type) == (text, "s")
    assert cell.quotePrefix == (text[0] in "=+-@\t\n＝＋－＠")


def test_no_formula_part_is_ever_written():
    with ZipFile(io.BytesIO(one_sheet([["=1+1"], ["@x"]]).to_bytes())) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f" not in xml.replace("<formula", "")
    assert not [name for name in archive.namelist() if "externalLink" in name]


def test_values_keep_their_types():
    rows = [[0, Decimal("1.234567"), DAY, None, ""]]
    sheet = reopen(one_sheet(rows, (CENTRED, CENTRED, DATE, PROSE, PROSE), (9,) * 5)).active
    zero, amount, day, nothing, empty = sheet[2]
    assert (zero.value, zero.data_type) == (0, "n")
    assert amount.value == 1.234567
    assert day.value.date() == DAY
    assert day.is_date
    assert day.number_format == 'yyyy"年"m"月"d"日"'
    assert nothing.value is empty.value is None
    assert empty.border.left.style == "thin"


def test_columns_are_reckoned_by_a_font_that_has_a_stand_in_everywhere():
    book = reopen(one_sheet([["行"]]))
    assert (book._fonts[0].name, book._fonts[0].sz) == ("Arial", 10)
    assert book._named_styles["Normal"].font.name == "Arial"


def test_control_characters_and_endless_text_do_not_break_the_file():
    sheet = reopen(one_sheet([["坏\x00字\x0b符"], ["甲\r\n乙\r丙"], ["长" * 40_000]])).active
    assert sheet["A2"].value == "坏字符"
    assert sheet["A3"].value == "甲\n乙\n丙"
    assert len(sheet["A4"].value) == 32767
    assert safe_text("x" * 32767) == "x" * 32767


def test_row_heights_follow_the_width_of_the_text():
    sheet = reopen(one_sheet([["短"], ["很长的一段文字" * 10]])).active
    assert sheet.row_dimensions[2].height == 24
    lines = lines_of("很长的一段文字" * 10, 20, 12)
    assert sheet.row_dimensions[3].height == pytest.approx(lines * 18 + 6, abs=0.1)
    assert text_width("甲a１") == 5
    assert lines_of("一\n二\n三", 20, 12) == 3


def test_a_text_too_high_for_a_row_is_spread_and_whole():
    text = "隐患" * 1000
    sheet = reopen(one_sheet([[text, "甲"], ["短", "乙"]], (PROSE, PROSE), (20, 9))).active
    merged = sorted(str(area) for area in sheet.merged_cells.ranges)
    last = sheet.max_row - 1
    assert merged == [f"A2:A{last}", f"B2:B{last}"]
    assert sheet["A2"].value == text
    heights = [sheet.row_dimensions[row].height for row in range(2, last + 1)]
    assert max(heights) <= 409
    assert sum(heights) >= lines_of(text, 20, 12) * 16
    assert sheet.cell(last + 1, 1).value == "短"


def test_print_set_up():
    sheet = reopen(one_sheet([["行"]] * 100, landscape=True)).active
    setup = sheet.page_setup
    assert (setup.paperSize, setup.orientation, setup.fitToWidth, setup.fitToHeight) == (9, "landscape", 1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.freeze_panes == "A2"
    assert sheet.oddFooter.center.text == "第 &P 页，共 &N 页"
    short = reopen(one_sheet([["行"]], landscape=False)).active
    assert short.page_setup.orientation == "portrait"
    assert short.oddFooter.center.text is None


@pytest.mark.parametrize(
    ("wanted", "taken", "given"),
    [
        ("周报/表:*?[1]\\", (), "周报 表    1"),
        ("'引号'", (), "引号"),
        ("", (), "Sheet"),
        ("甲" * 40, (), "甲" * 31),
        ("表", ("表",), "表（2）"),
        ("甲" * 40, ("甲" * 31,), "甲" * 28 + "（2）"),
    ],
)
def test_sheet_names_are_legal_and_different(wanted, taken, given):
    assert sheet_name(wanted, taken) == given


def test_properties_and_same_content_same_bytes(monkeypatch):
    def made(number="LG-1"):
        one = one_sheet([["甲", 1]], (PROSE, CENTRED), (9, 9))
        one.number = number
        return one

    first = made()
    about = openpyxl.load_workbook(io.BytesIO(bytes_1 := first.to_bytes())).properties
    assert (about.title, about.creator, about.subject, about.identifier) == ("标题", "单位", "行动", "LG-1")
    later = time.time() + 100_000
    monkeypatch.setattr(time, "time", lambda: later)
    second = made()
    assert second.fingerprint == first.fingerprint
    assert second.to_bytes() == bytes_1
    other = one_sheet([["乙", 1]], (PROSE, CENTRED), (9, 9))
    assert other.fingerprint != first.fingerprint
    other.discard()


def test_where_the_system_shows_the_figures_is_no_content():
    def made(home, text):
        one = Book(title="标题", campaign="行动", unit="单位", as_of=DAY, number=home[-1:], home=home)
        sheet = one.sheet("表", (9,))
        sheet.heads(["头"])
        sheet.row([text], (PROSE,))
        return one

    books = [
        made("http://a/1", "http://a/1/found/"),
        made("http://b/2", "http://b/2/found/"),
        made("http://b/2", "http://b/2/closed/"),
        made("", "/found/"),
    ]
    first, other_place, other_figure, nowhere = (book.fingerprint for book in books)
    assert first == other_place == nowhere != other_figure
    assert reopen(books[1]).active["A2"].value == "http://b/2/found/"
    for book in (books[0], *books[2:]):
        book.discard()


def test_a_discarded_book_leaves_no_file():
    made = one_sheet([["甲"]])
    kept = Path(made.sheets[0]._sheet._writer.out)
    assert kept.exists()
    made.discard()
    assert not kept.exists()


def test_a_book_discarded_on_a_full_disk_leaves_no_file():
    made = one_sheet([["甲" * 90]] * 30)
    kept = Path(made.sheets[0]._sheet._writer.out)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (kept.stat().st_size, limits[1]))
    try:
        made.discard()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert not kept.exists()


@pytest.mark.slow
def test_as_fast_as_a_bare_loop():
    rows = [[str(n), "园区", "3号楼（某厂）", "灭火器过期，消火栓被遮挡", DAY, n] for n in range(10_000)]
    looks = (CENTRED, PROSE, PROSE, PROSE, DATE, CENTRED)

    def ours():
        return len(one_sheet(rows, looks, (9,) * 6).to_bytes())

    def bare():
        workbook = openpyxl.Workbook(write_only=True)
        sheet = workbook.create_sheet()
        font, side = Font(name="仿宋_GB2312", size=12), Side(style="thin")
        border, place = Border(side, side, side, side), Alignment(vertical="center", wrap_text=True)
        for row in rows:
            cells = []
            for value in row:
                cell = WriteOnlyCell(sheet, value)
                cell.font, cell.border, cell.alignment = font, border, place
                cells.append(cell)
            sheet.append(cells)
        workbook.save(out := io.BytesIO())
        return len(out.getvalue())

    def seconds(write):
        start = time.perf_counter()
        write()
        return time.perf_counter() - start

    assert min(seconds(ours) for _ in range(2)) <= 1.3 * min(seconds(bare) for _ in range(2))
