"""Whether a notice still says anything: what is settled since, or said anew, is left out of messages."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Max, Q

from campaigns.models import Campaign
from hazards.enums import Action, BatchState, Status
from hazards.models import Hazard, StatusChange
from notices.batches import batches
from notices.enums import NoticeKind
from notices.models import Notice
from notices.sources.imports import STATES
from notices.sources.letters import Step
from notices.sources.procedures import PROCEDURES, Waiting
from reports.models import LetterHazard, LetterReply, ReportReminder, SupervisionLetter
from reports.queries import handed_in, handed_in_occurrences

REPAIRING = (Status.REPORTED, Status.RECTIFYING)
DEADLINES = (NoticeKind.DUE_SOON, NoticeKind.OVERDUE, NoticeKind.ESCALATED, NoticeKind.PROPOSED)
STANDING = {
    NoticeKind.ASSIGNED: Status.RECTIFYING,
    NoticeKind.RETURNED: Status.RECTIFYING,
    NoticeKind.SUBMITTED: Status.SUBMITTED,
}
"""Kinds of news and the status in which a hazard must still stand."""
STEPS = (
    NoticeKind.URGED,
    NoticeKind.EXTENSION,
    NoticeKind.REFERRED,
    NoticeKind.SUPERVISED,
    NoticeKind.JOINT,
)
"""Kinds of news that hold as long as the step of the history does from which they come."""
REPORTS = (NoticeKind.REPORT_DUE, NoticeKind.REPORT_MISSING)
SERIES: dict[str, str] = {
    NoticeKind.DUE_SOON: "deadline",
    NoticeKind.OVERDUE: "deadline",
    NoticeKind.ESCALATED: "ladder",
    NoticeKind.PROPOSED: "ladder",
    NoticeKind.WORK_DUE: "work",
    NoticeKind.CHECKUP_DUE: "work",
    NoticeKind.REPORT_DUE: "work",
    NoticeKind.REPORT_MISSING: "work",
}
"""Kinds that say again and again how near or how late one thing is: who is told the next has done with the
one before."""


@dataclass(frozen=True)
class Facts:
    """What must be known beside the notices' own subjects, read once for all of them."""

    steps: dict[tuple[int, int], StatusChange]
    """Of the history, by hazard and version."""
    waiting: Waiting
    pressed: dict[int, date]
    """By hazard, the day of the last letter that holds."""
    answered: frozenset[int]
    """Letters with a reply."""
    handed_in: frozenset[int]
    """Askings for reports that came in since."""
    filled: frozenset[int]
    """Due reports that are filled in."""
    ended: frozenset[int]
    """Campaigns that are over."""


def still_hold(notices: Iterable[Notice]) -> list[Notice]:
    """Those that still say something, in their order. Their subjects should have been selected."""
    return standing(one for one in notices if one.obsolete_at is None)


def standing(notices: Iterable[Notice]) -> list[Notice]:
    """Those of which what they say is still so, though it may have been said anew since."""
    return [one for part in batches(notices) for one in _holding(part)]


Series = tuple[object, ...]


def series_of(notice: Notice, *, of_group: bool = False) -> Series | None:
    """What a person, or a group as one, is told of again and again; None where a notice stands alone."""
    name = SERIES.get(notice.kind)
    who = None if of_group else notice.user_id
    return (who, name, notice.hazard_id, notice.occurrence_id) if name else None


def said_anew(notices: Sequence[Notice]) -> set[int]:
    """The numbers of those, all of one person, of whose series there is a later one."""
    put_away = [one for one in notices if one.obsolete_at is not None and series_of(one)]
    about = Q(hazard__in={one.hazard_id for one in put_away} - {None})
    about |= Q(occurrence__in={one.occurrence_id for one in put_away} - {None})
    people = {one.user_id for one in put_away}
    later = Notice.objects.filter(about, user__in=people, kind__in=list(SERIES)).order_by("pk")
    newest = {series_of(one): one.pk for one in later} if put_away else {}
    return {one.pk for one in put_away if newest[series_of(one)] != one.pk}


