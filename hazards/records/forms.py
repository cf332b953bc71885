"""Input of visits and enforcement acts. What is checked against the campaign stands in checks.py."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.safestring import SafeString

from campaigns.form_parts import DateInput, LongText, offer
from campaigns.http import CampaignRequest
from campaigns.models import Campaign
from hazards.enums import EnforcementKind, InspectionKind
from hazards.form_parts import Photos
from hazards.models import Hazard, Inspection
from hazards.queries import hazards_in, inspections_in, parks_to_record_in, units_to_record_for
from hazards.records.check_forms import CheckRow, add_items, check_items, checked_of, rows_of
from hazards.records.checks import MAX_NOTE
from hazards.records.findings import Act, Visit
from parks.choices import ParkChoice
from parks.models import Department, Enterprise, Park


class RecordForm(forms.Form):
    """What both records share: where, by whom, and a confirmation that appears when it is needed."""

    park = ParkChoice(Park.objects.none(), label="园区", empty_label="请选择")
    enterprise = forms.ModelChoiceField(Enterprise.objects.none(), label="企业", required=False)
    department = forms.ModelChoiceField(Department.objects.none(), label="单位", empty_label="请选择")
    note = LongText(label="说明", required=False, limit=MAX_NOTE)
    confirmed = forms.BooleanField(label="已核对，这是另一次，仍要保存", required=False)
    date_field = ""

    def __init__(
        self, request: CampaignRequest, campaign: Campaign, data: Any = None, files: Any = None
    ) -> None:
        self.request, self.campaign = request, campaign
        scope = request.scope
        user = request.user
        parks = parks_to_record_in(scope, campaign)
        units = units_to_record_for(scope, campaign, user)
        only = list(parks.values_list("pk", flat=True)[:2])
        initial = {
            self.date_field: campaign.today(),
            "park": request.GET.get("park") or (only[0] if len(only) == 1 else None),
            "enterprise": request.GET.get("enterprise"),
        }
        super().__init__(data, files, initial=initial | self.opened_from())
        offer(self, "park", parks)
        offer(self, "department", units)
        offer(self, "enterprise", enterprises_in(self["park"].value(), parks))
        own = [unit.pk for unit in units]
        usual = user.department_id if user.department_id in own else own[0] if own else None
        self.initial.setdefault("department", usual)
        self.fields[self.date_field].widget.attrs["max"] = campaign.today().isoformat()
        for name, one in self.fields.items():
            one.error_messages["required"] = f"请填写{one.label}"
            one.error_messages["invalid_choice"] = f"请重新选择{one.label}"
            if name.endswith("_on"):
                one.error_messages["invalid"] = "请填写有效日期，例如 2021-09-01"

    def opened_from(self) -> dict[str, Any]:
        """What the page from which the form was opened fills in beforehand."""
        return {}

    def park_options(self) -> SafeString:
        """The parks on offer."""
        parks: Any = self.fields["park"]
        options: SafeString = parks.widget.drawn_options(self["park"].value())
        return options

    @property
    def asks_confirmation(self) -> bool:
        """Whether the last try looked like a record that is there already."""
        return "confirmed" in self.errors or bool(self["confirmed"].value())

    @property
    def draft(self) -> str:
        """The key under which the browser keeps what was typed."""
        return f"{self.date_field}-{self.campaign.pk}"


class InspectionForm(RecordForm):
    """One visit, with the campaign's check items."""

    date_field = "inspected_on"
    # Nothing chosen beforehand: with park and date filled in, a form sent by mistake would be a visit.
    kind = forms.ChoiceField(label="检查方式", choices=[("", "请选择检查方式"), *InspectionKind.choices])
    inspected_on = forms.DateField(label="检查日期", widget=DateInput())
    photos = Photos(label="现场照片", required=False)
    field_order = ("park", "enterprise", "kind", "inspected_on", "department", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].label = "检查单位"
        self.fields["note"].label = "检查情况"
        self.fields["enterprise"].help_text = "不选企业表示检查园区公共部位，不计入检查企业（家次）"
        enterprise = self.fields["enterprise"]
        assert isinstance(enterprise, forms.ModelChoiceField)
        enterprise.empty_label = "园区公共部位"
        self.fields["kind"].error_messages["required"] = "请选择检查方式"
        self.items = list(self.campaign.check_items.all())
        add_items(self, self.items)

    def check_rows(self) -> list[CheckRow]:
        """The check items, for the template."""
        return list(rows_of(self, self.items))

    def clean(self) -> dict[str, Any]:
        """A visit to no enterprise has to say what was looked at."""
        cleaned = super().clean() or self.cleaned_data
        # An enterprise that was chosen and refused has its own message.
        if "enterprise" not in self.errors and not cleaned.get("enterprise") and not cleaned.get("note"):
            self.add_error("note", "未选企业时请写明检查了哪些公共部位")
        check_items(self, self.items)
        return cleaned

    def visit(self) -> Visit:
        """The cleaned input."""
        data = self.cleaned_data
        same = ("park", "enterprise", "kind", "department", "inspected_on", "note", "photos")
        return Visit(**{name: data[name] for name in same}, results=checked_of(data, self.items))


