"""The pages of a campaign open for each of the five plans, whatever its rhythms, registers and places."""

import pytest
from django.urls import reverse

from accounts.enums import Role
from campaigns.actions import load_plan
from campaigns.models import Occurrence
from campaigns.plan import known_plans, read_plan
from tests import factories

PAGES = [
    "reports:home",
    "campaign:home",
    "campaigns:work",
    "campaigns:setup",
    "campaigns:setup_print",
    "campaigns:task_forces",
    "campaigns:new",
    "reports:list",
    "reports:plan_import_list",
    "hazards:list",
]


@pytest.fixture(params=known_plans())
def campaign(db, request):
    return load_plan(read_plan(request.param)).campaign


def opened(client, person, name, *args):
    client.force_login(person)
    return client.get(reverse(name, args=args), follow=True)


def test_pages_of_the_lead_bureau(client, campaign):
    lead = factories.member(Role.LEAD, department=campaign.lead_department)
    assert {name: opened(client, lead, name).status_code for name in PAGES} == dict.fromkeys(PAGES, 200)


def test_registers_open_where_the_plan_keeps_some(client, campaign):
    lead = factories.member(Role.LEAD, department=campaign.lead_department)
    assert opened(client, lead, "campaigns:registers").status_code == (200 if campaign.extras else 404)


def test_a_measure_a_piece_of_work_and_a_unit(client, campaign):
    lead = factories.member(Role.LEAD, department=campaign.lead_department)
    for unit in campaign.units.all():
        assert opened(client, lead, "campaign:unit", unit.pk).status_code == 200
    for measure in campaign.measures.all()[:3]:
        assert opened(client, lead, "campaign:measure", measure.pk).status_code == 200
    for item in campaign.work_items.all()[:5]:
        row = Occurrence.objects.filter(item=item).first()
        assert item.title in opened(client, lead, "campaigns:work_detail", row.pk).content.decode()


def test_forms_of_the_plan_print(client, campaign):
    lead = factories.member(Role.LEAD, department=campaign.lead_department)
    for slug in ("longgang-1", "longgang-2", "longgang-3", "taizhou-1", "zhengyang-1"):
        response = opened(client, lead, "reports:form", slug)
        assert (slug, response.status_code) == (slug, 200)
        assert b"".join(response)[:2] == b"PK"


def test_pages_of_a_unit(client, campaign):
    unit = campaign.units.exclude(pk=campaign.lead_department_id).first()
    person = factories.member(Role.DEPARTMENT, department=unit)
    names = ["reports:home", "campaign:home", "campaigns:work", "hazards:list"]
    assert {name: opened(client, person, name).status_code for name in names} == dict.fromkeys(names, 200)
