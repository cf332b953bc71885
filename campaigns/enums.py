"""Choices of a campaign and of what its plan asks for."""

from django.db.models import IntegerChoices, TextChoices


class UnitKind(TextChoices):
    """What a unit is in a campaign."""

    MEMBER = "member", "成员单位"
    ASSESSOR = "assessor", "考绩部门"


class Counting(TextChoices):
    """Whose records make up a unit's figures when it reports (P1: counties report, the city rolls up)."""

    OWN = "own", "本单位负责的记录"
    REGION = "region", "本行政区域内的全部记录"
    TYPED = "typed", "手工填报（未使用本系统）"


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


class Precision(TextChoices):
    """How exactly a plan names a day; a vague one means the last day of its span (domain §4)."""

    DAY = "day", "日"
    TEN_DAYS = "ten_days", "旬"
    MONTH = "month", "月"
    QUARTER = "quarter", "季度"
    HALF_YEAR = "half_year", "半年"
    YEAR = "year", "年"
    STANDING = "standing", "常态化"


class Rhythm(TextChoices):
    """How often something is due. Spans of months begin with the month in which the work begins."""

    ONCE = "once", "一次"
    DATES = "dates", "指定日期"
    WEEKLY = "weekly", "每周"
    HALF_MONTHLY = "half_monthly", "每半月"
    MONTHLY = "monthly", "每月"
    TWO_MONTHLY = "two_monthly", "每2个月"
    THREE_MONTHLY = "three_monthly", "每3个月"
    HALF_YEARLY = "half_yearly", "每半年"
    YEARLY = "yearly", "每年"
    THREE_YEARLY = "three_yearly", "每3年"
    STANDING = "standing", "常态化"


class Part(TextChoices):
    """A unit's part in a measure or in a work item."""

    RESPONSIBLE = "responsible", "责任单位"
    COOPERATING = "cooperating", "配合单位"


class PartyGroup(TextChoices):
    """Sets that a plan names where a unit is expected."""

    TASK_FORCES = "task_forces", "各园区专班"
    UNITS = "units", "各成员单位"
    ENTERPRISES = "enterprises", "园区各企业"
    LARGE_ENTERPRISES = "large_enterprises", "规模以上企业"


class WorkKind(TextChoices):
    """What kind of work an item is: a park's page shows when its evaluation and drill are due (P2)."""

    WORK = "work", "一般工作"
    EVALUATION = "evaluation", "安全风险评价"
    DRILL = "drill", "应急演练"


class Extra(TextChoices):
    """Registers that only some plans keep; a campaign's pages show those that it lists."""

    CHECKUPS = "checkups", "风险评价与演练"
    CONTRACTORS = "contractors", "承包商登记"
    PROVISIONS = "provisions", "制度措施清单"
    DISPOSALS = "disposals", "整治改造腾退拔点计划"
    TRAITS = "traits", "企业特征"
    DOUBLE_REPORT = "double_report", "重大隐患双报告"


class DisposalKind(TextChoices):
    """How a place with outstanding hazards is dealt with (P4 §四（四）, §五（二）)."""

    RECTIFY = "rectify", "整治"
    REBUILD = "rebuild", "改造"
    VACATE = "vacate", "腾退"
    REMOVE = "remove", "拔点"


class Light(TextChoices):
    """The light of a deadline, of hazards and of due work alike. Always shown with its words."""

    GREEN = "green", "正常"
    YELLOW = "yellow", "即将到期"
    RED = "red", "逾期"
    GREY = "grey", "无期限"
    ON_TIME = "on_time", "按期完成"
    LATE = "late", "逾期完成"
