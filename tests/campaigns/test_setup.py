"""A plan edited row by row: lists and forms of each part, faults by field, rights, audit, stale edits."""

from datetime import date, datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from campaigns.enums import Counting, Part, PartyGroup, Precision, Rhythm, UnitKind
from campaigns.models import (
    CampaignUnit,
    Category,
    CheckItem,
    Completion,
    Measure,
    Occurrence,
    Phase,
    ReportDuty,
    Responsibility,
    TaskForce,
    TaskForceMember,
    UnitContact,
    UnitDuty,
    WorkItem,
)
from campaigns.queries import remember_alias
from campaigns.setup.parts import PARTS
from campaigns.work.sync import sync_occurrences
from parks.models import Department, Park
from reports.figures.counting import coverage_of
from tests import factories

LISTS = [slug for slug in PARTS if slug != "settings"]


@pytest.fixture
def plan(world):
    """One row of each part in the campaign of `world`."""
    campaign = world.campaign
    rows = {
        "phases": Phase.objects.create(
            campaign=campaign, order=1, name="排查整治", starts_on=date(2021, 7, 1), needs_confirmation=True
        ),
        "categories": world.category,
        "measures": Measure.objects.create(
            campaign=campaign,
            category=world.category,
            order=1,
            title="清理堵塞的通道",
            due_on=date(2021, 9, 30),
            precision=Precision.MONTH,
            raw_deadline="2021年9月",
        ),
        "units": campaign.unit_rows.get(department=world.xiaofang),
        "duties": UnitDuty.objects.create(
            campaign=campaign, department=world.xincheng, order=1, text="督促园区"
        ),
        "task-forces": world.task_force_a,
        "items": WorkItem.objects.create(
            campaign=campaign, order=1, title="开展巡查", rhythm=Rhythm.MONTHLY, raw_deadline="每月"
        ),
        "reports": ReportDuty.objects.get(campaign=campaign),
        "check-items": CheckItem.objects.create(campaign=campaign, order=1, text="消防通道"),
        "contacts": UnitContact.objects.create(
            campaign=campaign, department=world.xincheng, name="张三", phone="13800000001"
        ),
    }
    Responsibility.objects.create(measure=rows["measures"], department=world.xincheng, raw="新城开发建设中心")
    Responsibility.objects.create(item=rows["items"], group=PartyGroup.TASK_FORCES, raw="整治专班")
    sync_occurrences(campaign)
    return rows


@pytest.fixture
def lead(world, client):
    client.force_login(world.lead)
    return client


def address(name, *args):
    return reverse(f"campaigns:{name}", args=args)


def entered(client, slug, row=None):
    """What a browser would send back from the row's form, untouched."""
    url = address("part_edit", slug, row.pk) if row else address("part_new", slug)
    context = client.get(url).context
    data = {}
    for field in context["form"]:
        value = field.value()
        if value is None or value is False:
            continue
        data[field.html_name] = "on" if value is True else value
    return data | {"opened": context["opened"]}


def new_values(world):
    """What is typed into the new form of each part."""
    return {
        "phases": {"name": "巩固提升", "starts_on": "2021-10-01", "ends_on": "2021-11-30"},
        "categories": {"name": "违章搭建", "short_name": "违建"},
        "measures": {
            "category": world.category.pk,
            "title": "划定停车位",
            "deadline": "10月底",
            "responsible": [f"d{world.jingfa.pk}", "gtask_forces"],
        },
        "units": {"name": "市交通运输局", "kind": "member", "aliases": "交通局\n运输局"},
        "duties": {"department": world.xincheng.pk, "text": "汇总上报"},
        "task-forces": {"new_park": "新园", "new_kind": "industrial", "department": world.jingfa.pk},
        "items": {
            "title": "组织演练",
            "kind": "drill",
            "deadline": "每2个月",
            "quota": 1,
            "responsible": ["gunits"],
        },
        "reports": {
            "name": "月度小结",
            "deadline": "每月",
            "due_time": "17:00",
            "days_after": 0,
            "responsible": ["gunits"],
        },
        "check-items": {"text": "用电安全"},
        "contacts": {"department": world.jingfa.pk, "name": "李四", "phone": "13800000002"},
    }


def test_every_part_is_tried_here(world, plan):
    assert set(new_values(world)) == set(plan) == set(LISTS)


# --- lists, new rows, changes, deletions: each part ------------------------------------------------------


def test_overview_counts_and_asks(lead, plan):
    page = lead.get(address("setup"))
    assert page.status_code == 200
    text = page.content.decode()
    assert "待确认：1处" in text and "排查整治" in text
    assert {tile.part.slug: tile.count for tile in page.context["tiles"]}["units"] == 5
    assert lead.get(address("setup_print")).status_code == 200


