"""One major hazard from report to closing, through four people's browsers; at each step the home page, the
campaign's figures and the five lists say the same.
"""

import json
import re

from tests.browser.conftest import BROWSER, PHONE
from tests.browser.test_whole_line import choose_park, figure, unfold

pytestmark = BROWSER

PLAN, TODAY = "longgang-2021", "2021-12-01"
TEXT = "疏散楼梯被砌墙封堵，整层只有一个出口"


LISTS = {"hazards": "隐患", "assigned": "交办", "rectified": "整改", "supervised": "督办"}


class Counts:
    """What has moved since the beginning: the command's figures, the home page's, and the five lists."""

    def __init__(self, site, page):
        self.site, self.page = site, page
        self.first = self._read()

    def _read(self):
        told = json.loads(self.site.manage("figures", "--campaign", PLAN, "--as-of", TODAY, "--json"))
        shown = {label: figure(self.page, label) for label in ("本周发现", "本周整改销号")}
        return told | shown | self._totals()

    def _totals(self):
        """What the list of found hazards comes to."""
        self.page.goto("/hazards/five/hazards/")
        totals = re.findall(r"(\S+) (\d+) [项次]", self.page.locator(".five-totals").inner_text())
        return {label: int(number) for label, number in totals}

    def lists(self):
        """In which of the lists of hazards this one stands."""
        stands = []
        for slug, label in LISTS.items():
            self.page.goto(f"/hazards/five/{slug}/?q={TEXT}")
            if self.page.locator(".five-list tbody tr").count() == 1:
                stands.append(label)
        return stands

    def moved(self):
        """(found, of these major, rectified, of these major), when both places agree on it."""
        now = self._read()
        gone = {name: now[name] - self.first[name] for name in now}
        assert gone["本周发现"] == gone["found"]
        assert gone["本周整改销号"] == gone["rectified"]
        assert gone["found_major"] == gone["found"] and gone["rectified_major"] == gone["rectified"]
        assert gone["合计"] == gone["其中重大隐患"] == gone["found"]
        assert gone["其中已销号"] == gone["rectified"]
        return gone["found"], gone["rectified"]


def do(page, address, action, button, told, **fields):
    """Open the page, fill in the form of a verb that is part of it, send it, and be told so."""
    page.goto(address)
    form = page.locator(f"form[action^='{address}'][action$='/{action}/']").first
    if not form.is_visible():
        more = page.locator(".more-acts")
        if more.count() and not more.evaluate("fold => fold.open"):
            more.locator("> summary").click()
        if page.locator(f"details#act-{action}").count():
            unfold(page, action)
        else:
            page.locator(f"[data-dialog-open='#dialog-{action}']").first.click()
    for name, value in fields.items():
        field = form.locator(f"[name={name}]")
        if name == "photos":
            form.locator("input[type=file]").set_input_files([value])
            form.locator(".photo-list li").first.wait_for()
        elif field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(label=value)
        else:
            field.fill(value)
    form.get_by_role("button", name=button, exact=True).click()
    page.get_by_text(told).first.wait_for()


def report(page, photo):
    page.goto("/hazards/new/")
    choose_park(page)
    page.get_by_label("发生位置").fill("3号楼4层")
    page.get_by_label("隐患描述").fill(TEXT)
    page.get_by_text("消防通道", exact=False).first.click()
    page.locator("label", has=page.locator("[name=level][value=major]")).click()
    page.locator("#id_photos").set_input_files([photo])
    page.locator(".photo-list li").first.wait_for()
    page.get_by_role("button", name="上报", exact=True).click()
    page.wait_for_url(re.compile(r"/hazards/\d+/"))
    return re.search(r"/hazards/\d+/", page.url).group()


