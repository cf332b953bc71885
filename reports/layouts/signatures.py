"""What official forms leave open for those who sign, and what stands there once a report is issued.

Layouts print these texts each as the whole of a cell, so that workbook.signed() finds them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

FILLER, PHONE, REVIEWER = "填报人：", "联系电话：", "审核领导："
FILLED_ON, TIME = "填报时间：", "时间："


def open_day(label: str, year: int | None = None) -> str:
    """A day left open behind its label: 填报时间：  年  月  日; the form of P3 prints the year."""
    return f"{label}{'  ' if year is None else year}年  月  日"


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
        found = {
            FILLER: f"{FILLER}{self.filler}",
            PHONE: f"{PHONE}{self.phone}",
            REVIEWER: f"{REVIEWER}{self.reviewer}",
        }
        for label in (FILLED_ON, TIME):
            for blank in (label, open_day(label), *(open_day(label, year) for year in years)):
                found[blank] = f"{label}{day}"
        return found
