"""What is said when, by default, and what a person may turn off: one table.

`days`: for what falls due, how many days before; for what is late, how many days after, the last repeated
weekly. Rules of a campaign (models.NoticeRule) may set other days.
"""

from dataclasses import dataclass

from notices.enums import NoticeKind


@dataclass(frozen=True)
class Kind:
    """How one kind behaves. mutable: a person may keep it out of e-mail; never out of the inbox.

    A kind with days is told so many days before its day, or with `after` so many days after it.
    """

    about: str
    days: tuple[int, ...] = ()
    mutable: bool = True
    after: bool = False


KINDS: dict[NoticeKind, Kind] = {
    NoticeKind.ASSIGNED: Kind("隐患交办给您所在的单位或专班"),
    NoticeKind.SUBMITTED: Kind("隐患已申请验收，等您验收"),
    NoticeKind.RETURNED: Kind("验收未通过，退回整改"),
    NoticeKind.DUE_SOON: Kind("隐患整改期限将到", (7, 3, 1, 0)),
    NoticeKind.OVERDUE: Kind(
        "隐患已逾期，最后一次之后每周提醒", (1, 2, 3, 4, 5, 6, 7), mutable=False, after=True
    ),
    NoticeKind.ESCALATED: Kind("逾期较久的隐患告知责任单位领导、牵头单位", mutable=False),
    NoticeKind.PROPOSED: Kind("逾期很久的隐患建议督办", mutable=False),
    NoticeKind.URGED: Kind("牵头单位催办", mutable=False),
    NoticeKind.EXTENSION: Kind("延期的申请和答复"),
    NoticeKind.REFERRED: Kind("抄告、签收和退回"),
    NoticeKind.SUPERVISED: Kind("挂牌督办", mutable=False),
    NoticeKind.LETTER: Kind("督办函的印发、回复和逾期未回复", mutable=False),
    NoticeKind.JOINT: Kind("联合执法的提请和开展"),
    NoticeKind.REPORT_DUE: Kind("报表将到报送时间", (1, 0)),
    NoticeKind.REPORT_MISSING: Kind(
        "报表已过报送时间未报，最后一次之后每周提醒", (1, 2, 3), mutable=False, after=True
    ),
    NoticeKind.REPORT_ASKED: Kind("牵头单位催报报表", mutable=False),
    NoticeKind.WORK_DUE: Kind("方案规定的工作将到期或已逾期", (7, 3, 0)),
    NoticeKind.CHECKUP_DUE: Kind("园区风险评价、应急演练将到期或已逾期", (30, 7, 0)),
    NoticeKind.IMPORTED: Kind("您上传的台账处理完毕"),
}


@dataclass(frozen=True)
class Group:
    """Kinds that a person looks at together."""

    label: str
    kinds: tuple[NoticeKind, ...]


GROUPS: dict[str, Group] = {
    "deadline": Group("期限", (NoticeKind.DUE_SOON, NoticeKind.OVERDUE, NoticeKind.ESCALATED)),
    "flow": Group(
        "流转",
        (
            NoticeKind.ASSIGNED,
            NoticeKind.SUBMITTED,
            NoticeKind.RETURNED,
            NoticeKind.EXTENSION,
            NoticeKind.REFERRED,
        ),
    ),
    "supervision": Group(
        "督办",
        (
            NoticeKind.URGED,
            NoticeKind.PROPOSED,
            NoticeKind.SUPERVISED,
            NoticeKind.LETTER,
            NoticeKind.JOINT,
        ),
    ),
    "report": Group("报表", (NoticeKind.REPORT_DUE, NoticeKind.REPORT_MISSING, NoticeKind.REPORT_ASKED)),
    "work": Group("工作", (NoticeKind.WORK_DUE, NoticeKind.CHECKUP_DUE)),
    "import": Group("导入", (NoticeKind.IMPORTED,)),
}
"""By the word in the address. Every kind stands in exactly one of them."""
