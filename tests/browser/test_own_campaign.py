"""A campaign of one's own: P0 copied in the browser, a deadline moved, work done, and the board follows."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tests.browser.conftest import BROWSER, DESK, PHONE

pytestmark = BROWSER

MEASURE = "遏制新增违规夹层"
WORK = "每月一研判"


@pytest.fixture
def prefix(request, site):
    """A number prefix; its campaign ends with the test, so that the demo's stays everybody's first."""
    prefix = f"HB{request.node.callspec.id[-1:].upper()}"
    yield prefix
    ended = f"Campaign.objects.filter(number_prefix={prefix!r}).update(active=False)"
    site.manage("shell", "-c", f"from campaigns.models import Campaign; {ended}")


def board(page, word):
    """The board narrowed to one piece of work."""
    page.goto(f"/campaigns/work/?q={word}")
    return page.locator("#work-board")


def group_of(page, word):
    """The heading of the group in which the board shows the work."""
    group = board(page, word).locator(".work-group", has_text=word).first
    return group.locator("h2").inner_text().split()[0]


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_a_copied_plan_runs_as_a_campaign(person, prefix, viewport):
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
    lead = person("lead", viewport)
    page = lead.page

    # P0 is copied, to begin with this month.
    page.goto("/campaigns/setup/")
    page.get_by_role("link", name="新建行动").click()
    page.locator(
        "a.setup-source[href*='preset%3Alonggang-2021'], a.setup-source[href*='preset:longgang-2021']"
    ).click()
    page.wait_for_url("**source=*")
    assert lead.no_sideways_scroll()
    page.get_by_label("行动名称").fill(f"百日攻坚{prefix}")
    page.get_by_label("简称").fill("")
    page.get_by_label("隐患编号前缀").fill(prefix)
    page.get_by_label("开始日期").fill(today.replace(day=1).isoformat())
    page.get_by_role("button", name="新建行动").click()
    page.wait_for_url("**/campaigns/setup/")
    page.get_by_text(f"已新建“百日攻坚{prefix}”").wait_for()
    assert page.get_by_text("处请您核对").first.is_visible()
    assert lead.no_sideways_scroll()
    asked = page.locator("#questions li").count()
    page.get_by_role("button", name=re.compile("确认无误")).first.click()
    page.get_by_text("已确认").wait_for()
    assert page.locator("#questions li").count() == asked - 1

    # A measure is due in two months; it is moved to today.
    assert group_of(page, MEASURE) == "以后"
    page.goto("/campaigns/setup/")
    page.locator("a.setup-tile", has_text="管控措施").click()
    page.wait_for_url("**/measures/")
    assert lead.no_sideways_scroll()
    page.get_by_role("link", name=re.compile(MEASURE)).click()
    page.get_by_label("完成时限").fill("")
    page.get_by_label("完成时限").press_sequentially(f"{today.year}年{today.month}月{today.day}日前")
    page.get_by_text("理解为：一次").wait_for()
    assert lead.no_sideways_scroll()
    page.get_by_role("button", name="保存", exact=True).click()
    page.get_by_text("已保存措施").wait_for()
    assert group_of(page, MEASURE) == "今天"

    # A work item that many owe is done by one of them.
    shown = board(page, WORK)
    before = shown.locator(".work-fold summary").first.inner_text()
    owed = int(re.search(r"应报 (\d+)", before)[1])
    assert f"已报 0，未报 {owed}" in before
    shown.get_by_role("link", name="逐个查看").first.click()
    page.locator("p", has_text=f"已报 0，未报 {owed}").wait_for()
    page.get_by_role("button", name=re.compile(f"：{WORK}，")).first.click()
    page.locator("p", has_text=f"已报 1，未报 {owed - 1}").wait_for()
    assert f"已报 1，未报 {owed - 1}" in board(page, WORK).locator(".work-fold summary").first.inner_text()
    assert lead.no_sideways_scroll()
