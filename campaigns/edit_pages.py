"""Forms that edit one row, and the page around them: nothing typed is lost, no change is overwritten."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from campaigns.edits import StaleEdit, mark_of_row
from campaigns.form_parts import DateInput, put_errors

M = TypeVar("M", bound=models.Model)
Save = Callable[[dict[str, Any], str], Any]
"""Takes the cleaned values and the mark with which the form was opened; returns the saved row."""


class EditForm(forms.ModelForm):
    """A form over one row, with a mark of the values that it was opened with."""

    opened = forms.CharField(required=False, widget=forms.HiddenInput)
    draft_word = ""
    """Tells drafts of two new rows apart that belong to different things."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = [name for name in self.fields if name != "opened"]
        # When it is drawn: a form may still drop fields that have nothing to choose from.
        self.fields["opened"].initial = lambda: mark_of_row(self.instance, self.names)
        # The mark of a new row belongs to its draft: what was typed is sent once, however often it is tried.
        self.fields["opened"].widget.attrs["data-draft-skip" if self.instance.pk else "data-draft-keep"] = ""
        for field in self.fields.values():
            _in_chinese(field)

    @property
    def draft(self) -> str:
        """Under which the browser keeps what is typed; an older draft never covers newer text."""
        mark = (self["opened"].value() or "") if self.instance.pk else ""
        parts = (self.instance._meta.model_name, str(self.instance.pk or "new"), self.draft_word, mark)
        return "-".join(part for part in parts if part)

    def values(self) -> dict[str, Any]:
        """The cleaned input, by field of the row."""
        return {name: self.cleaned_data[name] for name in self.names}

    def reopen(self, row: models.Model) -> list[tuple[str, str, str]]:
        """After a stale try: what differs (label, as stored, as typed); the form now fits the stored row."""
        differing = []
        for name in self.names:
            stored = shown(row, name, getattr(row, name))
            typed = shown(self.instance, name, self.cleaned_data[name])
            if stored != typed:
                differing.append((str(self.fields[name].label), stored, typed))
        data = self.data.copy()  # type: ignore[attr-defined]
        data["opened"] = mark_of_row(row, self.names)
        self.data = data
        return differing


def _in_chinese(field: forms.Field) -> None:
    """The browser's date picker, no silent cutting of pasted text, and errors that say what to do."""
    field.widget.attrs.pop("maxlength", None)
    if isinstance(field, forms.DateField):
        field.widget = DateInput()
    field.error_messages |= {
        "required": f"请填写{field.label}",
        "invalid_choice": f"请重新选择{field.label}",
        "max_length": "最多 %(limit_value)d 字，现有 %(show_value)d 字",
    }
    if isinstance(field, forms.ModelChoiceField) and not isinstance(field, forms.ModelMultipleChoiceField):
        field.empty_label = "请选择" if field.required else "—"
    if isinstance(field, forms.DateField):
        field.error_messages["invalid"] = "请填写有效日期，例如 2022-09-01"
    elif isinstance(field, forms.IntegerField | forms.DecimalField):
        field.error_messages["invalid"] = "请填写数字，不带单位和逗号"


def shown(row: models.Model, name: str, value: Any) -> str:
    """A value as words, to set two versions side by side."""
    if hasattr(value, "all"):
        value = value.all()
    if isinstance(value, QuerySet):
        return "、".join(sorted(str(one) for one in value)) or "（空）"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, date):
        return value.isoformat()
    choices = dict(row._meta.get_field(name).flatchoices)  # type: ignore[union-attr]
    words = str(choices.get(value, value)) if value not in (None, "") else ""
    return words or "（空）"


def sent(request: HttpRequest) -> Any:
    """What a form is bound to: what was sent, be it nothing at all; None when the page is only opened."""
    return request.POST if request.method == "POST" else None


def edit_page(
    request: HttpRequest,
    form: EditForm,
    save: Save,
    *,
    template: str,
    done: Callable[[Any], str],
    said: str = "已保存",
    context: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Show the form, or save and go on. 422 for bad input, 409 when somebody else was faster."""
    differing: list[tuple[str, str, str]] | None = None
    if request.method == "POST" and form.is_valid():
        draft = form.draft
        try:
            row = save(form.values(), form.cleaned_data["opened"])
        except StaleEdit as stale:
            differing = form.reopen(stale.row)
        except ValidationError as fault:
            put_errors(form, fault)
        else:
            messages.success(request, f"{said}：{row}", extra_tags=f"draft-clear:{draft}")
            return redirect(done(row))
    status = 409 if differing is not None else 422 if form.errors else 200
    shown_context = {"form": form, "differing": differing, **(context or {})}
    return render(request, template, shown_context, status=status)


def posted(
    request: HttpRequest, act: Callable[[], Any], *, back: str, done: str, failed: str
) -> HttpResponse:
    """Run one verb without a page of its own and go back, saying how it went."""
    try:
        act()
    except ValidationError as fault:
        typed = request.POST.get("reason") or request.POST.get("note")
        kept = f"。您填写的内容：“{typed}”" if typed else ""
        messages.error(request, f"{failed}：" + "；".join(fault.messages) + kept)
    else:
        messages.success(request, done)
    return redirect(back)
