"""The log form: what it offers to whom, what it refuses and where, and that nothing is half saved."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from campaigns.models import TaskForce
from campaigns.queries import scope_of
from hazards.enums import Status
from hazards.models import Hazard
from hazards.queries import parks_to_report_in
from hazards.rules import may_report
from parks.models import Enterprise, Site
from tests.factories import EnterpriseFactory, photo

REPORT = reverse("hazards:report")


def body(world, **changes):
    data = {
        "campaign": world.campaign.pk,
        "park": world.park_a.pk,
        "place": "2号楼1层",
        "enterprise": world.enterprise_a.pk,
        "category": world.category.pk,
        "level": "general",
        "source": "patrol",
        "found_on": "2021-09-15",
        "description": "通道被纸箱堵住",
        "photos": [photo("一.jpg"), photo("二.jpg", size=(90, 60))],
        "client_key": str(uuid.uuid4()),
    }
    return {name: value for name, value in (data | changes).items() if value is not None}


def post(client, user, data):
    client.force_login(user)
    return client.post(REPORT, data)


def test_a_hazard_is_logged(client, world):
    response = post(client, world.tf_a, body(world, latitude="27.571234", longitude="120.553210"))
    hazard = Hazard.objects.get()
    assert response.status_code == 302 and response.url == f"/hazards/{hazard.pk}/?new=1"
    assert (hazard.park, hazard.enterprise, hazard.status) == (world.park_a, world.enterprise_a, "reported")
    assert hazard.photos.filter(kind="before").count() == 2
    assert float(hazard.latitude) == 27.571234 and hazard.reported_by == world.tf_a
    page = client.get(response.url).content.decode()
    assert "已上报，编号 LG-2021-0001" in page and "draft-clear:hazard-report" in page
    assert f'href="/hazards/new/?park={world.park_a.pk}"' in page and "再报一条" in page


def test_fixed_on_the_spot_is_accepted_at_once(client, world):
    response = post(client, world.tf_a, body(world, fixed="on", after=photo(), measure="当场搬走"))
    hazard = Hazard.objects.get()
    assert hazard.status == Status.SUBMITTED and hazard.on_the_spot and hazard.measure_taken == "当场搬走"
    page = client.get(response.url).content.decode()
    assert "核对照片后可以直接验收" in page
    accept = reverse("hazards:act", args=[hazard.pk, "accept"])
    assert client.post(accept, {"version": hazard.version}).status_code == 302
    hazard.refresh_from_db()
    assert hazard.status == Status.CLOSED and hazard.accepted_by == world.tf_a


def test_the_same_form_twice_gives_one_hazard(client, world):
    data = body(world, photos=None, new_enterprise="新来的厂", enterprise=None)
    first, second = post(client, world.tf_a, data), post(client, world.tf_a, data)
    assert first.url == second.url
    assert Hazard.objects.count() == 1 and Enterprise.objects.filter(name="新来的厂").count() == 1


def test_a_new_enterprise_is_registered_once(client, world):
    post(client, world.tf_a, body(world, enterprise="", new_enterprise="新来的厂"))
    post(client, world.tf_a, body(world, enterprise="", new_enterprise="新来的　厂 "))
    post(client, world.tf_a, body(world, enterprise="", new_enterprise="甲一纸品厂"))
    assert Enterprise.objects.filter(park=world.park_a).count() == 2
    assert [h.enterprise.name for h in Hazard.objects.order_by("id")] == [
        "新来的厂",
        "新来的厂",
        "甲一纸品厂",
    ]


def text_file():
    return SimpleUploadedFile("坏.jpg", "不是照片".encode(), content_type="image/jpeg")


BAD = [
    ({"park": ""}, "park", "请选择园区"),
    ({"park": "x"}, "park", "没有在该园区上报"),
    ({"park": "9" * 30}, "park", "没有在该园区上报"),
    ({"place": " \u3000"}, "place", "请填写发生位置"),
    ({"place": "长" * 121}, "place", "最多 120 字，现有 121 字"),
    ({"place": "a\x00b"}, "place", "不允许"),
    ({"category": ""}, "category", "请选择隐患类型"),
    ({"category": "999999"}, "category", "有效的选项"),
    ({"level": ""}, "level", "请选择隐患等级"),
    ({"level": "huge"}, "level", "huge"),
    ({"source": ""}, "source", "请选择发现途径"),
    ({"source": "dream"}, "source", "dream"),
    ({"found_on": ""}, "found_on", "请填写发现日期"),
    ({"found_on": "2021-09-31"}, "found_on", "有效的日期"),
    ({"found_on": "2021-09-16"}, "found_on", "发现日期不能晚于今天"),
    ({"found_on": "0021-09-15"}, "found_on", "请核对年份"),
    ({"description": ""}, "description", "请填写隐患描述"),
    ({"description": "长" * 2001}, "description", "最多 2000 字，现有 2001 字"),
    ({"enterprise": "999999"}, "enterprise", "所选企业不在该园区"),
    ({"enterprise": "x"}, "enterprise", "所选企业不在该园区"),
    ({"new_enterprise": "又一家"}, "new_enterprise", "已选择企业"),
    ({"enterprise": "", "new_enterprise": "长" * 121}, "new_enterprise", "最多 120 字，现有 121 字"),
    ({"photos": "text"}, "photos", "不是可用的照片"),
    ({"photos": "many"}, "photos", "最多上传 9 张"),
    ({"fixed": "on"}, "after", "至少上传一张整改后照片"),
    ({"fixed": "on", "after": "text"}, "after", "不是可用的照片"),
    ({"fixed": "on", "after": "ok", "level": "major"}, "level", "重大隐患不能即查即改"),
    ({"fixed": "on", "after": "ok", "measure": "长" * 2001}, "measure", "最多 2000 字"),
]


@pytest.mark.parametrize(("changes", "name", "message"), BAD)
def test_bad_input_is_said_beside_its_field_and_nothing_is_saved(client, world, changes, name, message):
    kinds = {"text": [text_file()], "many": [photo() for _ in range(10)], "ok": [photo()]}
    changes = {key: kinds.get(value, value) if key in ("photos", "after") else value
               for key, value in changes.items()}  # fmt: skip
    enterprises = Enterprise.objects.count()
    response = post(client, world.tf_a, body(world, **changes))
    page = response.content.decode()
    assert response.status_code == 400
    assert message in " ".join(response.context["form"].errors[name]) and message in page
    assert Hazard.objects.count() == 0 and Enterprise.objects.count() == enterprises
    if "description" not in changes:
        assert "通道被纸箱堵住" in page


def test_all_faults_are_said_in_one_round(client, world):
    data = body(
        world, place="", found_on="2021-09-16", photos=[text_file()], fixed="on", after=[text_file()],
        level="major",
    )  # fmt: skip
    faults = post(client, world.tf_a, data).context["form"].errors
    assert set(faults) == {"place", "found_on", "photos", "after", "level"}
    assert all(len(said) == 1 for said in faults.values())


def test_the_browser_neither_cuts_texts_nor_keeps_photos_of_a_sent_form(client, world):
    client.force_login(world.tf_a)
    page = client.get(REPORT).content.decode()
    form = page[page.index('<form class="report-form') : page.index("</form>", page.index("report-form"))]
    assert "maxlength" not in form and 'autocomplete="off" novalidate' in form
    page = post(client, world.tf_a, body(world, place="长" * 121)).content.decode()
    assert "长" * 121 in page


def test_a_new_enterprise_goes_with_a_refused_hazard(client, world):
    data = body(world, enterprise="", new_enterprise="新来的厂", found_on="2021-09-16")
    assert post(client, world.tf_a, data).status_code == 400
    assert not Enterprise.objects.filter(name="新来的厂").exists()
    data = body(world, enterprise="", new_enterprise="新来的厂", photos=[text_file()])
    assert post(client, world.tf_a, data).status_code == 400
    assert not Enterprise.objects.filter(name="新来的厂").exists()


def test_two_thousand_characters_on_many_lines_fit(client, world):
    text = "\r\n".join(["长" * 99] * 20)
    assert post(client, world.tf_a, body(world, description=text)).status_code == 302
    assert Hazard.objects.get().description == text.replace("\r\n", "\n")


@pytest.mark.parametrize(
    "changes",
    [{"latitude": "north"}, {"latitude": "91", "longitude": "3"}, {"longitude": "NaN"}, {"client_key": "x"}],
)
def test_a_broken_hidden_value_is_left_out(client, world, changes):
    assert post(client, world.tf_a, body(world, **changes)).status_code == 302
    assert Hazard.objects.get().place == "2号楼1层"


def test_a_foreign_park_is_refused(client, world):
    for park in (world.park_b, world.park_c):
        response = post(client, world.tf_a, body(world, park=park.pk, enterprise=""))
        assert response.status_code == 400 and "没有在该园区上报" in response.content.decode()
    assert Hazard.objects.count() == 0


def test_a_foreign_campaign_is_404(client, world):
    assert post(client, world.tf_a, body(world, campaign=world.other.pk)).status_code == 404
    assert post(client, world.tf_a, body(world, campaign="x")).status_code == 404


def test_a_site_belongs_to_its_park(client, world):
    own = Site.objects.create(park=world.park_a, name="东区")
    foreign = Site.objects.create(park=world.park_b, name="西区")
    assert post(client, world.tf_a, body(world, site=foreign.pk)).status_code == 400
    assert post(client, world.tf_a, body(world, site=own.pk)).status_code == 302
    assert Hazard.objects.get().site == own


def test_one_park_is_chosen_beforehand(client, world):
    client.force_login(world.tf_a)
    page = client.get(REPORT).content.decode()
    assert f'<option value="{world.park_a.pk}" selected>甲园</option>' in page and "乙园" not in page
    assert "甲一纸品厂" in page and "乙一印业" not in page
    client.force_login(world.lead)
    page = client.get(REPORT).content.decode()
    assert "请选择园区" in page and "甲园" in page and "乙园" in page and "丙园" not in page


def test_the_park_brings_its_enterprises(client, world):
    EnterpriseFactory(park=world.park_b, name="已搬走的厂", active=False)
    client.force_login(world.lead)
    options = reverse("hazards:enterprise_options")
    page = client.get(options, {"park": world.park_b.pk}).content.decode()
    assert "乙一印业" in page and "甲一纸品厂" not in page and "已搬走的厂" not in page
    for park in (world.park_c.pk, "", "x", "9" * 30):
        page = client.get(options, {"park": park})
        assert page.status_code == 200 and page.content.decode().count("<option") == 1


@pytest.mark.parametrize("person", ["leader", "assessor"])
def test_readers_report_nothing(client, world, person):
    user = getattr(world, person)
    client.force_login(user)
    assert "没有可以上报隐患的园区" in client.get(REPORT).content.decode()
    assert post(client, user, body(world)).status_code == 403
    assert Hazard.objects.count() == 0


def test_parks_on_offer_follow_the_rule(world):
    """The query and the rule must agree for everybody: two spellings of one right."""
    for name, user in world.personas().items():
        scope = scope_of(user)
        for campaign in (world.campaign, world.other):
            offered = set(parks_to_report_in(scope, campaign))
            allowed = {
                force.park
                for force in TaskForce.objects.filter(campaign=campaign)
                if may_report(scope, campaign, force.park, force, "general")
            }
            assert offered == allowed, (name, campaign)


def test_the_same_form_with_other_words_is_not_taken_for_a_replay(client, world):
    data = body(world, photos=None)
    post(client, world.tf_a, data)
    response = post(client, world.tf_a, data | {"description": "退回来改过的另一条"})
    page = response.content.decode()
    assert response.status_code == 409 and Hazard.objects.count() == 1
    assert "已经上报过，编号 LG-2021-0001" in page and "退回来改过的另一条" in page
    renewed = response.context["form"].data["client_key"]
    assert renewed != data["client_key"]
    again = data | {"description": "退回来改过的另一条", "client_key": renewed}
    assert post(client, world.tf_a, again).status_code == 302 and Hazard.objects.count() == 2


def test_the_clause_goes_with_a_major_hazard_only(client, world):
    clause = "令第10号第三条第（一）项"
    post(client, world.tf_a, body(world, level="major", clause=clause))
    post(client, world.tf_a, body(world, level="general", clause="改回一般之前填的" * 50))
    assert [h.clause for h in Hazard.objects.order_by("id")] == [clause, ""]
    response = post(client, world.tf_a, body(world, level="major", clause="长" * 201))
    assert response.status_code == 400 and "最多 200 字，现有 201 字" in response.content.decode()
