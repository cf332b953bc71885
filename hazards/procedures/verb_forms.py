"""Every verb that a person takes on a hazard's page, with its form, and where the page puts it."""

from dataclasses import dataclass, field

from hazards import action_forms
from hazards.action_forms import ActionForm
from hazards.enums import Action, Given, Level, Status
from hazards.models import Hazard
from hazards.procedures import forms as procedure_forms
from hazards.procedures.urge_forms import UrgeForm
from hazards.rules import first_missing

ACTION_FORMS: dict[Action, type[ActionForm]] = {
    form.action: form
    for form in (
        action_forms.AssignForm,
        action_forms.ProgressForm,
        action_forms.SubmitForm,
        action_forms.AcceptForm,
        procedure_forms.ReceiveForm,
        procedure_forms.ExtendForm,
        procedure_forms.CommitForm,
        procedure_forms.TellForm,
        procedure_forms.AskExtensionForm,
        procedure_forms.ReferForm,
        procedure_forms.AskJointForm,
        procedure_forms.SuperviseForm,
        action_forms.RejectForm,
        procedure_forms.DeclineForm,
        procedure_forms.RefuseExtensionForm,
        procedure_forms.LiftForm,
        UrgeForm,
        procedure_forms.MergeForm,
        action_forms.VoidForm,
    )
}
"""In the order in which a page offers them. A joint enforcement has a page of its own."""

ANSWERS = (Action.EXTEND, Action.REFUSE_EXTENSION, Action.RECEIVE, Action.DECLINE)
"""Taken beside what is asked, not at the desk."""


@dataclass
class Desk:
    """The verbs as the page lays them out: what comes next is open, what is rare is folded away."""

    answers: dict[str, ActionForm] = field(default_factory=dict)
    main: list[ActionForm] = field(default_factory=list)
    more: list[ActionForm] = field(default_factory=list)
    blocked: str = ""
    """What must be done before the next step can be tried; empty when it can."""
    open: str = ""

    @property
    def titles(self) -> str:
        """What the phone's button to the desk says."""
        return " / ".join(form.title for form in [*self.main, *self.answers.values()][:2])

    @property
    def more_open(self) -> bool:
        """What is rare is folded away, unless it was asked for or is all there is."""
        wanted = any(form.action.value == self.open and not form.dialog for form in self.more)
        return wanted or not (self.main or self.answers)


def lay_out(hazard: Hazard, forms: list[ActionForm], found: frozenset[Given], wanted: str) -> Desk:
    """Sort the forms by their place. `wanted`: the verb whose form the person asked for or just sent."""
    desk, line = Desk(), _main_line(hazard, found)
    by_verb = {form.action: form for form in forms}
    for verb in ANSWERS:
        if verb in by_verb:
            desk.answers[verb.value] = by_verb.pop(verb)
    if Action.TELL in by_verb and not by_verb[Action.TELL].is_bound and not _to_tell(hazard, found):
        del by_verb[Action.TELL]
    for step in (Action.SUBMIT, Action.ACCEPT):
        missing = first_missing(step, hazard.level, found) if step in by_verb else None
        if missing and not by_verb[step].is_bound:
            desk.blocked = f"{missing.value}。"
            del by_verb[step]
    desk.main = [by_verb.pop(verb) for verb in line if verb in by_verb]
    desk.more = list(by_verb.values())
    desk.open = wanted or next((form.action.value for form in desk.main if not form.dialog), "")
    return desk


def _to_tell(hazard: Hazard, found: frozenset[Given]) -> bool:
    """Whether a double report is asked for by the plan and still open."""
    done = hazard.status == Status.SUBMITTED
    return Given.TOLD_ON_DISCOVERY not in found or (done and Given.TOLD_ON_COMPLETION not in found)


def _main_line(hazard: Hazard, found: frozenset[Given]) -> tuple[Action, ...]:
    """The verbs that bring the hazard on from here, the next one first."""
    if hazard.status == Status.REPORTED:
        return () if Given.REFERRAL_WAITING in found else (Action.ASSIGN,)
    if hazard.status == Status.SUBMITTED:
        told = hazard.level != Level.MAJOR or Given.TOLD_ON_COMPLETION in found
        return (Action.ACCEPT, Action.REJECT) if told else (Action.TELL, Action.ACCEPT, Action.REJECT)
    if hazard.level == Level.MAJOR and Given.COMMITTED not in found:
        return (Action.COMMIT, Action.PROGRESS, Action.SUBMIT)
    if hazard.level == Level.MAJOR and Given.TOLD_ON_DISCOVERY not in found:
        return (Action.TELL, Action.PROGRESS, Action.SUBMIT)
    return (Action.SUBMIT, Action.PROGRESS)
