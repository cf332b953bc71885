"""What a person should know, the rules by which it is told, and the messages that carry it outside.

Every notice is a row of a person's inbox. What goes out of the system is a digest: one message a day,
person and way out, with the notices that it carries; each notice goes out by each way once.
"""

import uuid
from datetime import time

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.urls import reverse

from accounts.models import User
from campaigns.models import Campaign, Occurrence
from hazards.enums import Action, Level
from hazards.models import Hazard, ImportBatch
from notices.enums import Channel, DeliveryState, NoticeKind
from reports.models import ReportReminder, SupervisionLetter


def _or_none(name: str) -> Coalesce:
    """The id, 0 for none: a unique index takes two NULLs for different."""
    return Coalesce(name, 0, output_field=models.BigIntegerField())


SUBJECTS = ("hazard", "occurrence", "reminder", "batch", "letter")
"""What a notice may be about: exactly one of them."""


def _only(name: str) -> Q:
    """It is about this and about nothing else."""
    return Q(**{f"{other}__isnull": other != name for other in SUBJECTS})


class Notice(models.Model):
    """One thing that one person should know, about one hazard, due work, report, import or letter.

    due_on and step make it one of its kind: the day in question, and for deadlines how many days before
    or after it, for events the version of the hazard to which they led. late: it should have been told
    while the schedule stood still. obsolete_at: when it was found to be settled, or was said anew; digests
    leave it out.
    """

    user = models.ForeignKey(
        User, models.CASCADE, related_name="notices", db_index=False, verbose_name="收件人"
    )
    campaign = models.ForeignKey(
        Campaign, models.CASCADE, null=True, related_name="+", verbose_name="专项行动"
    )
    kind = models.CharField("类别", max_length=14, choices=NoticeKind)
    hazard = models.ForeignKey(
        Hazard, models.PROTECT, null=True, blank=True, related_name="notices", verbose_name="隐患"
    )
    occurrence = models.ForeignKey(
        Occurrence, models.CASCADE, null=True, blank=True, related_name="notices", verbose_name="到期工作"
    )
    reminder = models.ForeignKey(
        ReportReminder, models.PROTECT, null=True, blank=True, related_name="notices", verbose_name="催报"
    )
    batch = models.ForeignKey(
        ImportBatch, models.PROTECT, null=True, blank=True, related_name="notices", verbose_name="台账导入"
    )
    letter = models.ForeignKey(
        SupervisionLetter,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="notices",
        verbose_name="督办函",
    )
    due_on = models.DateField("相关日期")
    step = models.IntegerField("第几次", default=0)
    text = models.CharField("内容", max_length=300)
    late = models.BooleanField("补发", default=False)
    created_at = models.DateTimeField("时间")
    read_at = models.DateTimeField("已读时间", null=True, blank=True)
    obsolete_at = models.DateTimeField("失效时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "提醒"
        ordering = ["-id"]
        constraints = [
            # Two schedules, four workers or a second run: the database says each thing once (J1).
            models.UniqueConstraint(
                "user",
                "kind",
                _or_none("hazard"),
                _or_none("occurrence"),
                _or_none("reminder"),
                _or_none("batch"),
                _or_none("letter"),
                "due_on",
                "step",
                name="notice_said_once",
            ),
            models.CheckConstraint(
                condition=_only("hazard")
                | _only("occurrence")
                | _only("reminder")
                | _only("batch")
                | _only("letter"),
                name="notice_of_one_thing",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-id"], name="notice_by_user"),
            models.Index(fields=["user"], name="notice_unread", condition=Q(read_at__isnull=True)),
            models.Index(fields=["campaign", "due_on"], name="notice_by_day"),
        ]

    def __str__(self) -> str:
        return self.text

    def address(self) -> str:
        """Where what it is about is shown."""
        if self.hazard_id:
            return self._of_hazard()
        if self.occurrence_id:
            return reverse("campaigns:work_detail", args=[self.occurrence_id])
        if self.batch_id:
            return reverse("reports:import_detail", args=[self.batch_id])
        if self.letter_id:
            return reverse("reports:letter", args=[self.letter_id])
        assert self.reminder is not None
        period = self.reminder.period_end.isoformat()
        return f"{reverse('reports:list')}?form={self.reminder.form}&period={period}"

    def _of_hazard(self) -> str:
        """The hazard; a proposal leads to the form of what is proposed."""
        assert self.hazard is not None
        page = reverse("hazards:detail", args=[self.hazard.pk])
        if self.kind != NoticeKind.PROPOSED or not self.hazard.is_open:
            return page
        listed = self.hazard.supervisions.filter(lifted_on=None).exists()
        if self.hazard.level == Level.MAJOR and not listed:
            return f"{page}?do={Action.SUPERVISE}#act-{Action.SUPERVISE}"
        return f"{reverse('reports:letter_new')}?hazard={self.hazard.pk}"

    @property
    def about(self) -> str:
        """What it is about, by number or name."""
        if self.reminder:
            return str(self.reminder.department)
        return str(self.hazard or self.occurrence or self.batch or self.letter)


class NoticeRule(models.Model):
    """How one campaign deals with one kind, where it does not follow the default of kinds.py."""

    campaign = models.ForeignKey(
        Campaign, models.CASCADE, related_name="notice_rules", verbose_name="专项行动"
    )
    kind = models.CharField("类别", max_length=14, choices=NoticeKind)
    enabled = models.BooleanField("启用", default=True)
    days = models.JSONField("提前或逾期天数", default=list, blank=True)
    working_days = models.BooleanField("按工作日计算", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "提醒规则"
        ordering = ["campaign", "id"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "kind"], name="notice_rule_once"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class NoticeSettings(models.Model):
    """When a campaign's messages go out, and how far up what is overdue is told."""

    campaign = models.OneToOneField(
        Campaign, models.CASCADE, related_name="notice_settings", verbose_name="专项行动"
    )
    digest_at = models.TimeField("每日发送时间", default=time(8, 0))
    quiet_from = models.TimeField("免打扰起", default=time(21, 0))
    quiet_to = models.TimeField("免打扰止", default=time(7, 30))
    leader_after = models.PositiveSmallIntegerField(
        "逾期几天告知责任单位领导", default=3, validators=[MinValueValidator(1), MaxValueValidator(365)]
    )
    lead_after = models.PositiveSmallIntegerField(
        "逾期几天告知牵头单位", default=7, validators=[MinValueValidator(1), MaxValueValidator(365)]
    )
    propose_after = models.PositiveSmallIntegerField(
        "逾期几天建议督办", default=15, validators=[MinValueValidator(1), MaxValueValidator(365)]
    )
    scanned_at = models.DateTimeField("上次检查时间", null=True, blank=True, editable=False)
    # By the wall clock, whatever the business date: who scans now, and whether scanning stands still.
    scan_begun_at = models.DateTimeField(null=True, blank=True, editable=False)
    scan_ended_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "提醒设置"
        constraints = [
            models.CheckConstraint(
                condition=Q(leader_after__lte=models.F("lead_after"))
                & Q(lead_after__lte=models.F("propose_after")),
                name="notice_ladder_goes_up",
                violation_error_message="逾期天数应逐级递增：责任单位领导、牵头单位、建议督办",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign} 提醒设置"


class Robot(models.Model):
    """A group's robot to which a campaign's daily digest goes. Its address is a secret."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="robots", verbose_name="专项行动")
    channel = models.CharField(
        "类型", max_length=10, choices=[c for c in Channel.choices if c[0] != Channel.EMAIL]
    )
    name = models.CharField("名称", max_length=40)
    address = models.CharField("Webhook 地址", max_length=500)
    secret = models.CharField("加签密钥", max_length=200, blank=True)
    active = models.BooleanField("启用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "群机器人"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "name"], name="robot_once", violation_error_message="已有同名机器人"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Preference(models.Model):
    """What a person wants by e-mail; the inbox holds everything whatever they want."""

    user = models.OneToOneField(User, models.CASCADE, related_name="notice_preference", verbose_name="用户")
    by_email = models.BooleanField("发送电子邮件", default=True)
    muted = models.JSONField("不发邮件的类别", default=list, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "提醒偏好"

    def __str__(self) -> str:
        return str(self.user)


class Delivery(models.Model):
    """One message on its way out: a person's digest of a day by e-mail, or a robot's.

    lease: who has claimed it, until lease_until; when that passes without a mark, it is sent again and
    `repeated` says that it may be a second time (J4). late: its day had passed when it was written.
    """

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    channel = models.CharField("途径", max_length=10, choices=Channel)
    user = models.ForeignKey(
        User, models.CASCADE, null=True, blank=True, related_name="deliveries", verbose_name="收件人"
    )
    robot = models.ForeignKey(
        Robot, models.CASCADE, null=True, blank=True, related_name="deliveries", verbose_name="群机器人"
    )
    day = models.DateField("日期")
    subject = models.CharField("标题", max_length=200)
    text = models.TextField("正文")
    html = models.TextField("网页正文", blank=True)
    state = models.CharField("状态", max_length=8, choices=DeliveryState, default=DeliveryState.WAITING)
    attempts = models.PositiveSmallIntegerField("尝试次数", default=0)
    next_try_at = models.DateTimeField("下次尝试时间")
    tried_at = models.DateTimeField("最近尝试时间", null=True, blank=True)
    lease = models.UUIDField(null=True, blank=True, editable=False)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    repeated = models.BooleanField("可能重复", default=False)
    late = models.BooleanField("补发", default=False)
    sent_at = models.DateTimeField("发送时间", null=True, blank=True)
    error = models.CharField("原因", max_length=300, blank=True)
    created_at = models.DateTimeField("生成时间")
    notices = models.ManyToManyField(Notice, through="Carried", related_name="deliveries")

    class Meta:
        verbose_name = verbose_name_plural = "发送记录"
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                "channel", _or_none("user"), _or_none("robot"), "day", name="digest_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(channel=Channel.EMAIL, user__isnull=False, robot__isnull=True)
                | (~Q(channel=Channel.EMAIL) & Q(user__isnull=True, robot__isnull=False)),
                name="delivery_to_one",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                name="delivery_open",
                condition=Q(state__in=[DeliveryState.WAITING, DeliveryState.SENDING]),
            ),
        ]

    def __str__(self) -> str:
        return self.subject


class Carried(models.Model):
    """A notice in a message. `way` is the e-mail (0) or the robot: by each way a notice goes out once."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="carried")
    notice = models.ForeignKey(Notice, models.CASCADE, related_name="carried")
    way = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notice", "way"], name="notice_carried_once")]

    def __str__(self) -> str:
        return f"{self.notice_id} → {self.delivery_id}"
