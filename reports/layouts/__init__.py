"""The official forms: one file a form, one line each in the registry."""

from campaigns.models import Campaign
from reports.layouts import (
    bulletin,
    half_month,
    longgang_1,
    longgang_2,
    longgang_3,
    longgang_4,
    quarterly_plan,
    taizhou_1,
    taizhou_2,
    taizhou_3,
    weekly,
    yearly,
    zhengyang_1,
    zhengyang_2,
)
from reports.layouts.form import Form

_FORMS = (
    longgang_1.FORM,
    longgang_2.FORM,
    longgang_3.FORM,
    longgang_4.FORM,
    taizhou_1.FORM,
    taizhou_2.FORM,
    taizhou_3.FORM,
    zhengyang_1.FORM,
    zhengyang_2.FORM,
    weekly.FORM,
    bulletin.FORM,
    half_month.FORM,
    quarterly_plan.FORM,
    yearly.FORM,
)

FORMS: dict[str, Form] = {form.slug: form for form in _FORMS}
"""Forms by slug, in the order in which they are offered."""


def forms_of(campaign: Campaign) -> list[Form]:
    """Forms that are filled when asked for, those that the campaign uses; all when it names none."""
    used = [form for slug, form in FORMS.items() if not campaign.forms or slug in campaign.forms]
    return [form for form in used if not form.rhythm]
