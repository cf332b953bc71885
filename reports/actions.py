"""Writes: compile a report. Until it is filled in it follows the ledger; what is issued never changes.

Errors: `PermissionDenied` when the person may not work on the unit's report, `ValidationError` for a
period outside the campaign.
"""

import hashlib
from copy import copy
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from functools import partial

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.http import HttpRequest

from accounts import audit
from accounts.models import User
from campaigns.models import Campaign
from campaigns.periods import Period
from campaigns.queries import scope_of
from parks.models import Department
from reports.check_case import case_of
from reports.checks import run
from reports.compare import differences
from reports.compile import Compiled, compile_form
from reports.enums import ReportAction, ReportState
from reports.figures.groups import Key
from reports.indicators import Number
from reports.layouts.form import Ask, Form
from reports.models import Report, ReportStep, TypedFigure
from reports.queries import (
    issues,
    last_issued,
    numbers_of,
    typed_by_units,
    typed_of,
    typed_rows_by_units,
)
from reports.rules import may_work_on
from reports.series import within_campaign

TRIES = 5


class Busy(Exception):
    """Others worked on the same report again and again while this one was being compiled."""


class Outcome(Enum):
    """What compiling came to."""

    NEW = "new"  # there is a report now, or the next issue of one
    UPDATED = "updated"  # the draft follows the ledger again
    SAME = "same"  # nothing has changed
    SIGNED = "signed"  # filled in or reviewed: it waits for the next signature as it is
    CHANGED = "changed"  # issued, and the ledger says otherwise now: the next issue wants a reason


@dataclass(frozen=True)
class Asked:
    """Which report: whose, in which form, of which period."""

    campaign: Campaign
    unit: Department | None
    form: Form
    period: Period

    @property
    def as_of(self) -> date:
        """The day to which it counts: a running period ends today."""
        return min(self.period.end, self.campaign.today())


@dataclass(frozen=True)
class Order:
    """Who has a report compiled, and why. `by` None is the schedule.

    reason: makes what changed since an issue the draft of the next one; anew: also where nothing changed,
    for what will be typed. recorded: it is a part of an act that leaves its own line of history.
    """

    by: User | None = None
    reason: str = ""
    anew: bool = False
    recorded: bool = False
    request: HttpRequest | None = None


def compile_report(
    asked: Asked, *, by: User | None = None, reason: str = "", request: HttpRequest | None = None
) -> tuple[Report, Outcome]:
    """Compile the report and return its newest issue.

    A draft is brought up to the ledger. A report that is filled in stays as it was signed. An issued one
    stays for ever: with a `reason` what changed becomes the draft of the next issue. `by` None is the
    schedule.
    """
    return compile_by(Order(by, reason.strip(), request=request), asked)


def compile_by(order: Order, asked: Asked) -> tuple[Report, Outcome]:
    """The same by an order, see `compile_report`."""
    if order.by is not None and not may_work_on(scope_of(order.by), asked.campaign, asked.unit):
        raise PermissionDenied("您没有编制该单位报表的权限")
    if not within_campaign(asked.campaign, asked.period, asked.campaign.today()):
        raise ValidationError({"period": "所选期间不在专项行动期间内，或尚未开始"})
    if asked.unit and not asked.form.concerns(asked.campaign, [asked.unit]):
        raise ValidationError({"unit": f"方案没有要求{asked.unit}报送“{asked.form.short}”"})
    for _ in range(TRIES):
        seen = issues(asked.campaign, asked.unit, asked.form, asked.period).first()
        if seen is not None and seen.state in (ReportState.FILLED, ReportState.REVIEWED):
            return seen, Outcome.SIGNED
        compiled = compile_form(asked.form, _ask(asked, seen))
        kept = _keep(order, asked, compiled, seen)
        if kept is not None:
            return kept
    raise Busy(str(asked))


def _ask(asked: Asked, seen: Report | None) -> Ask:
    """What the form is asked, with what was typed into the newest issue, before the first one into the last
    period's, and for the whole by units.
    """
    by_units: dict[int, dict[str, TypedFigure]] = {}
    unit_id = asked.unit.pk if asked.unit else None
    if asked.unit is None:
        by_units = typed_rows_by_units(asked.campaign, asked.form, asked.period)
    typed: dict[Key, dict[str, Number]] = {unit: numbers_of(rows) for unit, rows in by_units.items()}
    typed[unit_id] = numbers_of(typed_of(seen) if seen else _still_typed(asked))
    issue = 1 if seen is None else seen.issue + seen.is_issued
    return Ask(
        asked.campaign,
        asked.as_of,
        asked.unit,
        replace(asked.period, end=asked.as_of),
        by="" if asked.unit else asked.form.rows_by,
        typed=typed,
        typed_ids={unit: {slug: row.pk for slug, row in rows.items()} for unit, rows in by_units.items()},
        number=_number(asked.campaign, unit_id, asked.form.slug, end=asked.period.end, issue=issue),
    )


def _still_typed(asked: Asked) -> dict[str, TypedFigure]:
    """Typed figures of the last issued period that hold until they are typed anew: how many there are."""
    before = last_issued(asked.campaign, asked.unit, asked.form, asked.period.end)
    if before is None:
        return {}
    lasting = {one.slug for one in asked.form.indicators_for(asked.campaign, asked.unit) if one.stock}
    if asked.unit is None:
        lasting -= {
            slug for row in typed_by_units(asked.campaign, asked.form, asked.period).values() for slug in row
        }
    return {slug: row for slug, row in typed_of(before).items() if slug in lasting}


