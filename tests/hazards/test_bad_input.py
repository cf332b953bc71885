"""What must not be entered: a clear message or nothing to be found, nothing changed, who tried is known."""

import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from accounts.enums import AuditResult
from accounts.models import AuditEntry
from hazards import actions
from hazards.models import Extension, Hazard, Photo, StatusChange
from tests.factories import photo
from tests.hazards.test_actions import finding
from tests.hazards.test_forms import body, post

LONG = "长" * 100_000


def bomb():
    """A real picture of a few kilobytes that would unfold to 92 million pixels."""
    packed = io.BytesIO()
    Image.new("1", (9600, 9600)).save(packed, "PNG")
    return SimpleUploadedFile("bomb.png", packed.getvalue(), "image/png")


@pytest.fixture
def rectifying(world):
    hazard = actions.report(world.campaign, finding(world, photos=[photo()]), by=world.tf_a)
    return actions.assign(
        hazard.pk, by=world.lead, department=world.xiaofang, due_on=date(2021, 9, 20), version=1
    )


def rows():
    return [list(table.objects.order_by("pk").values()) for table in (Hazard, StatusChange, Photo, Extension)]


def refused(client, user, hazard, action, words, **data):
    """Send it to the page and to the API; both must say the words by their field and leave all as it was."""
    before = rows()
    client.force_login(user)
    page = client.post(reverse("hazards:act", args=[hazard.pk, action]), {"version": hazard.version, **data})
    assert (page.status_code, words in page.content.decode()) == (400, True), words
    assert rows() == before
    for sent in data.values():
        if isinstance(sent, SimpleUploadedFile):
            sent.seek(0)
    address = f"/api/v1/hazards/{hazard.pk}/{action.replace('_', '-')}/"
    answer = client.post(address, {"version": hazard.version, **data})
    if answer.status_code != 404:
        assert (answer.status_code, words in str(answer.json())) == (400, True), answer.content
    assert rows() == before


def test_a_due_date_before_the_found_date(client, world):
    hazard = actions.report(world.campaign, finding(world), by=world.tf_a)
    refused(
        client, world.lead, hazard, "assign", "整改期限不能早于发现日期（2021-09-10）",
        department=world.xiaofang.pk, due_on="2021-09-09",
    )  # fmt: skip


def test_closing_without_a_photo(client, world, rectifying):
    before = rows()
    client.force_login(world.dept_xiaofang)
    data = {"version": rectifying.version, "measure": "已清理", "done_on": "2021-09-14"}
    page = client.post(reverse("hazards:act", args=[rectifying.pk, "submit"]), data)
    assert page.status_code == 400 and "请至少上传一张整改后照片" in page.content.decode()
    answer = client.post(f"/api/v1/hazards/{rectifying.pk}/submit/", data)
    assert answer.status_code == 400 and "photos" in answer.json()["errors"]
    spot = post(client, world.tf_a, body(world, fixed="on"))
    assert spot.status_code == 400 and "须至少上传一张整改后照片" in spot.content.decode()
    assert rows() == before


def test_acceptance_by_the_submitter(client, world, rectifying):
    hazard = actions.submit(
        rectifying.pk, by=world.tf_a, measure="好", done_on=date(2021, 9, 14), photos=[photo()]
    )
    refused(client, world.tf_a, hazard, "accept", "验收人不能是申请验收的本人")


def test_an_extension_past_the_campaign(client, world, rectifying):
    refused(
        client, world.dept_xiaofang, rectifying, "ask_extension", "不能晚于行动结束日（2021-12-31）",
        to_due_on="2022-01-01", reason="等设备", interim="看守",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("upload", "words"),
    [
        (
            lambda: SimpleUploadedFile("大.jpg", b"\xff\xd8" + b"0" * (10 * 1024 * 1024 - 1), "image/jpeg"),
            "“大.jpg”超过 10 MB，请压缩后再传",
        ),
        (
            lambda: SimpleUploadedFile(
                "图.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>', "image/svg+xml"
            ),
            "“图.svg”不是可用的照片",
        ),
        (lambda: bomb(), "“bomb.png”像素过大（上限 9000 万像素）"),
    ],
    ids=["10 MB and one byte", "SVG", "bomb"],
)
def test_a_photo_that_is_none(client, world, rectifying, upload, words):
    refused(
        client, world.dept_xiaofang, rectifying, "submit", words,
        measure="已清理", done_on="2021-09-14", photos=upload(),
    )  # fmt: skip
    before = rows()
    assert words in post(client, world.tf_a, body(world, photos=[upload()])).content.decode()
    assert rows() == before


