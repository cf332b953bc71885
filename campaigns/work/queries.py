"""Reads of due work: every list, page and count of it starts here."""

from datetime import date

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from accounts.models import User
from campaigns.models import Completion, Evidence, Occurrence
from campaigns.queries import Scope, scope_of


def occurrences_in(scope: Scope) -> QuerySet[Occurrence]:
    """Due work inside a scope: see occurrences_for. What a list shows of each comes with it."""
    return Occurrence.objects.filter(_visible(scope)).select_related(
        "measure__category", "item", "report", "department", "task_force__park"
    )


def owed_in(scope: Scope) -> Q:
    """What the person's own units and task forces owe, without the task forces that a unit leads."""
    return Q(department__in=scope.acting_departments) | Q(task_force__in=scope.task_forces)


def _visible(scope: Scope) -> Q:
    visible = Q(campaign__in=scope.whole_campaigns)
    if scope.departments:
        visible |= Q(department__in=scope.departments)
    if scope.all_task_forces:
        visible |= Q(task_force__in=scope.all_task_forces)
    return visible


def occurrences_for(user: User) -> QuerySet[Occurrence]:
    """Due work that the person may see, and nobody else's.

    The lead bureau, its leaders and the assessors see the whole campaign; a unit's people what their
    unit owes and what the task forces owe that it leads; members of a task force what theirs owes.
    """
    return occurrences_in(scope_of(user))


def completions_for(user: User) -> QuerySet[Completion]:
    """Records of work that the person may see, those revoked too."""
    return Completion.objects.filter(occurrence__in=_seen_by(user))


def evidence_for(user: User) -> QuerySet[Evidence]:
    """Files that show work done, of all that the person may see."""
    return Evidence.objects.filter(completion__occurrence__in=_seen_by(user))


def _seen_by(user: User) -> QuerySet[Occurrence]:
    return Occurrence.objects.filter(_visible(scope_of(user))).order_by()


def due_between(first: date, last: date) -> Q:
    """Work due on one of the days, done or not."""
    return Q(due_on__range=(first, last))


def open_on(today: date) -> Q:
    """Work not done whose span has begun: what somebody can work on today, standing work included."""
    return Q(done_on__isnull=True) & (Q(starts_on__isnull=True) | Q(starts_on__lte=today))


def overdue(today: date) -> Q:
    """Open work past its day: the same rule as the red light (campaigns/lights.py), so no back-fills."""
    return Q(
        done_on__isnull=True,
        due_on__lt=today,
        due_on__gte=Coalesce(F("campaign__issued_on"), F("campaign__starts_on")),
    )


def backfilled() -> Q:
    """Work whose day lay before the campaign was issued 补录: it stands, and was never late (domain §4)."""
    return Q(due_on__lt=Coalesce(F("campaign__issued_on"), F("campaign__starts_on")))