@pytest.mark.parametrize("slug", LISTS)
def test_a_part_is_listed_and_searched(lead, plan, slug):
    page = lead.get(address("part", slug))
    assert plan[slug].pk in [one["row"].pk for one in page.context["rows"]]
    assert lead.get(address("part", slug), {"q": "没有这样的内容"}).context["rows"].object_list == []


@pytest.mark.parametrize("slug", LISTS)
def test_a_row_is_added_with_one_audit_row(lead, world, plan, slug):
    model = PARTS[slug].model
    before = model.objects.filter(campaign=world.campaign).count()
    seen = AuditEntry.objects.count()
    response = lead.post(address("part_new", slug), new_values(world)[slug])
    assert response.status_code == 302, response.context["form"].errors
    assert model.objects.filter(campaign=world.campaign).count() == before + 1
    entry = AuditEntry.objects.latest("pk")
    assert AuditEntry.objects.count() == seen + 1
    assert (entry.act, entry.user) == ("方案新增", world.lead)


@pytest.mark.parametrize("slug", ["check-items", "items", "task-forces"])
def test_a_form_sent_twice_adds_one_row(lead, world, plan, slug):
    form = new_values(world)[slug] | {"opened": lead.get(address("part_new", slug)).context["opened"]}
    rows = PARTS[slug].rows(world.campaign)
    before = rows.count()
    first, again = (lead.post(address("part_new", slug), form) for _ in range(2))
    assert (first.status_code, first["Location"]) == (again.status_code, again["Location"])
    assert rows.count() == before + 1
    if slug == "check-items":  # has no name of its own that could stand in the way
        lead.post(address("part_new", slug), form | {"text": "另一项"})
        lead.post(address("part_new", slug), form | {"opened": "another page"})
        assert rows.count() == before + 3


@pytest.mark.parametrize("slug", ["settings", *LISTS])
def test_a_form_sent_back_untouched_changes_nothing(lead, world, plan, slug):
    row = plan.get(slug, world.campaign)
    model = PARTS[slug].model
    before = model.objects.filter(pk=row.pk).values().get()
    shares = list(Responsibility.objects.order_by("pk").values())
    due = list(Occurrence.objects.order_by("pk").values())
    response = lead.post(address("part_edit", slug, row.pk), entered(lead, slug, row))
    assert response.status_code == 302, response.context["form"].errors
    assert model.objects.filter(pk=row.pk).values().get() == before
    assert list(Responsibility.objects.order_by("pk").values()) == shares
    assert list(Occurrence.objects.order_by("pk").values()) == due


CHANGES = {
    "settings": ("name", "改过的行动名称"),
    "phases": ("name", "改过的阶段"),
    "categories": ("name", "改过的内容"),
    "measures": ("title", "改过的措施"),
    "units": ("short_name", "消防"),
    "duties": ("text", "改过的职责"),
    "task-forces": ("strand", "工业区"),
    "items": ("title", "改过的工作"),
    "reports": ("name", "改过的报表"),
    "check-items": ("text", "改过的事项"),
    "contacts": ("post", "科长"),
}


@pytest.mark.parametrize("slug", CHANGES)
def test_a_change_is_kept_and_audited_once(lead, world, plan, slug):
    row = plan.get(slug, world.campaign)
    name, value = CHANGES[slug]
    seen = AuditEntry.objects.count()
    response = lead.post(address("part_edit", slug, row.pk), entered(lead, slug, row) | {name: value})
    assert response.status_code == 302, response.context["form"].errors
    row.refresh_from_db()
    assert getattr(row.department if slug == "units" else row, name) == value
    entry = AuditEntry.objects.latest("pk")
    assert AuditEntry.objects.count() == seen + 1
    assert entry.act == "方案修改"
    told = "".join(entry.detail["after"].values())
    assert (value in told) == (slug != "contacts"), "what is said of people stays out of the trail"


@pytest.mark.parametrize("slug", LISTS)
def test_a_stale_edit_is_refused_with_both_versions(lead, world, plan, slug):
    row = plan[slug]
    name, value = CHANGES[slug]
    opened = entered(lead, slug, row)
    assert lead.post(address("part_edit", slug, row.pk), opened | {name: value}).status_code == 302
    seen = AuditEntry.objects.count()
    response = lead.post(address("part_edit", slug, row.pk), opened | {name: "另一个"})
    assert response.status_code == 409
    assert ("另一个" in str(response.context["stale"])) and (value in str(response.context["stale"]))
    assert AuditEntry.objects.count() == seen
    again = opened | {name: "另一个", "opened": response.context["opened"]}
    assert lead.post(address("part_edit", slug, row.pk), again).status_code == 302


FREE = ["phases", "measures", "duties", "items", "reports", "check-items", "contacts", "units"]
"""Parts whose row has nothing hanging on it in `plan`."""


