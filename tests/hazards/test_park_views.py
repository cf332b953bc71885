"""Pages of parks and enterprises: counts, scope, masked phones."""

import re
from datetime import date

import pytest
from django.urls import reverse

from campaigns.enums import DisposalKind, Extra, PartyGroup, Rhythm, WorkKind
from campaigns.models import Contractor, ContractorEntry, Disposal, Responsibility, WorkItem
from campaigns.work.sync import sync_occurrences
from hazards.enums import EnforcementKind, Level, Status
from hazards.models import Hazard
from hazards.tallies import Tally, rate_text, tallies_by
from tests import factories

TODAY = date(2021, 9, 15)
FULL_PHONE = re.compile(r"1380000\d{4}")


@pytest.fixture
def stocked(world):
    world.park_a.contact_name, world.park_a.contact_phone = "园长甲", "13800001111"
    world.park_a.save()
    world.task_force_a.phone = "13800002222"
    world.task_force_a.save()
    world.enterprise_a.registered_address, world.enterprise_a.operating_address = "东路1号", "西路2号"
    world.enterprise_a.contact_phone = "13800003333"
    world.enterprise_a.save()
    rows = [
        ("A1", Status.RECTIFYING, Level.MAJOR, date(2021, 9, 10)),
        ("A2", Status.RECTIFYING, Level.GENERAL, date(2021, 9, 30)),
        ("A3", Status.CLOSED, Level.GENERAL, None),
        ("A4", Status.VOID, Level.GENERAL, None),
    ]
    for number, status, level, due in rows:
        closed = status == Status.CLOSED
        factories.HazardFactory(
            task_force=world.task_force_a,
            number=number,
            status=status,
            level=level,
            due_on=due,
            enterprise=world.enterprise_a,
            closed_on=TODAY if closed else None,
            accepted_by=world.lead if closed else None,
        )
    factories.HazardFactory(task_force=world.task_force_b, number="B1")
    factories.EnforcementFactory(
        enterprise=world.enterprise_a,
        campaign=world.campaign,
        department=world.xincheng,
        kind=EnforcementKind.FINE,
        amount=20000,
    )
    factories.InspectionFactory(
        enterprise=world.enterprise_a, campaign=world.campaign, department=world.xincheng
    )
    return world


@pytest.mark.parametrize(
    ("closed", "found", "text"), [(0, 0, "/"), (1, 8, "12.5%"), (1, 3, "33.3%"), (77, 160, "48.1%")]
)
def test_rate_is_half_up_to_one_place(closed, found, text):
    assert rate_text(closed, found) == text


def test_rate_rounds_the_half_up():
    assert rate_text(25, 4000) == "0.6%"  # 0.625
    assert rate_text(13, 80) == "16.3%"  # 16.25, which half-even would make 16.2


def test_tallies_leave_void_ones_out(stocked):
    tallies = tallies_by(Hazard.objects.filter(campaign=stocked.campaign), "park", TODAY)
    assert tallies[stocked.park_a.pk] == Tally(open=2, overdue=1, major_open=1, closed=1)
    assert tallies[stocked.park_b.pk] == Tally(open=1)


SEES = {
    "lead": {"甲园", "乙园"},
    "leader": {"甲园", "乙园"},
    "assessor": {"甲园", "乙园"},
    "dept_xincheng": {"甲园"},
    "dept_jingfa": {"乙园"},
    "tf_a": {"甲园"},
    "tf_b": {"乙园"},
    "operator_a": {"甲园"},
    "other_tf": {"丙园"},
    "system_admin": set(),
    "auditor": set(),
}


