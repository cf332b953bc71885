"""A week of reports through four people's browsers: the schedule compiles them, a department and the lead
bureau fill in, review and issue theirs, a hazard is voided, and issue 2 says what is different.
"""

import hashlib
import io
import re
import subprocess
import time
from datetime import date

import openpyxl
import pytest

from hazard_tracker.schedule import SCHEDULE
from tests.browser.conftest import BROWSER, DESK, PHONE
from tests.browser.test_major_hazard import do
from tests.paper import to_pdf

pytestmark = [*BROWSER, pytest.mark.slow]

PLAN, TODAY, MONDAY = "longgang-2021", "2021-12-01", "2021-12-06"
WEEK = "2021-12-05"
DEPARTMENT, TYPING = "市消防救援大队", "市供电局"
CHANGE = (
    "from campaigns.models import Campaign, CampaignUnit;"
    "Campaign.objects.filter(slug='{plan}').update(clock='{day}');"
    "CampaignUnit.objects.filter(campaign__slug='{plan}', department__name='{unit}').update(counting='{how}')"
)


@pytest.fixture
def monday_after(site):
    """The week is over, and one bureau keeps its records elsewhere; afterwards all is as it was."""

    def change(day, how):
        site.manage("shell", "-v0", "-c", CHANGE.format(plan=PLAN, day=day, unit=TYPING, how=how))

    change(MONDAY, "typed")
    yield
    change(TODAY, "own")


def the_schedule_fires(site, page):
    """The task of the hourly line, sent as beat sends it; the product's own worker takes it."""
    task = SCHEDULE["compile-due-reports"]["task"]
    site.manage("shell", "-v0", "-c", f"from hazard_tracker.celery import app; app.send_task('{task}')")
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        page.goto(f"/reports/?form=weekly&period={WEEK}")
        if page.locator(".report-grid tbody td.now a.tag-draft").count() == 9:
            return
        time.sleep(1)
    pytest.fail("the schedule compiled no reports")


def open_report(page, unit):
    page.goto(f"/reports/?form=weekly&period={WEEK}")
    row = page.locator(".report-grid tbody tr", has=page.get_by_role("rowheader", name=unit))
    row.locator("td.now a").first.click()
    page.wait_for_url(re.compile(r"/reports/\d+/$"))
    return page.url


def shown(page, label):
    """累计 as the page of the report shows it."""
    head = page.get_by_role("rowheader", name=re.compile(f"^{label}"))
    line = page.locator(".report-figures tbody tr", has=head).first
    return line.locator("td.num").first.inner_text()


def type_in(page, told="已保存手工填报的数据", **numbers):
    fold = page.locator(".typed-form")
    if not fold.evaluate("fold => fold.open"):
        fold.locator("summary").click()
    for name, number in numbers.items():
        page.locator(f"#type-{name}").fill(number)
    page.get_by_role("button", name="保存手工数据").click()
    page.get_by_text(told).first.wait_for()


def fill_in(page):
    page.get_by_role("button", name="填报", exact=True).click()


def explain(page, **reasons):
    """A reason for each warning: the demo's earlier weeks are issued, so that some figures want one."""
    for name, reason in reasons.items():
        page.locator(f"[name='warning-{name}']").fill(reason)
    for field in page.locator("[name^='warning-']").all():
        if not field.input_value():
            field.fill("已与台账核对无误")


def take(page, address, button, told):
    page.goto(address)
    page.get_by_role("button", name=button, exact=True).click()
    page.get_by_text(told).first.wait_for()


def issue(page, address):
    page.goto(address)
    page.get_by_role("button", name="印发", exact=True).click()
    page.get_by_role("button", name="确认印发").click()
    page.get_by_text("已印发，不再改动").first.wait_for()


def downloaded(page, address):
    """The file as it comes down and the SHA-256 that the page says of it."""
    page.goto(address)
    said = page.locator(".sign-desk dd code").inner_text()
    with page.expect_download() as download:
        page.get_by_role("link", name="下载工作簿").click()
    return download.value.path().read_bytes(), said


