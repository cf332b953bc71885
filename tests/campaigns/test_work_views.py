"""The work list: what each person finds on it, how it is arranged, and what a click on it does."""

import io
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from campaigns.enums import Precision
from campaigns.models import Completion, Evidence, Measure, Occurrence
from campaigns.work import actions as work_actions
from campaigns.work.board import LABELS, LINES, counts_of, edges_of
from tests import factories

TODAY = date(2021, 9, 15)
BOARD = reverse("campaigns:work")
WEEK_END = date(2021, 9, 19)


def days(count: int) -> date:
    return TODAY + timedelta(days=count)


def pdf(name="记录.pdf", size=200):
    body = b"%PDF-1.4\n" + b"0" * size + b"\n%%EOF"
    return SimpleUploadedFile(name, body, content_type="application/pdf")


@pytest.fixture
def item(world):
    return factories.work_item(world.campaign, due_on=WEEK_END)


@pytest.fixture
def owed(world, item):
    """The week's work of both task forces and two units."""
    holders = {
        "force_a": world.task_force_a, "force_b": world.task_force_b,
        "xincheng": world.xincheng, "xiaofang": world.xiaofang,
    }  # fmt: skip
    return {name: factories.occurrence(holder, item) for name, holder in holders.items()}


def shown(response):
    """The occurrences that a board shows, by id; what is folded is unfolded."""
    found = set()
    for line in (line for group in response.context["groups"] for line in group.lines):
        found |= {one.row.pk for one in (unfolded(response.client, line) if line.folded else line.shown)}
    return found


def unfolded(client, line):
    return client.get(BOARD + line.fold_url).context["holders"]


def post(client, name, row, **data):
    return client.post(reverse(f"campaigns:{name}", args=[row.pk]), data)


# --- Who sees and does what ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "query", "seen"),
    [
        ("lead", "", {"force_a", "force_b", "xincheng", "xiaofang"}),
        ("leader", "", {"force_a", "force_b", "xincheng", "xiaofang"}),
        ("assessor", "", {"force_a", "force_b", "xincheng", "xiaofang"}),
        ("tf_a", "", {"force_a"}),
        ("tf_b", "?who=all", {"force_b"}),
        ("dept_xincheng", "", {"xincheng"}),
        ("dept_xincheng", "?who=all", {"force_a", "xincheng"}),
        ("dept_xiaofang", "?who=all", {"xiaofang"}),
        ("dept_jingfa", "?who=all", {"force_b"}),
        ("operator_a", "?who=all", set()),
        ("other_lead", "?who=all", set()),
        ("other_tf", "?who=all", set()),
    ],
)
def test_everybody_sees_what_is_theirs(world, owed, client, who, query, seen):
    client.force_login(getattr(world, who))
    response = client.get(BOARD + query)
    assert {name for name, row in owed.items() if row.pk in shown(response)} == seen
    # Neither a link nor a name of anybody else's.
    page = response.content.decode()
    assert ("乙园" in page) == ("force_b" in seen)


@pytest.mark.parametrize("who", ["system_admin", "auditor"])
def test_without_a_campaign_the_page_says_so(world, client, who):
    client.force_login(getattr(world, who))
    assert "没有参加任何专项行动" in client.get(BOARD).content.decode()


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("lead", 302),
        ("tf_a", 302),
        ("tf_a2", 302),
        ("dept_xincheng", 302),
        ("leader", 403),
        ("assessor", 403),
        ("tf_b", 404),
        ("dept_xiaofang", 404),
        ("operator_a", 404),
        ("other_lead", 404),
        ("auditor", 404),
    ],
)
def test_who_may_complete_with_one_click(world, owed, client, who, status):
    client.force_login(getattr(world, who))
    assert post(client, "complete", owed["force_a"], quick="1").status_code == status
    owed["force_a"].refresh_from_db()
    assert (owed["force_a"].done_on == TODAY) == (status == 302)


@pytest.mark.parametrize(
    ("who", "status"), [("tf_a", 302), ("lead", 302), ("tf_a2", 403), ("leader", 403), ("tf_b", 404)]
)
def test_who_may_take_back(world, owed, client, who, status):
    done = work_actions.complete(owed["force_a"].pk, by=world.tf_a)
    client.force_login(getattr(world, who))
    assert post(client, "revoke", done).status_code == status
    owed["force_a"].refresh_from_db()
    assert (owed["force_a"].done_on is None) == (status == 302)
    assert Completion.objects.count() == 1


