"""Check items of a visit: recorded with it, shown on its page, turned into hazards once, photos guarded."""

import re
from datetime import date
from pathlib import PurePath

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import AuditEntry
from campaigns.actions import load_plan
from campaigns.models import CheckItem
from campaigns.pictures import read_picture
from campaigns.plan import read_plan
from hazards import actions
from hazards.enums import CheckOutcome, InspectionKind, PhotoKind, Source, Status
from hazards.models import Hazard, Inspection, InspectionPhoto, InspectionResult
from hazards.photos import store
from hazards.procedures import duplicate_actions
from hazards.records.actions import record_inspection, void_inspection
from hazards.records.findings import Checked
from hazards.records.result_actions import log_from_result
from tests import factories
from tests.hazards.test_actions import finding
from tests.hazards.test_records import visit

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'


@pytest.fixture
def items(world):
    texts = ("消防通道是否畅通", "电气线路是否规范", "是否落实动火审批")
    return [
        CheckItem.objects.create(campaign=world.campaign, order=order, text=text)
        for order, text in enumerate(texts, start=1)
    ]


def failed_visit(world, items, by=None, **changes):
    """A visit that fails the first two items, the first with a photo, and passes the third."""
    results = [
        Checked(items[0], CheckOutcome.FAIL, "货物堵塞", [factories.photo("a.jpg", gps=True)]),
        Checked(items[1], CheckOutcome.FAIL, "私拉乱接"),
        Checked(items[2], CheckOutcome.PASS),
    ]
    facts = {"results": results, "photos": [factories.photo("b.jpg")]} | changes
    return record_inspection(world.campaign, visit(world, **facts), by=by or world.tf_a)


def faults_of(world, **changes):
    with pytest.raises(ValidationError) as caught:
        record_inspection(world.campaign, visit(world, **changes), by=world.tf_a)
    return {name: words[0] for name, words in caught.value.message_dict.items()}


def visit_photo(made: Inspection) -> InspectionPhoto:
    """A photo of a visit that is there already."""
    shot = InspectionPhoto(inspection=made, uploaded_by=made.recorded_by, uploaded_at=made.recorded_at)
    store(shot, read_picture(factories.photo(gps=True)))
    return shot


def log(world, result, by, **changes):
    one = finding(world, enterprise=world.enterprise_a, **changes)
    return log_from_result(
        world.campaign, result.pk, one, lambda: actions.report(world.campaign, one, by=by), by=by
    )


# --- recording ----------------------------------------------------------------------------------------------


def test_results_and_photos_are_kept_with_the_visit(world, items):
    made = failed_visit(world, items)
    kept = [(r.item, r.outcome, r.note) for r in made.results.all()]
    assert kept == [
        (items[0], "fail", "货物堵塞"), (items[1], "fail", "私拉乱接"), (items[2], "pass", "")
    ]  # fmt: skip
    of_item, of_visit = made.photos.get(item=items[0]), made.photos.get(item=None)
    names = {PurePath(photo.image.name).stem for photo in (of_item, of_visit)}
    assert len(names) == 2 and all(re.fullmatch("[0-9a-f]{32}", name) for name in names)
    assert b"GPS" not in of_item.image.read() and of_item.uploaded_by == world.tf_a


@pytest.mark.parametrize(
    ("outcome", "note", "name", "word"),
    [
        (CheckOutcome.FAIL, "  ", "remark_", "请写明情况"),
        (CheckOutcome.FAIL, "长" * 301, "remark_", "最多 300 字，现有 301 字"),
        (CheckOutcome.PASS, "长" * 100_000, "remark_", "最多 300 字"),
        ("perhaps", "好", "outcome_", "请选择是否符合要求"),
    ],
)
def test_a_result_that_says_nothing_or_too_much_is_refused(world, items, outcome, note, name, word):
    faults = faults_of(world, results=[Checked(items[0], outcome, note)])
    assert word in faults[f"{name}{items[0].pk}"]
    assert not Inspection.objects.exists()


