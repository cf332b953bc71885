"""Input of the work list: its filters, and what a person says when something is done."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Concat

from campaigns.form_parts import DateInput, Files
from campaigns.models import Campaign, Occurrence, TaskForce
from campaigns.queries import Scope, task_forces_in, units_of
from campaigns.work.board import LABELS, line_filter, source_filter
from campaigns.work.queries import overdue, owed_in
from parks.choices import Named, NamedChoice, QuickSelect
from parks.models import Department

LEFT_OUT = "，未按它筛选"
SOURCES = {"measure": "管控措施", "item": "工作清单", "report": "报送材料"}
STATES = {"open": "未完成", "late": "逾期", "done": "已完成", "all": "全部"}
HOLDERS = {"unit": "各单位", "force": "各园区专班"}
MAX_NOTE = 1000
MINE, EVERYBODY = "mine", "all"


class NamedForces(Named):
    """Task forces as keys and names: called after their parks, as a task force says itself."""

    called = Concat("park__name", Value("专班"))


class TaskForceChoice(NamedChoice):
    """A choice of a task force."""

    iterator = NamedForces


class WorkFilter(forms.Form):
    """The board's filters, all in the address. What cannot be read is said and left out."""

    q = forms.CharField(label="搜索", required=False, max_length=100)
    unit = NamedChoice(Department.objects.none(), label="责任单位", required=False, empty_label="全部")
    task_force = TaskForceChoice(
        TaskForce.objects.none(),
        label="专班",
        required=False,
        empty_label="全部",
        widget=QuickSelect(find=True),
    )
    source = forms.ChoiceField(label="类别", required=False, choices=[("", "全部"), *SOURCES.items()])
    state = forms.ChoiceField(label="状态", required=False, choices=list(STATES.items()))
    who = forms.ChoiceField(required=False, choices=[(MINE, "我的"), (EVERYBODY, "全部")])
    group = forms.ChoiceField(required=False, choices=list(LABELS.items()))
    line = forms.CharField(required=False, max_length=40)
    of = forms.CharField(required=False, max_length=20)
    holder = forms.ChoiceField(required=False, choices=list(HOLDERS.items()))

    def __init__(self, data: Any, *, scope: Scope, campaign: Campaign) -> None:
        super().__init__(data)
        self.scope, self.campaign = scope, campaign
        # `from` is a word of Python's: these two cannot be declared above.
        self.fields["from"] = forms.DateField(label="到期日起", required=False, widget=DateInput())
        self.fields["to"] = forms.DateField(label="到期日止", required=False, widget=DateInput())
        forces = task_forces_in(scope).filter(campaign=campaign)
        self.units = self._offer("unit", units_in_sight(scope, campaign))
        self.task_forces = self._offer("task_force", forces.distinct().order_by("order", "pk"))
        for name, one in self.fields.items():
            one.error_messages["invalid_choice"] = "没有这个选项" + LEFT_OUT
            one.error_messages["max_length"] = "内容太长" + LEFT_OUT
            if name in ("from", "to"):
                one.error_messages["invalid"] = "不是有效日期" + LEFT_OUT
        self.is_valid()

    def _offer(self, name: str, rows: QuerySet[Any]) -> list[tuple[Any, str]]:
        """Offer these rows; returns ids and names."""
        chooser = self.fields[name]
        assert isinstance(chooser, NamedChoice)
        chooser.queryset = rows
        return chooser.pairs

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        start, end = cleaned.get("from"), cleaned.get("to")
        if start and end and start > end:
            self.add_error("to", "结束日期早于开始日期")
            cleaned["to"] = end
        return cleaned

    def clean_line(self) -> str:
        line: str = self.cleaned_data["line"]
        if line and line_filter(line) is None:
            raise forms.ValidationError("没有这项工作" + LEFT_OUT)
        return line

    def clean_of(self) -> str:
        source: str = self.cleaned_data["of"]
        if source and source_filter(source) is None:
            raise forms.ValidationError("没有这项工作" + LEFT_OUT)
        return source

    def value(self, name: str) -> Any:
        """What the person chose; "" for nothing and for what cannot be read."""
        return self.cleaned_data.get(name) or ""

    @property
    def days(self) -> list[forms.BoundField]:
        """The fields of the span."""
        return [self["from"], self["to"]]

    @property
    def hidden_errors(self) -> list[tuple[str, str]]:
        """What is wrong with filters that only links set, and with the state, which has no field."""
        labels = {
            "state": "状态",
            "who": "范围",
            "group": "分组",
            "line": "工作",
            "of": "工作",
            "holder": "承担者",
        }
        return [
            (label, " ".join(map(str, self.errors[name])))
            for name, label in labels.items()
            if name in self.errors
        ]

    @property
    def whole(self) -> bool:
        """Whether the person works with the whole campaign, of which nothing is more theirs than the rest."""
        return self.campaign.pk in self.scope.whole_campaigns

    @property
    def only_mine(self) -> bool:
        """Units and task forces begin with what they owe themselves, unless they ask for somebody's."""
        if self.whole or self.value("unit") or self.value("task_force"):
            return False
        if not self.has_own or self.value("who") == EVERYBODY:
            return False
        # One line is opened to see everybody who owes it, unless it is one's own that is unfolded.
        return self.value("who") == MINE or not self.value("line")

    @property
    def has_own(self) -> bool:
        """Whether anything could be the person's own."""
        return bool(self.scope.acting_departments or self.scope.task_forces)

    @property
    def may_widen(self) -> bool:
        """Whether there is more to see than one's own."""
        beyond = self.scope.led_task_forces - self.scope.task_forces
        return not self.whole and self.has_own and bool(beyond)

    @property
    def narrows(self) -> bool:
        """Whether any filter of the form is set."""
        names = ("q", "unit", "task_force", "source", "from", "to", "line", "of", "holder")
        return any(self.value(name) for name in names)

    def apply(self, rows: QuerySet[Occurrence]) -> QuerySet[Occurrence]:
        """The occurrences that the address asks for, of whatever state."""
        if self.only_mine:
            rows = rows.filter(owed_in(self.scope))
        wanted: Mapping[str, Any] = {
            "department": self.value("unit"),
            "task_force": self.value("task_force"),
            "due_on__gte": self.value("from"),
            "due_on__lte": self.value("to"),
        }
        rows = rows.filter(**{lookup: value for lookup, value in wanted.items() if value})
        if source := self.value("source"):
            rows = rows.filter(**{f"{source}__isnull": False})
        if holder := self.value("holder"):
            rows = rows.filter(task_force__isnull=holder == "unit")
        if found := line_filter(self.value("line")):
            rows = rows.filter(found)
        if found := source_filter(self.value("of")):
            rows = rows.filter(found)
        for word in self.value("q").split():
            rows = rows.filter(_with_word(word))
        return rows

    def in_state(self, rows: QuerySet[Occurrence], today: date) -> QuerySet[Occurrence]:
        """Of these, those in the state asked for; the open ones when nothing is said."""
        state = self.value("state") or "open"
        if state == "late":
            return rows.filter(overdue(today))
        return rows if state == "all" else rows.filter(done_on__isnull=state == "open")


