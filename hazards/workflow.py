"""What may follow what in a hazard's life, and who may do it: one table, pure.

Pages, API, import and tests read it; hazards/actions.py is the only place that acts on it.
Source: the plans' own closing rules (P0 §三, P2 §三, P3 §三（二）1, P4 第三阶段 分级验收).
"""

from dataclasses import dataclass

from hazards.enums import Action, Level, Party, Status

EVERY_LEVEL = (Level.GENERAL, Level.MAJOR)


@dataclass(frozen=True)
class Step:
    """One row: from which statuses, by which party for which level, to which status."""

    action: Action
    sources: tuple[Status, ...]
    target: Status
    who: dict[Level, frozenset[Party]]
    asks: tuple[str, ...] = ()

    def parties(self, level: str) -> frozenset[Party]:
        """Who may take the step for a hazard of that level; empty when nobody may."""
        return self.who.get(Level(level), frozenset())


def _all(*parties: Party) -> dict[Level, frozenset[Party]]:
    return dict.fromkeys(EVERY_LEVEL, frozenset(parties))


_REPORTERS = (Party.TASK_FORCE, Party.DEPARTMENT, Party.LEAD, Party.OPERATOR)
_ACCEPTERS = {
    Level.GENERAL: frozenset({Party.TASK_FORCE, Party.LEAD}),
    Level.MAJOR: frozenset({Party.LEAD}),
}

STEPS: dict[Action, Step] = {
    step.action: step
    for step in (
        Step(Action.REPORT, (), Status.REPORTED, _all(*_REPORTERS)),
        Step(Action.REPORT_FIXED, (), Status.SUBMITTED, {Level.GENERAL: frozenset(_REPORTERS)}, ("photos",)),
        Step(
            Action.ASSIGN,
            (Status.REPORTED,),
            Status.RECTIFYING,
            {Level.GENERAL: frozenset({Party.LEAD, Party.TASK_FORCE}), Level.MAJOR: frozenset({Party.LEAD})},
            ("department", "due_on"),
        ),
        Step(
            Action.PROGRESS,
            (Status.RECTIFYING,),
            Status.RECTIFYING,
            _all(Party.RESPONSIBLE, Party.TASK_FORCE, Party.OPERATOR),
            ("note",),
        ),
        Step(
            Action.SUBMIT,
            (Status.RECTIFYING,),
            Status.SUBMITTED,
            _all(Party.RESPONSIBLE, Party.OPERATOR, Party.TASK_FORCE),
            ("note", "done_on", "photos"),
        ),
        Step(Action.ACCEPT, (Status.SUBMITTED,), Status.CLOSED, _ACCEPTERS),
        Step(Action.REJECT, (Status.SUBMITTED,), Status.RECTIFYING, _ACCEPTERS, ("note",)),
        Step(
            Action.VOID,
            (Status.REPORTED, Status.RECTIFYING, Status.SUBMITTED),
            Status.VOID,
            _all(Party.LEAD),
            ("note",),
        ),
    )
}


def allowed(action: Action, status: str) -> bool:
    """Whether the action may be taken in that status at all."""
    return Status(status) in STEPS[action].sources


def steps_from(status: str, level: str, parties: frozenset[Party]) -> list[Action]:
    """The actions that somebody on these sides may take now, in the table's order."""
    return [
        step.action
        for step in STEPS.values()
        if Status(status) in step.sources and parties & step.parties(level)
    ]
