"""Forms of a report's page: figures typed in, handing in, review, return, issue, correction."""

import re
import unicodedata
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict

from campaigns.form_parts import LongText, Text
from reports.checks import UNKNOWN
from reports.enums import Severity
from reports.models import Report
from reports.queries import typed_of
from reports.signing.actions import REASON_LENGTH, TEXT_LENGTH
from reports.typed_rules import DECIMALS, NOTE_LENGTH, typeable


class SignForm(forms.Form):
    """What every step on a report sends: the version that the person looked at."""

    version = forms.IntegerField(
        widget=forms.HiddenInput, error_messages={"required": "页面不完整，请刷新后再操作"}
    )

    def __init__(self, report: Report, data: QueryDict | None = None) -> None:
        self.report = report
        super().__init__(data, initial={"version": report.version}, auto_id=f"{self.prefix_of()}-%s")

    def prefix_of(self) -> str:
        """What sets the fields of this form apart from those of others on the page."""
        return type(self).__name__.removesuffix("Form").lower()

    def refresh(self, report: Report) -> None:
        """Shown again beside the report as it is now: the next try is made knowing it."""
        self.report = report
        self.data = {name: self.data[name] for name in self.data} | {"version": str(report.version)}


class FigureField(forms.DecimalField):
    """A number as people paste it: full-width signs, separators of thousands, spaces between."""

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = re.sub(r"\s|,(?=\d{3}(?!\d))", "", unicodedata.normalize("NFKC", value))
        return super().to_python(value)


class TypeForm(SignForm):
    """手工填数: the figures that the system cannot know; an emptied field takes a typed one back."""

    def __init__(self, report: Report, data: QueryDict | None = None) -> None:
        super().__init__(report, data)
        self.standing = typed_of(report)
        for one in typeable(report):
            places, row = DECIMALS.get(one.unit, 0), self.standing.get(one.slug)
            self.fields[one.slug] = FigureField(
                label=one.heading,
                required=False,
                initial=_shown(row.value) if row else None,
                help_text=one.definition,
                widget=forms.TextInput(attrs={"inputmode": "decimal" if places else "numeric"}),
                error_messages={"invalid": "请填写数字"},
            )
        self.fields["basis"] = Text(
            label="依据",
            limit=NOTE_LENGTH,
            required=False,
            help_text="数据从哪里来，如“县统计局2021年9月台账”。",
        )

    @property
    def figures(self) -> dict[str, Decimal | None]:
        """The figures by slug as they were sent, None for an empty field."""
        return {slug: value for slug, value in self.cleaned_data.items() if slug not in ("version", "basis")}

    def changed(self) -> dict[str, Decimal | None]:
        """Those that differ from what stands."""
        now = {slug: row.value for slug, row in self.standing.items()}
        return {slug: value for slug, value in self.figures.items() if value != now.get(slug)}


def _shown(value: Decimal | None) -> str:
    """Without the zeros that the database adds."""
    return f"{value.normalize():f}" if value is not None else ""


class FillForm(SignForm):
    """填报: a note for each warning, a note on the whole, and whether it is a nil report."""

    def __init__(self, report: Report, data: QueryDict | None = None) -> None:
        super().__init__(report, data)
        for rule, words in warnings(report).items():
            self.fields[field_of(rule)] = LongText(
                label="；".join(words),
                rows=2,
                limit=REASON_LENGTH,
                initial=report.notes.get(rule, ""),
                required=rule != UNKNOWN,  # a nil report says it itself; else the act asks for it
                error_messages={"required": "请说明原因"},
            )
        self.fields["nil"] = forms.BooleanField(
            label="零报告（本期没有需要报送的情况）",
            required=False,
            initial=report.nil,
        )
        self.fields["note"] = LongText(
            label="填报说明", rows=2, limit=TEXT_LENGTH, required=False, initial=report.note
        )

    @property
    def notes(self) -> dict[str, str]:
        """What was written about each warning, by its rule."""
        return {rule: self.cleaned_data[field_of(rule)] for rule in warnings(self.report)}

    @property
    def warning_fields(self) -> list[forms.BoundField]:
        """The notes that warnings want."""
        return [self[field_of(rule)] for rule in warnings(self.report)]


def warnings(report: Report) -> dict[str, list[str]]:
    """Rules that want a note, each with its sentences."""
    found: dict[str, list[str]] = {}
    for check in report.checks:
        if check["severity"] == Severity.WARNING:
            found.setdefault(check["rule"], []).append(check["words"])
    return found


def field_of(rule: str) -> str:
    """Name of the field in which the note on a rule is written."""
    return f"warning-{rule}"


class ReviewForm(SignForm):
    """审核通过, with a remark if there is any."""

    def __init__(self, report: Report, data: QueryDict | None = None) -> None:
        super().__init__(report, data)
        self.fields["opinion"] = LongText(label="审核意见", rows=2, limit=TEXT_LENGTH, required=False)


class ReturnForm(SignForm):
    """退回, for a reason."""

    def __init__(self, report: Report, data: QueryDict | None = None) -> None:
        super().__init__(report, data)
        self.fields["reason"] = _reason("退回原因", "请填写退回原因")


class IssueForm(SignForm):
    """印发: nothing to fill in."""


class ReopenForm(SignForm):
    """重新编制下一期, for a reason that is printed with what changed."""

    def __init__(self, report: Report, data: QueryDict | None = None) -> None:
        super().__init__(report, data)
        self.fields["reason"] = _reason("重新编制的原因", "请填写重新编制的原因")


def _reason(label: str, missing: str) -> LongText:
    options: dict[str, Any] = {"error_messages": {"required": missing}}
    return LongText(label=label, rows=3, limit=REASON_LENGTH, **options)
