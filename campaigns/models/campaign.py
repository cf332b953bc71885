"""A campaign: its settings, units, phases, kinds of hazard, one task force a park."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import User
from accounts.separation import why_not_together
from campaigns.clock import moment_told
from campaigns.enums import Counting, MemberDuty, UnitKind, Weekday
from campaigns.periods import Period, last_full_week, week_of
from parks.models import Department, Park, Region
from parks.regions import with_subregions

MOST_YEARS = 10
"""A campaign is no longer than this: weekly work of a slip of the pen would fill the database."""


def span_fault(first: date | None, last: date | None) -> str:
    """What is wrong with a campaign's length; that it ends before it begins is for its constraint."""
    if first and last and (last - first).days > MOST_YEARS * 366:
        return f"行动历时超过{MOST_YEARS}年，请核对起止日期"
    return ""


class Campaign(models.Model):
    """A campaign against hidden hazards, with the settings that differ from place to place."""

    slug = models.SlugField("代号", max_length=40, unique=True)
    name = models.CharField("名称", max_length=120)
    short_name = models.CharField("简称", max_length=30, blank=True)
    number_prefix = models.CharField("隐患编号前缀", max_length=20, unique=True)
    issuer = models.CharField("印发单位", max_length=120, blank=True)
    issued_on = models.DateField("印发日期", null=True, blank=True)
    starts_on = models.DateField("开始日期")
    ends_on = models.DateField("结束日期")
    figures_from = models.DateField("累计起算日", null=True, blank=True, help_text="留空则从行动开始日期起算")
    lead_department = models.ForeignKey(
        Department, models.PROTECT, related_name="led_campaigns", verbose_name="牵头单位"
    )
    units = models.ManyToManyField(Department, through="CampaignUnit", related_name="campaigns")
    week_cutoff = models.PositiveSmallIntegerField("每周截止日", choices=Weekday, default=Weekday.SUNDAY)
    general_days = models.PositiveSmallIntegerField(
        "一般隐患整改期限（天）", default=15, validators=[MinValueValidator(1)]
    )
    major_days = models.PositiveSmallIntegerField(
        "重大隐患整改期限（天）", default=60, validators=[MinValueValidator(1)]
    )
    yellow_days = models.PositiveSmallIntegerField("提前几天亮黄灯", default=3)
    extension_limit = models.PositiveSmallIntegerField("最多延期次数", default=2)
    supervision_days = models.PositiveSmallIntegerField("挂牌督办期限（天）", default=60)
    reply_days = models.PositiveSmallIntegerField(
        "督办函回复期限（工作日）",
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
        help_text="印发后几个工作日内书面回复，发函时可以改",
    )
    clock = models.DateField(
        "固定业务日期",
        null=True,
        blank=True,
        help_text="留空则按当天。仅用于演示、培训或补录往期行动：所有期限和报表按此日期计算",
    )
    extras = models.JSONField(
        "登记册", default=list, blank=True, help_text="本行动另外设立的登记册，见 campaigns.enums.Extra"
    )
    forms = models.JSONField("使用的表格", default=list, blank=True, help_text="表格代号，留空表示全部")
    questions = models.JSONField("方案待确认事项", default=list, blank=True)
    active = models.BooleanField("进行中", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "专项行动"
        ordering = ["-starts_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="campaign_dates_in_order",
                violation_error_message="结束日期不能早于开始日期",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if fault := span_fault(self.starts_on, self.ends_on):
            raise ValidationError({"ends_on": fault})

    @property
    def label(self) -> str:
        """The short name where there is one."""
        return self.short_name or self.name

    def today(self) -> date:
        """The campaign's business date: the fixed one, else today in Asia/Shanghai."""
        if told := moment_told():
            return timezone.localdate(told)
        return self.clock or timezone.localdate()

    def runs(self) -> bool:
        """Whether the business date lies within the campaign."""
        return self.starts_on <= self.today() <= self.ends_on

    def now(self) -> datetime:
        """The time to stamp on an act: the wall clock, on the business date."""
        if told := moment_told():
            return told
        now = timezone.localtime()
        return (
            now.replace(year=self.clock.year, month=self.clock.month, day=self.clock.day)
            if self.clock
            else now
        )

    def cumulative(self, as_of: date) -> Period:
        """The span of an as-of figure that ends on `as_of`."""
        return Period(min(self.figures_from or self.starts_on, as_of), as_of)

    def week_of(self, day: date) -> Period:
        """The campaign's week that holds `day`."""
        return week_of(day, self.week_cutoff)

    def last_full_week(self, day: date) -> Period:
        """The latest week of the campaign that was over before `day`."""
        return last_full_week(day, self.week_cutoff)


class CampaignUnit(models.Model):
    """A unit's part in a campaign. The lead bureau stands on the campaign itself."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="unit_rows", verbose_name="专项行动")
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="campaign_rows", verbose_name="单位"
    )
    kind = models.CharField("身份", max_length=10, choices=UnitKind, default=UnitKind.MEMBER)
    order = models.PositiveSmallIntegerField("排序", default=0)
    counting = models.CharField("报表口径", max_length=8, choices=Counting, default=Counting.OWN)

    class Meta:
        verbose_name = verbose_name_plural = "参与单位"
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "department", "kind"],
                name="campaign_unit_once",
                violation_error_message="该单位已在本行动中",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.department}（{self.get_kind_display()}）"

    def clean(self) -> None:
        if fault := self.counting_fault():
            raise ValidationError({"counting": fault})

    @property
    def stands_for_region(self) -> bool:
        """Whether the unit reports for all of its region, so that what lies there is no other's.

        A bureau of the place that leads, which types its row in, stands for its own records alone: its
        region is everybody's.
        """
        region, leads = self.department.region_id, self.campaign.lead_department.region
        if region is None or self.counting == Counting.OWN:
            return False
        everybodys = {leads.pk, leads.parent_id} if leads else set()
        return self.counting == Counting.REGION or region not in everybodys

    def counting_fault(self) -> str:
        """Why the unit cannot report so: a roll-up would lose records or count them twice. "" when it can."""
        unit: Department | None = getattr(self, "department", None)
        if unit is None or self.kind != UnitKind.MEMBER or self.counting == Counting.OWN:
            return ""
        if unit.region is None:
            need = f"“{unit}”没有填写行政区划，不能按行政区域报送；请先填写它的行政区划，或改选其他口径"
            return need if self.counting == Counting.REGION else ""
        others = CampaignUnit.objects.filter(campaign=self.campaign, kind=UnitKind.MEMBER)
        others = others.exclude(counting=Counting.OWN).exclude(pk=self.pk).exclude(department=unit.pk)
        if not self.stands_for_region:
            others = others.filter(counting=Counting.REGION)
        line = with_subregions({unit.region_id}) | {above.pk for above in _above(unit.region)}
        other = others.filter(department__region__in=line).select_related("department__region").first()
        if other is None:
            return ""
        theirs = f"“{other.department}”已按“{other.get_counting_display()}”报送{other.department.region}"
        return f"{theirs}，与{unit.region}重叠，同一记录会重复统计；请改选其他口径，或核对行政区划"


def _above(region: Region) -> list[Region]:
    """The regions in which it lies, the nearest first."""
    found: list[Region] = []
    while region.parent is not None and region.parent not in found:
        region = region.parent
        found.append(region)
    return found


class Phase(models.Model):
    """A phase; phases may overlap and lack a start or an end. The plan's wording stays beside the dates."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="phases", verbose_name="专项行动")
    order = models.PositiveSmallIntegerField("序号")
    name = models.CharField("阶段", max_length=40)
    starts_on = models.DateField("开始", null=True, blank=True)
    ends_on = models.DateField("结束", null=True, blank=True)
    raw_dates = models.CharField("方案原文", max_length=60, blank=True)
    needs_confirmation = models.BooleanField("日期待确认", default=False)
    question = models.CharField("待确认事项", max_length=120, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "阶段"
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "order"], name="phase_order_once"),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True)
                | Q(ends_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                name="phase_dates_in_order",
                violation_error_message="阶段的结束日期不能早于开始日期",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Category(models.Model):
    """A kind of hazard in the campaign's own dictionary 整治内容."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="categories", verbose_name="专项行动")
    order = models.PositiveSmallIntegerField("序号")
    name = models.CharField("整治内容", max_length=60)
    short_name = models.CharField("简称", max_length=12, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "整治内容"
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "order"], name="category_order_once"),
            models.UniqueConstraint(fields=["campaign", "name"], name="category_name_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """The short name where there is one."""
        return self.short_name or self.name


class TaskForce(models.Model):
    """One task force a park 一园一专班, with the unit that answers for it (P0 附件3)."""

    campaign = models.ForeignKey(
        Campaign, models.CASCADE, related_name="task_forces", verbose_name="专项行动"
    )
    park = models.ForeignKey(Park, models.PROTECT, related_name="task_forces", verbose_name="园区")
    order = models.PositiveSmallIntegerField("序号", default=0)
    strand = models.CharField("整治方向", max_length=20, blank=True, help_text="如工业区、社区（小昆山方案）")
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="task_forces", verbose_name="责任单位"
    )
    leader = models.CharField("分管领导", max_length=30, blank=True)
    owner = models.CharField("责任人", max_length=30, blank=True)
    liaison = models.CharField("联络员", max_length=30, blank=True)
    phone = models.CharField("电话", max_length=30, blank=True)
    note = models.CharField("备注", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "专班"
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "park"],
                name="task_force_once_a_park",
                violation_error_message="该园区在本行动中已有专班",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.park}专班"


class TaskForceMember(models.Model):
    """A person's place in a task force: this row is what makes somebody task-force staff."""

    task_force = models.ForeignKey(TaskForce, models.CASCADE, related_name="members", verbose_name="专班")
    user = models.ForeignKey(User, models.CASCADE, related_name="task_force_rows", verbose_name="用户")
    duty = models.CharField("职责", max_length=8, choices=MemberDuty, default=MemberDuty.MEMBER)

    class Meta:
        verbose_name = verbose_name_plural = "专班成员"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["task_force", "user"],
                name="task_force_member_once",
                violation_error_message="该人员已在专班中",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}（{self.get_duty_display()}）"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.check_separation()
        super().save(*args, **kwargs)

    def clean(self) -> None:
        if self.user_id and not self.user.is_active:
            raise ValidationError({"user": "该账号已停用"})
        if self.user_id:
            self.check_separation()

    def check_separation(self) -> None:
        """Task-force work is a business role: not for system admins or auditors (三员分立)."""
        roles = set(self.user.memberships.values_list("role", flat=True))
        if reason := why_not_together(roles, superuser=self.user.is_superuser, in_task_force=True):
            raise ValidationError({"user": reason})
