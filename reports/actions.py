"""Writes: compile a report into an issue that never changes again.

Errors: `PermissionDenied` when the person may not compile for the unit, `ValidationError` for a week
outside the campaign.
"""

import hashlib

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
from reports.compile import Compiled, compile_weekly
from reports.enums import ReportKind
from reports.models import Report
from reports.queries import issues, latest_issue, may_compile

TRIES = 5


class Busy(Exception):
    """Others issued the same report again and again while this one was being compiled."""


def compile_report(
    campaign: Campaign,
    unit: Department | None,
    week: Period,
    *,
    by: User | None = None,
    request: HttpRequest | None = None,
) -> tuple[Report, bool]:
    """Compile the unit's week and return the issue and whether it is new.

    When the newest issue holds the same content, it is returned; otherwise the next number is given and
    earlier issues stay byte for byte as they are. `unit` None is the roll-up; `by` None is the schedule.
    """
    if by is not None and not may_compile(scope_of(by), campaign, unit):
        raise PermissionDenied("您没有汇总该单位周报的权限")
    as_of = min(week.end, campaign.today())
    first = campaign.figures_from or campaign.starts_on
    if as_of < week.start or week.end < first or week.start > campaign.ends_on:
        raise ValidationError({"week": "所选周次不在专项行动期间内，或尚未开始"})
    for _ in range(TRIES):
        seen = latest_issue(campaign, unit, week)
        compiled = compile_weekly(campaign, unit, week, as_of)
        report, new = _keep(campaign, unit, week, compiled, seen, by=by, request=request)
        if report is not None:
            return report, new
    raise Busy(f"{campaign} {unit} {week}")


@transaction.atomic
def _keep(
    campaign: Campaign,
    unit: Department | None,
    week: Period,
    compiled: Compiled,
    seen: Report | None,
    *,
    by: User | None,
    request: HttpRequest | None,
) -> tuple[Report | None, bool]:
    """Give the next number, unless the newest issue says the same. None: somebody issued another meanwhile.

    The campaign's row is locked without its key, so that hazards can still be logged under it.
    """
    Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    newest = issues(campaign, unit, week).first()
    if newest is not None and newest.figures.get("content") == compiled.figures["content"]:
        compiled.book.discard()
        return newest, False
    if newest != seen:
        compiled.book.discard()
        return None, False
    report = _issue(campaign, unit, week, compiled, newest.issue + 1 if newest else 1, by)
    audit.record("汇总报表", user=by, target=str(report), request=request, sha256=report.sha256)
    return report, True


def _issue(
    campaign: Campaign, unit: Department | None, week: Period, compiled: Compiled, issue: int, by: User | None
) -> Report:
    """Save what was compiled under its number, with the workbook and its seal."""
    compiled.book.number = report_number(campaign, unit, week, issue)
    content = compiled.book.to_bytes()
    report = Report(
        campaign=campaign,
        department=unit,
        kind=ReportKind.WEEKLY,
        period_start=week.start,
        period_end=week.end,
        as_of=compiled.book.as_of,
        issue=issue,
        figures=compiled.figures,
        sha256=hashlib.sha256(content).hexdigest(),
        compiled_at=campaign.now(),
        compiled_by=by,
    )
    report.workbook.save(f"{compiled.book.number}.xlsx", ContentFile(content), save=False)
    report.save(force_insert=True)
    return report


def report_number(campaign: Campaign, unit: Department | None, week: Period, issue: int) -> str:
    """The number that the workbook bears in its properties: campaign, unit, week, issue."""
    return f"{campaign.number_prefix}-W-{unit.pk if unit else 0}-{week.end:%Y%m%d}-{issue}"
