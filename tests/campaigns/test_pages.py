"""Long tables: each row on one page and no more, the filters kept, totals of all."""

import pytest
from django.urls import reverse

from campaigns.models import TaskForce
from campaigns.pages import LONG
from parks.models import Park
from parks.names import name_key

MORE = LONG + 5


@pytest.fixture
def county(world):
    """A campaign of more parks than one page shows."""
    names = [f"长表园{number:03}" for number in range(MORE)]
    parks = Park.objects.bulk_create(
        Park(name=name, name_key=name_key(name), region=world.park_a.region) for name in names
    )
    TaskForce.objects.bulk_create(
        TaskForce(campaign=world.campaign, park=park, department=world.xincheng, order=100 + place)
        for place, park in enumerate(parks)
    )
    return world


@pytest.mark.parametrize(
    ("address", "park_of"),
    [
        (reverse("parks:list"), lambda row: row["park"].name),
        (reverse("campaigns:task_forces"), lambda row: row.task_force.park.name),
        (reverse("campaigns:part", args=["task-forces"]), lambda row: row["row"].park.name),
    ],
    ids=["parks", "task_forces", "setup"],
)
def test_a_long_table_comes_in_pages(county, client, address, park_of):
    client.force_login(county.lead)
    asked, found = f"{address}?q=长表园", []
    sizes = []
    while asked:
        page = client.get(asked)
        assert f"{MORE}" in page.content.decode()
        found += [park_of(row) for row in page.context["rows"]]
        sizes.append(len(page.context["rows"]))
        assert f"，第 {len(sizes)} 页，共 2 页" in page.content.decode()
        following = page.context["pager"]["next_url"]
        asked = following and address + following
    assert sizes == [LONG, MORE - LONG]
    assert found == [f"长表园{number:03}" for number in range(MORE)]
    assert client.get(f"{address}?q=长表园00&page=9").context["pager"] is None, "few rows need no pager"


def test_a_moved_row_leads_back_to_its_page(county, client):
    client.force_login(county.lead)
    row = TaskForce.objects.get(park__name=f"长表园{LONG + 1:03}")
    move = reverse("campaigns:part_move", args=["task-forces", row.pk])
    page = client.post(move, {"to": "up", "page": "2"}, follow=True)
    assert page.context["rows"].number == 2 and f'id="row-{row.pk}"' in page.content.decode()


def test_a_unit_that_leads_many_task_forces_has_them_in_pages(county, client):
    client.force_login(county.lead)
    address, found = reverse("campaign:unit", args=[county.xincheng.pk]), []
    led = TaskForce.objects.filter(campaign=county.campaign, department=county.xincheng)
    for number, size in ((1, LONG), (2, led.count() - LONG)):
        page = client.get(address, {"page": number})
        assert len(page.context["forces"]) == size and f"共 {led.count()} 个" in page.content.decode()
        found += [row.task_force.pk for row in page.context["forces"]]
    assert sorted(found) == sorted(led.values_list("pk", flat=True))
