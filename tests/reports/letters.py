"""What tests of supervision letters share: overdue hazards, and a letter about them."""

from datetime import date, timedelta

from reports.letters import actions as letter_actions
from reports.letters.actions import Wish
from tests import factories

TODAY = date(2021, 9, 15)
REPLY_BY = date(2021, 9, 24)


def late_hazard(world, days=10, **facts):
    """A hazard of xiaofang in park_a, so many days overdue (negative: still to come)."""
    due_on = TODAY - timedelta(days=days)
    usual = {
        "task_force": world.task_force_a,
        "reported_by": world.tf_a,
        "status": "rectifying",
        "responsible_department": world.xiaofang,
        "due_on": due_on,
        "original_due_on": due_on,
        "found_on": date(2021, 7, 2),
    }
    return factories.HazardFactory(**(usual | facts))


def wish(world, *hazards, unit=None, requirement="一、立即整改。\n二、书面说明原因。", reply_by=REPLY_BY):
    return Wish(unit or world.xiaofang, list(hazards), requirement, reply_by)


def issued(world, *hazards, by="lead", **asked):
    """A letter about these hazards, or about one made for it."""
    hazards = hazards or (late_hazard(world),)
    return letter_actions.issue(world.campaign, wish(world, *hazards, **asked), by=getattr(world, by))
