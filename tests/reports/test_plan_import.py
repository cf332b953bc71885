"""Bringing official forms into a plan: what comes back equal, what is asked, refused, merged and undone."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from campaigns.actions import load_plan
from campaigns.models import (
    Campaign,
    Measure,
    UnitContact,
    UnitDuty,
    WorkItem,
)
from campaigns.plan import read_plan
from parks.models import Department, DepartmentAlias, Park
from reports.enums import PlanImportState
from reports.layouts import FORMS
from reports.layouts.form import Ask
from reports.models import PlanImport
from reports.plan_forms import actions as plan_import
from tests import factories
from tests.reports.plan_imports import MEASURE, SAMPLES, imported, said, started, whole_plan
from tests.reports.plan_workbooks import (
    contacts,
    duties,
    items,
    measures,
    task_forces,
)

pytestmark = pytest.mark.django_db


def parts(campaign: Campaign, form: str) -> list[tuple]:
    """What of the plan the form holds, comparable between campaigns."""
    if form == "longgang-1":
        rows = UnitDuty.objects.filter(campaign=campaign).order_by("department__name", "order")
        return [(row.department, row.order, row.text) for row in rows]
    if form == "longgang-2":
        return [
            (
                row.category.order,
                row.category.name,
                row.order,
                row.title,
                row.due_on,
                row.precision,
                said(row),
            )
            for row in campaign.measures.all()
        ]
    if form == "longgang-3":
        texts = ("leader", "owner", "liaison", "phone", "note")
        return [
            (row.order, row.park, row.department, *(getattr(row, text) for text in texts))
            for row in campaign.task_forces.all()
        ]
    if form == "taizhou-1":
        return list(
            campaign.unit_contacts.values_list("order", "department", "name", "post", "phone", "note")
        )
    return [
        (
            row.order,
            row.action,
            row.task,
            row.title,
            row.rhythm,
            row.due_on,
            row.precision,
            row.dates,
            said(row),
        )
        for row in campaign.work_items.all()
    ]


def exported(campaign: Campaign, form: str) -> bytes:
    return FORMS[form].book(Ask(campaign, campaign.today(), in_full=True)).to_bytes()


def emptied(campaign: Campaign) -> Campaign:
    """A campaign of the same lead and days, without any plan."""
    return Campaign.objects.create(
        slug="empty",
        name="空的行动",
        number_prefix="EMPTY",
        starts_on=campaign.starts_on,
        ends_on=campaign.ends_on,
        lead_department=campaign.lead_department,
    )


FORMS_OF_PLANS = [
    ("longgang-2021", "longgang-1"),
    ("longgang-2021", "longgang-2"),
    ("longgang-2021", "longgang-3"),
    ("taizhou-2019", "taizhou-1"),
    ("zhengyang-2023", "zhengyang-1"),
]


@pytest.fixture
def plan(request):
    """A campaign as its plan has it, with people for the forms that list them."""
    campaign = load_plan(read_plan(request.param)).campaign
    for number, unit in enumerate(campaign.units.order_by("pk"), start=1):
        UnitContact.objects.create(
            campaign=campaign,
            department=unit,
            order=number,
            name="张三",
            post="副局长",
            phone=f"1380000{number:04d}",
            note="",
        )
    for number, row in enumerate(campaign.task_forces.all(), start=1):
        # Blanks among them, and six digits: 附件3 has both.
        row.leader, row.phone = ("李四", "660001") if number % 2 else ("", "")
        row.save()
    return campaign


@pytest.mark.parametrize(("plan", "form"), FORMS_OF_PLANS, indirect=["plan"])
def test_what_is_exported_reads_back(plan, form):
    user = factories.UserFactory()
    content = exported(plan, form)
    wanted = parts(plan, form)
    assert wanted
    again = started(plan, content, user)
    assert again.preview["counts"]["same"] == len(again.preview["rows"]) > 0
    assert plan_import.confirm(again, by=user)
    assert parts(plan, form) == wanted
    empty = emptied(plan)
    imported(empty, content, user)
    assert parts(empty, form) == wanted
    assert exported(empty, form)


@pytest.fixture
def lead(world):
    return world.lead


def counts(batch: PlanImport) -> tuple[int, int, int]:
    found = batch.preview["counts"]
    return found["new"], found["changed"], found["same"]


def faults(batch: PlanImport) -> list[tuple[int, str, str]]:
    return [(one["row"], one["column"], one["why"]) for one in batch.preview["faults"]]


def test_measures_are_added_changed_and_kept(world, lead):
    first = imported(world.campaign, measures(MEASURE, ["", "", "设置标识", "常态化", "各部门", None]), lead)
    assert counts(first) == (2, 0, 0)
    measure = Measure.objects.get(title="清理占用的通道")
    assert (measure.category, measure.due_on, measure.precision) == (
        world.category,
        date(2021, 9, 30),
        "month",
    )
    # 专班 of both parks owe the cooperating part nothing; the responsible unit owes one.
    assert [row.department for row in measure.occurrences.all()] == [world.xiaofang]
    changed = [*MEASURE[:3], "2021年10月15日前", "市消防救援大队\n市经济发展局", None]
    second = imported(world.campaign, measures(changed, ["", "", "第三条", "常态化", "经发局", None]), lead)
    assert counts(second) == (1, 1, 0)
    assert second.preview["kept"] == 1
    (row,) = [row for row in second.preview["rows"] if row["kind"] == "changed"]
    assert [(diff["name"], diff["old"], diff["new"]) for diff in row["diffs"]] == [
        ("完成时限", "2021年9月", "2021年10月15日前"),
        ("责任单位", "市消防救援大队", "市消防救援大队、市经济发展局"),
        ("配合单位", "整治专班", "（空）"),
    ]
    measure.refresh_from_db()
    assert measure.due_on == date(2021, 10, 15)
    assert {one.due_on for one in measure.occurrences.all()} == {date(2021, 10, 15)}
    assert measure.occurrences.count() == 2


@pytest.mark.parametrize("form", ["longgang-1", "longgang-2", "longgang-3", "taizhou-1", "zhengyang-1"])
def test_the_same_file_again_changes_nothing(world, lead, form):
    content = SAMPLES[form]
    imported(world.campaign, content, lead)
    before = whole_plan(world.campaign)
    again = started(world.campaign, content, lead)
    assert counts(again)[:2] == (0, 0)
    assert {row["kind"] for row in again.preview["rows"]} == {"same"}
    assert plan_import.confirm(again, by=lead)
    assert whole_plan(world.campaign) == before


def test_a_task_force_said_twice_alike_is_taken_once(world, lead):
    row = [1, "丁园", None, None, "执法局", "张三"]
    batch = started(world.campaign, task_forces(row, [2, *row[1:]]), lead)
    assert not faults(batch)
    assert counts(batch)[0] == 1
    assert any("相同，只取一次" in remark for remark in batch.preview["remarks"])


@pytest.mark.parametrize(
    ("deadline", "told"),
    [
        ("9.30", "9.30（即2021年9月30日）"),
        ("长期坚持", "长期坚持（即常态化）"),
        ("2021年9月", "2021年9月"),
        ("2021年9月底前", "2021年9月底前"),
        ("常态化工作", "常态化工作"),
    ],
)
def test_the_preview_says_what_a_deadline_is_taken_for(world, lead, deadline, told):
    batch = started(world.campaign, measures(["", "消防", "清通道", deadline, "执法局"]), lead)
    (row,) = batch.preview["rows"]
    assert [diff["new"] for diff in row["diffs"] if diff["name"] == "完成时限"] == [told]
    assert not batch.preview["remarks"]


def test_a_deadline_outside_the_campaign_is_taken_and_told(world, lead):
    batch = started(world.campaign, measures(["", "消防", "清通道", "2031年9月30日", "执法局"]), lead)
    assert counts(batch)[0] == 1
    (remark,) = batch.preview["remarks"]
    assert "第 4 行的时限2031年9月30日不在行动起止日期之内" in remark


# Bad input: each is named, and nothing is half saved.


@pytest.mark.parametrize(
    ("content", "row", "column", "why"),
    [
        (
            task_forces([1, "丁园", None, None, "执法局"], [2, "丁 园", None, None, "新城中心"]),
            6,
            "名称",
            "第 5 行已有专班；一个园区只能有一个专班",
        ),
        (measures(MEASURE, ["", "", "没有单位", "2021年9月", None, "执法局"]), 5, "责任单位", "没有填写"),
        (measures(MEASURE, ["", "", "没有这天", "2021年9月31日", "执法局"]), 5, "完成时限", "没有这一天"),
        (measures(MEASURE, ["", "", "每月开展", "每月", "执法局"]), 5, "完成时限", "工作清单"),
        (items([1, "行动", "任务", "要求", "执法局", "每7个月"]), 4, "时限要求", "无法识别"),
        (duties(["市消防救援大队", "巡查"], ["各部门", "巡查"]), 5, "成员单位", "一类单位"),
        (duties(["市消防救援大队", "巡查"], ["执法局\n新城中心", "巡查"]), 5, "成员单位", "只能填一个单位"),
        (
            contacts(["执法局", "张三", "局长"], ["执法局", "张三", "科长"]),
            5,
            "姓名",
            "第 4 行重复，但内容不同",
        ),
        (measures(MEASURE, [*MEASURE[:3], "2021年8月", "执法局"]), 5, "措施", "第 4 行重复，但内容不同"),
    ],
)
def test_bad_rows_are_named_and_nothing_is_saved(world, lead, content, row, column, why):
    before = whole_plan(world.campaign)
    batch = started(world.campaign, content, lead)
    (fault,) = faults(batch)
    assert fault[:2] == (row, column)
    assert why in fault[2]
    assert plan_import.confirm(batch, by=lead) is False
    batch.refresh_from_db()
    assert batch.state == PlanImportState.PREVIEW
    assert whole_plan(world.campaign) == before


def test_the_same_row_twice_counts_once_with_a_remark(world, lead):
    batch = imported(world.campaign, measures(MEASURE, MEASURE), lead)
    assert counts(batch) == (1, 0, 0)
    assert "第 5 行与" in batch.preview["remarks"][0]


def test_a_task_force_there_is_updated_not_doubled(world, lead):
    batch = imported(
        world.campaign, task_forces([1, "甲园", "张三", "660001", "执法局", "李四", "", "", "660002"]), lead
    )
    assert counts(batch) == (0, 1, 0)
    world.task_force_a.refresh_from_db()
    assert (world.task_force_a.department, world.task_force_a.phone) == (world.jingfa, "660002")
    assert world.campaign.task_forces.count() == 2
    world.park_a.refresh_from_db()
    assert (world.park_a.contact_name, world.park_a.contact_phone) == ("张三", "660001")
    # Another file without it: who answers for a park is known to other campaigns as well.
    imported(world.campaign, task_forces([1, "甲园", "", "", "执法局", "", "", "", ""]), lead)
    world.park_a.refresh_from_db()
    world.task_force_a.refresh_from_db()
    assert (world.park_a.contact_phone, world.task_force_a.phone) == ("660001", "")


def test_near_names_are_different_parks(world, lead):
    factories.TaskForceFactory(campaign=world.campaign, park=factories.ParkFactory(name="世纪科技创业园"))
    batch = imported(world.campaign, task_forces([1, "世纪科技园", "", "", "执法局"]), lead)
    (row,) = batch.preview["rows"]
    assert row["notes"] == ["新园区", "与现有“世纪科技创业园”名称相近，按不同园区处理"]
    assert Park.objects.filter(name__startswith="世纪科技").count() == 2


def test_a_phone_printed_with_stars_is_the_one_that_is_stored(world, lead):
    imported(world.campaign, contacts(["执法局", "张三", "局长", "13800000001"]), lead)
    batch = imported(world.campaign, contacts(["执法局", "张三", "局长", "138****0001"]), lead)
    assert counts(batch) == (0, 0, 1)
    assert UnitContact.objects.get().phone == "13800000001"


def test_an_unknown_unit_is_asked_about_once(world, lead):
    content = measures([*MEASURE[:4], "消防支队", "住建局"], ["", "", "另一条", "常态化", "消防支队"])
    batch = started(world.campaign, content, lead)
    assert batch.preview["units"] == [{"name": "消防支队", "rows": 2}, {"name": "住建局", "rows": 1}]
    assert batch.preview["counts"]["waiting"] == 2
    assert plan_import.confirm(batch, by=lead) is False
    assert not Measure.objects.exists()
    plan_import.answer(batch, {"消防支队": world.xiaofang, "住建局": None}, by=lead, address="")
    batch.refresh_from_db()
    assert (batch.preview["units"], batch.preview["new_units"]) == ([], ["住建局"])
    # A new unit is made when the import is confirmed, not before.
    assert not Department.objects.filter(name="住建局").exists()
    assert plan_import.confirm(batch, by=lead)
    new = Department.objects.get(name="住建局")
    assert new.region == world.lead_department.region
    assert world.campaign.unit_rows.filter(department=new, kind="member").exists()
    assert DepartmentAlias.objects.get().department == world.xiaofang
    assert imported(world.campaign, content, lead).preview["counts"]["same"] == 2
    batch.refresh_from_db()
    plan_import.undo(batch, by=lead)
    assert not Measure.objects.exists()
    assert Department.objects.filter(name="住建局").exists()


def test_a_unit_on_record_in_the_region_joins(world, lead):
    gas = factories.DepartmentFactory(name="市燃气办")
    batch = started(world.campaign, duties(["市燃气办", "巡查"]), lead)
    assert batch.preview["joining"] == ["市燃气办"]
    assert plan_import.confirm(batch, by=lead)
    assert world.campaign.unit_rows.filter(department=gas).exists()


def test_a_name_that_two_units_share_is_asked_about(world, lead):
    for unit in (world.xincheng, world.jingfa):
        DepartmentAlias.objects.create(department=unit, name="中心")
    batch = started(world.campaign, duties(["中心", "巡查"]), lead)
    assert batch.preview["units"] == [{"name": "中心", "rows": 1}]
    plan_import.answer(batch, {"中心": world.jingfa}, by=lead, address="")
    assert plan_import.confirm(batch, by=lead)
    assert UnitDuty.objects.get().department == world.jingfa


def test_a_stray_mark_is_cleaned_and_the_wording_kept(world, lead):
    batch = imported(world.campaign, SAMPLES["zhengyang-1"], lead)
    assert "“负市消防救援大队”按“市消防救援大队”处理" in batch.preview["remarks"][0]
    monthly = WorkItem.objects.get(title="每月调度")
    assert [(one.raw, one.department) for one in monthly.responsibilities.all()] == [
        ("负市消防救援大队", world.xiaofang),
        ("执法局", world.jingfa),
    ]
    assert monthly.occurrences.count() == 12


def test_missing_serials_are_counted(world, lead):
    """P3 prints only some."""
    imported(world.campaign, SAMPLES["zhengyang-1"], lead)
    assert list(WorkItem.objects.values_list("order", flat=True)) == [1, 2, 3]


def test_a_vague_rhythm_is_a_question_to_confirm(world, lead):
    imported(world.campaign, items([1, "", "", "评估", "执法局", "每3个月"]), lead)
    row = WorkItem.objects.get()
    assert row.needs_confirmation
    assert "没有写明起算时间" in row.question


def test_times_that_only_the_requirement_names_are_a_question(world, lead):
    """P3 asks for 每月至少4次 and words the deadline 每月."""
    imported(world.campaign, items([1, "", "", "执法检查每月至少4次", "执法局", "每月"]), lead)
    row = WorkItem.objects.get()
    assert (row.quota, row.needs_confirmation) == (1, True)
    assert row.question == "工作要求写有“4次”，时限中没有写次数，暂按每期1次"
    WorkItem.objects.update(quota=4, needs_confirmation=False, question="")
    again = started(world.campaign, items([1, "", "", "执法检查每月至少4次", "执法局", "每月"]), lead)
    assert counts(again) == (0, 0, 1)


def test_a_day_within_the_span_is_read_and_compared(world, lead):
    imported(world.campaign, items([1, "", "", "报送", "执法局", "每月25日前"]), lead)
    assert WorkItem.objects.get().anchor == 25
    for wording, kinds in (("每月", (0, 0, 1)), ("每月20日前", (0, 1, 0))):
        batch = started(world.campaign, items([1, "", "", "报送", "执法局", wording]), lead)
        assert counts(batch) == kinds
    assert plan_import.confirm(batch, by=lead)
    assert WorkItem.objects.get().anchor == 20


def test_a_changed_wording_is_new_and_the_old_stays_with_a_remark(world, lead):
    imported(world.campaign, measures(MEASURE), lead)
    changed = [*MEASURE]
    changed[2] = "清理被占用的通道"
    batch = imported(world.campaign, measures(changed), lead)
    assert counts(batch) == (1, 0, 0)
    assert batch.preview["kept"] == 1
    assert "与现有的“清理占用的通道”相近" in batch.preview["remarks"][0]
    assert Measure.objects.count() == 2


def test_a_duty_with_the_same_number_is_reworded(world, lead):
    imported(world.campaign, duties(["执法局", "1.巡查\n2.拆违"]), lead)
    batch = imported(world.campaign, duties(["执法局", "1.巡查\n2.拆除违章建筑"]), lead)
    assert counts(batch) == (0, 1, 1)
    assert list(UnitDuty.objects.values_list("order", "text")) == [(1, "巡查"), (2, "拆除违章建筑")]


def test_what_a_person_has_dated_by_hand_stays(world, lead):
    """A wording that says no day keeps the day that somebody gave it."""
    measure = Measure.objects.create(
        campaign=world.campaign,
        category=world.category,
        order=1,
        title="清理占用的通道",
        due_on=date(2021, 9, 30),
        raw_deadline="2021年9月31日",
    )
    content = measures([*MEASURE[:3], "2021年9月31日", "市消防救援大队", None])
    imported(world.campaign, content, lead)
    measure.refresh_from_db()
    assert (measure.due_on, measure.raw_deadline) == (date(2021, 9, 30), "2021年9月31日")


def test_a_plan_that_moved_after_the_preview_is_shown_again(world, lead):
    imported(world.campaign, measures(MEASURE), lead)
    batch = started(world.campaign, measures([*MEASURE[:3], "2021年10月", *MEASURE[4:]]), lead)
    Measure.objects.update(due_on=date(2021, 8, 31), raw_deadline="2021年8月")
    assert plan_import.confirm(batch, by=lead) is False
    batch.refresh_from_db()
    assert "预览之后" in batch.message
    (row,) = batch.preview["rows"]
    assert row["diffs"][0]["old"] == "2021年8月"
    assert plan_import.confirm(batch, by=lead)
    with pytest.raises(ValidationError, match="已经确认过"):
        plan_import.confirm(batch, by=lead)


def test_a_month_that_the_office_program_made_a_date_is_a_month(world, lead):
    def as_month(one):
        one["D4"].number_format = 'yyyy"年"m"月"'

    imported(
        world.campaign, measures([*MEASURE[:3], date(2021, 9, 1), "执法局", None], change=as_month), lead
    )
    measure = Measure.objects.get()
    assert (measure.due_on, measure.precision) == (date(2021, 9, 30), "month")


def test_real_dates_and_numbers_in_the_deadline_column(world, lead):
    rows = [
        [*MEASURE[:3], date(2021, 9, 15), "执法局", None],
        ["", "", "乙", 202110, "执法局", None],
        ["", "", "丙", "44561", "执法局", None],
    ]
    imported(world.campaign, measures(*rows), lead)
    assert list(Measure.objects.values_list("due_on", "precision")) == [
        (date(2021, 9, 15), "day"),
        (date(2021, 10, 31), "month"),
        (date(2021, 12, 31), "day"),
    ]