def test_an_item_of_another_campaign_is_refused(world):
    foreign = CheckItem.objects.create(campaign=world.other, order=1, text="别处的事项")
    faults = faults_of(world, results=[Checked(foreign, CheckOutcome.PASS)])
    assert "不属于本专项行动" in faults[f"outcome_{foreign.pk}"]
    assert not Inspection.objects.exists()


@pytest.mark.parametrize(
    ("upload", "word"),
    [
        (lambda: SimpleUploadedFile("大.jpg", b"\xff" * (10 * 1024 * 1024 + 1), "image/jpeg"), "超过 10 MB"),
        (lambda: SimpleUploadedFile("图.svg", SVG, "image/svg+xml"), "不是可用的照片"),
        (lambda: factories.forged_png(60_000, 60_000), "不是可用的照片"),
    ],
)
def test_a_photo_that_is_refused_leaves_nothing_behind(world, items, upload, word):
    results = [Checked(items[0], CheckOutcome.FAIL, "堵塞", [upload()])]
    faults = faults_of(world, results=results, inspected_on=date(2022, 1, 1))
    assert word in faults[f"shots_{items[0].pk}"] and "不能晚于今天" in faults["inspected_on"]
    assert not Inspection.objects.exists() and not InspectionPhoto.objects.exists()


def test_a_visit_holds_so_many_photos_and_no_more(world, items):
    many = [Checked(item, CheckOutcome.FAIL, "有", [factories.photo() for _ in range(9)]) for item in items]
    assert "最多上传 18 张照片，现有 27 张" in faults_of(world, results=many)["photos"]
    assert not Inspection.objects.exists()


def posted(world, items, **changes):
    data = {
        "campaign": world.campaign.pk,
        "park": world.park_a.pk,
        "enterprise": world.enterprise_a.pk,
        "kind": "joint",
        "inspected_on": "2021-09-10",
        "department": world.xincheng.pk,
        "note": "",
        f"outcome_{items[0].pk}": "fail",
        f"remark_{items[0].pk}": "货物堵塞",
        f"outcome_{items[1].pk}": "pass",
    }
    return data | changes


def test_the_form_offers_the_items_with_nothing_chosen_and_keeps_what_was_looked_at(world, items, client):
    client.force_login(world.tf_a)
    address = reverse("hazards:inspection_new")
    page = client.get(address).content.decode()
    assert "消防通道是否畅通" in page and "其余均符合要求" in page and "checked" not in page
    shots = {f"shots_{items[0].pk}": [factories.photo()], "photos": [factories.photo()]}
    response = client.post(address, posted(world, items) | shots)
    made = Inspection.objects.get()
    assert response["Location"] == reverse("hazards:inspection", args=[made.pk])
    assert [(r.item_id, r.outcome) for r in made.results.all()] == [
        (items[0].pk, "fail"), (items[1].pk, "pass")
    ]  # fmt: skip
    assert made.photos.count() == 2


def test_the_form_comes_back_with_all_that_was_entered(world, items, client):
    client.force_login(world.tf_a)
    address, changes = reverse("hazards:inspection_new"), {f"remark_{items[0].pk}": "", "note": "看了仓库"}
    response = client.post(address, posted(world, items, **changes))
    page = response.content.decode()
    assert response.status_code == 422 and "不符合的事项请写明情况" in page and "看了仓库" in page
    assert page.count('checked="" ') + page.count(" checked") >= 2 and not Inspection.objects.exists()
    half = posted(world, items, **{f"outcome_{items[0].pk}": ""})
    response = client.post(address, half)
    assert response.status_code == 422 and "请选择是否符合要求" in response.content.decode()


def test_an_item_taken_out_meanwhile_is_said_and_not_dropped(world, items, client):
    client.force_login(world.tf_a)
    data = posted(world, items)
    items[0].delete()
    response = client.post(reverse("hazards:inspection_new"), data)
    page = response.content.decode()
    assert response.status_code == 422 and "检查事项已有调整" in page and "货物堵塞" in page
    assert not Inspection.objects.exists()


def test_the_form_stays_with_the_campaign_that_it_was_opened_in(world, items, client):
    client.force_login(world.tf_a)
    data = posted(world, items, campaign=world.other.pk)
    assert client.post(reverse("hazards:inspection_new"), data).status_code == 404
    assert client.post(reverse("hazards:inspection_new"), data | {"campaign": "x"}).status_code == 404


