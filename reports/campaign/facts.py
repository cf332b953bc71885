"""What a campaign's page says of the plan as a whole, and what of it a person must still confirm."""

from dataclasses import dataclass
from datetime import date

from campaigns.enums import UnitKind
from campaigns.models import Campaign, Measure, ReportDuty, WorkItem


@dataclass(frozen=True)
class Facts:
    """The heading of the campaign's page."""

    units: int
    task_forces: int
    measures: int
    items: int
    reports: int
    days_words: str
    left_words: str


@dataclass(frozen=True)
class Question:
    """One place of the plan that needs a person: what it is, the plan's wording, what was asked."""

    kind: str
    name: str = ""
    raw: str = ""
    text: str = ""


def facts_of(campaign: Campaign, today: date) -> Facts:
    """Counts of what the plan holds, and where in its time it stands."""
    return Facts(
        units=campaign.unit_rows.filter(kind=UnitKind.MEMBER).count(),
        task_forces=campaign.task_forces.count(),
        measures=campaign.measures.count(),
        items=campaign.work_items.count(),
        reports=campaign.report_duties.count(),
        days_words=_days(campaign, today),
        left_words=_left(campaign, today),
    )


def _days(campaign: Campaign, today: date) -> str:
    length = (campaign.ends_on - campaign.starts_on).days + 1
    number = (today - campaign.starts_on).days + 1
    return f"第 {number} 天，共 {length} 天" if 1 <= number <= length else f"共 {length} 天"


def _left(campaign: Campaign, today: date) -> str:
    if today < campaign.starts_on:
        return f"距开始还有 {(campaign.starts_on - today).days} 天"
    left = (campaign.ends_on - today).days
    if left < 0:
        return f"已结束 {-left} 天"
    return f"还剩 {left} 天" if left else "今天是最后一天"


def questions_of(campaign: Campaign) -> list[Question]:
    """Everything that the plan leaves open: of the plan as a whole, then row by row in the plan's order."""
    whole = [Question("方案整体", text=text) for text in campaign.questions]
    open_ones = {"needs_confirmation": True}
    phases = [
        Question("阶段", row.name, row.raw_dates, row.question) for row in campaign.phases.filter(**open_ones)
    ]
    due: list[tuple[str, Measure | WorkItem | ReportDuty]] = [
        *(("措施", row) for row in campaign.measures.filter(**open_ones)),
        *(("工作", row) for row in campaign.work_items.filter(**open_ones)),
        *(("报送", row) for row in campaign.report_duties.filter(**open_ones)),
    ]
    rest = [Question(kind, str(row), row.raw_deadline, row.question) for kind, row in due]
    return whole + phases + rest
