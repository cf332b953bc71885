"""What happens to a hazard beside its status: extension, referral, supervision, joint enforcement, and
what the law asks of a major one. Rows are answered once and never deleted, but for the double report of
a completion that is sent back; history rows tell the whole story.
"""

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from campaigns.models import Campaign
from hazards.enums import Outcome, ReportStage, SupervisionLevel
from hazards.models.hazard import Hazard
from parks.models import Department


class Extension(models.Model):
    """A later deadline asked for by those who repair and decided by somebody else; both dates stay."""

    hazard = models.ForeignKey(Hazard, models.PROTECT, related_name="extensions", verbose_name="隐患")
    from_due_on = models.DateField("原期限")
    to_due_on = models.DateField("申请延至")
    reason = models.CharField("延期原因", max_length=500)
    interim = models.CharField("延期期间管控措施", max_length=500)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="申请人")
    asked_on = models.DateField("申请日期")
    outcome = models.CharField("结果", max_length=8, choices=Outcome, default=Outcome.WAITING)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="审批人"
    )
    decided_on = models.DateField("审批日期", null=True, blank=True)
    decision_note = models.CharField("审批意见", max_length=500, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "延期"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["hazard"], condition=Q(outcome=Outcome.WAITING), name="extension_one_waiting"
            ),
            models.CheckConstraint(
                condition=Q(to_due_on__gt=F("from_due_on")), name="extension_goes_forward"
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
                name="extension_decided_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hazard} {self.from_due_on} → {self.to_due_on}"


class Referral(models.Model):
    """A hazard handed to the unit whose matter it is 抄告, with its receipt or refusal (P1 §五（三）)."""

    hazard = models.ForeignKey(Hazard, models.PROTECT, related_name="referrals", verbose_name="隐患")
    sender = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="抄告单位"
    )
    receiver = models.ForeignKey(
        Department, models.PROTECT, related_name="referrals", verbose_name="接收单位"
    )
    reason = models.CharField("抄告原因", max_length=500)
    referred_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="抄告人")
    referred_on = models.DateField("抄告日期")
    outcome = models.CharField("结果", max_length=8, choices=Outcome, default=Outcome.WAITING)
    answered_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="签收人"
    )
    answered_on = models.DateField("签收日期", null=True, blank=True)
    answer_note = models.CharField("签收意见", max_length=500, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "抄告"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["hazard"], condition=Q(outcome=Outcome.WAITING), name="referral_one_waiting"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hazard} → {self.receiver}"


class Supervision(models.Model):
    """A major hazard under listed supervision 挂牌督办 until it is lifted 摘牌."""

    hazard = models.ForeignKey(Hazard, models.PROTECT, related_name="supervisions", verbose_name="隐患")
    level = models.CharField("督办级别", max_length=8, choices=SupervisionLevel)
    number = models.CharField("督办文号", max_length=60)
    published_on = models.DateField("挂牌日期")
    due_on = models.DateField("督办期限")
    note = models.CharField("督办要求", max_length=500, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="挂牌人")
    lifted_on = models.DateField("摘牌日期", null=True, blank=True)
    lifted_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="摘牌人"
    )
    lift_note = models.CharField("摘牌说明", max_length=500, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "挂牌督办"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["hazard"], condition=Q(lifted_on__isnull=True), name="supervision_one_listed"
            ),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("published_on")), name="supervision_due_after_published"
            ),
            models.CheckConstraint(
                condition=Q(lifted_on__isnull=True) | Q(lifted_on__gte=F("published_on")),
                name="supervision_lifted_after_published",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hazard} {self.number}"


class JointEnforcement(models.Model):
    """One joint enforcement 联合执法, convened by the lead bureau: units, outcome, hazards (P0 二.8)."""

    campaign = models.ForeignKey(
        Campaign, models.PROTECT, related_name="joint_enforcements", verbose_name="专项行动"
    )
    title = models.CharField("名称", max_length=120)
    held_on = models.DateField("日期")
    units = models.ManyToManyField(Department, related_name="joint_enforcements", verbose_name="参加单位")
    hazards = models.ManyToManyField(Hazard, related_name="joint_enforcements", verbose_name="涉及隐患")
    outcome = models.TextField("执法结果", max_length=2000, blank=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="录入人")
    recorded_at = models.DateTimeField("录入时间")
    voided_on = models.DateField("作废日期", null=True, blank=True)
    void_reason = models.CharField("作废原因", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "联合执法"
        ordering = ["-held_on", "-id"]

    def __str__(self) -> str:
        return self.title


class Commitments(models.Model):
    """五落实 of a major hazard: all five before it may be submitted (P3 §四（三）)."""

    hazard = models.OneToOneField(Hazard, models.PROTECT, related_name="commitments", verbose_name="隐患")
    duty = models.CharField("责任", max_length=300, help_text="谁负责整改")
    measures = models.CharField("措施", max_length=300, help_text="采取什么整改措施")
    funds = models.CharField("资金", max_length=300, help_text="资金来源和数额")
    time_limit = models.CharField("时限", max_length=300, help_text="分步完成的时间")
    emergency_plan = models.CharField("预案", max_length=300, help_text="整改期间的应急预案")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="填报人")
    at = models.DateTimeField("填报时间")

    class Meta:
        verbose_name = verbose_name_plural = "五落实"

    def __str__(self) -> str:
        return str(self.hazard)


class DoubleReport(models.Model):
    """双报告 of a major hazard: to the regulator and to the staff assembly, when found and when done."""

    hazard = models.ForeignKey(Hazard, models.PROTECT, related_name="double_reports", verbose_name="隐患")
    stage = models.CharField("阶段", max_length=10, choices=ReportStage)
    regulator_on = models.DateField("向监管部门报告日期")
    assembly_on = models.DateField("向职工大会报告日期")
    note = models.CharField("说明", max_length=300, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="填报人")
    at = models.DateTimeField("填报时间")

    class Meta:
        verbose_name = verbose_name_plural = "双报告"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["hazard", "stage"], name="double_report_once_a_stage"),
        ]

    def __str__(self) -> str:
        return f"{self.hazard} {self.get_stage_display()}"


class SavedView(models.Model):
    """A list as one person likes it: the query of its address under a name."""

    user = models.ForeignKey(User, models.CASCADE, related_name="saved_views", verbose_name="用户")
    campaign = models.ForeignKey(
        Campaign, models.CASCADE, related_name="saved_views", verbose_name="专项行动"
    )
    name = models.CharField("名称", max_length=30)
    query = models.CharField("条件", max_length=1000, blank=True)
    is_default = models.BooleanField("默认打开", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "我的视图"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "campaign"], condition=Q(is_default=True), name="saved_view_one_default"
            ),
            models.UniqueConstraint(
                fields=["user", "campaign", "name"],
                name="saved_view_once",
                violation_error_message="已有同名视图",
            ),
        ]

    def __str__(self) -> str:
        return self.name
