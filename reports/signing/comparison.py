"""Two issues of a report side by side: every figure of both, those that differ marked."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q

from campaigns.periods import Period
from reports.compare import SCOPES, differences
from reports.compile import from_json
from reports.indicators import Figures, Indicator, Number
from reports.kept_indicators import grouping_of, indicators_of
from reports.layouts import FORMS
from reports.models import Report
from reports.series import period_name, previous_period
from reports.signing.page import ROWS, printed, row_columns

MOST = 20
"""Other issues on offer."""


@dataclass(frozen=True)
class Pair:
    """One figure in both issues."""

    old: str
    new: str
    change: str
    """What became of it, in words; empty when it is the same."""


def choices_of(report: Report) -> list[Report]:
    """Issues that this one can be put beside: of its own period, then of the one before, newest first."""
    form = FORMS[report.form]
    before = previous_period(form, report.campaign, Period(report.period_start, report.period_end))
    rows = (
        Report.objects.filter(campaign=report.campaign, department=report.department, form=report.form)
        .filter(Q(period_end=report.period_end) | Q(period_end=before.end))
        .exclude(pk=report.pk)
        .select_related("campaign", "department")
        .order_by("-period_end", "-issue")
    )
    # The issue just before this one comes first: that is what one looks for.
    return sorted(
        rows[:MOST], key=lambda one: (one.period_end != report.period_end, one.issue > report.issue)
    )


def title_of(report: Report) -> str:
    """2021年9月6日至12日 第2期（已印发）"""
    form, period = FORMS[report.form], Period(report.period_start, report.period_end)
    return f"{period_name(form, period)} 第{report.issue}期（{report.get_state_display()}）"


def _short(report: Report, *, same: bool) -> str:
    """What heads a column: the issue, and the period where that differs."""
    form, period = FORMS[report.form], Period(report.period_start, report.period_end)
    name = "" if same else f"{period_name(form, period).split('年', 1)[-1]} "
    return f"{name}第{report.issue}期"


def compared(old: Report, new: Report) -> dict[str, Any]:
    """The figures of two issues: of the whole, and of a roll-up's rows; `count` of those that differ."""
    form = FORMS[new.form]
    indicators = indicators_of(new)
    return {
        "form": form,
        "titles": tuple(_short(one, same=old.period_end == new.period_end) for one in (old, new)),
        "unit_name": str(new.department or f"{new.campaign.label}（汇总）"),
        "indicators": indicators,
        "lines": [(one, [_pair(old, new, scope, one) for scope, _ in SCOPES]) for one in indicators],
        "row_word": ROWS.get(grouping_of(new), "单位"),
        "row_heads": (heads := row_columns(new)),
        "rows": _rows(old, new, heads),
        "count": len(differences(old, new)),
        "other_period": old.period_end != new.period_end,
    }


def _pair(old: Report, new: Report, scope: str, indicator: Indicator) -> Pair | None:
    """A figure of the whole; None where it has no period."""
    if scope == "period" and indicator.stock:
        return None
    kept = [from_json(one.figures.get(scope, {})).get(indicator.slug) for one in (old, new)]
    return pair(*kept)


def pair(old: Number | None, new: Number | None) -> Pair:
    """Two numbers and what became of the first."""
    return Pair(printed(old), printed(new), _change(old, new))


def _change(old: Number | None, new: Number | None) -> str:
    if old == new:
        return ""
    if old is None:
        return "新填"
    if new is None:
        return "已取消"
    step = abs(Decimal(new) - Decimal(old))
    return f"{'增加' if new > old else '减少'} {printed(step)}"


def _rows(old: Report, new: Report, indicators: list[Indicator]) -> list[tuple[str, list[Pair]]]:
    """Rows of a roll-up by unit: those of the new issue, then those that only the old one has."""
    before, after = _by_key(old), _by_key(new)
    gone = {key: row for key, row in before.items() if key not in after}
    rows = []
    for key, (name, _) in (after | gone).items():
        then: Figures = before[key][1] if key in before else {}
        now: Figures = after[key][1] if key in after else {}
        rows.append((name, [pair(then.get(one.slug), now.get(one.slug)) for one in indicators]))
    return rows


def _by_key(report: Report) -> dict[Any, tuple[str, Figures]]:
    return {row["key"]: (row["name"], from_json(row["figures"])) for row in report.figures.get("rows", ())}
