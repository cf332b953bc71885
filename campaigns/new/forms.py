"""Input for a new campaign. Its source is chosen first, by address; the form then fits it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms

from campaigns.form_parts import Text
from campaigns.models import Campaign
from campaigns.models.campaign import span_fault
from campaigns.new.actions import PRESET, NewCampaign, source_plan
from campaigns.plan import Plan, known_plans, read_plan
from campaigns.setup.fields import Day
from campaigns.setup.forms import clean_prefix
from parks.models import Department


@dataclass(frozen=True)
class Source:
    """What a new campaign may be made from: an address's value, and words for the choice."""

    value: str
    title: str
    about: str
    kind: str


def sources_for(led: list[Campaign]) -> list[Source]:
    """Empty, the campaigns that the person leads, the presets."""
    own = [
        Source(f"campaign:{one.pk}", one.name, f"{one.starts_on} 至 {one.ends_on}", "复制我牵头的行动")
        for one in led
    ]
    return [
        Source("", "空白行动", "从零开始，逐项填写", "从零开始"),
        *own,
        *(_preset(slug) for slug in known_plans()),
    ]


def _preset(slug: str) -> Source:
    plan = read_plan(slug)
    measures = sum(len(row.measures) for row in plan.categories)
    counts = {
        "个阶段": len(plan.phases),
        "条措施": measures,
        "项工作": len(plan.work_items),
        "个园区": len(plan.parks),
    }
    about = "、".join(f"{count}{name}" for name, count in counts.items() if count)
    return Source(PRESET + slug, plan.campaign.name, about, "使用现成方案")


class NewCampaignForm(forms.Form):
    """Name, prefix and dates of a new campaign."""

    name = Text(120, label="行动名称")
    short_name = Text(30, label="简称", required=False, help_text="用于页面和表格标题，可留空")
    number_prefix = Text(
        20, label="隐患编号前缀", help_text="用字母和数字，如 LG2，隐患编号就是 LG2-2021-0001"
    )
    lead = forms.ModelChoiceField(Department.objects.none(), label="牵头单位", empty_label=None)
    starts_on = Day(label="开始日期")
    ends_on = Day(label="结束日期")
    with_parks = forms.BooleanField(
        label="一并带上园区和专班",
        required=False,
        help_text="本行政区划内已登记的同名园区直接使用，没有的新建",
    )

    def __init__(self, units: Any, source: str | Campaign, data: Any = None) -> None:
        self.source = source
        self.plan: Plan | None = source_plan(source) if source else None
        super().__init__(data, initial=self._initial())
        lead = self.fields["lead"]
        assert isinstance(lead, forms.ModelChoiceField)
        lead.queryset = units
        lead.initial = units.first()
        if self.plan:
            self.fields["starts_on"].help_text = "改了开始日期，方案中的各项日期按整月顺延"
            self.fields["ends_on"].required = False
            self.fields["ends_on"].help_text = "留空则与原方案历时相同"
        if not (self.plan and self.plan.parks):
            del self.fields["with_parks"]
        for field in self.fields.values():
            field.error_messages["required"] = f"请填写{field.label}"
        lead.error_messages |= {"required": "请选择牵头单位", "invalid_choice": "请选择您牵头的单位"}

    def _initial(self) -> dict[str, Any]:
        if self.plan is None:
            return {}
        facts = self.plan.campaign
        short = facts.short_name
        return {"name": facts.name, "short_name": short, "starts_on": facts.starts_on, "with_parks": True}

    def clean_number_prefix(self) -> str:
        return clean_prefix(self.cleaned_data["number_prefix"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", "结束日期不能早于开始日期")
        elif fault := span_fault(first, last):
            self.add_error("ends_on", fault)
        return cleaned

    def new_campaign(self) -> NewCampaign:
        """The cleaned input."""
        data = self.cleaned_data
        first: date = data["starts_on"]
        return NewCampaign(
            name=data["name"],
            short_name=data["short_name"],
            number_prefix=data["number_prefix"],
            starts_on=first,
            ends_on=data["ends_on"],
            lead=data["lead"],
            source=self.source,
            with_parks=data.get("with_parks", False),
        )
