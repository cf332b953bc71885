"""The plan at work: what falls due expanded and kept in step, against the same rows bare."""

from typing import Any

from django.db import connection, transaction
from psycopg2.extras import execute_values

from bench.clock import compare
from bench.sql import DUE
from campaigns.models import Campaign, CampaignUnit, TaskForce
from campaigns.work.sync import asked_by, sync_occurrences
from hazard_tracker.bulk_work import lay_plan

COLUMNS = (
    "campaign_id", "measure_id", "item_id", "report_id", "period", "department_id", "task_force_id",
    "starts_on", "due_on", "quota",
)  # fmt: skip


def measure_first_sync(campaign: Campaign) -> dict[str, Any]:
    """A plan that was just loaded expanded for all parks, against bare INSERTs; both are rolled back."""
    with transaction.atomic():
        fresh = _same_again(campaign)
        rows = [(fresh.pk, *row) for row in asked_by(fresh)]

        def ours() -> None:
            with transaction.atomic():
                assert sync_occurrences(fresh) == len(rows)
                connection.check_constraints()
                transaction.set_rollback(True)

        def bare() -> None:
            with transaction.atomic(), connection.connection.cursor() as cursor:
                names = ", ".join(COLUMNS)
                statement = f"INSERT INTO campaigns_occurrence ({names}) VALUES %s"
                execute_values(cursor, statement, rows, page_size=1000)
                connection.check_constraints()
                transaction.set_rollback(True)

        told = compare(f"{len(rows)} due at once / bare INSERT", ours, bare, times=3)
        transaction.set_rollback(True)
    return told


def _same_again(campaign: Campaign) -> Campaign:
    """Another campaign of the same parks, units and plan, of which nothing falls due yet."""
    forces, units = list(campaign.task_forces.all()), list(campaign.unit_rows.all())
    kinds = list(campaign.categories.all())
    fresh = Campaign.objects.get(pk=campaign.pk)
    fresh.pk, fresh.slug, fresh.number_prefix = None, f"{campaign.slug}-again", "AGAIN"
    fresh._state.adding = True
    fresh.save()
    rows: list[Any] = [*forces, *units, *kinds]
    for row in rows:
        row.pk, row.campaign = None, fresh
        row._state.adding = True
    TaskForce.objects.bulk_create(forces, batch_size=500)
    CampaignUnit.objects.bulk_create(units)
    for kind in kinds:
        kind.save()
    lay_plan(fresh, {kind.order: kind.pk for kind in kinds})
    return fresh


def measure_second_sync(campaign: Campaign) -> dict[str, Any]:
    """Every night's run, that changes nothing, against reading the rows once."""

    def bare() -> int:
        with connection.connection.cursor() as cursor:
            cursor.execute(DUE, [campaign.pk])
            return len(cursor.fetchall())

    def ours() -> None:
        assert sync_occurrences(campaign) == 0

    return compare(f"sync of {bare()} due, no change / read once", ours, bare, times=7)
