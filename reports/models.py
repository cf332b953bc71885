"""Compiled reports, the workbook byte for byte; workbooks from which parts of a plan are taken."""

from django.db import models
from django.db.models.functions import Coalesce

from accounts.models import User
from campaigns.models import Campaign
from parks.models import Department
from reports.enums import PlanForm, PlanImportState, ReportKind, ReportState


class Report(models.Model):
    """One compiled report of one unit for one period; a changed recompilation is the next issue."""

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
    kind = models.CharField("种类", max_length=8, choices=ReportKind, default=ReportKind.WEEKLY)
    period_start = models.DateField("期间起")
    period_end = models.DateField("期间止")
    as_of = models.DateField("截止日期")
    issue = models.PositiveSmallIntegerField("期次", default=1)
    state = models.CharField("状态", max_length=10, choices=ReportState, default=ReportState.DRAFT)
    figures = models.JSONField("数据", default=dict)
    sha256 = models.CharField(max_length=64)
    workbook = models.FileField("工作簿", upload_to="reports/%Y/%m/")
    compiled_at = models.DateTimeField("汇总时间")
    compiled_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="汇总人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "报表"
        ordering = ["-period_end", "department_id", "-issue"]
        constraints = [
            models.UniqueConstraint(
                "campaign",
                Coalesce("department", 0, output_field=models.BigIntegerField()),
                "kind",
                "period_end",
                "issue",
                name="report_issue_once",
            ),
        ]

    def __str__(self) -> str:
        return (
            f"{self.department or self.campaign} {self.get_kind_display()} {self.period_end} 第{self.issue}期"
        )


class PlanImport(models.Model):
    """One official form brought into a campaign's plan: its preview, the answers to it, what it changed.

    preview: what the page shows. answers: unit name as looked up → id of the unit, 0 for a new one.
    changes: each row's values before and after, in the order in which they were written, for the undo.
    """

    campaign = models.ForeignKey(
        Campaign, models.CASCADE, related_name="plan_imports", verbose_name="专项行动"
    )
    form = models.CharField("表格", max_length=20, choices=PlanForm)
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="导入人")
    created_at = models.DateTimeField("上传时间", auto_now_add=True)
    file = models.FileField("工作簿", upload_to="imports/%Y/%m/")
    filename = models.CharField("文件名", max_length=255)
    sha256 = models.CharField(max_length=64)
    state = models.CharField("状态", max_length=8, choices=PlanImportState, default=PlanImportState.PREVIEW)
    preview = models.JSONField(default=dict, blank=True)
    answers = models.JSONField(default=dict, blank=True)
    changes = models.JSONField(default=dict, blank=True)
    message = models.CharField("说明", max_length=500, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "方案导入"
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.filename
