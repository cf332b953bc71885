"""Choices of a hazard's life. Two legal levels, no third."""

from enum import Enum

from django.db.models import TextChoices


class Level(TextChoices):
    GENERAL = "general", "一般"
    MAJOR = "major", "重大"


class Status(TextChoices):
    REPORTED = "reported", "待交办"
    RECTIFYING = "rectifying", "整改中"
    SUBMITTED = "submitted", "待验收"
    CLOSED = "closed", "已销号"
    VOID = "void", "已作废"


OPEN_STATUSES = (Status.REPORTED, Status.RECTIFYING, Status.SUBMITTED)
"""Statuses in which a hazard still waits for somebody."""


class Action(TextChoices):
    """The verbs; workflow.py says which may follow what."""

    REPORT = "report", "上报"
    REPORT_FIXED = "report_fixed", "上报（即查即改）"
    IMPORT = "import", "台账导入"
    ASSIGN = "assign", "交办"
    PROGRESS = "progress", "填报进度"
    SUBMIT = "submit", "申请验收"
    ACCEPT = "accept", "验收销号"
    REJECT = "reject", "退回"
    REFER = "refer", "抄告"
    RECEIVE = "receive", "签收抄告"
    DECLINE = "decline", "退回抄告"
    COMMIT = "commit", "填报五落实"
    TELL = "tell", "填报双报告"
    ASK_EXTENSION = "ask_extension", "申请延期"
    EXTEND = "extend", "同意延期"
    REFUSE_EXTENSION = "refuse_extension", "不同意延期"
    SUPERVISE = "supervise", "挂牌督办"
    LIFT = "lift", "摘牌"
    ASK_JOINT = "ask_joint", "提请联合执法"
    JOINT = "joint", "联合执法"
    URGE = "urge", "催办"
    MERGE = "merge", "并入同一隐患"
    VOID = "void", "作废"


class Source(TextChoices):
    """Where a hazard was found. found = self-check + the rest (domain: 企业自查 + 检查发现)."""

    SELF_CHECK = "self_check", "企业自查"
    INSPECTION = "inspection", "执法检查"
    PATROL = "patrol", "专班排查"
    JOINT = "joint", "联合执法"
    UNANNOUNCED = "unannounced", "暗访"
    THIRD_PARTY = "third_party", "第三方检查"
    HOTLINE = "hotline", "群众举报（12345）"


class Party(TextChoices):
    """Whose side a person is on towards one hazard; one person can be several."""

    LEAD = "lead", "牵头单位"
    TASK_FORCE = "task_force", "专班"
    RESPONSIBLE = "responsible", "责任单位"
    DEPARTMENT = "department", "成员单位"
    OPERATOR = "operator", "园区业主"


class Given(Enum):
    """What must be so before a step, beside the status: rules.py finds out, the text is the refusal."""

    REFERRAL_WAITING = "没有待签收的抄告"
    NO_REFERRAL_WAITING = "已抄告，正在等待接收单位签收"
    EXTENSION_WAITING = "没有待审批的延期申请"
    NO_EXTENSION_WAITING = "已申请延期，正在等待审批"
    LISTED = "该隐患没有挂牌督办"
    NOT_LISTED = "该隐患已挂牌督办"
    JOINT_NOT_ASKED = "已提请联合执法，正在等待牵头单位组织"
    COMMITTED = "重大隐患须先填报五落实（责任、措施、资金、时限、预案）和判定依据，才能申请验收"
    TOLD_ON_DISCOVERY = "重大隐患须先填报排查发现阶段的双报告，才能申请验收"
    TOLD_ON_COMPLETION = "重大隐患须先填报整改完成阶段的双报告，才能验收销号"


class PhotoKind(TextChoices):
    BEFORE = "before", "整改前"
    PROGRESS = "progress", "整改中"
    AFTER = "after", "整改后"


class InspectionKind(TextChoices):
    SELF_CHECK = "self_check", "企业自查"
    LAW = "law", "执法检查"
    JOINT = "joint", "联合执法"
    UNANNOUNCED = "unannounced", "暗访"
    THIRD_PARTY = "third_party", "第三方检查"
    PATROL = "patrol", "专班巡查"


class EnforcementKind(TextChoices):
    """Enforcement measures, with the unit that each is counted in."""

    FILED = "filed", "立案查处"
    FINE = "fine", "行政处罚（罚款）"
    SUSPENDED = "suspended", "停产停业整改"
    SHUT_DOWN = "shut_down", "依法关闭"
    BANNED = "banned", "取缔"
    TRANSFERRED = "transferred", "移送公安机关追究刑事责任"
    DETAINED = "detained", "行政拘留"
    POWER_CUT = "power_cut", "停电"
    SEALED = "sealed", "查封"
    SUMMONED = "summoned", "约谈"
    CIRCULATED = "circulated", "通报"
    URGED = "urged", "督促函"
    SANCTIONED = "sanctioned", "联合惩戒"
    DEMOLISHED = "demolished", "拆除违法建筑"


class BatchState(TextChoices):
    """Life of an imported workbook."""

    READING = "reading", "读取中"
    PREVIEW = "preview", "待确认"
    SAVING = "saving", "导入中"
    DONE = "done", "已导入"
    UNDONE = "undone", "已撤销"
    FAILED = "failed", "未成功"


class Outcome(TextChoices):
    """How something that was asked for ended."""

    WAITING = "waiting", "待答复"
    AGREED = "agreed", "同意"
    REFUSED = "refused", "不同意"
    WITHDRAWN = "dropped", "已失效"


class SupervisionLevel(TextChoices):
    """Whose listed supervision it is."""

    TOWN = "town", "乡镇（街道）级"
    COUNTY = "county", "县（市、区）级"
    CITY = "city", "设区市级"
    PROVINCE = "province", "省级"


class ReportStage(TextChoices):
    """When a double report is due (P3 §三（二）1)."""

    DISCOVERY = "discovery", "排查发现"
    COMPLETION = "completion", "整改完成"


class CheckOutcome(TextChoices):
    """What a visit found on a check item."""

    PASS = "pass", "符合"
    FAIL = "fail", "不符合"
    NOT_APPLICABLE = "na", "不涉及"
