"""One hazard from the site to the weekly workbook, through four people's browsers."""

import io
import re

import openpyxl
import pytest

from tests.browser.conftest import BROWSER, DESK, PHONE

pytestmark = BROWSER


def figure(page, label):
    """The number on the dashboard card with this label."""
    page.goto("/")
    card = page.locator(".figure-card", has=page.get_by_text(label, exact=True))
    return int(re.match(r"\d+", card.locator(".value").inner_text()).group())


def sheet_rows(workbook, name):
    return [[cell for cell in row if cell is not None] for row in workbook[name].iter_rows(values_only=True)]


def weekly_figures(page):
    """Download this week's workbook in one click; its heading → figure, and the workbook."""
    page.goto("/reports/")
    with page.expect_download() as download:
        page.get_by_role("button", name="下载本周周报").first.click()
    workbook = openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes()))
    rows = sheet_rows(workbook, "周报表")
    at = next(index for index, row in enumerate(rows) if "小微企业总数（家）" in map(str, row))
    heads = [re.sub(r"\s", "", str(cell)) for cell in rows[at]]
    return dict(zip(heads, rows[at + 1], strict=True)), workbook


def choose_park(page):
    """Somebody in several task forces says which park; with one it is chosen already."""
    park = page.locator("#id_park")
    if not park.input_value():
        park.select_option(index=1)


def unfold(page, action):
    """Open the form of an action, unless it is open already because there is only one."""
    fold = page.locator(f"#act-{action}")
    if not fold.evaluate("fold => fold.open"):
        fold.locator("summary").first.click()


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_from_the_site_to_the_weekly_workbook(person, photo_file, viewport):
    staff, lead = person("task_force", viewport), person("lead", viewport)
    unit, colleague = person("department", viewport), person("task_force_2", viewport)
    before, _ = weekly_figures(unit.page)
    found, closed = figure(lead.page, "本周发现"), figure(lead.page, "本周整改销号")

    page = staff.page
    page.get_by_role("link", name="上报").locator("visible=true").first.click()
    choose_park(page)
    page.get_by_label("发生位置").fill("5号楼2层东侧通道")
    page.get_by_label("隐患描述").fill("安全出口被=纸箱堵塞，宽度不足50厘米")
    page.get_by_text("消防通道", exact=False).first.click()
    page.locator("#id_photos").set_input_files([photo_file("before.jpg")])
    page.locator(".photo-list li").first.wait_for()
    assert staff.no_sideways_scroll()
    page.get_by_role("button", name="上报", exact=True).click()
    page.wait_for_url(re.compile(r"/hazards/\d+/"))
    number = page.locator("h1").inner_text().strip()
    assert re.fullmatch(r"LG-2021-\d{4}", number)
    address = re.search(r"/hazards/\d+/", page.url).group()
    assert figure(lead.page, "本周发现") == found + 1

    # The lead bureau assigns it.
    page = lead.page
    page.goto(address)
    unfold(page, "assign")
    page.get_by_label("责任单位").select_option(label="市消防救援大队")
    page.get_by_role("button", name="交办", exact=True).click()
    page.get_by_text("已交办给市消防救援大队").wait_for()

    # The unit rectifies it and asks for acceptance.
    page = unit.page
    page.goto(address)
    unfold(page, "submit")
    page.get_by_label("整改措施").fill("纸箱已清走，加装门磁报警")
    page.locator("#act-submit input[type=file]").set_input_files([photo_file("after.jpg")])
    page.get_by_role("button", name="申请验收", exact=True).click()
    page.get_by_text("已申请验收").first.wait_for()
    assert page.locator("summary", has_text="验收销号").count() == 0, "nobody accepts their own work"

    # Somebody else accepts it.
    page = colleague.page
    page.goto(address)
    unfold(page, "accept")
    page.get_by_role("button", name="验收合格，销号").click()
    page.get_by_text("已验收销号").first.wait_for()

    # The figures have moved, on the dashboard and in the workbook.
    assert figure(lead.page, "本周整改销号") == closed + 1
    after, workbook = weekly_figures(unit.page)
    assert after["发现隐患数（项）"] == before["发现隐患数（项）"] + 1
    assert after["已整改隐患数（项）"] == before["已整改隐患数（项）"] + 1
    text = "\n".join(str(cell) for row in sheet_rows(workbook, "数据来源") for cell in row)
    assert number in text
    listed = "\n".join(str(cell) for row in sheet_rows(workbook, "隐患整治清单") for cell in row)
    assert "安全出口被=纸箱堵塞" in listed


def test_a_stranger_does_not_see_it(person):
    lead, operator = person("lead"), person("operator", PHONE)
    lead.page.goto("/hazards/")
    everything = lead.page.locator("a", has_text=re.compile(r"LG-2021-\d{4}")).evaluate_all(
        "links => links.map(link => link.getAttribute('href').split('?')[0])"
    )
    operator.page.goto("/hazards/")
    own = operator.page.locator("a", has_text=re.compile(r"LG-2021-\d{4}")).evaluate_all(
        "links => links.map(link => link.getAttribute('href').split('?')[0])"
    )
    foreign = next(address for address in everything if address not in own)
    assert operator.page.request.get(foreign).status == 404


def test_what_was_typed_survives_an_expired_login(person, site, photo_file):
    staff = person("task_force", PHONE)
    page = staff.page
    page.goto("/hazards/new/")
    choose_park(page)
    page.get_by_label("发生位置").fill("7号楼楼顶")
    page.get_by_label("隐患描述").fill("登录过期也不应丢失的描述")
    page.get_by_text("消防通道", exact=False).first.click()
    page.locator("#id_photos").set_input_files([photo_file("kept.jpg")])
    page.locator(".photo-list li").first.wait_for()
    page.wait_for_timeout(800)  # the draft is written shortly after the last key
    staff.context.clear_cookies(name="hazard_session")
    page.get_by_role("button", name="上报", exact=True).click()
    page.wait_for_url(re.compile("/login/"))
    account = site.accounts["task_force"]
    page.get_by_label("账号").fill(account["username"])
    page.get_by_label("密码", exact=True).fill(account["password"])
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(re.compile("/hazards/new/"))
    page.locator(".photo-list li").first.wait_for()
    assert page.get_by_label("隐患描述").input_value() == "登录过期也不应丢失的描述"
    page.get_by_role("button", name="上报", exact=True).click()
    page.wait_for_url(re.compile(r"/hazards/\d+/"))
    assert page.get_by_text("登录过期也不应丢失的描述").first.is_visible()
    assert page.locator(".before-after img").count() == 1