def test_buttons_are_for_those_who_may(world, owed, client):
    for who, button in (("tf_a", "完成"), ("lead", "代为填报"), ("leader", None)):
        client.force_login(getattr(world, who))
        page = client.get(f"{BOARD}?task_force={owed['force_a'].task_force_id}").content.decode()
        assert owed["force_a"].holder.park.name in page
        assert (f">{button}</button>" in page) if button else ("/complete/" not in page)
        detail = client.get(reverse("campaigns:work_detail", args=[owed["force_a"].pk])).content.decode()
        assert ('id="complete"' in detail) == bool(button)


# --- The board -----------------------------------------------------------------------------------------


def test_each_falls_into_one_group(world, item):
    # Wednesday the 15th: its week ends on Sunday the 19th, later than its half month.
    dues = [days(-1), TODAY, days(1), WEEK_END, days(14), days(16), date(2021, 6, 1), None]
    for number, day in enumerate(dues):
        factories.occurrence(world.xincheng, item, due_on=day, period=f"p{number}")
    factories.occurrence(world.xincheng, item, due_on=TODAY, done_on=TODAY, period="done")
    edges = edges_of(world.campaign, TODAY)
    counted = counts_of(Occurrence.objects.all(), edges)
    assert counted == {
        "late": 1, "today": 1, "week": 2, "month": 1, "later": 1, "backfill": 1, "standing": 1, "done": 1,
    }  # fmt: skip
    for key, number in counted.items():
        assert Occurrence.objects.filter(edges.group(key)).count() == number
    for day in (days(n) for n in range(-200, 200)):
        where = [key for key in LABELS if _falls(edges, key, day)]
        assert len(where) == 1, (day, where)


def _falls(edges, key, day):
    """The group's condition asked of a day, without the database."""
    if key in ("done", "standing"):
        return False
    if key == "backfill":
        return day < min(edges.issued, edges.today)
    first, last = edges._days()[key]
    return (first is None or day >= first) and (last is None or day <= last)


def test_what_many_owe_is_one_line_that_names_who_has_not(world, item, client):
    forces = [factories.TaskForceFactory(campaign=world.campaign) for _ in range(20)]
    rows = [factories.occurrence(force, item) for force in forces]
    for row in rows[:12]:
        work_actions.complete(row.pk, by=world.lead)
    client.force_login(world.lead)
    response = client.get(BOARD)
    [group] = [group for group in response.context["groups"] if group.key == "week"]
    [line] = group.lines
    assert (line.total, line.done, line.open, group.count) == (20, 12, 8, 8)
    assert line.folded and {one.row.pk for one in unfolded(client, line)} == {row.pk for row in rows[12:]}
    page = response.content.decode()
    assert "应报 20，已报 12" in page and "未报 8" in page
    names = client.get(BOARD + line.fold_url).content.decode()
    assert forces[19].park.name in names and forces[0].park.name not in names
    opened = client.get(BOARD + line.url)
    assert shown(opened) == {row.pk for row in rows}
    assert "应报 <b>20</b>" in opened.content.decode()


def test_what_is_unfolded_stays_within_filters_and_scope(world, item, client):
    own = factories.occurrence(world.xincheng, item)
    forces = [
        factories.TaskForceFactory(campaign=world.campaign, department=world.xincheng) for _ in range(5)
    ]
    led = {factories.occurrence(force, item).pk for force in forces}
    factories.occurrence(world.xiaofang, item)
    client.force_login(world.dept_xincheng)
    assert shown(client.get(BOARD)) == {own.pk}
    assert shown(client.get(f"{BOARD}?who=all")) == led | {own.pk}
    line = f"?line=i{item.pk}.once"
    assert {one.row.pk for one in client.get(f"{BOARD}{line}&fold=week").context["holders"]} == led | {own.pk}
    assert not client.get(f"{BOARD}{line}&fold=late").context["holders"]
    assert not client.get(f"{BOARD}{line}&fold=week&q=无").context["holders"]
    client.force_login(world.other_lead)
    assert not client.get(f"{BOARD}{line}&fold=week").context["holders"]


