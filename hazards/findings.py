"""What comes in: a hazard as a person found it, and one as a ledger has it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from campaigns.lights import is_backfilled
from campaigns.models import Campaign, Category, Measure, TaskForce
from hazards.enums import Level, Source, Status
from hazards.models import Hazard
from parks.models import Department, Enterprise, Park, Site


class Kept(Enum):
    """Said in place of a value: leave it as it is. None would mean to take it away."""

    AS_IT_IS = "as it is"


@dataclass
class Finding:
    """What a person reports: the hazard as found. Dates are business dates.

    plan_measure: the measure of the plan that the hazard falls under, if the person knows. clause: by which
    a major one is major, if known yet. recurs: the closed hazard that has come back 回潮.
    """

    park: Park
    place: str
    description: str
    category: Category
    plan_measure: Measure | None = None
    level: str = Level.GENERAL
    clause: str = ""
    source: str = Source.PATROL
    found_on: date | None = None
    enterprise: Enterprise | None = None
    site: Site | None = None
    recurs: Hazard | None = None
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    photos: Sequence[UploadedFile] = field(default_factory=tuple)

    def facts(self) -> dict[str, Any]:
        """What of it the hazard keeps, by field."""
        return {
            "park": self.park,
            "site": self.site,
            "enterprise": self.enterprise,
            "place": self.place.strip(),
            "description": self.description.strip(),
            "category": self.category,
            "measure": self.plan_measure,
            "level": self.level,
            "clause": self.clause.strip(),
            "recurs": self.recurs,
            "source": self.source,
            "latitude": self.latitude,
            "longitude": self.longitude,
        }


@dataclass(frozen=True)
class LedgerRow:
    """One row of an imported ledger, already checked. `import_key` says whether it was here before."""

    park: Park
    task_force: TaskForce | None
    enterprise: Enterprise | None
    place: str
    description: str
    category: Category
    department: Department | None
    by_task_force: bool
    found_on: date
    due_on: date | None
    status: Status
    note: str
    difficulty: str
    import_key: str
    helping: tuple[Department, ...] = ()
    level: str = Level.GENERAL

    def facts(self, campaign: Campaign) -> dict[str, Any]:
        """What of it a hazard of the campaign keeps, by field; the status is the importing verb's to set."""
        return {
            "park": self.park,
            "task_force": self.task_force,
            "enterprise": self.enterprise,
            "place": self.place,
            "description": self.description,
            "category": self.category,
            "level": self.level,
            "found_on": self.found_on,
            "responsible_department": self.department,
            "by_task_force": self.by_task_force,
            "due_on": self.due_on,
            "original_due_on": self.due_on,
            "backfilled": is_backfilled(campaign, self.due_on),
            "latest_note": self.note,
            "difficulty": self.difficulty,
            "import_key": self.import_key,
        }
