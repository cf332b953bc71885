"""History rows for generated hazards, written by the database from the hazards themselves."""

from django.db import connection

from campaigns.models import Campaign
from hazards.enums import Action, Status

STEPS: tuple[tuple[Action, str, Status, str, str, str, int, str], ...] = (
    # action, from, to, by, day, hour, version, which hazards
    (Action.REPORT, "", Status.REPORTED, "reported_by_id", "found_on", "09:00", 1, "NOT on_the_spot"),
    (Action.REPORT_FIXED, "", Status.SUBMITTED, "reported_by_id", "found_on", "09:00", 1, "on_the_spot"),
    (
        Action.ASSIGN,
        Status.REPORTED,
        Status.RECTIFYING,
        "reported_by_id",
        "found_on",
        "10:00",
        2,
        "version >= 2 AND NOT on_the_spot AND status <> 'void'",
    ),
    (
        Action.SUBMIT,
        Status.RECTIFYING,
        Status.SUBMITTED,
        "submitted_by_id",
        "done_on",
        "11:00",
        3,
        "version >= 3 AND NOT on_the_spot",
    ),
    (
        Action.ACCEPT,
        Status.SUBMITTED,
        Status.CLOSED,
        "accepted_by_id",
        "closed_on",
        "15:00",
        4,
        "status = 'closed' AND NOT on_the_spot",
    ),
    (
        Action.ACCEPT,
        Status.SUBMITTED,
        Status.CLOSED,
        "accepted_by_id",
        "closed_on",
        "15:00",
        2,
        "status = 'closed' AND on_the_spot",
    ),
    (Action.VOID, Status.REPORTED, Status.VOID, "reported_by_id", "found_on", "16:00", 2, "status = 'void'"),
)


def write_history(campaign: Campaign) -> None:
    """The steps that lead to each hazard's status, without assignments changed or reports sent back."""
    if connection.vendor == "postgresql":
        moment = "({day} + time '{hour}') AT TIME ZONE 'Asia/Shanghai'"
    else:
        moment = "datetime({day} || ' {hour}', '-8 hours')"
    columns = 'hazard_id, action, from_status, to_status, by_id, at, "on", note, facts, version'
    with connection.cursor() as cursor:
        for action, before, after, by, day, hour, version, where in STEPS:
            at = moment.format(day=day, hour=hour)
            # Every part comes from the table above.
            cursor.execute(
                f"INSERT INTO hazards_statuschange ({columns})"  # noqa: S608
                f" SELECT id, '{action.value}', '{before}', '{after}', {by}, {at}, {day}"
                f", '', '{{}}', {version}"
                f" FROM hazards_hazard WHERE campaign_id = %s AND {where} ORDER BY id",
                [campaign.pk],
            )