def test_more_lines_than_fit_are_behind_a_link(world, client):
    for number in range(LINES + 5):
        item = factories.work_item(world.campaign, title=f"工作{number:02d}", due_on=days(-number - 1))
        factories.occurrence(world.xincheng, item)
    client.force_login(world.dept_xincheng)
    response = client.get(BOARD)
    [group] = response.context["groups"]
    assert len(group.lines) == LINES and group.count == LINES + 5
    assert "更多：逾期共 17 项" in response.content.decode()
    assert len(shown(client.get(BOARD + group.url))) == LINES + 5


def test_pages_of_a_group(world, client):
    for number in range(45):
        item = factories.work_item(world.campaign, title=f"工作{number:02d}", due_on=days(-1))
        factories.occurrence(world.xincheng, item)
    client.force_login(world.dept_xincheng)
    first = client.get(BOARD + "?group=late")
    second = client.get(BOARD + first.context["pager"]["next_url"])
    assert (len(shown(first)), len(shown(second))) == (40, 5)
    assert not shown(first) & shown(second)
    assert client.get(BOARD + "?group=late&page=99999999999").status_code == 200


def test_light_precision_day_off_and_quota_are_told(world, client):
    measure = Measure.objects.create(
        campaign=world.campaign, category=world.category, order=1, title="清理通道", due_on=date(2021, 9, 30),
        precision=Precision.MONTH,
    )  # fmt: skip
    Occurrence.objects.create(
        campaign=world.campaign,
        measure=measure,
        period="once",
        due_on=measure.due_on,
        task_force=world.task_force_a,
    )
    visits = factories.work_item(world.campaign, title="每月检查四次", quota=4, due_on=date(2021, 10, 1))
    row = factories.occurrence(world.task_force_a, visits)
    for _ in range(2):
        work_actions.complete(row.pk, by=world.tf_a)
    client.force_login(world.tf_a)
    page = client.get(BOARD).content.decode()
    for words in ("2021年9月<", "还有 15 天", "2/4 次", "逢国庆节放假", "消防通道不畅通", "完成一次"):
        assert words in page, words
    for _ in range(2):
        work_actions.complete(row.pk, by=world.tf_a)
    row.refresh_from_db()
    assert row.done_on == TODAY
    assert "4/4 次" in client.get(BOARD + "?state=done").content.decode()


def test_standing_work_takes_records_and_stays_open(world, client):
    item = factories.work_item(world.campaign, title="日常巡查")
    row = factories.occurrence(world.task_force_a, item, due_on=None, period="standing")
    client.force_login(world.tf_a)
    assert "常态化" in client.get(BOARD).content.decode()
    post(client, "complete", row, quick="1")
    page = client.get(BOARD).content.decode()
    assert "已填报 1 次" in page and "填报一次" in page


def test_what_has_not_begun_cannot_be_ticked(world, item, client):
    row = factories.occurrence(
        world.task_force_a, item, due_on=days(20), starts_on=days(14), period="2021-09-29"
    )
    client.force_login(world.tf_a)
    page = client.get(BOARD).content.decode()
    assert "9月29日起办" in page and f'value="{row.pk}"' not in page
    response = post(client, "complete", row, quick="1", next=BOARD)
    assert "没有保存" in client.get(response["Location"]).content.decode()
    assert not Completion.objects.exists()


def test_empty_boards_say_why(world, item, client):
    client.force_login(world.lead)
    assert "方案里还没有措施" in client.get(BOARD).content.decode()
    client.force_login(world.tf_a)
    assert "方案没有给您的单位或专班安排工作" in client.get(BOARD).content.decode()
    row = factories.occurrence(world.task_force_a, item, due_on=days(40))
    assert "本周没有到期的工作" in client.get(BOARD).content.decode()
    assert "没有逾期的工作" in client.get(BOARD + "?state=late").content.decode()
    assert "还没有完成的工作" in client.get(BOARD + "?state=done").content.decode()
    work_actions.complete(row.pk, by=world.tf_a)
    assert "没有未完成的工作" in client.get(BOARD).content.decode()
    assert "没有符合条件的工作" in client.get(BOARD + "?q=无此工作").content.decode()


# --- Filters --------------------------------------------------------------------------------------------


