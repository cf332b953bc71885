"""A workbook in the browser: the same text, merges, widths and looks as in the sheet; who may see it."""

import io
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from django.urls import reverse

from accounts.enums import AuditResult
from accounts.models import AuditEntry
from reports.actions import Asked, compile_report
from reports.layouts import FORMS
from reports.layouts.form import Ask
from reports.previews.sheets import MAX_ROWS, lines_in, preview, shown_value
from reports.workbook import CENTRED, DATE, PROSE, Book
from tests import factories

DAY = date(2021, 9, 15)


@pytest.fixture
def report(world):
    factories.HazardFactory(
        task_force=world.task_force_a, category=world.category, description="<script>alert(1)</script>&甲"
    )
    asked = Asked(world.campaign, world.xincheng, FORMS["weekly"], world.campaign.week_of(DAY))
    return compile_report(asked, by=world.dept_xincheng)[0]


def grid(sheet):
    """Texts by place, as a browser lays the cells out, and the places that are taken."""
    taken, found = set(), {}
    for row, line in enumerate(lines_in(sheet), 1):
        column = 1
        for cell in line.cells:
            while (row, column) in taken:
                column += 1
            found[row, column] = cell.text
            taken |= {(row + r, column + c) for r in range(cell.rows) for c in range(cell.columns)}
            column += cell.columns
    return found, taken


def made(rows, looks=(CENTRED, PROSE), widths=(10, 30), **more):
    book = Book(title="标题", campaign="行动", unit="单位", as_of=DAY, **more)
    sheet = book.sheet("表", widths, landscape=False)
    sheet.title("题目")
    sheet.heads(["序号", "内容"])
    sheet.rows(rows, looks)
    return book.to_bytes()


@pytest.mark.parametrize("slug", [slug for slug, form in FORMS.items() if not form.rhythm])
def test_every_cell_of_a_form_is_where_it_is_in_the_sheet(world, slug):
    factories.HazardFactory(task_force=world.task_force_a, category=world.category)
    factories.work_item(world.campaign)
    content = FORMS[slug].book(Ask(world.campaign, DAY)).to_bytes()
    wanted = openpyxl.load_workbook(io.BytesIO(content)).active
    shown = preview(content).sheet
    found, taken = grid(shown)
    expected = {
        (cell.row, cell.column): shown_value(cell.value, cell.number_format)
        for row in wanted
        for cell in row
        if cell.value is not None
    }
    assert {place: text for place, text in found.items() if text} == expected
    assert taken == {(row, c) for row in range(1, shown.rows + 1) for c in range(1, wanted.max_column + 1)}


def test_looks_follow_the_sheet():
    sheet = preview(made([["1", "甲"]])).sheet
    (title,), heads, body = sheet.top[0].cells, sheet.heads[0].cells, sheet.body[0].cells
    assert title.classes == "f-title s22 to-center"
    assert (title.columns, title.text) == (2, "题目")
    assert [cell.classes for cell in heads] == ["f-head s12 to-center ruled"] * 2
    assert [cell.classes for cell in body] == ["f-body s12 to-center ruled", "f-body s12 to-left ruled"]
    assert (sheet.widths, sheet.shares, sheet.landscape) == ([70, 210], ["25.00", "75.00"], False)
    assert sheet.body[0].height == 32


def test_it_prints_the_pages_and_the_scale_of_the_sheet():
    book = Book(title="表", campaign="行动", unit="单位", as_of=DAY)
    sheet = book.sheet("表", (80, 80), paged=True)
    sheet.rows([["甲", "乙"]] * 30, (PROSE, PROSE))
    shown = preview(book.to_bytes()).sheet
    ends = [row for row, line in enumerate(lines_in(shown), 1) if line.ends_page]
    assert ends == [21]  # rows of 24 points on 95 % of 534 points
    assert shown.scale == 88
    assert replace(shown, widths=[70, 70]).scale == 100


def test_a_long_sheet_is_cut_and_says_how_long_it_is():
    sheet = preview(made([[str(n), f"第{n}行"] for n in range(1, 1001)])).sheet
    assert (sheet.rows, sheet.shown) == (1002, MAX_ROWS)
    assert len(list(lines_in(sheet))) == MAX_ROWS
    assert sheet.body[-1].cells[1].text == f"第{MAX_ROWS - 2}行"


def test_a_cell_over_more_rows_than_are_shown_ends_with_them():
    content = made([["1", "甲" * 5000]] * 3)
    sheet = preview(content, most=5).sheet
    assert [cell.rows for cell in sheet.body[0].cells] == [3, 3]
    assert [line.cells for line in sheet.body[1:]] == [[], []]


