"""What official forms leave open for those who sign, and what stands there once a report is issued.

Layouts print these texts each as the whole of a cell, so that signed_workbook.signed() finds them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from reports.open_lines import OpenLine

FILLER, PHONE, REVIEWER = OpenLine("填报人："), OpenLine("联系电话："), OpenLine("审核领导：")
FILLED_ON, TIME = OpenLine("填报时间："), OpenLine("时间：")


def open_day(label: str, year: int | None = None) -> OpenLine:
    """A day left open behind its label: 填报时间：  年  月  日; the form of P3 prints the year."""
    return OpenLine(f"{label}{'  ' if year is None else year}年  月  日")


@dataclass(frozen=True)
class Signatures:
    """Who filled a report in, how to reach them, who reviewed it, and on which day it was filled in."""

    filler: str
    phone: str
    reviewer: str
    day: date

    def answers(self, years: Iterable[int]) -> dict[str, str]:
        """Open text → the same text filled. `years`: those that a form may have printed."""
        day = f"{self.day.year}年{self.day.month}月{self.day.day}日"
        found: dict[str, str] = {
            FILLER: f"{FILLER}{self.filler}",
            PHONE: f"{PHONE}{self.phone}",
            REVIEWER: f"{REVIEWER}{self.reviewer}",
        }
        for label in (FILLED_ON, TIME):
            for blank in (label, open_day(label), *(open_day(label, year) for year in years)):
                found[blank] = f"{label}{day}"
        return found
