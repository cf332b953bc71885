"""The page of one hazard, its verbs and its photos: who sees them, who may, and what is said otherwise."""

import uuid
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import AuditEntry
from hazards import actions
from hazards.enums import Level, Status
from hazards.models import Hazard, Photo
from tests.factories import commit_all_five, photo
from tests.hazards.test_actions import finding


@pytest.fixture
def reported(world):
    return actions.report(world.campaign, finding(world, photos=[photo(gps=True)]), by=world.tf_a)


@pytest.fixture
def rectifying(world, reported):
    return actions.assign(
        reported.pk,
        by=world.lead,
        department=world.xiaofang,
        due_on=date(2021, 9, 20),
        helping=[world.jingfa],
    )


@pytest.fixture
def submitted(world, rectifying):
    return actions.submit(
        rectifying.pk, by=world.dept_xiaofang, measure="已清理", done_on=date(2021, 9, 14), photos=[photo()]
    )


def open_page(client, user, hazard, query=""):
    client.force_login(user)
    return client.get(reverse("hazards:detail", args=[hazard.pk]) + query)


def send(client, user, hazard, action, **data):
    client.force_login(user)
    return client.post(reverse("hazards:act", args=[hazard.pk, action]), {"version": hazard.version} | data)


def offered(page):
    return [form.action.value for form in page.context["forms"]]


# --- the page -------------------------------------------------------------------------------------------


def test_the_page_tells_everything(client, world, submitted):
    text = open_page(client, world.leader, submitted).content.decode()
    for words in (
        submitted.number, "待验收", "一般", "按期整改", "甲园", "5号楼1层（甲一纸品厂）", "消防通道不畅通",
        "专班排查", "2021-09-10", "市消防救援大队", "市综合行政执法局", "2021-09-20",
        "安全出口被纸箱堵塞", "已清理",
        "等待专班或牵头单位验收", "申请验收（整改中 → 待验收）", "完成日期：2021-09-14",
        "整改前 2021-09-15 专班甲一", "整改后 2021-09-15 消防甲", "配合单位：市综合行政执法局",
    ):  # fmt: skip
        assert words in text, words


def test_why_it_was_sent_back_stands_at_the_top_until_it_is_submitted_again(client, world, submitted):
    hazard = actions.reject(submitted.pk, by=world.tf_a, note="照片看不清")
    page = open_page(client, world.dept_xiaofang, hazard)
    assert page.context["sent_back"].note == "照片看不清"
    assert "验收未通过，已退回" in page.content.decode()
    actions.progress(hazard.pk, by=world.dept_xiaofang, note="正在补拍")
    assert open_page(client, world.dept_xiaofang, hazard).context["sent_back"]
    actions.submit(
        hazard.pk, by=world.dept_xiaofang, measure="已补拍", done_on=date(2021, 9, 14), photos=[photo()]
    )
    assert "验收未通过" not in open_page(client, world.dept_xiaofang, hazard).content.decode()


def test_before_assignment_the_unit_stands_in(client, world, reported):
    assert "待交办，暂归市新城开发建设中心" in open_page(client, world.lead, reported).content.decode()


def test_an_extended_deadline_shows_the_first_one(client, world, rectifying):
    Hazard.objects.filter(pk=rectifying.pk).update(due_on=date(2021, 9, 27))
    assert "原定 2021-09-20" in open_page(client, world.lead, rectifying).content.decode()


@pytest.mark.parametrize(
    ("person", "state", "verbs"),
    [
        ("lead", "reported", ["assign", "refer", "urge", "merge", "void"]),
        ("tf_a", "reported", ["assign", "ask_joint"]),
        ("dept_xincheng", "reported", ["refer"]),
        ("dept_xiaofang", "rectifying", ["progress", "submit", "ask_extension", "refer"]),
        ("dept_jingfa", "rectifying", []),
        ("operator_a", "rectifying", ["progress", "submit"]),
        ("tf_a", "rectifying", ["progress", "submit", "ask_joint"]),
        ("lead", "submitted", ["accept", "reject", "urge", "merge", "void"]),
        ("tf_a", "submitted", ["accept", "ask_joint", "reject"]),
        ("dept_xiaofang", "submitted", []),
        ("leader", "submitted", []),
        ("assessor", "reported", []),
    ],
)
def test_each_is_offered_what_they_may(client, world, request, person, state, verbs):
    hazard = request.getfixturevalue(state)
    assert offered(open_page(client, getattr(world, person), hazard)) == verbs


