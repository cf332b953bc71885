"""Opening workbooks of unknown origin: what is read, and what is refused in time."""

import io
import struct
import subprocess
import sys
import textwrap
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from reports.reading import reader, sheet_parts
from reports.reading.reader import read_workbook
from reports.reading.sheet_parts import Broken, UnreadableWorkbook, is_date_format
from tests.reports.workbooks import SHEET, repacked, row, saved, with_sheet_data
from tests.reports.workbooks import ledger as ledger_bytes

PLAIN = ledger_bytes([row()])


def read(content: bytes):
    return read_workbook(io.BytesIO(content))


def refused(content: bytes) -> str:
    with pytest.raises(UnreadableWorkbook) as refusal:
        read(content)
    return str(refusal.value)


def in_sheet(xml: str) -> dict[int, dict[int, object]]:
    return read(with_sheet_data(xml.encode()))[0].rows


# --- what is read ---------------------------------------------------------------------------------


def test_values_of_every_kind():
    book = Workbook()
    sheet = book.active
    sheet["A1"], sheet["B1"], sheet["C1"], sheet["D1"] = "字", 7, 7.5, True
    sheet["A2"], sheet["B2"] = date(2021, 7, 5), datetime(2021, 7, 5, 10, 30)
    sheet["C2"] = "=1+1"
    sheet["D2"] = "\u3000"
    sheet["E2"] = CellRichText("红", TextBlock(InlineFont(b=True), "字"))
    (read_sheet,) = read(saved(book))
    assert read_sheet.rows[1] == {1: "字", 2: 7, 3: 7.5, 4: True}
    assert read_sheet.rows[2][1] == date(2021, 7, 5)
    assert read_sheet.rows[2][2] == datetime(2021, 7, 5, 10, 30)
    assert isinstance(read_sheet.rows[2][3], Broken)
    assert 4 not in read_sheet.rows[2]
    assert read_sheet.rows[2][5] == "红字"


def test_a_formula_gives_its_stored_result_and_without_one_is_named():
    rows = in_sheet(
        '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1" t="str"><f>"x"</f><v>结果</v></c>'
        '<c r="C1"><f>1+1</f></c><c r="D1" t="e"><f>1/0</f><v>#DIV/0!</v></c>'
        '<c r="E1" t="str"><f>""</f><v></v></c></row>'
    )
    assert rows[1][1] == 2
    assert rows[1][2] == "结果"
    assert rows[1][3] == Broken("公式未计算，请在 Excel 或 WPS 中打开并保存一次，或改为直接填写结果")
    assert rows[1][4] == Broken("单元格是错误值 #DIV/0!")
    assert 5 not in rows[1]


def test_a_text_that_begins_with_an_equals_sign_is_text():
    assert (
        in_sheet('<row r="1"><c r="A1" t="inlineStr"><is><t>=配电箱未关门</t></is></c></row>')[1][1]
        == "=配电箱未关门"
    )


def test_cells_without_references_follow_one_another():
    rows = in_sheet("<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>")
    assert rows == {1: {1: 1, 2: 2}, 2: {1: 3}}


def test_phonetic_guides_are_no_text():
    rows = in_sheet(
        '<row r="1"><c r="A1" t="inlineStr">'
        '<is><t>龙港</t><rPh sb="0" eb="1"><t>lonɡ</t></rPh></is></c></row>'
    )
    assert rows[1][1] == "龙港"


def test_no_control_character_or_half_of_a_pair_gets_through():
    rows = in_sheet(
        '<row r="1"><c r="A1" t="inlineStr"><is><t>a_x0000_b_xD800_c_x000D_&#10;d</t></is></c></row>'
    )
    assert rows[1][1] == "abc\nd"


def test_the_1904_calendar():
    book = Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.active["A1"] = date(2021, 7, 5)
    assert read(saved(book))[0].rows[1][1] == date(2021, 7, 5)


def test_of_hidden_sheets_only_the_name_is_read():
    book = Workbook()
    book.active.append(["看得见"])
    hidden = book.create_sheet("旧稿")
    hidden.append(["看不见"])
    hidden.sheet_state = "hidden"
    sheets = [(sheet.name, sheet.hidden, bool(sheet.rows)) for sheet in read(saved(book))]
    assert sheets == [("Sheet", False, True), ("旧稿", True, False)]


def test_columns_beyond_the_two_hundredth_are_not_read():
    rows = in_sheet('<row r="1"><c r="A1"><v>1</v></c><c r="XFD1"><v>2</v></c></row>')
    assert rows == {1: {1: 1}}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("yyyy-mm-dd", True),
        ('yyyy"年"m"月"d"日"', True),
        ("[$-804]yyyy/m/d", True),
        ("m/d", True),
        ("General", False),
        ('0.00"yd"', False),
        ("#,##0", False),
        ("[Red]0", False),
    ],
)
def test_date_formats(code, expected):
    assert is_date_format(code) is expected


