"""The demo's signed reports: the last weeks as offices live them, by the acts of daily work.

Each period is compiled by the schedule, filled in, reviewed and issued at the time at which people would
have done it. Some were late, one was sent back, one is missing, one had to be issued anew.
"""

import random
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils import timezone

from accounts.models import User
from campaigns.clock import done_at
from campaigns.models import Campaign
from campaigns.periods import Period
from hazard_tracker.demo.people import Cast
from hazard_tracker.demo.texts import VOIDS
from hazards.actions import void
from hazards.models import Hazard
from parks.models import Department
from reports.centre.reminder_actions import remind
from reports.check_case import case_of
from reports.checks import happened, run, warned
from reports.enums import ReportState
from reports.layouts import weekly
from reports.layouts.form import Form
from reports.models import Report
from reports.series import last_full_period, occurrences_of, periods_to_report, report_form, reported_forms
from reports.signing.actions import fill, issue, reopen, review, send_back
from reports.tasks import compile_due

WEEKS, PERIODS = 4, 2
"""Of the weekly reports and of the others, so many before the last full period are signed."""
MINUTES = timedelta(minutes=1)
NIGHTLY = time(0, 5)
MISSING, LATE, RETURNED = (3, "执法局"), (2, "资规局"), (1, "应急局")
"""Periods before the last full one, and whose weekly report was not handed in, came late, was sent back."""
CORRECTED = (1, "新城中心")
"""Whose report was issued again, because one of its hazards was void."""
LAST_WEEK = {
    "消防大队": ReportState.DRAFT,
    "新城中心": ReportState.FILLED,
    "应急局": ReportState.REVIEWED,
}
"""How far the reports of the last full week have come; those of the others are issued."""
LATE_LAST_WEEK = "执法局"
NOTES = {
    "fines": "案件在执法办案系统立案，案号待补登，罚款以决定书为准。",
    "follows": "上期印发后作废隐患1条，累计数相应减少。",
}
NOTE = "已与台账核对，情况属实。"
RETURN_NOTE = "本周立案情况请与执法台账再核对一次。"


def owed_by_report(campaign: Campaign) -> set[int]:
    """Ids of the due reports of which this tells: no other record of them is made."""
    return {
        row.pk
        for form in reported_forms(campaign)
        if (periods := _periods(campaign, form))
        for row in occurrences_of(campaign, form, Period(periods[0].start, periods[-1].end))
    }


def _periods(campaign: Campaign, form: Form) -> list[Period]:
    """The periods told of, earliest first; the last full one is the last."""
    last = last_full_period(form, campaign, campaign.today())
    before = WEEKS if form.slug == weekly.SLUG else PERIODS
    return periods_to_report(form, campaign, last.end, before + 1)[::-1]


@dataclass(frozen=True)
class _Round:
    """One report of one period; `back` is how many periods it lies before the last full one."""

    form: Form
    period: Period
    back: int

    def at(self, hour: int, minute: int, *, days: int = 1) -> datetime:
        """A time of day, so many days after the period's last."""
        day = self.period.end + timedelta(days=days)
        return timezone.make_aware(datetime.combine(day, time(hour, minute)))


