"""Which campaign a person works in without having chosen one."""

from datetime import date

from django.urls import reverse

from tests import factories


def shown(client):
    return client.get(reverse("reports:home")).context["campaign"]


def test_a_campaign_under_preparation_does_not_take_the_place_of_the_running_one(client, world):
    client.force_login(world.lead)
    assert shown(client) == world.campaign
    ahead = factories.CampaignFactory(
        lead_department=world.lead_department,
        starts_on=date(2022, 7, 1),
        ends_on=date(2022, 12, 31),
        clock=date(2021, 9, 15),
    )
    assert shown(client) == world.campaign
    ahead.clock = date(2022, 8, 1)
    ahead.save()
    assert shown(client) == ahead


def test_what_is_over_comes_after_what_runs_however_new(client, world):
    factories.CampaignFactory(
        lead_department=world.lead_department,
        starts_on=date(2021, 8, 1),
        ends_on=date(2021, 8, 31),
        clock=date(2021, 9, 15),
    )
    client.force_login(world.lead)
    assert shown(client) == world.campaign
