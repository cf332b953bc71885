"""Input of bringing official forms into a plan: the workbook, and which units unknown names mean."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from campaigns.models import Campaign
from campaigns.queries import units_of
from parks.models import Department
from parks.regions import with_subregions
from reports.enums import PlanForm
from reports.ledger.forms import UnitsForm, UploadForm

NEW = "new"


class PlanUploadForm(UploadForm):
    """One workbook; which form it holds is seen from its headings, or said."""

    form = forms.ChoiceField(
        label="这是哪种表",
        choices=[("", "按表头自动识别"), *PlanForm.choices],
        required=False,
        help_text="一个工作簿里有几种表时，请选择这次导入哪一种。",
        error_messages={"invalid_choice": "请从列表中选择一种表"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].label = "填好的表格"
        self.fields["file"].help_text = ".xlsx 工作簿，不超过 2000 行。"


class UnitOrNewField(forms.ChoiceField):
    """A unit, or that the name is that of a unit not yet on record."""

    def __init__(self, units: QuerySet[Department], name: str, **kwargs: Any) -> None:
        self._units = {str(unit.pk): unit for unit in units}
        known = [(pk, str(unit)) for pk, unit in self._units.items()]
        choices = [("", "请选择单位"), (NEW, f"新单位：登记“{name}”并加入本行动"), *known]
        super().__init__(choices=choices, required=False, **kwargs)

    def unit(self, value: str) -> Department | None:
        """The unit chosen; None for a new one."""
        return self._units.get(value)


class PlanUnitsForm(UnitsForm):
    """As for a ledger, but a plan may also bring units that are new."""

    def units_for(self, campaign: Campaign) -> QuerySet[Department]:
        """Units of the campaign, and those on record in the lead's region and below."""
        regions = with_subregions({campaign.lead_department.region_id})
        on_record = Department.objects.filter(region__in=regions, active=True) if regions else None
        known = units_of(campaign).values("pk")
        units = Department.objects.filter(pk__in=known)
        return units | on_record if on_record is not None else units

    def field_for(self, question: dict[str, Any]) -> forms.Field:
        """A choice of units with the new one first."""
        return UnitOrNewField(
            self.units,
            question["name"],
            label=f"“{question['name']}”（{question['rows']} 行）是",
            error_messages={"invalid_choice": "请从列表中选择一个单位"},
        )

    def chosen(self) -> dict[str, Department | None]:
        """Name as written → unit, None for a new one; unanswered questions are left out."""
        found: dict[str, Department | None] = {}
        for place, question in enumerate(self.questions):
            value = self.cleaned_data[f"unit_{place}"]
            field = self.fields[f"unit_{place}"]
            if value and isinstance(field, UnitOrNewField):
                found[question["name"]] = field.unit(value)
        return found
