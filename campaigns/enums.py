"""Choices of a campaign."""

from django.db.models import IntegerChoices, TextChoices


class UnitKind(TextChoices):
    """What a unit is in a campaign."""

    MEMBER = "member", "成员单位"
    ASSESSOR = "assessor", "考绩部门"


class MemberDuty(TextChoices):
    """What a person is in a task force (P0 附件3)."""

    LEADER = "leader", "分管领导"
    OWNER = "owner", "责任人"
    LIAISON = "liaison", "联络员"
    MEMBER = "member", "成员"


class Weekday(IntegerChoices):
    """ISO weekdays: Monday is 1."""

    MONDAY = 1, "周一"
    TUESDAY = 2, "周二"
    WEDNESDAY = 3, "周三"
    THURSDAY = 4, "周四"
    FRIDAY = 5, "周五"
    SATURDAY = 6, "周六"
    SUNDAY = 7, "周日"
