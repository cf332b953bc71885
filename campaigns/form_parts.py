"""Parts that forms share: days, texts, files, and how faults get beside their fields."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import SafeString

from campaigns.evidence import MAX_FILES

MAX_TEXT = 2000


class DateInput(forms.DateInput):
    """The browser's own date picker, which wants ISO dates; drawn in Python like the selects."""

    input_type = "date"

    def __init__(self, **options: Any) -> None:
        super().__init__(format="%Y-%m-%d", **options)

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        given = self.build_attrs(self.attrs, attrs)
        if (shown := self.format_value(value)) is not None:
            given = {"value": shown, **given}
        return format_html('<input type="{}" name="{}"{}>', self.input_type, name, flatatt(given))


class Text(forms.CharField):
    """One line, without maxlength: what is pasted must stay, to be shortened by its author."""

    def __init__(self, limit: int, **options: Any) -> None:
        super().__init__(max_length=limit, **options)
        self.error_messages["max_length"] = "最多 %(limit_value)d 字，现有 %(show_value)d 字"

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}


class LongText(Text):
    """Several lines. A browser sends two characters for a line's end; only one of them is counted."""

    def __init__(self, limit: int = MAX_TEXT, *, rows: int = 3, **options: Any) -> None:
        options.setdefault("widget", forms.Textarea(attrs={"rows": rows, "data-count": limit}))
        super().__init__(limit, **options)

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")


class Files(forms.FileField):
    """Several files in one input. The template draws it (templates/includes/photo_input.html)."""

    class Input(forms.ClearableFileInput):
        allow_multiple_selected = True

        def value_from_datadict(self, data: Any, files: Any, name: str) -> list[UploadedFile]:
            return files.getlist(name) if hasattr(files, "getlist") else list(files.get(name, []))

    widget = Input
    most = MAX_FILES
    too_many = "一次最多上传 {} 个文件"

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        if self.required and not data:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(data) > self.most:
            raise ValidationError(self.too_many.format(self.most), code="too_many_files")
        return [super(Files, self).clean(upload, initial) for upload in data]


def put_errors(form: forms.BaseForm, fault: ValidationError) -> None:
    """Put what an action complains of beside the fields; what has no field goes above them."""
    if not hasattr(fault, "error_dict"):
        form.add_error(None, fault)
        return
    for name, errors in fault.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)


def offer(form: forms.BaseForm, name: str, rows: QuerySet[Any]) -> None:
    """Let the person choose among these rows and no others."""
    chooser = form.fields[name]
    assert isinstance(chooser, forms.ModelChoiceField)
    chooser.queryset = rows