@pytest.mark.parametrize("who", SEES)
def test_each_sees_their_parks_and_no_other(stocked, client, who):
    client.force_login(getattr(stocked, who))
    page = client.get(reverse("parks:list")).content.decode()
    assert {name for name in ("甲园", "乙园", "丙园") if f">{name}</a>" in page} == SEES[who]
    for park in (stocked.park_a, stocked.park_b, stocked.park_c):
        expected = 200 if park.name in SEES[who] else 404
        assert client.get(reverse("parks:detail", args=[park.pk])).status_code == expected
    for enterprise in (stocked.enterprise_a, stocked.enterprise_b):
        expected = 200 if enterprise.park.name in SEES[who] else 404
        assert client.get(reverse("parks:enterprise", args=[enterprise.pk])).status_code == expected


def test_list_counts_searches_and_sorts(stocked, client):
    client.force_login(stocked.lead)
    rows = client.get(reverse("parks:list")).context["rows"]
    assert [(row["park"].name, row["tally"].open, row["tally"].rate) for row in rows] == [
        ("甲园", 2, "33.3%"),
        ("乙园", 1, "0.0%"),
    ]
    assert [row["park"].name for row in client.get("/parks/", {"q": "\x00乙"}).context["rows"]] == ["乙园"]
    assert "没有符合条件的园区" in client.get("/parks/", {"q": "无此园"}).content.decode()
    by_name = client.get("/parks/", {"sort": "name", "risk": "nonsense"}).context["rows"]
    assert [row["park"].name for row in by_name] == sorted(["甲园", "乙园"])


def test_park_page_tells_all(stocked, client):
    client.force_login(stocked.lead)
    response = client.get(reverse("parks:detail", args=[stocked.park_a.pk]))
    page = response.content.decode()
    assert response.context["tally"] == Tally(open=2, overdue=1, major_open=1, closed=1)
    assert [h.number for h in response.context["hazards"]] == ["A3", "A2", "A1"]
    for word in ("甲一纸品厂", "园长甲", "1 家次 / 1 家", "消防通道不畅通", "专班甲一"):
        assert word in page
    assert ">A3<" in page and ">B1<" not in page


@pytest.mark.parametrize(
    ("who", "in_full"),
    [
        ("lead", True),
        ("tf_a", True),
        ("dept_xincheng", True),
        ("operator_a", True),
        ("leader", False),
        ("assessor", False),
    ],
)
def test_phones_are_for_those_who_need_them(stocked, client, who, in_full):
    client.force_login(getattr(stocked, who))
    for address in (
        reverse("parks:detail", args=[stocked.park_a.pk]),
        reverse("parks:enterprise", args=[stocked.enterprise_a.pk]),
    ):
        page = client.get(address).content.decode()
        assert bool(FULL_PHONE.search(page)) is in_full, address
        assert ("138****" in page) is not in_full, address


def test_enterprise_page_flags_the_address(stocked, client):
    client.force_login(stocked.tf_a)
    address = reverse("parks:enterprise", args=[stocked.enterprise_a.pk])
    page = client.get(address).content.decode()
    assert "注册地址与经营地址不一致" in page and "2 万元" in page and ">A1<" in page
    stocked.enterprise_a.operating_address = "东路 1 号"
    stocked.enterprise_a.save()
    assert "不一致" not in client.get(address).content.decode()


def test_pages_cost_a_fixed_number_of_queries(stocked, client, django_assert_max_num_queries):
    for number in range(30):
        factories.HazardFactory(task_force=stocked.task_force_a, number=f"Q{number}")
        factories.EnterpriseFactory(park=stocked.park_a)
    client.force_login(stocked.lead)
    for address in (reverse("parks:list"), reverse("parks:detail", args=[stocked.park_a.pk])):
        with django_assert_max_num_queries(45):
            client.get(address)


def test_a_unit_sees_the_park_in_which_it_has_something_to_do(world, client):
    address = reverse("parks:detail", args=[world.park_b.pk])
    client.force_login(world.dept_xiaofang)
    assert client.get(address).status_code == 404
    hazard = factories.HazardFactory(task_force=world.task_force_b, category=world.category)
    hazard.helping_departments.add(world.xiaofang)
    assert client.get(address).status_code == 200
    listed = client.get(reverse("parks:list")).content.decode()
    assert world.park_b.name in listed and world.park_a.name not in listed


