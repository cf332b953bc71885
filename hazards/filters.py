"""The filters of the hazard list. All stand in the address: each figure elsewhere links to its rows."""

from collections.abc import Iterable
from datetime import date
from functools import partial
from typing import Any
from urllib.parse import urlencode

import django_filters as filters
from django import forms
from django.db.models import QuerySet
from django.utils.datastructures import MultiValueDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from campaigns.enums import Light
from campaigns.form_parts import DateInput
from campaigns.http import CampaignRequest
from campaigns.models import Category, Measure, TaskForce
from campaigns.queries import units_of
from hazards.enums import OPEN_STATUSES, Level, Source, Status
from hazards.list_queries import (
    EXTENSIONS,
    JOINTS,
    REFERRALS,
    SUPERVISIONS,
    handled_by,
    hazards_of,
    in_procedure,
)
from hazards.models import Hazard
from hazards.queries import lit, parks_to_filter_by
from hazards.search import search
from parks.choices import Named, QuickSelect
from parks.models import Department, Park, Region
from parks.regions import parks_below

OPEN = "open"
LEFT_OUT = "，未按它筛选"
"""What a page adds to the reason: it shows the list without that filter. The API refuses instead."""
STATUS_CHOICES = [(OPEN, "未销号（全部）"), *Status.choices]
LIGHT_CHOICES = [(light.value, light.label) for light in (Light.RED, Light.YELLOW, Light.GREEN, Light.GREY)]
HIDDEN = ("region", "task_force", "measure", "closed_from", "closed_to", "batch")
"""Filters that only links set: they are shown as chips, and kept when the form is sent."""
SHOWN = (
    "park", "department", "category", "level", "status", "light", "source", "found_from", "found_to",
)  # fmt: skip
FOLDED = ("supervised", "extension", "referral", "joint", "recurs", "mine")
"""Filters that the form shows always, and when asked."""


def parks_on_offer(request: Any) -> QuerySet[Park]:
    return parks_to_filter_by(request.scope, request.campaign) if request.campaign else Park.objects.none()


def units_on_offer(request: Any) -> QuerySet[Department]:
    return units_of(request.campaign) if request.campaign else Department.objects.none()


def categories_on_offer(request: Any) -> QuerySet[Category]:
    return request.campaign.categories.all() if request.campaign else Category.objects.none()


def task_forces_on_offer(request: Any) -> QuerySet[TaskForce]:
    # Only links set this filter, and its form draws no choices: without it the query is not even built.
    if not request.campaign or "task_force" not in request.GET:
        return TaskForce.objects.none()
    parks = parks_to_filter_by(request.scope, request.campaign).order_by()
    return TaskForce.objects.filter(campaign=request.campaign, park__in=parks).select_related("park")


def regions_on_offer(request: Any) -> QuerySet[Region]:
    return Region.objects.all() if request.campaign and "region" in request.GET else Region.objects.none()


def measures_on_offer(request: Any) -> QuerySet[Measure]:
    if not request.campaign or "measure" not in request.GET:
        return Measure.objects.none()
    return request.campaign.measures.all()


UNSET, UNSET_LABEL = "none", "未指定"
"""Asks for hazards that hang on no measure."""


class NamedChoiceField(filters.fields.ModelChoiceField):
    """A choice of one row of a table whose rows are called by their name."""

    iterator = Named


class NamedFilter(filters.ModelChoiceFilter):
    """A filter by such a row."""

    field_class = NamedChoiceField


class StatusSelect(QuickSelect):
    """One select for a filter that may repeat: several at once are one more choice, so none gets lost."""

    def value_from_datadict(self, data: Any, files: MultiValueDict, name: str) -> list[str]:
        given = data.getlist(name) if hasattr(data, "getlist") else [data[name]] if name in data else []
        return [part for value in given for part in value.split(",") if part]

    def format_value(self, value: Any) -> list[str]:
        return [",".join(value)] if value else [""]

    def pairs(self, value: Any) -> Iterable[tuple[Any, Any]]:
        labels = dict(STATUS_CHOICES)
        offered: list[tuple[Any, Any]] = [("", "全部"), *self.choices]
        if value and len(value) > 1 and all(part in labels for part in value):
            offered.append((",".join(value), "、".join(labels[part] for part in value)))
        return offered


