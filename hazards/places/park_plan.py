"""What the campaign's plan asks at one park, for its page: due work, check-ups, contractors, disposals."""

from typing import Any

from campaigns.enums import Extra, WorkKind
from campaigns.lights import light_of_occurrence
from campaigns.models import Campaign, TaskForce
from campaigns.queries import Scope
from campaigns.reach import Reach, reach_of
from campaigns.registers.checkups import KINDS, checkups_of
from campaigns.registers.lights import disposal_light, entry_light
from campaigns.registers.queries import contractors_on_site, disposals_of
from campaigns.work.queries import occurrences_in, open_on, overdue
from parks.models import Park

LATEST = 8


def plan_at(scope: Scope, campaign: Campaign | None, park: Park, force: TaskForce | None) -> dict[str, Any]:
    """The page's parts; a part that the campaign or the person does not have is None."""
    if campaign is None:
        return {"work": None, "checkups": None, "contractors": None, "disposals": None}
    reach = reach_of(scope, campaign)
    inside = park.pk in reach.seen
    return {
        "work": _work(scope, campaign, force),
        "checkups": _checkups(campaign, park, force) if inside else None,
        "contractors": _contractors(campaign, park) if inside else None,
        "disposals": _disposals(scope, campaign, park, reach) if inside else None,
    }


def _work(scope: Scope, campaign: Campaign, force: TaskForce | None) -> dict[str, Any] | None:
    """What the task force owes, the earliest first; None for who may not see it, or when there is none."""
    if force is None:
        return None
    today = campaign.today()
    # Evaluations and drills have a part of the page to themselves.
    rows = occurrences_in(scope).filter(campaign=campaign, task_force=force)
    rows = rows.exclude(item__kind__in=KINDS)
    dated = rows.filter(open_on(today), due_on__isnull=False)
    first = list(dated.order_by("due_on", "pk")[: LATEST + 1])
    if not first and not rows.exists():
        return None
    for row in first:
        row.light, row.words = light_of_occurrence(row, campaign, today)  # type: ignore[attr-defined]
    return {
        "rows": first[:LATEST],
        "more": len(first) > LATEST,
        "late": rows.filter(overdue(today)).count() if first else 0,
        "standing": rows.filter(due_on=None, done_on=None).count(),
    }


def _checkups(campaign: Campaign, park: Park, force: TaskForce | None) -> list[Any] | None:
    """Evaluations and drills, where the campaign keeps them or its plan asks for one."""
    if force is None:
        return None
    asked = campaign.work_items.exclude(kind=WorkKind.WORK).exists()
    if Extra.CHECKUPS not in campaign.extras and not asked:
        return None
    return checkups_of(campaign, [park.pk], campaign.today())[park.pk]


def _contractors(campaign: Campaign, park: Park) -> list[Any] | None:
    """Who may work on the site, who waits, whose permit has run out."""
    if Extra.CONTRACTORS not in campaign.extras:
        return None
    rows = list(contractors_on_site(campaign, park.pk))
    for row in rows:
        row.light, row.words = entry_light(row, campaign.today())  # type: ignore[attr-defined]
    return rows


def _disposals(scope: Scope, campaign: Campaign, park: Park, reach: Reach) -> list[Any] | None:
    """Lines of the quarterly plan for this place."""
    if Extra.DISPOSALS not in campaign.extras:
        return None
    rows = list(disposals_of(campaign, scope, reach).filter(park=park))
    for row in rows:
        row.light, row.words = disposal_light(row, campaign.today(), campaign.yellow_days)  # type: ignore[attr-defined]
    return rows
