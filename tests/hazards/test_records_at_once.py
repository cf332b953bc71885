"""Two people at one visit or one power cut at the same moment, on PostgreSQL."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from accounts.models import AuditEntry
from campaigns.models import CheckItem
from hazards import actions
from hazards.enums import CheckOutcome
from hazards.models import Enforcement, Hazard
from hazards.records.actions import record_enforcement, record_inspection, restore_power
from hazards.records.findings import Checked
from hazards.records.result_actions import log_from_result
from tests.hazards.test_actions import finding
from tests.hazards.test_concurrency import together
from tests.hazards.test_enforcement import act
from tests.hazards.test_records import visit

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="row locks are PostgreSQL's; SQLite has one writer"
    ),
]


def test_a_failed_item_turned_by_three_at_once_is_one_hazard(world):
    item = CheckItem.objects.create(campaign=world.campaign, order=1, text="消防通道是否畅通")
    found = [Checked(item, CheckOutcome.FAIL, "堵塞")]
    made = record_inspection(world.campaign, visit(world, results=found), by=world.tf_a)
    result, one = made.results.get(), finding(world, enterprise=world.enterprise_a)

    def turn(by):
        return log_from_result(
            world.campaign, result.pk, one, lambda: actions.report(world.campaign, one, by=by), by=by
        )

    ended = together(*(lambda by=by: turn(by) for by in (world.tf_a, world.tf_a2, world.lead)))
    assert sum(isinstance(end, Hazard) for end in ended) == 1
    assert sum(isinstance(end, ValidationError) for end in ended) == 2
    result.refresh_from_db()
    assert result.hazard == Hazard.objects.get()


def test_power_restored_by_two_at_once_keeps_the_first_day(world):
    made = record_enforcement(world.campaign, act(world), by=world.tf_a)
    ended = together(
        lambda: restore_power(made.pk, by=world.tf_a, restored_on=date(2021, 9, 12)),
        lambda: restore_power(made.pk, by=world.lead, restored_on=date(2021, 9, 13)),
    )
    assert sum(isinstance(end, ValidationError) for end in ended) == 1
    kept = next(end for end in ended if isinstance(end, Enforcement))
    made.refresh_from_db()
    assert made.restored_on == kept.restored_on
    assert AuditEntry.objects.filter(act="登记恢复供电").count() == 1