@pytest.mark.parametrize(
    ("code", "day", "read_as"),
    [
        ('yyyy"年"m"月"', date(2021, 9, 1), "2021年9月"),
        ("mmm-yy", date(2021, 9, 1), "2021年9月"),
        # A day that was typed is kept, though only its month is shown.
        ('yyyy"年"m"月"', date(2021, 9, 5), date(2021, 9, 5)),
        ('yyyy"年"m"月"d"日"', date(2021, 9, 1), date(2021, 9, 1)),
        ('m"月"d"日"', date(2021, 9, 1), date(2021, 9, 1)),
    ],
)
def test_a_month_typed_into_a_cell_is_no_day(code, day, read_as):
    book = Workbook()
    book.active["A1"] = day
    book.active["A1"].number_format = code
    (sheet,) = read(saved(book))
    assert sheet.rows[1][1] == read_as


# --- what is refused ------------------------------------------------------------------------------


def test_other_kinds_of_file_are_told_the_way():
    assert "另存为" in refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    assert "另存为" in refused("序号,园区名称\n1,甲园\n".encode())
    assert "空的" in refused(b"")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "x")
    assert "不是 .xlsx" in refused(out.getvalue())


def test_the_size_limit_to_the_byte(settings):
    settings.MAX_WORKBOOK_BYTES = len(PLAIN)
    assert read(PLAIN)
    settings.MAX_WORKBOOK_BYTES = len(PLAIN) - 1
    assert "MB" in refused(PLAIN)


@pytest.mark.parametrize(
    ("part", "word"),
    [
        ("xl/vbaProject.bin", "宏"),
        ("xl/macrosheets/sheet1.xml", "宏"),
        ("xl/externalLinks/externalLink1.xml", "链接"),
        ("xl/embeddings/oleObject1.bin", "嵌有"),
        ("xl/activeX/activeX1.xml", "控件"),
    ],
)
def test_macros_links_and_objects_are_refused(part, word):
    assert word in refused(repacked(PLAIN, add={part: b"<x/>"}))


def test_macros_are_known_by_content_type_whatever_the_part_is_called():
    def macro(types: bytes) -> bytes:
        return types.replace(
            b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
            b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
        )

    assert "宏" in refused(repacked(PLAIN, change={"[Content_Types].xml": macro}))


def test_links_are_known_by_relation_whatever_the_part_is_called():
    relation = (
        b'<Relationship Id="x" TargetMode="External" Target="file:///c:/a.xlsx" '
        b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLinkPath"/></Relationships>'
    )
    changed = repacked(
        PLAIN, change={"xl/_rels/workbook.xml.rels": lambda x: x.replace(b"</Relationships>", relation)}
    )
    assert "链接" in refused(changed)


def test_a_web_address_behind_a_cell_is_harmless():
    book = Workbook()
    book.active["A1"] = "网址"
    book.active["A1"].hyperlink = "https://example.com/"
    assert read(saved(book))[0].rows[1][1] == "网址"


@pytest.mark.parametrize(
    "part", [SHEET, "xl/workbook.xml", "xl/styles.xml", "docProps/core.xml", "[Content_Types].xml"]
)
@pytest.mark.parametrize(
    "dtd",
    [
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">',
    ],
)
def test_no_dtd_in_any_part(part, dtd):
    def declare(xml: bytes) -> bytes:
        body = xml.partition(b"?>")[2] if xml.startswith(b"<?xml") else xml
        return dtd.encode() + body

    assert "DTD" in refused(repacked(PLAIN, change={part: declare}))


def test_no_dtd_in_another_encoding_either():
    xml = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY e "x">]><x>&e;</x>'
    assert "DTD" in refused(repacked(PLAIN, add={"customXml/item1.xml": xml.encode("utf-16")}))


def test_a_bomb_is_refused_before_it_goes_off():
    bomb = repacked(PLAIN, change={SHEET: lambda xml: xml + b" " * (30 * 1024 * 1024)})
    assert len(bomb) < 100_000
    assert "过大" in refused(bomb)


def test_many_parts_are_refused():
    assert "1000" in refused(repacked(PLAIN, add={f"xl/media/{n}.png": b"x" for n in range(1000)}))


def test_a_part_twice_is_refused():
    out = io.BytesIO(PLAIN)
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(out, "a") as archive:
        archive.writestr(SHEET, b"<worksheet/>")
    assert "损坏" in refused(out.getvalue())


