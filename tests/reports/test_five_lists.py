"""五张清单: what each takes, what it says of a row, that it agrees with the figures, and its workbook."""

import io
from datetime import date

import openpyxl
import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry
from campaigns.models import CheckItem
from hazards import actions
from hazards.enums import Level
from hazards.findings import Finding
from hazards.five.lists import FIVE
from hazards.models import Hazard, InspectionResult
from hazards.procedures import extension_actions, major_actions, urge_actions
from reports.figures.counting import figures, span_of
from reports.figures.links import records_link
from reports.indicators import BY_SLUG
from tests.factories import HazardFactory, InspectionFactory, photo

DAY = date(2021, 9, 15)


def ask(client, which, **params):
    page = client.get(reverse("hazards:five_list", args=[which]), params)
    assert page.status_code == 200
    return page


def cells(client, which, **params):
    return [[text for _, text, _ in row["cells"]] for row in ask(client, which, **params).context["rows"]]


def firsts(client, which, **params):
    return [row[0] for row in cells(client, which, **params)]


def heads(which):
    return [head.label for head in FIVE[which].heads]


def said(client, which, number, **params):
    """The row of a number, by its headings."""
    row = next(row for row in cells(client, which, **params) if row[0] == number)
    return dict(zip(heads(which), row, strict=True))


def sheet_of(client, which, **params):
    answer = client.get(reverse("reports:five_list", args=[which]), params)
    assert answer.status_code == 200
    return openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active


@pytest.fixture
def story(world):
    """One of each step: fresh, assigned, handed in, closed, major and listed, urged; and two visits."""

    def report(level=Level.GENERAL, text="堵塞"):
        finding = Finding(
            park=world.park_a, place="1号楼", description=text, category=world.category, level=level,
            enterprise=world.enterprise_a,
        )  # fmt: skip
        return actions.report(world.campaign, finding, by=world.tf_a)

    def assign(hazard):
        return actions.assign(
            hazard.pk, by=world.lead, department=world.xiaofang, due_on=date(2021, 9, 30), note="抓紧",
            helping=[world.jingfa],
        )  # fmt: skip

    def submit(hazard):
        return actions.submit(
            hazard.pk, by=world.dept_xiaofang, measure="已清理", done_on=DAY, photos=[photo()]
        )

    world.fresh = report()
    world.assigned = assign(report())
    world.submitted = submit(assign(report()))
    world.closed = actions.accept(submit(assign(report())).pk, by=world.lead)
    world.major = assign(report(Level.MAJOR))
    major_actions.supervise(
        world.major.pk, by=world.lead, supervision_level="county", number="督〔2021〕1号",
        published_on=DAY, limit=date(2021, 10, 20),
    )  # fmt: skip
    world.urged = assign(report())
    urge_actions.urge(world.urged.pk, by=world.lead, note="快办")
    item = CheckItem.objects.create(campaign=world.campaign, order=1, text="消防通道畅通")
    world.visit = InspectionFactory(
        enterprise=world.enterprise_a, campaign=world.campaign, department=world.xincheng,
        inspected_on=DAY, recorded_by=world.tf_a,
    )  # fmt: skip
    InspectionResult.objects.create(inspection=world.visit, item=item, outcome="fail", hazard=world.major)
    InspectionFactory(
        enterprise=None, park=world.park_a, campaign=world.campaign, department=world.xincheng,
        inspected_on=DAY, recorded_by=world.tf_a,
    )  # fmt: skip
    return world


def numbers(*hazards):
    return {hazard.number for hazard in hazards}


def test_each_list_takes_its_own(client, story):
    client.force_login(story.lead)
    w = story
    late = (w.assigned, w.submitted, w.closed, w.major, w.urged)
    assert set(firsts(client, "hazards")) == numbers(w.fresh, *late)
    assert set(firsts(client, "assigned")) == numbers(*late)
    assert set(firsts(client, "rectified")) == numbers(*late)
    assert set(firsts(client, "supervised")) == numbers(w.major, w.urged)
    assert firsts(client, "inspections") == ["2021-09-15", "2021-09-15"]


