"""Parts of the ledger's forms: photos, and the measure that a hazard falls under."""

from typing import Any

from django import forms

from campaigns.form_parts import Files
from campaigns.models import Measure
from hazards.photos import MAX_PHOTOS


class Photos(Files):
    """Several photos in one input."""

    most = MAX_PHOTOS
    too_many = "一次最多上传 {} 张照片"
    default_error_messages = {"required": "请至少上传一张照片"}


class MeasureField(forms.ModelChoiceField):
    """对应措施: which measure of the plan a hazard falls under. Nobody has to know it."""

    def __init__(self, **options: Any) -> None:
        settled: dict[str, Any] = {"label": "对应整治措施", "required": False, "empty_label": "不指定"}
        super().__init__(Measure.objects.none(), **settled | options)
        self.error_messages["invalid_choice"] = "所选措施已不在方案中，请重新选择"
