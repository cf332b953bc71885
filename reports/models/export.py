"""A long list that is written to a workbook in the background."""

import uuid

from django.db import models

from accounts.models import User
from campaigns.models import Campaign
from reports.enums import ExportState


class Export(models.Model):
    """One list asked for as a workbook: what it takes, how far it is, where the file lies.

    what: which list, a key of reports/exports/lists.py; query: the filters as an address carries them,
    said: the same in words.
    total: rows that the query found when writing began; the file is kept only when as many were written.
    scope: the rights with which it was written (campaigns.queries.Scope as lists of ids).
    tries: how often a worker has begun; told_at: when the one at work last told how far it is.
    address: from where it was asked for, for the audit trail; size in bytes.
    """

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="exports", verbose_name="申请人")
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="exports", verbose_name="专项行动")
    what = models.CharField("清单", max_length=20)
    query = models.TextField("条件", blank=True)
    said = models.TextField("条件说明", blank=True)
    name = models.CharField("文件名", max_length=200)
    asked_at = models.DateTimeField("申请时间")
    address = models.GenericIPAddressField("来源地址", null=True, blank=True)
    state = models.CharField("状态", max_length=10, choices=ExportState, default=ExportState.WAITING)
    done = models.PositiveIntegerField("已写行数", default=0)
    total = models.PositiveIntegerField("总行数", default=0)
    tries = models.PositiveSmallIntegerField("生成次数", default=0)
    told_at = models.DateTimeField("最近进度时间", null=True, blank=True)
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)
    file = models.FileField("文件", upload_to="exports/", blank=True)
    size = models.PositiveBigIntegerField("文件大小", default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    scope = models.JSONField("生成时的权限", default=dict, blank=True)
    message = models.CharField("说明", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "清单导出"
        ordering = ["-asked_at"]
        indexes = [
            models.Index(fields=["user", "-asked_at"], name="export_by_user"),
            models.Index(fields=["state"], name="export_by_state"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def running(self) -> bool:
        """Whether it waits for a worker or is being written."""
        return self.state in (ExportState.WAITING, ExportState.WRITING)

    @property
    def percent(self) -> int:
        """How much of it is written, 0 to 100."""
        return 100 * self.done // self.total if self.total else 0
