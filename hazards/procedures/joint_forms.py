"""Input of joint enforcement records. What is checked against the campaign stands in joint_actions."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from campaigns.form_parts import DateInput, LongText, Text, offer
from campaigns.models import Campaign
from campaigns.queries import units_of
from hazards.models import OPEN, Hazard, JointEnforcement
from hazards.procedures.joint_actions import Gathering
from hazards.procedures.joint_queries import waiting_for_joint
from hazards.search import search
from parks.models import Department

FOUND = 20
"""So many hits of a search are offered; more of them call for better words."""


class JointForm(forms.Form):
    """One joint enforcement as it was held."""

    title = Text(label="名称", limit=120, help_text="如：世纪小微园消防通道联合执法")
    held_on = forms.DateField(label="日期", widget=DateInput())
    units = forms.ModelMultipleChoiceField(
        Department.objects.none(), label="参加单位", widget=forms.CheckboxSelectMultiple
    )
    hazards = forms.ModelMultipleChoiceField(Hazard.objects.none(), label="涉及隐患")
    outcome = LongText(label="执法结果", required=False, help_text="查了什么、怎样处理；可写下一步要求")

    def __init__(self, campaign: Campaign, data: Any = None, *, chosen: str = "") -> None:
        super().__init__(data, initial={"held_on": campaign.today()})
        self.campaign = campaign
        offer(self, "units", units_of(campaign))
        offer(self, "hazards", campaign.hazards.filter(OPEN))
        self.fields["held_on"].widget.attrs["max"] = campaign.today().isoformat()
        missing = {
            "title": "请填写联合执法名称",
            "held_on": "请填写日期",
            "units": "请选择参加单位",
            "hazards": "请至少选择一条隐患",
        }
        for name, message in missing.items():
            self.fields[name].error_messages["required"] = message
        self.fields["hazards"].error_messages["invalid_choice"] = (
            "所选隐患中有的已销号、已作废或不属于本行动，请重新选择"
        )
        picked = data.getlist("hazards") if data is not None else [chosen]
        self.picked = {int(key) for key in picked if key.isascii() and key.isdigit() and len(key) < 19}

    def asked(self) -> list[Hazard]:
        """Hazards that wait for a joint enforcement, each with whether it is ticked."""
        return self._ticked(waiting_for_joint(self.campaign))

    def others(self) -> list[Hazard]:
        """Those that were chosen although nobody asked for them."""
        rows = self.campaign.hazards.filter(OPEN, pk__in=self.picked)
        return self._ticked(rows.filter(joint_asked_on=None).order_by("number"))

    def _ticked(self, rows: QuerySet[Hazard]) -> list[Hazard]:
        return ticked(rows, self.picked)

    def gathering(self) -> Gathering:
        """The cleaned input."""
        given = self.cleaned_data
        return Gathering(
            title=given["title"],
            held_on=given["held_on"],
            units=list(given["units"]),
            hazards=list(given["hazards"]),
            outcome=given["outcome"],
        )


def ticked(rows: QuerySet[Hazard], picked: set[int]) -> list[Hazard]:
    """The rows as the form offers them, each with whether it is ticked."""
    shown = list(rows.select_related("park", "enterprise"))
    for row in shown:
        row.ticked = row.pk in picked  # type: ignore[attr-defined]
    return shown


def offered(campaign: Campaign, text: str, picked: set[int]) -> tuple[list[Hazard], bool]:
    """Open hazards of the campaign that hold the words, and whether there are more than are offered.

    Without those that stand in the list of requests already, or are chosen.
    """
    rows = search(campaign.hazards.filter(OPEN, joint_asked_on=None).exclude(pk__in=picked), text)
    found = ticked(rows.order_by("-found_on", "-id")[: FOUND + 1], picked)
    return found[:FOUND], len(found) > FOUND


class JointFilter(forms.Form):
    """Filters of the list; what cannot be read is said and left out."""

    q = forms.CharField(label="搜索", required=False, max_length=100)
    unit = forms.ModelChoiceField(
        Department.objects.none(), label="参加单位", required=False, empty_label="全部"
    )
    since = forms.DateField(label="日期起", required=False, widget=DateInput())
    until = forms.DateField(label="日期止", required=False, widget=DateInput())
    voided = forms.BooleanField(label="含已作废", required=False)

    def __init__(self, data: Any, units: QuerySet[Department]) -> None:
        super().__init__(data)
        offer(self, "unit", units)
        for one in self.fields.values():
            one.error_messages |= {
                "invalid_choice": "没有这个选项，未按它筛选",
                "invalid": "不是有效日期，未按它筛选",
                "max_length": "搜索内容最多 100 字，未按它搜索",
            }
        self.is_valid()

    def apply(self, rows: QuerySet[JointEnforcement]) -> QuerySet[JointEnforcement]:
        """The rows that the address asks for."""
        given = self.cleaned_data
        wanted = {
            "title__icontains": given.get("q"),
            "units": given.get("unit"),
            "held_on__gte": given.get("since"),
            "held_on__lte": given.get("until"),
        }
        rows = rows.filter(**{name: value for name, value in wanted.items() if value})
        return rows if given.get("voided") else rows.filter(voided_on=None)

    @property
    def narrows(self) -> bool:
        """Whether any filter is set."""
        return any(self.cleaned_data.get(name) for name in self.fields)
