"""Input of the import wizard."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet

from campaigns.models import Campaign
from campaigns.queries import units_of
from parks.models import Department
from reports.reading.reader import check_upload
from reports.reading.sheet_parts import UnreadableWorkbook


class UploadForm(forms.Form):
    """One workbook. Only its size and kind are looked at here; a task reads it."""

    file = forms.FileField(
        label="隐患整治清单",
        help_text="附件4 样式的 .xlsx 工作簿，不超过 20 MB、20000 行。",
        error_messages={
            "required": "请选择要导入的工作簿",
            "empty": "文件是空的，请重新选择",
            "invalid": "请选择要导入的工作簿",
            "missing": "请选择要导入的工作簿",
        },
        widget=forms.FileInput(
            attrs={
                "accept": ".xlsx,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                "class": "form-control",
            }
        ),
        max_length=255,
    )

    def clean_file(self) -> UploadedFile:
        """Refuse at once what is plainly no .xlsx, with the way to make it one."""
        file: UploadedFile = self.cleaned_data["file"]
        try:
            check_upload(file)
        except UnreadableWorkbook as fault:
            raise forms.ValidationError(str(fault)) from fault
        return file


class UnitsForm(forms.Form):
    """One question for each unit name that the campaign does not know; unanswered ones stay open."""

    def __init__(
        self, campaign: Campaign, questions: list[dict[str, Any]], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        self.units = self.units_for(campaign).order_by("name")
        for place, question in enumerate(questions):
            self.fields[f"unit_{place}"] = self.field_for(question)

    def units_for(self, campaign: Campaign) -> QuerySet[Department]:
        """Units that an answer may name."""
        return units_of(campaign)

    def field_for(self, question: dict[str, Any]) -> forms.Field:
        """Where one question is answered."""
        return forms.ModelChoiceField(
            label=f"“{question['name']}”（{question['rows']} 行）是",
            queryset=self.units,
            required=False,
            empty_label="请选择单位",
            error_messages={"invalid_choice": "请从列表中选择一个单位"},
        )

    def clean(self) -> dict[str, Any]:
        """At least one answer."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and not any(cleaned.values()):
            raise forms.ValidationError("请至少为一个单位名称选择对应的单位")
        return cleaned

    def answers(self) -> list[tuple[str, Department]]:
        """(name as written, unit) for each answered question."""
        return [
            (question["name"], unit)
            for place, question in enumerate(self.questions)
            if (unit := self.cleaned_data[f"unit_{place}"])
        ]
