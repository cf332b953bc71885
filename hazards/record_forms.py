"""Input of visits and enforcement acts. What is checked against the campaign stands in record_actions."""

from decimal import Decimal
from typing import Any

from django import forms

from campaigns.http import CampaignRequest
from campaigns.models import Campaign
from hazards.enums import EnforcementKind, InspectionKind
from hazards.filters import DateInput
from hazards.form_parts import offer
from hazards.models import Hazard
from hazards.queries import hazards_in, parks_to_record_in, units_to_record_for
from hazards.record_actions import Act, Visit
from parks.models import Department, Enterprise, Park

MISSING = {"required": "请填写{}", "invalid": "“{}”的内容无法识别，请检查"}


class RecordForm(forms.Form):
    """What both records share: where, by whom, and a confirmation that appears when it is needed."""

    park = forms.ModelChoiceField(Park.objects.none(), label="园区", empty_label="请选择")
    enterprise = forms.ModelChoiceField(Enterprise.objects.none(), label="企业", required=False)
    department = forms.ModelChoiceField(Department.objects.none(), label="单位", empty_label="请选择")
    note = forms.CharField(label="说明", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    confirmed = forms.BooleanField(label="已核对，这是另一次，仍要保存", required=False)
    date_field = ""

    def __init__(self, request: CampaignRequest, campaign: Campaign, data: Any = None) -> None:
        self.request, self.campaign = request, campaign
        scope = request.scope
        user = request.user
        parks = parks_to_record_in(scope, campaign)
        units = units_to_record_for(scope, campaign, user)
        only = list(parks.values_list("pk", flat=True)[:2])
        initial = {
            "park": request.GET.get("park") or (only[0] if len(only) == 1 else None),
            "enterprise": request.GET.get("enterprise"),
        }
        super().__init__(data, initial=initial | {self.date_field: campaign.today()})
        offer(self, "park", parks)
        offer(self, "department", units)
        offer(self, "enterprise", enterprises_in(self["park"].value(), parks))
        own = [unit.pk for unit in units]
        self.initial["department"] = (
            user.department_id if user.department_id in own else own[0] if own else None
        )
        self.fields[self.date_field].widget.attrs["max"] = campaign.today().isoformat()
        for name, one in self.fields.items():
            one.error_messages["required"] = f"请填写{one.label}"
            one.error_messages["invalid_choice"] = f"请重新选择{one.label}"
            if name.endswith("_on"):
                one.error_messages["invalid"] = "请填写有效日期，例如 2021-09-01"

    @property
    def asks_confirmation(self) -> bool:
        """Whether the last try looked like a record that is there already."""
        return "confirmed" in self.errors or bool(self["confirmed"].value())


class InspectionForm(RecordForm):
    """One visit."""

    date_field = "inspected_on"
    # Nothing chosen beforehand: with park and date filled in, a form sent by mistake would be a visit.
    kind = forms.ChoiceField(label="检查方式", choices=[("", "请选择检查方式"), *InspectionKind.choices])
    inspected_on = forms.DateField(label="检查日期", widget=DateInput())
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

    def clean(self) -> dict[str, Any]:
        """A visit to no enterprise has to say what was looked at."""
        cleaned = super().clean() or self.cleaned_data
        # An enterprise that was chosen and refused has its own message.
        if "enterprise" not in self.errors and not cleaned.get("enterprise") and not cleaned.get("note"):
            self.add_error("note", "未选企业时请写明检查了哪些公共部位")
        return cleaned

    def visit(self) -> Visit:
        """The cleaned input."""
        data = self.cleaned_data
        return Visit(
            park=data["park"],
            enterprise=data["enterprise"],
            kind=data["kind"],
            department=data["department"],
            inspected_on=data["inspected_on"],
            note=data["note"],
        )


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


def enterprises_in(park: Any, parks: Any) -> Any:
    """Active enterprises of one of the person's parks, by name; none for anything else."""
    pk = getattr(park, "pk", park)
    if not str(pk or "").isdecimal() or len(str(pk)) > 18:
        return Enterprise.objects.none()
    inside = Enterprise.objects.filter(active=True, park__in=parks.order_by().values("pk"), park=int(pk))
    return inside.order_by("name")


class RecordFilter(forms.Form):
    """Filters of both lists; what cannot be read is said and left out."""

    park = forms.ModelChoiceField(Park.objects.none(), label="园区", required=False, empty_label="全部")
    kind = forms.ChoiceField(label="种类", required=False)
    since = forms.DateField(label="日期起", required=False, widget=DateInput())
    until = forms.DateField(label="日期止", required=False, widget=DateInput())
    enterprise = forms.IntegerField(required=False, min_value=1, max_value=2**31, widget=forms.HiddenInput())
    voided = forms.BooleanField(label="含已作废", required=False)

    def __init__(self, data: Any, *, parks: Any, kinds: list[tuple[str, str]]) -> None:
        super().__init__(data)
        park, kind = self.fields["park"], self.fields["kind"]
        assert isinstance(park, forms.ModelChoiceField)
        assert isinstance(kind, forms.ChoiceField)
        park.queryset = parks
        kind.choices = [("", "全部"), *kinds]
        for one in self.fields.values():
            one.error_messages |= {
                "invalid_choice": "没有这个选项，未按它筛选",
                "invalid": "不是有效日期，未按它筛选",
            }
        self.is_valid()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and since > until:
            self.add_error("until", "结束日期早于开始日期")
            cleaned["until"] = until
        return cleaned

    def apply(self, rows: Any, *, day: str, park: str) -> Any:
        """The rows that the address asks for; `day` and `park` are the lookups of this kind of record."""
        found = self.cleaned_data
        wanted = {
            park: found.get("park"),
            "kind": found.get("kind"),
            f"{day}__gte": found.get("since"),
            f"{day}__lte": found.get("until"),
            "enterprise_id": found.get("enterprise"),
        }
        rows = rows.filter(**{name: value for name, value in wanted.items() if value})
        return rows if found.get("voided") else rows.filter(voided_on=None)

    @property
    def narrows(self) -> bool:
        """Whether any filter is set."""
        return any(self.cleaned_data.get(name) for name in self.fields)
