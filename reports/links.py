"""From a figure to the records behind it: the address of the list that shows just those."""

from typing import Any
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

from hazards.enums import EnforcementKind, Level, Status
from reports.indicators import Indicator, Ledger, Span

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


def records_link(indicator: Indicator, span: Span, unit: int | None) -> str:
    """Address of the filtered list, or "" where no list can show just these records."""
    if indicator.ledger is Ledger.HAZARDS:
        return _address("hazards:list", _hazard_filter(indicator, span, unit))
    if indicator.ledger is Ledger.ENTERPRISES:
        return ""
    asked = {"since": span.start.isoformat(), "until": span.end.isoformat()}
    if unit is not None:
        asked["department"] = str(unit)
    if indicator.ledger is Ledger.VISITS:
        return _address("hazards:inspections", asked)
    return _address("hazards:enforcements", asked | {"kind": _ACTS[indicator.slug]})


def _hazard_filter(indicator: Indicator, span: Span, unit: int | None) -> dict[str, str]:
    asked: dict[str, str] = {"department": str(unit)} if unit else {}
    if indicator.slug.endswith("major"):
        asked["level"] = Level.MAJOR
    if indicator.slug.startswith("found"):
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
