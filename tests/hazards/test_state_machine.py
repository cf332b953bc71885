"""No sequence of verbs, by whomever and with whatever is typed, breaks what must hold of every hazard.

The suite runs a bounded number of lives, the same ones each time. By night, with other ones each time:
`HAZARD_LIVES=nightly make test ARGS="-n 0 tests/hazards/test_state_machine.py"` (1,000 lives of 50 steps).
"""

import os
from collections import Counter
from datetime import timedelta
from itertools import pairwise
from typing import Any, ClassVar

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from accounts.enums import Role
from campaigns.enums import Extra
from campaigns.models import Campaign
from campaigns.queries import scope_of
from hazards.enums import OPEN_STATUSES, Action, Level, Outcome, PhotoKind, ReportStage, Status
from hazards.models import (
    Commitments,
    DoubleReport,
    Extension,
    Hazard,
    JointEnforcement,
    NumberSequence,
    Photo,
    Referral,
    StatusChange,
    Supervision,
)
from hazards.rules import actions_open_to, may_take, missing_given
from hazards.workflow import STEPS, allowed, target_of
from tests import factories
from tests.hazards.lives import RARELY, VERBS, Draw, report

NIGHTLY = os.environ.get("HAZARD_LIVES") == "nightly"
LIVES, STEPS_A_LIFE = (1000, 50) if NIGHTLY else (45, 15)
HEAD_START = 10
"""Offered steps before chance takes over, so that it meets hazards in every state of their lives."""
SEEDS = st.integers(0, 2**32)
REFUSALS = (Hazard.DoesNotExist, PermissionDenied, ValidationError)
ANSWERS = (Action.RECEIVE, Action.DECLINE, Action.EXTEND, Action.REFUSE_EXTENSION)
MOVES_DUE = {Action.ASSIGN, Action.EXTEND, Action.REJECT}
TABLES = (
    Hazard, StatusChange, Photo, Extension, Referral, Supervision, Commitments, DoubleReport, NumberSequence,
    JointEnforcement, Hazard.helping_departments.through, JointEnforcement.hazards.through,
    JointEnforcement.units.through,
)  # fmt: skip


def everything() -> list[list[dict[str, Any]]]:
    """All that the verbs write, row by row."""
    return [list(table.objects.order_by("pk").values()) for table in TABLES]


