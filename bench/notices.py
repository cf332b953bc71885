"""A look through all deadlines for what people must be told, against one statement written by hand."""

import resource
from typing import Any

from django.db import connection, transaction

from bench.clock import compare
from campaigns.models import Campaign
from notices.actions import collect
from notices.models import Notice
from notices.planning import lacking
from notices.subjects import KEY, key_of

AIM = 3.0
TOLD = """
WITH lead AS (
  SELECT user_id FROM accounts_membership WHERE role = 'lead' AND department_id = %(lead)s
), officer AS (
  SELECT department_id, user_id FROM accounts_membership WHERE role = 'department'
), late AS (
  SELECT h.*, %(today)s - h.due_on AS days FROM hazards_hazard h
  WHERE campaign_id = %(campaign)s AND status IN ('reported', 'rectifying') AND due_on < %(today)s
    AND NOT backfilled
), soon AS (
  SELECT h.*, h.due_on - %(today)s AS days FROM hazards_hazard h
  WHERE campaign_id = %(campaign)s AND status IN ('reported', 'rectifying')
    AND due_on BETWEEN %(today)s AND %(today)s + 7 AND NOT backfilled
), told AS (
  SELECT id, due_on, task_force_id, responsible_department_id AS unit, by_task_force, 'overdue' AS kind,
    CASE WHEN days <= 7 THEN days ELSE 7 + (days - 7) / 7 * 7 END AS step FROM late
  UNION ALL
  SELECT id, due_on, task_force_id, responsible_department_id, by_task_force, 'due_soon',
    CASE WHEN days <= 1 THEN days WHEN days <= 3 THEN 3 ELSE 7 END FROM soon
), work AS (
  SELECT o.id, o.due_on, o.task_force_id, o.department_id, o.report_id, i.kind AS sort,
    o.due_on - %(today)s AS days
  FROM campaigns_occurrence o LEFT JOIN campaigns_workitem i ON i.id = o.item_id
  WHERE o.campaign_id = %(campaign)s AND o.done_on IS NULL
    AND (o.due_on BETWEEN %(issued)s AND %(today)s - 1
      OR o.due_on BETWEEN %(today)s AND %(today)s + 30 AND (o.starts_on IS NULL OR o.starts_on <= %(today)s))
), owed AS (
  SELECT id, due_on, task_force_id, department_id, report_id,
    CASE WHEN report_id IS NOT NULL THEN CASE WHEN days < 0 THEN 'report_missing' ELSE 'report_due' END
      WHEN sort IN ('evaluation', 'drill') THEN 'checkup_due' ELSE 'work_due' END AS kind,
    CASE WHEN days < 0 AND report_id IS NOT NULL
        THEN CASE WHEN days >= -3 THEN days ELSE -(3 + (-days - 3) / 7 * 7) END
      WHEN days < 0 THEN CASE WHEN days > -7 THEN -1 ELSE -(7 + (-days - 7) / 7 * 7) END
      WHEN report_id IS NOT NULL THEN CASE WHEN days <= 1 THEN days END
      WHEN sort IN ('evaluation', 'drill')
        THEN CASE WHEN days = 0 THEN 0 WHEN days <= 7 THEN 7 WHEN days <= 30 THEN 30 END
      ELSE CASE WHEN days = 0 THEN 0 WHEN days <= 3 THEN 3 WHEN days <= 7 THEN 7 END END AS step
  FROM work
)
SELECT m.user_id, kind, t.id, NULL::bigint, NULL::bigint, NULL::bigint, NULL::bigint, due_on, step
  FROM told t JOIN campaigns_taskforcemember m ON m.task_force_id = t.task_force_id
UNION SELECT f.user_id, kind, t.id, NULL::bigint, NULL::bigint, NULL::bigint, NULL::bigint, due_on, step
  FROM told t JOIN officer f ON f.department_id = t.unit WHERE NOT by_task_force
UNION SELECT user_id, CASE WHEN days >= 15 THEN 'proposed' ELSE 'escalated' END, id,
    NULL::bigint, NULL::bigint, NULL::bigint, NULL::bigint, due_on,
    CASE WHEN days >= 15 THEN 3 ELSE 2 END FROM late, lead WHERE days >= 7
UNION SELECT m.user_id, kind, NULL::bigint, o.id, NULL::bigint, NULL::bigint, NULL::bigint, due_on, step
  FROM owed o JOIN campaigns_taskforcemember m ON m.task_force_id = o.task_force_id WHERE step IS NOT NULL
UNION SELECT f.user_id, kind, NULL::bigint, o.id, NULL::bigint, NULL::bigint, NULL::bigint, due_on, step
  FROM owed o JOIN officer f ON f.department_id = o.department_id
  WHERE step IS NOT NULL AND task_force_id IS NULL
UNION SELECT user_id, kind, NULL::bigint, o.id, NULL::bigint, NULL::bigint, NULL::bigint, due_on, step
  FROM owed o, lead
  WHERE step IS NOT NULL AND task_force_id IS NULL
    AND (department_id = %(lead)s OR kind = 'report_missing')
"""


def measure_looks(campaign: Campaign) -> list[dict[str, Any]]:
    """The first look, which finds everything, and the next, which finds that all is known."""
    given = {
        "campaign": campaign.pk,
        "lead": campaign.lead_department_id,
        "today": campaign.today(),
        "issued": campaign.issued_on or campaign.starts_on,
    }

    def bare() -> set[tuple[Any, ...]]:
        with connection.connection.cursor() as cursor:
            cursor.execute(TOLD, given)
            return set(cursor.fetchall())

    def ours() -> set[tuple[Any, ...]]:
        found = lacking(campaign, today=campaign.today(), now=campaign.now())
        return {key_of(one) for part in found for one in part}

    def again() -> None:
        assert not ours()

    def known() -> None:
        rows = set(Notice.objects.filter(campaign=campaign).values_list(*KEY).iterator())
        assert not bare() - rows

    count = len(bare())
    assert ours() == bare(), "what people are told differs from the statement written by hand"
    rows = [compare(f"first look, {count} to tell / one SQL", ours, bare, times=3, aim=AIM)]
    with transaction.atomic():
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        collect(campaign, today=campaign.today(), now=campaign.now())
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        told = compare("next look, nothing new / SQL, known keys", again, known, times=3, aim=AIM)
        rows.append({**told, "before_mb": round(before), "peak_mb": round(after)})
        transaction.set_rollback(True)
    return rows