def test_the_submitter_is_told_why_they_cannot_accept(client, world, rectifying):
    hazard = actions.submit(
        rectifying.pk, by=world.tf_a, measure="好", done_on=date(2021, 9, 14), photos=[photo()]
    )
    page = open_page(client, world.tf_a, hazard)
    assert "accept" not in offered(page)
    assert "您不能验收这条隐患：验收人不能是申请验收的本人" in page.content.decode()


# --- the verbs --------------------------------------------------------------------------------------------


def test_the_whole_line_by_pages(client, world, reported):
    sent = send(client, world.lead, reported, "assign", department=world.xiaofang.pk, due_on="2021-09-20",
                helping=[world.jingfa.pk], note="限期整改")  # fmt: skip
    assert sent.status_code == 302
    reported.refresh_from_db()
    assert reported.responsible_department == world.xiaofang
    assert list(reported.helping_departments.all()) == [world.jingfa]
    assert send(client, world.dept_xiaofang, reported, "progress", note="正在清").status_code == 302
    reported.refresh_from_db()
    sent = send(client, world.dept_xiaofang, reported, "submit", measure="清完了", done_on="2021-09-15",
                photos=[photo("a.jpg"), photo("b.jpg", size=(90, 60))])  # fmt: skip
    assert sent.status_code == 302
    reported.refresh_from_db()
    assert reported.photos.filter(kind="after").count() == 2
    assert send(client, world.lead, reported, "reject", note="还有一处").status_code == 302
    reported.refresh_from_db()
    sent = send(
        client, world.operator_a, reported, "submit", measure="全清", done_on="2021-09-15", photos=photo()
    )
    assert sent.status_code == 302
    reported.refresh_from_db()
    assert send(client, world.tf_a, reported, "accept").status_code == 302
    reported.refresh_from_db()
    assert reported.status == Status.CLOSED and reported.accepted_by == world.tf_a
    page = open_page(client, world.tf_a, reported).content.decode()
    assert "draft-clear:hazard-" in page and "已验收销号" in page


SUBMITTED = {"measure": "好", "done_on": "2021-09-15", "photos": "ok"}
BAD = [
    ("reported", "lead", "assign", {"department": "", "due_on": "2021-09-20"}, "请选择责任单位"),
    ("reported", "lead", "assign", {"department": "xincheng", "due_on": ""}, "请填写整改期限"),
    ("reported", "lead", "assign", {"department": "xincheng", "due_on": "2021-09-31"}, "有效的日期"),
    ("reported", "lead", "assign", {"department": "xincheng", "due_on": "2021-09-01"}, "不能早于发现日期"),
    ("reported", "lead", "assign", {"department": "xincheng", "due_on": "2021-09-12"}, "不能早于今天"),
    ("reported", "lead", "assign", {"department": "stranger", "due_on": "2021-09-20"}, "有效的选项"),
    ("reported", "lead", "assign", {"department": "jingfa", "due_on": "2021-09-20", "by_task_force": "on"},
     "由专班整改时"),
    ("reported", "lead", "void", {"note": " \u3000 "}, "请填写作废原因"),
    ("rectifying", "tf_a", "progress", {"note": ""}, "请填写整治进度"),
    ("rectifying", "tf_a", "progress", {"note": "长" * 2001}, "最多 2000 字，现有 2001 字"),
    ("rectifying", "tf_a", "progress", {"note": "好", "difficulty": "难" * 501}, "最多 500 字"),
    ("rectifying", "tf_a", "progress", {"note": "a\x00b"}, "不允许"),
    ("rectifying", "tf_a", "submit", SUBMITTED | {"measure": ""}, "请填写整改措施"),
    ("rectifying", "tf_a", "submit", SUBMITTED | {"done_on": ""}, "请填写整改完成日期"),
    ("rectifying", "tf_a", "submit", SUBMITTED | {"done_on": "2021-09-16"}, "不能晚于今天"),
    ("rectifying", "tf_a", "submit", SUBMITTED | {"done_on": "2021-09-09"}, "不能早于发现"),
    ("rectifying", "tf_a", "submit", {"measure": "好", "done_on": "2021-09-15"}, "至少上传一张整改后照片"),
    ("rectifying", "tf_a", "submit", SUBMITTED | {"photos": "broken"}, "不是可用的照片"),
    ("rectifying", "tf_a", "submit", SUBMITTED | {"photos": "many"}, "最多上传 9 张"),
    ("submitted", "lead", "reject", {"note": ""}, "请填写退回原因"),
]  # fmt: skip