class Lives(RuleBasedStateMachine):
    """A few hazards in one campaign; each step is somebody's, likely or wild, or time that passes."""

    world: ClassVar[Any]
    people: ClassVar[list[Any]]
    sides: ClassVar[list[list[Any]]]
    scopes: ClassVar[dict[int, Any]]
    taken: ClassVar[Counter] = Counter()
    majors_closed: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.dues: dict[int, Any] = {}
        self.step: Action | None = None
        self.drawn = 0
        self.checked: dict[int, int] = {}
        self.stands = everything()

    def teardown(self) -> None:
        type(self).majors_closed += Hazard.objects.filter(level=Level.MAJOR, status=Status.CLOSED).count()
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)
        self.world.campaign.refresh_from_db()

    @initialize(double=st.booleans(), limit=st.integers(0, 2), seed=SEEDS)
    def begin(self, double: bool, limit: int, seed: int) -> None:
        campaign = self.world.campaign
        campaign.extras = [Extra.DOUBLE_REPORT.value] if double else []
        campaign.extension_limit = limit
        campaign.save()
        for level in Level.values:
            self.somebody_reports(seed, level, likely=True, fixed=False)
        for _ in range(HEAD_START):
            self._offered(self._draw(seed, True))
            self.every_hazard_is_sound()

    @rule(seed=SEEDS, level=st.sampled_from(Level.values), likely=st.booleans(), fixed=st.booleans())
    def somebody_reports(self, seed: int, level: str, likely: bool, fixed: bool) -> None:
        if Hazard.objects.count() < 4:
            draw, verb = self._draw(seed, likely), Action.REPORT_FIXED if fixed else Action.REPORT
            by = draw.one(
                [self.world.tf_a, self.world.operator_a, self.world.lead] if likely else self.people
            )
            self._try(verb, lambda: report(draw, by, level, fixed=fixed))

    @rule(seed=SEEDS, steps=st.integers(1, 3), likely=st.booleans())
    def somebody_does_what_is_offered(self, seed: int, steps: int, likely: bool) -> None:
        for _ in range(steps):
            self._offered(self._draw(seed, likely))
            self.every_hazard_is_sound()

    @rule(seed=SEEDS, likely=st.booleans())
    def anybody_tries_anything(self, seed: int, likely: bool) -> None:
        draw = self._draw(seed, likely)
        if hazards := list(Hazard.objects.order_by("pk")):
            self._act(draw.one(hazards), draw.one(list(VERBS)), draw.one(self.people), draw)

    @rule(days=st.integers(1, 15))
    def days_pass(self, days: int) -> None:
        campaign = self.world.campaign
        if campaign.clock < campaign.ends_on:
            campaign.clock += timedelta(days)
            campaign.save()

    def _draw(self, seed: int, likely: bool) -> Draw:
        self.drawn += 1
        return Draw(self.world, f"{seed} {self.drawn}", likely)

    def _offered(self, draw: Draw) -> None:
        """A step that the page offers to somebody: most lives get somewhere."""
        hazards = list(Hazard.objects.filter(status__in=OPEN_STATUSES).order_by("pk"))
        if not hazards:
            return
        hazard = draw.one(hazards)
        if self._answered(draw):
            return
        # First the side, then one of it: else the many of one side would take every step.
        sides = draw.random.sample(self.sides, len(self.sides))
        if hazard.status == Status.RECTIFYING:
            sides.sort(key=lambda side: side is not self.sides[-1] and draw.random.random() < 0.6)
        for side in sides:
            for by in draw.random.sample(side, len(side)):
                offered = actions_open_to(by, self.scopes[by.pk], hazard)
                if verbs := [verb for verb in offered if verb not in RARELY or draw.random.random() < 0.15]:
                    weights = [_weight(verb, hazard) for verb in verbs]
                    self._act(hazard, draw.random.choices(verbs, weights)[0], by, draw)
                    return

    def _answered(self, draw: Draw) -> bool:
        """What waits for an answer mostly gets one, from somebody to whom the page offers it."""
        waits = Q(extensions__outcome=Outcome.WAITING) | Q(referrals__outcome=Outcome.WAITING)
        hazards = list(Hazard.objects.filter(waits, status__in=OPEN_STATUSES).order_by("pk").distinct())
        if not hazards or draw.random.random() < 0.3:
            return False
        hazard, people = draw.one(hazards), [by for side in self.sides for by in side]
        for by in draw.random.sample(people, len(people)):
            offered = actions_open_to(by, self.scopes[by.pk], hazard)
            if verbs := [verb for verb in offered if verb in ANSWERS]:
                self._act(hazard, draw.one(verbs), by, draw)
                return True
        return False

    def _act(self, hazard: Hazard, verb: Action, by: Any, draw: Draw) -> None:
        may = may_take(self.scopes[by.pk], verb, hazard) and allowed(verb, hazard.status)
        may = may and missing_given(verb, hazard) is None
        done = self._try(verb, lambda: VERBS[verb](draw, hazard.pk, by))
        if done and verb != Action.JOINT:
            assert may, f"{by} did {verb} that the table refuses"
            last = StatusChange.objects.filter(hazard=hazard).latest("pk")
            assert (last.action, last.by) == (verb, by)

    def _try(self, verb: Action, act: Any) -> bool:
        try:
            act()
        except REFUSALS:
            assert everything() == self.stands, f"refused {verb} left traces"
            return False
        self.stands = everything()
        self.taken[verb] += 1
        self.step = verb
        return True

    # --- what must hold -------------------------------------------------------------------------------

    @invariant()
    def every_hazard_is_sound(self) -> None:
        hazards = list(Hazard.objects.select_related("campaign").order_by("pk"))
        for hazard in hazards:
            if self.checked.get(hazard.pk) == hazard.version:
                continue
            self.checked[hazard.pk] = hazard.version
            self.history_is_whole(hazard)
            self.dates_are_ordered(hazard)
            self.closing_was_right(hazard)
            self.nothing_waits_twice(hazard)
            self.due_moves_by_its_verbs_only(hazard)
        numbers = [hazard.number for hazard in hazards]
        for campaign in Campaign.objects.all():
            prefix = f"{campaign.number_prefix}-2021-"
            own = sorted(number for number in numbers if number.startswith(prefix))
            assert own == [f"{prefix}{n:04d}" for n in range(1, len(own) + 1)]

    def history_is_whole(self, hazard: Hazard) -> None:
        rows = list(hazard.changes.order_by("version"))
        assert [row.version for row in rows] == list(range(1, hazard.version + 1))
        assert rows[0].from_status == "" and rows[0].action in {Action.REPORT, Action.REPORT_FIXED}
        assert rows[-1].to_status == hazard.status
        for before, after in pairwise(rows):
            assert before.to_status == after.from_status and before.on <= after.on and before.pk < after.pk
            assert after.to_status == target_of(Action(after.action), after.from_status)
            assert Status(after.from_status) in STEPS[Action(after.action)].sources

    def dates_are_ordered(self, hazard: Hazard) -> None:
        today = self.world.campaign.today()
        assert hazard.found_on <= today
        for day in (hazard.due_on, hazard.original_due_on, hazard.done_on, hazard.closed_on):
            assert day is None or hazard.found_on <= day
        assert (hazard.due_on is None) == (hazard.original_due_on is None)
        assert hazard.done_on is None or hazard.done_on <= today
        if hazard.closed_on:
            assert hazard.done_on and hazard.done_on <= hazard.closed_on <= today
        for one in hazard.supervisions.all():
            assert hazard.found_on <= one.published_on <= one.due_on
            assert one.lifted_on is None or one.published_on <= one.lifted_on
        for told in hazard.double_reports.all():
            earliest = hazard.found_on
            if told.stage == ReportStage.COMPLETION and hazard.status in (Status.SUBMITTED, Status.CLOSED):
                earliest = hazard.done_on or hazard.found_on
            assert earliest <= min(told.regulator_on, told.assembly_on)
        if hazard.recurs:
            assert hazard.recurs.closed_on and hazard.recurs.closed_on <= hazard.found_on

    def closing_was_right(self, hazard: Hazard) -> None:
        waits_or_done = hazard.status in (Status.SUBMITTED, Status.CLOSED)
        if hazard.status != Status.VOID:
            assert (hazard.submitted_by is not None) is waits_or_done
            assert (hazard.done_on is not None) is waits_or_done
        assert (hazard.accepted_by is not None) is (hazard.status == Status.CLOSED)
        if not waits_or_done:
            return
        assert hazard.photos.filter(kind=PhotoKind.AFTER).exists()
        if hazard.level == Level.MAJOR:
            assert Commitments.objects.filter(hazard=hazard).exists() and hazard.clause
            assert not hazard.on_the_spot
        if hazard.status != Status.CLOSED or (hazard.on_the_spot and hazard.level == Level.GENERAL):
            return
        assert hazard.accepted_by != hazard.submitted_by
        if hazard.level == Level.MAJOR:
            assert not units_of_person(hazard.accepted_by) & units_of_person(hazard.submitted_by)
            if Extra.DOUBLE_REPORT in hazard.campaign.extras:
                assert hazard.double_reports.count() == 2

    def nothing_waits_twice(self, hazard: Hazard) -> None:
        waiting = [
            rows.filter(outcome=Outcome.WAITING).count() for rows in (hazard.extensions, hazard.referrals)
        ]
        listed = hazard.supervisions.filter(lifted_on=None).count()
        assert max(*waiting, listed) <= (1 if hazard.status in OPEN_STATUSES else 0)
        assert not waiting[0] or hazard.status == Status.RECTIFYING
        assert not waiting[1] or hazard.status == Status.REPORTED
        granted = hazard.extensions.filter(outcome=Outcome.AGREED)
        assert granted.count() <= hazard.campaign.extension_limit
        for one in hazard.extensions.all():
            assert one.from_due_on < one.to_due_on <= hazard.campaign.ends_on
            assert one.decided_by is None or one.decided_by != one.asked_by
        if hazard.same_as:
            assert hazard.status == Status.VOID and hazard.same_as.park_id == hazard.park_id

    def due_moves_by_its_verbs_only(self, hazard: Hazard) -> None:
        known = self.dues.get(hazard.pk)
        if known and known != (hazard.due_on, hazard.original_due_on):
            assert self.step in MOVES_DUE, f"{self.step} moved the deadline"
            assert known[1] is None or known[1] == hazard.original_due_on, "the first deadline is kept"
        self.dues[hazard.pk] = (hazard.due_on, hazard.original_due_on)


