"""Input of the registers. What is checked against the campaign stands in the actions."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from campaigns.edit_pages import EditForm
from campaigns.form_parts import offer
from campaigns.models import Campaign, Contractor, ContractorEntry, Disposal, IntegrityRecord, Provision
from campaigns.queries import Scope, units_of
from campaigns.reach import Reach
from parks.choices import ParkChoice
from parks.models import Park


def parks_of(campaign: Campaign, ids: frozenset[int]) -> QuerySet[Park]:
    """Parks of the campaign among the ids, in the order of its task forces."""
    return Park.objects.filter(pk__in=ids, task_forces__campaign=campaign).order_by(
        "task_forces__order", "pk"
    )


class ContractorForm(EditForm):
    """Who the contractor is."""

    class Meta:
        model = Contractor
        fields = ("name", "credit_code", "contact_name", "contact_phone", "note")


class EntryForm(EditForm):
    """An entry into one park."""

    class Meta:
        model = ContractorEntry
        fields = ("park", "work", "applied_on", "valid_until")

    def __init__(self, *args: Any, campaign: Campaign, reach: Reach, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parks = parks_of(campaign, reach.applies_in)
        offer(self, "park", parks)
        only = list(parks[:2])
        self.initial["applied_on"] = campaign.today()
        if len(only) == 1:
            self.initial["park"] = only[0].pk
        self.fields["work"].help_text = "如施工、检维修、设备安装"
        self.fields["valid_until"].help_text = "作业许可到期日，留空表示长期"


class ConductForm(EditForm):
    """A line of the integrity record."""

    good = forms.TypedChoiceField(
        label="性质",
        choices=[("", "请选择"), ("good", "良好行为"), ("bad", "不良行为")],
        coerce=lambda value: value == "good",
    )

    class Meta:
        model = IntegrityRecord
        fields = ("on", "good", "text")
        widgets = {"text": forms.Textarea(attrs={"rows": 3})}


class ProvisionForm(EditForm):
    """A rule to be made, and once it is out its date and number."""

    class Meta:
        model = Provision
        fields = ("name", "department", "park", "planned_on", "issued_on", "document_number", "note")
        field_classes = {"park": ParkChoice}

    def __init__(self, *args: Any, campaign: Campaign, scope: Scope, reach: Reach, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = units_of(campaign).order_by("pk")
        own = units if reach.lead else units.filter(pk__in=scope.acting_departments)
        offer(self, "department", own)
        offer(
            self, "park", Park.objects.filter(task_forces__campaign=campaign).order_by("task_forces__order")
        )
        park = self.fields["park"]
        assert isinstance(park, forms.ModelChoiceField)
        park.empty_label = "全部园区"
        if self.instance.pk is None and not reach.lead and len(own) == 1:
            self.initial["department"] = own[0].pk


class DisposalForm(EditForm):
    """One line of the quarterly plan."""

    class Meta:
        model = Disposal
        fields = ("park", "kind", "year", "quarter", "department", "target")
        widgets = {"target": forms.Textarea(attrs={"rows": 3})}
        field_classes = {"park": ParkChoice}

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(
            self, "park", Park.objects.filter(task_forces__campaign=campaign).order_by("task_forces__order")
        )
        offer(self, "department", units_of(campaign).order_by("pk"))
        for name in ("kind", "quarter"):
            chooser: Any = self.fields[name]
            chooser.choices = [("", "请选择"), *(one for one in chooser.choices if one[0])]
        years = range(campaign.starts_on.year, campaign.ends_on.year + 1)
        self.fields["year"] = forms.TypedChoiceField(
            label="年度",
            choices=[(year, f"{year}年") for year in years],
            coerce=int,
            error_messages={"required": "请填写年度", "invalid_choice": "请重新选择年度"},
        )
        today = min(max(campaign.today(), campaign.starts_on), campaign.ends_on)
        if self.instance.pk is None:
            self.initial.update({"year": today.year, "quarter": (today.month + 2) // 3})
