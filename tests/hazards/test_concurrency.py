"""Two people at the same moment. Threads with connections of their own, on PostgreSQL."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections

from hazards import actions
from hazards.enums import Status
from hazards.findings import Finding
from hazards.models import Hazard
from tests.factories import photo

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


def finding(world):
    return Finding(park=world.park_a, place="1号楼", description="通道堵塞", category=world.category)


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
