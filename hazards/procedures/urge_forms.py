"""催办 on a hazard's page: whom it reaches follows from where the hazard stands."""

from accounts.models import User
from campaigns.form_parts import LongText
from hazards.action_forms import ActionForm
from hazards.enums import Action
from hazards.models import Hazard
from hazards.procedures import urge_actions


class UrgeForm(ActionForm):
    action = Action.URGE
    title = "催办"
    button = "发送催办"
    dialog = True
    note = LongText(
        label="催办要求",
        required=False,
        rows=2,
        limit=urge_actions.LIMIT,
        help_text="会作为提醒发给现在须办理的单位和人员",
    )

    def act(self, by: User) -> Hazard:
        return urge_actions.urge(self.hazard.pk, by=by, **self.cleaned_data)

    def done(self, hazard: Hazard) -> str:
        return f"已催办 {hazard.number}，须办理的人员会收到提醒。"
