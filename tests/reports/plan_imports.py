"""Forms on their way into a plan, and a plan to compare with itself; for tests."""

import io

from django.core.files.base import ContentFile

from accounts.models import User
from campaigns.enums import Part
from campaigns.models import Campaign, Measure, Occurrence, UnitDuty, WorkItem
from parks.models import Park
from reports.models import PlanImport
from reports.plan_forms import actions as plan_import
from tests.reports.plan_workbooks import contacts, duties, items, measures, task_forces

MEASURE = ["1", "消防通道不畅通", "清理占用的通道", "2021年9月", "市消防救援大队", "整治专班"]


SAMPLES = {
    "longgang-1": duties(["市消防救援大队", "1.巡查\n2.整改"], ["执法局", "拆违"]),
    "longgang-2": measures(MEASURE, ["", "", "设置标识", "2021年8月", "专班工作组", "市消防救援大队"]),
    "longgang-3": task_forces(
        [1, "甲园", "张三", 660001, "新城中心", "李四", None, None, 13800000001, None],
        [2, "丁园", None, None, None, None, None, None, None, "新建"],
    ),
    "taizhou-1": contacts(
        ["执法局", "张三", "副局长", 13800000001, None], ["执法局", "李四", None, "660002", "周末值班"]
    ),
    "zhengyang-1": items(
        [1, "一、行动", "1.动员", "开会动员", "市消防救援大队、", "2021年7月30日前"],
        [None, None, None, "每月调度", "负市消防救援大队、执法局", "每月"],
        [None, None, "2.排查", "评估", "各部门", "8月中旬、11月中旬"],
    ),
}


def said(row: Measure | WorkItem) -> list[tuple]:
    """Who has which part."""
    return [
        (one.part, one.department_id, one.group)
        for one in row.responsibilities.all()
        if isinstance(row, Measure) or one.part == Part.RESPONSIBLE
    ]


def started(campaign: Campaign, content: bytes, by: User, form: str = "") -> PlanImport:
    found = plan_import.read_form(io.BytesIO(content), form)
    return plan_import.start(campaign, ContentFile(content, name="方案.xlsx"), found, by=by)


def imported(campaign: Campaign, content: bytes, by: User) -> PlanImport:
    """Brought in whole; the preview must leave nothing open."""
    batch = started(campaign, content, by)
    assert batch.preview["faults"] == []
    assert batch.preview["units"] == []
    assert plan_import.confirm(batch, by=by)
    batch.refresh_from_db()
    return batch


def whole_plan(campaign: Campaign) -> list[object]:
    """Every row that a form may touch, its occurrences too, with ids."""
    tables = (
        UnitDuty.objects.filter(campaign=campaign),
        campaign.categories.all(),
        campaign.measures.all(),
        campaign.work_items.all(),
        campaign.task_forces.all(),
        campaign.unit_contacts.all(),
        Park.objects.all(),
    )
    rows = [list(table.order_by("pk").values()) for table in tables]
    owners = [*campaign.measures.order_by("pk"), *campaign.work_items.order_by("pk")]
    dues = Occurrence.objects.filter(campaign=campaign)
    facts = dues.values_list("measure", "item", "report", "period", "due_on", "department", "task_force")
    return [*rows, [said(owner) for owner in owners], sorted(facts, key=str)]
