"""A worker killed between sending and marking, among real processes; `make chaos` is the long run."""

import json
import os
import subprocess
import sys
from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest
from django.utils import timezone

from chaos.mail import Inbox, Mail
from chaos.robots import Robots
from chaos.tally import Tally, tally
from notices.actions import collect
from notices.enums import Channel
from notices.models import Delivery, Notice
from notices.outbox import Way, write
from notices.subjects import key_of
from tests.notices.mailing import hazard_of

ROOT = Path(__file__).resolve().parents[2]


def figures(**wrong):
    right = {field.name: 0 for field in fields(Tally)} | {"planned": 10, "in_inboxes": 10, "kills": 2}
    return Tally(**(right | wrong))


@pytest.mark.parametrize(
    ("wrong", "good"),
    [
        ({}, True),
        ({"repeated_marked": 2}, True),
        ({"repeated_marked": 3}, False),
        ({"repeated_unmarked": 1}, False),
        ({"lost": 1}, False),
        ({"duplicates": 1}, False),
        ({"messages_lost": 1}, False),
        ({"notices_not_sent": 1}, False),
    ],
)
def test_what_counts_as_good(wrong, good):
    assert figures(**wrong).good is good


def test_a_second_arrival_is_a_repetition_whether_it_says_so_or_not():
    inbox = Inbox()
    inbox.mails = [
        Mail(key, "a@example.com", subject, "")
        for key, subject in (
            ("1", "提醒"),
            ("2", "（可能重复）提醒"),
            ("1", "（可能重复）提醒"),
            ("2", "提醒"),
            ("1", "提醒"),
        )
    ]
    assert inbox.repetitions() == (1, 2)


def test_the_count_sees_what_is_missing(world, db):
    """A message marked as sent that never arrived, and a notice that is in no inbox."""
    way = Way(Channel.EMAIL, user=world.tf_a)
    hazard_of(world, date(2021, 9, 15))
    collect(world.campaign, today=date(2021, 9, 15), now=timezone.now())
    mine = list(Notice.objects.filter(user=world.tf_a))
    sent = write(way, mine, now=timezone.now())
    Delivery.objects.update(state="sent")
    planned = {key_of(one) for one in Notice.objects.all()}
    with Robots() as robots:
        inbox = Inbox()
        assert tally(planned, {key_of(mine[0])}, inbox, robots, 0).messages_lost == 1
        inbox.mails = [Mail(str(sent.pk), "a@example.com", "提醒", "")]
        assert tally(planned, {key_of(mine[0])}, inbox, robots, 0).good
        assert tally(planned, planned, inbox, robots, 0).notices_not_sent == len(planned) - 1
        Notice.objects.exclude(user=world.tf_a).delete()
        assert tally(planned, set(), inbox, robots, 0).lost == len(planned) - 1


@pytest.mark.slow
def test_nothing_is_lost_or_doubled_when_a_worker_is_killed(tmp_path):
    """On SQLite and the embedded message server, or on the PostgreSQL server that DATABASE_URL names."""
    server = os.environ.get("DATABASE_URL", "")
    environ = {key: value for key, value in os.environ.items() if not key.startswith("DJANGO_")}
    environ["CHAOS_DATABASE_URL"] = server if server.startswith("postgres") else "sqlite"
    result = subprocess.run(
        [
            sys.executable,
            "-m",
            "chaos",
            "--short",
            "--reminders",
            "200",
            "--result",
            str(tmp_path / "r.json"),
        ],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    figures = json.loads((tmp_path / "r.json").read_text())["figures"]
    assert (figures["planned"], figures["in_inboxes"]) == (200, 200)
    assert (figures["lost"], figures["duplicates"], figures["messages_lost"]) == (0, 0, 0)
    assert (figures["kills"], figures["repeated_marked"], figures["repeated_unmarked"]) == (1, 1, 0)
    assert figures["arrived"] == figures["messages"] + 1
