"""From a figure to the records behind it: the address of the list that shows just those."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

from hazards.enums import EnforcementKind, Level, Status
from parks.models import Region
from reports.figures.counting import WHOLE, Coverage
from reports.indicators import Indicator, Span

_HAZARDS = ("found", "found_major", "rectified", "rectified_major")
_ACTS = {
    "filed": EnforcementKind.FILED,
    "fines": EnforcementKind.FINE,
    "suspended": EnforcementKind.SUSPENDED,
    "shut_down": EnforcementKind.SHUT_DOWN,
    "transferred": EnforcementKind.TRANSFERRED,
}


def list_url(**filters: Any) -> str:
    """The hazard list with these filters (hazards/filters.py); a list of values repeats its name."""
    chosen = {name: value for name, value in filters.items() if value not in (None, "")}
    return f"{reverse('hazards:list')}?{urlencode(chosen, doseq=True)}"


def work_url(**filters: Any) -> str:
    """The work list with these filters: unit, task_force, source, state, from_, to."""
    chosen = {name.rstrip("_"): str(value) for name, value in filters.items() if value not in (None, "")}
    return _address("campaigns:work", chosen)


def records_link(indicator: Indicator, span: Span, coverage: Coverage = WHOLE) -> str:
    """Address of the filtered list, or "" where no list can show just these records."""
    whose = _whose(coverage)
    if whose is None:
        return ""
    days = {"since": span.start.isoformat(), "until": span.end.isoformat()}
    if indicator.slug in _HAZARDS:
        return _address("hazards:list", whose | _hazard_filter(indicator.slug, span))
    if indicator.slug in _ACTS:
        return _address("hazards:enforcements", whose | days | {"kind": _ACTS[indicator.slug]})
    if indicator.slug == "inspected":
        return _address("hazards:inspections", whose | days)
    if indicator.slug == "small_enterprises":
        return _address("reports:enterprises", whose | {"as_of": span.end.isoformat()})
    return ""


def _whose(coverage: Coverage) -> dict[str, str] | None:
    """The filters of a list that shows just these records; None where no filters do."""
    if replace(coverage, unit=None, regions=None, without=frozenset()) != WHOLE:
        return None
    if coverage.without and (coverage.regions is None or not coverage.without.isdisjoint(coverage.regions)):
        return None
    if coverage.unit is not None:
        return {"department": str(coverage.unit)}
    if coverage.regions is None:
        return {}
    tops = Region.objects.filter(pk__in=coverage.regions).exclude(parent__in=coverage.regions)
    keys = list(tops.values_list("pk", flat=True)[:2])
    return {"region": str(keys[0])} if len(keys) == 1 else None


def _hazard_filter(slug: str, span: Span) -> dict[str, str]:
    asked: dict[str, str] = {"level": Level.MAJOR} if slug.endswith("major") else {}
    if slug.startswith("found"):
        return asked | {"found_from": span.start.isoformat(), "found_to": span.end.isoformat()}
    return asked | {
        "status": Status.CLOSED,
        "found_from": span.origin.isoformat(),
        "closed_from": span.start.isoformat(),
        "closed_to": span.end.isoformat(),
    }


def _address(view: str, params: dict[str, str]) -> str:
    try:
        return f"{reverse(view)}?{urlencode(params)}"
    except NoReverseMatch:
        return ""
