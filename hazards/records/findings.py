"""What comes in of visits and enforcement: a visit with what it found, an act with its measure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.files.uploadedfile import UploadedFile

from campaigns.models import CheckItem
from hazards.models import Hazard, Inspection
from parks.models import Department, Enterprise, Park


@dataclass(frozen=True)
class Checked:
    """What a visit found on one check item of the campaign."""

    item: CheckItem
    outcome: str
    note: str = ""
    photos: Sequence[UploadedFile] = ()


@dataclass(frozen=True)
class Visit:
    """One visit as entered. `enterprise` None means the common parts of the park: no 家次."""

    park: Park
    kind: str
    department: Department
    inspected_on: date
    enterprise: Enterprise | None = None
    note: str = ""
    results: Sequence[Checked] = ()
    photos: Sequence[UploadedFile] = ()


@dataclass(frozen=True)
class Act:
    """One enforcement act as entered; `amount` in yuan, `area` in square metres."""

    park: Park
    enterprise: Enterprise
    kind: str
    department: Department
    acted_on: date
    amount: Decimal | None = None
    persons: int | None = None
    area: Decimal | None = None
    document_number: str = ""
    note: str = ""
    hazard: Hazard | None = None
    inspection: Inspection | None = None
