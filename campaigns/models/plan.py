"""What a plan asks of whom: duties, measures, work items, reports to hand in, contacts, check items."""

from datetime import time

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from campaigns.enums import Part, PartyGroup, Precision, Rhythm, WorkKind
from campaigns.models.campaign import Campaign, Category
from parks.models import Department


class UnitDuty(models.Model):
    """One duty of a member unit (P0 附件1)."""

    campaign = models.ForeignKey(
        Campaign, models.CASCADE, related_name="unit_duties", verbose_name="专项行动"
    )
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="unit_duties", verbose_name="成员单位"
    )
    order = models.PositiveSmallIntegerField("序号", default=1)
    text = models.TextField("工作职责", max_length=500)

    class Meta:
        verbose_name = verbose_name_plural = "部门职责"
        ordering = ["department", "order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "department", "order"],
                name="unit_duty_once",
                violation_error_message="该单位已有同序号的职责",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class Measure(models.Model):
    """One measure under a kind of hazard, due once at some precision or standing (P0 附件2)."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="measures", verbose_name="专项行动")
    category = models.ForeignKey(Category, models.PROTECT, related_name="measures", verbose_name="整治内容")
    order = models.PositiveSmallIntegerField("序号")
    title = models.TextField("措施", max_length=500)
    due_on = models.DateField("完成时限", null=True, blank=True)
    precision = models.CharField("精确到", max_length=10, choices=Precision, default=Precision.DAY)
    raw_deadline = models.CharField("时限原文", max_length=60, blank=True)
    needs_confirmation = models.BooleanField("时限待确认", default=False)
    question = models.CharField("待确认事项", max_length=120, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "管控措施"
        ordering = ["category__order", "order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["category", "order"],
                name="measure_order_once",
                violation_error_message="该整治内容下已有同序号的措施",
            ),
            models.CheckConstraint(
                condition=Q(due_on__isnull=False) | Q(precision=Precision.STANDING),
                name="measure_dated_or_standing",
                violation_error_message="没有完成时限的措施须为常态化",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Recurring(models.Model):
    """When something falls due, for work items and reports alike; campaigns/recurrence.py expands it.

    anchor: ISO weekday of weekly work, else the day of the month in the last month of a span; None means
    the span's last day. dates: ISO days of Rhythm.DATES. due_on: the day of Rhythm.ONCE.
    """

    rhythm = models.CharField("频次", max_length=14, choices=Rhythm, default=Rhythm.ONCE)
    due_on = models.DateField("完成时限", null=True, blank=True)
    precision = models.CharField("精确到", max_length=10, choices=Precision, default=Precision.DAY)
    dates = models.JSONField("指定日期", default=list, blank=True)
    anchor = models.PositiveSmallIntegerField(
        "期内第几日",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(31)],
        help_text="每周填1—7（周一为1），按月填日期；留空为期末最后一天",
    )
    starts_on = models.DateField("自何日起", null=True, blank=True, help_text="留空为行动开始之日")
    ends_on = models.DateField("至何日止", null=True, blank=True, help_text="留空为行动结束之日")
    raw_deadline = models.CharField("时限原文", max_length=60, blank=True)
    needs_confirmation = models.BooleanField("时限待确认", default=False)
    question = models.CharField("待确认事项", max_length=120, blank=True)

    class Meta:
        abstract = True


class WorkItem(Recurring):
    """One line of the work list 工作清单: one-off, recurring with a quota a span, or standing (P3 附件1)."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="work_items", verbose_name="专项行动")
    order = models.PositiveSmallIntegerField("序号")
    action = models.CharField("专项行动任务类别", max_length=60, blank=True)
    task = models.TextField("行动任务", max_length=500, blank=True)
    title = models.TextField("工作要求", max_length=500)
    kind = models.CharField("类别", max_length=10, choices=WorkKind, default=WorkKind.WORK)
    quota = models.PositiveSmallIntegerField("每期次数", default=1, validators=[MinValueValidator(1)])

    class Meta:
        verbose_name = verbose_name_plural = "工作清单"
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "order"],
                name="work_item_order_once",
                violation_error_message="已有同序号的工作",
            ),
            models.CheckConstraint(
                condition=~Q(rhythm=Rhythm.ONCE) | Q(due_on__isnull=False),
                name="work_item_once_is_dated",
                violation_error_message="一次性工作须填写完成时限",
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True)
                | Q(ends_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                name="work_item_dates_in_order",
                violation_error_message="截止日期不能早于起始日期",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ReportDuty(Recurring):
    """A report that units owe by a schedule: which form, how often, by what time of the day."""

    campaign = models.ForeignKey(
        Campaign, models.CASCADE, related_name="report_duties", verbose_name="专项行动"
    )
    order = models.PositiveSmallIntegerField("序号", default=1)
    name = models.CharField("报送材料", max_length=80)
    form = models.CharField("表格", max_length=20, blank=True, help_text="表格代号；留空为文字材料")
    due_time = models.TimeField("截止时间", default=time(17, 30))
    days_after = models.PositiveSmallIntegerField(
        "期末后几日报送", default=0, help_text="0为期末当日；如每周一报上周填1"
    )

    class Meta:
        verbose_name = verbose_name_plural = "报送安排"
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "name"],
                name="report_duty_once",
                violation_error_message="已有同名的报送安排",
            ),
            models.CheckConstraint(
                condition=~Q(rhythm=Rhythm.ONCE) | Q(due_on__isnull=False),
                name="report_duty_once_is_dated",
                violation_error_message="一次性报送须填写时限",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Responsibility(models.Model):
    """One unit's, or one group's, part in a measure, a work item or a report. `raw` is the plan's wording."""

    measure = models.ForeignKey(
        Measure, models.CASCADE, null=True, blank=True, related_name="responsibilities"
    )
    item = models.ForeignKey(WorkItem, models.CASCADE, null=True, blank=True, related_name="responsibilities")
    report = models.ForeignKey(
        ReportDuty, models.CASCADE, null=True, blank=True, related_name="responsibilities"
    )
    part = models.CharField("身份", max_length=12, choices=Part, default=Part.RESPONSIBLE)
    order = models.PositiveSmallIntegerField("排序", default=0)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="单位"
    )
    group = models.CharField("集合", max_length=20, choices=PartyGroup, blank=True)
    raw = models.CharField("方案原文", max_length=60, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "责任分工"
        ordering = ["part", "order", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(measure__isnull=False, item__isnull=True, report__isnull=True)
                | Q(measure__isnull=True, item__isnull=False, report__isnull=True)
                | Q(measure__isnull=True, item__isnull=True, report__isnull=False),
                name="responsibility_for_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(department__isnull=False, group="") | (Q(department__isnull=True) & ~Q(group="")),
                name="responsibility_of_unit_or_group",
            ),
        ]

    def __str__(self) -> str:
        return str(self.department) if self.department else self.raw or self.get_group_display()


