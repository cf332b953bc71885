"""The parts of a plan that its lead bureau edits: one line each, for lists, forms, counts and paper."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, QuerySet

from campaigns.enums import Part as Share
from campaigns.enums import Rhythm, UnitKind
from campaigns.models import (
    Campaign,
    CampaignUnit,
    Category,
    CheckItem,
    Measure,
    Phase,
    ReportDuty,
    TaskForce,
    UnitContact,
    UnitDuty,
    WorkItem,
)
from campaigns.setup.forms import (
    CategoryForm,
    CheckItemForm,
    PartForm,
    PhaseForm,
    SettingsForm,
    UnitContactForm,
    UnitDutyForm,
)
from campaigns.setup.people_forms import CampaignUnitForm, TaskForceForm
from campaigns.setup.plan_forms import MeasureForm, ReportDutyForm, WorkItemForm
from campaigns.timing import shown_deadline

SETTINGS = "settings"
"""The part that is the campaign itself: one row, neither added nor deleted."""


@dataclass(frozen=True)
class Column:
    """One column of a part's list: its heading and how a row is worded."""

    heading: str
    of: Callable[[Any], str]
    wide: bool = False
    tight: bool = False
    """Kept on one line."""


@dataclass(frozen=True)
class Part:
    """One part of a plan.

    one: what a single row is called. joined: what the list reads with its rows. private: labels of fields
    that name people: the audit trail keeps that they changed, not what they say. way_out: what to do when
    a row cannot be deleted. form: slug of the official form that holds the part.
    """

    slug: str
    label: str
    one: str
    model: type[Model]
    form: type[PartForm]
    icon: str
    help: str
    columns: tuple[Column, ...] = ()
    joined: tuple[str, ...] = ()
    many: tuple[str, ...] = ()
    private: frozenset[str] = frozenset()
    way_out: str = ""
    forms: tuple[str, ...] = field(default_factory=tuple)

    def rows(self, campaign: Campaign) -> QuerySet[Any]:
        """The part's rows in one campaign, in the plan's order."""
        found = self.model._default_manager.filter(campaign=campaign)
        return found.select_related(*self.joined).prefetch_related(*self.many)

    @property
    def falls_due(self) -> bool:
        """Whether work falls due of its rows, or from them: it goes with them when nobody has done any."""
        return self.model in (CampaignUnit, TaskForce, Measure, WorkItem, ReportDuty)

    @property
    def asks(self) -> bool:
        """Whether its rows may wait for a person's confirmation."""
        return any(one.name == "needs_confirmation" for one in self.model._meta.get_fields())


def dated_words(row: Phase) -> str:
    """From when to when; either may be open."""
    first, last = row.starts_on, row.ends_on
    if first and last:
        return f"{first} 至 {last}"
    return f"{first} 起" if first else f"{last} 前" if last else "未定"


def _shares(row: Any, part: Share = Share.RESPONSIBLE) -> str:
    rows = [one for one in row.responsibilities.all() if one.part == part]
    return "、".join(str(one) for one in rows) or "—"


def due_words(row: Measure | WorkItem | ReportDuty) -> str:
    """When a row falls due, as stored: never the wording alone, which may be vague."""
    if isinstance(row, Measure):
        return shown_deadline(row.due_on, row.precision)
    if row.rhythm == Rhythm.ONCE:
        return shown_deadline(row.due_on, row.precision)
    if row.rhythm == Rhythm.DATES:
        return "、".join(row.dates)
    times = f"{row.quota}次" if isinstance(row, WorkItem) and row.quota > 1 else ""
    wait = f"，期末后{row.days_after}日" if isinstance(row, ReportDuty) and row.days_after else ""
    return f"{row.get_rhythm_display()}{times}{_anchor_words(row)}{wait}"


def _anchor_words(row: WorkItem | ReportDuty) -> str:
    if not row.anchor:
        return ""
    return (
        f"（周{'一二三四五六日'[row.anchor - 1]}）" if row.rhythm == Rhythm.WEEKLY else f"（{row.anchor}日）"
    )


def _counting_words(row: CampaignUnit) -> str:
    """Whose records it reports; an assessor reports none."""
    return row.get_counting_display() if row.kind == UnitKind.MEMBER else "—"


