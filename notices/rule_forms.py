"""Input of a campaign's rules of reminding: which kinds, how many days before or after, when, how far up."""

import re
from dataclasses import dataclass
from datetime import time
from itertools import pairwise
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from campaigns.models import Campaign
from notices.enums import NoticeKind
from notices.kinds import GROUPS, KINDS
from notices.models import NoticeRule, NoticeSettings

MOST_DAYS = 10
LONGEST = 365
COUNTED = tuple(kind for kind in NoticeKind if KINDS[kind].days)
"""Kinds that are told so many days before or after."""
BY_WORKING_DAYS = tuple(kind for kind in COUNTED if not KINDS[kind].after)
SETTINGS = ("digest_at", "quiet_from", "quiet_to", "leader_after", "lead_after", "propose_after")
LADDER = SETTINGS[3:]


class DayList(forms.CharField):
    """Whole days in one line, such as 7、3、1、0: ascending, each once."""

    def __init__(self, *, least: int) -> None:
        super().__init__(required=False, widget=forms.TextInput(attrs={"inputmode": "text"}))
        self.least = least

    def prepare_value(self, value: Any) -> Any:
        return "、".join(map(str, value)) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> list[int]:
        parts = [part for part in re.split(r"[\s,，、;；]+", str(super().clean(value) or "")) if part]
        if wrong := [part for part in parts if not re.fullmatch(r"[0-9]{1,6}", part)]:
            raise ValidationError(f"“{wrong[0][:20]}”不是天数，请填写整数，用顿号隔开，例如 7、3、1、0")
        days = sorted({int(part) for part in parts})
        if days and (days[0] < self.least or days[-1] > LONGEST):
            raise ValidationError(f"天数应在 {self.least} 到 {LONGEST} 之间")
        if len(days) > MOST_DAYS:
            raise ValidationError(f"最多填写 {MOST_DAYS} 个天数，现有 {len(days)} 个")
        return days


class ClockTime(forms.TimeField):
    """A time of day."""

    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    default_error_messages = {"invalid": "请填写时间，例如 08:00"}


class LadderDays(forms.IntegerField):
    """After how many days overdue a rung is told."""

    def __init__(self, label: str) -> None:
        words = f"请填写 1 到 {LONGEST} 之间的整数"
        errors = {"invalid": words, "min_value": words, "max_value": words, "required": words}
        super().__init__(label=label, min_value=1, max_value=LONGEST, error_messages=errors)


@dataclass(frozen=True)
class KindRow:
    """One line of the table: a kind with its fields; None where there is nothing to set."""

    kind: NoticeKind
    about: str
    on: forms.BoundField | None
    days: forms.BoundField | None
    working: forms.BoundField | None
    after: bool
    default: str


def values_of(campaign: Campaign) -> dict[str, Any]:
    """What holds now, by field of the form: saved rules, and defaults for the rest."""
    stored = NoticeSettings.objects.filter(campaign=campaign).first() or NoticeSettings()
    return _values(stored, {row.kind: row for row in NoticeRule.objects.filter(campaign=campaign)})


def defaults() -> dict[str, Any]:
    """The same for a campaign that has changed nothing."""
    return _values(NoticeSettings(), {})


def _values(stored: NoticeSettings, rules: dict[str, NoticeRule]) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(stored, name) for name in SETTINGS}
    for kind in NoticeKind:
        row = rules.get(kind)
        values[f"on_{kind.value}"] = row is None or row.enabled
        if kind in COUNTED:
            values[f"days_{kind.value}"] = sorted(row.days if row and row.days else KINDS[kind].days)
        if kind in BY_WORKING_DAYS:
            values[f"working_{kind.value}"] = bool(row and row.working_days)
    return values


class RulesForm(forms.Form):
    """All rules of a campaign in one form."""

    digest_at = ClockTime(label="每日发送时间", error_messages={"required": "请填写每日发送时间，例如 08:00"})
    quiet_from = ClockTime(label="免打扰起", error_messages={"required": "请填写免打扰开始的时间"})
    quiet_to = ClockTime(label="免打扰止", error_messages={"required": "请填写免打扰结束的时间"})
    leader_after = LadderDays("告知责任单位领导（天）")
    lead_after = LadderDays("告知牵头单位（天）")
    propose_after = LadderDays("建议督办（天）")

    def __init__(self, values: dict[str, Any], data: Any = None) -> None:
        super().__init__(data, initial=values)
        for kind in NoticeKind:
            if KINDS[kind].mutable:
                self.fields[f"on_{kind.value}"] = forms.BooleanField(label=kind.label, required=False)
            if kind in COUNTED:
                least = 1 if KINDS[kind].after else 0
                field = self.fields[f"days_{kind.value}"] = DayList(least=least)
                field.label = f"{kind.label}：{'逾期' if least else '提前'}天数"
            if kind in BY_WORKING_DAYS:
                words = f"{kind.label}：按工作日计算"
                self.fields[f"working_{kind.value}"] = forms.BooleanField(label=words, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for kind in COUNTED:
            name = f"days_{kind.value}"
            if name in data and not data[name] and data.get(f"on_{kind.value}", True):
                off = "；不需要这类提醒请取消“启用”" if KINDS[kind].mutable else ""
                self.add_error(name, f"请至少填写一个天数{off}")
        self._check_ladder(data)
        self._check_hours(data)
        return data

    def _check_ladder(self, data: dict[str, Any]) -> None:
        rungs = [(name, data[name]) for name in LADDER if data.get(name) is not None]
        for (_, before), (name, after) in pairwise(rungs):
            if after < before:
                label = self.fields[name].label
                self.add_error(name, f"“{label}”应不少于上一级的 {before} 天：逐级递增")

    def _check_hours(self, data: dict[str, Any]) -> None:
        first, end = data.get("quiet_from"), data.get("quiet_to")
        at: time | None = data.get("digest_at")
        if not (first and end and at) or first == end:
            return
        if first <= at < end if first < end else at >= first or at < end:
            self.add_error(
                "digest_at",
                f"发送时间在免打扰时段（{first:%H:%M}—{end:%H:%M}）内，届时发不出去，请改到时段之外",
            )

    def values(self) -> dict[str, Any]:
        """The valid form's values, complete: what cannot be turned off is on."""
        always = {f"on_{kind.value}": True for kind in NoticeKind if not KINDS[kind].mutable}
        values = {**always, **self.cleaned_data}
        for kind in COUNTED:
            # A kind that is turned off may leave its days empty: it then has its own.
            values[f"days_{kind.value}"] = values[f"days_{kind.value}"] or sorted(KINDS[kind].days)
        return values

    def groups(self) -> list[tuple[str, list[KindRow]]]:
        """The table: kinds under their headings."""
        return [(group.label, [self._row(kind) for kind in group.kinds]) for group in GROUPS.values()]

    def _row(self, kind: NoticeKind) -> KindRow:
        def field(prefix: str) -> forms.BoundField | None:
            name = f"{prefix}_{kind.value}"
            return self[name] if name in self.fields else None

        one = KINDS[kind]
        default = "、".join(map(str, sorted(one.days)))
        return KindRow(kind, one.about, field("on"), field("days"), field("working"), one.after, default)

    def words(self) -> dict[str, str]:
        """Label → value as shown, for both versions of a stale edit and for the trail."""
        return {str(field.label): _shown(field) for field in self}


def _shown(field: forms.BoundField) -> str:
    value = field.value()
    if isinstance(field.field, forms.BooleanField):
        return "是" if value else "否"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return str(value if value not in (None, "") else "—")