class UnitContact(models.Model):
    """A person whom a unit names for the campaign (P1 附件1 名单)."""

    campaign = models.ForeignKey(
        Campaign, models.CASCADE, related_name="unit_contacts", verbose_name="专项行动"
    )
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="unit_contacts", verbose_name="单位"
    )
    order = models.PositiveSmallIntegerField("序号", default=1)
    name = models.CharField("姓名", max_length=30)
    post = models.CharField("职务", max_length=60, blank=True)
    phone = models.CharField("手机号码", max_length=30, blank=True)
    note = models.CharField("备注", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "单位联系人"
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "department", "name"],
                name="unit_contact_once",
                violation_error_message="该单位已登记同名联系人",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.department} {self.name}"


class CheckItem(models.Model):
    """A point that visits of this campaign look at; P3's monthly table counts enterprises that fail it."""

    campaign = models.ForeignKey(
        Campaign, models.CASCADE, related_name="check_items", verbose_name="专项行动"
    )
    order = models.PositiveSmallIntegerField("序号")
    text = models.CharField("检查内容", max_length=120)

    class Meta:
        verbose_name = verbose_name_plural = "检查事项"
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "order"],
                name="check_item_order_once",
                violation_error_message="已有同序号的检查事项",
            ),
        ]

    def __str__(self) -> str:
        return self.text
