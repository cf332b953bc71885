"""The admin's forms obey the rules of the pages."""

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


def test_no_campaign_of_a_century(world, client):
    type(world.system_admin).objects.filter(pk=world.system_admin.pk).update(is_staff=True)
    client.force_login(world.system_admin)
    page = reverse("admin:campaigns_campaign_change", args=[world.campaign.pk])
    form = client.get(page).context["adminform"].form
    sent = {name: "" if value is None else value for name, value in form.initial.items()}
    for inline in client.get(page).context["inline_admin_formsets"]:
        prefix = inline.formset.prefix
        sent |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    answer = client.post(page, {**sent, "ends_on": "2099-12-31"})
    assert answer.status_code == 200
    assert "超过10年" in answer.context["adminform"].form.errors["ends_on"][0]
    world.campaign.refresh_from_db()
    assert world.campaign.ends_on.year != 2099
