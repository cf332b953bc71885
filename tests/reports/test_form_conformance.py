"""What holds for every form in the registry, opened again: paper, fonts, types, text that stays text.

A form that is added to the registry is tested here without a line more. What each form says, cell by cell,
is in test_layouts.py and its siblings.
"""

import io
import re
import subprocess
from datetime import date, datetime
from decimal import Decimal
from zipfile import ZipFile

import openpyxl
import pytest
from openpyxl.cell import MergedCell
from openpyxl.utils import range_boundaries

from campaigns.models import Measure, Responsibility, UnitContact, UnitDuty, WorkItem
from hazards.enums import EnforcementKind, Level, Status
from parks.models import Department, Enterprise, Park
from reports.layouts import FORMS
from reports.layouts.form import Ask
from reports.series import period_for
from tests import factories
from tests.paper import to_pdf

DAY = date(2021, 9, 15)
TITLE, HEAD, BODY = "方正小标宋简体", "黑体", "仿宋_GB2312"
DATE = 'yyyy"年"m"月"d"日"'
STARTS = tuple("=+-@\t＝＋－＠")
ORIENTATION = {
    "longgang-1": "portrait",
    "longgang-2": "landscape",
    "longgang-3": "landscape",
    "longgang-4": "landscape",
    "taizhou-1": "portrait",
    "taizhou-2": "landscape",
    "taizhou-3": "portrait",
    "zhengyang-1": "landscape",
    "zhengyang-2": "portrait",
}
"""Of the nine forms of the plans."""
STAMP = 4 / 2.54 * 72
"""Points that a stamp takes, high and wide."""
WORDS_OF_A_STAMP = ("（公章）", "（盖章）")
SERIALS = re.compile(r"序号|编号|电话|号码|代码")
NUMBER = re.compile(r"-?\d+(\.\d+)?")
ANNEX = re.compile(r"附件\d")
DAYS = re.compile(r"\d{4}-\d{2}-\d{2}|\d{4}年\d{1,2}月\d{1,2}日")


def asked(form, campaign, unit):
    period = period_for(form, campaign, DAY) if form.rhythm else None
    number = f"LG-{form.slug}-1" if form.rhythm else ""
    return Ask(
        campaign,
        DAY,
        unit,
        period and type(period)(period.start, min(period.end, DAY)),
        by="" if unit else form.rows_by,
        in_full=True,
        number=number,
    )


def spoil(row, **fields):
    """Give texts of a row a beginning that an office program would take for a formula."""
    type(row).objects.filter(pk=row.pk).update(**fields)


@pytest.fixture
def spoilt(world):
    """Everything that a person types begins like a formula; there is a row for every table."""
    campaign, unit = world.campaign, world.xincheng
    for number, one in enumerate(Park.objects.order_by("pk")):
        spoil(
            one,
            name=f"{STARTS[number % len(STARTS)]}园{one.pk}",
            contact_name="=负责人",
            contact_phone="+861",
        )
    for number, one in enumerate(Enterprise.objects.order_by("pk")):
        spoil(one, name=f"{STARTS[number % len(STARTS)]}企业{one.pk}")
    for start, one in zip(STARTS, Department.objects.order_by("pk"), strict=False):
        spoil(one, name=f"{start}{one.name.strip()}"[:40])
    spoil(world.category, name="=SUM(A1)")
    spoil(
        world.task_force_a, leader="@领导", owner="-责任", liaison="+联络", phone="13800000001", note="=备注"
    )
    common = {"task_force": world.task_force_a, "category": world.category, "enterprise": world.enterprise_a}
    for number, start in enumerate(STARTS, 1):
        factories.HazardFactory(
            **common,
            number=f"LG-2021-{number:04d}",
            place=f"{start}位置",
            description=f"{start}1+1" + "描述" * (number * 20),
            latest_note=f"{start}进度",
            difficulty=f"{start}困难",
            status=Status.RECTIFYING,
            level=Level.MAJOR if number % 2 else Level.GENERAL,
            found_on=date(2021, 9, number),
            due_on=date(2021, 9, 5 + number),
        )
    factories.HazardFactory(
        **common,
        number="LG-2021-0100",
        found_on=date(2021, 9, 2),
        due_on=date(2021, 9, 9),
        done_on=date(2021, 9, 3),
        closed_on=date(2021, 9, 14),
        accepted_by=world.lead,
        submitted_by=world.dept_xincheng,
        status=Status.CLOSED,
    )
    visit = {"campaign": campaign, "enterprise": world.enterprise_a, "department": unit}
    factories.InspectionFactory(**visit, inspected_on=date(2021, 9, 14))
    factories.EnforcementFactory(**visit, kind=EnforcementKind.FINE, amount=Decimal("12345.67"))
    UnitDuty.objects.create(campaign=campaign, department=unit, text="=职责")
    UnitContact.objects.create(
        campaign=campaign, department=unit, name="-张三", post="@科长", phone="+8613800000001", note="=备注"
    )
    row = Measure.objects.create(
        campaign=campaign, category=world.category, order=1, title="@措施", due_on=date(2021, 9, 30)
    )
    work = WorkItem.objects.create(
        campaign=campaign,
        order=1,
        action="=行动",
        task="+任务",
        title="-要求",
        raw_deadline="@时限",
        due_on=date(2021, 9, 30),
    )
    for part in ({"measure": row}, {"item": work}):
        Responsibility.objects.create(**part, department=unit, raw="=责任单位")
    return type(world)(**{name: _fresh(value) for name, value in vars(world).items()})