def test_a_sheet_that_is_not_there_is_the_first(report):
    content = report.workbook.read()
    shown = preview(content, 7)
    assert (shown.at, shown.names[4]) == (0, "数据来源")
    assert preview(content, -1).at == 0
    assert [preview(content, at).sheet.top[0].cells[0].text for at in (2, 4)] == [
        "逾期与即将到期隐患清单",
        "数据来源",
    ]


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        (None, "General", ""),
        (0, "General", "0"),
        (1.234567, "General", "1.234567"),
        (21.0, "General", "21"),
        (0.968, "0.0%", "96.8%"),
        (12.5, "0.00", "12.50"),
        (datetime(2021, 7, 1), DATE.format, "2021年7月1日"),
        (datetime(2021, 9, 1), 'yyyy"年"m"月"', "2021年9月"),
        ("=1+1", "General", "=1+1"),
    ],
)
def test_values_are_shown_as_an_office_program_shows_them(value, number_format, shown):
    assert shown_value(value, number_format) == shown


def test_a_report_is_shown_sheet_by_sheet_and_escaped(world, client, report):
    client.force_login(world.dept_xincheng)
    address = reverse("reports:preview", args=[report.pk])
    page = client.get(address).content.decode()
    for number, name in enumerate(("周报表", "隐患整治清单", "逾期与即将到期", "本周变化", "数据来源"), 1):
        assert f'href="?sheet={number}">{name}</a>' in page
    assert "草稿，未印发" in page
    assert reverse("reports:download", args=[report.pk]) in page
    ledger = client.get(address, {"sheet": "2"}).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&amp;甲" in ledger
    assert "<script>alert" not in ledger
    assert 'aria-current="page" href="?sheet=2"' in ledger
    assert "style=" not in ledger.partition("<main")[2].partition("</main>")[0]


@pytest.mark.parametrize("sheet", ["", "0", "99", "-1", "x", "１", "9" * 40])
def test_an_unknown_sheet_is_the_first(world, client, report, sheet):
    client.force_login(world.dept_xincheng)
    page = client.get(reverse("reports:preview", args=[report.pk]), {"sheet": sheet})
    assert 'aria-current="page" href="?sheet=1"' in page.content.decode()


@pytest.mark.parametrize("who", ["dept_jingfa", "tf_a", "operator_a", "other_lead", "auditor"])
def test_who_may_not_download_may_not_look(world, client, report, who):
    client.force_login(getattr(world, who))
    assert client.get(reverse("reports:preview", args=[report.pk])).status_code == 404


def test_looking_is_recorded_once(world, client, report):
    client.force_login(world.dept_xincheng)
    client.get(reverse("reports:preview", args=[report.pk]))
    entry = AuditEntry.objects.get(act="预览报表")
    assert (entry.user, entry.result) == (world.dept_xincheng, AuditResult.OK)


def test_a_changed_file_is_not_shown(world, client, report):
    path = Path(report.workbook.path)
    path.write_bytes(path.read_bytes() + b"x")
    client.force_login(world.dept_xincheng)
    answer = client.get(reverse("reports:preview", args=[report.pk]), follow=True)
    assert answer.redirect_chain[-1][0] == reverse("reports:detail", args=[report.pk])
    assert "校验值不一致" in answer.content.decode()
    assert AuditEntry.objects.get(act="预览报表").result == AuditResult.FAILED


def test_a_form_is_shown_before_anything_is_compiled(world, client):
    for number in range(3):
        factories.HazardFactory(
            task_force=world.task_force_a, category=world.category, description=f"问题{number}"
        )
    client.force_login(world.dept_xincheng)
    address = reverse("reports:form_preview", args=["longgang-4"])
    query = {"unit": world.xincheng.pk, "as_of": "2021-09-10"}
    page = client.get(address, query).content.decode()
    assert all(f"问题{number}" in page for number in range(3))
    download = reverse("reports:form", args=["longgang-4"])
    assert f'{download}?unit={world.xincheng.pk}&amp;as_of=2021-09-10"' in page


def test_a_form_shows_no_phone_that_its_download_hides(world, client):
    world.task_force_b.phone = "13800001234"
    world.task_force_b.liaison = "联络乙"
    world.task_force_b.save()
    client.force_login(world.assessor)
    page = client.get(reverse("reports:form_preview", args=["longgang-3"])).content.decode()
    assert "联络乙" in page
    assert "138****1234" in page
    assert "13800001234" not in page


@pytest.mark.parametrize(
    ("who", "unit", "status"),
    [("dept_jingfa", "xincheng", 404), ("lead", "xincheng", 200), ("tf_a", "", 404)],
)
def test_a_form_is_shown_to_those_who_may_download_it(world, client, who, unit, status):
    client.force_login(getattr(world, who))
    query = {"unit": getattr(world, unit).pk if unit else ""}
    for route in ("reports:form", "reports:form_preview"):
        assert client.get(reverse(route, args=["taizhou-2"]), query).status_code == status


def test_days_in_the_wrong_order_are_said(world, client):
    client.force_login(world.lead)
    query = {"from": "2021-09-10", "as_of": "2021-09-01"}
    page = client.get(reverse("reports:form_preview", args=["taizhou-2"]), query, follow=True)
    assert "起始日期晚于截止日期" in page.content.decode()


def test_no_such_form(world, client):
    client.force_login(world.lead)
    for slug in ("nothing", "weekly"):
        assert client.get(reverse("reports:form_preview", args=[slug])).status_code == 404