def _with_word(word: str) -> Q:
    places = (
        "measure__title", "item__title", "item__task", "report__name",
        "department__name", "department__short_name", "task_force__park__name",
    )  # fmt: skip
    found = Q()
    for place in places:
        found |= Q(**{f"{place}__icontains": word})
    return found


def units_in_sight(scope: Scope, campaign: Campaign) -> QuerySet[Department]:
    """Units whose work the person may see."""
    units = units_of(campaign)
    if campaign.pk not in scope.whole_campaigns:
        units = units.filter(pk__in=scope.departments)
    return units.order_by("name", "pk")


class CompletionForm(forms.Form):
    """One time that something was done: on which day, in words, with files. All but the day may be empty."""

    on = forms.DateField(label="完成日期", widget=DateInput())
    note = forms.CharField(
        label="完成情况",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "data-count": MAX_NOTE}),
        help_text="做了什么、结果如何；可不填",
    )
    evidence = Files(label="佐证材料", required=False)

    def __init__(self, today: date, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files, initial={"on": today})
        self.fields["on"].widget.attrs["max"] = today.isoformat()
        self.fields["on"].error_messages |= {
            "required": "请填写完成日期",
            "invalid": "请填写有效日期，例如 2021-09-01",
        }

    def clean_note(self) -> str:
        """A browser sends two characters for a line's end; only one of them is counted."""
        note = self.cleaned_data["note"].replace("\r\n", "\n").strip()
        if len(note) > MAX_NOTE:
            raise forms.ValidationError(f"最多 {MAX_NOTE} 字，现有 {len(note)} 字")
        return note


class ManyForm(forms.Form):
    """One day and one note for several that were ticked."""

    on = forms.DateField(label="完成日期", widget=DateInput())
    note = forms.CharField(
        label="完成情况", required=False, widget=forms.Textarea(attrs={"rows": 3, "data-count": MAX_NOTE})
    )

    def __init__(self, today: date, data: Any = None) -> None:
        super().__init__(data, initial={"on": today}, auto_id="id_many_%s")
        self.fields["on"].widget.attrs["max"] = today.isoformat()
        self.fields["on"].error_messages |= {
            "required": "请填写完成日期",
            "invalid": "请填写有效日期，例如 2021-09-01",
        }

    clean_note = CompletionForm.clean_note
