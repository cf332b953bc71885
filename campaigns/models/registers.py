"""Registers that only some plans keep: contractors, rules made, places to be dealt with."""

from django.db import models
from django.db.models import Q

from accounts.models import User
from campaigns.enums import DisposalKind
from campaigns.models.campaign import Campaign
from parks.models import Department, Park
from parks.names import name_key


class Contractor(models.Model):
    """A contractor working in the campaign's parks (P2 §二（三）4)."""

    campaign = models.ForeignKey(
        Campaign, models.CASCADE, related_name="contractors", verbose_name="专项行动"
    )
    name = models.CharField("承包商", max_length=120)
    name_key = models.CharField(max_length=120, editable=False)
    credit_code = models.CharField("统一社会信用代码", max_length=18, blank=True)
    contact_name = models.CharField("负责人", max_length=30, blank=True)
    contact_phone = models.CharField("联系电话", max_length=30, blank=True)
    note = models.CharField("备注", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "承包商"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "name_key"],
                name="contractor_once",
                violation_error_message="已登记同名承包商",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        self.name_key = name_key(self.name)
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class ContractorEntry(models.Model):
    """A contractor's entry into one park: what for, how the review 审核登记 ended, how long it holds."""

    contractor = models.ForeignKey(Contractor, models.PROTECT, related_name="entries", verbose_name="承包商")
    park = models.ForeignKey(Park, models.PROTECT, related_name="contractor_entries", verbose_name="园区")
    work = models.CharField("作业内容", max_length=120)
    applied_on = models.DateField("登记日期")
    applied_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="登记人"
    )
    valid_until = models.DateField("有效期至", null=True, blank=True)
    passed = models.BooleanField("审核通过", null=True, blank=True)
    reviewed_on = models.DateField("审核日期", null=True, blank=True)
    reviewed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="审核人"
    )
    review_note = models.CharField("审核意见", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "承包商入园登记"
        ordering = ["-applied_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(passed__isnull=True, reviewed_on__isnull=True)
                | Q(passed__isnull=False, reviewed_on__isnull=False),
                name="contractor_entry_review_whole",
                violation_error_message="审核结论和审核日期须同时填写",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contractor} {self.park}"


class IntegrityRecord(models.Model):
    """One line of a contractor's integrity record 诚信记录: what it did well or badly, and when."""

    contractor = models.ForeignKey(
        Contractor, models.PROTECT, related_name="integrity_records", verbose_name="承包商"
    )
    on = models.DateField("日期")
    good = models.BooleanField("良好行为", default=False)
    text = models.CharField("事实", max_length=300)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="记录人")

    class Meta:
        verbose_name = verbose_name_plural = "承包商诚信记录"
        ordering = ["-on", "-id"]

    def __str__(self) -> str:
        return self.text


class Provision(models.Model):
    """A rule to be made 制度措施: who drafts it, by when, and the document once it is out (P2 §三（二）)."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="provisions", verbose_name="专项行动")
    park = models.ForeignKey(
        Park, models.PROTECT, null=True, blank=True, related_name="provisions", verbose_name="适用园区"
    )
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="provisions", verbose_name="责任单位"
    )
    name = models.CharField("制度措施", max_length=120)
    planned_on = models.DateField("计划出台日期", null=True, blank=True)
    issued_on = models.DateField("出台日期", null=True, blank=True)
    document_number = models.CharField("文号", max_length=60, blank=True)
    note = models.CharField("备注", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "制度措施"
        ordering = ["planned_on", "id"]

    def __str__(self) -> str:
        return self.name


class Disposal(models.Model):
    """A place to be dealt with by the end of a quarter, and who accepted that it was (P4 §五（二）)."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="disposals", verbose_name="专项行动")
    park = models.ForeignKey(Park, models.PROTECT, related_name="disposals", verbose_name="区域场所")
    kind = models.CharField("处置方式", max_length=8, choices=DisposalKind)
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="disposals", verbose_name="责任单位"
    )
    year = models.PositiveSmallIntegerField("年度")
    quarter = models.PositiveSmallIntegerField("季度", choices=[(n, f"第{n}季度") for n in (1, 2, 3, 4)])
    target = models.CharField("整治目标", max_length=300, blank=True)
    done_on = models.DateField("完成日期", null=True, blank=True)
    done_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="完成填报人"
    )
    accepted_on = models.DateField("验收日期", null=True, blank=True)
    accepted_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="验收人"
    )
    acceptance_note = models.CharField("验收意见", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "分季度处置计划"
        ordering = ["year", "quarter", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "park", "kind", "year", "quarter"],
                name="disposal_once",
                violation_error_message="该场所本季度已列入同类处置计划",
            ),
            models.CheckConstraint(
                condition=Q(quarter__gte=1, quarter__lte=4), name="disposal_quarter_is_one_of_four"
            ),
            models.CheckConstraint(
                condition=Q(accepted_on__isnull=True) | Q(done_on__isnull=False),
                name="disposal_done_before_accepted",
                violation_error_message="完成之后才能验收",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.park} {self.get_kind_display()}"
