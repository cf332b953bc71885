"""A unit's report of one period, from the draft to the issue that never changes again."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from accounts.models import User
from campaigns.models import Campaign
from parks.models import Department
from reports.enums import ReportAction, ReportState


class Report(models.Model):
    """One issue of one unit's report of one period in one form.

    Until it is issued it follows the ledger; what changes later becomes the next issue. `state` is
    assigned in reports/signing/actions.py and reports/actions.py only.

    figures: {"cumulative", "period", "before": {slug: number}, "rows": [{"key", "name", "figures"}],
    "typed": [slug], "content": SHA-256 of all that the report says, "by": what the rows are, "since": the
    first day of the cumulative ones, "indicators": what they are called and how they are counted,
    "typed_ids": {unit id: {slug: id of what it typed}}, "text": the form as text}; numbers as JSON keeps
    them, decimals as text, null for what is not known. records: gzipped JSON {slug: {"cumulative": [id],
    "period": [id]}, "_rows": {ledger: {row: [id]}}}.
    checks: [{"rule", "severity", "words"}] that did not hold; notes: rule → the note that a warning
    wants. changes: what differs from the issue before, for people to read.
    """

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="reports", verbose_name="专项行动")
    department = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reports",
        verbose_name="填报单位",
        help_text="留空为专项行动汇总",
    )
    form = models.CharField("表格", max_length=20, default="weekly")
    period_start = models.DateField("期间起")
    period_end = models.DateField("期间止")
    as_of = models.DateField("截止日期")
    issue = models.PositiveSmallIntegerField("期次", default=1)
    state = models.CharField("状态", max_length=10, choices=ReportState, default=ReportState.DRAFT)
    version = models.PositiveIntegerField(default=1)
    figures = models.JSONField("数据", default=dict)
    records = models.FileField("对应记录", upload_to="reports/%Y/%m/", blank=True)
    sha256 = models.CharField(max_length=64)
    workbook = models.FileField("工作簿", upload_to="reports/%Y/%m/")
    compiled_at = models.DateTimeField("汇总时间")
    compiled_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="汇总人"
    )
    nil = models.BooleanField("零报告", default=False)
    note = models.TextField("填报说明", max_length=1000, blank=True)
    checks = models.JSONField("勾稽核对", default=list, blank=True)
    notes = models.JSONField("核对说明", default=dict, blank=True)
    changes = models.JSONField("与上一期相比", default=list, blank=True)
    reason = models.CharField("重新编制原因", max_length=300, blank=True)
    filled_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="填报人"
    )
    filled_at = models.DateTimeField("填报时间", null=True, blank=True)
    reviewed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="审核人"
    )
    reviewed_at = models.DateTimeField("审核时间", null=True, blank=True)
    issued_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="印发人"
    )
    issued_at = models.DateTimeField("印发时间", null=True, blank=True)
    number = models.CharField("编号", max_length=60, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "报表"
        ordering = ["-period_end", "department_id", "-issue"]
        constraints = [
            models.UniqueConstraint(
                "campaign",
                Coalesce("department", 0, output_field=models.BigIntegerField()),
                "form",
                "period_end",
                "issue",
                name="report_issue_once",
            ),
            models.UniqueConstraint(
                "campaign",
                Coalesce("department", 0, output_field=models.BigIntegerField()),
                "form",
                "period_end",
                condition=~Q(state=ReportState.ISSUED),
                name="report_one_in_the_making",
            ),
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="report_number_once"),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("filled_by")),
                name="report_reviewed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(issued_by__isnull=True) | ~Q(issued_by=F("filled_by")),
                name="report_issued_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state=ReportState.ISSUED)
                | (
                    Q(issued_by__isnull=False, issued_at__isnull=False, reviewed_by__isnull=False)
                    & ~Q(number="")
                ),
                name="report_issued_is_signed",
            ),
        ]
        indexes = [models.Index(fields=["campaign", "form", "-period_end"], name="report_by_period")]

    def __str__(self) -> str:
        return f"{self.department or self.campaign} {self.form} {self.period_end} 第{self.issue}期"

    @property
    def is_issued(self) -> bool:
        return self.state == ReportState.ISSUED


class AppendOnly(models.Model):
    """Rows of history: added, never edited, never deleted."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("history is never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("history is never deleted")


class ReportStep(AppendOnly):
    """One thing that was done to a report: by whom (None is the schedule), when, with which words."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="steps", verbose_name="报表")
    action = models.CharField("动作", max_length=8, choices=ReportAction)
    by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="操作人"
    )
    at = models.DateTimeField("时间")
    note = models.TextField("说明", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "报表流转"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.report_id} {self.get_action_display()}"


class TypedFigure(AppendOnly):
    """A figure that the system cannot know, typed in by the unit; the latest of a slug holds (domain §5).

    value: None takes an earlier one back. The figure is a cumulative one, in its indicator's unit.
    """

    report = models.ForeignKey(Report, models.PROTECT, related_name="typed_figures", verbose_name="报表")
    slug = models.CharField("指标", max_length=60)
    value = models.DecimalField("数值", max_digits=16, decimal_places=6, null=True, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="填报人")
    at = models.DateTimeField("时间")
    note = models.CharField("依据", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "手工填报数据"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.slug}：{self.value}"


class ReportReminder(AppendOnly):
    """催报: a unit that owes a report was asked for it; its people are told."""

    campaign = models.ForeignKey(
        Campaign, models.PROTECT, related_name="report_reminders", verbose_name="专项行动"
    )
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="report_reminders", verbose_name="单位"
    )
    form = models.CharField("表格", max_length=20)
    period_start = models.DateField("期间起")
    period_end = models.DateField("期间止")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="催报人")
    at = models.DateTimeField("时间")
    on = models.DateField("业务日期")

    class Meta:
        verbose_name = verbose_name_plural = "催报"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "department", "form", "period_end", "on"],
                name="report_reminder_once_a_day",
                violation_error_message="今天已催报过",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.department} {self.form} {self.period_end}"
