"""Choices of a report."""

from django.db.models import TextChoices


class ReportKind(TextChoices):
    WEEKLY = "weekly", "周报"


class ReportState(TextChoices):
    """draft → filled in 填报 → reviewed 审核 → issued 印发."""

    DRAFT = "draft", "已汇总"


class PlanForm(TextChoices):
    """The official forms that fill parts of a campaign's plan."""

    DUTIES = "longgang-1", "部门责任清单"
    MEASURES = "longgang-2", "管控措施"
    TASK_FORCES = "longgang-3", "专班分工表"
    CONTACTS = "taizhou-1", "负责人名单"
    WORK_ITEMS = "zhengyang-1", "工作清单和责任清单"


class PlanImportState(TextChoices):
    """Life of a workbook with parts of a plan."""

    PREVIEW = "preview", "待确认"
    DONE = "done", "已导入"
    UNDONE = "undone", "已撤销"