@pytest.mark.parametrize("slug", FREE)
def test_a_deletion_is_asked_done_and_taken_back(lead, world, plan, slug):
    row, model = plan[slug], PARTS[slug].model
    if slug == "units":
        Occurrence.objects.filter(department=world.xiaofang, completions__isnull=False).delete()
    before = model.objects.filter(pk=row.pk).values().get()
    shares = sorted(Responsibility.objects.values_list("pk", flat=True))
    due = Occurrence.objects.count()
    delete = address("part_delete", slug, row.pk)
    assert "确定删除" in lead.get(delete).content.decode()
    page = lead.post(delete, follow=True)
    assert not model.objects.filter(pk=row.pk).exists()
    assert "撤销" in page.content.decode()
    lead.post(address("setup_restore"))
    assert model.objects.filter(pk=row.pk).values().get() == before
    assert sorted(Responsibility.objects.values_list("pk", flat=True)) == shares
    assert Occurrence.objects.count() == due
    acts = list(AuditEntry.objects.order_by("-pk").values_list("act", flat=True)[:2])
    assert acts == ["方案撤销删除", "方案删除"]


def test_a_task_force_comes_back_with_its_members(lead, world, plan):
    lead.post(address("part_delete", "task-forces", world.task_force_a.pk))
    assert not TaskForceMember.objects.filter(user=world.tf_a).exists()
    lead.post(address("setup_restore"))
    assert set(TaskForce.objects.get(pk=world.task_force_a.pk).members.values_list("user", flat=True)) == {
        world.tf_a.pk,
        world.tf_a2.pk,
    }


def test_nothing_to_take_back(lead, plan):
    page = lead.post(address("setup_restore"), follow=True).content.decode()
    assert "没有可以撤销的删除" in page


def test_a_place_taken_meanwhile_is_shared_out(lead, world, plan):
    lead.post(address("part_delete", "check-items", plan["check-items"].pk))
    lead.post(address("part_new", "check-items"), {"text": "新的第一项", "order": 1})
    lead.post(address("setup_restore"))
    assert list(CheckItem.objects.values_list("order", "text")) == [(1, "消防通道"), (2, "新的第一项")]


# --- what hangs on a row -------------------------------------------------------------------------------


def test_what_hazards_hang_on_stays(lead, world, plan):
    factories.HazardFactory(task_force=world.task_force_a, measure=plan["measures"], category=world.category)
    for slug in ("categories", "measures", "task-forces"):
        row = plan[slug]
        response = lead.post(address("part_delete", slug, row.pk))
        assert response.status_code == 422
        assert "1条隐患" in response.content.decode()
        assert PARTS[slug].model.objects.filter(pk=row.pk).exists()


def test_what_was_completed_stays(lead, world, plan):
    done = Occurrence.objects.filter(item=plan["items"]).first()
    completion = Completion.objects.create(
        occurrence=done, on=date(2021, 9, 1), by=world.tf_a, at=timezone.make_aware(datetime(2021, 9, 1))
    )
    response = lead.post(address("part_delete", "items", plan["items"].pk))
    assert response.status_code == 422 and "已填报" in response.content.decode()
    # Moving the deadline keeps it too.
    data = entered(lead, "items", plan["items"]) | {"anchor": 10}
    assert lead.post(address("part_edit", "items", plan["items"].pk), data).status_code == 302
    completion.refresh_from_db()
    assert completion.occurrence_id == done.pk
    assert Occurrence.objects.filter(item=plan["items"], due_on=date(2021, 10, 10)).exists()


def test_a_unit_with_work_in_the_campaign_stays(lead, world, plan):
    row = world.campaign.unit_rows.get(department=world.xincheng)
    response = lead.post(address("part_delete", "units", row.pk))
    assert response.status_code == 422
    page = response.content.decode()
    assert "专班" in page and "部门职责" in page and "责任分工" in page


# --- places in the list ----------------------------------------------------------------------------------


def orders(model, **which):
    return list(model.objects.filter(**which).order_by("order").values_list("order", "text"))


def test_inserting_moving_and_closing_up(lead, world, plan):
    for number, text in ((2, "乙"), (3, "丙"), (4, "丁")):
        CheckItem.objects.create(campaign=world.campaign, order=number, text=text)
    lead.post(address("part_new", "check-items"), {"text": "插入", "order": 2})
    assert orders(CheckItem) == [(1, "消防通道"), (2, "插入"), (3, "乙"), (4, "丙"), (5, "丁")]
    row = CheckItem.objects.get(text="插入")
    lead.post(address("part_edit", "check-items", row.pk), entered(lead, "check-items", row) | {"order": 4})
    assert orders(CheckItem) == [(1, "消防通道"), (2, "乙"), (3, "丙"), (4, "插入"), (5, "丁")]
    lead.post(address("part_move", "check-items", row.pk), {"to": "up"})
    assert orders(CheckItem) == [(1, "消防通道"), (2, "乙"), (3, "插入"), (4, "丙"), (5, "丁")]
    last = CheckItem.objects.get(text="丁")
    page = lead.post(address("part_move", "check-items", last.pk), {"to": "down"}, follow=True)
    assert "最后" in page.content.decode()


