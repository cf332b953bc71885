"""Choices of a report."""

from django.db.models import TextChoices


class ReportState(TextChoices):
    """draft → filled in 填报 → reviewed 审核 → issued 印发; workflow.py says what may follow what."""

    DRAFT = "draft", "待填报"
    FILLED = "filled", "待审核"
    REVIEWED = "reviewed", "待印发"
    ISSUED = "issued", "已印发"


class ReportAction(TextChoices):
    """What is done to a report; each leaves a row of history."""

    COMPILE = "compile", "汇总"
    TYPE = "type", "手工填数"
    FILL = "fill", "填报"
    NIL = "nil", "零报告"
    REVIEW = "review", "审核通过"
    RETURN = "return", "退回"
    ISSUE = "issue", "印发"
    REOPEN = "reopen", "重新编制"


class HandedIn(TextChoices):
    """Whether a unit that owes a report has handed it in 报送, at a glance."""

    ON_TIME = "on_time", "按时"
    LATE = "late", "迟报"
    NIL = "nil", "零报告"
    MISSING = "missing", "缺报"
    WAITING = "waiting", "未到期"


class Severity(TextChoices):
    """What a broken check 勾稽关系 means: an error stops the report, a warning wants a note."""

    ERROR = "error", "错误"
    WARNING = "warning", "提示"


class ExportState(TextChoices):
    """Life of a list that is written in the background."""

    WAITING = "waiting", "排队中"
    WRITING = "writing", "生成中"
    DONE = "done", "已完成"
    CANCELLED = "cancelled", "已取消"
    FAILED = "failed", "未成功"
    EXPIRED = "expired", "已过期"


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