def test_a_major_hazard_from_report_to_closing(site, person, photo_file):
    staff, lead = person("task_force", PHONE), person("lead")
    unit, operator = person("department"), person("operator", PHONE)
    counts = Counts(site, person("lead").page)

    address = report(staff.page, photo_file("before.jpg"))
    assert staff.no_sideways_scroll()
    assert counts.moved() == (1, 0)
    assert counts.lists() == ["隐患"]

    page = lead.page
    do(
        page,
        address,
        "assign",
        "交办",
        "已交办给市消防救援大队",
        department="市消防救援大队",
        due_on="2021-12-10",
    )
    assert counts.moved() == (1, 0)
    assert counts.lists() == ["隐患", "交办", "整改"]

    # Before anything is tried the unit is told what is missing.
    unit.page.goto(address)
    unit.page.get_by_text("尚未填报：判定依据、五落实").wait_for()
    assert unit.page.locator("#act-submit").count() == 0
    asked = {"to_due_on": "2021-12-24", "reason": "拆墙须停产", "interim": "专人值守，人员减半"}
    do(unit.page, address, "ask_extension", "提交延期申请", "延期申请已提交", **asked)
    assert unit.page.locator("form[action$='/extend/']").count() == 0, "nobody decides their own"
    do(page, address, "extend", "同意延期", "整改期限改为 2021-12-24", note="同意，落实管控")
    assert page.get_by_text("原定 2021-12-10").first.is_visible()
    assert counts.moved() == (1, 0)

    listed = {"supervision_level": "县（市、区）级", "number": "演示督〔2021〕9号", "limit": "2021-12-28"}
    do(page, address, "supervise", "挂牌督办", "已挂牌督办", **listed)
    assert page.locator("#major").get_by_text("演示督〔2021〕9号").is_visible()
    assert counts.lists() == ["隐患", "交办", "整改", "督办"]

    do(staff.page, address, "ask_joint", "提请联合执法", "已提请牵头单位组织", reason="业主拒绝拆墙")
    page.goto(address)
    page.get_by_role("link", name="录入联合执法").click()
    page.get_by_label("名称").fill("疏散楼梯联合执法")
    for name in ("市消防救援大队", "市综合行政执法局"):
        page.get_by_label(name).check()
    assert page.locator("[name=hazards]:checked").count() == 1
    page.get_by_label("执法结果").fill("当场责令停产拆墙")
    page.get_by_role("button", name="保存", exact=True).click()
    page.get_by_text("已录入联合执法").first.wait_for()
    staff.page.goto(address)
    staff.page.get_by_role("link", name="疏散楼梯联合执法").click()
    staff.page.get_by_text("当场责令停产拆墙").first.wait_for()
    assert staff.no_sideways_scroll()
    assert counts.moved() == (1, 0)

    five = {
        "clause": "《重大火灾隐患判定方法》（GB 35181-2017）第7.3条",
        "duty": "企业主要负责人", "measures": "拆除封堵墙体", "funds": "自筹8万元",
        "time_limit": "12月20日前", "emergency_plan": "停产撤人",
    }  # fmt: skip
    do(unit.page, address, "commit", "保存五落实", "五落实已保存", **five)
    done = {"measure": "墙体已拆除", "done_on": TODAY, "photos": photo_file("after.jpg")}
    do(unit.page, address, "submit", "申请验收", "已申请验收", **done)
    assert unit.page.locator("#act-accept").count() == 0
    assert counts.moved() == (1, 0)

    do(page, address, "reject", "退回", "已退回", note="楼梯间仍有堆物")
    assert counts.moved() == (1, 0)

    done |= {"measure": "堆物已清空", "photos": photo_file("again.jpg")}
    do(operator.page, address, "submit", "申请验收", "已申请验收", **done)
    assert operator.no_sideways_scroll()
    staff.page.goto(address)
    assert staff.page.locator("#act-accept").count() == 0, "a major hazard is the lead bureau's to accept"
    assert counts.moved() == (1, 0)

    do(page, address, "accept", "验收合格，销号", "已验收销号", note="现场核对合格")
    assert counts.moved() == (1, 1)
    assert counts.lists() == ["隐患", "交办", "整改", "督办"]
    assert page.locator(".before-after img").count() == 3
    assert page.locator("#major").get_by_text("已摘牌").is_visible()
    told = page.locator(".timeline .what").all_inner_texts()[::-1]
    assert [re.split("（", what)[0] for what in told] == [
        "上报", "交办", "申请延期", "同意延期", "挂牌督办", "提请联合执法", "联合执法", "填报五落实",
        "申请验收", "退回", "申请验收", "验收销号",
    ]  # fmt: skip
