"""What the page of a report says: where it stands, its figures and what is behind them, whose turn it is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import User
from campaigns.periods import Period
from campaigns.queries import Scope
from hazards.tallies import rate_text
from reports.check_case import case_of
from reports.checks import happened, run
from reports.compile import from_json, row_word
from reports.drilldown.kept_records import CUMULATIVE, PERIOD
from reports.drilldown.views import address
from reports.enums import ReportAction, ReportState, Severity
from reports.indicators import Indicator, Ledger, Number
from reports.kept_indicators import grouping_of, indicators_of, whole_of
from reports.layouts import FORMS
from reports.models import Report, ReportStep
from reports.queries import issues, typed_of
from reports.rules import may_step, may_work_on
from reports.series import period_name
from reports.signing.forms import (
    FillForm,
    IssueForm,
    ReopenForm,
    ReturnForm,
    ReviewForm,
    SignForm,
    TypeForm,
)
from reports.workflow import NEXT, STEPS

FORMS_OF: dict[ReportAction, type[SignForm]] = {
    ReportAction.TYPE: TypeForm,
    ReportAction.FILL: FillForm,
    ReportAction.REVIEW: ReviewForm,
    ReportAction.RETURN: ReturnForm,
    ReportAction.ISSUE: IssueForm,
    ReportAction.REOPEN: ReopenForm,
}
"""What a person fills in to take a step."""


ROWS = {"park": "园区", "task_force": "专班", "region": "县（市、区）", "trait": "企业类别"}
"""What the rows of a roll-up are, by their grouping; else units."""


@dataclass(frozen=True)
class Stage:
    """One station of the line 汇总 → 填报 → 审核 → 印发: who was there, and when."""

    words: str
    who: User | None
    when: datetime | None
    here: bool = False


@dataclass(frozen=True)
class Figure:
    """One number of the page: how it is printed, and where its records are; "" where there are none."""

    text: str
    url: str = ""


@dataclass(frozen=True)
class FigureLine:
    """A line an indicator: cumulative, this period and the one before; typed: who typed it in, and when."""

    indicator: Indicator
    cumulative: Figure
    period: Figure
    before: Figure
    typed: Any = None


def page_of(report: Report, user: User, scope: Scope) -> dict[str, Any]:
    """What the template shows of a report, its forms left out."""
    form, period = FORMS[report.form], Period(report.period_start, report.period_end)
    others = list(issues(report.campaign, report.department, form, period).select_related("issued_by"))
    return {
        "report": report,
        "form": form,
        "period": period,
        "period_name": period_name(form, period),
        "unit_name": str(report.department or f"{report.campaign.label}（汇总）"),
        "whole": whole_of(report),
        "stages": stages(report),
        "turn": turn_words(report, user, scope),
        "table": (lines := table(report)),
        "columns": (columns := row_columns(report)),
        "rows": rollup(report, columns),
        "row_word": ROWS.get(grouping_of(report), "单位"),
        "totals": _totals(lines, columns),
        "rate": _rate(report),
        "errors": [check["words"] for check in report.checks if check["severity"] == Severity.ERROR],
        "explained": _explained(report),
        "issues": others,
        "newest": others[0].pk == report.pk,
        "steps": (steps := report.steps.select_related("by").order_by("-pk")),
        "returned": returned(report, steps),
        "may_work": may_work_on(scope, report.campaign, report.department),
    }


def bring_up(report: Report) -> list[str]:
    """Check a draft against what was issued by now, as handing it in will; returns what is no nil report."""
    if report.state != ReportState.DRAFT:
        return []
    case = case_of(report)
    report.checks = run(case)
    return happened(case)


def returned(report: Report, steps: Iterable[ReportStep]) -> ReportStep | None:
    """Who sent a draft back, and why, until it is handed in again; `steps` are its history, newest first."""
    if report.state != ReportState.DRAFT:
        return None
    return next((step for step in steps if step.action == ReportAction.RETURN), None)


def stages(report: Report) -> list[Stage]:
    """The line of steps; the one that is to come next is `here`."""
    waits = NEXT.get(ReportState(report.state))
    filled = "零报告" if report.nil and report.filled_at else "填报"
    return [
        Stage("汇总", report.compiled_by, report.compiled_at),
        Stage(filled, report.filled_by, report.filled_at, waits is ReportAction.FILL),
        Stage("审核", report.reviewed_by, report.reviewed_at, waits is ReportAction.REVIEW),
        Stage("印发", report.issued_by, report.issued_at, waits is ReportAction.ISSUE),
    ]


def turn_words(report: Report, user: User, scope: Scope) -> str:
    """Whose turn it is, as a sentence."""
    action = NEXT.get(ReportState(report.state))
    if action is None:
        return f"第{report.issue}期已印发，不再改动。"
    whose = str(report.department or report.campaign.lead_department)
    verb = {
        ReportAction.FILL: "核对数据并填报",
        ReportAction.REVIEW: "审核",
        ReportAction.ISSUE: "印发",
    }[action]
    if may_step(user, scope, report, action):
        return f"请您{verb}。"
    if may_work_on(scope, report.campaign, report.department):
        return f"等待另一人{verb}：填报人不能审核、印发自己填报的报表。"
    return f"等待{whose}{verb}。"


def forms_for(report: Report, user: User, scope: Scope, *, newest: bool) -> dict[str, SignForm]:
    """The steps that this person may take now, each with its form; by the name of the action."""
    found: dict[str, SignForm] = {}
    for action, form in FORMS_OF.items():
        if action is ReportAction.REOPEN:
            open_now = report.is_issued and newest
        else:
            open_now = (ReportState(report.state), action) in STEPS
        if open_now and may_step(user, scope, report, action):
            found[action.value] = form(report)
    if "type" in found and list(found["type"].fields) == ["version", "basis"]:
        del found["type"]  # the system knows every figure
    return found


def table(report: Report) -> list[FigureLine]:
    """A line an indicator of the unit, or of the whole."""
    typed, figures = typed_of(report), report.figures
    kept = {scope: from_json(figures.get(scope, {})) for scope in (CUMULATIVE, PERIOD, "before")}
    return [
        FigureLine(
            one,
            _figure(report, one, CUMULATIVE, kept[CUMULATIVE].get(one.slug)),
            Figure("—") if one.stock else _figure(report, one, PERIOD, kept[PERIOD].get(one.slug)),
            Figure("—" if one.stock else printed(kept["before"].get(one.slug))),
            typed.get(one.slug),
        )
        for one in indicators_of(report)
    ]


def row_columns(report: Report) -> list[Indicator]:
    """The figures that the rows of a roll-up have, in the form's order."""
    kept = {slug for row in report.figures.get("rows", ()) for slug in row["figures"]}
    return [one for one in indicators_of(report) if one.slug in kept]


