"""People, what they may act as, and the trail of what they did."""

from typing import Any

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.enums import AuditResult, Role
from accounts.seals import digest_of
from accounts.separation import APART, why_not_together
from parks.models import Department, Park


class User(AbstractUser):
    """A person who signs in. Rights come from memberships, never from the phone number."""

    full_name = models.CharField("姓名", max_length=30)
    title = models.CharField("职务", max_length=40, blank=True)
    phone = models.CharField("手机号码", max_length=30, blank=True)
    department = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="people",
        verbose_name="所在单位",
        help_text="本人的工作单位；重大隐患的验收人须与申请人不在同一单位",
    )
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]

    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        verbose_name = verbose_name_plural = "用户"
        ordering = ["id"]

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name

    def is_in_task_force(self) -> bool:
        """Whether the person has a place in any task force (the rows live in campaigns)."""
        rows: models.Manager[models.Model] = self.task_force_rows
        return rows.exists()


class Membership(models.Model):
    """A role that a person holds, tied to a unit or, for an operator, to a park."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships", verbose_name="用户")
    role = models.CharField("角色", max_length=16, choices=Role)
    department = models.ForeignKey(Department, models.CASCADE, null=True, blank=True, verbose_name="单位")
    park = models.ForeignKey(Park, models.CASCADE, null=True, blank=True, verbose_name="园区")

    class Meta:
        verbose_name = verbose_name_plural = "角色"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                "user",
                "role",
                Coalesce("department", 0, output_field=models.BigIntegerField()),
                Coalesce("park", 0, output_field=models.BigIntegerField()),
                name="membership_once",
                violation_error_message="该角色已授予",
            ),
            models.CheckConstraint(
                condition=(
                    Q(
                        role__in=[Role.LEAD, Role.DEPARTMENT, Role.LEADER],
                        department__isnull=False,
                        park__isnull=True,
                    )
                    | Q(role=Role.OPERATOR, park__isnull=False, department__isnull=True)
                    | Q(
                        role__in=[Role.SYSTEM_ADMIN, Role.AUDITOR], department__isnull=True, park__isnull=True
                    )
                ),
                name="membership_tied_to_its_kind",
                violation_error_message="牵头单位、责任单位、领导须选单位；园区业主须选园区；系统与审计管理员两者都不选",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.department or self.park or '全系统'}"

    # Set by a form set that has already judged all roles of the person together.
    judged_with_others = False

    def save(self, *args: Any, **kwargs: Any) -> None:
        # Also for commands and shells: no path may leave one person with two of the three.
        if not self.judged_with_others:
            self.check_separation()
        super().save(*args, **kwargs)
        if self.role in APART and not self.user.is_staff:
            # Their work is in the admin; it closes again with the role (accounts/admin.py).
            self.user.is_staff = True
            self.user.save(update_fields=["is_staff"])

    def clean(self) -> None:
        if self.user_id and not self.judged_with_others:
            self.check_separation()

    def check_separation(self) -> None:
        """Raise ValidationError when the role does not go with what the person holds already."""
        others = self.user.memberships.exclude(pk=self.pk).values_list("role", flat=True)
        reason = why_not_together(
            {*others, self.role},
            superuser=self.user.is_superuser,
            in_task_force=self.user.is_in_task_force(),
        )
        if reason:
            raise ValidationError({"role": reason})


class AuditEntry(models.Model):
    """One act worth keeping: sign-in, refusal, import, export, download, change. Written once."""

    at = models.DateTimeField("时间", default=timezone.now, editable=False, db_index=True)
    # People are switched off, not deleted: a row that is never changed could not lose its user either.
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, verbose_name="用户")
    username = models.CharField("账号", max_length=150, blank=True)
    address = models.GenericIPAddressField("来源地址", null=True, blank=True)
    act = models.CharField("行为", max_length=40)
    target = models.CharField("对象", max_length=200, blank=True)
    result = models.CharField("结果", max_length=8, choices=AuditResult, default=AuditResult.OK)
    detail = models.JSONField("详情", default=dict, blank=True)
    digest = models.CharField("校验码", max_length=64, editable=False, default="")

    class Meta:
        verbose_name = verbose_name_plural = "审计记录"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.username} {self.act}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("an audit entry is never changed")
        self.digest = digest_of(self)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("an audit entry is never deleted")


class AuditSeal(models.Model):
    """Closes a run of audit rows: taking one out, adding or changing one afterwards breaks the digest."""

    made_at = models.DateTimeField("时间", default=timezone.now, editable=False)
    until = models.DateTimeField("截止", help_text="早于此时间的审计记录已封存")
    rows = models.PositiveIntegerField("记录数")
    digest = models.CharField("校验码", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "审计封存"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.until:%Y-%m-%d %H:%M} {self.rows}"