def _fresh(row):
    """The row as it is in the database now."""
    return type(row).objects.get(pk=row.pk)


CASES = [
    pytest.param(
        slug, filled, whole, id=f"{slug}-{'full' if filled else 'empty'}-{'whole' if whole else 'unit'}"
    )
    for slug, form in FORMS.items()
    for filled, whole in ((True, True), (True, False), (False, True))
    if whole or (form.by_unit and not form.of_plan)
]


def cells(sheet):
    return [cell for row in sheet for cell in row if not isinstance(cell, MergedCell)]


def head_rows(sheet):
    first, _, last = (sheet.print_title_rows or "").replace("$", "").partition(":")
    return range(int(first), int(last) + 1) if last else range(0)


def is_ruled(cell):
    return any(getattr(cell.border, side).style for side in ("left", "right", "top", "bottom"))


def title_of(sheet):
    return next(cell for cell in cells(sheet) if cell.font.name == TITLE)


def area_of(sheet, cell):
    """(first column, first row, last column, last row) of the merged cell, or of the cell alone."""
    for area in sheet.merged_cells.ranges:
        if (area.min_row, area.min_col) == (cell.row, cell.column):
            return range_boundaries(str(area))
    return cell.column, cell.row, cell.column, cell.row


@pytest.mark.parametrize(("slug", "filled", "whole"), CASES)
def test_it_is_what_its_table_says(world, request, slug, filled, whole):
    """One opening of the file for all that must hold of it: making it takes longer than looking at it."""
    if filled:
        request.getfixturevalue("spoilt")
    ask = asked(FORMS[slug], world.campaign, None if whole else world.xincheng)
    content = FORMS[slug].book(ask).to_bytes()
    book = openpyxl.load_workbook(io.BytesIO(content))
    for sheet in book:
        paper(slug, sheet)
        titled(sheet)
        fonts(sheet)
        rules(sheet)
        values(sheet)
        room_for_a_stamp(sheet)
    archive_is_plain(content)
    about(book.properties, FORMS[slug], ask)


