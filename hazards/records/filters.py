"""Filters of the lists of visits and enforcement. All stand in the address: figures lead to their rows."""

from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, QuerySet

from campaigns.form_parts import DateInput, offer
from campaigns.http import CampaignRequest
from campaigns.models import CheckItem
from campaigns.queries import units_of
from hazards.enums import CheckOutcome, EnforcementKind, InspectionKind
from hazards.models import InspectionResult
from hazards.queries import parks_to_filter_by
from hazards.records.queries import unturned
from parks.choices import ParkChoice
from parks.models import Department, Park, Region
from parks.regions import parks_below

WITH_FAILED, UNTURNED, ALL_PASSED, UNCHECKED = "failed", "unturned", "passed", "unchecked"
OUTCOMES = [
    (WITH_FAILED, "有不符合项"),
    (UNTURNED, "有不符合项未转隐患"),
    (ALL_PASSED, "没有不符合项"),
    (UNCHECKED, "未填检查事项"),
]
CUT, RESTORED = "cut", "restored"


def offer_region(form: forms.Form, asked: str) -> None:
    """Regions are set by links only: the field is there to be seen and cleared, and offers that one."""
    if not asked:
        del form.fields["region"]
    elif asked.isascii() and asked.isdigit() and len(asked) < 10:
        offer(form, "region", Region.objects.filter(pk=int(asked)))


class RecordFilter(forms.Form):
    """What both lists share; what cannot be read is said and left out."""

    park = ParkChoice(Park.objects.none(), label="园区", required=False, empty_label="全部")
    kind = forms.ChoiceField(label="种类", required=False)
    department = forms.ModelChoiceField(
        Department.objects.none(), label="单位", required=False, empty_label="全部"
    )
    since = forms.DateField(label="日期起", required=False, widget=DateInput())
    until = forms.DateField(label="日期止", required=False, widget=DateInput())
    enterprise = forms.IntegerField(required=False, min_value=1, max_value=2**31, widget=forms.HiddenInput())
    region = forms.ModelChoiceField(
        Region.objects.none(), label="行政区划", required=False, empty_label="全部"
    )
    voided = forms.BooleanField(label="含已作废", required=False)
    day, park_lookup, kind_label, unit_label = "", "park", "", ""
    kinds: list[tuple[str, str]] = []

    def __init__(self, request: CampaignRequest) -> None:
        super().__init__(request.GET)
        campaign = request.campaign
        if campaign:
            offer(self, "park", parks_to_filter_by(request.scope, campaign))
            offer(self, "department", units_of(campaign))
        offer_region(self, request.GET.get("region", ""))
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)
        kind.choices, kind.label = [("", "全部"), *self.kinds], self.kind_label
        self.fields["department"].label = self.unit_label
        self.offer_more(request)
        for one in self.fields.values():
            one.error_messages |= {
                "invalid_choice": "没有这个选项，未按它筛选",
                "invalid": "不是有效日期，未按它筛选",
            }
        self.is_valid()

    def offer_more(self, request: CampaignRequest) -> None:
        """The choices that only one of the lists has."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and since > until:
            self.add_error("until", "结束日期早于开始日期")
            cleaned["until"] = until
        return cleaned

    def apply(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows that the address asks for."""
        found = self.cleaned_data
        wanted = {
            self.park_lookup: found.get("park"),
            "kind": found.get("kind"),
            "department": found.get("department"),
            f"{self.day}__gte": found.get("since"),
            f"{self.day}__lte": found.get("until"),
            "enterprise_id": found.get("enterprise"),
        }
        rows = rows.filter(**{name: value for name, value in wanted.items() if value})
        if region := found.get("region"):
            rows = rows.filter(**{f"{self.park_lookup}__in": parks_below(region)})
        return rows if found.get("voided") else rows.filter(voided_on=None)

    @property
    def narrows(self) -> bool:
        """Whether any filter is set."""
        return any(self.cleaned_data.get(name) for name in self.fields)


class VisitFilter(RecordFilter):
    """Visits: also by what they found."""

    outcome = forms.ChoiceField(label="检查结果", required=False, choices=[("", "全部"), *OUTCOMES])
    item = forms.ModelChoiceField(
        CheckItem.objects.none(), label="不符合的事项", required=False, empty_label="全部"
    )
    field_order = ("park", "kind", "department", "since", "until", "outcome", "item", "voided")
    day, kind_label, unit_label = "inspected_on", "检查方式", "检查单位"
    kinds = list(InspectionKind.choices)

    def offer_more(self, request: CampaignRequest) -> None:
        items = request.campaign.check_items.all() if request.campaign else CheckItem.objects.none()
        if items:
            offer(self, "item", items)
        else:
            del self.fields["item"], self.fields["outcome"]

    def apply(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        rows, found = super().apply(rows), self.cleaned_data
        results = InspectionResult.objects.filter(inspection=OuterRef("pk"))
        failed = results.filter(outcome=CheckOutcome.FAIL)
        if item := found.get("item"):
            rows = rows.filter(Exists(failed.filter(item=item)))
        wanted = {
            WITH_FAILED: Exists(failed),
            UNTURNED: Exists(unturned(results)),
            ALL_PASSED: Exists(results) & ~Exists(failed),
            UNCHECKED: ~Exists(results),
        }
        outcome = found.get("outcome")
        return rows.filter(wanted[outcome]) if outcome else rows


class ActFilter(RecordFilter):
    """Enforcement acts: also by whether the power is back."""

    power = forms.ChoiceField(
        label="供电", required=False, choices=[("", "全部"), (CUT, "停电中"), (RESTORED, "已恢复")]
    )
    field_order = ("park", "kind", "department", "since", "until", "power", "voided")
    day, park_lookup, kind_label, unit_label = "acted_on", "enterprise__park", "执法措施", "执法单位"
    kinds = list(EnforcementKind.choices)

    def apply(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        rows = super().apply(rows)
        power = self.cleaned_data.get("power")
        if not power:
            return rows
        return rows.filter(kind=EnforcementKind.POWER_CUT, restored_on__isnull=power == CUT)
