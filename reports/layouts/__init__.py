"""The official forms: one file a form, one line each in the registry."""

from reports.layouts import longgang_4, taizhou_2
from reports.layouts.form import Form

_FORMS = (
    longgang_4.FORM,
    taizhou_2.FORM,
)

FORMS: dict[str, Form] = {form.slug: form for form in _FORMS}
"""Forms by slug, in the order in which they are offered."""