# --- What the plan asks at the park ----------------------------------------------------------------------


@pytest.fixture
def planned(stocked):
    """Both parks with work due, a drill, a contractor and a place on the quarterly plan."""
    campaign = stocked.campaign
    campaign.extras = [extra.value for extra in Extra]
    campaign.save()
    for order, (title, kind, rhythm) in enumerate(
        (("每月自查", WorkKind.WORK, Rhythm.MONTHLY), ("应急演练", WorkKind.DRILL, Rhythm.YEARLY)), 1
    ):
        item = WorkItem.objects.create(campaign=campaign, order=order, title=title, kind=kind, rhythm=rhythm)
        Responsibility.objects.create(item=item, group=PartyGroup.TASK_FORCES)
    sync_occurrences(campaign)
    contractor = Contractor.objects.create(campaign=campaign, name="甲乙建设公司")
    for park, work in ((stocked.park_a, "屋面检修"), (stocked.park_b, "乙园作业")):
        ContractorEntry.objects.create(contractor=contractor, park=park, work=work, applied_on=TODAY)
        Disposal.objects.create(
            campaign=campaign,
            park=park,
            kind=DisposalKind.VACATE,
            department=stocked.xincheng,
            year=2021,
            quarter=3,
            target=f"{park.name}腾退",
        )
    return stocked


def test_the_park_tells_what_its_plan_asks(planned, client):
    client.force_login(planned.tf_a)
    response = client.get(reverse("parks:detail", args=[planned.park_a.pk]))
    page = response.content.decode()
    for words in ("每月自查", "逾期 2 项", "风险评价与演练", "没有记录", "屋面检修", "甲园腾退", "待审核"):
        assert words in page, words
    assert "乙园作业" not in page and "乙园腾退" not in page
    work = response.context["work"]
    assert work["late"] == 2 and [row.due_on for row in work["rows"]] == [
        date(2021, 7, 31),
        date(2021, 8, 31),
        date(2021, 9, 30),
    ]
    assert response.context["checkups"][1].next_on == date(2021, 12, 31)


def test_a_campaign_without_registers_has_a_calmer_page(planned, client):
    planned.campaign.extras = []
    planned.campaign.save()
    WorkItem.objects.filter(kind=WorkKind.DRILL).update(kind=WorkKind.WORK)
    client.force_login(planned.lead)
    context = client.get(reverse("parks:detail", args=[planned.park_a.pk])).context
    assert (context["contractors"], context["disposals"], context["checkups"]) == (None, None, None)


def test_who_only_helps_in_the_park_sees_no_register_of_it(planned, client):
    hazard = factories.HazardFactory(task_force=planned.task_force_a, category=planned.category)
    hazard.helping_departments.add(planned.xiaofang)
    client.force_login(planned.dept_xiaofang)
    response = client.get(reverse("parks:detail", args=[planned.park_a.pk]))
    assert response.status_code == 200
    for part in ("work", "checkups", "contractors", "disposals"):
        assert response.context[part] is None
    assert "屋面检修" not in response.content.decode()


def test_a_parks_own_people_see_the_registers_and_not_the_task_forces_work(planned, client):
    client.force_login(planned.operator_a)
    context = client.get(reverse("parks:detail", args=[planned.park_a.pk])).context
    assert context["work"] is None and len(context["contractors"]) == 1 and len(context["disposals"]) == 1


def test_the_park_page_stays_cheap_with_a_plan(planned, client, django_assert_max_num_queries):
    contractor = Contractor.objects.get()
    for number in range(20):
        ContractorEntry.objects.create(
            contractor=contractor, park=planned.park_a, work=f"作业{number}", applied_on=TODAY
        )
        factories.EnterpriseFactory(park=planned.park_a, active=False, left_on=TODAY)
    client.force_login(planned.lead)
    with django_assert_max_num_queries(50):
        client.get(reverse("parks:detail", args=[planned.park_a.pk]))
