"""Reads of supervision letters 督办函, and of the hazards that a letter may list."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet, Subquery

from campaigns.enums import Light
from campaigns.models import Campaign
from campaigns.queries import Scope
from hazards.enums import Level, Status
from hazards.models import Hazard
from hazards.queries import overdue
from parks.models import Department
from reports.models import LetterHazard, LetterReply, SupervisionLetter

TO_REPAIR = (Status.REPORTED, Status.RECTIFYING)
"""What waits for the unit; what waits for acceptance is no longer at its door."""


def letters_in(scope: Scope) -> QuerySet[SupervisionLetter]:
    """Letters the person may see: the lead bureau and its leaders all, a unit's people their unit's."""
    return SupervisionLetter.objects.filter(
        Q(campaign__in=scope.whole_campaigns) | Q(department__in=scope.departments)
    )


def with_answers(letters: QuerySet[SupervisionLetter]) -> QuerySet[SupervisionLetter]:
    """Annotate `listed`, how many hazards, and `replied_on`, the day of the first reply or None."""
    replies = LetterReply.objects.filter(letter=OuterRef("pk")).order_by("pk")
    return letters.annotate(
        listed=Count("rows", distinct=True), replied_on=Subquery(replies.values("on")[:1])
    )


def unanswered(letters: QuerySet[SupervisionLetter]) -> QuerySet[SupervisionLetter]:
    """Those that hold and wait for the unit's reply."""
    replies = LetterReply.objects.filter(letter=OuterRef("pk"))
    return letters.filter(~Exists(replies), voided_on=None)


def answer_light(letter: SupervisionLetter, replied_on: date | None, today: date) -> tuple[Light, str]:
    """Where the reply stands, for templates/includes/light.html; a voided letter waits for none."""
    if letter.voided_on:
        return Light.GREY, "已作废"
    if replied_on:
        late = (replied_on - letter.reply_by).days
        return (Light.GREEN, f"已回复，逾期{late}天") if late > 0 else (Light.GREEN, "已回复")
    left = (letter.reply_by - today).days
    if left < 0:
        return Light.RED, f"逾期{-left}天未回复"
    return Light.YELLOW, "待回复，今天到期" if left == 0 else f"待回复，还有{left}天"


def to_repair(campaign: Campaign, unit: Department) -> QuerySet[Hazard]:
    """The unit's hazards that it must still repair by a day: what a letter to it may list."""
    return Hazard.objects.filter(
        campaign=campaign,
        responsible_department=unit,
        status__in=TO_REPAIR,
        due_on__isnull=False,
        backfilled=False,
    )


def last_letters(hazards: QuerySet[Hazard]) -> dict[int, str]:
    """By hazard: the number of the last letter that holds and lists it."""
    rows = LetterHazard.objects.filter(hazard__in=hazards.order_by().values("pk"), letter__voided_on=None)
    return dict(rows.order_by("letter_id").values_list("hazard_id", "letter__number"))


@dataclass(frozen=True)
class UnitInArrears:
    """A unit with overdue hazards: how many, of them major ones, the earliest day, its last letter."""

    unit: Department
    overdue: int
    major: int
    days: int
    letter: SupervisionLetter | None


def in_arrears(campaign: Campaign) -> list[UnitInArrears]:
    """Units to which a letter may be due, those with most overdue first."""
    today = campaign.today()
    late = Hazard.objects.filter(
        overdue(today), campaign=campaign, status__in=TO_REPAIR, responsible_department__isnull=False
    )
    sums = late.order_by().values("responsible_department")
    found = sums.annotate(
        count=Count("pk"), major=Count("pk", filter=Q(level=Level.MAJOR)), first=Min("due_on")
    )
    units = Department.objects.in_bulk([row["responsible_department"] for row in found])
    letters = SupervisionLetter.objects.filter(campaign=campaign, voided_on=None).order_by("pk")
    last = {letter.department_id: letter for letter in letters}
    rows = [
        UnitInArrears(
            units[row["responsible_department"]],
            row["count"],
            row["major"],
            (today - row["first"]).days,
            last.get(row["responsible_department"]),
        )
        for row in found
    ]
    return sorted(rows, key=lambda row: (-row.overdue, -row.days, row.unit.pk))
