"""Parts of the ledger's forms: photos, and the measure that a hazard falls under."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from campaigns.form_parts import Files, put_errors
from campaigns.models import Measure
from hazards.checks import clean_photos
from hazards.photos import MAX_PHOTOS


class Photos(Files):
    """Several photos in one input."""

    most = MAX_PHOTOS
    too_many = "一次最多上传 {} 张照片"
    default_error_messages = {"required": "请至少上传一张照片"}


class MeasureField(forms.ModelChoiceField):
    """对应措施: which measure of the plan a hazard falls under. Nobody has to know it."""

    def __init__(self, **options: Any) -> None:
        settled: dict[str, Any] = {"label": "对应管控措施", "required": False, "empty_label": "不指定"}
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
