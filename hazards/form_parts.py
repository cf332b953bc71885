"""Parts of the forms: fields for photos and texts, and how faults get beside them."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet

from campaigns.models import Measure
from hazards.checks import clean_photos
from hazards.photos import MAX_PHOTOS

MAX_TEXT = 2000


class Photos(forms.FileField):
    """Several photos in one input. The template draws it (templates/includes/photo_input.html)."""

    class Input(forms.ClearableFileInput):
        allow_multiple_selected = True

        def value_from_datadict(self, data: Any, files: Any, name: str) -> list[UploadedFile]:
            return files.getlist(name) if hasattr(files, "getlist") else list(files.get(name, []))

    widget = Input
    default_error_messages = {"required": "请至少上传一张照片"}

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        if self.required and not data:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(data) > MAX_PHOTOS:
            raise ValidationError(f"一次最多上传 {MAX_PHOTOS} 张照片", code="too_many_photos")
        return [super(Photos, self).clean(upload, initial) for upload in data]


class MeasureField(forms.ModelChoiceField):
    """对应措施: which measure of the plan a hazard falls under. Nobody has to know it."""

    def __init__(self, **options: Any) -> None:
        settled: dict[str, Any] = {"label": "对应整治措施", "required": False, "empty_label": "不指定"}
        super().__init__(Measure.objects.none(), **settled | options)
        self.error_messages["invalid_choice"] = "所选措施已不在方案中，请重新选择"

    def offer(self, measures: list[Measure], category: str) -> None:
        """Show those of one kind (its id); without a kind all of them, grouped. The rows were read once."""
        nothing: tuple[str, Any] = ("", self.empty_label)
        if category:
            fitting = [one for one in measures if str(one.category_id) == category]
            self.choices = [nothing, *((one.pk, one.title) for one in fitting)]
            return
        groups: dict[str, list[tuple[int, str]]] = {}
        for one in measures:
            groups.setdefault(one.category.name, []).append((one.pk, one.title))
        self.choices = [nothing, *groups.items()]


class Text(forms.CharField):
    """One line, without maxlength: what is pasted must stay, to be shortened by its author."""

    def __init__(self, *, limit: int, **options: Any) -> None:
        super().__init__(max_length=limit, **options)
        self.error_messages["max_length"] = "最多 %(limit_value)d 字，现有 %(show_value)d 字"

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}


class LongText(Text):
    """Several lines. A browser sends two characters for a line's end; only one of them is counted."""

    def __init__(self, *, rows: int = 3, limit: int = MAX_TEXT, **options: Any) -> None:
        options.setdefault("widget", forms.Textarea(attrs={"rows": rows, "data-count": limit}))
        super().__init__(limit=limit, **options)

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")


def put_errors(form: forms.Form, fault: ValidationError) -> None:
    """Put what an action complains of beside the fields; what has no field goes above them."""
    if not hasattr(fault, "error_dict"):
        form.add_error(None, fault)
        return
    for name, errors in fault.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)


def add_photo_faults(form: forms.Form) -> None:
    """Where a form comes back anyway, say what is wrong with its photos too: one round, not two.

    A form without faults is not asked: its verb reads the photos, and reading them is slow.
    """
    for name, given in form.fields.items():
        if isinstance(given, Photos) and name not in form.errors:
            try:
                clean_photos(form.cleaned_data.get(name) or (), name)
            except ValidationError as fault:
                put_errors(form, fault)


def offer(form: forms.Form, name: str, rows: QuerySet[Any]) -> None:
    """Let the person choose among these rows and no others."""
    chooser = form.fields[name]
    assert isinstance(chooser, forms.ModelChoiceField)
    chooser.queryset = rows
