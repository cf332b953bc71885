"""Whether a notice still says anything: what is settled since is left out of messages."""

from datetime import date

from hazards.enums import BatchState, Status
from hazards.models import Hazard
from notices.enums import NoticeKind
from notices.models import Notice
from notices.sources.imports import STATES
from notices.sources.letters import Step
from reports.models import SupervisionLetter
from reports.queries import handed_in

REPAIRING = (Status.REPORTED, Status.RECTIFYING)
DEADLINES = (NoticeKind.DUE_SOON, NoticeKind.OVERDUE, NoticeKind.ESCALATED, NoticeKind.PROPOSED)
STANDING = {
    NoticeKind.ASSIGNED: Status.RECTIFYING,
    NoticeKind.RETURNED: Status.RECTIFYING,
    NoticeKind.SUBMITTED: Status.SUBMITTED,
}
"""Kinds of news and the status in which a hazard must still stand."""


def still_holds(notice: Notice) -> bool:
    """Whether what it says is still so. Reads its subject, which the caller should have selected."""
    if notice.hazard is not None:
        return _of_hazard(notice, notice.hazard)
    if notice.occurrence is not None:
        return notice.occurrence.done_on is None and notice.occurrence.due_on == notice.due_on
    if notice.reminder is not None:
        return not handed_in(notice.reminder)
    if notice.letter is not None:
        return _of_letter(notice, notice.letter)
    assert notice.batch is not None
    return STATES.get(BatchState(notice.batch.state), (0, ""))[0] == notice.step


def _of_hazard(notice: Notice, hazard: Hazard) -> bool:
    kind = NoticeKind(notice.kind)
    if kind is NoticeKind.PROPOSED and _was_written(hazard, notice.due_on):
        return False
    if kind in DEADLINES:
        return hazard.status in REPAIRING and hazard.due_on == notice.due_on
    if kind in STANDING:
        return hazard.status == STANDING[kind]
    return hazard.is_open


def _was_written(hazard: Hazard, due_on: date) -> bool:
    """Whether a letter that holds has pressed for it since that day: the proposal is carried out."""
    return hazard.letter_rows.filter(letter__voided_on=None, letter__issued_on__gt=due_on).exists()


def _of_letter(notice: Notice, letter: SupervisionLetter) -> bool:
    """A reply stands; all else waits for one, or is void."""
    if letter.voided_on:
        return False
    return notice.step == Step.ANSWERED or not letter.replies.exists()
