"""Who is in a task force, below its form: people found by name, put in and taken out."""

from typing import Any

from campaigns.enums import MemberDuty
from campaigns.http import CampaignRequest, asked_words
from campaigns.models import TaskForce
from campaigns.setup.queries import people_to_add


def members_context(request: CampaignRequest, task_force: TaskForce) -> dict[str, Any]:
    """The members, and whom the search found."""
    word = asked_words(request, "who", longest=30)
    return {
        "rows": task_force.members.select_related("user__department"),
        "who": word,
        "found": list(people_to_add(task_force, word)),
        "duties": MemberDuty.choices,
    }