def latest(notices: Sequence[Notice], *, of_group: bool = False) -> list[Notice]:
    """Of each series what is furthest on; all that stand alone."""
    series = [series_of(one, of_group=of_group) for one in notices]
    last: dict[Series, int] = {}
    for one, key in zip(notices, series, strict=True):
        if key:
            last[key] = max(_progress(one), last.get(key, _progress(one)))
    both = zip(notices, series, strict=True)
    return [one for one, key in both if key is None or _progress(one) == last[key]]


def _progress(notice: Notice) -> int:
    """Days before count down to the day, days after and rungs of the ladder up from it; work below zero."""
    climbing = notice.kind in (NoticeKind.OVERDUE, NoticeKind.ESCALATED, NoticeKind.PROPOSED)
    return notice.step if climbing else -notice.step


def _holding(notices: list[Notice]) -> list[Notice]:
    facts = _facts_of(notices)
    return [one for one in notices if one.campaign_id not in facts.ended and _holds(one, facts)]


def _holds(notice: Notice, facts: Facts) -> bool:
    if notice.hazard is not None:
        return _of_hazard(notice, notice.hazard, facts)
    if notice.occurrence is not None:
        row = notice.occurrence
        return row.done_on is None and row.due_on == notice.due_on and row.pk not in facts.filled
    if notice.reminder_id is not None:
        return notice.reminder_id not in facts.handed_in
    if notice.letter is not None:
        return _of_letter(notice, notice.letter, facts)
    assert notice.batch is not None
    return STATES.get(BatchState(notice.batch.state), (0, ""))[0] == notice.step


def _of_hazard(notice: Notice, hazard: Hazard, facts: Facts) -> bool:
    kind = NoticeKind(notice.kind)
    if kind in DEADLINES:
        # A letter that has pressed for it since its day has carried the proposal out.
        done = kind is NoticeKind.PROPOSED and facts.pressed.get(hazard.pk, date.min) > notice.due_on
        return not done and hazard.status in REPAIRING and hazard.due_on == notice.due_on
    if kind in STANDING:
        return hazard.status == STANDING[kind]
    step = facts.steps.get((hazard.pk, notice.step))
    if step is None or not hazard.is_open:
        return hazard.is_open
    if kind is NoticeKind.URGED:
        return hazard.status == step.to_status
    return PROCEDURES[Action(step.action)].holds(hazard, facts.waiting)


def _of_letter(notice: Notice, letter: SupervisionLetter, facts: Facts) -> bool:
    """A reply stands; all else waits for one, or is void."""
    if letter.voided_on:
        return False
    return notice.step == Step.ANSWERED or letter.pk not in facts.answered


def _facts_of(notices: Collection[Notice]) -> Facts:
    moved = {one.hazard_id for one in notices if one.kind in STEPS and one.hazard_id}
    proposed = {one.hazard_id for one in notices if one.kind == NoticeKind.PROPOSED and one.hazard_id}
    letters = {one.letter_id for one in notices if one.letter_id}
    asked = {one.reminder for one in notices if one.reminder_id and one.reminder}
    campaigns = {one.campaign_id for one in notices if one.campaign_id}
    return Facts(
        _steps(moved, {one.step for one in notices if one.kind in STEPS}),
        Waiting.among(moved),
        _pressed(proposed),
        frozenset(LetterReply.objects.filter(letter__in=letters).values_list("letter_id", flat=True)),
        _handed_in(asked),
        _filled({one.campaign_id for one in notices if one.kind in REPORTS and one.campaign_id}),
        frozenset(Campaign.objects.filter(pk__in=campaigns, active=False).values_list("pk", flat=True)),
    )


def _steps(hazards: Collection[int], versions: Collection[int]) -> dict[tuple[int, int], StatusChange]:
    found = StatusChange.objects.filter(hazard__in=hazards, version__in=versions)
    return {(row.hazard_id, row.version): row for row in found}


def _pressed(hazards: Collection[int]) -> dict[int, date]:
    held = LetterHazard.objects.filter(hazard__in=hazards, letter__voided_on=None)
    return dict(held.values_list("hazard_id").annotate(last=Max("letter__issued_on")))


def _handed_in(asked: Iterable[ReportReminder]) -> frozenset[int]:
    return frozenset(one.pk for one in asked if handed_in(one))


def _filled(campaigns: Collection[int]) -> frozenset[int]:
    found = Campaign.objects.filter(pk__in=campaigns) if campaigns else ()
    return frozenset(pk for campaign in found for pk in handed_in_occurrences(campaign))