def test_the_seven_points_of_the_zhengyang_plan_are_on_the_form(world, client):
    """P3 附件2, second block."""
    campaign = load_plan(read_plan("zhengyang-2023")).campaign
    task_force = factories.TaskForceFactory(campaign=campaign, department=campaign.lead_department)
    firm = factories.EnterpriseFactory(park=task_force.park)
    inspector = factories.task_force_member(task_force, username="p3", full_name="正阳专班")
    client.force_login(inspector)
    form = client.get(reverse("hazards:inspection_new")).context["form"]
    points = form.items
    assert len(points) == 7 and "未带队检查" in "".join(point.text for point in points)
    data = {
        "park": task_force.park.pk,
        "enterprise": firm.pk,
        "kind": "unannounced",
        "inspected_on": campaign.today().isoformat(),
        "department": form["department"].value(),
        **{f"outcome_{point.pk}": "pass" for point in points[1:]},
        f"outcome_{points[0].pk}": "fail",
        f"remark_{points[0].pk}": "没有研究记录",
    }
    assert client.post(reverse("hazards:inspection_new"), data).status_code == 302
    made = Inspection.objects.get()
    assert made.results.count() == 7 and made.results.get(outcome="fail").item == points[0]


# --- the page of a visit ------------------------------------------------------------------------------------


def test_the_page_tells_what_was_found(world, items, client):
    made = failed_visit(world, items)
    client.force_login(world.tf_a)
    response = client.get(reverse("hazards:inspection", args=[made.pk]))
    page = response.content.decode()
    assert response.context["tally"] == {"符合要求": 1, "不符合要求": 2, "不涉及": 0}
    assert "货物堵塞" in page and page.count("转为隐患</a>") == 2


@pytest.mark.parametrize("who", ["leader", "operator_a"])
def test_readers_see_the_visit_and_turn_nothing(world, items, client, who):
    made = failed_visit(world, items)
    client.force_login(getattr(world, who))
    page = client.get(reverse("hazards:inspection", args=[made.pk])).content.decode()
    assert "货物堵塞" in page and "转为隐患</a>" not in page and "作废" not in page


@pytest.mark.parametrize("who", ["tf_b", "dept_jingfa", "other_lead", "system_admin", "auditor"])
def test_others_see_neither_visit_nor_photo(world, items, client, who):
    made = failed_visit(world, items)
    client.force_login(getattr(world, who))
    assert client.get(reverse("hazards:inspection", args=[made.pk])).status_code == 404
    for shot in made.photos.all():
        for size in ("image", "thumbnail"):
            address = reverse("hazards:inspection_photo", args=[shot.key, size])
            assert client.get(address).status_code == 404
    result = made.results.first()
    assert client.get(reverse("hazards:report"), {"result": result.pk}).status_code in (200, 404)
    if who not in ("system_admin", "auditor"):
        assert client.get(reverse("hazards:report"), {"result": result.pk}).status_code == 404


def test_a_task_force_of_another_campaign_in_the_same_park_sees_nothing(world, items, client):
    """One park can stand in two campaigns."""
    made = failed_visit(world, items)
    twin = factories.TaskForceFactory(campaign=world.other, park=world.park_a, department=world.jingfa)
    stranger = factories.task_force_member(twin, username="twin", full_name="另专班")
    client.force_login(stranger)
    assert client.get(reverse("hazards:inspection", args=[made.pk])).status_code == 404


def test_a_photo_is_sent_clean_and_asked_for_each_time(world, items, client):
    shot = failed_visit(world, items).photos.get(item=items[0])
    client.force_login(world.tf_a2)
    address = reverse("hazards:inspection_photo", args=[shot.key, "image"])
    response = client.get(address)
    body = b"".join(response.streaming_content)
    assert response["Content-Type"] == "image/jpeg" and b"GPS" not in body and body[:2] == b"\xff\xd8"
    assert response["Cache-Control"] == "private, no-cache"
    assert client.get(address, headers={"if-none-match": response["ETag"]}).status_code == 304
    assert client.get(reverse("hazards:inspection_photo", args=[shot.key, "original"])).status_code == 404


