"""Fields of the plan's forms: days, several days in a line, units with sets of units."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from campaigns.dates import FIRST_YEAR, LAST_YEAR, DateFault, Span, parse_deadline
from campaigns.enums import Part, PartyGroup
from campaigns.form_parts import DateInput
from campaigns.models import Responsibility
from campaigns.work.sync import Source
from parks.models import Department

GROUP_HELP = {
    PartyGroup.TASK_FORCES: "各园区专班（每个专班各报各的）",
    PartyGroup.UNITS: "各成员单位（每个单位各报各的）",
    PartyGroup.ENTERPRISES: "园区各企业（由牵头单位督促并填报）",
    PartyGroup.LARGE_ENTERPRISES: "规模以上企业（由牵头单位督促并填报）",
}
"""Sets as an official reads them: who then has to report."""


class Day(forms.DateField):
    """A day within the years that make sense."""

    widget = DateInput
    default_error_messages = {"invalid": "请填写有效日期，例如 2021-09-01"}

    def clean(self, value: Any) -> date | None:
        day: date | None = super().clean(value)
        if day and not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise ValidationError(f"年份 {day.year} 不合常理，请核对")
        return day


class Days(forms.CharField):
    """Several days in one line, 2021-08-15、2021-11-15: ISO texts, sorted, each once."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=600, **options)

    def read(self, text: str, span: Span) -> list[str]:
        """The days as ISO texts. Raises ValidationError naming the one that is none."""
        found: set[str] = set()
        for part in text.replace("，", "、").replace(",", "、").replace("\n", "、").split("、"):
            if part.strip():
                found.add(self._one(part.strip(), span))
        return sorted(found)

    def _one(self, part: str, span: Span) -> str:
        try:
            day = parse_deadline(part, span).day
        except DateFault as fault:
            raise ValidationError(str(fault)) from fault
        if day is None:
            raise ValidationError(f"“{part}”不是日期")
        return day.isoformat()


class Ticks(forms.CheckboxSelectMultiple):
    """Boxes to tick, in columns."""


class Parties(forms.MultipleChoiceField):
    """Units and sets of units; a value is "d12" for a unit, "g" and the set's name for a set."""

    widget = Ticks

    def offer(self, units: Iterable[Department]) -> None:
        """The sets first, then these units."""
        sets = [(f"g{group.value}", GROUP_HELP[group]) for group in PartyGroup]
        self.choices = [*sets, *((f"d{unit.pk}", unit.name) for unit in units)]


def party_keys(owner: Source | None, part: Part) -> list[str]:
    """The parties that have this part, as values of Parties."""
    if owner is None or owner.pk is None:
        return []
    return [_key(row) for row in owner.responsibilities.filter(part=part)]


def _key(row: Responsibility) -> str:
    return f"d{row.department_id}" if row.department_id else f"g{row.group}"


def keep_parties(owner: Source, field: str, part: Part, keys: Iterable[str]) -> None:
    """Make these the parties of this part. A row that stays keeps its order and the plan's wording."""
    wanted = list(dict.fromkeys(keys))
    rows = list(owner.responsibilities.filter(part=part))
    for row in rows:
        if _key(row) not in wanted:
            row.delete()
    there = {_key(row) for row in rows}
    order = max((row.order for row in rows), default=0)
    for key in wanted:
        if key not in there:
            order += 1
            row = Responsibility(part=part, order=order)
            setattr(row, field, owner)
            if key.startswith("d"):
                row.department_id = int(key[1:])
            else:
                row.group = key[1:]
            row.save()