@pytest.mark.parametrize(("state", "person", "verb", "data", "message"), BAD)
def test_bad_input_stays_on_the_page_and_changes_nothing(
    client, world, request, state, person, verb, data, message
):
    hazard = request.getfixturevalue(state)
    data = dict(data)
    if data.get("department"):
        unit = getattr(world, data["department"], None) or world.other.lead_department
        data["department"] = unit.pk
    text = SimpleUploadedFile("坏.jpg", "这不是照片".encode(), content_type="image/jpeg")
    kinds = {"ok": [photo()], "many": [photo() for _ in range(10)], "broken": [text]}
    if "photos" in data:
        data["photos"] = kinds[data["photos"]]
    before = Hazard.objects.values().get(pk=hazard.pk), hazard.changes.count(), Photo.objects.count()
    response = send(client, getattr(world, person), hazard, verb, **data)
    page = response.content.decode()
    assert response.status_code == 400 and message in page
    assert response.context["open_form"] == verb
    for word in ("measure", "note"):
        if (said := data.get(word, "").strip()) and len(said) < 50 and "\x00" not in said:
            assert said in page
    assert before == (
        Hazard.objects.values().get(pk=hazard.pk),
        hazard.changes.count(),
        Photo.objects.count(),
    )


def test_all_faults_of_a_verb_are_said_in_one_round(client, world, rectifying):
    text = SimpleUploadedFile("坏.jpg", "这不是照片".encode(), content_type="image/jpeg")
    response = send(client, world.tf_a, rectifying, "submit", measure="", done_on="2021-09-16", photos=text)
    form = next(form for form in response.context["forms"] if form.action == "submit")
    assert set(form.errors) == {"measure", "done_on", "photos"}
    assert 'enctype="multipart/form-data" autocomplete="off"' in response.content.decode()


@pytest.mark.parametrize("version", ["", "x", "①", "-1", "9" * 40])
def test_a_broken_version_is_no_error_page(client, world, reported, version):
    response = send(client, world.lead, reported, "void", note="重复", version=version)
    assert response.status_code in (400, 409)
    reported.refresh_from_db()
    assert reported.status == Status.REPORTED


def test_the_second_of_two_is_told_and_shown_both(client, world, rectifying):
    actions.progress(rectifying.pk, by=world.operator_a, note="物业已搬走一半")
    words = {"measure": "我们全部清完", "done_on": "2021-09-15"}
    response = send(client, world.dept_xiaofang, rectifying, "submit", **words, photos=photo())
    page = response.content.decode()
    assert response.status_code == 409
    assert "物业甲" in page and "填报进度" in page and "物业已搬走一半" in page
    assert page.count("我们全部清完") == 2  # beside the new state, and still in the form
    assert 'name="version" value="3"' in page
    rectifying.refresh_from_db()
    assert rectifying.status == Status.RECTIFYING and rectifying.version == 3
    # decided again, with the version of the page just shown
    again = send(client, world.dept_xiaofang, rectifying, "submit", **words, photos=photo())
    assert again.status_code == 302


def test_when_it_can_no_longer_be_done_the_words_are_kept(client, world, submitted):
    actions.accept(submitted.pk, by=world.lead)
    response = send(client, world.tf_a, submitted, "reject", note="门口还有一堆")
    page = response.content.decode()
    assert response.status_code == 409 and "已销号" in page and "门口还有一堆" in page
    assert "可从上面复制" in page


def test_a_status_that_does_not_fit_is_said(client, world, reported):
    response = send(
        client, world.tf_a, reported, "submit", measure="好", done_on="2021-09-15", photos=photo()
    )
    page = response.content.decode()
    assert response.status_code == 400 and "该隐患当前为“待交办”，不能“申请验收”" in page


@pytest.mark.parametrize(
    ("person", "verb"),
    [("tf_a", "void"), ("dept_xincheng", "assign"), ("leader", "assign"), ("operator_a", "accept")],
)
def test_seen_but_not_allowed_is_403(client, world, reported, person, verb):
    assert send(client, getattr(world, person), reported, verb, note="x").status_code == 403