@pytest.fixture
def various(world, item):
    """One row of each kind under the task force of park_a and the unit xiaofang."""
    measure = Measure.objects.create(
        campaign=world.campaign, category=world.category, order=1, title="清理通道", due_on=days(30)
    )
    late = factories.work_item(world.campaign, title="摸排", due_on=days(-5))
    return {
        "item": factories.occurrence(world.task_force_a, item),
        "late": factories.occurrence(world.xiaofang, late),
        "done": factories.occurrence(world.xiaofang, item, done_on=TODAY),
        "measure": Occurrence.objects.create(
            campaign=world.campaign,
            measure=measure,
            period="once",
            due_on=days(30),
            department=world.xincheng,
        ),
    }


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", {"item", "late", "measure"}),
        ("state=late", {"late"}),
        ("state=done", {"done"}),
        ("state=all", {"item", "late", "done", "measure"}),
        ("source=measure", {"measure"}),
        ("source=item", {"item", "late"}),
        ("source=report", set()),
        ("unit={xiaofang}", {"late"}),
        ("task_force={force}", {"item"}),
        ("q=清理", {"measure"}),
        ("q=甲园", {"item"}),
        ("q=摸排 消防", {"late"}),
        ("from=2021-09-15&to=2021-09-20", {"item"}),
        ("to=2021-09-14", {"late"}),
        ("unit={xiaofang}&state=done", {"done"}),
    ],
)
def test_filters(world, various, client, query, names):
    client.force_login(world.lead)
    query = query.format(xiaofang=world.xiaofang.pk, force=world.task_force_a.pk)
    found = shown(client.get(f"{BOARD}?{query}"))
    assert {name for name, row in various.items() if row.pk in found} == names


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("state=x", "没有这个选项，未按它筛选"),
        ("source=x", "没有这个选项，未按它筛选"),
        ("unit=abc", "没有这个选项，未按它筛选"),
        ("unit=99999999999999999999", "没有这个选项，未按它筛选"),
        ("task_force=0", "没有这个选项，未按它筛选"),
        ("from=x", "不是有效日期，未按它筛选"),
        ("to=2021-02-30", "不是有效日期，未按它筛选"),
        ("line=i1", "没有这项工作，未按它筛选"),
        ("line=z1.once", "没有这项工作，未按它筛选"),
        ("group=x", "没有这个选项，未按它筛选"),
    ],
)
@pytest.mark.parametrize("view", ["", "&view=matrix"])
def test_what_cannot_be_filtered_by_is_said_and_left_out(world, various, client, query, words, view):
    client.force_login(world.lead)
    response = client.get(f"{BOARD}?{query}{view}")
    assert response.status_code == 200 and words in response.content.decode()
    if not view:
        assert {various[name].pk for name in ("item", "late", "measure")} <= shown(response)


def test_a_foreign_unit_is_no_choice(world, various, client):
    client.force_login(world.dept_xincheng)
    response = client.get(f"{BOARD}?unit={world.xiaofang.pk}")
    assert "没有这个选项" in response.content.decode()
    assert various["late"].pk not in shown(response)


def test_reversed_days_and_odd_words(world, various, client):
    client.force_login(world.lead)
    assert "结束日期早于开始日期" in client.get(f"{BOARD}?from=2021-10-01&to=2021-09-01").content.decode()
    for odd in ("q=%00", "q=" + "长" * 500, "q=%25_'\"<b>", "page=-1", "line=i99999999999999999999.once"):
        assert client.get(f"{BOARD}?{odd}").status_code == 200


# --- The matrix -----------------------------------------------------------------------------------------


def test_matrix_tells_who_owes_when(world, various, client):
    client.force_login(world.lead)
    response = client.get(f"{BOARD}?view=matrix")
    matrix = response.context["matrix"]
    assert [column.label for column in matrix.columns] == ["逾期", "9月19日", "10月15日", "已完成"]
    table = {row.label: [(cell.open, cell.done) for cell in row.cells] for row in matrix.rows}
    assert table == {
        "市新城开发建设中心": [(0, 0), (0, 0), (1, 0), (0, 0)],
        "市消防救援大队": [(1, 0), (0, 1), (0, 0), (0, 1)],
        "甲园": [(0, 0), (1, 0), (0, 0), (0, 0)],
    }
    assert [cell.open for cell in matrix.total.cells[:3]] == [1, 1, 1]
    for row in matrix.rows:
        for cell in row.cells:
            found = shown(client.get(f"{BOARD}?{cell.query}")) if cell.number else ()
            assert len(found) == cell.number
    assert "中秋节放假" in response.content.decode()