def test_assignment_is_read_from_the_history(client, story):
    client.force_login(story.lead)
    extension_actions.ask_extension(
        story.assigned.pk, by=story.dept_xiaofang, to_due_on=date(2021, 10, 20), reason="等设备",
        interim="看守",
    )  # fmt: skip
    extension_actions.extend(story.assigned.pk, by=story.lead)
    row = said(client, "assigned", story.assigned.number)
    assert row["责任单位"] == story.xiaofang.name and row["配合单位"] == story.jingfa.name
    assert row["交办日期"] == "2021-09-15" and str(story.lead) in row["交办人（单位）"]
    assert (row["原定期限"], row["现期限"]) == ("2021-09-30", "2021-10-20")
    assert row["交办意见"] == "抓紧"
    assert said(client, "rectified", story.assigned.number)["延期"] == "1 次"


def test_a_ledger_that_came_assigned_is_listed_as_such(client, story):
    hazard = HazardFactory(task_force=story.task_force_a, status="rectifying", due_on=DAY)
    factories_row = {"by": story.lead, "at": hazard.reported_at, "on": DAY, "version": 1}
    hazard.changes.create(action="import", to_status="rectifying", **factories_row)
    client.force_login(story.lead)
    row = said(client, "assigned", hazard.number)
    assert row["交办人（单位）"] == "台账导入" and row["交办日期"] == ""


def test_repair_tells_what_was_done_and_by_whom_it_was_accepted(client, story):
    client.force_login(story.lead)
    row = said(client, "rectified", story.closed.number)
    assert row["整改措施和进度"] == "已清理" and row["完成日期"] == "2021-09-15"
    assert row["申请验收"] == f"2021-09-15 {story.dept_xiaofang}"
    assert row["验收销号"] == f"2021-09-15 {story.lead}"
    waiting = said(client, "rectified", story.submitted.number)
    assert waiting["申请验收"] and not waiting["验收销号"]


def test_supervision_tells_the_board_or_the_urging(client, story):
    client.force_login(story.lead)
    board = said(client, "supervised", story.major.number)
    assert (board["督办方式"], board["督办文号"]) == ("县（市、区）级挂牌督办", "督〔2021〕1号")
    assert (board["督办日期"], board["督办期限"], board["摘牌日期"]) == ("2021-09-15", "2021-10-20", "")
    urged = said(client, "supervised", story.urged.number)
    assert (urged["督办方式"], urged["催办"]) == ("催办", "1 次，最近 2021-09-15")


def test_visits_tell_their_items_and_what_came_of_them(client, story):
    client.force_login(story.lead)
    rows = cells(client, "inspections", level="major")
    assert len(rows) == 1
    row = dict(zip(heads("inspections"), rows[0], strict=True))
    assert row["检查事项"] == "不符合 1 项（消防通道畅通）" and row["查出隐患"] == story.major.number
    assert cells(client, "inspections", found_from="2021-09-16") == []
    assert cells(client, "inspections", department=story.jingfa.pk) == []
    assert len(cells(client, "inspections", q="甲一", sort="due_on")) == 1


@pytest.mark.parametrize("which", ["hazards", "assigned", "rectified", "supervised"])
def test_the_same_filters_for_each(client, story, which):
    client.force_login(story.lead)
    assert set(firsts(client, which, level="major")) == numbers(story.major)
    assert firsts(client, which, park=story.park_b.pk) == []
    assert "没有符合条件的记录" in ask(client, which, q="没有的").content.decode()


def by_link(client, slug, which):
    """How many rows the list has with the filters with which the figure links to its records."""
    span = span_of(Hazard.objects.first().campaign, DAY)
    given = QueryDict(records_link(BY_SLUG[slug], span).partition("?")[2])
    if which == "inspections":
        given = {"found_from": given["since"], "found_to": given["until"]}
    else:
        given = dict(given.lists())
    return ask(client, which, **given)


def test_lists_agree_with_the_figures(client, story):
    client.force_login(story.lead)
    HazardFactory(task_force=story.task_force_a, found_on=date(2021, 6, 1))  # a back-fill: in no figure
    HazardFactory(task_force=story.task_force_a, status="void")
    counted = figures(story.campaign, DAY)
    for slug, which in (
        ("found", "hazards"),
        ("found_major", "hazards"),
        ("rectified", "rectified"),
        ("rectified_major", "rectified"),
    ):
        assert len(by_link(client, slug, which).context["rows"]) == counted[slug], slug
    totals = {label: number for label, number, _ in by_link(client, "found", "hazards").context["totals"]}
    assert totals == {
        "合计": counted["found"],
        "其中重大隐患": counted["found_major"],
        "其中已销号": counted["rectified"],
    }
    visits = by_link(client, "inspected", "inspections").context["totals"]
    assert visits[0] == ("检查企业", counted["inspected"], "家次")