def _weight(verb: Action, hazard: Hazard) -> int:
    """How gladly a verb is taken that is offered: lives lead on, and some come to ask for more time."""
    if verb == Action.ASK_EXTENSION:
        return 5
    return 4 if STEPS[verb].target not in (None, hazard.status) else 1


def units_of_person(person: Any) -> set[int]:
    """The units in whose name a person can have acted."""
    held = person.memberships.exclude(department=None).values_list("department", flat=True)
    return {person.department_id, *held} - {None}


@pytest.mark.slow
def test_no_sequence_breaks_what_must_hold(world):
    both = factories.task_force_member(world.task_force_a, works_in=world.lead_department, username="tf_lead")
    homeless = factories.member(Role.LEAD, department=world.lead_department, works_in=None, username="lead_3")
    Lives.world, Lives.people = world, [*world.personas().values(), both, homeless]
    Lives.sides = [
        [world.lead, world.lead_2, homeless],
        [world.tf_a, world.tf_a2, both, world.operator_a],
        [world.dept_xincheng, world.dept_jingfa, world.dept_xiaofang],
    ]
    Lives.scopes = {person.pk: scope_of(person) for person in Lives.people}
    Lives.taken, Lives.majors_closed = Counter(), 0
    run_state_machine_as_test(
        Lives,
        settings=settings(
            max_examples=LIVES,
            stateful_step_count=STEPS_A_LIFE,
            derandomize=not NIGHTLY,
            database=None,
            deadline=None,
            # A broken life is told by its seed at once; making it shorter takes longer than reading it.
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )
    # A machine that got nowhere would prove nothing.
    missed = {*VERBS, Action.REPORT, Action.REPORT_FIXED} - {*RARELY} - set(Lives.taken)
    assert len(missed) <= 2, f"never taken: {missed}; {Lives.taken}"
    assert Lives.majors_closed, Lives.taken
