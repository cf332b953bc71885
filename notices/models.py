"""What a person should know about a hazard."""

from django.db import models
from django.db.models import Q

from accounts.models import User
from hazards.models import Hazard
from notices.enums import NoticeKind


class Notice(models.Model):
    """One message to one person. `due_on` is the day that makes it one of its kind, see actions.py."""

    user = models.ForeignKey(
        User, models.CASCADE, related_name="notices", db_index=False, verbose_name="收件人"
    )
    kind = models.CharField("类别", max_length=10, choices=NoticeKind)
    hazard = models.ForeignKey(Hazard, models.PROTECT, related_name="notices", verbose_name="隐患")
    due_on = models.DateField("相关日期")
    text = models.CharField("内容", max_length=300)
    created_at = models.DateTimeField("时间")
    read_at = models.DateTimeField("已读时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "提醒"
        ordering = ["-id"]
        constraints = [
            # Two schedules, two workers or a second run: the database says each thing once.
            models.UniqueConstraint(fields=["user", "kind", "hazard", "due_on"], name="notice_once"),
        ]
        indexes = [
            models.Index(fields=["user", "-id"], name="notice_by_user"),
            models.Index(fields=["user"], name="notice_unread", condition=Q(read_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.text
