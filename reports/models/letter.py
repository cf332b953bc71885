"""督办函: the lead bureau's letter to a unit about hazards that it lets lie. What is issued stays."""

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from campaigns.models import Campaign
from hazards.enums import Level
from hazards.models import Hazard
from parks.models import Department
from reports.models.report import AppendOnly


class SupervisionLetter(models.Model):
    """One letter as it was issued; only its voiding is written later (the database refuses the rest).

    `sender`, `addressee`: the units' names on that day. `opening`: the paragraph that the system composed
    of the facts; `requirement`: what the officer asks for. sha256: of the workbook's bytes.
    """

    campaign = models.ForeignKey(
        Campaign, models.PROTECT, related_name="supervision_letters", verbose_name="专项行动"
    )
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="supervision_letters", verbose_name="主送单位"
    )
    year = models.PositiveSmallIntegerField("年份")
    serial = models.PositiveIntegerField("序号")
    number = models.CharField("文号", max_length=60, unique=True)
    title = models.CharField("标题", max_length=120)
    sender = models.CharField("发函单位", max_length=120)
    addressee = models.CharField("主送单位名称", max_length=120)
    opening = models.TextField("正文", max_length=1000)
    requirement = models.TextField("办理要求", max_length=2000)
    issued_on = models.DateField("印发日期")
    reply_by = models.DateField("回复期限")
    issued_at = models.DateTimeField("印发时间")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="印发人")
    workbook = models.FileField("工作簿", upload_to="letters/%Y/%m/")
    sha256 = models.CharField(max_length=64)
    voided_on = models.DateField("作废日期", null=True, blank=True)
    voided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="作废人"
    )
    void_reason = models.CharField("作废原因", max_length=200, blank=True)
    annexed = models.BooleanField("隐患清单作为附件", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "督办函"
        ordering = ["-issued_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "year", "serial"], name="letter_number_once"),
            models.CheckConstraint(
                condition=Q(reply_by__gte=F("issued_on")),
                name="letter_reply_after_issue",
                violation_error_message="回复期限不能早于印发日期",
            ),
            models.CheckConstraint(
                condition=Q(voided_on=None, voided_by=None, void_reason="")
                | (Q(voided_on__isnull=False, voided_by__isnull=False) & ~Q(void_reason="")),
                name="letter_voided_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def closing(self) -> str:
        """The last sentence: until when the unit is to answer, and whom."""
        day = self.reply_by
        return f"请于{day.year}年{day.month}月{day.day}日前将办理情况书面回复{self.sender}。"

    @property
    def where_listed(self) -> str:
        """The sentence that leads to the table: below it, or annexed when it is long."""
        return "清单见附件，请按下列要求办理：" if self.annexed else "具体隐患如下："

    @property
    def asks(self) -> str:
        """What leads from the table to the requirement."""
        return "请你单位抓紧办理，并按下列要求落实："

    @property
    def demands(self) -> list[str]:
        """The requirement's paragraphs."""
        return [line.strip() for line in self.requirement.splitlines() if line.strip()]


MOST_INSIDE = 8
"""Hazards that a letter lists between its paragraphs; more of them become its annex."""


class LetterHazard(AppendOnly):
    """A hazard in a letter, as it was on the day of issue."""

    letter = models.ForeignKey(SupervisionLetter, models.PROTECT, related_name="rows", verbose_name="督办函")
    hazard = models.ForeignKey(Hazard, models.PROTECT, related_name="letter_rows", verbose_name="隐患")
    order = models.PositiveSmallIntegerField("序号")
    number = models.CharField("编号", max_length=40)
    park = models.CharField("园区", max_length=120)
    place = models.CharField("发生位置", max_length=300)
    description = models.TextField("问题")
    level = models.CharField("级别", max_length=8, choices=Level)
    due_on = models.DateField("整改期限")
    days_over = models.PositiveIntegerField("逾期天数", help_text="未逾期为 0")

    class Meta:
        verbose_name = verbose_name_plural = "督办函所列隐患"
        ordering = ["letter", "order"]
        constraints = [
            models.UniqueConstraint(fields=["letter", "hazard"], name="letter_hazard_once"),
        ]

    def __str__(self) -> str:
        return f"{self.letter_id} {self.number}"

    @property
    def is_major(self) -> bool:
        return self.level == Level.MAJOR


class LetterReply(AppendOnly):
    """What the unit answered; a further answer adds to the one before."""

    letter = models.ForeignKey(
        SupervisionLetter, models.PROTECT, related_name="replies", verbose_name="督办函"
    )
    text = models.TextField("回复内容", max_length=2000)
    on = models.DateField("回复日期")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="回复人")
    at = models.DateTimeField("录入时间")

    class Meta:
        verbose_name = verbose_name_plural = "督办函回复"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.letter_id} {self.on}"