def test_a_measure_moves_to_another_kind_of_hazard(lead, world, plan):
    other = Category.objects.get(campaign=world.campaign, order=2)
    taken = Measure.objects.create(
        campaign=world.campaign, category=other, order=1, title="另一项", precision=Precision.STANDING
    )
    row = plan["measures"]
    data = entered(lead, "measures", row) | {"category": other.pk, "order": 1}
    assert lead.post(address("part_edit", "measures", row.pk), data).status_code == 302
    row.refresh_from_db()
    taken.refresh_from_db()
    assert (row.category, row.order, taken.order) == (other, 1, 2)


def test_tied_places_are_told_apart_when_moved(lead, world):
    TaskForce.objects.filter(campaign=world.campaign).update(order=0)
    first, second = TaskForce.objects.filter(campaign=world.campaign).order_by("pk")
    lead.post(address("part_move", "task-forces", second.pk), {"to": "up"})
    assert list(world.campaign.task_forces.values_list("pk", flat=True)) == [second.pk, first.pk]


# --- faults stand next to the field ------------------------------------------------------------------------

FAULTS = [
    ("phases", {"ends_on": "2021-06-01"}, "ends_on", "阶段的结束日期不能早于开始日期"),
    ("phases", {"name": ""}, "name", "请填写阶段"),
    ("phases", {"starts_on": "2021-13-01"}, "starts_on", "有效日期"),
    ("phases", {"ends_on": "1900-01-01"}, "ends_on", "不合常理"),
    ("categories", {"name": "电动车充电安全隐患"}, "name", "已有同名"),
    ("categories", {"order": "-1"}, "order", "从1开始"),
    ("measures", {"responsible": []}, "responsible", "至少选择一个责任单位"),
    ("measures", {"deadline": "9月31日"}, "deadline", "没有这一天"),
    ("measures", {"deadline": "每月"}, "deadline", "工作清单"),
    ("measures", {"deadline": ""}, "deadline", "请填写完成时限"),
    ("measures", {"title": "长" * 501}, "title", "最多 500 字"),
    ("measures", {"cooperating": "SAME"}, "cooperating", "不能同时是配合单位"),
    ("measures", {"responsible": ["d999999"]}, "responsible", "选择"),
    ("units", {"parent": "SELF"}, "parent", "下级单位"),
    ("units", {"name": "市综合行政执法局"}, "name", "同名单位"),
    ("units", {"aliases": "执法局"}, "aliases", "市综合行政执法局"),
    ("items", {"deadline": "每5天"}, "deadline", "可写"),
    ("items", {"deadline": "", "rhythm": ""}, "deadline", "请填写时限"),
    ("items", {"rhythm": "once", "due_on": ""}, "due_on", "一次性"),
    ("items", {"rhythm": "dates", "dates": ""}, "dates", "至少一个日期"),
    ("items", {"rhythm": "dates", "dates": "2021-08-15、下周"}, "dates", "下周"),
    ("items", {"rhythm": "weekly", "anchor": "9"}, "anchor", "1至7"),
    ("items", {"starts_on": "2021-09-01", "ends_on": "2021-08-01"}, "ends_on", "不能早于"),
    ("items", {"quota": "0"}, "quota", ""),
    ("items", {"responsible": []}, "responsible", "至少选择一个责任单位"),
    ("reports", {"name": ""}, "name", "请填写报送材料"),
    ("contacts", {"name": ""}, "name", "请填写姓名"),
    ("settings", {"ends_on": "2021-01-01"}, "ends_on", "结束日期不能早于开始日期"),
    ("settings", {"ends_on": "2099-01-01"}, "ends_on", "超过10年"),
    ("settings", {"number_prefix": "OTHER"}, "number_prefix", "已被另一个行动使用"),
    ("settings", {"number_prefix": "隐患"}, "number_prefix", "字母"),
    ("settings", {"general_days": "0"}, "general_days", ""),
    ("settings", {"supervision_days": "0"}, "supervision_days", ""),
    ("settings", {"reply_days": "61"}, "reply_days", ""),
]


@pytest.mark.parametrize(("slug", "change", "field", "words"), FAULTS)
def test_a_fault_stands_next_to_its_field_and_nothing_is_saved(lead, world, plan, slug, change, field, words):
    row = plan.get(slug, world.campaign)
    marks = {"SAME": [f"d{world.xincheng.pk}"], "SELF": None}
    if change.get("parent") == "SELF":
        Department.objects.filter(pk=world.jingfa.pk).update(parent=world.xiaofang)
        marks["SELF"] = world.jingfa.pk
    change = {
        name: marks.get(value, value) if isinstance(value, str) else value for name, value in change.items()
    }
    before = PARTS[slug].model.objects.filter(pk=row.pk).values().get()
    seen = AuditEntry.objects.count()
    response = lead.post(address("part_edit", slug, row.pk), entered(lead, slug, row) | change)
    assert response.status_code == 422
    errors = response.context["form"].errors
    assert words in "".join(errors[field])
    assert "__all__" not in errors
    assert PARTS[slug].model.objects.filter(pk=row.pk).values().get() == before
    assert AuditEntry.objects.count() == seen