class EnforcementForm(RecordForm):
    """One enforcement act; which measure it needs follows from its kind."""

    date_field = "acted_on"
    kind = forms.ChoiceField(label="执法措施", choices=[("", "请选择"), *EnforcementKind.choices])
    acted_on = forms.DateField(label="执法日期", widget=DateInput())
    amount = forms.DecimalField(
        label="罚款金额（元）",
        required=False,
        max_digits=14,
        decimal_places=2,
        min_value=Decimal(0),
        help_text="按决定书填写到元，报表自动折算为万元",
    )
    persons = forms.IntegerField(label="人数（人）", required=False, min_value=0, max_value=100_000)
    area = forms.DecimalField(
        label="拆除面积（平方米）", required=False, max_digits=12, decimal_places=2, min_value=Decimal(0)
    )
    document_number = forms.CharField(label="文书编号", required=False, max_length=60)
    hazard_number = forms.CharField(
        label="相关隐患编号", required=False, max_length=40, help_text="因某条隐患而执法的，填写其编号"
    )
    inspection = forms.ModelChoiceField(
        Inspection.objects.none(), label="相关检查", required=False, widget=forms.HiddenInput()
    )
    field_order = ("park", "enterprise", "kind", "acted_on", "amount", "persons", "area", "department")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].label = "执法单位"
        enterprise = self.fields["enterprise"]
        assert isinstance(enterprise, forms.ModelChoiceField)
        enterprise.required, enterprise.empty_label = True, "请选择"
        enterprise.error_messages["required"] = "执法对象须是企业，请选择"
        for name in ("amount", "persons", "area"):
            errors = self.fields[name].error_messages
            errors["invalid"] = "请填写数字，不带单位和逗号"
        offer(self, "inspection", self._visits())
        self.fields["inspection"].error_messages["invalid_choice"] = (
            "所关联的检查已不在您的权限范围内，请去掉关联"
        )

    def opened_from(self) -> dict[str, Any]:
        """Opened from a hazard's page or from a visit's: the place and the link are filled in."""
        hazard = hazards_in(self.request.scope).filter(campaign=self.campaign, pk=self._asked("hazard"))
        if found := hazard.first():
            place = {"park": found.park_id, "enterprise": found.enterprise_id}
            return place | {"hazard_number": found.number}
        if visit := self._visits().filter(pk=self._asked("inspection")).first():
            place = {"park": visit.park_id, "enterprise": visit.enterprise_id}
            return place | {"inspection": visit.pk}
        return {}

    def _asked(self, name: str) -> int:
        said = self.request.GET.get(name, "")
        return int(said) if said.isascii() and said.isdigit() and len(said) < 18 else 0

    def _visits(self) -> Any:
        return inspections_in(self.request.scope).filter(campaign=self.campaign)

    def linked_visit(self) -> Inspection | None:
        """The visit that the act is linked to, for the page."""
        said = str(self["inspection"].value() or "")
        known = said.isascii() and said.isdigit() and len(said) < 18
        return self._visits().select_related("enterprise", "park").filter(pk=said).first() if known else None

    @property
    def draft(self) -> str:
        return "-".join([super().draft, str(self["inspection"].value() or ""), *self._asked_hazard()])

    def _asked_hazard(self) -> list[str]:
        return [f"h{self._asked('hazard')}"] if self._asked("hazard") else []

    def clean_hazard_number(self) -> Hazard | None:
        number = self.cleaned_data["hazard_number"].strip()
        if not number:
            return None
        seen = hazards_in(self.request.scope)
        hazard = seen.filter(campaign=self.campaign, number=number).first()
        if hazard is None:
            raise forms.ValidationError("没有找到这个编号的隐患，请核对")
        return hazard

    def act(self) -> Act:
        """The cleaned input."""
        data = dict(self.cleaned_data)
        data["hazard"] = data.pop("hazard_number")
        data.pop("confirmed")
        return Act(**data)


class RestoreForm(forms.Form):
    """The day on which the power came back."""

    restored_on = forms.DateField(
        label="恢复供电日期",
        widget=DateInput(),
        error_messages={
            "required": "请填写恢复供电日期",
            "invalid": "请填写有效日期，例如 2021-09-01",
        },
    )


def enterprises_in(park: Any, parks: Any) -> Any:
    """Active enterprises of one of the person's parks, by name; none for anything else."""
    pk = getattr(park, "pk", park)
    if not str(pk or "").isdecimal() or len(str(pk)) > 18:
        return Enterprise.objects.none()
    inside = Enterprise.objects.filter(active=True, park__in=parks.order_by().values("pk"), park=int(pk))
    return inside.order_by("name")
