"""The ledger as it stood at the end of a day: what the sheets of a report list.

A past week compiled late must not show what happened after it: a hazard closed since then is listed as it
stood, read from its history. Records without history on that day fall back to what their dates say.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Case, OuterRef, Q, QuerySet, Subquery, TextField, Value, When
from django.db.models.functions import Concat

from campaigns.enums import Light
from campaigns.models import Campaign
from hazards.enums import Action, Status
from hazards.lights import light_of
from hazards.models import Hazard, StatusChange
from reports.figures.counting import WHOLE, Coverage, covered
from reports.indicators import Ledger

TASK_FORCE = "专班工作组"
"""What the unit column prints when the park's own task force puts it right (P0 附件2, 附件4)."""


NOTED = (Action.IMPORT, Action.PROGRESS, Action.SUBMIT, Action.REJECT)
"""Steps whose note becomes the hazard's latest note."""


class Entry(NamedTuple):
    """One hazard on the day, as plain values in the order of `_FIELDS`."""

    number: str
    park: str
    place: str
    enterprise: str | None
    description: str
    category: str
    by_task_force: bool
    department: str | None
    due_on: date | None
    found_on: date
    done_on: date | None
    closed_on: date | None
    backfilled: bool
    difficulty: str
    status: str
    note: str
    status_then: str | None
    note_then: str | None

    @property
    def where(self) -> str:
        """发生位置（企业名称） as P0 附件4 prints it."""
        return f"{self.place}（{self.enterprise}）" if self.enterprise else self.place

    @property
    def responsible(self) -> str:
        """整治责任单位: the park's task force or the unit."""
        return TASK_FORCE if self.by_task_force else self.department or ""

    def status_on(self, day: date) -> str:
        """Where it stood at the end of the day."""
        if self.closed_on is not None and self.closed_on <= day:
            return Status.CLOSED
        if self.status_then:
            return self.status_then
        return Status.RECTIFYING if self.status == Status.CLOSED else self.status

    def progress_on(self, day: date) -> str:
        """整治进度: the status and the latest note."""
        label = Status(self.status_on(day)).label
        note = ((self.note_then or "") if self.status_then else self.note).strip()
        return f"{label}：{note}" if note and note != label else str(label)

    def light_on(self, day: date, yellow_days: int) -> tuple[Light, int | None]:
        """The deadline light of that day; see hazards/lights.py."""
        status = self.status_on(day)
        done = self.done_on if self.done_on and self.done_on <= day else None
        return light_of(
            status,
            due_on=self.due_on,
            done_on=done,
            today=day,
            yellow_days=yellow_days,
            backfilled=self.backfilled,
        )


_FIELDS = (
    "number",
    "park__name",
    "place",
    "enterprise__name",
    "description",
    "category__name",
    "by_task_force",
    "responsible_department__name",
    "due_on",
    "found_on",
    "done_on",
    "closed_on",
    "backfilled",
    "difficulty",
    "status",
    "latest_note",
)


def ledger_on(campaign: Campaign, day: date, coverage: Coverage = WHOLE) -> QuerySet[Hazard]:
    """Hazards found by the end of the day, oldest first; without the void ones, with back-fills."""
    rows = Hazard.objects.filter(campaign=campaign, found_on__lte=day).exclude(status=Status.VOID)
    return covered(rows, Ledger.HAZARDS, campaign, coverage).order_by("found_on", "pk")


def open_on(hazards: QuerySet[Hazard], day: date) -> QuerySet[Hazard]:
    """Those not yet closed at the end of the day."""
    return hazards.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=day))


def pressed_on(hazards: QuerySet[Hazard], day: date) -> QuerySet[Hazard]:
    """Those open on the day that a date presses, earliest first: overdue and due soon are among them."""
    return open_on(hazards, day).filter(backfilled=False, due_on__isnull=False).order_by("due_on", "pk")


def entries(hazards: QuerySet[Hazard], then: date | None = None) -> Iterator[Entry]:
    """The hazards as plain rows, in the query's order; with `then`, as they stood on that day."""
    if then is None:
        extra: dict[str, Any] = dict.fromkeys(
            ("status_then", "note_then"), Value(None, output_field=TextField())
        )
    else:
        steps = StatusChange.objects.filter(hazard=OuterRef("pk"), on__lte=then).order_by("-version")
        noted = steps.filter(action__in=NOTED).exclude(note="")
        note = Case(
            When(action=Action.REJECT, then=Concat(Value("退回："), "note", output_field=TextField())),
            default="note",
            output_field=TextField(),
        )
        extra = {
            "status_then": Subquery(steps.values("to_status")[:1]),
            "note_then": Subquery(noted.values(latest=note)[:1]),
        }
    rows = hazards.annotate(**extra).values_list(*_FIELDS, "status_then", "note_then")
    return map(Entry._make, rows.iterator(chunk_size=2000))
