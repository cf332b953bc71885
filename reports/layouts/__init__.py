"""The official forms: one file a form, one line each in the registry."""

from campaigns.models import Campaign
from reports.layouts import (
    longgang_1,
    longgang_2,
    longgang_3,
    longgang_4,
    taizhou_1,
    taizhou_2,
    zhengyang_1,
)
from reports.layouts.form import Form

_FORMS = (
    longgang_1.FORM,
    longgang_2.FORM,
    longgang_3.FORM,
    longgang_4.FORM,
    taizhou_1.FORM,
    taizhou_2.FORM,
    zhengyang_1.FORM,
)

FORMS: dict[str, Form] = {form.slug: form for form in _FORMS}
"""Forms by slug, in the order in which they are offered."""


def forms_of(campaign: Campaign) -> list[Form]:
    """The forms that the campaign uses; all of them when it names none."""
    return [form for slug, form in FORMS.items() if not campaign.forms or slug in campaign.forms]