@pytest.mark.parametrize(
    "person", ["tf_b", "dept_jingfa", "other_lead", "other_tf", "system_admin", "auditor"]
)
def test_foreign_is_404_everywhere(client, world, reported, person):
    user = getattr(world, person)
    assert open_page(client, user, reported).status_code == 404
    for verb in ("assign", "progress", "submit", "accept", "reject", "void"):
        assert send(client, user, reported, verb, note="x").status_code == 404
        assert client.get(reverse("hazards:act", args=[reported.pk, verb])).status_code == 404
    for size in ("image", "thumbnail", "original"):
        key = reported.photos.get().key
        assert client.get(reverse("hazards:photo", args=[key, size])).status_code == 404


def test_unknown_verbs_and_ids_are_404(client, world, reported):
    for verb in ("report", "import", "nonsense"):
        assert send(client, world.lead, reported, verb).status_code == 404
    assert client.get("/hazards/99999999999999999999999999/").status_code == 404


def test_reading_a_verbs_address_leads_to_its_form(client, world, rectifying):
    client.force_login(world.tf_a)
    answer = client.get(reverse("hazards:act", args=[rectifying.pk, "submit"]))
    assert answer.url == f"/hazards/{rectifying.pk}/?do=submit#act-submit"
    assert client.get(answer.url).context["open_form"] == "submit"


def test_the_page_costs_few_queries(client, world, submitted, django_assert_max_num_queries):
    for person in (world.lead, world.tf_a, world.dept_xiaofang):
        open_page(client, person, submitted)
        with django_assert_max_num_queries(36):
            open_page(client, person, submitted)


def test_major_needs_another_unit(client, world):
    hazard = actions.report(
        world.campaign, finding(world, level=Level.MAJOR, photos=[photo(gps=True)]), by=world.lead
    )
    actions.assign(hazard.pk, by=world.lead, department=world.lead_department, due_on=date(2021, 9, 20))
    commit_all_five(hazard, by=world.tf_a)
    hazard = actions.submit(
        hazard.pk, by=world.tf_a, measure="好", done_on=date(2021, 9, 15), photos=[photo()]
    )
    assert not {"accept", "reject"} & set(offered(open_page(client, world.tf_a, hazard)))
    assert "accept" in offered(open_page(client, world.lead, hazard))


# --- photos -------------------------------------------------------------------------------------------------


def fetch(client, user, picture, size):
    client.force_login(user)
    return client.get(reverse("hazards:photo", args=[picture.key, size]))


def test_copies_are_served_private_and_clean(client, world, reported):
    picture = reported.photos.get()
    for size in ("image", "thumbnail"):
        answer = fetch(client, world.leader, picture, size)
        data = b"".join(answer.streaming_content)
        assert answer["Content-Type"] == "image/jpeg" and answer["X-Content-Type-Options"] == "nosniff"
        assert "private" in answer["Cache-Control"] and "public" not in answer["Cache-Control"]
        assert answer["Content-Disposition"].startswith("inline; filename*=utf-8''LG-2021-0001-%E6%95%B4")
        assert b"Exif" not in data
    assert not AuditEntry.objects.filter(act="下载原图").exists()


def test_a_known_copy_is_not_sent_again_but_asked_again(client, world, reported):
    picture = reported.photos.get()
    etag = fetch(client, world.tf_a, picture, "image")["ETag"]
    url = reverse("hazards:photo", args=[picture.key, "image"])
    assert client.get(url, headers={"if-none-match": etag}).status_code == 304
    client.force_login(world.tf_b)
    assert client.get(url, headers={"if-none-match": etag}).status_code == 404


def test_the_original_is_for_few_and_noted(client, world, reported):
    picture = reported.photos.get()
    for person in (world.lead, world.tf_a):
        answer = fetch(client, person, picture, "original")
        assert answer.status_code == 200 and b"Exif" in b"".join(answer.streaming_content)
        assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''")
        entry = AuditEntry.objects.filter(act="下载原图", user=person).get()
        assert entry.target == reported.number
    for person in (world.tf_a2, world.leader, world.dept_xincheng, world.operator_a):
        assert fetch(client, person, picture, "original").status_code == 403


def test_no_such_size_no_such_photo_no_such_file(client, world, reported):
    picture = reported.photos.get()
    assert fetch(client, world.lead, picture, "huge").status_code == 404
    assert client.get(reverse("hazards:photo", args=[uuid.uuid4(), "image"])).status_code == 404
    picture.image.storage.delete(picture.image.name)
    assert fetch(client, world.lead, picture, "image").status_code == 404