def void_one(page, address):
    """Void the first hazard that the department's report counts and that is still open."""
    page.goto(address)
    line = page.locator(".report-figures tbody tr", has=page.get_by_role("rowheader", name="发现隐患数"))
    line.locator("td.num a").first.click()
    page.wait_for_url(re.compile("/found/"))
    still_open = page.locator("table tbody tr").filter(has_not_text="已销号")
    link = still_open.locator("a[href^='/hazards/']").first
    number, target = link.inner_text().strip(), link.get_attribute("href")
    do(page, target, "void", "作废", "已作废", note="误报，现场不存在该隐患")
    return number


def of_form(content):
    """The figures of the first sheet by heading, and the texts of all sheets."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    rows = [[cell for cell in row if cell is not None] for row in book["周报表"].iter_rows(values_only=True)]
    at = next(place for place, row in enumerate(rows) if "发现隐患数（项）" in [*map(_flat, row)])
    return dict(zip([*map(_flat, rows[at])], rows[at + 1], strict=True)), book


def _flat(cell):
    return re.sub(r"\s", "", str(cell))


def test_a_week_of_reports(site, person, monday_after, tmp_path):
    lead, second = person("lead"), person("lead_reviewer", DESK)
    unit, colleague = person("department"), person("department_reviewer", PHONE)
    the_schedule_fires(site, lead.page)

    # A bureau without the system types its row: what cannot be is refused until it is mended.
    page = lead.page
    typing = open_report(page, TYPING)
    assert shown(page, "发现隐患数") == "—"
    type_in(page, small_enterprises="12", inspected="３０", found="4", found_major="7", rectified="2")
    page.get_by_text("“其中重大隐患数”7项，大于“发现隐患数”4项").first.wait_for()
    assert not page.get_by_role("button", name="填报", exact=True).count()
    type_in(page, found_major="1")
    rest = "rectified_major", "filed", "fines", "suspended", "shut_down", "transferred"
    type_in(page, **dict.fromkeys(rest, "0"))
    assert (shown(page, "检查企业"), shown(page, "其中重大隐患数")) == ("30", "1")
    explain(page)
    fill_in(page)
    page.get_by_text("已填报，等待另一人审核").first.wait_for()
    assert not page.get_by_role("button", name="审核通过").count(), "nobody reviews their own"
    take(second.page, typing, "审核通过", "待印发")
    issue(second.page, typing)

    # The department: one figure typed, a warning that wants its reason.
    page = unit.page
    address = open_report(page, DEPARTMENT)
    found = int(shown(page, "发现隐患数"))
    type_in(page, small_enterprises="56", basis="大队2021年11月台账")
    assert shown(page, "小微企业总数") == "56"
    assert page.locator(".typed-by", has_text="大队2021年11月台账").is_visible()
    fill_in(page)
    page.get_by_text("请说明原因").first.wait_for()
    # The browser's own note of the answer 422: the form came back with its faults.
    assert [error for error in unit.errors if "422" not in error] == []
    unit.errors.clear()
    explain(page, fines="罚款由支队统一立案")
    fill_in(page)
    page.get_by_text("已填报，等待另一人审核").first.wait_for()
    take(colleague.page, address, "审核通过", "待印发")
    assert colleague.no_sideways_scroll()
    issue(colleague.page, address)
    first, sealed = downloaded(page, address)
    assert hashlib.sha256(first).hexdigest() == sealed
    figures, book = of_form(first)
    assert figures["小微企业总数（家）"] == 56 and figures["发现隐患数（项）"] == found
    assert book.sheetnames == ["周报表", "隐患整治清单", "逾期与即将到期", "本周变化", "数据来源"]

    # The whole: what is typed stands beside what is counted, and the total holds both.
    page = lead.page
    open_report(page, "汇总")
    page.get_by_role("button", name="按最新数据更新").click()
    page.get_by_text("已按最新数据更新第1期").wait_for()
    rows = page.locator(".report-wide tbody tr")
    heads = page.locator(".report-wide thead th").all_inner_texts()
    at = next(place for place, head in enumerate(heads) if head.startswith("发现隐患数"))
    numbers = {
        row[0]: int(row[at]) for row in (line.locator("th, td").all_inner_texts() for line in rows.all())
    }
    total = numbers.pop("合计")
    assert len(numbers) >= 8 and numbers[TYPING] == 4 and numbers[DEPARTMENT] == found
    assert total == sum(numbers.values())

    # What was issued stays; the next issue says what is different.
    number = void_one(lead.page, address)
    again, said = downloaded(unit.page, address)
    assert again == first and said == sealed
    page = unit.page
    page.get_by_role("button", name="重新编制第2期").click()
    page.locator("#reopen-dialog textarea").fill("一条隐患误报，已作废")
    page.get_by_role("button", name="重新编制", exact=True).click()
    page.get_by_role("heading", name="与第1期相比").wait_for()
    newer = page.url
    assert newer != address
    changes = page.locator(".report-changes tbody tr", has_text="发现隐患数").first
    assert changes.locator("td.num").all_inner_texts() == [str(found), str(found - 1)]
    assert f"不再计入：{number}" in changes.inner_text()
    assert page.get_by_text("一条隐患误报，已作废").first.is_visible()
    assert shown(page, "小微企业总数") == "56", "what was typed stands"
    page.get_by_role("link", name="逐项对照").click()
    pair = page.locator(".compare tbody tr", has_text="发现隐患数（项）").first
    assert pair.locator("td").all_inner_texts()[:2] == [str(found), str(found - 1)]
    assert page.locator("td.changed").count() and page.get_by_text("一条隐患误报，已作废").first.is_visible()
    page.goto(address)
    page.get_by_text("这是较早的一期").wait_for()
    assert shown(page, "发现隐患数") == str(found)

    looks_like_the_form(first, figures, tmp_path)


def looks_like_the_form(content, figures, folder):
    """On paper: A4 across, the form alone on its page, title, headings, figures and who signed."""
    (folder / "week.xlsx").write_bytes(content)
    # Other tests may have left thousands of hazards: only the form and the ledger's first page are looked at.
    to_pdf([folder / "week.xlsx"], folder, seconds=60, pages="1-2")
    pdf = str(folder / "week.pdf")
    sizes = subprocess.run(["pdfinfo", "-l", "99", pdf], check=True, capture_output=True, text=True).stdout
    pages = re.findall(r"Page +\d+ size: +([\d.]+) x ([\d.]+)", sizes)
    assert pages and {(round(float(w)), round(float(h))) for w, h in pages} == {(842, 595)}
    texts = subprocess.run(["pdftotext", "-layout", pdf, "-"], check=True, capture_output=True, text=True)
    sheets = [_flat(text) for text in texts.stdout.split("\f")]
    form = sheets[0]
    assert "全市小微企业安全生产和消防安全综合整治工作周报表" in form
    # Headings are broken over lines, so that each of their words is looked for in the whole.
    for heading in figures:
        assert all(form.count(sign) for sign in heading), heading
    printed = re.findall(r"(?<![\d.])\d+(?:\.\d+)?(?![\d.])", texts.stdout.split("\f")[0])
    for figure in map(str, figures.values()):
        assert figure in printed, figure
    day = date.fromisoformat(MONDAY)
    filled = f"{day.year}年{day.month}月{day.day}日"
    for words in (
        f"填报单位（盖章）：{DEPARTMENT}",
        "填报人：赵六",
        "审核领导：蒋乙",
        filled,
    ):
        assert words in form, words
    # One page wide: the ledger's first page has all of its columns.
    assert all(head in sheets[1] for head in ("序号", "园区名称", "整治进度", "存在困难"))
