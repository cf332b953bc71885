"""The ledger: hazards and their history."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from campaigns.enums import Light
from campaigns.models import Campaign, Category, Measure, TaskForce
from hazards.enums import (
    OPEN_STATUSES,
    Action,
    BatchState,
    Level,
    Source,
    Status,
)
from hazards.lights import light_of
from parks.models import Department, Enterprise, Park, Site

OPEN = Q(status__in=OPEN_STATUSES)


class NumberSequence(models.Model):
    """The last serial given in a campaign and year; numbers are never reused."""

    campaign = models.ForeignKey(Campaign, models.CASCADE)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "year"], name="sequence_once")]

    def __str__(self) -> str:
        return f"{self.campaign_id}-{self.year}: {self.last}"


class ImportBatch(models.Model):
    """One workbook that somebody brought: its preview, its faults, what it added."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, verbose_name="专项行动")
    user = models.ForeignKey(User, models.PROTECT, verbose_name="导入人")
    created_at = models.DateTimeField("上传时间", auto_now_add=True)
    file = models.FileField("工作簿", upload_to="imports/%Y/%m/")
    filename = models.CharField("文件名", max_length=255)
    sha256 = models.CharField(max_length=64)
    state = models.CharField("状态", max_length=8, choices=BatchState, default=BatchState.READING)
    rows = models.JSONField(default=list, blank=True)
    done = models.PositiveIntegerField("已处理行数", default=0)
    total = models.PositiveIntegerField("总行数", default=0)
    added = models.PositiveIntegerField("导入", default=0)
    skipped = models.PositiveIntegerField("跳过", default=0)
    faults = models.PositiveIntegerField("有误", default=0)
    message = models.CharField("说明", max_length=500, blank=True)
    new_enterprises = models.JSONField(default=list, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "台账导入"
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.filename


class Hazard(models.Model):
    """A hidden safety hazard. `status` is assigned in hazards/actions.py only; no row is ever deleted."""

    campaign = models.ForeignKey(
        Campaign, models.PROTECT, related_name="hazards", db_index=False, verbose_name="专项行动"
    )
    number = models.CharField("编号", max_length=40, unique=True)
    park = models.ForeignKey(
        Park, models.PROTECT, related_name="hazards", db_index=False, verbose_name="园区"
    )
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, verbose_name="片区")
    task_force = models.ForeignKey(
        TaskForce, models.PROTECT, null=True, blank=True, db_index=False, verbose_name="专班"
    )
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, null=True, blank=True, related_name="hazards", verbose_name="企业"
    )
    place = models.CharField("发生位置", max_length=120)
    description = models.TextField("隐患描述", max_length=2000)
    category = models.ForeignKey(Category, models.PROTECT, db_index=False, verbose_name="隐患类型")
    measure = models.ForeignKey(
        Measure,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="hazards",
        db_index=False,
        verbose_name="对应措施",
    )
    level = models.CharField("隐患等级", max_length=8, choices=Level, default=Level.GENERAL)
    clause = models.CharField(
        "判定依据",
        max_length=200,
        blank=True,
        help_text="重大隐患填写判定标准及条款，如《工贸企业重大事故隐患判定标准》（令第10号）第三条第（一）项",
    )
    source = models.CharField("发现途径", max_length=12, choices=Source, default=Source.PATROL)
    found_on = models.DateField("发现日期")
    # Until it is assigned, the unit that leads the park's task force answers for it: every hazard
    # is counted under exactly one unit from its first day.
    responsible_department = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="hazards",
        db_index=False,
        verbose_name="责任单位",
    )
    by_task_force = models.BooleanField("由专班负责整改", default=False)
    helping_departments = models.ManyToManyField(
        Department, blank=True, related_name="helped_hazards", verbose_name="配合单位"
    )
    due_on = models.DateField("整改期限", null=True, blank=True)
    original_due_on = models.DateField("原定期限", null=True, blank=True)
    backfilled = models.BooleanField("补录", default=False)
    on_the_spot = models.BooleanField("即查即改", default=False)
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.REPORTED)
    version = models.PositiveIntegerField(default=1)
    latest_note = models.TextField("最新进度", blank=True)
    difficulty = models.CharField("存在困难", max_length=500, blank=True)
    measure_taken = models.TextField("整改措施", blank=True)
    done_on = models.DateField("整改完成日期", null=True, blank=True)
    closed_on = models.DateField("销号日期", null=True, blank=True)
    reported_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", db_index=False, verbose_name="上报人"
    )
    reported_at = models.DateTimeField("上报时间")
    submitted_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name="申请验收人"
    )
    accepted_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name="验收人"
    )
    recurs = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="recurrences", verbose_name="回潮自"
    )
    same_as = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="duplicates", verbose_name="并入"
    )
    joint_asked_on = models.DateField("提请联合执法日期", null=True, blank=True)
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    client_key = models.UUIDField(null=True, blank=True, editable=False)
    client_digest = models.CharField(max_length=64, blank=True, editable=False)
    batch = models.ForeignKey(ImportBatch, models.PROTECT, null=True, blank=True, related_name="hazards")
    import_key = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "隐患"
        ordering = ["-found_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(due_on__isnull=True) | Q(due_on__gte=F("found_on")), name="hazard_due_after_found"
            ),
            models.CheckConstraint(
                condition=Q(done_on__isnull=True) | Q(done_on__gte=F("found_on")),
                name="hazard_done_after_found",
            ),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("found_on")),
                name="hazard_closed_after_found",
            ),
            models.CheckConstraint(
                condition=Q(status=Status.CLOSED, accepted_by__isnull=False, closed_on__isnull=False)
                | (~Q(status=Status.CLOSED) & Q(accepted_by__isnull=True, closed_on__isnull=True)),
                name="hazard_closed_has_accepter",
            ),
            models.CheckConstraint(
                condition=Q(accepted_by__isnull=True)
                | Q(submitted_by__isnull=True)
                | ~Q(accepted_by=F("submitted_by"))
                | Q(on_the_spot=True, level=Level.GENERAL),
                name="hazard_accepter_is_another",
            ),
            models.UniqueConstraint(fields=["reported_by", "client_key"], name="hazard_client_key_once"),
            models.UniqueConstraint(
                fields=["campaign", "import_key"],
                condition=~Q(import_key="") & ~Q(status=Status.VOID),
                name="hazard_imported_once",
            ),
        ]
        indexes = [
            # Each list filters on the first column and pages along the rest (keyset).
            models.Index(fields=["campaign", "-found_on", "-id"], name="hazard_by_campaign"),
            models.Index(fields=["task_force", "-found_on", "-id"], name="hazard_by_task_force"),
            models.Index(fields=["responsible_department", "-found_on", "-id"], name="hazard_by_department"),
            models.Index(fields=["park", "-found_on", "-id"], name="hazard_by_park"),
            models.Index(fields=["campaign", "due_on", "id"], name="hazard_open_due", condition=OPEN),
            models.Index(
                fields=["responsible_department", "due_on", "id"],
                name="hazard_department_due",
                condition=OPEN,
            ),
            models.Index(fields=["task_force", "due_on", "id"], name="hazard_task_force_due", condition=OPEN),
            models.Index(
                fields=["campaign", "closed_on"], name="hazard_closed_on", condition=Q(status=Status.CLOSED)
            ),
            # Dashboard: found by day, and counts by park, kind, level and status, from the index alone.
            # With the id, so that a list of few (what somebody handled) is counted from the index alone too.
            models.Index(
                fields=["campaign", "found_on", "id"],
                name="hazard_found_day",
                condition=~Q(status=Status.VOID),
            ),
            # … and what is open, overdue or due soon by park: all that decides a light stands in it.
            models.Index(
                fields=["campaign", "park", "level", "status", "due_on", "done_on", "found_on", "backfilled"],
                name="hazard_open_facts",
                condition=OPEN,
            ),
            models.Index(fields=["campaign", "park", "category", "level", "status"], name="hazard_heat"),
            models.Index(
                fields=["measure", "status"], name="hazard_by_measure", condition=Q(measure__isnull=False)
            ),
            # The campaign's page: counts by kind and measure, from the index alone.
            models.Index(
                fields=["campaign", "category", "measure", "level", "status"], name="hazard_by_plan"
            ),
            # Few ask for joint enforcement: without an index of them the list would walk the whole ledger.
            models.Index(
                fields=["campaign", "-found_on", "-id"],
                name="hazard_joint_asked",
                condition=Q(joint_asked_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def where(self) -> str:
        """发生位置（企业名称） as P0 附件4 prints it."""
        return f"{self.place}（{self.enterprise.name}）" if self.enterprise else self.place

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_STATUSES

    def light(self, today: date, yellow_days: int = 3) -> tuple[Light, int | None]:
        """The deadline light and the days that go with it; see hazards/lights.py."""
        return light_of(
            self.status,
            due_on=self.due_on,
            done_on=self.done_on,
            today=today,
            yellow_days=yellow_days,
            backfilled=self.backfilled,
        )


class StatusChange(models.Model):
    """One step of a hazard's life. Rows are added, never edited; report dates derive from them."""

    hazard = models.ForeignKey(Hazard, models.PROTECT, related_name="changes", verbose_name="隐患")
    action = models.CharField("动作", max_length=16, choices=Action)
    from_status = models.CharField("原状态", max_length=10, choices=Status, blank=True)
    to_status = models.CharField("新状态", max_length=10, choices=Status)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="操作人")
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="操作人单位"
    )
    at = models.DateTimeField("时间")
    on = models.DateField("业务日期")
    note = models.TextField("说明", blank=True)
    facts = models.JSONField("相关数据", default=dict, blank=True)
    version = models.PositiveIntegerField("版本")

    class Meta:
        verbose_name = verbose_name_plural = "流转记录"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["hazard", "version"], name="change_once_a_version"),
        ]
        indexes = [
            models.Index(fields=["on", "action"], name="change_by_day"),
            # 本人经办, and the few hazards that were urged: from the index alone.
            models.Index(fields=["by", "hazard"], name="change_by_person"),
            models.Index(fields=["hazard"], name="change_urged", condition=Q(action=Action.URGE)),
        ]

    def __str__(self) -> str:
        return f"{self.hazard_id} {self.get_action_display()}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("history is never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("history is never deleted")
