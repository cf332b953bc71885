"""Tables of the ledger and of what happens around it; import them from here."""

from hazards.models.hazard import OPEN, Hazard, ImportBatch, NumberSequence, StatusChange
from hazards.models.photo import InspectionPhoto, Photo, StoredPhoto
from hazards.models.procedure import (
    Commitments,
    DoubleReport,
    Extension,
    JointEnforcement,
    Referral,
    SavedView,
    Supervision,
)
from hazards.models.record import Enforcement, Inspection, InspectionResult

__all__ = [
    "OPEN",
    "Commitments",
    "DoubleReport",
    "Enforcement",
    "Extension",
    "Hazard",
    "ImportBatch",
    "Inspection",
    "InspectionPhoto",
    "InspectionResult",
    "JointEnforcement",
    "NumberSequence",
    "Photo",
    "Referral",
    "SavedView",
    "StatusChange",
    "StoredPhoto",
    "Supervision",
]