def test_matrix_stays_within_the_scope(world, owed, client):
    client.force_login(world.tf_a)
    labels = [row.label for row in client.get(f"{BOARD}?view=matrix").context["matrix"].rows]
    assert labels == ["甲园"]
    client.force_login(world.operator_a)
    assert "没有给您的单位或专班安排工作" in client.get(f"{BOARD}?view=matrix").content.decode()


def test_matrix_counts_what_lies_behind_its_dates(world, client):
    item = factories.work_item(world.campaign, due_on=TODAY)
    for number in range(15):
        factories.occurrence(world.xincheng, item, due_on=days(number), period=f"p{number}")
    factories.occurrence(world.xincheng, item, due_on=days(-3), period="old")
    factories.occurrence(world.xincheng, item, due_on=None, period="standing")
    client.force_login(world.lead)
    matrix = client.get(f"{BOARD}?view=matrix").context["matrix"]
    cells = {cell.column.label: cell.open for cell in matrix.rows[0].cells}
    assert (cells["逾期"], cells["9月15日"], cells["以后"], cells["常态化"]) == (1, 1, 6, 1)
    past = client.get(f"{BOARD}?view=matrix&from={days(-5)}").context["matrix"]
    cells = {cell.column.label: cell.open for cell in past.rows[0].cells}
    assert cells["9月12日"] == 1 and "逾期" not in cells


# --- One click, and back again --------------------------------------------------------------------------


def test_one_click_returns_to_the_same_place_and_offers_to_undo(world, owed, client):
    client.force_login(world.tf_a)
    there = BOARD + "?source=item"
    response = post(client, "complete", owed["force_a"], quick="1", next=there)
    assert response["Location"] == there
    page = client.get(there)
    (undo,) = page.context["undo"]
    assert undo.occurrence == owed["force_a"] and undo.by == world.tf_a
    assert "已完成：一周一行动" in page.content.decode() and "撤销" in page.content.decode()
    assert client.get(there).context["undo"] == [], "offered once"
    back = take_back(client, [undo], next=there)
    assert back["Location"] == there
    assert shown(client.get(there)) == {owed["force_a"].pk}


def take_back(client, records, **data):
    return client.post(
        reverse("campaigns:revoke_many"), {"completion": [record.pk for record in records], **data}
    )


def test_one_click_leads_nowhere_else(world, owed, client):
    client.force_login(world.tf_a)
    response = post(client, "complete", owed["force_a"], quick="1", next="https://example.com/")
    assert response["Location"] == BOARD


def test_already_done_by_another(world, owed, client):
    row = owed["force_a"]
    client.force_login(world.tf_a)
    work_actions.complete(row.pk, by=world.tf_a2, note="现场已查")
    page = client.get(post(client, "complete", row, quick="1", seen="0", next=BOARD)["Location"])
    words = page.content.decode()
    assert "没有保存" in words and "专班甲二 已填报过一次" in words and "现场已查" in words
    assert Completion.objects.count() == 1
    again = post(client, "complete", row, seen="0", on="2021-09-15", note="我也查了")
    assert again.status_code == 422
    assert "专班甲二 已填报过一次" in again.content.decode() and "我也查了" in again.content.decode()
    assert Completion.objects.count() == 1


def test_two_do_not_record_one_act_twice_where_several_are_due(world, client):
    item = factories.work_item(world.campaign, quota=4, due_on=WEEK_END)
    row = factories.occurrence(world.task_force_a, item)
    client.force_login(world.tf_a)
    work_actions.complete(row.pk, by=world.tf_a2)
    refused = post(client, "complete", row, quick="1", seen="0", next=BOARD)
    assert "如果您做的是另一次" in client.get(refused["Location"]).content.decode()
    assert Completion.objects.count() == 1
    post(client, "complete", row, quick="1", seen="1")
    assert Completion.objects.count() == 2


# --- With note and evidence -----------------------------------------------------------------------------


