"""What people type about hazards. Each form of a verb calls it and puts its complaints beside the fields."""

import uuid
from contextlib import suppress
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.safestring import SafeString

from campaigns.form_parts import MAX_TEXT, DateInput, LongText, Text, offer, put_errors
from campaigns.models import Campaign, Category
from campaigns.queries import Scope
from hazards.checks import check_fixed, found_on_fault, measure_fault
from hazards.duplicates import Likeness, Wording, likely_same
from hazards.enums import Level, Source, Status
from hazards.findings import Finding
from hazards.form_parts import MeasureField, Photos
from hazards.models import Hazard
from hazards.queries import hazards_in, parks_to_report_in
from parks.choices import ParkChoice
from parks.models import Enterprise, Park, Site

EARLIEST_YEAR = 2000


class ReportForm(forms.Form):
    """上报: a hazard as found, in the campaign's parks in which the person may report."""

    park = ParkChoice(Park.objects.none(), label="园区", empty_label="请选择园区")
    site = forms.ModelChoiceField(Site.objects.none(), label="片区", required=False, empty_label="不分片区")
    enterprise = forms.ModelChoiceField(
        Enterprise.objects.none(), label="企业", required=False, empty_label="公共部位，不涉及企业"
    )
    new_enterprise = Text(label="新企业名称", required=False, limit=120)
    place = Text(label="发生位置", limit=120)
    category = forms.ModelChoiceField(
        Category.objects.none(), label="隐患类型", empty_label=None, widget=forms.RadioSelect
    )
    plan_measure = MeasureField()
    level = forms.ChoiceField(
        label="隐患等级", choices=Level.choices, initial=Level.GENERAL, widget=forms.RadioSelect
    )
    clause = Text(
        label="判定依据",
        required=False,
        limit=200,
        help_text="按哪个标准的哪一条判定为重大隐患；现在不清楚可以不填，申请验收前在“五落实”中补填",
    )
    description = LongText(label="隐患描述", rows=4)
    recurs = forms.ModelChoiceField(
        Hazard.objects.none(),
        label="回潮自",
        required=False,
        to_field_name="number",
        widget=forms.HiddenInput(attrs={"data-draft-keep": ""}),
    )
    photos = Photos(label="现场照片（整改前）", required=False)
    fixed = forms.BooleanField(label="现场已整改（即查即改）", required=False)
    after = Photos(label="整改后照片", required=False)
    measure = LongText(label="整改措施", required=False, rows=2)
    source = forms.ChoiceField(label="发现途径", choices=Source.choices)
    found_on = forms.DateField(label="发现日期", widget=DateInput())
    latitude = forms.DecimalField(
        required=False,
        max_digits=9,
        decimal_places=6,
        min_value=-90,
        max_value=90,
        widget=forms.HiddenInput(attrs={"data-draft-keep": ""}),
    )
    longitude = forms.DecimalField(
        required=False,
        max_digits=9,
        decimal_places=6,
        min_value=-180,
        max_value=180,
        widget=forms.HiddenInput(attrs={"data-draft-keep": ""}),
    )
    client_key = forms.UUIDField(required=False, widget=forms.HiddenInput(attrs={"data-draft-keep": ""}))

    MISSING: ClassVar = {
        "park": "请选择园区",
        "place": "请填写发生位置",
        "category": "请选择隐患类型",
        "level": "请选择隐患等级",
        "description": "请填写隐患描述",
        "source": "请选择发现途径",
        "found_on": "请填写发现日期",
    }
    OPTIONAL_HIDDEN: ClassVar = ("latitude", "longitude", "client_key")

    def __init__(self, campaign: Campaign, scope: Scope, data: Any = None, files: Any = None, **options: Any):
        super().__init__(data, files, **options)
        self.campaign = campaign
        self.seen = hazards_in(scope).filter(campaign=campaign)
        before: Any = self.fields["recurs"]
        before.queryset = self.seen.filter(status=Status.CLOSED)
        before.error_messages["invalid_choice"] = "没有找到这条已销号的隐患，请取消关联后重新选择"
        self.parks = parks_to_report_in(scope, campaign)
        offer(self, "park", self.parks)
        for name, message in self.MISSING.items():
            self.fields[name].error_messages["required"] = message
        self.fields["enterprise"].error_messages["invalid_choice"] = "所选企业不在该园区，请重新选择"
        self.fields["park"].error_messages["invalid_choice"] = "您没有在该园区上报隐患的权限"
        self.fields["place"].widget.attrs |= {"placeholder": "例如：5号楼1层东侧通道", "autocomplete": "off"}
        self.fields["new_enterprise"].widget.attrs |= {"autocomplete": "off"}
        self.fields["description"].widget.attrs["placeholder"] = "看到了什么、在哪里、有什么危险"
        offer(self, "category", campaign.categories.all())
        if not self.is_bound:
            self._propose()
        self.chosen_park = self._chosen_park()
        self._offer_of(self.chosen_park)
        self._offer_measures()

    def _offer_measures(self) -> None:
        """Those of the chosen kind; while none is chosen all of them, grouped by kind."""
        measures = list(self.campaign.measures.select_related("category"))
        chosen = str(self["category"].value() or "")
        field: Any = self.fields["plan_measure"]
        field.queryset = self.campaign.measures.all()
        field.offer(measures, chosen)
        self.has_measures = len(field.choices) > 1

    def _propose(self) -> None:
        self.initial.setdefault("found_on", self.campaign.today())
        self.initial.setdefault("client_key", uuid.uuid4())
        only = list(self.parks.values_list("pk", flat=True)[:2])
        if len(only) == 1:
            self.initial.setdefault("park", only[0])

    def _chosen_park(self) -> Park | None:
        """The park chosen so far, if it is one of those on offer."""
        chosen = str(self["park"].value() or "")
        known = chosen.isascii() and chosen.isdigit() and len(chosen) < 18
        return self.parks.filter(pk=int(chosen)).first() if known else None

    @property
    def may_report(self) -> bool:
        """Whether there is any park on offer."""
        return self.chosen_park is not None or self.parks.exists()

    def park_options(self) -> SafeString:
        """The parks on offer; where the only one is chosen already, there is nothing to choose."""
        parks: Any = self.fields["park"]
        if self.chosen_park and len(parks.pairs) == 1:
            parks.empty_label = None
        options: SafeString = parks.widget.drawn_options(self.chosen_park and self.chosen_park.pk)
        return options

    def _offer_of(self, park: Park | None) -> None:
        """Enterprises and sites depend on the park."""
        enterprises: Any = self.fields["enterprise"]
        sites: Any = self.fields["site"]
        if park is not None:
            enterprises.queryset = Enterprise.objects.filter(park=park, active=True).order_by("name")
            sites.queryset = Site.objects.filter(park=park)
        self.has_sites = park is not None and sites.queryset.exists()

    def likely_same(self) -> list[Likeness]:
        """Hazards that look like what is typed so far, among those that the person sees in the park."""
        park, enterprise = self.chosen_park, None
        if park is None:
            return []
        with suppress(ValidationError):  # one of another park, while the list of this one is on its way
            enterprise = self.fields["enterprise"].clean(self["enterprise"].value())
        data: Any = self.data
        description, place = (str(self[name].value() or "")[:MAX_TEXT] for name in ("description", "place"))
        wording = Wording(description, place, enterprise)
        return likely_same(self.seen, self.campaign, park, wording, without=data.getlist("not_same"))

    def clean_found_on(self) -> date:
        """A year typed with too few digits is a date too."""
        found_on: date = self.cleaned_data["found_on"]
        if found_on.year < EARLIEST_YEAR:
            raise ValidationError("发现日期过早，请核对年份")
        if fault := found_on_fault(self.campaign, found_on):
            raise ValidationError(fault)
        return found_on

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in self.OPTIONAL_HIDDEN:
            # Nobody can mend what they cannot see: a damaged position or key is left out.
            if name in self.errors:
                del self.errors[name]
                cleaned[name] = None
        if cleaned.get("enterprise") and cleaned.get("new_enterprise"):
            self.add_error("new_enterprise", "已选择企业，请清空新企业名称，或把企业改回“公共部位”")
        if cleaned.get("level") != Level.MAJOR:
            # Typed before the level was changed, and out of sight since.
            cleaned["clause"] = ""
            self.errors.pop("clause", None)
        category, measure = cleaned.get("category"), cleaned.get("plan_measure")
        if category and (fault := measure_fault(category, measure)):
            self.add_error("plan_measure", fault)
        if cleaned.get("fixed") and "after" not in self.errors:
            try:
                check_fixed(cleaned.get("level"), cleaned["after"])
            except ValidationError as fault:
                put_errors(self, fault)
        return cleaned

    def finding(self, enterprise: Enterprise | None) -> Finding:
        """What the person reports, for hazards.actions."""
        same = (
            "park", "site", "place", "description", "category", "plan_measure", "level", "clause", "source",
            "found_on", "recurs", "latitude", "longitude", "photos",
        )  # fmt: skip
        return Finding(enterprise=enterprise, **{name: self.cleaned_data[name] for name in same})
