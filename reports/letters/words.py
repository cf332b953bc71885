"""What a supervision letter 督办函 says: composed of the ledger's facts on the day of issue."""

from collections.abc import Iterable, Sequence
from datetime import date

from campaigns.models import Campaign
from hazards.enums import Level
from hazards.models import Hazard
from reports.layouts.parts import long_day
from reports.models import LetterHazard

LATE_TITLE = "关于限期整改逾期隐患的督办函"
TITLE = "关于督促整改隐患的督办函"
REQUIREMENT = """一、对所列隐患逐项明确责任人、整改措施和完成时间，立即组织整改，整改期间落实管控措施。
二、完成整改的，及时上传整改后照片并申请验收；确因客观原因不能按期完成的，说明原因，申请延期。"""
"""What is asked unless the officer writes something else."""


def rows_of(hazards: Iterable[Hazard], today: date) -> list[LetterHazard]:
    """The hazards as the letter lists them, not yet saved: the longest overdue first."""
    in_order = sorted((one.due_on, one.number, one) for one in hazards if one.due_on)
    return [
        LetterHazard(
            hazard=one,
            order=order,
            number=one.number,
            park=one.park.name,
            place=one.where,
            description=one.description,
            level=one.level,
            due_on=due_on,
            days_over=max(0, (today - due_on).days),
        )
        for order, (due_on, _, one) in enumerate(in_order, 1)
    ]


def title_of(rows: Sequence[LetterHazard]) -> str:
    """By what it is about: something overdue, or only what is to be hurried."""
    return LATE_TITLE if any(row.days_over for row in rows) else TITLE


def opening(campaign: Campaign, rows: Sequence[LetterHazard], today: date) -> str:
    """The first paragraph: how many, of them major, in how many parks, how long overdue."""
    late = [row for row in rows if row.days_over]
    said = f"截至{long_day(today)}，在{campaign.name}中由你单位负责整改的隐患，"
    if not late:
        return f"{said}有{_counted(rows)}尚未完成整改，现予督促。"
    longest = max(row.days_over for row in late)
    how_long = f"已逾期{longest}天" if len(late) == 1 else f"逾期最长的已达{longest}天"
    said += f"有{_counted(late)}超过整改期限仍未完成整改，{how_long}"
    if waiting := len(rows) - len(late):
        said += f"；另有{waiting}项尚未到期，一并督促"
    return f"{said}，现予督办。"


def _counted(rows: Sequence[LetterHazard]) -> str:
    """3项（其中重大隐患1项，涉及2个园区）."""
    major = sum(row.level == Level.MAJOR for row in rows)
    parks = len({row.hazard.park_id for row in rows})
    inside = f"其中重大隐患{major}项，涉及{parks}个园区" if major else f"涉及{parks}个园区"
    return f"{len(rows)}项（{inside}）"