def test_completing_with_day_note_and_files(world, owed, client):
    row = owed["force_a"]
    client.force_login(world.tf_a)
    files = [factories.photo("现场.jpg", gps=True), pdf()]
    response = post(client, "complete", row, on="2021-09-14", note=" 查了三家\r\n都好 ", evidence=files)
    assert response["Location"] == reverse("campaigns:work_detail", args=[row.pk])
    done = Completion.objects.get()
    assert (done.on, done.note, done.by) == (date(2021, 9, 14), "查了三家\n都好", world.tf_a)
    page = client.get(response["Location"]).content.decode()
    for words in ("2021年9月14日完成", "专班甲一", "查了三家", "记录.pdf", f"draft-clear:work-{row.pk}"):
        assert words in page, words
    for file in done.evidence.all():
        answer = client.get(reverse("campaigns:evidence", args=[file.pk, "file"]))
        assert answer.status_code == 200 and answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "private, no-cache"
        kind = "image/jpeg" if file.is_picture else "application/pdf"
        assert answer.headers["Content-Type"] == kind
        assert answer.headers["Content-Disposition"].startswith("inline" if file.is_picture else "attachment")
        again = client.get(answer.wsgi_request.path, headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304
        small = client.get(reverse("campaigns:evidence", args=[file.pk, "thumbnail"]))
        assert small.status_code == (200 if file.is_picture else 404)
        assert client.get(reverse("campaigns:evidence", args=[file.pk, "original"])).status_code == 404


@pytest.mark.parametrize(
    ("who", "status"), [("lead", 200), ("dept_xincheng", 200), ("tf_b", 404), ("auditor", 404)]
)
def test_files_are_for_those_who_see_the_work(world, owed, client, who, status):
    done = work_actions.complete(owed["force_a"].pk, by=world.tf_a, files=[factories.photo()])
    client.force_login(getattr(world, who))
    for size in ("file", "thumbnail"):
        answer = client.get(reverse("campaigns:evidence", args=[done.evidence.get().pk, size]))
        assert answer.status_code == status


def bomb():
    """A small file that unpacks to 95 million pixels."""
    out = io.BytesIO()
    Image.new("1", (10_000, 9_500)).save(out, "PNG")
    return SimpleUploadedFile("图.png", out.getvalue(), content_type="image/png")


def too_large():
    return SimpleUploadedFile(
        "大.jpg", b"\xff\xd8\xff" + b"0" * (10 * 1024 * 1024 - 2), content_type="image/jpeg"
    )


@pytest.mark.parametrize(
    ("files", "words"),
    [
        (lambda: [SimpleUploadedFile("图.svg", b"<svg onload='x'/>")], "不能作为佐证材料"),
        (lambda: [too_large()], "超过 10 MB"),
        (lambda: [bomb()], "像素过大"),
        (lambda: [factories.photo(f"{n}.jpg") for n in range(10)], "一次最多上传 9 个文件"),
        (lambda: [factories.photo(), pdf("假.pdf", 0), SimpleUploadedFile("甲.exe", b"MZ0000")], "甲.exe"),
        (lambda: [SimpleUploadedFile("空.jpg", b"")], "空"),
    ],
)  # fmt: skip
def test_refused_files_save_nothing_and_lose_no_text(world, owed, client, files, words):
    row = owed["force_a"]
    client.force_login(world.tf_a)
    response = post(client, "complete", row, on="2021-09-14", note="认真填写的内容", evidence=files())
    page = response.content.decode()
    assert response.status_code == 422
    assert words in page and "认真填写的内容" in page and 'value="2021-09-14"' in page
    assert not Completion.objects.exists() and not Evidence.objects.exists()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"on": ""}, "请填写完成日期"),
        ({"on": "昨天"}, "请填写有效日期"),
        ({"on": "2021-09-16"}, "不能晚于今天"),
        ({"on": "1921-09-01"}, "请核对年份"),
        ({"on": "2021-09-15", "note": "字" * 1001}, "最多 1000 字，现有 1001 字"),
    ],
)
def test_bad_input_is_said_beside_its_field(world, owed, client, given, words):
    client.force_login(world.tf_a)
    response = post(client, "complete", owed["force_a"], **given)
    assert response.status_code == 422 and words in response.content.decode()
    assert not Completion.objects.exists()


def test_all_faults_are_said_in_one_round(world, owed, client):
    client.force_login(world.tf_a)
    svg = SimpleUploadedFile("图.svg", b"<svg/>")
    page = post(client, "complete", owed["force_a"], on="2021-09-16", evidence=[svg]).content.decode()
    assert "不能晚于今天" in page and "不能作为佐证材料" in page and "有 2 处需要修改" in page


