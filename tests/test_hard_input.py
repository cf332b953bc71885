"""What must not get in, and what must not get out: photos, phones, positions, sessions, guesses."""

import io
import re

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from campaigns.pictures import MAX_BYTES
from hazards import actions
from hazards.models import Hazard, Photo
from tests import factories
from tests.hazards.test_actions import finding
from tests.hazards.test_api import HAZARDS, body, client_of

PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


def padded(size):
    """A real JPEG, filled up to so many bytes."""
    data = factories.photo().read()
    return SimpleUploadedFile("p.jpg", data + b"\0" * (size - len(data)), content_type="image/jpeg")


def animated(kind):
    """Frames of 4 million pixels each, 23 of them: over the cap of 90 million together."""
    frames = [Image.new("L", (2000, 2000), shade * 10) for shade in range(23)]
    out = io.BytesIO()
    frames[0].save(out, kind, save_all=True, append_images=frames[1:])
    return SimpleUploadedFile(f"a.{kind.lower()}", out.getvalue())


REFUSED = {
    "a byte too many": lambda: padded(MAX_BYTES + 1),
    "a bomb": lambda: factories.forged_png(60_000, 60_000),
    "an SVG": lambda: SimpleUploadedFile(
        "p.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", content_type="image/png"
    ),
    "text": lambda: SimpleUploadedFile("p.jpg", b"GIF89a/*<html><script>1</script>*/=1;", "image/jpeg"),
    "a PNG header before HTML": lambda: SimpleUploadedFile(
        "p.png", b"\x89PNG\r\n\x1a\n<html><script>1</script>", content_type="image/png"
    ),
    "an animated PNG": lambda: animated("PNG"),
    "an animated WebP": lambda: animated("WEBP"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_photo_that_is_refused_leaves_nothing_behind(world, name):
    sent = body(world, photos=[REFUSED[name]()])
    answer = client_of(world.tf_a).post(HAZARDS, sent, format="multipart")
    assert answer.status_code == 400
    assert re.search("[一-龥]", answer.json()["errors"]["photos"][0])
    assert not Hazard.objects.exists()
    assert not Photo.objects.exists()


def test_a_photo_of_exactly_the_limit_is_taken(world):
    sent = body(world, photos=[padded(MAX_BYTES)])
    assert client_of(world.tf_a).post(HAZARDS, sent, format="multipart").status_code == 201


@pytest.mark.parametrize("intake", ["page", "api"])
def test_no_position_leaves_with_a_photo(world, intake):
    sent = body(world, photos=[factories.photo(gps=True)], level="general", source="patrol")
    if intake == "api":
        assert client_of(world.tf_a).post(HAZARDS, sent, format="multipart").status_code == 201
    else:
        client = Client()
        client.force_login(world.tf_a)
        assert client.post("/hazards/new/", sent).status_code == 302
    shot = Photo.objects.get()
    assert Image.open(shot.original).getexif().get_ifd(0x8825)
    client = Client()
    client.force_login(world.tf_a)
    for size in ("image", "thumbnail"):
        served = client.get(reverse("hazards:photo", args=[shot.key, size]))
        assert not Image.open(io.BytesIO(b"".join(served.streaming_content))).getexif()


def test_no_person_s_phone_is_in_any_answer(world):
    """But on the park's own page, for those who must be able to call its task force."""
    callers = {world.lead, world.lead_2, world.dept_xincheng, world.tf_a, world.tf_a2, world.operator_a}
    hazard = actions.report(world.campaign, finding(world), by=world.tf_a)
    shown = set(world.personas())
    phones = {user.phone for user in world.personas().values()}
    assert len(phones) == len(shown)
    park = f"/parks/{world.park_a.pk}/"
    pages = ["/", "/hazards/", f"/hazards/{hazard.pk}/", "/parks/", park, "/reports/", "/notices/"]
    pages += ["/campaigns/task-forces/", "/hazards/inspections/", "/hazards/enforcements/"]
    api = [HAZARDS, f"{HAZARDS}{hazard.pk}/", "/api/v1/parks/", "/api/v1/enterprises/"]
    for user in world.personas().values():
        client = Client()
        client.force_login(user)
        for url in pages + api:
            if url == park and user in callers:
                continue
            text = client.get(url).content.decode()
            assert not phones & set(PHONE.findall(text)), (user.username, url)


@pytest.mark.parametrize("forged", [False, True])
def test_five_wrong_passwords_lock_the_account(world, forged):
    client = Client()
    for turn in range(5):
        headers = {"x-forwarded-for": f"203.0.113.{turn}"} if forged else {}
        client.post("/login/", {"username": "tf_a", "password": "wrong"}, headers=headers)
    right = {"username": "tf_a", "password": factories.PASSWORD}
    answer = client.post("/login/", right, headers={"x-forwarded-for": "203.0.113.99"} if forged else {})
    assert answer.status_code == 429
    assert "_auth_user_id" not in client.session


def test_an_old_cookie_is_dead_after_logout(world):
    client = Client()
    client.force_login(world.tf_a)
    old = client.cookies["hazard_session"].value
    assert client.get("/hazards/").status_code == 200
    client.post("/logout/")
    replay = Client()
    replay.cookies["hazard_session"] = old
    assert replay.get("/hazards/").status_code == 302
