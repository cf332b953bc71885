"""The number beside the bell, as the people at both ends see it: it rises when the lead bureau assigns
and urges and the schedule has looked, and falls as the unit reads."""

import re

from tests.browser.conftest import BROWSER, PHONE
from tests.browser.test_major_hazard import do
from tests.browser.test_whole_line import choose_park

pytestmark = BROWSER

TEXT = "楼梯间防火门闭门器缺失，提醒测试"


def unread(page):
    """What the bell says on a page that has nothing to do with notices."""
    page.goto("/parks/")
    said = page.locator(".topbar a[href='/notices/']").get_attribute("aria-label")
    return int((re.search(r"(\d+) 条未读", said) or [0, 0])[1])


def report(page, photo):
    page.goto("/hazards/new/")
    choose_park(page)
    page.get_by_label("发生位置").fill("2号楼1层")
    page.get_by_label("隐患描述").fill(TEXT)
    page.get_by_text("消防通道", exact=False).first.click()
    page.locator("#id_photos").set_input_files([photo])
    page.locator(".photo-list li").first.wait_for()
    page.get_by_role("button", name="上报", exact=True).click()
    page.wait_for_url(re.compile(r"/hazards/\d+/"))
    return re.search(r"/hazards/\d+/", page.url).group()


def test_the_count_rises_and_falls(site, person, photo_file):
    staff, lead, unit = person("task_force", PHONE), person("lead"), person("department", PHONE)
    # What the demo's past has told is read first: the bell is empty.
    site.manage("send_notices")
    unit.page.goto("/notices/")
    if unit.page.get_by_role("button", name="全部标为已读").count():
        unit.page.get_by_role("button", name="全部标为已读").click()
        unit.page.get_by_role("button", name="撤销").wait_for()
    assert unread(unit.page) == 0

    address = report(staff.page, photo_file("door.jpg"))
    do(
        lead.page, address, "assign", "交办", "已交办给市消防救援大队",
        department="市消防救援大队", due_on="2021-12-31",
    )  # fmt: skip
    site.manage("send_notices")
    assert unread(unit.page) == 1

    do(lead.page, address, "urge", "发送催办", "已催办", note="请本周内完成")
    site.manage("send_notices")
    site.manage("send_notices")
    assert unread(unit.page) == 2, "a second look tells nothing twice"

    page = unit.page
    page.goto("/notices/?unread=1")
    assert page.locator(".notice-list li").count() == 2
    urged = page.locator(".notice-list li", has_text="请本周内完成")
    urged.get_by_role("button", name=re.compile("^查看")).click()
    page.wait_for_url(f"**{address}")
    assert unread(page) == 1
    page.goto("/notices/?unread=1")
    page.get_by_role("button", name=re.compile("^标为已读")).click()
    page.get_by_text("没有未读提醒").wait_for()
    assert unread(page) == 0

    page.goto("/notices/")
    page.locator(".notice-list li").first.get_by_role("button", name=re.compile("^改为未读")).click()
    page.get_by_text("已将 1 条改为未读").first.wait_for()
    assert unread(page) == 1
    assert unit.no_sideways_scroll()


def test_a_lead_bureau_sets_rules_and_sees_tomorrow(person):
    lead = person("lead")
    page = lead.page
    page.goto("/campaigns/setup/")
    page.get_by_role("link", name=re.compile("提醒规则")).click()
    days = page.get_by_label(re.compile("提前几天：即将到期"))
    days.fill("5、x")
    page.get_by_role("button", name="保存", exact=True).click()
    page.get_by_text("“x”不是天数").wait_for()
    assert days.input_value() == "5、x"
    # The browser notes that the form was refused.
    assert all("422" in error for error in lead.errors), lead.errors
    lead.errors.clear()
    days.fill("5、2")
    page.get_by_role("button", name="保存", exact=True).click()
    page.get_by_text("提醒规则已保存").first.wait_for()
    assert days.input_value() == "2、5"
    page.get_by_role("button", name="恢复默认").click()
    page.get_by_role("button", name="撤销").click()
    page.get_by_text("已撤销").first.wait_for()
    assert days.input_value() == "2、5"
    page.get_by_role("button", name="恢复默认").click()
    page.get_by_role("link", name="看明天将发出什么").click()
    page.get_by_text("按现有台账推算").wait_for()
    first = page.locator(".preview-message").first
    first.locator("summary").click()
    assert first.locator(".preview-text").is_visible()