def test_detail_tells_the_whole_story(world, item, client):
    weeks = [
        factories.occurrence(
            world.task_force_a, item, due_on=days(7 * n), starts_on=days(7 * n - 6), period=f"2021-{n + 10}"
        )
        for n in range(-6, 7)
    ]
    now = weeks[6]
    other = factories.occurrence(world.task_force_b, item, due_on=TODAY, period=now.period)
    first = work_actions.complete(now.pk, by=world.tf_a, note="误填", files=[factories.photo()])
    work_actions.revoke(first.pk, by=world.tf_a)
    client.force_login(world.tf_a)
    response = client.get(reverse("campaigns:work_detail", args=[now.pk]))
    page = response.content.decode()
    assert 'class="revoked"' in page and "已撤回" in page and "误填" in page
    assert [one.row.pk for one in response.context["series"]] == [row.pk for row in weeks[2:11]]
    assert response.context["others"] == [] and "乙园" not in page
    client.force_login(world.lead)
    response = client.get(reverse("campaigns:work_detail", args=[now.pk]))
    assert [one.row.pk for one in response.context["others"]] == [other.pk]
    assert "应报 2，已报 0，未报 2" in response.content.decode()


@pytest.mark.parametrize("name", ["work_detail", "complete", "revoke"])
def test_what_is_not_there(world, client, name):
    client.force_login(world.lead)
    url = reverse(f"campaigns:{name}", args=[987654])
    assert (client.get(url) if name == "work_detail" else client.post(url)).status_code == 404


def test_a_report_tells_of_the_days_before_it_is_due(world, client):
    duty = world.campaign.report_duties.get()
    duty.days_after = 1
    duty.save()
    row = Occurrence.objects.create(
        campaign=world.campaign,
        report=duty,
        period="2021-09-13",
        starts_on=date(2021, 9, 13),
        due_on=date(2021, 9, 20),
        department=world.xincheng,
    )
    client.force_login(world.dept_xincheng)
    page = client.get(reverse("campaigns:work_detail", args=[row.pk])).content.decode()
    assert "9月13日至9月19日" in page and "2021年9月20日 17:30 前" in page and "报送材料" in page


def test_a_measure_is_named_with_its_kind(world, various, client):
    client.force_login(world.lead)
    page = client.get(reverse("campaigns:work_detail", args=[various["measure"].pk])).content.decode()
    assert "整治内容" in page and "消防通道不畅通" in page and "管控措施" in page


# --- Several at once --------------------------------------------------------------------------------------


def many(client, rows, **data):
    return client.post(reverse("campaigns:complete_many"), {"row": [row.pk for row in rows], **data})


def test_several_with_one_note(world, owed, client):
    client.force_login(world.lead)
    response = many(client, owed.values(), on="2021-09-14", note="统一检查", next=BOARD)
    assert response["Location"] == BOARD
    assert "已完成 4 项" in client.get(BOARD).content.decode()
    assert set(Completion.objects.values_list("on", "note")) == {(date(2021, 9, 14), "统一检查")}


def test_each_is_saved_or_refused_by_itself(world, owed, client):
    work_actions.complete(owed["force_b"].pk, by=world.tf_b)
    client.force_login(world.dept_xincheng)
    rows = [owed["xincheng"], owed["force_a"], owed["force_b"]]
    page = client.get(many(client, rows, on="2021-09-15", next=BOARD)["Location"]).content.decode()
    assert "已完成 2 项" in page and "1 项没有保存" in page and "没有找到，或不在您的权限范围内" in page
    client.force_login(world.lead)
    rows = [owed["force_b"], owed["xiaofang"]]
    page = client.get(many(client, rows, on="2021-09-15", next=BOARD)["Location"]).content.decode()
    assert "已完成 1 项" in page and "一周一行动（乙园专班）：这项工作已于 2021-09-15 完成" in page
    assert Completion.objects.count() == 4


def test_what_was_done_together_is_taken_back_together(world, owed, client):
    client.force_login(world.lead)
    many(client, owed.values(), on="2021-09-14", next=BOARD)
    page = client.get(BOARD)
    undo = page.context["undo"]
    assert {record.occurrence_id for record in undo} == {row.pk for row in owed.values()}
    assert "撤回刚才一起填报的 4 条完成记录" in page.content.decode()
    assert client.get(BOARD).context["undo"] == [], "offered once"
    assert take_back(client, undo, next=BOARD)["Location"] == BOARD
    page = client.get(BOARD)
    assert "已撤回 4 条完成记录" in page.content.decode()
    assert shown(page) == {row.pk for row in owed.values()}
    assert not Completion.objects.filter(revoked_at=None).exists()
    assert not Occurrence.objects.exclude(done_on=None).exists()
    again = client.get(take_back(client, undo, next=BOARD)["Location"]).content.decode()
    assert "4 条没有撤回" in again and "已经撤回，无需再次撤回" in again


