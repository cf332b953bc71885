"""A choice of one row among many: read as keys and names, drawn in Python, narrowed by typing.

A county may have 2,000 parks. Made into objects and drawn by Django, an option at a time by a template, they
take longer than all the rest of a page.
"""

from collections.abc import Iterable, Iterator
from html import escape
from typing import Any

from django import forms
from django.db.models.expressions import Combinable
from django.forms.models import ModelChoiceIterator
from django.forms.utils import flatatt
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe


class Named(ModelChoiceIterator):
    """Rows on offer as keys and names, read once and without making objects of them.

    `called`: the column that holds the name.
    """

    called: str | Combinable = "name"

    @cached_property
    def pairs(self) -> list[tuple[Any, str]]:
        return list(self.queryset.values_list("pk", self.called))

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        yield from self.pairs

    def __len__(self) -> int:
        return len(self.pairs) + (self.field.empty_label is not None)


class QuickSelect(forms.Select):
    """A select drawn in Python. `find`: where there are many, static/js/app.js puts a box above it that
    leaves those that hold what is typed; without scripts all of them are there.
    """

    def __init__(self, *args: Any, find: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        if find:
            self.attrs["data-find"] = ""

    def pairs(self, value: Any) -> Iterable[tuple[Any, Any]]:
        """Values and labels of the options."""
        return self.choices

    def drawn_options(self, value: Any) -> SafeString:
        """The `<option>`s alone."""
        chosen = set(self.format_value(value))
        options = "".join(
            f'<option value="{escape(key)}"{" selected" if key in chosen else ""}>{escape(label)}</option>'
            for key, label in ((str(key), str(label)) for key, label in self.pairs(value))
        )
        # Escaped piece by piece above: format_html for each of 2,000 parks would double the cost.
        return mark_safe(options)  # noqa: S308

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        given = flatatt(self.build_attrs(self.attrs, attrs))
        return format_html('<select name="{}"{}>{}</select>', name, given, self.drawn_options(value))


class NamedChoice(forms.ModelChoiceField):
    """A choice of one row of a table whose rows are called by their name."""

    iterator = Named
    widget = QuickSelect

    @property
    def pairs(self) -> list[tuple[Any, str]]:
        """Keys and names on offer, read once."""
        offered: Any = self.widget.choices
        pairs: list[tuple[Any, str]] = offered.pairs
        return pairs


class ParkChoice(NamedChoice):
    """A choice of a park."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, widget=QuickSelect(find=True), **options)
