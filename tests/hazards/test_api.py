"""The API: the same reads, verbs and refusals as the pages, in JSON."""

import io
import re
import uuid
from datetime import date

import pytest
from django.core.cache import cache
from django.core.cache.backends.locmem import LocMemCache
from django.utils.module_loading import import_string
from PIL import Image
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from accounts.models import AuditEntry
from hazards import actions
from hazards.enums import Status
from hazards.models import Hazard
from tests.factories import PASSWORD, HazardFactory, photo
from tests.hazards.test_actions import finding

HAZARDS = "/api/v1/hazards/"
PHONE = re.compile(r"1\d{10}")


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


def client_of(user):
    client = APIClient(raise_request_exception=True)
    client.credentials(HTTP_AUTHORIZATION=f"Token {Token.objects.get_or_create(user=user)[0]}")
    return client


def body(world, **changes):
    given = {
        "park": world.park_a.pk,
        "enterprise": world.enterprise_a.pk,
        "place": "5号楼1层",
        "description": "安全出口被纸箱堵塞",
        "category": world.category.pk,
        "found_on": "2021-09-10",
    }
    return given | changes


@pytest.fixture
def reported(world):
    return actions.report(world.campaign, finding(world, photos=[photo(gps=True)]), by=world.tf_a)


def step(user, hazard, name, version=None, **given):
    version = Hazard.objects.get(pk=hazard.pk).version if version is None else version
    multipart = any(key == "photos" for key in given)
    return client_of(user).post(
        f"{HAZARDS}{hazard.pk}/{name}/",
        {"version": version, **given},
        format="multipart" if multipart else "json",
    )


def test_the_whole_line_over_the_api(world):
    made = client_of(world.tf_a).post(HAZARDS, body(world))
    assert made.status_code == 201, made.content
    assert made["ETag"] == '"1"'
    hazard = Hazard.objects.get(pk=made.json()["id"])
    given = {"department": world.xiaofang.pk, "due_on": "2021-09-30", "helping": [world.jingfa.pk]}
    assert step(world.lead, hazard, "assign", **given).json()["status"] == "rectifying"
    assert step(world.dept_xiaofang, hazard, "progress", note="已通知").status_code == 200
    done = step(
        world.dept_xiaofang,
        hazard,
        "submit",
        measure="已清理",
        done_on="2021-09-14",
        photos=[photo(), photo()],
    )
    assert done.status_code == 200, done.content
    assert [p["kind"] for p in done.json()["photos"]] == ["after", "after"]
    assert step(world.lead, hazard, "reject", note="未清理干净").json()["status"] == "rectifying"
    step(world.dept_xiaofang, hazard, "submit", measure="再清理", done_on="2021-09-15", photos=[photo()])
    closed = step(world.lead, hazard, "accept").json()
    assert (closed["status"], closed["status_text"], closed["light"]) == ("closed", "已销号", "on_time")
    assert [c["action"] for c in closed["changes"]][-2:] == ["submit", "accept"]
    assert closed["helping_departments"] == [{"id": world.jingfa.pk, "name": world.jingfa.name}]
    assert closed["actions"] == []


def test_a_hazard_fixed_on_the_spot(world):
    files = {"fixed": True, "after": [photo()], "measure": "已清理"}
    made = client_of(world.tf_a).post(HAZARDS, body(world, **files), format="multipart")
    files["after"] = [photo()]
    assert made.status_code == 201, made.content
    assert made.json()["status"] == "submitted"
    major = client_of(world.tf_a).post(HAZARDS, body(world, level="major", **files), format="multipart")
    assert major.status_code == 400
    assert "重大隐患不能即查即改" in major.json()["errors"]["level"][0]