@pytest.mark.parametrize(
    ("action", "person", "field", "rest", "limit"),
    [
        ("progress", "dept_xiaofang", "note", {}, "2000"),
        ("refer", "lead", "reason", {"receiver": "jingfa"}, "500"),
        ("void", "lead", "note", {}, "2000"),
    ],
)
def test_a_text_of_100_000_characters_to_a_verb(
    client, world, rectifying, action, person, field, rest, limit
):
    given = {name: getattr(world, unit).pk for name, unit in rest.items()}
    refused(client, getattr(world, person), rectifying, action, limit, **given, **{field: LONG})


@pytest.mark.parametrize("field", ["place", "description", "clause", "new_enterprise"])
def test_a_text_of_100_000_characters_in_a_report(client, world, field):
    data = body(world, level="major", **{field: LONG})
    if field == "new_enterprise":
        data["enterprise"] = ""
    response = post(client, world.tf_a, data)
    assert response.status_code == 400 and "现有 100000 字" in response.content.decode()
    assert LONG in response.content.decode(), "what was typed stays"
    assert not Hazard.objects.exists()


def test_texts_that_come_past_the_forms_are_measured_too(world, rectifying):
    calls = [
        lambda: actions.report(world.campaign, finding(world, place=LONG), by=world.tf_a),
        lambda: actions.report_fixed(
            world.campaign, finding(world), by=world.tf_a, after=[photo()], measure=LONG
        ),
        lambda: actions.void(rectifying.pk, by=world.lead, note=LONG),
    ]
    before = rows()
    for call in calls:
        with pytest.raises(actions.ValidationError) as fault:
            call()
        assert "100000 字" in str(fault.value.message_dict)
    assert rows() == before


def denied():
    return list(AuditEntry.objects.filter(result=AuditResult.DENIED).values_list("user__username", "target"))


@pytest.mark.parametrize("person", ["tf_b", "dept_jingfa", "other_lead", "auditor"])
def test_a_hazard_of_another_s_park_by_its_id(client, world, rectifying, person):
    client.force_login(getattr(world, person))
    before, key = rows(), rectifying.photos.get().pk
    act = {"version": rectifying.version, "note": "看看"}
    for method, path, data in (
        ("get", f"/hazards/{rectifying.pk}/", {}),
        ("post", f"/hazards/{rectifying.pk}/progress/", act),
        ("post", f"/hazards/{rectifying.pk}/void/", act),
        ("get", f"/api/v1/hazards/{rectifying.pk}/", {}),
        ("post", f"/api/v1/hazards/{rectifying.pk}/progress/", act),
        ("get", f"/hazards/photos/{key}/image/", {}),
        ("get", f"/hazards/photos/{key}/original/", {}),
        ("get", f"/api/v1/photos/{key}/image/", {}),
    ):
        assert getattr(client, method)(path, data).status_code == 404, path
        assert denied()[0] == (
            ALIASES.get(person, person),
            f"{method.upper()} {path}",
        )
    assert rows() == before and len(denied()) == 8


ALIASES = {"dept_jingfa": "zhifa"}


def test_a_hazard_of_another_s_park_among_those_ticked(client, world, rectifying):
    own = actions.report(
        world.campaign, finding(world, park=world.park_b, enterprise=world.enterprise_b), by=world.tf_b
    )
    before = rows()
    client.force_login(world.tf_b)
    response = client.post(
        reverse("hazards:bulk_assign"),
        {
            "hazard": [f"{own.pk}.1", f"{rectifying.pk}.{rectifying.version}"],
            "department": world.jingfa.pk,
            "due_on": "2021-09-30",
        },
    )
    page = response.content.decode()
    assert response.status_code == 400 and "有 1 条不能交办，全部没有保存" in page
    assert rectifying.number not in page, "not even its number is told"
    assert rows() == before