def test_a_second_task_force_for_a_park_is_refused(lead, world, plan):
    data = {"park": world.park_a.pk, "department": world.jingfa.pk}
    response = lead.post(address("part_new", "task-forces"), data)
    assert response.status_code == 422
    assert "已有专班" in str(response.context["form"].errors["park"])
    response = lead.post(
        address("part_new", "task-forces"), {"new_park": "甲 园", "department": world.jingfa.pk}
    )
    assert "已有同名园区" in str(response.context["form"].errors["new_park"])
    response = lead.post(address("part_new", "task-forces"), {"department": world.jingfa.pk})
    assert "请选择已登记的园区" in str(response.context["form"].errors["park"])
    assert Park.objects.filter(name__contains="甲").count() == 1


def test_a_unit_joins_once_in_each_part(lead, world, plan):
    response = lead.post(address("part_new", "units"), {"department": world.jingfa.pk, "kind": "member"})
    assert "已在本行动中" in str(response.context["form"].errors["department"])
    response = lead.post(address("part_new", "units"), {"kind": "member"})
    assert "请选择已登记的单位" in str(response.context["form"].errors["department"])
    both = {"department": world.jingfa.pk, "name": "另一个", "kind": "assessor"}
    assert "请留空" in str(lead.post(address("part_new", "units"), both).context["form"].errors["name"])
    short = {"department": world.jingfa.pk, "short_name": "执法", "kind": "assessor"}
    assert "请留空" in str(
        lead.post(address("part_new", "units"), short).context["form"].errors["short_name"]
    )
    fine = {"department": world.jingfa.pk, "kind": "assessor"}
    assert lead.post(address("part_new", "units"), fine).status_code == 302
    assert CampaignUnit.objects.get(campaign=world.campaign, department=world.jingfa, kind=UnitKind.ASSESSOR)


def test_a_unit_of_other_bureaus_keeps_its_name(lead, world, plan):
    factories.join(world.other, world.xiaofang)
    remember_alias(world.xiaofang, "消防队")
    row = plan["units"]
    data = entered(lead, "units", row) | {"name": "改名", "parent": world.xincheng.pk, "aliases": "消防"}
    assert lead.post(address("part_edit", "units", row.pk), data).status_code == 302
    world.xiaofang.refresh_from_db()
    assert (world.xiaofang.name, world.xiaofang.parent) == ("市消防救援大队", None)
    assert [alias.name for alias in world.xiaofang.aliases.all()] == ["消防队", "消防"]


# --- whose records a unit reports -----------------------------------------------------------------


@pytest.fixture
def counties(world):
    """A city that leads, and two of its counties; the fire brigade lies in the first."""
    city = factories.RegionFactory(name="某市")
    found = [factories.RegionFactory(name=name, parent=city) for name in ("东县", "西县")]
    Department.objects.filter(pk=world.lead_department.pk).update(region=city)
    return found


def errors_of(response):
    assert response.status_code == 422, "taken although it is wrong"
    return {name: " ".join(errors) for name, errors in response.context["form"].errors.items()}


def test_a_unit_that_reports_its_region_must_lie_in_one(lead, world, plan, counties):
    row = plan["units"]
    data = entered(lead, "units", row)
    assert data["counting"] == Counting.OWN
    edit = address("part_edit", "units", row.pk)
    response = lead.post(edit, data | {"counting": "region", "short_name": "消防"})
    assert "没有填写行政区划" in errors_of(response)["counting"]
    assert response.context["form"]["short_name"].value() == "消防"
    row.refresh_from_db()
    assert (row.counting, row.department.region) == (Counting.OWN, None)
    assert lead.post(edit, data | {"counting": "region", "region": counties[0].pk}).status_code == 302
    row.refresh_from_db()
    assert (row.counting, row.department.region) == (Counting.REGION, counties[0])
    assert "本行政区域内的全部记录" in lead.get(address("part", "units")).content.decode()
    data = entered(lead, "units", row)
    assert str(data["region"]) == str(counties[0].pk)
    assert "没有填写行政区划" in errors_of(lead.post(edit, data | {"region": ""}))["counting"]


def test_a_new_county_office_lies_in_its_county(lead, world, counties):
    new = address("part_new", "units")
    office = {"name": "东县安委办", "kind": "member", "counting": "region", "region": counties[0].pk}
    assert lead.post(new, office).status_code == 302
    made = CampaignUnit.objects.get(department__name="东县安委办")
    assert (made.department.region, made.counting) == (counties[0], Counting.REGION)
    assert coverage_of(world.campaign, made.department).regions == {counties[0].pk}


