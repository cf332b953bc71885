"""Workbooks from which parts of a plan are taken."""

from django.db import models

from accounts.models import User
from campaigns.models import Campaign
from reports.enums import PlanForm, PlanImportState


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