class FilterForm(forms.Form):
    """Says in Chinese what cannot be filtered by. `made`: fields that are this form's alone already."""

    def __init__(self, *args: Any, made: dict[str, forms.Field], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.update(made)
        for name, wrong in self.fields.items():
            wrong.error_messages["invalid_choice"] = "没有这个选项" + LEFT_OUT
            if name.endswith(("_from", "_to")):
                wrong.error_messages["invalid"] = "不是有效日期" + LEFT_OUT
        self.fields["q"].error_messages["max_length"] = "搜索内容最多 100 字，未按它搜索"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in ("found", "closed"):
            start, end = cleaned.get(f"{name}_from"), cleaned.get(f"{name}_to")
            if start and end and start > end:
                self.add_error(f"{name}_to", "结束日期早于开始日期，没有这样的隐患")
                cleaned[f"{name}_to"] = end
        return cleaned


def drawn(field: forms.BoundField) -> SafeString:
    """One field with its label and faults, drawn in Python like its widget: a list has fifteen of them."""
    faults = format_html_join("", "<li>{}</li>", ((one,) for one in field.errors))
    if faults:
        faults = format_html('<ul class="errors" id="{}_error">{}</ul>', field.auto_id, faults)
    label = format_html('<label for="{}">{}</label>', field.id_for_label, field.label)
    return format_html('<div class="field">{}{}{}</div>', label, field, faults)


def _day(name: str, lookup: str, label: str) -> filters.DateFilter:
    return filters.DateFilter(field_name=name, lookup_expr=lookup, label=label, widget=DateInput())


def _procedure(choices: dict[str, str], label: str) -> filters.ChoiceFilter:
    """What happened to a hazard beside its status: rows of a table of its own."""
    return filters.ChoiceFilter(
        choices=tuple(choices.items()),
        method="by_procedure",
        label=label,
        empty_label="全部",
        widget=QuickSelect,
    )


class IdFilter(filters.Filter):
    """A whole number that names a row."""

    field_class = forms.IntegerField


class HazardFilter(filters.FilterSet):
    """`HazardFilter(request.GET, queryset, request=request).qs`; what cannot be read is said and left out."""

    q = filters.CharFilter(method="by_words", label="搜索", max_length=100)
    park = NamedFilter(
        queryset=parks_on_offer, label="园区", empty_label="全部", widget=QuickSelect(find=True)
    )
    region = filters.ModelChoiceFilter(queryset=regions_on_offer, method="by_region", label="行政区划")
    task_force = filters.ModelChoiceFilter(queryset=task_forces_on_offer, label="专班")
    department = NamedFilter(
        field_name="responsible_department",
        queryset=units_on_offer,
        label="责任单位",
        empty_label="全部",
        widget=QuickSelect,
    )
    category = NamedFilter(queryset=categories_on_offer, label="类型", empty_label="全部", widget=QuickSelect)
    measure = filters.ModelChoiceFilter(
        queryset=measures_on_offer, label="对应措施", null_label=UNSET_LABEL, null_value=UNSET
    )
    level = filters.ChoiceFilter(choices=Level.choices, label="等级", empty_label="全部", widget=QuickSelect)
    status = filters.MultipleChoiceFilter(
        choices=STATUS_CHOICES, widget=StatusSelect, method="by_status", label="状态"
    )
    light = filters.ChoiceFilter(
        choices=LIGHT_CHOICES, method="by_light", label="期限", empty_label="全部", widget=QuickSelect
    )
    source = filters.ChoiceFilter(
        choices=Source.choices, label="发现途径", empty_label="全部", widget=QuickSelect
    )
    found_from = _day("found_on", "gte", "发现日期起")
    found_to = _day("found_on", "lte", "发现日期止")
    closed_from = _day("closed_on", "gte", "销号日期起")
    closed_to = _day("closed_on", "lte", "销号日期止")
    supervised = _procedure(SUPERVISIONS, "挂牌督办")
    extension = _procedure(EXTENSIONS, "延期")
    referral = _procedure(REFERRALS, "抄告")
    joint = _procedure(JOINTS, "联合执法")
    recurs = filters.ChoiceFilter(
        choices=(("1", "回潮隐患"),), method="by_recurs", label="回潮", empty_label="全部", widget=QuickSelect
    )
    mine = filters.ChoiceFilter(
        choices=(("1", "本人经办"),), method="by_hand", label="经办", empty_label="全部", widget=QuickSelect
    )
    batch = IdFilter(field_name="batch_id", label="导入批次", min_value=1, max_value=2**31)

    class Meta:
        model = Hazard
        fields: list[str] = []
        form = FilterForm

    def get_form_class(self) -> Any:
        """The form with the filters' own fields: a form class would copy all of them once more."""
        return partial(FilterForm, made={name: one.field for name, one in self.filters.items()})

    def by_words(self, hazards: QuerySet[Hazard], name: str, value: str) -> QuerySet[Hazard]:
        return search(hazards, value)

    def by_region(self, hazards: QuerySet[Hazard], name: str, value: Region | None) -> QuerySet[Hazard]:
        return hazards.filter(park__in=parks_below(value)) if value else hazards

    def by_status(self, hazards: QuerySet[Hazard], name: str, value: list[str]) -> QuerySet[Hazard]:
        if not value:
            return hazards
        wanted = {status for one in value for status in (OPEN_STATUSES if one == OPEN else (one,))}
        return hazards.filter(status__in=sorted(wanted))

    def by_light(self, hazards: QuerySet[Hazard], name: str, value: str) -> QuerySet[Hazard]:
        campaign = self.request.campaign
        return hazards.filter(lit(value, campaign.today(), campaign.yellow_days)) if campaign else hazards

    def by_procedure(self, hazards: QuerySet[Hazard], name: str, value: str) -> QuerySet[Hazard]:
        return in_procedure(hazards, name, value)

    def by_recurs(self, hazards: QuerySet[Hazard], name: str, value: str) -> QuerySet[Hazard]:
        return hazards.filter(recurs__isnull=False)

    def by_hand(self, hazards: QuerySet[Hazard], name: str, value: str) -> QuerySet[Hazard]:
        return handled_by(hazards, self.request.user)

    def filter_queryset(self, queryset: QuerySet[Hazard]) -> QuerySet[Hazard]:
        """Void hazards are in no figure, so they are in no list either unless they are asked for."""
        found = super().filter_queryset(queryset)
        asked = Status.VOID in (self.form.cleaned_data.get("status") or ())
        return found if asked else found.exclude(status=Status.VOID)

    def chips(self) -> list[dict[str, str]]:
        """Active filters that the form has no field for: what they say and the address without them."""
        shown = []
        for name in HIDDEN:
            value = self.form.cleaned_data.get(name)
            if value:
                text = value.isoformat() if isinstance(value, date) else str(value)
                text = UNSET_LABEL if text == UNSET else text
                label = f"{self.filters[name].label}：{text}"
                shown.append({"label": label, "name": name, "value": self.data.get(name, ""),
                              "without": querystring(self.data, drop=(name, "cursor"))})  # fmt: skip
        return shown

    def hidden_faults(self) -> list[str]:
        """What is wrong with filters that the form has no field for."""
        faults = self.form.errors
        return [f"{self.filters[name].label}：{why}" for name in HIDDEN for why in faults.get(name, ())]

    @property
    def parks(self) -> list[tuple[Any, str]]:
        """Keys and names of the parks on offer, read once."""
        return self.form.fields["park"].widget.choices.pairs

    @property
    def units(self) -> list[tuple[Any, str]]:
        """Keys and names of the units on offer, read once."""
        return self.form.fields["department"].widget.choices.pairs

    def main_fields(self) -> SafeString:
        """The fields that are always in sight; parks only where there is a choice of them."""
        one_park = len(self.parks) < 2 and "park" not in self.form.errors
        names = SHOWN[1:] if one_park else SHOWN
        return SafeString("".join(drawn(self.form[name]) for name in names))

    def folded_fields(self) -> SafeString:
        """The fields that are folded away."""
        return SafeString("".join(drawn(self.form[name]) for name in FOLDED))

    def in_words(self) -> str:
        """What is asked for, as labels and values: 等级：重大；状态：待交办、整改中. "" for everything."""
        said = []
        for name, one in self.filters.items():
            value = self.form.cleaned_data.get(name)
            if value in (None, "", []):
                continue
            offered = getattr(self.form.fields[name], "choices", ()) if isinstance(value, str | list) else ()
            labels = dict(offered)
            values = value if isinstance(value, list) else [value]
            said.append(f"{one.label}：{'、'.join(str(labels.get(part, part)) for part in values)}")
        return "；".join(said)

    @property
    def narrows_rarely(self) -> bool:
        """Whether a filter is set, or meant to be, that the form keeps folded away."""
        return any(self.form.cleaned_data.get(n) or n in self.form.errors for n in FOLDED)

    @property
    def narrows(self) -> bool:
        """Whether any filter is set at all."""
        return any(self.form.cleaned_data.get(name) not in (None, "", []) for name in self.filters)


def filtered(request: CampaignRequest) -> HazardFilter:
    """The hazards of the current campaign that the person may see, as the address filters them."""
    campaign = request.campaign
    seen = hazards_of(request.scope, campaign) if campaign else Hazard.objects.none()
    chosen = HazardFilter(request.GET, seen, request=request)
    chosen.form.is_valid()
    return chosen


def querystring(params: Any, drop: tuple[str, ...] = ("cursor",), **changes: str | list[str]) -> str:
    """The address's parameters without empty ones and those to drop, with some changed."""
    kept = {name: params.getlist(name) for name in params if name not in drop} if params else {}
    kept |= {name: value if isinstance(value, list) else [value] for name, value in changes.items()}
    return urlencode([(name, one) for name, many in kept.items() for one in many if one != ""])