@pytest.mark.parametrize("counting", ["region", "typed"])
def test_two_units_do_not_report_one_region(lead, world, counties, counting):
    new = address("part_new", "units")
    office = {"name": "东县安委办", "kind": "member", "counting": "region", "region": counties[0].pk}
    lead.post(new, office)
    other = {"kind": "member", "counting": counting}
    said = errors_of(lead.post(new, other | {"name": "东县应急局", "region": counties[0].pk}))
    assert "“东县安委办”已按“本行政区域内的全部记录”报送东县" in said["counting"]
    town = factories.RegionFactory(name="东县甲镇", parent=counties[0])
    assert "重叠" in errors_of(lead.post(new, other | {"name": "甲镇", "region": town.pk}))["counting"]
    # Without a region of its own a new unit lies in the lead bureau's, which holds the county.
    assert "重叠" in errors_of(lead.post(new, other | {"name": "市局"}))["counting"]
    assert not Department.objects.filter(name__in=["东县应急局", "甲镇", "市局"]).exists()
    fine = other | {"name": "西县安委办", "region": counties[1].pk}
    assert lead.post(new, fine).status_code == 302
    assessor = {"name": "东县考绩办", "kind": "assessor", "counting": counting, "region": counties[0].pk}
    assert lead.post(new, assessor).status_code == 302


def test_a_registered_unit_keeps_its_region(lead, world, counties):
    known = factories.DepartmentFactory(name="西县安委办", region=counties[1])
    new = address("part_new", "units")
    joined = {"department": known.pk, "kind": "member", "counting": "region"}
    assert "请留空" in errors_of(lead.post(new, joined | {"region": counties[0].pk}))["region"]
    assert lead.post(new, joined).status_code == 302
    nowhere = factories.DepartmentFactory(name="某办")
    said = errors_of(lead.post(new, {"department": nowhere.pk, "kind": "member", "counting": "region"}))
    assert "没有填写行政区划" in said["counting"]
    assert (
        lead.post(new, {"department": nowhere.pk, "kind": "member", "counting": "typed"}).status_code == 302
    )


# --- what falls due follows ------------------------------------------------------------------------


def test_a_moved_deadline_moves_what_is_due(lead, world, plan):
    row = plan["measures"]
    data = entered(lead, "measures", row) | {"deadline": "10月中旬"}
    page = lead.post(address("part_edit", "measures", row.pk), data, follow=True).content.decode()
    assert "2021年10月20日到期" in page
    row.refresh_from_db()
    assert (row.due_on, row.precision, row.raw_deadline) == (date(2021, 10, 20), "ten_days", "10月中旬")
    assert Occurrence.objects.get(measure=row).due_on == date(2021, 10, 20)
    assert row.responsibilities.get().raw == "新城开发建设中心"


def test_units_that_stay_keep_the_plans_wording(lead, world, plan):
    row = plan["measures"]
    data = entered(lead, "measures", row) | {
        "responsible": [f"d{world.xincheng.pk}", "gtask_forces"],
        "cooperating": [f"d{world.jingfa.pk}"],
    }
    lead.post(address("part_edit", "measures", row.pk), data)
    shares = row.responsibilities.order_by("part", "order").values_list("part", "department", "group", "raw")
    assert set(shares) == {
        (Part.RESPONSIBLE, world.xincheng.pk, "", "新城开发建设中心"),
        (Part.RESPONSIBLE, None, "task_forces", ""),
        (Part.COOPERATING, world.jingfa.pk, "", ""),
    }
    assert Occurrence.objects.filter(measure=row).count() == 3


@pytest.mark.parametrize(
    ("typed", "rhythm", "days"),
    [
        ({"deadline": "每月4次"}, "monthly", 6),
        ({"deadline": "8月中旬、11月中旬"}, "dates", 2),
        ({"deadline": "2021年9月"}, "once", 1),
        ({"deadline": "常态化"}, "standing", 1),
        ({"rhythm": "weekly", "deadline": "按需要"}, "weekly", 27),
        ({"rhythm": "dates", "dates": "2021-08-15，2021-11-15、8月15日", "deadline": ""}, "dates", 2),
        ({"rhythm": "once", "due_on": "2021-10-08", "deadline": ""}, "once", 1),
    ],
)
def test_work_is_due_as_typed(lead, world, plan, typed, rhythm, days):
    data = {"title": "新的工作", "kind": "work", "quota": 1, "responsible": [f"d{world.jingfa.pk}"]} | typed
    response = lead.post(address("part_new", "items"), data)
    assert response.status_code == 302, response.context["form"].errors
    row = WorkItem.objects.get(title="新的工作")
    assert row.rhythm == rhythm
    assert row.quota == (4 if "4次" in typed.get("deadline", "") else 1)
    assert row.occurrences.count() == days
    assert entered(lead, "items", row)["opened"]