def test_only_what_was_saved_is_offered_to_be_taken_back(world, owed, client):
    work_actions.complete(owed["force_b"].pk, by=world.tf_b)
    client.force_login(world.lead)
    many(client, [owed["force_b"], owed["xiaofang"]], on="2021-09-15", next=BOARD)
    (offered,) = client.get(BOARD).context["undo"]
    assert (offered.occurrence, offered.by) == (owed["xiaofang"], world.lead)


def test_each_is_taken_back_or_refused_by_itself(world, owed, client):
    mine = work_actions.complete(owed["force_a"].pk, by=world.tf_a)
    item = factories.work_item(world.campaign, due_on=WEEK_END)
    colleague_s = work_actions.complete(factories.occurrence(world.task_force_a, item).pk, by=world.tf_a2)
    foreign = work_actions.complete(owed["force_b"].pk, by=world.tf_b)
    client.force_login(world.tf_a)
    page = client.get(take_back(client, [mine, colleague_s, foreign], next=BOARD)["Location"])
    words = page.content.decode()
    assert "已撤回 1 条完成记录" in words and "1 条没有撤回" in words and "只有填报人本人" in words
    assert "乙园" not in words
    standing = set(Completion.objects.filter(revoked_at=None).values_list("pk", flat=True))
    assert standing == {colleague_s.pk, foreign.pk}
    assert take_back(client, [foreign]).status_code == 404
    assert take_back(client, [colleague_s]).status_code == 403
    assert client.post(reverse("campaigns:revoke_many"), {"completion": ["x", "-1"]}).status_code == 404


def test_when_none_can_be_saved_the_text_comes_back(world, owed, client):
    work_actions.complete(owed["force_a"].pk, by=world.tf_a2)
    client.force_login(world.tf_a)
    for day, words in (("2021-09-15", "已于 2021-09-15 完成"), ("", "请填写完成日期")):
        response = many(client, [owed["force_a"]], note="统一检查", on=day)
        page = response.content.decode()
        assert response.status_code == 422 and "统一检查" in page and words in page
    assert Completion.objects.count() == 1


def test_nothing_or_nonsense_ticked(world, owed, client):
    client.force_login(world.tf_a)
    assert (
        "请先勾选" in client.get(many(client, [], on="2021-09-15", next=BOARD)["Location"]).content.decode()
    )
    assert many(client, [owed["force_b"]], on="2021-09-15").status_code == 404
    client.post(reverse("campaigns:complete_many"), {"row": ["x", "-1", "9" * 30], "on": "2021-09-15"})
    client.force_login(world.leader)
    assert many(client, [owed["force_a"]], on="2021-09-15").status_code == 403
    assert not Completion.objects.exists()


# --- Speed -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["lead", "dept_xincheng", "tf_a"])
@pytest.mark.parametrize("query", ["", "?state=all", "?group=late", "?view=matrix", "?q=工作"])
def test_a_fixed_number_of_queries(world, client, django_assert_max_num_queries, who, query):
    holders = [world.task_force_a, world.xincheng, world.xiaofang]
    holders += [factories.TaskForceFactory(campaign=world.campaign) for _ in range(5)]
    for number in range(25):
        item = factories.work_item(
            world.campaign, title=f"工作{number}", due_on=days(3 * number - 30), quota=2
        )
        for holder in holders:
            done = TODAY if number % 3 == 0 else None
            factories.occurrence(holder, item, done_on=done)
    client.force_login(getattr(world, who))
    with django_assert_max_num_queries(34):
        assert client.get(BOARD + query).status_code == 200


def test_detail_costs_a_fixed_number_of_queries(world, item, client, django_assert_max_num_queries):
    row = factories.occurrence(world.task_force_a, item, quota=30)
    for _ in range(15):
        work_actions.complete(row.pk, by=world.tf_a, files=[factories.photo(size=(8, 6))])
        factories.occurrence(factories.TaskForceFactory(campaign=world.campaign), item)
    client.force_login(world.lead)
    with django_assert_max_num_queries(30):
        client.get(reverse("campaigns:work_detail", args=[row.pk]))
