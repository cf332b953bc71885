"""Visits to enterprises and places, what they found, and enforcement acts."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from accounts.models import User
from campaigns.models import Campaign, CheckItem
from hazards.enums import CheckOutcome, EnforcementKind, InspectionKind
from hazards.models.hazard import Hazard
from parks.models import Department, Enterprise, Park


class Inspection(models.Model):
    """One visit to one enterprise or park: 家次 counts these rows, 家 the enterprises in them."""

    campaign = models.ForeignKey(
        Campaign, models.PROTECT, related_name="inspections", verbose_name="专项行动"
    )
    park = models.ForeignKey(Park, models.PROTECT, related_name="inspections", verbose_name="园区")
    enterprise = models.ForeignKey(
        Enterprise,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="inspections",
        verbose_name="企业",
        help_text="留空表示检查园区公共部位，不计入检查企业（家次）",
    )
    kind = models.CharField("检查方式", max_length=12, choices=InspectionKind, default=InspectionKind.LAW)
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="inspections", verbose_name="检查单位"
    )
    inspected_on = models.DateField("检查日期")
    note = models.TextField("检查情况", blank=True, max_length=2000)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="录入人")
    recorded_at = models.DateTimeField("录入时间")
    voided_on = models.DateField("作废日期", null=True, blank=True)
    void_reason = models.CharField("作废原因", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "检查记录"
        ordering = ["-inspected_on", "-id"]
        indexes = [models.Index(fields=["campaign", "-inspected_on", "-id"], name="inspection_by_campaign")]

    def __str__(self) -> str:
        return f"{self.inspected_on} {self.enterprise or self.park}"


class InspectionResult(models.Model):
    """What a visit found on one check item; a failed one may have become a hazard (P3 附件2)."""

    inspection = models.ForeignKey(
        Inspection, models.PROTECT, related_name="results", verbose_name="检查记录"
    )
    item = models.ForeignKey(CheckItem, models.PROTECT, related_name="results", verbose_name="检查事项")
    outcome = models.CharField("结果", max_length=8, choices=CheckOutcome)
    note = models.CharField("说明", max_length=300, blank=True)
    hazard = models.ForeignKey(
        Hazard, models.PROTECT, null=True, blank=True, related_name="check_results", verbose_name="转为隐患"
    )

    class Meta:
        verbose_name = verbose_name_plural = "检查事项结果"
        ordering = ["item__order"]
        constraints = [
            models.UniqueConstraint(fields=["inspection", "item"], name="check_result_once"),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.get_outcome_display()}"


class Enforcement(models.Model):
    """One enforcement act against one enterprise, with its amount, persons or area."""

    campaign = models.ForeignKey(
        Campaign, models.PROTECT, related_name="enforcements", verbose_name="专项行动"
    )
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, related_name="enforcements", verbose_name="企业"
    )
    hazard = models.ForeignKey(
        Hazard, models.PROTECT, null=True, blank=True, related_name="enforcements", verbose_name="相关隐患"
    )
    inspection = models.ForeignKey(
        Inspection,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="enforcements",
        verbose_name="相关检查",
    )
    kind = models.CharField("执法措施", max_length=12, choices=EnforcementKind)
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="enforcements", verbose_name="执法单位"
    )
    acted_on = models.DateField("执法日期")
    amount = models.DecimalField(
        "金额（元）",
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    persons = models.PositiveIntegerField("人数（人）", null=True, blank=True)
    area = models.DecimalField(
        "面积（平方米）",
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    document_number = models.CharField("文书编号", max_length=60, blank=True)
    restored_on = models.DateField("恢复供电日期", null=True, blank=True)
    note = models.TextField("说明", blank=True, max_length=2000)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="录入人")
    recorded_at = models.DateTimeField("录入时间")
    voided_on = models.DateField("作废日期", null=True, blank=True)
    void_reason = models.CharField("作废原因", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "执法记录"
        ordering = ["-acted_on", "-id"]
        indexes = [models.Index(fields=["campaign", "-acted_on", "-id"], name="enforcement_by_campaign")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind=EnforcementKind.FINE) | Q(amount__isnull=False), name="fine_has_amount"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.acted_on} {self.get_kind_display()} {self.enterprise}"