# --- a failed item becomes a hazard -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "source"),
    [
        (InspectionKind.LAW, Source.INSPECTION),
        (InspectionKind.JOINT, Source.JOINT),
        (InspectionKind.UNANNOUNCED, Source.UNANNOUNCED),
        (InspectionKind.THIRD_PARTY, Source.THIRD_PARTY),
        (InspectionKind.SELF_CHECK, Source.SELF_CHECK),
        (InspectionKind.PATROL, Source.PATROL),
    ],
)
def test_the_report_form_is_filled_in_from_the_item(world, items, client, kind, source):
    result = failed_visit(world, items, kind=kind).results.first()
    client.force_login(world.tf_a)
    response = client.get(reverse("hazards:report"), {"result": result.pk})
    form = response.context["form"]
    assert form["description"].value() == "消防通道是否畅通：货物堵塞"
    assert (form["source"].value(), form["found_on"].value()) == (source, date(2021, 9, 10))
    assert (form["park"].value(), form["enterprise"].value()) == (world.park_a.pk, world.enterprise_a.pk)
    assert "1 张检查照片将一并作为整改前照片" in response.content.decode()


def report_data(world, result, **changes):
    data = {
        "campaign": world.campaign.pk,
        "result": result.pk,
        "park": world.park_a.pk,
        "enterprise": world.enterprise_a.pk,
        "place": "1号楼",
        "category": world.category.pk,
        "level": "general",
        "description": "消防通道是否畅通：货物堵塞",
        "source": "inspection",
        "found_on": "2021-09-10",
        "client_key": "6f9e2f6e-0a58-4a0c-9c2f-3f3a0d8b6c11",
    }
    return data | changes


def test_one_click_turns_it_and_a_second_leads_to_the_hazard(world, items, client):
    made = failed_visit(world, items)
    first, second = made.results.all()[:2]
    client.force_login(world.tf_a)
    address = reverse("hazards:report")
    response = client.post(address, report_data(world, first))
    assert response["Location"] == reverse("hazards:inspection", args=[made.pk])  # one failed item is left
    first.refresh_from_db()
    hazard = first.hazard
    assert hazard.found_on == date(2021, 9, 10) and hazard.source == Source.INSPECTION
    before = hazard.photos.get(kind=PhotoKind.BEFORE)
    shot = made.photos.get(item=items[0])
    assert before.sha256 == shot.sha256 and before.image.name != shot.image.name
    assert AuditEntry.objects.filter(act="检查转隐患", user=world.tf_a).count() == 1
    # The same form again gives the same hazard, the link leads to it, another form is refused.
    client.post(address, report_data(world, first))
    again = client.get(address, {"result": first.pk})
    assert again["Location"] == reverse("hazards:detail", args=[hazard.pk])
    client.force_login(world.tf_a2)
    other = client.post(address, report_data(world, first, client_key="6f9e2f6e-0a58-4a0c-9c2f-3f3a0d8b6c12"))
    assert other.status_code == 400 and f"转为隐患 {hazard.number}，不必再次上报" in other.content.decode()
    assert Hazard.objects.count() == 1
    last = client.post(address, report_data(world, second, client_key="6f9e2f6e-0a58-4a0c-9c2f-3f3a0d8b6c13"))
    second.refresh_from_db()
    assert last["Location"] == reverse("hazards:detail", args=[second.hazard_id]) + "?new=1"


def test_what_is_wrong_in_the_report_links_nothing(world, items, client):
    result = failed_visit(world, items).results.first()
    client.force_login(world.lead)
    factories.EnterpriseFactory(park=world.park_a, name="甲二五金厂")
    for changes, word in (
        ({"enterprise": ""}, "须属于所检查的企业（甲一纸品厂）"),
        ({"park": world.park_b.pk, "enterprise": ""}, "须在所检查的园区（甲园）"),
        ({"description": ""}, "请填写隐患描述"),
    ):
        response = client.post(reverse("hazards:report"), report_data(world, result, **changes))
        assert response.status_code == 400 and word in response.content.decode()
    result.refresh_from_db()
    assert result.hazard is None and not Hazard.objects.exists()


