"""In which parks of one campaign a person may do what: the ground of the registers' and the parks' rules."""

from dataclasses import dataclass

from campaigns.models import Campaign, TaskForce
from campaigns.queries import Scope


@dataclass(frozen=True)
class Reach:
    """Ids of the campaign's parks by the person's place in them.

    works_in: a member of the park's task force. leads: of the unit that leads it; the lead bureau leads
    all. operates: the park's own people. seen: whose register rows may be read.
    """

    lead: bool
    works_in: frozenset[int]
    leads: frozenset[int]
    operates: frozenset[int]
    seen: frozenset[int]

    @property
    def keeps(self) -> frozenset[int]:
        """Parks whose records the person keeps."""
        return self.works_in | self.leads

    @property
    def applies_in(self) -> frozenset[int]:
        """Parks in which the person may ask for something: an operator for its own park too."""
        return self.keeps | self.operates


def reach_of(scope: Scope, campaign: Campaign) -> Reach:
    """Where the person stands in the campaign's parks; one query."""
    forces = list(TaskForce.objects.filter(campaign=campaign).values_list("pk", "park_id", "department_id"))
    lead = campaign.pk in scope.led_campaigns
    works_in = frozenset(park for pk, park, _ in forces if pk in scope.task_forces)
    leads = frozenset(park for _, park, unit in forces if lead or unit in scope.acting_departments)
    operates = frozenset(park for _, park, _ in forces if park in scope.operated_parks)
    read = frozenset(
        park
        for pk, park, _ in forces
        if campaign.pk in scope.whole_campaigns or pk in scope.all_task_forces or park in operates
    )
    return Reach(lead, works_in, leads, operates, read)


def may_keep_park(scope: Scope, park_id: int) -> bool:
    """Whether the person keeps the park's file and its enterprises' files, in any campaign that runs.

    The lead bureau, the members of the park's task force, and the unit that leads it. A task force of a
    campaign that is over keeps nothing any more.
    """
    forces = TaskForce.objects.filter(park=park_id, campaign__active=True).values_list(
        "pk", "campaign_id", "department_id"
    )
    return any(
        pk in scope.task_forces or campaign in scope.led_campaigns or unit in scope.acting_departments
        for pk, campaign, unit in forces
    )
