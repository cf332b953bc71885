"""Reads of visits and enforcement beside their lists: results, photos, what came of a visit or a hazard."""

from collections.abc import Iterable

from django.db.models import Count, Q, QuerySet

from accounts.models import User
from hazards.enums import CheckOutcome, Status
from hazards.models import Inspection, InspectionPhoto, InspectionResult
from hazards.queries import inspections_for


def results_for(user: User) -> QuerySet[InspectionResult]:
    """Results of visits that the person may see."""
    return InspectionResult.objects.filter(inspection__in=inspections_for(user).order_by().values("pk"))


def visit_photos_for(user: User) -> QuerySet[InspectionPhoto]:
    """Photos of visits that the person may see."""
    return InspectionPhoto.objects.filter(inspection__in=inspections_for(user).order_by().values("pk"))


def results_by_visit(visits: Iterable[Inspection]) -> dict[int, tuple[int, int]]:
    """How many check items each visit looked at, and how many of them failed: one query for a page."""
    rows = InspectionResult.objects.filter(inspection__in=[visit.pk for visit in visits])
    counted = (
        rows.order_by()
        .values_list("inspection")
        .annotate(checked=Count("pk"), failed=Count("pk", filter=Q(outcome=CheckOutcome.FAIL)))
    )
    return {visit: (checked, failed) for visit, checked, failed in counted}


def unturned(results: QuerySet[InspectionResult]) -> QuerySet[InspectionResult]:
    """Failed items that stand as no hazard: the same rule as record_rules.is_turned."""
    failed = results.filter(outcome=CheckOutcome.FAIL)
    return failed.filter(Q(hazard=None) | Q(hazard__status=Status.VOID, hazard__same_as=None))