def test_void_keeps_the_record(world, reported):
    assert step(world.lead, reported, "void", note="重复登记").json()["status"] == "void"
    assert step(world.lead, reported, "void", note="再来").status_code == 400


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"place": ""}, "place"),
        ({"description": "字" * 2001}, "description"),
        ({"found_on": "2021-09-31"}, "found_on"),
        ({"found_on": "2021-12-01"}, "found_on"),
        ({"park": 10**9}, "park"),
        ({"park": "x"}, "park"),
        ({"level": "severe"}, "level"),
        ({"client_key": "x"}, "client_key"),
        ({"latitude": "91"}, "latitude"),
        ({"description": "a\x00b"}, "description"),
    ],
)
def test_bad_input_is_told_by_field_in_chinese(world, changes, field):
    answer = client_of(world.tf_a).post(HAZARDS, body(world, **changes))
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field]
    assert re.search("[一-龥]", answer.json()["errors"][field][0])
    assert not Hazard.objects.exists()


@pytest.mark.parametrize("sent", ["{", "[]", "3", '"x"', "null", ""])
def test_a_body_that_is_no_object_is_refused(world, sent):
    answer = client_of(world.tf_a).generic("POST", HAZARDS, sent, content_type="application/json")
    assert answer.status_code == 400


def test_an_enterprise_of_another_park_is_refused(world):
    answer = client_of(world.lead).post(HAZARDS, body(world, enterprise=world.enterprise_b.pk))
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["enterprise"])


def test_who_may_not_report_is_told(world):
    foreign = client_of(world.tf_b).post(HAZARDS, body(world))
    assert (foreign.status_code, set(foreign.json()["errors"])) == (400, {"park", "enterprise"})
    reader = client_of(world.leader).post(HAZARDS, body(world))
    assert reader.status_code == 403
    assert "权限" in reader.json()["detail"]


def test_a_replayed_key_gives_the_same_hazard_and_another_body_409(world):
    key = str(uuid.uuid4())
    client = client_of(world.tf_a)
    shot = photo()

    def send(**changes):
        shot.seek(0)
        return client.post(HAZARDS, body(world, client_key=key, photos=[shot], **changes), format="multipart")

    first, again, other = send(), send(), send(description="别的隐患")
    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 409)
    assert first.json()["id"] == again.json()["id"]
    assert first.json()["number"] in other.json()["detail"]
    shot = photo()
    assert send().status_code == 409
    assert Hazard.objects.count() == 1
    # The key belongs to the person: another one may use the same.
    answer = client_of(world.tf_a2).post(HAZARDS, body(world, client_key=key))
    assert answer.status_code == 201


def test_a_stale_version_shows_both(world, reported):
    given = {"department": world.xiaofang.pk, "due_on": "2021-09-30"}
    assert step(world.lead, reported, "assign", **given).status_code == 200
    late = step(world.lead_2, reported, "assign", version=1, note="我的说明", **given)
    assert late.status_code == 412
    assert late.json()["sent"]["note"] == "我的说明"
    assert late.json()["sent_version"] == 1
    assert late.json()["current"]["version"] == 2
    assert late["ETag"] == '"2"'


def test_the_version_may_stand_in_if_match(world, reported):
    client, url = client_of(world.lead), f"{HAZARDS}{reported.pk}/void/"
    assert client.post(url, {"note": "重复"}).status_code == 428
    assert client.post(url, {"note": "重复"}, headers={"If-Match": "*"}).status_code == 428
    assert client.post(url, {"note": "重复"}, headers={"If-Match": '"9"'}).status_code == 412
    etag = client.get(f"{HAZARDS}{reported.pk}/")["ETag"]
    assert client.post(url, {"note": "重复"}, headers={"If-Match": etag}).status_code == 200


def test_the_wrong_role_is_403_and_the_foreign_404(world, reported):
    given = {"department": world.xiaofang.pk, "due_on": "2021-09-30"}
    assert step(world.operator_a, reported, "assign", **given).status_code == 403
    for user in (world.tf_b, world.other_lead, world.system_admin, world.auditor):
        assert step(user, reported, "assign", **given).status_code == 404
        assert client_of(user).get(f"{HAZARDS}{reported.pk}/").status_code == 404


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_nothing_is_edited_in_place(world, reported, method):
    """No field of any kind can be written but by a verb (security Z3)."""
    urls = (
        HAZARDS,
        f"{HAZARDS}{reported.pk}/",
        f"{HAZARDS}{reported.pk}/accept/",
        f"/api/v1/parks/{world.park_a.pk}/",
        f"/api/v1/enterprises/{world.enterprise_a.pk}/",
    )
    for user in world.personas().values():
        client = client_of(user)
        for url in urls:
            answer = getattr(client, method)(url, {"status": "closed", "level": "general"})
            assert answer.status_code == 405, (user.username, url)
    reported.refresh_from_db()
    assert (reported.status, reported.version) == (Status.REPORTED, 1)


