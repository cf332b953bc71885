"""Hazards at the point where a procedure begins: for the tests of the verbs beside the status."""

from datetime import date

from django.db import transaction

from hazards import actions
from hazards.enums import Level
from hazards.models import Hazard, StatusChange
from hazards.procedures import joint_actions, major_actions, referral_actions
from tests.factories import commit_all_five, photo
from tests.hazards.test_actions import finding

TODAY = date(2021, 9, 15)
DUE = date(2021, 9, 20)
LATER = date(2021, 9, 30)


def reported(world, level=Level.GENERAL):
    return actions.report(world.campaign, finding(world, level=level, photos=[photo()]), by=world.tf_a)


def rectifying(world, level=Level.GENERAL, department=None):
    hazard = reported(world, level)
    return actions.assign(hazard.pk, by=world.lead, department=department or world.xiaofang, due_on=DUE)


def submitted(world, level=Level.GENERAL):
    hazard = rectifying(world, level)
    if level == Level.MAJOR:
        commit_all_five(hazard, by=world.dept_xiaofang)
    return actions.submit(
        hazard.pk, by=world.dept_xiaofang, measure="已清理", done_on=TODAY, photos=[photo()]
    )


def supervise(world, hazard, by=None, **changes):
    facts = {"supervision_level": "county", "number": "督〔2021〕1号", "published_on": TODAY, "limit": LATER}
    return major_actions.supervise(hazard.pk, by=by or world.lead, **(facts | changes))


def refer(world, hazard, by=None, receiver=None):
    return referral_actions.refer(
        hazard.pk, by=by or world.lead, receiver=receiver or world.jingfa, reason="属执法职责"
    )


def convene(world, *hazards, by=None, **changes):
    facts = {
        "title": "联合执法",
        "held_on": TODAY,
        "units": [world.xiaofang, world.jingfa],
        "hazards": list(hazards),
        "outcome": "已断电",
    }
    held = joint_actions.Gathering(**(facts | changes))
    return joint_actions.convene(world.campaign, held, by=by or world.lead)


def state(hazard):
    """All that a refused verb must leave as it is."""
    return Hazard.objects.values().get(pk=hazard.pk), StatusChange.objects.filter(hazard=hazard).count()


def refused(hazard, error, act, *args, **kwargs):
    """The messages with which the verb refuses; nothing may have changed."""
    before, said = state(hazard), []
    try:
        with transaction.atomic():
            act(*args, **kwargs)
    except error as fault:
        said = getattr(fault, "message_dict", None) or getattr(fault, "messages", None) or [str(fault)]
    assert said, "was not refused"
    assert state(hazard) == before
    return said
