"""Compiled reports with all that makes them official, letters, lists written, forms read into a plan."""

from reports.models.export import Export
from reports.models.letter import LetterHazard, LetterReply, SupervisionLetter
from reports.models.plan_import import PlanImport
from reports.models.report import Report, ReportReminder, ReportStep, TypedFigure

__all__ = [
    "Export",
    "LetterHazard",
    "LetterReply",
    "PlanImport",
    "Report",
    "ReportReminder",
    "ReportStep",
    "SupervisionLetter",
    "TypedFigure",
]