def test_read_only_fields_in_a_report_are_ignored(world):
    extra = {
        "status": "closed",
        "version": 9,
        "number": "X",
        "reported_by": world.lead.pk,
        "closed_on": "2021-09-11",
    }
    made = client_of(world.tf_a).post(HAZARDS, body(world, **extra)).json()
    assert (made["status"], made["version"], made["closed_on"]) == ("reported", 1, None)
    assert made["reported_by"] == "专班甲一"


def test_the_list_filters_and_pages_as_the_page_does(world):
    for day in range(1, 8):
        HazardFactory(
            task_force=world.task_force_a,
            category=world.category,
            found_on=date(2021, 9, day),
            description=f"第{day}天",
        )
    HazardFactory(task_force=world.task_force_b, description="乙园的")
    client = client_of(world.tf_a)
    first = client.get(HAZARDS, {"page_size": 3, "sort": "found_on"}).json()
    assert [h["description"] for h in first["results"]] == ["第1天", "第2天", "第3天"]
    second = client.get(first["next"]).json()
    assert [h["description"] for h in second["results"]] == ["第4天", "第5天", "第6天"]
    back = client.get(second["previous"]).json()
    assert back["results"] == first["results"]
    found = client.get(HAZARDS, {"q": "5天", "park": world.park_a.pk, "status": "open"}).json()["results"]
    assert [h["description"] for h in found] == ["第5天"]
    wrong = client.get(HAZARDS, {"level": "severe", "found_from": "x"})
    faults = {"level": ["没有这个选项"], "found_from": ["不是有效日期"]}
    assert (wrong.status_code, wrong.json()["errors"]) == (400, faults)


def test_the_campaign_can_be_named(world):
    assert client_of(world.lead).get(HAZARDS, {"campaign": world.campaign.slug}).status_code == 200
    assert client_of(world.lead).get(HAZARDS, {"campaign": world.other.slug}).status_code == 404


def test_the_list_costs_a_fixed_number_of_queries(world, django_assert_max_num_queries):
    for _ in range(12):
        HazardFactory(task_force=world.task_force_a, enterprise=world.enterprise_a)
    client = client_of(world.lead)
    with django_assert_max_num_queries(16):
        assert len(client.get(HAZARDS).json()["results"]) == 12


def test_parks_and_enterprises_are_those_in_scope_with_masked_phones(world):
    for row in (world.park_a, world.park_b, world.enterprise_a, world.enterprise_b):
        type(row).objects.filter(pk=row.pk).update(contact_phone="13800001234")
    parks = client_of(world.tf_a).get("/api/v1/parks/")
    assert [p["name"] for p in parks.json()["results"]] == ["甲园"]
    assert parks.json()["results"][0]["contact_phone"] == "138****1234"
    enterprises = client_of(world.tf_a).get("/api/v1/enterprises/", {"q": "纸品"})
    assert [e["name"] for e in enterprises.json()["results"]] == ["甲一纸品厂"]
    assert not PHONE.search(parks.content.decode() + enterprises.content.decode())
    for url in (f"/api/v1/parks/{world.park_b.pk}/", f"/api/v1/enterprises/{world.enterprise_b.pk}/"):
        assert client_of(world.tf_a).get(url).status_code == 404
    assert client_of(world.tf_a).get("/api/v1/parks/", {"q": "\x00"}).json()["results"] == []


