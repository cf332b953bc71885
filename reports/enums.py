"""Choices of a report."""

from django.db.models import TextChoices


class ReportKind(TextChoices):
    WEEKLY = "weekly", "周报"


class ReportState(TextChoices):
    """draft → filled in 填报 → reviewed 审核 → issued 印发."""

    DRAFT = "draft", "已汇总"
