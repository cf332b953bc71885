"""`manage.py generate`: bulk data that obeys the table's constraints and repeats itself by seed."""

from collections import Counter
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from campaigns.models import Campaign
from hazard_tracker.bulk_data import RARE_WORD
from hazards.enums import Status
from hazards.models import Hazard, StatusChange
from hazards.numbers import next_number
from hazards.rules import why_not_accept
from hazards.workflow import STEPS
from parks.models import Enterprise, Park, Region


def generate(slug="bench", **changed):
    options = {"hazards": 1200, "parks": 20, "enterprises": 60, "seed": 7} | changed
    call_command("generate", campaign=slug, **options)
    return Campaign.objects.get(slug=slug)


def content(campaign):
    fields = (
        "place",
        "description",
        "level",
        "source",
        "found_on",
        "status",
        "due_on",
        "closed_on",
        "version",
    )
    return list(campaign.hazards.order_by("number").values_list(*fields))


def test_size_and_spread(db, capsys):
    campaign = generate()
    assert "1200" in capsys.readouterr().out
    assert (campaign.hazards.count(), Park.objects.count(), Enterprise.objects.count()) == (1200, 20, 60)
    assert Region.objects.filter(department__campaigns=campaign).distinct().count() == 10
    assert campaign.units.count() == 10
    sizes = Counter(campaign.hazards.values_list("park", flat=True)).most_common()
    assert sizes[0][1] > 5 * sizes[-1][1]
    by_status = Counter(campaign.hazards.values_list("status", flat=True))
    assert by_status[Status.CLOSED] > 800
    assert set(by_status) >= {Status.REPORTED, Status.RECTIFYING, Status.SUBMITTED}
    assert campaign.hazards.filter(description__contains=RARE_WORD).count() == 20
    found = campaign.hazards.values_list("found_on", flat=True)
    assert min(found) == campaign.starts_on
    assert max(found) <= campaign.today() == date(2021, 12, 1)


def test_same_seed_same_content_other_seed_other_content(db):
    assert content(generate("one")) == content(generate("two"))
    assert content(generate("three", seed=8)) != content(Campaign.objects.get(slug="one"))


def test_numbers_go_on_after_it(db):
    campaign = generate(hazards=50)
    assert next_number(campaign, 2021) == "BENCH-2021-0051"


def test_no_history_unless_asked(db):
    generate(hazards=50)
    assert not StatusChange.objects.exists()


def test_history_leads_to_the_status(db):
    campaign = generate(hazards=400, history=True)
    for hazard in campaign.hazards.select_related("submitted_by", "accepted_by"):
        rows = list(hazard.changes.order_by("version"))
        assert [row.version for row in rows] == list(range(1, hazard.version + 1))
        status = ""
        for row in rows:
            step = STEPS[row.action]
            assert row.from_status == status
            assert (status in step.sources) if status else not step.sources
            assert row.to_status == step.target
            assert row.at.astimezone(campaign.now().tzinfo).date() == row.on
            status = row.to_status
        assert status == hazard.status
        assert [row.on for row in rows] == sorted(row.on for row in rows)
        if hazard.accepted_by:
            assert why_not_accept(hazard.accepted_by, hazard) == ""


def test_indexes_and_references_are_there_afterwards(db):
    def made():
        with connection.cursor() as cursor:
            return connection.introspection.get_constraints(cursor, Hazard._meta.db_table)

    before = made()
    generate(hazards=50)
    assert made() == before


def test_a_slug_in_use_is_refused(db):
    generate(hazards=20)
    with pytest.raises(CommandError, match="bench"):
        generate(hazards=20)
    assert Hazard.objects.count() == 20


@pytest.mark.parametrize("number", ["0", "-1", "x"])
def test_sizes_are_positive(db, number):
    with pytest.raises(CommandError, match="正整数"):
        call_command("generate", "--hazards", number)


def test_refused_in_production(db, settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="正式环境"):
        generate()
    assert not Campaign.objects.exists()