@dataclass
class Secretary:
    """Has reports compiled and signed, period after period."""

    campaign: Campaign
    cast: Cast
    rng: random.Random

    def write(self) -> None:
        """All that was signed before the campaign's business date, in the order in which it happened."""
        rounds = [
            _Round(form, period, back)
            for form in reported_forms(self.campaign)
            for back, period in enumerate(reversed(_periods(self.campaign, form)))
        ]
        rounds = [one for one in rounds if one.period.end + timedelta(days=1) < self.campaign.today()]
        rounds.sort(key=lambda one: one.period.end)
        weeks = (one for one in rounds if one.form.slug == weekly.SLUG)
        wrong = next((one for one in weeks if one.back == CORRECTED[0]), None)
        for one in rounds:
            if wrong and one.period.end > wrong.period.end + timedelta(days=5):
                self._correct(wrong)
                wrong = None
            self._sign_round(one)
        self._remind()

    def _sign_round(self, one: _Round) -> None:
        """Units first, then the lead bureau: what it reports counts theirs too."""
        with done_at(timezone.make_aware(datetime.combine(one.period.end + timedelta(days=1), NIGHTLY))):
            compile_due(self.campaign, one.form)
        rows = Report.objects.filter(
            campaign=self.campaign, form=one.form.slug, period_end=one.period.end
        ).select_related("department")
        for report in rows.exclude(department=None).order_by("department_id"):
            self._sign_unit(one, report)
        whole = rows.get(department=None)
        if one.back:
            self._sign(whole, one.at(14, 10), self.cast.lead, self.cast.lead_chief)
        elif not one.form.by_unit:
            self._sign(whole, one.at(14, 10), self.cast.lead, self.cast.lead_chief, ReportState.FILLED)

    def _sign_unit(self, one: _Round, report: Report) -> None:
        unit = report.department
        assert unit
        name, last = unit.short_name, not one.back
        reach = LAST_WEEK.get(name, ReportState.ISSUED) if last else ReportState.ISSUED
        if (one.back, name) == MISSING:
            reach = ReportState.DRAFT
        late = (one.back, name) == LATE or (last and name == LATE_LAST_WEEK)
        start = one.at(15, 20) if late else one.at(8, 40)
        start += self.rng.randint(0, 75) * MINUTES
        if (one.back, name) == RETURNED:
            start = self._returned(report, start)
        self._sign(report, start, self.cast.officers[unit.pk], self.cast.chiefs[unit.pk], reach)

    def _returned(self, report: Report, at: datetime) -> datetime:
        """Filled in and sent back; from when it was filled in anew."""
        unit = report.department
        assert unit
        self._sign(report, at, self.cast.officers[unit.pk], self.cast.chiefs[unit.pk], ReportState.FILLED)
        at += 15 * MINUTES
        report.refresh_from_db()
        with done_at(at):
            send_back(report.pk, by=self.cast.chiefs[unit.pk], seen=report.version, note=RETURN_NOTE)
        return at + 12 * MINUTES

    def _sign(
        self,
        report: Report,
        at: datetime,
        by: User,
        another: User,
        reach: ReportState = ReportState.ISSUED,
    ) -> None:
        """Fill the report in at that time, have another review it, and issue it: so far as it has come."""
        if reach == ReportState.DRAFT:
            return
        report.refresh_from_db()
        report.checks = run(case := case_of(report))
        notes = {rule: NOTES.get(rule.split(":")[0], NOTE) for rule in warned(report)}
        with done_at(at):
            report = fill(report.pk, by=by, seen=report.version, notes=notes, nil=not happened(case))
        if reach == ReportState.FILLED:
            return
        at += self.rng.randint(8, 25) * MINUTES
        with done_at(at):
            report = review(report.pk, by=another, seen=report.version)
        if reach == ReportState.ISSUED:
            with done_at(at + self.rng.randint(3, 15) * MINUTES):
                issue(report.pk, by=another, seen=report.version)

    def _correct(self, one: _Round) -> None:
        """A hazard of the period is void; the unit and the lead bureau issue their reports once more."""
        unit = self.cast.units[CORRECTED[1]]
        moment = one.at(10, 20, days=4)
        hazard = self._voidable(unit, one.period, moment)
        if hazard is None:
            return
        with done_at(moment):
            void(hazard.pk, by=self.cast.lead, note=VOIDS[1])
        reason = f"隐患{hazard.number}{VOIDS[1]}，已作废"
        signers = ((unit, self.cast.officers[unit.pk], self.cast.chiefs[unit.pk]),
                   (None, self.cast.lead, self.cast.lead_chief))  # fmt: skip
        for hour, (whose, by, another) in enumerate(signers, start=9):
            issued = Report.objects.get(
                campaign=self.campaign, department=whose, form=one.form.slug, period_end=one.period.end
            )
            with done_at(one.at(hour, 5, days=5)):
                draft = reopen(issued.pk, by=by, reason=reason)
            self._sign(draft, one.at(hour, 15, days=5), by, another)

    def _voidable(self, unit: Department, period: Period, moment: datetime) -> Hazard | None:
        """A hazard of the unit found in the period, still open, of which nothing is told later."""
        rows = Hazard.objects.filter(
            campaign=self.campaign, responsible_department=unit, found_on__range=(period.start, period.end)
        )
        open_ones = rows.exclude(changes__at__gte=moment).order_by("number").distinct()
        return next((hazard for hazard in open_ones if hazard.is_open), None)

    def _remind(self) -> None:
        """The lead bureau asks the day after for what is missing of the last week."""
        form = report_form(self.campaign, weekly.SLUG)
        assert form
        period = _periods(self.campaign, form)[-1]
        late = [self.cast.units[name] for name, state in LAST_WEEK.items() if state == ReportState.DRAFT]
        with done_at(timezone.make_aware(datetime.combine(period.end + timedelta(days=2), time(9, 30)))):
            remind(self.campaign, late, form, period, by=self.cast.lead)
