"""The procedures beside the status in made-up histories: see hazards/backfill.py.

Each verb sets what the verb of the same name in hazards/*_actions.py sets, and is refused where that
one would refuse; rows are collected first and saved when their hazards have been.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Model
from django.utils import timezone

from accounts.models import User
from hazards.enums import Action, Level, Outcome
from hazards.models import Commitments, Extension, Hazard, Referral, Supervision

SILENT = (
    Action.REPORT, Action.REPORT_FIXED, Action.ASSIGN, Action.PROGRESS, Action.REJECT, Action.VOID,
)  # fmt: skip
"""Verbs that leave no row beside the hazard."""


class ImpossibleHistory(ValueError):
    """A history that daily work could not have produced."""


class Beside:
    """The rows beside one hazard as the steps told so far have left them."""

    def __init__(self, hazard: Hazard) -> None:
        self.hazard = hazard
        self.extensions: list[Extension] = []
        self.referrals: list[Referral] = []
        self.supervisions: list[Supervision] = []
        self.commitments: list[Commitments] = []

    def tell(
        self, action: Action, by: User, at: datetime, note: str, given: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Take in one step before the hazard itself changes; returns the facts that its history row keeps."""
        verbs: dict[Action, Callable[..., dict[str, Any]]] = {
            Action.SUBMIT: self._submit,
            Action.ACCEPT: self._accept,
            Action.REFER: self._refer,
            Action.RECEIVE: self._receive,
            Action.DECLINE: self._decline,
            Action.COMMIT: self._commit,
            Action.ASK_EXTENSION: self._ask_extension,
            Action.EXTEND: self._extend,
            Action.REFUSE_EXTENSION: self._refuse_extension,
            Action.SUPERVISE: self._supervise,
            Action.ASK_JOINT: self._ask_joint,
            Action.JOINT: self._joint,
        }
        if action in SILENT:
            return {}
        self._need(action in verbs, f"{action} cannot be told")
        return verbs[action](by=by, on=timezone.localdate(at), at=at, note=note, **given)

    def save(self) -> None:
        """Save the rows of a hazard that has been saved."""
        rows: list[Model] = [*self.extensions, *self.referrals, *self.supervisions, *self.commitments]
        for row in rows:
            row.hazard = self.hazard  # type: ignore[attr-defined]
            row.save(force_insert=True)

    def _need(self, so: bool, otherwise: str) -> None:
        if not so:
            raise ImpossibleHistory(f"{self.hazard.description}: {otherwise}")

    def _waiting(self, rows: list[Any]) -> Any:
        found = [row for row in rows if row.outcome == Outcome.WAITING]
        self._need(len(found) == 1, "nothing waits for an answer")
        return found[0]

    def _withdraw(self) -> None:
        for row in self.extensions:
            row.outcome = Outcome.WITHDRAWN if row.outcome == Outcome.WAITING else row.outcome

    def _submit(self, **_: Any) -> dict[str, Any]:
        major = self.hazard.level == Level.MAJOR
        self._need(not major or bool(self.commitments), "a major hazard submitted without five commitments")
        self._withdraw()
        return {}

    def _accept(self, *, by: User, on: date, **_: Any) -> dict[str, Any]:
        for row in self.supervisions:
            row.lifted_on, row.lifted_by, row.lift_note = on, by, "验收销号，同时摘牌"
        return {}

    def _refer(self, *, by: User, on: date, note: str, receiver: Any, **_: Any) -> dict[str, Any]:
        sender = self.hazard.responsible_department
        self._need(receiver != sender, "referred to the unit that has it")
        self._need(all(row.outcome != Outcome.WAITING for row in self.referrals), "referred twice")
        self._withdraw()
        self.referrals.append(
            Referral(sender=sender, receiver=receiver, reason=note, referred_by=by, referred_on=on)
        )
        self.hazard.responsible_department, self.hazard.by_task_force = receiver, False
        return {"sender": sender.name if sender else "", "receiver": receiver.name}

    def _answer(self, outcome: Outcome, by: User, on: date, note: str) -> Referral:
        row: Referral = self._waiting(self.referrals)
        row.outcome, row.answered_by, row.answered_on, row.answer_note = outcome, by, on, note
        return row

    def _receive(self, *, by: User, on: date, note: str, **_: Any) -> dict[str, Any]:
        self._answer(Outcome.AGREED, by, on, note)
        return {}

    def _decline(self, *, by: User, on: date, note: str, **_: Any) -> dict[str, Any]:
        row = self._answer(Outcome.REFUSED, by, on, note)
        self.hazard.responsible_department = row.sender
        return {"department": row.sender.name} if row.sender else {}

    def _commit(self, *, by: User, at: datetime, clause: str, five: Any, **_: Any) -> dict[str, Any]:
        self.commitments = [Commitments(by=by, at=at, **vars(five))]
        self.hazard.clause = clause
        return vars(five) | {"clause": clause}

    def _ask_extension(
        self, *, by: User, on: date, note: str, to_due_on: date, interim: str, **_: Any
    ) -> dict[str, Any]:
        granted = sum(row.outcome == Outcome.AGREED for row in self.extensions)
        due_on, campaign = self.hazard.due_on, self.hazard.campaign
        self._need(granted < campaign.extension_limit, "extended too often")
        if due_on is None or not max(due_on, on) < to_due_on <= campaign.ends_on:
            raise ImpossibleHistory(f"{self.hazard.description}: extended to a day that cannot be")
        self.extensions.append(
            Extension(
                from_due_on=due_on,
                to_due_on=to_due_on,
                reason=note,
                interim=interim,
                asked_by=by,
                asked_on=on,
            )
        )
        return {"to_due_on": to_due_on.isoformat(), "interim": interim}

    def _decide(self, outcome: Outcome, by: User, on: date, note: str) -> Extension:
        row: Extension = self._waiting(self.extensions)
        self._need(row.asked_by != by, "decided by the one who asked")
        row.outcome, row.decided_by, row.decided_on, row.decision_note = outcome, by, on, note
        return row

    def _extend(self, *, by: User, on: date, note: str, **_: Any) -> dict[str, Any]:
        row = self._decide(Outcome.AGREED, by, on, note)
        self.hazard.due_on = row.to_due_on
        return {"from_due_on": row.from_due_on.isoformat(), "due_on": row.to_due_on.isoformat()}

    def _refuse_extension(self, *, by: User, on: date, note: str, **_: Any) -> dict[str, Any]:
        self._decide(Outcome.REFUSED, by, on, note)
        return {}

    def _supervise(
        self, *, by: User, on: date, note: str, level: str, number: str, limit: date, **_: Any
    ) -> dict[str, Any]:
        self._need(all(row.lifted_on for row in self.supervisions), "listed twice")
        row = Supervision(level=level, number=number, published_on=on, due_on=limit, note=note, by=by)
        self.supervisions.append(row)
        return {
            "supervision_level": row.get_level_display(),
            "document": number,
            "published_on": on.isoformat(),
            "limit": limit.isoformat(),
        }

    def _ask_joint(self, *, on: date, **_: Any) -> dict[str, Any]:
        self._need(self.hazard.joint_asked_on is None, "joint enforcement asked for twice")
        self.hazard.joint_asked_on = on
        return {}

    def _joint(self, *, on: date, title: str, units: Any, **_: Any) -> dict[str, Any]:
        self.hazard.joint_asked_on = None
        return {"joint": title, "held_on": on.isoformat(), "units": [unit.name for unit in units]}