PARTS: dict[str, Part] = {
    part.slug: part
    for part in (
        Part(
            SETTINGS,
            "基本设置",
            "设置",
            Campaign,
            SettingsForm,
            "gear",
            "名称、起止时间、每周截止日、整改期限、使用的表格和登记册",
        ),
        Part(
            "phases",
            "阶段",
            "阶段",
            Phase,
            PhaseForm,
            "signpost-split",
            "方案分几个阶段、各到哪天；可以重叠，也可以没有开始或结束日期",
            (
                Column("阶段", str),
                Column("起止", dated_words, tight=True),
                Column("方案原文", lambda row: row.raw_dates or "—"),
            ),
        ),
        Part(
            "categories",
            "整治内容",
            "整治内容",
            Category,
            CategoryForm,
            "tags",
            "隐患分成哪几类；上报隐患时从中选择，措施也按它分组",
            (Column("整治内容", str, wide=True), Column("简称", lambda row: row.short_name or "—")),
            way_out="请先把其下的措施和隐患改到别的整治内容，或直接修改这一项的名称",
        ),
        Part(
            "measures",
            "管控措施",
            "措施",
            Measure,
            MeasureForm,
            "list-columns",
            "每类隐患要采取哪些措施、到什么时候、由哪些单位负责",
            (
                Column("措施", str, wide=True),
                Column("整治内容", lambda row: row.category.label),
                Column("时限", due_words, tight=True),
                Column("责任单位", _shares),
                Column("配合单位", lambda row: _shares(row, Share.COOPERATING)),
            ),
            joined=("category",),
            many=("responsibilities__department",),
            way_out="已经填报过的措施请保留；不再执行的，可在名称中注明，或把时限改为常态化",
            forms=("longgang-2",),
        ),
        Part(
            "units",
            "参与单位",
            "单位",
            CampaignUnit,
            CampaignUnitForm,
            "bank",
            "哪些单位参加本行动，各按什么口径报送；成员单位填报，考绩部门只查看",
            (
                Column("单位", lambda row: row.department.name, tight=True),
                Column("简称", lambda row: row.department.short_name or "—", tight=True),
                Column("身份", lambda row: row.get_kind_display(), tight=True),
                Column("报表口径", _counting_words),
                Column(
                    "其他叫法",
                    lambda row: "、".join(alias.name for alias in row.department.aliases.all()) or "—",
                    wide=True,
                ),
            ),
            joined=("department",),
            many=("department__aliases",),
            way_out="请先把它的职责、专班和责任分工改给别的单位；已有隐患和填报记录的单位不能移出",
        ),
        Part(
            "duties",
            "部门职责",
            "职责",
            UnitDuty,
            UnitDutyForm,
            "card-checklist",
            "每个单位在本行动中的工作职责",
            (Column("单位", lambda row: row.department.name), Column("工作职责", str, wide=True)),
            joined=("department",),
            forms=("longgang-1",),
        ),
        Part(
            "task-forces",
            "专班",
            "专班",
            TaskForce,
            TaskForceForm,
            "people",
            "一个园区一个专班：由哪个单位负责，分管领导、责任人、联络员是谁，哪些账号可以填报",
            (
                Column("园区", lambda row: row.park.name),
                Column("责任单位", lambda row: row.department.name),
                Column("分管领导", lambda row: row.leader or "—"),
                Column("责任人", lambda row: row.owner or "—"),
                Column("联络员", lambda row: row.liaison or "—"),
                Column("成员账号", lambda row: f"{len(row.members.all())}人"),
            ),
            joined=("park", "department"),
            many=("members",),
            private=frozenset({"分管领导", "责任人", "联络员", "电话", "备注"}),
            way_out="已有隐患的园区不能撤销专班；换人、换单位请直接修改这个专班",
            forms=("longgang-3",),
        ),
        Part(
            "items",
            "工作清单",
            "工作",
            WorkItem,
            WorkItemForm,
            "calendar-check",
            "要做的一项项工作：一次性的、按期重复的、常态化的，由谁负责、何时到期",
            (
                Column("工作要求", str, wide=True),
                Column("时限", due_words),
                Column("方案原文", lambda row: row.raw_deadline or "—"),
                Column("责任单位", _shares),
            ),
            many=("responsibilities__department",),
            way_out="已经填报过的工作请保留；不再做的，可填写“至何日止”，以后就不再到期",
            forms=("zhengyang-1",),
        ),
        Part(
            "reports",
            "报送安排",
            "报送",
            ReportDuty,
            ReportDutyForm,
            "send",
            "哪些单位按什么周期报送什么材料，几点截止",
            (
                Column("报送材料", str),
                Column("时限", due_words),
                Column("截止时间", lambda row: f"{row.due_time:%H:%M}"),
                Column("报送单位", _shares, wide=True),
            ),
            many=("responsibilities__department",),
            way_out="已经报送过的请保留；不再报的，可填写“至何日止”，以后就不再到期",
        ),
        Part(
            "check-items",
            "检查事项",
            "检查事项",
            CheckItem,
            CheckItemForm,
            "ui-checks",
            "检查企业时逐项核对的内容，月度调度表按它统计",
            (Column("检查内容", str, wide=True),),
            way_out="已有检查记录的事项请保留，可以修改文字",
        ),
        Part(
            "contacts",
            "单位联系人",
            "联系人",
            UnitContact,
            UnitContactForm,
            "person-lines-fill",
            "各单位的分管领导、处室负责人和联络人名单",
            (
                Column("单位", lambda row: row.department.name),
                Column("姓名", lambda row: row.name),
                Column("职务", lambda row: row.post or "—"),
                Column("手机号码", lambda row: row.phone or "—"),
            ),
            joined=("department",),
            private=frozenset({"姓名", "职务", "手机号码", "备注"}),
            forms=("taizhou-1",),
        ),
    )
}
"""By slug, in the order in which a plan is set up."""
