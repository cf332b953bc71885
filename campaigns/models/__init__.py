"""Tables of a campaign, by what they hold; import them from here."""

from campaigns.models.calendar import CalendarDay
from campaigns.models.campaign import (
    Campaign,
    CampaignUnit,
    Category,
    Phase,
    TaskForce,
    TaskForceMember,
)
from campaigns.models.plan import (
    CheckItem,
    Measure,
    ReportDuty,
    Responsibility,
    UnitContact,
    UnitDuty,
    WorkItem,
)
from campaigns.models.registers import Contractor, ContractorEntry, Disposal, IntegrityRecord, Provision
from campaigns.models.work import Completion, Evidence, Occurrence

__all__ = [
    "CalendarDay",
    "Campaign",
    "CampaignUnit",
    "Category",
    "CheckItem",
    "Completion",
    "Contractor",
    "ContractorEntry",
    "Disposal",
    "Evidence",
    "IntegrityRecord",
    "Measure",
    "Occurrence",
    "Phase",
    "Provision",
    "ReportDuty",
    "Responsibility",
    "TaskForce",
    "TaskForceMember",
    "UnitContact",
    "UnitDuty",
    "WorkItem",
]