@pytest.mark.parametrize(
    ("wording", "anchor", "first"),
    [("每周五上午下班前", 5, date(2021, 7, 2)), ("每月25日前", 25, date(2021, 7, 25))],
)
def test_a_weekday_or_a_day_of_the_month_is_taken_from_the_wording(lead, world, plan, wording, anchor, first):
    data = {"title": "新的工作", "kind": "work", "quota": 1, "responsible": [f"d{world.jingfa.pk}"]}
    lead.post(address("part_new", "items"), data | {"deadline": wording})
    row = WorkItem.objects.get(title="新的工作")
    assert row.anchor == anchor and not row.needs_confirmation
    assert row.occurrences.earliest("due_on").due_on == first


def test_work_that_would_run_for_a_lifetime_is_a_slip_of_the_pen(lead, world, plan):
    data = {"title": "新的工作", "kind": "work", "quota": 1, "responsible": [f"d{world.jingfa.pk}"]}
    typed = {"deadline": "每周", "ends_on": "2099-12-31"}
    response = lead.post(address("part_new", "items"), data | typed)
    assert "起止相差超过10年" in response.context["form"].errors["ends_on"][0]
    assert not WorkItem.objects.filter(title="新的工作").exists()


def test_the_day_within_a_span_follows_the_wording_unless_typed(lead, world, plan):
    row = plan["items"]

    def change(**typed):
        response = lead.post(address("part_edit", "items", row.pk), entered(lead, "items", row) | typed)
        assert response.status_code == 302, response.context["form"].errors
        row.refresh_from_db()
        return row.rhythm, row.anchor

    assert change(deadline="每月25日前") == ("monthly", 25)
    assert change(deadline="每周五") == ("weekly", 5)
    assert change(deadline="每周") == ("weekly", 5), "the same rhythm keeps its day"
    assert change(deadline="每月") == ("monthly", None), "a Friday is no day of a month"
    assert change(deadline="每2个月", anchor=10, starts_on="2021-07-01") == ("two_monthly", 10)
    assert row.question == ""


def test_a_wording_that_leaves_the_beginning_open_asks(lead, world, plan):
    lead.post(address("part_new", "items"), new_values(world)["items"])
    row = WorkItem.objects.get(title="组织演练")
    assert row.needs_confirmation and "起算" in row.question
    page = lead.post(address("part_confirm", "items", row.pk), follow=True)
    row.refresh_from_db()
    assert not row.needs_confirmation
    assert page.redirect_chain[-1][0] == address("setup")
    assert AuditEntry.objects.latest("pk").act == "方案确认"


def test_the_campaigns_own_dates_reach_all_work(lead, world, plan):
    world.campaign.refresh_from_db()
    data = entered(lead, "settings", world.campaign) | {"ends_on": "2021-10-31"}
    assert lead.post(address("part_edit", "settings", world.campaign.pk), data).status_code == 302
    assert plan["items"].occurrences.order_by("-due_on").first().due_on == date(2021, 10, 31)


def test_new_units_and_task_forces_owe_what_sets_owe(lead, world, plan):
    lead.post(address("part_new", "units"), new_values(world)["units"])
    unit = Department.objects.get(name="市交通运输局")
    assert Occurrence.objects.filter(report=plan["reports"], department=unit).count() == 27
    lead.post(address("part_new", "task-forces"), new_values(world)["task-forces"])
    force = TaskForce.objects.get(park__name="新园")
    assert Occurrence.objects.filter(item=plan["items"], task_force=force).count() == 6


@pytest.mark.parametrize(
    ("text", "words"),
    [("9月底", "2021年9月30日"), ("每周", "每周"), ("九月份吧", "可写"), ("", ""), ("<b>", "&lt;b&gt;")],
)
def test_what_is_typed_is_read_at_once(lead, text, words):
    page = lead.get(address("setup_reading"), {"deadline": text}).content.decode()
    assert words in page and "<b>" not in page


# --- members of a task force -------------------------------------------------------------------------------


def test_people_are_found_put_in_and_taken_out(lead, world):
    force = world.task_force_a
    page = lead.get(address("part_edit", "task-forces", force.pk), {"who": "消防甲"})
    assert [person.username for person in page.context["members"]["found"]] == ["xiaofang"]
    add = {"user": world.dept_xiaofang.pk, "duty": "liaison"}
    lead.post(address("member_add", force.pk), add)
    member = force.members.get(user=world.dept_xiaofang)
    assert member.duty == "liaison"
    assert "已在专班中" in lead.post(address("member_add", force.pk), add, follow=True).content.decode()
    lead.post(address("member_remove", force.pk), {"member": member.pk})
    assert not force.members.filter(user=world.dept_xiaofang).exists()
    foreign = world.task_force_c.members.get()
    assert lead.post(address("member_remove", force.pk), {"member": foreign.pk}).status_code == 404
    assert lead.post(address("member_add", world.task_force_c.pk), add).status_code == 404
    assert lead.post(address("member_add", force.pk), {"user": "x"}).status_code == 404