def paper(slug, sheet):
    setup = sheet.page_setup
    assert (setup.paperSize, setup.fitToWidth, setup.fitToHeight) == (9, 1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage is True
    wanted = ORIENTATION.get(slug)
    assert setup.orientation == wanted if wanted else setup.orientation in ("portrait", "landscape")
    margins = sheet.page_margins
    assert all(0.4 <= side <= 1.5 for side in (margins.left, margins.right, margins.top, margins.bottom))
    assert sheet.print_options.horizontalCentered
    assert 1 <= len(sheet.title) <= 31
    assert not set(sheet.title) & set("[]:*?/\\")
    assert not (sheet.oddHeader.center.text or sheet.oddHeader.left.text)


def titled(sheet):
    cell = title_of(sheet)
    assert cell.row <= 2
    assert (cell.font.sz, cell.alignment.horizontal, cell.alignment.wrap_text) == (22, "center", True)
    assert area_of(sheet, cell) == (1, cell.row, sheet.max_column, cell.row)
    assert not is_ruled(cell)
    if cell.row == 2:
        assert ANNEX.fullmatch(sheet["A1"].value)
        assert (sheet["A1"].font.name, sheet["A1"].alignment.horizontal) == (HEAD, "left")


def fonts(sheet):
    for cell in cells(sheet):
        if cell.value is None:
            continue
        name, size = cell.font.name, cell.font.sz
        assert name in (TITLE, HEAD, BODY), (cell, name)
        annex = isinstance(cell.value, str) and ANNEX.fullmatch(cell.value)
        assert size == {TITLE: 22}.get(name, 16 if annex else size), cell
        assert name == TITLE or annex or 12 <= size <= 14, (cell, size)
        assert cell.alignment.wrap_text, cell
        assert cell.alignment.vertical in ("center", "top"), cell
    for row in head_rows(sheet):
        heads = [cell for cell in cells(sheet) if cell.row == row and cell.value is not None]
        assert {cell.font.name for cell in heads} == {HEAD}
        assert {cell.alignment.horizontal for cell in heads} == {"center"}


def rules(sheet):
    """Thin lines, around every cell of a table, and none around what stands above and below it."""
    for row in sheet:
        for cell in row:
            styles = {getattr(cell.border, side).style for side in ("left", "right", "top", "bottom")}
            assert styles in ({None}, {"thin"}) or isinstance(cell, MergedCell), (cell, styles)
    for row in head_rows(sheet):
        assert all(is_ruled(cell) for cell in cells(sheet) if cell.row == row)
    for cell in cells(sheet):
        said = cell.value if isinstance(cell.value, str) else ""
        if said.startswith(("填报人：", "审核领导：", "联系电话：", "填报单位", "单位（公章）", "注：")):
            assert not is_ruled(cell), cell


def values(sheet):
    """Figures are numbers, days are dates; serials, phones and codes are text; nothing is a formula."""
    heads = list(head_rows(sheet))
    label = {
        cell.column: str(cell.value)
        for cell in cells(sheet)
        if heads and cell.row in heads and cell.value is not None
    }
    for cell in cells(sheet):
        value = cell.value
        assert cell.data_type in ("s", "n", "d"), cell
        if isinstance(value, str):
            assert cell.data_type == "s"
            assert bool(cell.quotePrefix) == value.startswith(STARTS), cell
            if cell.row in heads or not is_ruled(cell):
                continue
            assert not DAYS.fullmatch(value), f"a day as text in {cell}"
            if NUMBER.fullmatch(value):
                known = SERIALS.search(label.get(cell.column, "序号" if not heads else ""))
                assert known or cell.column == 1 or is_numbering(sheet, cell), f"a figure as text in {cell}"
        elif isinstance(value, datetime):
            assert (cell.number_format, cell.data_type) == (DATE, "d"), cell
        elif value is not None:
            assert not SERIALS.search(label.get(cell.column, "")), f"a number in {cell}"
            assert cell.alignment.horizontal == "center", cell


def is_numbering(sheet, cell):
    """1 … 8 beside the labels of a form (P3 附件2), and 序号 of small tables whose heads do not repeat."""
    above = [sheet.cell(row, cell.column).value for row in range(1, cell.row)]
    named = any(isinstance(value, str) and SERIALS.search(value) for value in above)
    return named or isinstance(sheet.cell(cell.row, cell.column + 1).value, str)


def room_for_a_stamp(sheet):
    for cell in cells(sheet):
        if isinstance(cell.value, str) and any(word in cell.value for word in WORDS_OF_A_STAMP):
            below = sheet.row_dimensions[cell.row + 1].height or 0
            empty = all(other.value is None for other in sheet[cell.row + 1])
            high = max(sheet.row_dimensions[cell.row].height, below if empty else 0)
            assert high >= STAMP or beside_the_title(sheet, cell.row - 1), (cell, high)


def beside_the_title(sheet, row):
    """A short title in the middle leaves the room at its left, down to the words below it."""
    title = sheet.cell(row, 1)
    wide = sum(column.width for column in sheet.column_dimensions.values()) * 5.25
    left = (wide - len(title.value) * 22) / 2
    high = sheet.row_dimensions[row].height + sheet.row_dimensions[row + 1].height
    return title.font.name == TITLE and min(left, high) >= STAMP


def archive_is_plain(content):
    """Sheets, styles and properties: no formulas, links, macros, pictures or caches."""
    with ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            assert re.fullmatch(
                r"\[Content_Types\]\.xml|_rels/\.rels|docProps/(app|core)\.xml|"
                r"xl/(workbook|styles|sharedStrings|theme/theme1|worksheets/sheet\d+)\.xml|"
                r"xl/_rels/workbook\.xml\.rels",
                name,
            ), name
            data = archive.read(name)
            if "worksheets" in name:
                assert not re.search(rb"<f[ >]|<hyperlink|<drawing|<oleObject|<legacyDrawing", data), name
            assert b'TargetMode="External"' not in data, name


def about(properties, form, ask):
    title = form.title_for(ask.campaign) if form.title_for else form.name
    assert properties.title == title.replace("\n", "")
    assert properties.subject == ask.campaign.name
    assert properties.creator == ask.unit_name
    assert properties.identifier == (ask.number or None)


@pytest.mark.parametrize(
    ("slug", "said"),
    [
        ("longgang-1", ["=职责"]),
        ("longgang-2", ["=SUM(A1)", "@措施", "=责任单位"]),
        ("longgang-3", ["=负责人", "+861", "@领导", "-责任", "+联络", "=备注"]),
        ("longgang-4", [*(f"{start}困难" for start in STARTS), "=SUM(A1)"]),
        ("taizhou-1", ["-张三", "@科长", "+8613800000001", "=备注"]),
        ("zhengyang-1", ["=行动", "+任务", "-要求", "@时限"]),
        ("weekly", [f"{start}困难" for start in STARTS]),
        ("half-month", ["=SUM(A1)"]),
    ],
)
def test_what_people_typed_stays_as_they_typed_it(spoilt, slug, said):
    form = FORMS[slug]
    book = openpyxl.load_workbook(io.BytesIO(form.book(asked(form, spoilt.campaign, None)).to_bytes()))
    found = {cell.value for sheet in book for cell in cells(sheet)}
    assert set(said) <= found


@pytest.mark.parametrize("slug", ["taizhou-2", "weekly"])
def test_zeros_are_numbers_too(world, slug):
    form = FORMS[slug]
    book = openpyxl.load_workbook(io.BytesIO(form.book(asked(form, world.campaign, world.jingfa)).to_bytes()))
    figures = [cell.value for cell in book.worksheets[0][4]]
    assert 0 in figures
    assert all(isinstance(value, int) for value in figures)


def test_sheets_of_one_book_have_different_names(spoilt):
    form = FORMS["weekly"]
    book = openpyxl.load_workbook(io.BytesIO(form.book(asked(form, spoilt.campaign, None)).to_bytes()))
    assert len({name.casefold() for name in book.sheetnames}) == len(book.sheetnames) == 5


# ---- on paper ------------------------------------------------------------------------------------------

A4 = (595.3, 841.9)
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
<include ignore_missing="yes">/etc/fonts/fonts.conf</include>
<alias binding="strong"><family>Arial</family>
<prefer><family>Liberation Sans</family><family>Noto Sans CJK SC</family></prefer></alias>
<alias binding="strong"><family>仿宋_GB2312</family>
<prefer><family>Noto Serif CJK SC</family></prefer></alias>
</fontconfig>"""
"""Columns are as wide as digits of the workbook's first font: those that stand in have as narrow ones."""


@pytest.fixture(scope="module")
def as_pages(tmp_path_factory):
    """Turns workbooks of a folder into pages."""
    fonts = tmp_path_factory.mktemp("fonts") / "fonts.conf"
    fonts.write_text(FONTS)

    def convert(folder):
        to_pdf(sorted(folder.glob("*.xlsx")), folder, seconds=120, env={"FONTCONFIG_FILE": str(fonts)})

    return convert


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout


@pytest.mark.slow
def test_on_paper_each_form_is_one_page_wide_and_whole(spoilt, as_pages, tmp_path):
    for slug, form in FORMS.items():
        form.book(asked(form, spoilt.campaign, None)).write(tmp_path / f"{slug}.xlsx")
    as_pages(tmp_path)
    for slug in FORMS:
        printed_whole(tmp_path / f"{slug}.xlsx")


def printed_whole(path):
    pdf = path.with_suffix(".pdf")
    book = openpyxl.load_workbook(path)
    turned = {sheet.page_setup.orientation == "landscape" for sheet in book}
    sizes = re.findall(r"Page +\d+ size: +([\d.]+) x ([\d.]+)", run("pdfinfo", "-l", "99", str(pdf)))
    assert sizes
    for width, height in (map(float, size) for size in sizes):
        assert sorted((width, height)) == pytest.approx(sorted(A4), abs=1), path
        assert (width > height) in turned, path
    printed = re.sub(r"\s", "", run("pdftotext", "-raw", str(pdf), "-"))
    for sheet in book:
        for cell in cells(sheet):
            if isinstance(cell.value, str):
                text = re.sub(r"\s", "", cell.value)
                # A text that is cut misses its end.
                assert text[:4] in printed, (path.name, cell)
                assert text[-4:] in printed, (path.name, cell)
