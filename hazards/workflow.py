"""What may follow what in a hazard's life, and who may do it: one table, pure.

Pages, API, import and tests read it; hazards/actions.py is the only place that acts on it.
Source: the plans' own closing rules (P0 §三, P2 §三, P3 §三（二）1, P4 第三阶段 分级验收).
"""

from dataclasses import dataclass

from hazards.enums import Action, Given, Level, Party, Status

EVERY_LEVEL = (Level.GENERAL, Level.MAJOR)


@dataclass(frozen=True)
class Step:
    """One row: from which statuses, by which party for which level, to which status.

    target: None leaves the status as it is. asks: what must be entered. given: what must be so beside
    the status, for every level; given_major: for major hazards only.
    """

    action: Action
    sources: tuple[Status, ...]
    target: Status | None
    who: dict[Level, frozenset[Party]]
    asks: tuple[str, ...] = ()
    given: tuple[Given, ...] = ()
    given_major: tuple[Given, ...] = ()

    def parties(self, level: str) -> frozenset[Party]:
        """Who may take the step for a hazard of that level; empty when nobody may."""
        return self.who.get(Level(level), frozenset())

    def needs(self, level: str) -> tuple[Given, ...]:
        """What must be so for a hazard of that level."""
        return self.given + (self.given_major if level == Level.MAJOR else ())


def _major(*parties: Party) -> dict[Level, frozenset[Party]]:
    return {Level.MAJOR: frozenset(parties)}


def _all(*parties: Party) -> dict[Level, frozenset[Party]]:
    return dict.fromkeys(EVERY_LEVEL, frozenset(parties))


_REPORTERS = (Party.TASK_FORCE, Party.DEPARTMENT, Party.LEAD, Party.OPERATOR)
_REPAIRERS = (Party.RESPONSIBLE, Party.OPERATOR, Party.TASK_FORCE)
_OPEN = (Status.REPORTED, Status.RECTIFYING, Status.SUBMITTED)
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
            _all(*_REPAIRERS),
            ("note", "done_on", "photos"),
            given_major=(Given.COMMITTED, Given.TOLD_ON_DISCOVERY),
        ),
        Step(
            Action.ACCEPT,
            (Status.SUBMITTED,),
            Status.CLOSED,
            _ACCEPTERS,
            given_major=(Given.TOLD_ON_COMPLETION,),
        ),
        Step(Action.REJECT, (Status.SUBMITTED,), Status.RECTIFYING, _ACCEPTERS, ("note",)),
        Step(
            Action.REFER,
            (Status.REPORTED, Status.RECTIFYING),
            Status.REPORTED,
            _all(Party.RESPONSIBLE, Party.LEAD),
            ("receiver", "reason"),
            (Given.NO_REFERRAL_WAITING,),
        ),
        Step(
            Action.RECEIVE,
            (Status.REPORTED,),
            None,
            _all(Party.RESPONSIBLE),
            given=(Given.REFERRAL_WAITING,),
        ),
        Step(
            Action.DECLINE,
            (Status.REPORTED,),
            None,
            _all(Party.RESPONSIBLE),
            ("note",),
            (Given.REFERRAL_WAITING,),
        ),
        Step(
            Action.COMMIT,
            (Status.RECTIFYING,),
            None,
            _major(*_REPAIRERS),
            ("duty", "measures", "funds", "time_limit", "emergency_plan", "clause"),
        ),
        Step(Action.TELL, _OPEN, None, _major(*_REPAIRERS), ("stage", "regulator_on", "assembly_on")),
        Step(
            Action.ASK_EXTENSION,
            (Status.RECTIFYING,),
            None,
            _all(Party.RESPONSIBLE),
            ("to_due_on", "reason", "interim"),
            (Given.NO_EXTENSION_WAITING,),
        ),
        Step(Action.EXTEND, (Status.RECTIFYING,), None, _all(Party.LEAD), given=(Given.EXTENSION_WAITING,)),
        Step(
            Action.REFUSE_EXTENSION,
            (Status.RECTIFYING,),
            None,
            _all(Party.LEAD),
            ("note",),
            (Given.EXTENSION_WAITING,),
        ),
        Step(
            Action.SUPERVISE,
            _OPEN,
            None,
            _major(Party.LEAD),
            ("supervision_level", "number", "published_on", "limit"),
            (Given.NOT_LISTED,),
        ),
        Step(Action.LIFT, _OPEN, None, _major(Party.LEAD), ("note",), (Given.LISTED,)),
        Step(
            Action.ASK_JOINT,
            _OPEN,
            None,
            _all(Party.TASK_FORCE),
            ("reason",),
            (Given.JOINT_NOT_ASKED,),
        ),
        Step(Action.JOINT, _OPEN, None, _all(Party.LEAD)),
        Step(Action.URGE, _OPEN, None, _all(Party.LEAD)),
        Step(Action.MERGE, _OPEN, Status.VOID, _all(Party.LEAD), ("same_as",)),
        Step(Action.VOID, _OPEN, Status.VOID, _all(Party.LEAD), ("note",)),
    )
}


def allowed(action: Action, status: str) -> bool:
    """Whether the action may be taken in that status at all."""
    return Status(status) in STEPS[action].sources


def target_of(action: Action, status: str) -> Status:
    """The status that the action leads to from this one."""
    target = STEPS[action].target
    return Status(status) if target is None else target


def steps_from(status: str, level: str, parties: frozenset[Party]) -> list[Action]:
    """The actions that somebody on these sides may take now, in the table's order."""
    return [
        step.action
        for step in STEPS.values()
        if Status(status) in step.sources and parties & step.parties(level)
    ]
