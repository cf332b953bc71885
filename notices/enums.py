"""Kinds of notice."""

from django.db.models import TextChoices


class NoticeKind(TextChoices):
    """What a notice is about; the tone in which a page shows it follows from this."""

    ASSIGNED = "assigned", "交办"
    SUBMITTED = "submitted", "待验收"
    RETURNED = "returned", "退回"
    DUE_SOON = "due_soon", "即将到期"
    OVERDUE = "overdue", "逾期"
    URGED = "urged", "催办"
    EXTENSION = "extension", "延期"
    REFERRED = "referred", "抄告"
    SUPERVISED = "supervised", "挂牌督办"
    JOINT = "joint", "联合执法"
