"""The small enterprises behind 小微企业总数: those in the campaign's parks on a day, and their filters."""

from datetime import date

from django import forms
from django.db.models import QuerySet

from campaigns.form_parts import DateInput, offer
from campaigns.http import CampaignRequest
from campaigns.queries import units_of
from hazards.queries import parks_in_sight, parks_to_filter_by
from hazards.records.filters import offer_region
from parks.choices import ParkChoice
from parks.models import Department, Enterprise, Park, Region, Trait
from parks.regions import parks_below
from reports.figures.counting import Coverage, ledger_rows, span_of
from reports.indicators import SENSIBLE_YEARS, Ledger


class EnterpriseFilter(forms.Form):
    """What cannot be read is said and left out, as in the lists of visits and acts."""

    park = ParkChoice(Park.objects.none(), label="园区", required=False, empty_label="全部")
    department = forms.ModelChoiceField(
        Department.objects.none(), label="专班责任单位", required=False, empty_label="全部"
    )
    trait = forms.ModelChoiceField(Trait.objects.all(), label="特征", required=False, empty_label="全部")
    region = forms.ModelChoiceField(
        Region.objects.none(), label="行政区划", required=False, empty_label="全部"
    )
    as_of = forms.DateField(label="截止日期", required=False, widget=DateInput())

    def __init__(self, request: CampaignRequest) -> None:
        super().__init__(request.GET)
        self.campaign = request.campaign
        if self.campaign:
            offer(self, "park", parks_to_filter_by(request.scope, self.campaign))
            offer(self, "department", units_of(self.campaign))
        offer_region(self, request.GET.get("region", ""))
        for one in self.fields.values():
            one.error_messages |= {
                "invalid_choice": "没有这个选项，未按它筛选",
                "invalid": "不是有效日期，按今天列出",
            }
        self.is_valid()

    def clean_as_of(self) -> date | None:
        """A day of the address; one far from any campaign is no day."""
        day: date | None = self.cleaned_data.get("as_of")
        if day and day.year not in SENSIBLE_YEARS:
            raise forms.ValidationError("不是有效日期，按今天列出")
        return day

    @property
    def day(self) -> date:
        """The day as of which enterprises are listed."""
        assert self.campaign is not None
        return self.cleaned_data.get("as_of") or self.campaign.today()

    @property
    def narrows(self) -> bool:
        """Whether any filter is set."""
        return any(self.cleaned_data.get(name) for name in self.fields)


def enterprises_asked_for(request: CampaignRequest) -> tuple[QuerySet[Enterprise], EnterpriseFilter]:
    """The enterprises that the address asks for, inside the person's sight, with its filters."""
    form = EnterpriseFilter(request)
    if not form.campaign:
        return Enterprise.objects.none(), form
    found = form.cleaned_data
    unit = found.get("department")
    whose = Coverage(unit=unit.pk if unit else None)
    span = span_of(form.campaign, form.day)
    rows: QuerySet[Enterprise] = ledger_rows(Ledger.ENTERPRISES, form.campaign, span, whose)
    if form.campaign.pk not in request.scope.whole_campaigns:
        rows = rows.filter(park__in=parks_in_sight(request.scope).order_by().values("pk"))
    if park := found.get("park"):
        rows = rows.filter(park=park)
    if trait := found.get("trait"):
        rows = rows.filter(traits=trait)
    if region := found.get("region"):
        rows = rows.filter(park__in=parks_below(region))
    return rows, form