@transaction.atomic
def _keep(
    order: Order, asked: Asked, compiled: Compiled, seen: Report | None
) -> tuple[Report, Outcome] | None:
    """Keep what was compiled as it befits the newest issue. None: somebody worked on it meanwhile.

    The report's own row is locked too: who signs locks nothing else.
    """
    lock_campaign(asked.campaign.pk)
    rows = issues(asked.campaign, asked.unit, asked.form, asked.period)
    newest = rows.select_for_update(of=("self",)).first()
    if (newest and (newest.pk, newest.version)) != (seen and (seen.pk, seen.version)):
        compiled.book.discard()
        return None
    if newest is None:
        report = _write(Report(issue=1), order, asked, compiled)
        _carry(_still_typed(asked), report)
        return report, Outcome.NEW
    same = newest.figures.get("content") == compiled.figures["content"]
    if same and not (newest.is_issued and order.anew):
        compiled.book.discard()
        return _checked_again(newest), Outcome.SAME
    if not newest.is_issued:
        return _write(newest, order, asked, compiled), Outcome.UPDATED
    if not order.reason:
        compiled.book.discard()
        return newest, Outcome.CHANGED
    return _next_issue(newest, order, asked, compiled), Outcome.NEW


def lock_campaign(campaign_id: int) -> None:
    """Let one at a time make reports of a campaign. Its key stays free: hazards are logged meanwhile."""
    Campaign.objects.select_for_update(no_key=True).get(pk=campaign_id)


def _checked_again(report: Report) -> Report:
    """The same draft, checked against what others have issued meanwhile."""
    if not report.is_issued:
        report.checks = run(case_of(report))
        report.save(update_fields=["checks"])
    return report


def _next_issue(issued: Report, order: Order, asked: Asked, compiled: Compiled) -> Report:
    """The draft of the issue after an issued one, with what was typed and noted, what changed and why."""
    report = Report(issue=issued.issue + 1, reason=order.reason, note=issued.note, notes=issued.notes)
    _write(report, order, asked, compiled)
    _carry(typed_of(issued), report)
    return report


def _carry(typed: dict[str, TypedFigure], report: Report) -> None:
    """What was typed into one report stands in the next, as who typed it left it."""
    TypedFigure.objects.bulk_create(
        TypedFigure(report=report, slug=row.slug, value=row.value, by=row.by, at=row.at, note=row.note)
        for row in typed.values()
    )


def _write(report: Report, order: Order, asked: Asked, compiled: Compiled) -> Report:
    """Save the report as compiled, with its seal and a line of history. Earlier files go on commit."""
    new = report.pk is None
    outdated = [] if new else [copy(report.workbook), copy(report.records)]
    report.campaign, report.department, report.form = asked.campaign, asked.unit, asked.form.slug
    report.period_start, report.period_end = asked.period.start, asked.period.end
    report.as_of, report.figures = compiled.book.as_of, compiled.figures
    report.compiled_at, report.compiled_by = asked.campaign.now(), order.by
    report.version = 1 if new else report.version + 1
    content = compiled.book.to_bytes()
    report.sha256 = hashlib.sha256(content).hexdigest()
    for old in filter(None, outdated):
        transaction.on_commit(partial(old.storage.delete, str(old.name)))
    report.workbook.save(f"{compiled.book.number}.xlsx", ContentFile(content), save=False)
    report.records.save(f"{compiled.book.number}.json.gz", ContentFile(compiled.records), save=False)
    report.changes = differences(_issued_before(report), report)
    report.checks = run(case_of(report))
    report.save()
    if not order.recorded:
        _record(report, order, ReportAction.REOPEN if new and report.issue > 1 else ReportAction.COMPILE)
    return report


def _record(report: Report, order: Order, action: ReportAction) -> None:
    """A line of the report's history and of the audit trail."""
    reopened = action == ReportAction.REOPEN
    ReportStep.objects.create(
        report=report,
        action=action,
        by=order.by,
        at=report.compiled_at,
        note=order.reason if reopened else "",
    )
    audit.record(
        "报表重新编制" if reopened else "汇总报表",
        user=order.by,
        target=str(report),
        request=order.request,
        sha256=report.sha256,
    )


def _issued_before(report: Report) -> Report | None:
    """The issue before this one of the same report."""
    if report.issue == 1:
        return None
    return Report.objects.get(
        campaign=report.campaign,
        department=report.department,
        form=report.form,
        period_end=report.period_end,
        issue=report.issue - 1,
    )


def report_number(report: Report) -> str:
    """The number that the report's workbook bears, unique among all."""
    return _number(
        report.campaign, report.department_id, report.form, end=report.period_end, issue=report.issue
    )


def _number(campaign: Campaign, unit_id: int | None, form: str, *, end: date, issue: int) -> str:
    """Campaign, form, unit, last day of the period, issue."""
    return f"{campaign.number_prefix}-{form}-{unit_id or 0}-{end:%Y%m%d}-{issue}"
