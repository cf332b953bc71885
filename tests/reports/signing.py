"""What tests of signed reports share: reports in a state, what a workbook holds, refusals in words."""

import io

import openpyxl
import pytest
from django.core.exceptions import ValidationError

from hazards.models import Hazard
from reports.enums import ReportState
from reports.models import Report
from tests import factories


def hazard(world, **more) -> Hazard:
    return factories.HazardFactory(task_force=world.task_force_a, category=world.category, **more)


def report_of(world, state=ReportState.DRAFT, unit="xincheng", **more) -> Report:
    return factories.signed_report(world.campaign, getattr(world, unit), state, **more)


def cells(report):
    """Every text and number of the report's workbook by sheet and cell."""
    book = openpyxl.load_workbook(io.BytesIO(content(report)))
    return {
        (sheet.title, cell.coordinate): cell.value
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }


def content(report):
    with report.workbook.open("rb") as file:
        return file.read()


def refused(act, *args, **more):
    """The Chinese sentences with which an act is refused."""
    with pytest.raises(ValidationError) as fault:
        act(*args, **more)
    return fault.value.messages
