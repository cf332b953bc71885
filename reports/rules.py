"""Who may do what with a report, as sentences over a person's scope.

A unit's staff fill and sign their unit's report; the lead bureau fills and signs that of the whole, and
may sign and issue any. Who filled a report in neither reviews nor issues it (domain §5).
"""

from accounts.models import User
from campaigns.models import Campaign
from campaigns.queries import Scope
from parks.models import Department
from reports.enums import ReportAction
from reports.models import Report

ANOTHER = (ReportAction.REVIEW, ReportAction.ISSUE)
"""Steps that want another person than the one who filled the report in."""


def may_work_on(scope: Scope, campaign: Campaign, unit: Department | None) -> bool:
    """The lead bureau works on any report of its campaign, a unit's staff on their own; leaders read."""
    return campaign.pk in scope.led_campaigns or (unit is not None and unit.pk in scope.acting_departments)


def may_step(user: User, scope: Scope, report: Report, action: ReportAction) -> bool:
    """Whether this person may take the step, the report's state apart."""
    if not may_work_on(scope, report.campaign, report.department):
        return False
    return not (action in ANOTHER and report.filled_by_id == user.pk)


def may_remind(scope: Scope, campaign: Campaign) -> bool:
    """The lead bureau asks units for their reports."""
    return campaign.pk in scope.led_campaigns
