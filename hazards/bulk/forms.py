"""What a person says once for several ticked hazards. `hazard` repeats, each value `id.version`."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms

from accounts.models import User
from campaigns.form_parts import DateInput, LongText, offer
from campaigns.models import Campaign
from campaigns.queries import units_of
from hazards.bulk.actions import Picked, Refusal, accept_many, assign_many, urge_many
from hazards.deadlines import default_due_on
from hazards.enums import Action, Level
from hazards.models import Hazard
from hazards.procedures.urge_actions import LIMIT
from parks.choices import QuickSelect
from parks.models import Department


class BulkForm(forms.Form):
    """One verb for several."""

    action: ClassVar[Action]
    title: ClassVar[str]
    route: ClassVar[str]
    hint: ClassVar[str]

    def __init__(
        self, campaign: Campaign, data: Any = None, *, units: Sequence[tuple[int, str]] | None = None
    ) -> None:
        """`units`: keys and names of the campaign's units, where the page has read them already."""
        super().__init__(data, auto_id=f"id_bulk_{self.action.value}_%s")
        self.campaign, self.units = campaign, units
        self.left_out: list[Refusal] = []
        self.prepare()

    def prepare(self) -> None:
        """Fit the fields to the campaign."""

    def act(self, picked: Picked, by: User) -> list[Hazard]:
        """Do it to all; hazards.bulk.actions.Refused when any cannot be.

        What is done to each for itself leaves the reasons for the others in `left_out`.
        """
        raise NotImplementedError

    def done(self, count: int) -> str:
        """What to tell the person afterwards."""
        raise NotImplementedError


class BulkAssignForm(BulkForm):
    """交办: one unit, one day, one note."""

    action = Action.ASSIGN
    title = "批量交办"
    route = "hazards:bulk_assign"
    hint = "勾选的隐患一起交办给同一单位；有一条不能交办，就全部不保存。"
    department = forms.ModelChoiceField(
        Department.objects.none(), label="责任单位", empty_label="请选择责任单位", widget=QuickSelect
    )
    due_on = forms.DateField(label="整改期限", widget=DateInput())
    note = LongText(label="交办意见", required=False, rows=2)

    def prepare(self) -> None:
        offer(self, "department", units_of(self.campaign))
        if self.units is not None:
            self.fields["department"].choices = [("", "请选择责任单位"), *self.units]  # type: ignore[attr-defined]
        self.fields["department"].error_messages["required"] = "请选择责任单位"
        self.fields["due_on"].error_messages["required"] = "请填写整改期限"
        today = self.campaign.today()
        self.initial["due_on"] = default_due_on(self.campaign, Level.GENERAL, today)
        general, major = self.campaign.general_days, self.campaign.major_days
        warning = f"重大隐患与一般隐患期限不同（一般 {general} 天，重大 {major} 天），请分开交办"
        self.fields["due_on"].help_text = warning

    def act(self, picked: Picked, by: User) -> list[Hazard]:
        return assign_many(picked, by=by, **self.cleaned_data)

    def done(self, count: int) -> str:
        given = self.cleaned_data
        return f"已把 {count} 条隐患交办给{given['department']}，期限 {given['due_on']:%Y-%m-%d}。"


class BulkAcceptForm(BulkForm):
    """验收销号: one opinion. Its field has a name of its own: both dialogs of the list are in one form."""

    action = Action.ACCEPT
    title = "批量验收"
    route = "hazards:bulk_accept"
    hint = "请先逐条核对整改情况。勾选的隐患一起验收销号；有一条不能验收，就全部不保存。"
    opinion = LongText(label="验收意见", required=False, rows=2)

    def act(self, picked: Picked, by: User) -> list[Hazard]:
        return accept_many(picked, by=by, note=self.cleaned_data["opinion"])

    def done(self, count: int) -> str:
        return f"已验收销号 {count} 条隐患。"


class BulkUrgeForm(BulkForm):
    """催办: one word to those at whose door each of them lies."""

    action = Action.URGE
    title = "批量催办"
    route = "hazards:bulk_urge"
    hint = "逐条发送给现在须办理的单位和人员；不能催办的会逐条说明，不影响其他隐患。"
    urging = LongText(label="催办要求", required=False, rows=2, limit=LIMIT)

    def act(self, picked: Picked, by: User) -> list[Hazard]:
        done, self.left_out = urge_many(picked, by=by, note=self.cleaned_data["urging"])
        return done

    def done(self, count: int) -> str:
        return f"已催办 {count} 条隐患，须办理的人员会收到提醒。"


BULK_FORMS: dict[Action, type[BulkForm]] = {
    form.action: form for form in (BulkAssignForm, BulkAcceptForm, BulkUrgeForm)
}