@pytest.mark.parametrize("who", ["system_admin", "auditor"])
def test_offices_apart_do_not_join(lead, world, who):
    person = getattr(world, who)
    force = world.task_force_a
    page = lead.get(address("part_edit", "task-forces", force.pk), {"who": person.full_name})
    assert not page.context["members"]["found"]
    page = lead.post(address("member_add", force.pk), {"user": person.pk}, follow=True).content.decode()
    assert "没有加入" in page and not force.members.filter(user=person).exists()


# --- rights ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["leader", "assessor", "dept_xincheng", "tf_a", "operator_a", "system_admin"])
def test_only_the_lead_bureau_sets_up(world, client, plan, who):
    client.force_login(getattr(world, who))
    row = plan["phases"]
    for method, url in (
        ("get", address("setup")),
        ("get", address("part", "phases")),
        ("post", address("part_new", "phases")),
        ("post", address("part_edit", "phases", row.pk)),
        ("post", address("part_delete", "phases", row.pk)),
        ("post", address("part_move", "phases", row.pk)),
        ("post", address("part_confirm", "phases", row.pk)),
        ("post", address("setup_restore")),
        ("post", address("member_add", world.task_force_a.pk)),
    ):
        response = getattr(client, method)(url)
        assert response.status_code == 403, url
    assert Phase.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("slug", LISTS)
def test_rows_of_another_campaign_do_not_exist(world, client, plan, slug):
    client.force_login(world.other_lead)
    row = plan[slug]
    assert client.get(address("part_edit", slug, row.pk)).status_code == 404
    for name in ("part_edit", "part_delete", "part_move"):
        assert client.post(address(name, slug, row.pk)).status_code == 404
    assert client.get(address("part_edit", "settings", world.campaign.pk)).status_code == 404


def test_unknown_parts_do_not_exist(lead, world, plan):
    assert lead.get(address("part", "nothing")).status_code == 404
    assert lead.get(address("part_new", "settings")).status_code == 404
    assert lead.post(address("part_delete", "settings", world.campaign.pk)).status_code == 404
    assert lead.post(address("part_confirm", "check-items", plan["check-items"].pk)).status_code == 404


def test_choices_of_another_campaign_are_not_taken(lead, world, plan):
    foreign = Category.objects.get(campaign=world.other)
    data = new_values(world)["measures"] | {"category": foreign.pk}
    assert "category" in lead.post(address("part_new", "measures"), data).context["form"].errors
    outsider = world.other.lead_department.pk
    data = new_values(world)["measures"] | {"responsible": [f"d{outsider}"]}
    assert "responsible" in lead.post(address("part_new", "measures"), data).context["form"].errors
    data = new_values(world)["duties"] | {"department": outsider}
    assert "department" in lead.post(address("part_new", "duties"), data).context["form"].errors


def test_a_list_costs_a_fixed_number_of_queries(lead, world, plan, django_assert_max_num_queries):
    for number in range(2, 30):
        row = WorkItem.objects.create(
            campaign=world.campaign, order=number, title=f"工作{number}", rhythm=Rhythm.MONTHLY
        )
        Responsibility.objects.create(item=row, department=world.jingfa)
    with django_assert_max_num_queries(25):
        assert lead.get(address("part", "items")).status_code == 200


# --- questions about the plan as a whole -----------------------------------------------------------------


def test_a_question_about_the_whole_plan_is_shown_and_settled_once(client, world):
    text = "方案没有列出场所名单，请补充"
    world.campaign.questions = [text, "另一处"]
    world.campaign.save()
    client.force_login(world.lead)
    assert text in client.get(reverse("campaigns:setup")).content.decode()
    assert text in client.get(reverse("campaign:home")).content.decode()
    address = reverse("campaigns:question_confirm")
    assert client.post(address, {"question": text}).status_code == 302
    world.campaign.refresh_from_db()
    assert world.campaign.questions == ["另一处"]
    assert AuditEntry.objects.filter(act="方案确认", detail__question=text).count() == 1
    client.post(address, {"question": text})
    assert AuditEntry.objects.filter(act="方案确认").count() == 1
    client.force_login(world.dept_xincheng)
    assert client.post(address, {"question": "另一处"}).status_code == 403
    assert "另一处" not in client.get(reverse("campaign:home")).content.decode()


@pytest.mark.parametrize(
    ("slug", "told"), [("phases", False), ("duties", False), ("items", True), ("measures", True)]
)
def test_due_work_is_spoken_of_only_where_some_goes(plan, lead, slug, told):
    page = lead.get(address("part_delete", slug, plan[slug].pk)).content.decode()
    assert "确定删除吗" in page
    assert ("到期工作也一并取消" in page) is told
