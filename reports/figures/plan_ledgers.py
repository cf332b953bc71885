"""Records of registers, parks, rounds and the work list, from which single plans' forms count."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet

from campaigns.models import Campaign, ContractorEntry, Disposal, Occurrence, Provision, TaskForce
from hazards.models import Inspection
from parks.models import Enterprise
from reports.indicators import Ledger, Span


def quarters_within(span: Span) -> Q:
    """Disposals of the quarters that the span touches (P4 §五（二）: goals are set by quarter)."""
    first, last = (span.start.month + 2) // 3, (span.end.month + 2) // 3
    begun = Q(year__gt=span.start.year) | Q(year=span.start.year, quarter__gte=first)
    return begun & (Q(year__lt=span.end.year) | Q(year=span.end.year, quarter__lte=last))


def _disposals(campaign: Campaign, span: Span) -> QuerySet[Any]:
    return Disposal.objects.filter(quarters_within(span), campaign=campaign)


def _provisions(campaign: Campaign, span: Span) -> QuerySet[Any]:
    return Provision.objects.filter(campaign=campaign)


def _work(campaign: Campaign, span: Span) -> QuerySet[Any]:
    return Occurrence.objects.filter(campaign=campaign, due_on__range=span.days)


def _entries(campaign: Campaign, span: Span) -> QuerySet[Any]:
    return ContractorEntry.objects.filter(contractor__campaign=campaign, applied_on__range=span.days)


def _exits(campaign: Campaign, span: Span) -> QuerySet[Any]:
    forces = TaskForce.objects.filter(campaign=campaign)
    left = Enterprise.objects.filter(active=False, left_on__range=span.days)
    return left.filter(park__in=forces.values("park_id"))


def _parks(campaign: Campaign, span: Span) -> QuerySet[Any]:
    return TaskForce.objects.filter(campaign=campaign, park__active=True)


def _rounds(campaign: Campaign, span: Span) -> QuerySet[Any]:
    return Inspection.objects.filter(campaign=campaign, inspected_on__range=span.days, voided_on__isnull=True)


ROWS: dict[Ledger, Callable[[Campaign, Span], QuerySet[Any]]] = {
    Ledger.DISPOSALS: _disposals,
    Ledger.PROVISIONS: _provisions,
    Ledger.WORK: _work,
    Ledger.ENTRIES: _entries,
    Ledger.EXITS: _exits,
    Ledger.PARKS: _parks,
    Ledger.ROUNDS: _rounds,
}
"""By ledger, the campaign's records from which figures of the span are counted."""
