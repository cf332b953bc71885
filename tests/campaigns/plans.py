"""What tests of copied plans share: a copy, and everything a plan says of a campaign."""

from campaigns.models import Campaign, Occurrence
from campaigns.new.shifting import renamed
from campaigns.plan import Plan

LONGGANG = "longgang-2021"


def copy_of(plan: Plan) -> Plan:
    """The plan as another campaign."""
    return renamed(plan, "copy", "复制的行动", number_prefix="CP")


def content(campaign: Campaign) -> dict[str, list]:
    """Everything that a plan says, without keys: what must be equal in a copy."""
    shares = ("part", "order", "department__name", "group", "raw")

    def with_shares(rows, *fields):
        return [
            (*(getattr(row, field) for field in fields), *row.responsibilities.values_list(*shares))
            for row in rows
        ]

    rhythm = ("rhythm", "due_on", "precision", "dates", "anchor", "starts_on", "ends_on", "raw_deadline")
    rhythm += ("needs_confirmation", "question", "order")
    heading = ("issuer", "issued_on", "starts_on", "ends_on", "figures_from", "lead_department")
    heading += ("week_cutoff", "general_days", "major_days", "extras", "forms")
    return {
        "heading": [getattr(campaign, field) for field in heading],
        "units": list(campaign.unit_rows.values_list("order", "department__name", "kind", "counting")),
        "duties": sorted(campaign.unit_duties.values_list("department__name", "order", "text")),
        "phases": list(
            campaign.phases.values_list(
                "order", "name", "starts_on", "ends_on", "raw_dates", "needs_confirmation"
            )
        ),
        "categories": list(campaign.categories.values_list("order", "name", "short_name")),
        "measures": with_shares(
            campaign.measures.select_related("category"),
            *("category", "order", "title", "due_on", "precision", "raw_deadline", "needs_confirmation")[1:],
        ),
        "work": with_shares(campaign.work_items.all(), *rhythm, "action", "task", "title", "kind", "quota"),
        "reports": with_shares(
            campaign.report_duties.all(), *rhythm, "name", "form", "due_time", "days_after"
        ),
        "task forces": list(
            campaign.task_forces.values_list("order", "park__name", "department__name", "strand")
        ),
        "check items": list(campaign.check_items.values_list("order", "text")),
        "occurrences": sorted(
            Occurrence.objects.filter(campaign=campaign).values_list(
                "period",
                "due_on",
                "starts_on",
                "quota",
                "measure__title",
                "item__order",
                "report__name",
                "department__name",
                "task_force__park__name",
            ),
            key=str,
        ),
    }
