"""Input of an enterprise's file, of a risk grade, and of leaving a park."""

from typing import Any

from django import forms

from campaigns.edit_pages import EditForm
from campaigns.form_parts import DateInput, LongText, offer
from parks.enums import RiskColour
from parks.models import Enterprise, Park, Site, Trait


class ParkForm(EditForm):
    """一园一档. Name, kind and region are base data of the system admin and of the plan."""

    class Meta:
        model = Park
        fields = ("address", "operator", "contact_name", "contact_phone")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contact_phone"].widget.input_type = "tel"


class EnterpriseForm(EditForm):
    """一企一档. The risk grade is changed on a page of its own, with a reason."""

    class Meta:
        model = Enterprise
        fields = (
            "name",
            "credit_code",
            "site",
            "industry",
            "registered_address",
            "operating_address",
            "employees",
            "revenue_wan",
            "is_micro",
            "large",
            "contact_name",
            "contact_phone",
            "traits",
        )
        widgets = {"traits": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sites = Site.objects.filter(park=self.instance.park_id)
        self._drop_or_offer("site", sites)
        self._drop_or_offer("traits", Trait.objects.all())
        self.draft_word = str(self.instance.park_id)
        self.fields["operating_address"].help_text = "与注册地址不一致的，档案上会提示核实"
        # A browser's field of numbers throws away what it cannot read, before anybody is told.
        for name in ("employees", "revenue_wan"):
            self.fields[name].widget = forms.TextInput(attrs={"inputmode": "decimal"})
        self.fields["contact_phone"].widget.input_type = "tel"

    def _drop_or_offer(self, name: str, rows: Any) -> None:
        """A list to choose from, unless there is nothing to choose."""
        if rows.exists():
            offer(self, name, rows)
        else:
            del self.fields[name]
            self.names.remove(name)


class RiskForm(forms.Form):
    """A risk grade and why."""

    risk = forms.ChoiceField(label="风险等级", required=False, choices=[("", "未评定"), *RiskColour.choices])
    reason = LongText(label="调整理由", limit=200, error_messages={"required": "请填写调整理由"})
    was = forms.CharField(required=False, widget=forms.HiddenInput)


class LeaveForm(forms.Form):
    """When and why an enterprise left."""

    on = forms.DateField(
        label="退出日期",
        widget=DateInput(),
        error_messages={"required": "请填写退出日期", "invalid": "请填写有效日期，例如 2021-09-01"},
    )
    reason = LongText(
        label="退出原因",
        limit=200,
        help_text="如搬迁、关停、被清退",
        error_messages={"required": "请填写退出原因"},
    )
