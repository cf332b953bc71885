"""The check items on the form of a visit: outcome, remark and photos of each, one tap an item."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from campaigns.form_parts import LongText
from campaigns.models import CheckItem
from hazards.enums import CheckOutcome
from hazards.form_parts import Photos
from hazards.records.checks import MAX_REMARK
from hazards.records.findings import Checked
from hazards.records.wording import OUTCOME_WORDS


@dataclass(frozen=True)
class CheckRow:
    """One item as the template draws it."""

    item: CheckItem
    outcome: forms.BoundField
    remark: forms.BoundField
    shots: forms.BoundField


def add_items(form: forms.Form, items: Iterable[CheckItem]) -> None:
    """Fields for each item. Nothing is chosen beforehand: what nobody looked at is not 符合."""
    for item in items:
        form.fields[f"outcome_{item.pk}"] = forms.ChoiceField(
            label=item.text, required=False, choices=list(OUTCOME_WORDS.items()), widget=forms.RadioSelect
        )
        form.fields[f"remark_{item.pk}"] = LongText(
            label="不符合的情况", required=False, rows=2, limit=MAX_REMARK
        )
        form.fields[f"shots_{item.pk}"] = Photos(label="照片", required=False)


def rows_of(form: forms.Form, items: Iterable[CheckItem]) -> Iterator[CheckRow]:
    """The items with their bound fields, in the plan's order."""
    for item in items:
        yield CheckRow(item, *(form[f"{name}_{item.pk}"] for name in ("outcome", "remark", "shots")))


def check_items(form: forms.Form, items: Iterable[CheckItem]) -> None:
    """A failed item says why; what was written of an item asks for its outcome."""
    for item in items:
        outcome = form.cleaned_data.get(f"outcome_{item.pk}")
        remark, shots = form.cleaned_data.get(f"remark_{item.pk}"), form.cleaned_data.get(f"shots_{item.pk}")
        if not outcome and (remark or shots) and f"outcome_{item.pk}" not in form.errors:
            form.add_error(f"outcome_{item.pk}", "已写了情况或选了照片，请选择是否符合要求")
        if outcome == CheckOutcome.FAIL and not remark and f"remark_{item.pk}" not in form.errors:
            form.add_error(f"remark_{item.pk}", "不符合的事项请写明情况")
    if lost := _lost(form, items):
        form.add_error(
            None, "检查事项已有调整，以下内容没有对应的事项，请改填到“检查情况”：" + "；".join(lost)
        )


def _lost(form: forms.Form, items: Iterable[CheckItem]) -> list[str]:
    """Outcomes and remarks of items that are no longer on offer: said, never dropped in silence."""
    offered = {str(item.pk) for item in items}
    labels = {outcome.value: words for outcome, words in OUTCOME_WORDS.items()}
    lost = []
    for name, value in form.data.items():
        part, _, key = name.partition("_")
        if part in ("outcome", "remark") and key.isdigit() and key not in offered and str(value).strip():
            lost.append(labels.get(value, str(value).strip()[:MAX_REMARK]))
    return lost


def checked_of(cleaned: dict[str, Any], items: Iterable[CheckItem]) -> list[Checked]:
    """What was found, of the items that were looked at."""
    found = []
    for item in items:
        if outcome := cleaned[f"outcome_{item.pk}"]:
            photos: list[UploadedFile] = cleaned[f"shots_{item.pk}"]
            found.append(Checked(item, outcome, cleaned[f"remark_{item.pk}"], photos))
    return found
