"""Supervision letters 督办函: issued, past their day without a reply, answered. Each told once."""

from collections.abc import Iterator
from datetime import timedelta
from enum import IntEnum
from typing import Any

from django.db.models import Q

from notices.enums import NoticeKind
from notices.people import People
from notices.sources.events import since
from notices.subjects import Draft, Moment, notices
from notices.words import day
from reports.letters.queries import unanswered
from reports.models import LetterReply, SupervisionLetter


class Step(IntEnum):
    """How far a letter is; the notice's `step`."""

    ISSUED = 0
    UNANSWERED = 1
    ANSWERED = 2


def letters(moment: Moment, people: People) -> Iterator[Draft]:
    """To the unit's staff and leaders a new letter; to them and the lead bureau a missing reply; to the
    lead bureau a reply.
    """
    held = SupervisionLetter.objects.filter(campaign=moment.campaign, voided_on=None)
    days = since(moment)
    issued = Q(issued_on__range=(days.start, days.end)) | Q(reply_by__lt=moment.today)
    for letter in unanswered(held.filter(issued)).select_related("department"):
        unit = people.officers.get(letter.department_id, set()) | people.leaders_over(letter.department_id)
        if letter.reply_by >= moment.today:
            told, step = unit - {letter.by_id}, Step.ISSUED
            said = f"{letter.sender}向{letter.department}发出督办函，请于 {day(letter.reply_by)} 前回复"
            when: dict[str, Any] = {"due_on": letter.issued_on, "happened_at": letter.issued_at}
        else:
            told, step = unit | people.lead, Step.UNANSWERED
            over = (moment.today - letter.reply_by).days
            said = f"{letter.department}应于 {day(letter.reply_by)} 前回复，已逾期{over}天"
            when = {"due_on": letter.reply_by, "told_on": letter.reply_by + timedelta(days=1)}
        yield from _of(moment, told, letter, step, said, when)
    replies = LetterReply.objects.filter(on__range=(days.start, days.end), letter__in=held)
    for reply in replies.select_related("letter__department"):
        said = f"{reply.letter.department}已回复，请核实"
        told, when = people.lead - {reply.by_id}, {"due_on": reply.on, "happened_at": reply.at}
        yield from _of(moment, told, reply.letter, Step.ANSWERED, said, when)


def _of(
    moment: Moment, told: set[int], letter: SupervisionLetter, step: Step, said: str, when: dict[str, Any]
) -> Iterator[Draft]:
    text = f"{letter.number}：{said}"
    yield from notices(moment, told, NoticeKind.LETTER, text, step=step, letter=letter, **when)
