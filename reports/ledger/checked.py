"""What a ledger comes to when it is checked: rows that can be taken, faults, questions, remarks."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from campaigns.dates import Span
from hazards.enums import Level
from hazards.findings import LedgerRow
from reports.ledger.sheet import RawRow

OWNERS_REMARK = (
    "有 {} 行的“整治责任单位”写的是企业、业主或园区。这些隐患由园区专班的牵头单位负责，原文记入整治进度"
)
MAJOR_REMARK = "有 {} 行是重大隐患。重大隐患要先填报五落实再申请验收，写明已完成的也不会直接进入“待验收”"
FAR_REMARK = "有 {} 行的日期与行动相差一年以上（如工作表“{}”第 {} 行的{}），请核对年份"
FAR = timedelta(days=366)


@dataclass(frozen=True)
class Fault:
    """One reason for which one row cannot be taken, by sheet, row and column heading."""

    sheet: str
    row: int
    column: str
    why: str

    def __str__(self) -> str:
        where = f"“{self.column}”" if self.column else ""
        return f"工作表“{self.sheet}”第 {self.row} 行{where}：{self.why}"


@dataclass
class Entry:
    """A row that can be taken: the hazard it becomes, and the enterprise to create with it if any.

    owner: the words for the enterprise or the park's owner where a responsible unit is expected.
    """

    raw: RawRow
    hazard: LedgerRow
    new_enterprise: str = ""
    owner: str = ""


@dataclass
class Checked:
    """What a ledger comes to. Nothing may be saved while there are faults or unknown units."""

    entries: list[Entry] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    faulty: list[RawRow] = field(default_factory=list)
    waiting: list[RawRow] = field(default_factory=list)
    unknown_units: dict[str, int] = field(default_factory=dict)
    existing: list[RawRow] = field(default_factory=list)
    doubled: list[tuple[RawRow, RawRow]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def skipped(self) -> int:
        """Rows that are already there, in the campaign or further up in the file."""
        return len(self.existing) + len(self.doubled)

    @property
    def importable(self) -> bool:
        """Whether the ledger as a whole may be saved."""
        return not self.faulty and not self.waiting

    def remark_on_rows(self, span: Span) -> None:
        """Add what a person should know of the rows that can be taken; span: the campaign's days."""
        owners = sum(bool(entry.owner) for entry in self.entries)
        majors = sum(entry.hazard.level == Level.MAJOR for entry in self.entries)
        said = ((OWNERS_REMARK, owners), (MAJOR_REMARK, majors))
        self.remarks += [remark.format(number) for remark, number in said if number]
        far = [(entry.raw, day) for entry in self.entries for day in _far_days(entry.hazard, span)[:1]]
        if far:
            raw, day = far[0]
            shown = f"{day.year}年{day.month}月{day.day}日"
            self.remarks.append(FAR_REMARK.format(len(far), raw.sheet, raw.row, shown))


def _far_days(hazard: LedgerRow, span: Span) -> list[date]:
    """Days that are likely slips of the pen: 2012 for 2021."""
    days = [day for day in (hazard.found_on, hazard.due_on) if day]
    return [day for day in days if not span.first - FAR <= day <= span.last + FAR]
