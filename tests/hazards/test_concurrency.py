"""Two people at the same moment. Threads with connections of their own, on PostgreSQL."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from hazards import actions
from hazards.enums import Action, Status
from hazards.findings import Finding
from hazards.models import Hazard
from hazards.procedures import extension_actions, major_actions, referral_actions
from tests.factories import commit_all_five, photo
from tests.hazards.test_forms import body

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="row locks are PostgreSQL's; SQLite has one writer"
    ),
]


def together(*calls):
    """Run the calls at once; each result is a value or the exception raised."""

    def run(call):
        try:
            return call()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def finding(world, **changes):
    return Finding(
        park=world.park_a, place="1号楼", description="通道堵塞", category=world.category, **changes
    )


def test_two_accepters_at_once_close_it_once(world):
    hazard = actions.report(world.campaign, finding(world), by=world.tf_a)
    actions.assign(hazard.pk, by=world.lead, department=world.xiaofang, due_on=date(2021, 9, 30))
    actions.submit(
        hazard.pk, by=world.dept_xiaofang, measure="已清理", done_on=date(2021, 9, 15), photos=[photo()]
    )
    results = together(
        *(lambda by=by: actions.accept(hazard.pk, by=by) for by in (world.lead, world.lead_2, world.tf_a))
    )
    assert sum(isinstance(result, Hazard) for result in results) == 1
    assert sum(isinstance(result, ValidationError) for result in results) == 2
    hazard.refresh_from_db()
    assert (hazard.status, hazard.changes.count()) == (Status.CLOSED, 4)


def test_five_posts_of_one_key_give_one_hazard(world):
    key = uuid.uuid4()
    results = together(
        *[lambda: actions.report(world.campaign, finding(world), by=world.tf_a, client_key=key)] * 5
    )
    assert len({result.pk for result in results}) == 1
    assert Hazard.objects.count() == 1


def test_numbers_are_unique_under_load(world):
    results = together(*[lambda: actions.report(world.campaign, finding(world), by=world.tf_a)] * 12)
    assert sorted(result.number for result in results) == [f"LG-2021-{n:04d}" for n in range(1, 13)]


def major_submitted(world):
    """A major hazard up to its acceptance."""
    hazard = actions.report(world.campaign, finding(world, level="major"), by=world.tf_a)
    actions.assign(hazard.pk, by=world.lead, department=world.xiaofang, due_on=date(2021, 9, 30))
    commit_all_five(hazard, by=world.dept_xiaofang)
    return actions.submit(
        hazard.pk, by=world.dept_xiaofang, measure="已拆除", done_on=date(2021, 9, 15), photos=[photo()]
    )


def one_won(results, *refusals):
    assert sum(isinstance(result, Hazard) for result in results) == 1, results
    assert all(isinstance(result, (Hazard, *refusals)) for result in results), results


def test_two_lead_people_accept_a_major_one_at_once(world):
    hazard = major_submitted(world)
    supervise = {"supervision_level": "county", "number": "督〔2021〕1号"}
    days = {"published_on": date(2021, 9, 15), "limit": date(2021, 10, 30)}
    hazard = major_actions.supervise(hazard.pk, by=world.lead, **supervise, **days)
    results = together(
        *(
            lambda by=by: actions.accept(hazard.pk, by=by, version=hazard.version)
            for by in (world.lead, world.lead_2)
        )
    )
    one_won(results, actions.StaleVersion)
    hazard.refresh_from_db()
    assert hazard.status == Status.CLOSED and hazard.changes.filter(action=Action.ACCEPT).count() == 1
    assert hazard.supervisions.get().lifted_by == hazard.accepted_by


def test_two_approvers_of_one_extension_at_once(world):
    hazard = actions.report(world.campaign, finding(world), by=world.tf_a)
    actions.assign(hazard.pk, by=world.lead, department=world.xiaofang, due_on=date(2021, 9, 30))
    asked = extension_actions.ask_extension(
        hazard.pk, by=world.dept_xiaofang, to_due_on=date(2021, 10, 20), reason="等设备", interim="看守"
    )
    results = together(
        lambda: extension_actions.extend(asked.pk, by=world.lead, version=asked.version),
        lambda: extension_actions.refuse_extension(
            asked.pk, by=world.lead_2, note="不必", version=asked.version
        ),
        lambda: extension_actions.extend(asked.pk, by=world.lead_2),
    )
    one_won(results, actions.StaleVersion, ValidationError)
    hazard.refresh_from_db()
    extension = hazard.extensions.get()
    assert hazard.version == asked.version + 1 == hazard.changes.count()
    assert hazard.due_on == (date(2021, 10, 20) if extension.outcome == "agreed" else date(2021, 9, 30))


def test_refer_and_assign_at_once(world):
    hazard = actions.report(world.campaign, finding(world), by=world.tf_a)
    results = together(
        lambda: referral_actions.refer(
            hazard.pk, by=world.dept_xincheng, receiver=world.jingfa, reason="归口", version=1
        ),
        lambda: actions.assign(
            hazard.pk, by=world.lead, department=world.xiaofang, due_on=date(2021, 9, 30), version=1
        ),
    )
    # Whoever is later finds the page old, or the hazard out of their sight.
    one_won(results, actions.StaleVersion, PermissionDenied, Hazard.DoesNotExist)
    hazard.refresh_from_db()
    referred = hazard.referrals.filter(outcome="waiting").exists()
    assert hazard.responsible_department == (world.jingfa if referred else world.xiaofang)
    assert hazard.status == (Status.REPORTED if referred else Status.RECTIFYING)
    assert hazard.changes.count() == hazard.version == 2


def test_two_listings_at_once_list_it_once(world):
    hazard = major_submitted(world)

    def supervise(by):
        return major_actions.supervise(
            hazard.pk, by=by, supervision_level="county", number="督〔2021〕1号",
            published_on=date(2021, 9, 15), limit=date(2021, 10, 30),
        )  # fmt: skip

    one_won(together(lambda: supervise(world.lead), lambda: supervise(world.lead_2)), ValidationError)
    assert hazard.supervisions.count() == 1


def test_five_posts_of_one_form_give_one_hazard_and_other_words_a_refusal(world):
    key = str(uuid.uuid4())
    sent = body(world, photos=None, client_key=key)

    def post(data):
        client = Client()
        client.force_login(world.tf_a)
        return client.post(reverse("hazards:report"), data)

    results = together(*[lambda: post(sent)] * 5)
    assert {result.status_code for result in results} == {302}, results
    assert len({result.url for result in results}) == 1 and Hazard.objects.count() == 1
    assert post(sent | {"place": "另一处"}).status_code == 409 and Hazard.objects.count() == 1


def test_five_posts_of_one_key_to_the_api_give_one_row_and_another_body_409(world):
    sent = {
        "park": world.park_a.pk, "place": "1号楼", "description": "通道堵塞", "category": world.category.pk,
        "client_key": str(uuid.uuid4()),
    }  # fmt: skip

    def post(data):
        client = Client()
        client.force_login(world.tf_a)
        return client.post("/api/v1/hazards/", data, content_type="application/json")

    results = together(*[lambda: post(sent)] * 5)
    assert {result.status_code for result in results} <= {200, 201}, [r.content for r in results]
    assert len({result.json()["id"] for result in results}) == 1 and Hazard.objects.count() == 1
    assert post(sent | {"place": "另一处"}).status_code == 409
    # The key is the sender's own: another person's same key is another hazard.
    client = Client()
    client.force_login(world.tf_a2)
    assert client.post("/api/v1/hazards/", sent, content_type="application/json").status_code == 201
    assert Hazard.objects.count() == 2
