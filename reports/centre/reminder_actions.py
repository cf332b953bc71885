"""Writes: 催报, a unit that owes a report is asked for it; notices tell its people.

Errors: `PermissionDenied` for anybody but the lead bureau, `ValidationError` when nobody is left to ask.
"""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest

from accounts import audit
from accounts.models import User
from campaigns.models import Campaign
from campaigns.periods import Period
from campaigns.queries import scope_of
from parks.models import Department
from reports.centre.grid import grid
from reports.enums import HandedIn
from reports.layouts.form import Form
from reports.models import ReportReminder
from reports.rules import may_remind


@transaction.atomic
def remind(
    campaign: Campaign,
    units: Iterable[Department],
    form: Form,
    period: Period,
    *,
    by: User,
    request: HttpRequest | None = None,
) -> list[ReportReminder]:
    """Ask those of the units that miss the report for it, each once a day; returns what was written.

    A unit that has handed it in meanwhile, or was asked today, is passed over.
    """
    scope = scope_of(by)
    if not may_remind(scope, campaign):
        raise PermissionDenied("只有牵头单位可以催报")
    # One at a time: two who press at once make one reminder each unit, and neither gets an error.
    Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    today, asked = campaign.today(), {unit.pk for unit in units}
    found = []
    for line in grid(scope, campaign, form, [period], campaign.now()):
        if line.unit is None or line.unit.pk not in asked:
            continue
        if line.current.handed_in is HandedIn.MISSING and not (line.reminded and line.reminded.on == today):
            found.append(line.unit)
    if not found:
        raise ValidationError("没有需要催报的单位：都已报送、尚未到期，或今天已催报过")
    return [_ask(campaign, unit, form, period, by=by, request=request) for unit in found]


def _ask(
    campaign: Campaign,
    unit: Department,
    form: Form,
    period: Period,
    *,
    by: User,
    request: HttpRequest | None,
) -> ReportReminder:
    row = ReportReminder.objects.create(
        campaign=campaign,
        department=unit,
        form=form.slug,
        period_start=period.start,
        period_end=period.end,
        by=by,
        at=campaign.now(),
        on=campaign.today(),
    )
    audit.record("催报", user=by, target=f"{unit} {form.short} {period}", request=request)
    return row
