"""Kinds of notice, the ways they go out, and how far a message is."""

from django.db.models import TextChoices


class NoticeKind(TextChoices):
    """What a notice is about; kinds.py says how each behaves, pages show its tone by it."""

    ASSIGNED = "assigned", "交办"
    SUBMITTED = "submitted", "待验收"
    RETURNED = "returned", "退回"
    DUE_SOON = "due_soon", "即将到期"
    OVERDUE = "overdue", "逾期"
    ESCALATED = "escalated", "逾期上报"
    PROPOSED = "proposed", "建议督办"
    URGED = "urged", "催办"
    EXTENSION = "extension", "延期"
    REFERRED = "referred", "抄告"
    SUPERVISED = "supervised", "挂牌督办"
    LETTER = "letter", "督办函"
    JOINT = "joint", "联合执法"
    REPORT_DUE = "report_due", "报表到期"
    REPORT_MISSING = "report_missing", "缺报"
    REPORT_ASKED = "report", "催报"
    WORK_DUE = "work_due", "工作到期"
    CHECKUP_DUE = "checkup_due", "评价演练到期"
    IMPORTED = "imported", "导入完成"


class Channel(TextChoices):
    """Ways out of the system; the inbox is inside it, and every notice stands there."""

    EMAIL = "email", "电子邮件"
    DINGTALK = "dingtalk", "钉钉群机器人"
    WECOM = "wecom", "企业微信群机器人"
    FEISHU = "feishu", "飞书群机器人"


class DeliveryState(TextChoices):
    """How far a message is: claimed with a lease, sent, then marked (security J4)."""

    WAITING = "waiting", "待发送"
    SENDING = "sending", "发送中"
    SENT = "sent", "已发送"
    FAILED = "failed", "发送失败"
    DROPPED = "dropped", "不再需要"