def test_only_a_failed_item_of_a_valid_visit_is_turned(world, items):
    made = failed_visit(world, items)
    failed, passed = made.results.first(), made.results.last()
    with pytest.raises(ValidationError, match="只有不符合"):
        log(world, passed, world.tf_a)
    with pytest.raises(PermissionDenied):
        log(world, failed, world.operator_a)
    with pytest.raises(InspectionResult.DoesNotExist):
        log(world, failed, world.tf_b)
    void_inspection(made.pk, by=world.tf_a, reason="录错")
    with pytest.raises(ValidationError, match="已经作废"):
        log(world, failed, world.tf_a)
    assert not Hazard.objects.exists()


def test_a_hazard_logged_by_mistake_can_be_logged_again_a_merged_one_cannot(world, items):
    made = failed_visit(world, items)
    first, second = made.results.all()[:2]
    mistaken = log(world, first, world.tf_a)
    actions.void(mistaken.pk, by=world.lead, note="填错")
    again = log(world, first, world.tf_a)
    assert again.status == Status.REPORTED
    merged = log(world, second, world.tf_a)
    duplicate_actions.merge(merged.pk, by=world.lead, same_as=again.number, note="同一处")
    with pytest.raises(ValidationError, match="不必再次上报"):
        log(world, second, world.tf_a)


def test_a_voided_visit_tells_of_its_hazards(world, items, client):
    made = failed_visit(world, items)
    hazard = log(world, made.results.first(), world.tf_a)
    client.force_login(world.tf_a)
    page = client.get(reverse("hazards:inspection", args=[made.pk])).content.decode()
    assert hazard.number in page and "作废后隐患仍然有效" in page
    response = client.post(
        reverse("hazards:inspection_void", args=[made.pk]), {"reason": "录错企业"}, follow=True
    )
    assert "由它转来的 1 条隐患仍然有效" in response.content.decode()
    hazard.refresh_from_db()
    assert hazard.status == Status.REPORTED


# --- the list -----------------------------------------------------------------------------------------------


def test_the_list_filters_by_unit_item_and_outcome(world, items, client):
    failed_visit(world, items)
    second = factories.EnterpriseFactory(park=world.park_a)
    passed = [Checked(item, CheckOutcome.PASS) for item in items]
    record_inspection(
        world.campaign,
        visit(world, enterprise=second, department=world.jingfa, results=passed),
        by=world.lead,
    )
    for day in (1, 2):
        record_inspection(world.campaign, visit(world, inspected_on=date(2021, 9, day)), by=world.tf_a)
    client.force_login(world.lead)
    expected = {
        "": (4, 2),
        f"department={world.jingfa.pk}": (1, 1),
        f"department={world.xincheng.pk}": (3, 1),
        f"item={items[0].pk}": (1, 1),
        f"item={items[2].pk}": (0, 0),
        "outcome=failed": (1, 1),
        "outcome=unturned": (1, 1),
        "outcome=passed": (1, 1),
        "outcome=unchecked": (2, 1),
        "outcome=nonsense": (4, 2),
        "item=999999": (4, 2),
    }
    for query, (visits, firms) in expected.items():
        totals = client.get(reverse("hazards:inspections") + "?" + query).context["totals"]
        assert (query, totals["visits"], totals["enterprises"]) == (query, visits, firms)
    page = client.get(reverse("hazards:inspections")).content.decode()
    assert "不符合 2 项" in page and "3 项，无不符合" in page and "未填" in page


def test_pages_of_the_list_follow_one_another(world, client):
    for number in range(120):
        factories.InspectionFactory(
            campaign=world.campaign, enterprise=world.enterprise_a, inspected_on=date(2021, 9, 1 + number % 9)
        )
    client.force_login(world.lead)
    address, seen = reverse("hazards:inspections"), []
    where = address
    for _ in range(5):
        context = client.get(where).context
        seen += [row.pk for row in context["rows"]]
        if not context["pager"]["next_url"]:
            break
        where = address + context["pager"]["next_url"]
    assert seen == list(Inspection.objects.values_list("pk", flat=True)) and len(seen) == 120
    assert len(client.get(address + "?cursor=broken").context["rows"]) == 50
