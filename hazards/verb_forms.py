"""Every verb that a person takes on a hazard's page, with its form."""

from hazards import action_forms, procedure_forms
from hazards.action_forms import ActionForm
from hazards.enums import Action
from hazards.urge_forms import UrgeForm

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