def test_a_lying_size_is_refused():
    big = repacked(PLAIN, change={SHEET: lambda xml: xml + b"<!--" + b"lies " * 100_000 + b"-->"})
    with zipfile.ZipFile(io.BytesIO(big)) as archive:
        true_size = archive.getinfo(SHEET).file_size
    lying = big.replace(struct.pack("<I", true_size), struct.pack("<I", 1000))
    assert lying != big
    assert "损坏" in refused(lying)


def test_the_sum_of_parts_is_bounded(monkeypatch):
    monkeypatch.setattr(reader, "MAX_INFLATED", 20_000)
    many = ledger_bytes([row(描述=f"第{n}条") for n in range(500)])
    assert "过大" in refused(many)


def test_too_many_rows_are_refused(monkeypatch):
    monkeypatch.setattr(sheet_parts, "MAX_DATA_ROWS", 100)
    assert "100 行" in refused(ledger_bytes([row(描述=f"第{n}条") for n in range(700)]))


def test_a_damaged_file_is_refused():
    assert refused(PLAIN[: len(PLAIN) // 2])
    assert refused(b"PK\x03\x04" + b"rubbish" * 100)
    assert "损坏" in refused(repacked(PLAIN, change={SHEET: lambda xml: xml[:-30]}))
    assert "损坏" in refused(with_sheet_data(b'<row r="1"><c r="A1"><v>1</v></row>'))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_damage_gives_a_reason_and_nothing_else(data):
    content = bytearray(PLAIN)
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(4, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        read(bytes(content))
    except UnreadableWorkbook as refusal:
        assert str(refusal)


# --- giants: within ten seconds and 300 MB --------------------------------------------------------

GIANTS = {
    "styled_rows": """
        rows = b"".join(b'<row r="%d" s="1" customFormat="1"/>' % n for n in range(1, 1048577))
        content = with_sheet_data(rows)
    """,
    "styled_cells": """
        row = b'<row r="%d"><c r="A%d" s="1"/><c r="B%d" s="1"/><c r="C%d" s="1"/></row>'
        rows = b"".join(row % (n, n, n, n) for n in range(1, 1048577))
        content = with_sheet_data(rows)
    """,
    "merges": """
        cells = b'<row r="1"><c r="A1"><v>1</v></c></row>'
        merges = b"".join(b'<mergeCell ref="A%d:J%d"/>' % (n, n) for n in range(1, 42001))
        content = with_sheet_data(cells)
        content = repacked(content, change={SHEET: lambda x: x.replace(
            b"</sheetData>", b"</sheetData><mergeCells>" + merges + b"</mergeCells>")})
    """,
    "corners": """
        content = with_sheet_data(
            b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    """,
    "shared_text": """
        long = b"<sst><si><t>" + bytes(65 + n % 26 for n in range(32000)) + b"</t></si></sst>"
        rows = b"".join(
            b'<row r="%d">%s</row>' % (n, b'<c t="s"><v>0</v></c>' * 10) for n in range(1, 20001))
        content = with_sheet_data(rows)
        relation = b'<Relationship Id="s" Type="x/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
        content = repacked(
            content,
            change={"xl/_rels/workbook.xml.rels": lambda x: x.replace(b"</Relationships>", relation)},
            add={"xl/sharedStrings.xml": long},
        )
    """,
}


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read from /proc")
@pytest.mark.parametrize("giant", GIANTS)
def test_a_giant_is_read_or_refused_in_time_and_memory(giant, tmp_path):
    """In a process of its own, so that the peak of memory is the reader's alone."""
    make = textwrap.dedent(GIANTS[giant])
    space: dict[str, object] = {"with_sheet_data": with_sheet_data, "repacked": repacked, "SHEET": SHEET}
    exec(make, space)
    path = tmp_path / "giant.xlsx"
    path.write_bytes(space["content"])  # type: ignore[arg-type]
    code = textwrap.dedent(
        f"""
        import os, time
        os.environ["DJANGO_SETTINGS_MODULE"] = "hazard_tracker.settings_test"
        import django
        django.setup()
        from reports.reading.reader import read_workbook
        from reports.reading.sheet_parts import UnreadableWorkbook
        # Its own work: other programs may have the machine meanwhile.
        started = time.process_time()
        with open({str(path)!r}, "rb") as file:
            try:
                read_workbook(file)
            except UnreadableWorkbook as refusal:
                print(refusal)
        seconds = time.process_time() - started
        # Not getrusage: its peak is handed down from the process that started this one.
        with open("/proc/self/status") as status:
            peak = next(line for line in status if line.startswith("VmHWM"))
        megabytes = int(peak.split()[1]) / 1024
        print(f"{{seconds:.1f}} s, {{megabytes:.0f}} MB")
        assert seconds < 10 and megabytes < 300
        """
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