def test_photos_are_served_in_scope_without_position(world, reported):
    shown = client_of(world.tf_a).get(f"{HAZARDS}{reported.pk}/").json()["photos"][0]
    for url in (shown["image_url"], shown["thumbnail_url"]):
        answer = client_of(world.tf_a).get(url)
        image = Image.open(io.BytesIO(b"".join(answer.streaming_content)))
        assert not image.getexif()
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert client_of(world.tf_b).get(url).status_code == 404
        assert APIClient().get(url).status_code == 401
    original = shown["image_url"].replace("/image/", "/original/")
    assert client_of(world.operator_a).get(original).status_code == 403
    assert client_of(world.lead).get(original).status_code == 200
    assert client_of(world.tf_a).get(f"/api/v1/photos/{shown['key']}/").json()["hazard"] == reported.pk
    for key in ("x" * 36, "0" * 32, "-" * 36):
        assert client_of(world.tf_a).get(f"/api/v1/photos/{key}/").status_code == 404


def test_tokens(world):
    client = APIClient()
    wrong = client.post("/api/v1/token/", {"username": "tf_a", "password": "wrong"})
    assert (wrong.status_code, wrong.json()["detail"]) == (400, "账号或密码不正确，或账号已停用")
    answer = client.post("/api/v1/token/", {"username": "tf_a", "password": PASSWORD})
    assert answer.status_code == 200
    client.credentials(HTTP_AUTHORIZATION=f"Token {answer.json()['token']}")
    assert client.get(HAZARDS).status_code == 200
    assert AuditEntry.objects.filter(act="获取令牌", user=world.tf_a).count() == 1
    assert client.delete("/api/v1/token/").status_code == 204
    assert client.get(HAZARDS).status_code == 401


def test_a_disabled_person_s_token_is_dead(world):
    client = client_of(world.tf_a)
    world.tf_a.is_active = False
    world.tf_a.save()
    assert client.get(HAZARDS).status_code == 401


def test_asking_for_tokens_locks_like_the_login_page(world):
    client = APIClient()
    codes = [
        client.post("/api/v1/token/", {"username": "tf_a", "password": "x"}).status_code for _ in range(6)
    ]
    assert codes[-1] == 429
    answer = client.post("/api/v1/token/", {"username": "tf_a", "password": PASSWORD})
    assert answer.status_code == 429
    assert "30 分钟" in answer.json()["detail"]


def test_a_session_needs_its_csrf_token(world, reported):
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(world.lead)
    assert client.get(HAZARDS).status_code == 200
    url = f"{HAZARDS}{reported.pk}/void/"
    assert client.post(url, {"note": "重复", "version": 1}).status_code == 403


def test_too_many_requests_are_refused(world, monkeypatch):
    client = client_of(world.lead)
    assert client.get(HAZARDS).status_code == 200
    limit = import_string("hazard_tracker.api_errors.UserLimit")
    monkeypatch.setattr(limit, "rate", "3/min", raising=False)
    # A cache of its own: another test beside it may empty the shared one at any moment.
    monkeypatch.setattr(limit, "cache", LocMemCache("limits", {}))
    assert [client.get(HAZARDS).status_code for _ in range(4)] == [200, 200, 200, 429]


def test_the_schema_is_complete(world):
    from drf_spectacular.drainage import GENERATOR_STATS
    from drf_spectacular.generators import SchemaGenerator
    from drf_spectacular.validation import validate_schema

    GENERATOR_STATS.reset()
    schema = SchemaGenerator().get_schema(request=None, public=True)
    validate_schema(schema)
    assert not GENERATOR_STATS, "warnings while making the schema"
    bare = [
        (path, method)
        for path, methods in schema["paths"].items()
        for method, told in methods.items()
        if not re.search("[一-龥]", told.get("summary", "")) and not path.startswith("/api/schema")
    ]
    assert bare == []


def test_the_schema_and_its_page_need_a_login(world):
    assert APIClient().get("/api/schema/").status_code == 401
    assert client_of(world.lead).get("/api/schema/").status_code == 200
    reader = APIClient()
    assert reader.get("/api/docs/").status_code == 302
    reader.force_login(world.lead)
    assert "接口文档" in reader.get("/api/docs/").content.decode()


def test_broken_json_is_told_in_chinese(world):
    broken = client_of(world.tf_a).post(HAZARDS, data="{not json", content_type="application/json")
    assert (broken.status_code, broken.json()["detail"]) == (400, "提交的内容不是有效的 JSON。")
