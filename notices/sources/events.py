"""News: what has happened to hazards, from their history.

The history row is written in the transaction of the act itself, so that nothing that happened can be
missing here, whatever stood still at the time (security J3).
"""

from collections.abc import Iterator
from datetime import timedelta

from campaigns.periods import Period
from hazards.enums import Action, Status
from hazards.models import StatusChange
from notices.batches import batches
from notices.enums import NoticeKind
from notices.people import People
from notices.sources.procedures import PROCEDURES, Waiting
from notices.subjects import Draft, Moment, notices
from notices.words import about, day
from reports.layouts import FORMS
from reports.models import ReportReminder
from reports.queries import handed_in

LOOK_BACK = timedelta(days=7)
"""How far a scan looks back when none ran before; else from the last scan's day on."""
BY_ACTION = {
    Action.ASSIGN: (NoticeKind.ASSIGNED, Status.RECTIFYING),
    Action.SUBMIT: (NoticeKind.SUBMITTED, Status.SUBMITTED),
    Action.REPORT_FIXED: (NoticeKind.SUBMITTED, Status.SUBMITTED),
    Action.REJECT: (NoticeKind.RETURNED, Status.RECTIFYING),
    Action.URGE: (NoticeKind.URGED, None),
}
"""What a step is news of, as long as the hazard still stands where the step left it: the status that it
leads to, or with None the one that it found."""


def since(moment: Moment) -> Period:
    """The days that a scan looks at: a day more than since the last, for acts that were under way then."""
    last = moment.scanned_on
    if last is None or last > moment.today:  # none ran before, or the business date was set back since
        return Period(moment.today - LOOK_BACK, moment.today)
    return Period(last - timedelta(days=1), moment.today)


def _changes(moment: Moment, actions: Iterator[Action] | list[Action]) -> Iterator[StatusChange]:
    days = since(moment)
    changes = StatusChange.objects.filter(
        on__range=(days.start, days.end), action__in=list(actions), hazard__campaign=moment.campaign
    )
    return changes.select_related("hazard__park").iterator(chunk_size=2000)


def news(moment: Moment, people: People) -> Iterator[Draft]:
    """Assigned, handed in for acceptance, sent back, urged: each told once a step, not to its author."""
    for change in _changes(moment, list(BY_ACTION)):
        kind, still = BY_ACTION[Action(change.action)]
        hazard = change.hazard
        if hazard.status != (still or change.to_status):
            continue
        accepts = hazard.status == Status.SUBMITTED
        told = people.accepting(hazard) if accepts else people.of(hazard)
        if "letter" in change.facts:  # the unit itself is told of the letter, once for all its hazards
            told -= people.officers.get(hazard.responsible_department_id or 0, set())
        text = {
            NoticeKind.ASSIGNED: f"已交办，请于 {day(hazard.due_on)} 前完成整改",
            NoticeKind.SUBMITTED: "已申请验收，请核实后验收或退回",
            NoticeKind.RETURNED: f"验收未通过：{change.note}",
            NoticeKind.URGED: _urging(change),
        }[kind]
        yield from _of_change(moment, told - {change.by_id}, kind, change, text)


def procedures(moment: Moment, people: People) -> Iterator[Draft]:
    """What was asked for or decided beside the status: to those whose turn it is, not to its author."""
    for changes in batches(_changes(moment, list(PROCEDURES))):
        waiting = Waiting.among({change.hazard_id for change in changes})
        for change in changes:
            one = PROCEDURES[Action(change.action)]
            if change.hazard.is_open and one.holds(change.hazard, waiting):
                told = one.told(people, change.hazard) - {change.by_id}
                yield from _of_change(moment, told, one.kind, change, one.text(change))


def _of_change(
    moment: Moment, told: set[int], kind: NoticeKind, change: StatusChange, text: str
) -> Iterator[Draft]:
    hazard = change.hazard
    yield from notices(
        moment,
        told,
        kind,
        about(hazard, text),
        due_on=change.on,
        step=change.version,
        happened_at=change.at,
        hazard=hazard,
    )


def _urging(change: StatusChange) -> str:
    """What the lead bureau asks for, from those whose turn it is."""
    turn = {Status.REPORTED: "请尽快交办", Status.SUBMITTED: "请尽快验收"}
    asked = turn.get(Status(change.to_status), f"请于 {day(change.hazard.due_on)} 前完成整改")
    if change.to_status == Status.RECTIFYING and (due := change.hazard.due_on) and due < change.on:
        asked = f"整改期限 {day(due)}，已逾期，请尽快整改"
    return f"牵头单位催办，{asked}{f'：{change.note}' if change.note else ''}"


def reports_asked(moment: Moment, people: People) -> Iterator[Draft]:
    """A report that a unit was asked for: to the unit's staff, unless it has handed it in since."""
    days = since(moment)
    asked = ReportReminder.objects.filter(campaign=moment.campaign, on__range=(days.start, days.end))
    for one in asked.select_related("department", "campaign"):
        if handed_in(one):
            continue
        what = f"{FORMS[one.form].short}（{Period(one.period_start, one.period_end)}）"
        yield from notices(
            moment,
            people.officers.get(one.department_id, set()),
            NoticeKind.REPORT_ASKED,
            f"牵头单位催报：{one.department}的{what}请尽快报送",
            due_on=one.on,
            happened_at=one.at,
            reminder=one,
        )
