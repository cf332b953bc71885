"""`manage.py send_notices`: by hand what the schedule does; foretold, it is what is then sent."""

from datetime import date, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone

from campaigns.models import Campaign
from notices.management.commands.send_notices import said
from notices.models import Delivery, Notice
from tests.notices.mailing import hazard_of, mail_server, with_addresses

TODAY = date(2021, 9, 15)
TEN = timezone.make_aware(datetime(2021, 9, 15, 10, 0))


@pytest.fixture
def inbox(settings):
    with mail_server(settings) as running:
        yield running


@pytest.fixture
def morning(world):
    """Ten o'clock; hazards due from a week ago to in a week; the day's round has not been."""
    Campaign.objects.update(clock=None)
    with_addresses(world.tf_a, world.dept_xiaofang, world.lead)
    for days in range(-7, 8):
        hazard_of(world, TODAY + timedelta(days=days))
    with time_machine.travel(TEN, tick=False) as clock:
        yield clock


def call(*arguments):
    out = StringIO()
    call_command("send_notices", *arguments, stdout=out)
    return out.getvalue()


def lines_of(deliveries):
    found = []
    for delivery in deliveries:
        found.append(f"  电子邮件 → {delivery.user} {delivery.user.email}，{delivery.notices.count()} 条：")
        found += [f"    {said(notice)}" for notice in delivery.notices.all()]
    return sorted(found)


@pytest.mark.parametrize("at", [None, "2021-09-16T08:00", "2021-09-16T00:00:00Z"])
def test_the_dry_run_lists_what_the_real_run_then_does(world, morning, inbox, at):
    if at:
        call()
        Notice.objects.update(created_at=timezone.now())
        old = set(Delivery.objects.values_list("pk", flat=True))
    else:
        old = set()
    before = Notice.objects.count()
    told = call("--dry-run", *(["--at", at] if at else []))
    assert Notice.objects.count() == before
    assert set(Delivery.objects.values_list("pk", flat=True)) == old
    if at:
        morning.move_to(TEN.replace(day=16, hour=8))
    assert "发出 3 封" in call()
    new = Delivery.objects.exclude(pk__in=old)
    head, _, messages = told.partition("对外消息")
    assert sorted(messages.splitlines()[1:]) == lines_of(new)
    added = Notice.objects.count() - before
    assert f"收件箱新增提醒 {added} 条" in head
    assert len(head.splitlines()) == added + 2


def test_it_says_what_it_did_and_a_second_run_does_nothing(world, morning, inbox):
    assert "写成消息 3 封，发出 3 封" in call()
    assert call() == "新增提醒 0 条，写成消息 0 封，发出 0 封。\n"
    assert len(inbox.mails) == 3


def test_one_campaign_alone(world, morning, inbox):
    assert call("--campaign", world.other.slug).startswith("新增提醒 0 条")
    assert call("--campaign", world.campaign.slug).endswith("发出 3 封。\n")


@pytest.mark.parametrize("wrong", ["明天", "2021-13-01", "2021-09-15T25:00", "8点", "x" * 400])
def test_a_wrong_time_is_explained_and_nothing_is_done(world, morning, wrong):
    with pytest.raises(CommandError, match="不是有效的时间"):
        call("--at", wrong)
    assert Notice.objects.count() == 0


def test_an_unknown_campaign_is_explained(world, morning):
    with pytest.raises(CommandError, match=world.campaign.slug):
        call("--campaign", "none")
