"""Putting the demo together, all or nothing."""

import random
from datetime import date, datetime, time

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from campaigns.actions import load_plan
from campaigns.clock import done_at
from campaigns.models import Campaign
from campaigns.plan import read_plan
from hazard_tracker.demo.letters import make_letter
from hazard_tracker.demo.people import ACCOUNTS, PASSWORD, make_cast
from hazard_tracker.demo.photos import store_pictures
from hazard_tracker.demo.places import make_enterprises
from hazard_tracker.demo.procedures import Chronicler, make_joint
from hazard_tracker.demo.records import make_acts, make_visits
from hazard_tracker.demo.signed import NIGHTLY, Secretary, owed_by_report
from hazard_tracker.demo.stories import Author
from hazard_tracker.demo.work import make_contacts, make_work
from hazards.backfill import add_stories
from notices.actions import collect
from reports.series import reported_forms
from reports.tasks import compile_due

PLAN = "longgang-2021"
TODAY = date(2021, 12, 1)
SEED = 20211201


class DemoRefused(Exception):
    """The database holds something that the demo would mix with; the message is Chinese."""


def demo_exists() -> bool:
    """Whether the demo was made here before."""
    return User.objects.filter(username=ACCOUNTS[0].username, phone__startswith="1380000").exists()


@transaction.atomic
def build_demo() -> Campaign:
    """Create the demo. Raises DemoRefused when its campaign or its user names are in use."""
    campaign = load_plan(read_plan(PLAN)).campaign
    if campaign.hazards.exists() or campaign.clock not in (None, TODAY):
        raise DemoRefused(f"专项行动“{campaign}”已有业务数据，不能写入演示数据")
    if User.objects.filter(username__in=[account.username for account in ACCOUNTS]).exists():
        raise DemoRefused("已有与演示账号同名的账号，不能写入演示数据")
    campaign.clock = TODAY
    campaign.save(update_fields=["clock"])
    rng = random.Random(SEED)
    cast = make_cast(campaign)
    premises = make_enterprises(campaign, rng)
    pictures = store_pictures()
    author = Author(campaign, cast, premises, pictures, rng)
    stories = author.write()
    joint = Chronicler(campaign, cast, stories).write()
    hazards = add_stories(campaign, stories)
    make_joint(campaign, cast, joint)
    make_visits(campaign, cast, premises, rng)
    make_acts(campaign, cast, hazards, rng)
    make_contacts(campaign, cast)
    make_work(campaign, cast, pictures, rng, without=owed_by_report(campaign))
    Secretary(campaign, cast, rng).write()
    make_letter(campaign, cast)
    with done_at(timezone.make_aware(datetime.combine(TODAY, NIGHTLY))):
        for form in reported_forms(campaign):
            compile_due(campaign, form)
    collect(campaign, today=TODAY, now=timezone.make_aware(datetime.combine(TODAY, time(8))))
    return campaign


def accounts() -> dict[str, dict[str, str]]:
    """User name and password by role."""
    return {account.role: {"username": account.username, "password": PASSWORD} for account in ACCOUNTS}
