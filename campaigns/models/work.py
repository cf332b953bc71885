"""What falls due from whom, and how it was done: one row an occurrence, one a completion."""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from accounts.models import User
from campaigns.models.campaign import Campaign, TaskForce
from campaigns.models.plan import Measure, ReportDuty, WorkItem
from parks.models import Department


def _or_none(name: str) -> Coalesce:
    """The id, 0 for none: a unique index takes two NULLs for different (SQLite knows no other way)."""
    return Coalesce(name, 0, output_field=models.BigIntegerField())


class Occurrence(models.Model):
    """One due occurrence of a measure, a work item or a report, owed by one unit or one task force.

    period: what makes it this occurrence whatever its date becomes: "once", "standing", or its span by
    its first day, 2021-07-05, or by its first month and their number, 2021-07x3. due_on: None for
    standing work, which is never late. done_on: the business day on which the quota was reached.
    """

    campaign = models.ForeignKey(
        Campaign, models.CASCADE, related_name="occurrences", db_index=False, verbose_name="专项行动"
    )
    measure = models.ForeignKey(
        Measure, models.PROTECT, null=True, blank=True, related_name="occurrences", verbose_name="措施"
    )
    item = models.ForeignKey(
        WorkItem, models.PROTECT, null=True, blank=True, related_name="occurrences", verbose_name="工作"
    )
    report = models.ForeignKey(
        ReportDuty, models.PROTECT, null=True, blank=True, related_name="occurrences", verbose_name="报送"
    )
    period = models.CharField("期次", max_length=10)
    starts_on = models.DateField("本期开始", null=True, blank=True)
    due_on = models.DateField("应完成日期", null=True, blank=True)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="occurrences", verbose_name="单位"
    )
    task_force = models.ForeignKey(
        TaskForce, models.PROTECT, null=True, blank=True, related_name="occurrences", verbose_name="专班"
    )
    quota = models.PositiveSmallIntegerField("次数", default=1)
    done_on = models.DateField("完成日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "到期工作"
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(
                _or_none("measure"),
                _or_none("item"),
                _or_none("report"),
                "period",
                _or_none("department"),
                _or_none("task_force"),
                name="occurrence_once",
            ),
            models.CheckConstraint(
                condition=Q(measure__isnull=False, item__isnull=True, report__isnull=True)
                | Q(measure__isnull=True, item__isnull=False, report__isnull=True)
                | Q(measure__isnull=True, item__isnull=True, report__isnull=False),
                name="occurrence_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(department__isnull=False, task_force__isnull=True)
                | Q(department__isnull=True, task_force__isnull=False),
                name="occurrence_owed_by_one",
            ),
        ]
        # Counts of a board by day, done or not, come from the index alone.
        indexes = [models.Index(fields=["campaign", "due_on", "done_on"], name="occurrence_by_day")]

    def __str__(self) -> str:
        return f"{self.source}（{self.due_on or '常态化'}）"

    @property
    def source(self) -> Measure | WorkItem | ReportDuty:
        """What the occurrence is of."""
        source = self.measure or self.item or self.report
        assert source is not None
        return source

    @property
    def holder(self) -> Department | TaskForce:
        """Who owes it."""
        holder = self.department or self.task_force
        assert holder is not None
        return holder


class Completion(models.Model):
    """One time that an occurrence was done: by whom, on which business day, with what to show for it.

    Rows are never deleted: one made by mistake is revoked, which reopens the occurrence.
    """

    occurrence = models.ForeignKey(
        Occurrence, models.PROTECT, related_name="completions", verbose_name="到期工作"
    )
    on = models.DateField("完成日期")
    note = models.TextField("完成情况", max_length=1000, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="填报人")
    at = models.DateTimeField("填报时间")
    revoked_at = models.DateTimeField("撤回时间", null=True, blank=True)
    revoked_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="撤回人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "完成记录"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.on} {self.note[:20]}"


class Evidence(models.Model):
    """A file that shows that something was done: a picture or a PDF, stored under a random name."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    completion = models.ForeignKey(
        Completion, models.PROTECT, related_name="evidence", verbose_name="完成记录"
    )
    name = models.CharField("文件名", max_length=255)
    is_picture = models.BooleanField("图片", default=True)
    file = models.FileField("文件", upload_to="evidence/%Y/%m/")
    thumbnail = models.FileField("缩略图", upload_to="evidence/%Y/%m/", blank=True)
    size = models.PositiveIntegerField("字节")
    sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "佐证材料"
        ordering = ["completion", "name"]

    def __str__(self) -> str:
        return self.name