def rollup(report: Report, columns: Sequence[Indicator]) -> list[tuple[str, list[Figure]]]:
    """A line a unit of the roll-up: its name and figures."""
    lines = []
    for row in report.figures.get("rows", ()):
        kept, key = from_json(row["figures"]), row_word(row["key"])
        figures = [_figure(report, one, CUMULATIVE, kept.get(one.slug), key) for one in columns]
        lines.append((row["name"], figures))
    return lines


def _totals(lines: Iterable[FigureLine], columns: Iterable[Indicator]) -> list[Figure]:
    """The last row of a roll-up: the whole's own figures, never the sum of the rows."""
    by_slug = {line.indicator.slug: line.cumulative for line in lines}
    return [by_slug[one.slug] for one in columns]


def _figure(report: Report, indicator: Indicator, scope: str, number: Number | None, row: str = "") -> Figure:
    """A number with the address of what stands behind it; of nothing there is nothing to see."""
    if not number or (indicator.ledger is Ledger.NOTHING and row):
        return Figure(printed(number))
    return Figure(printed(number), address(report, indicator.slug, scope, row))


def printed(number: Number | None) -> str:
    """As a form prints it; what nobody knows is a dash."""
    return "—" if number is None else f"{number:f}" if not isinstance(number, int) else str(number)


def _rate(report: Report) -> str:
    """The rate of rectification, where the form has both figures; else empty."""
    figures = report.figures.get(CUMULATIVE, {})
    closed, found = figures.get("rectified"), figures.get("found")
    return "" if closed is None or found is None else rate_text(int(closed), int(found))


def _explained(report: Report) -> list[tuple[str, str]]:
    """Warnings, each with what the unit wrote about it."""
    return [
        (check["words"], report.notes.get(check["rule"], ""))
        for check in report.checks
        if check["severity"] == Severity.WARNING
    ]
