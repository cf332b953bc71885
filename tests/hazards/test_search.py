"""Search finds what a plain look through the texts finds, on either database."""

import random

import pytest
from django.db import connection

from hazards import search as search_module
from hazards.models import Hazard
from hazards.search import search
from tests.factories import EnterpriseFactory, HazardFactory

LETTERS = "灭火器消防通道纸箱堵塞电线甲乙%_\\'aBＣ（）1-"


def looked_through(text):
    """The same search, in plain Python."""
    lower = {ord(capital): capital.lower() for capital in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
    found = set()
    for hazard in Hazard.objects.select_related("enterprise"):
        name = hazard.enterprise.name if hazard.enterprise else ""
        texts = [t.translate(lower) for t in (hazard.number, hazard.place, hazard.description, name)]
        if all(any(word in t for t in texts) for word in text.translate(lower).split()):
            found.add(hazard.pk)
    return found


@pytest.fixture
def ledger(world):
    draw = random.Random(7)

    def words(low, high):
        return "".join(draw.choices(LETTERS, k=draw.randint(low, high)))

    enterprises = [EnterpriseFactory(park=world.park_a, name=f"{words(2, 6)}{n}") for n in range(12)]
    for _ in range(80):
        HazardFactory(
            task_force=world.task_force_a,
            place=words(1, 6),
            description=words(1, 30),
            enterprise=draw.choice([None, *enterprises]),
        )
    return draw


@pytest.mark.parametrize("few", [3000, 2])
def test_search_equals_a_plain_look_through(ledger, monkeypatch, few):
    """Also when every word counts as common (few=2)."""
    monkeypatch.setattr(search_module, "FEW", few)
    sample = [h.description for h in Hazard.objects.all()[:30]]
    hits = 0
    for _ in range(60):
        word = "".join(ledger.choices(LETTERS, k=ledger.randint(1, 3)))
        text = ledger.choice(sample)
        start = ledger.randrange(len(text))
        piece = text[start : start + ledger.randint(1, 4)]
        for asked in (word, piece, f"{piece}　{word}", f" {piece}  1 "):
            found = {h.pk for h in search(Hazard.objects.all(), asked)}
            assert found == looked_through(asked), asked
            hits += len(found)
    assert hits > 200


def test_words_may_stand_in_different_fields(world):
    hit = HazardFactory(
        task_force=world.task_force_a, enterprise=world.enterprise_a, description="灭火器过期", place="二楼"
    )
    HazardFactory(task_force=world.task_force_a, description="灭火器过期", place="三楼")
    assert list(search(Hazard.objects.all(), "纸品 灭火 二楼")) == [hit]
    assert list(search(Hazard.objects.all(), hit.number.lower())) == [hit]


def test_search_stays_inside_the_rows_it_is_given(world):
    HazardFactory(task_force=world.task_force_b, description="纸箱堵塞")
    mine = Hazard.objects.filter(task_force=world.task_force_a)
    assert not search(mine, "纸箱").exists()


@pytest.mark.parametrize("text", ["", "   ", "　"])
def test_nothing_asked_finds_everything(world, text):
    HazardFactory(task_force=world.task_force_a)
    assert search(Hazard.objects.all(), text).count() == 1


def test_a_nul_character_finds_nothing(world):
    HazardFactory(task_force=world.task_force_a)
    assert not search(Hazard.objects.all(), "纸\x00箱").exists()


def test_a_rare_word_is_answered_from_the_index(world):
    if connection.vendor != "postgresql":
        pytest.skip("the index of character pairs is PostgreSQL's")
    HazardFactory(task_force=world.task_force_a, description="硝酸桶")
    with connection.cursor() as cursor:
        # A small table is cheaper to read through: the question is whether the index can answer.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT id FROM hazards_hazard WHERE"
            " char_pairs(number || E'\\n' || place || E'\\n' || description) @> ARRAY['硝酸'] LIMIT 3001"
        )
        assert "hazard_text_pairs" in "\n".join(row[0] for row in cursor.fetchall())