def test_each_is_downloaded_as_it_is_shown(client, story):
    client.force_login(story.lead)
    for which, wanted in FIVE.items():
        sheet = sheet_of(client, which)
        printed = [[cell.value for cell in row] for row in sheet.iter_rows()]
        assert printed[0][0] == f"{story.campaign.label}{wanted.label}"
        assert printed[1] == ["序号", *heads(which)]
        shown = cells(client, which)
        rows = [row for row in printed[2:] if str(row[0]).isdigit()]
        assert [row[0] for row in rows] == [str(n) for n in range(1, len(shown) + 1)]
        for row, texts in zip(rows, shown, strict=True):
            assert [v.date().isoformat() if hasattr(v, "date") else v or "" for v in row[1:]] == texts
        assert sheet.page_setup.paperSize == 9 and sheet.page_setup.orientation == "landscape"
        assert any("单位（公章）" in str(row[0]) for row in printed)
    assert AuditEntry.objects.filter(act="导出表格").count() == 5


def test_a_filtered_download_says_by_what(client, story):
    client.force_login(story.lead)
    sheet = sheet_of(client, "supervised", level="major", status="open", park=story.park_a.pk)
    text = [str(row[0].value) for row in sheet.iter_rows()]
    assert f"筛选条件：园区：{story.park_a.name}；等级：重大；状态：未销号（全部）。" in text
    assert "（无）" in [str(row[0].value) for row in sheet_of(client, "supervised", q="没有的").iter_rows()]


def test_ticked_ones_are_downloaded_alone(client, story):
    client.force_login(story.lead)
    ticked = [f"{h.pk}.{h.version}" for h in (story.major, story.urged)]
    foreign = HazardFactory(task_force=story.task_force_c, description="外面的")
    address = reverse("reports:export_hazards")
    answer = client.post(address, {"hazard": [*ticked, f"{foreign.pk}.1"]})
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    assert sum(str(row[0].value).isdigit() for row in sheet.iter_rows()) == 2
    assert client.post(address).url == f"{reverse('hazards:list')}?"
    assert "请先勾选要下载的隐患" in client.get(reverse("hazards:list")).content.decode()


@pytest.mark.parametrize("which", list(FIVE))
def test_everybody_sees_their_own(client, story, which):
    for person, some in (
        (story.leader, True),
        (story.tf_a, True),
        (story.tf_b, False),
        (story.other_lead, False),
    ):
        client.force_login(person)
        assert bool(cells(client, which)) is some, (which, person)
    client.force_login(story.auditor)
    assert client.get(reverse("reports:five_list", args=[which])).status_code == 404


def test_an_unknown_list_is_none(client, story):
    client.force_login(story.lead)
    assert client.get("/hazards/five/sixth/").status_code == 404
    assert client.get("/reports/five/sixth.xlsx").status_code == 404


@pytest.mark.parametrize("which", list(FIVE))
def test_more_rows_cost_no_more_queries(client, story, which):
    client.force_login(story.lead)
    address = reverse("hazards:five_list", args=[which])
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for _ in range(10):
        hazard = HazardFactory(task_force=story.task_force_a, reported_by=story.tf_a)
        hazard = actions.assign(hazard.pk, by=story.lead, department=story.jingfa, due_on=date(2021, 9, 30))
        urge_actions.urge(hazard.pk, by=story.lead)
        InspectionFactory(enterprise=story.enterprise_a, campaign=story.campaign, department=story.jingfa)
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) <= len(few) <= 34


def test_too_long_a_list_is_not_begun(client, story, monkeypatch):
    monkeypatch.setattr("reports.exports.downloads.MOST_ROWS", 0)
    client.force_login(story.lead)
    answer = client.get(reverse("reports:five_list", args=["assigned"]), {"level": "major"})
    assert answer.url == f"{reverse('hazards:five_list', args=['assigned'])}?level=major"
    assert "一张工作表最多容纳 0 条" in client.get(answer.url).content.decode()


def test_pages_go_on(client, world):
    for number in range(60):
        HazardFactory(task_force=world.task_force_a, number=f"LG-{number}", reported_by=world.tf_a)
        InspectionFactory(enterprise=world.enterprise_a, campaign=world.campaign, department=world.xincheng)
    client.force_login(world.lead)
    for which in ("hazards", "inspections"):
        page = ask(client, which)
        following = client.get(reverse("hazards:five_list", args=[which]) + page.context["pager"]["next_url"])
        assert len(page.context["rows"]) == 50 and len(following.context["rows"]) == 10
        assert not following.context["pager"]["next_url"]
