"""A later day: who asks, who decides, how often, how far; both dates stay."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts.enums import Role
from accounts.models import Membership
from hazards import actions
from hazards.enums import Outcome, Status
from hazards.models import Extension
from hazards.procedures import extension_actions, referral_actions
from tests.factories import photo
from tests.hazards.procedures import DUE, LATER, TODAY, rectifying, refused


@pytest.fixture
def hazard(world):
    return rectifying(world)


def ask(world, hazard, by=None, **changes):
    facts = {"to_due_on": LATER, "reason": "等待设备", "interim": "专人看守"}
    return extension_actions.ask_extension(hazard.pk, by=by or world.dept_xiaofang, **(facts | changes))


def test_asked_and_granted_keeps_both_dates(world, hazard):
    asked = ask(world, hazard)
    assert (asked.status, asked.due_on) == (Status.RECTIFYING, DUE)
    granted = extension_actions.extend(hazard.pk, by=world.lead, note="同意")
    assert (granted.due_on, granted.original_due_on, granted.version) == (LATER, DUE, asked.version + 1)
    row = Extension.objects.get()
    assert (row.from_due_on, row.to_due_on, row.outcome) == (DUE, LATER, Outcome.AGREED)
    assert (row.asked_by, row.asked_on, row.decided_by, row.decided_on) == (
        world.dept_xiaofang, TODAY, world.lead, TODAY,
    )  # fmt: skip
    assert [change.action for change in hazard.changes.all()][-2:] == ["ask_extension", "extend"]
    assert hazard.changes.last().facts == {"from_due_on": "2021-09-20", "due_on": "2021-09-30"}


def test_a_second_one_keeps_the_first_date_of_all(world, hazard):
    for day in (LATER, date(2021, 10, 15)):
        ask(world, hazard, to_due_on=day)
        hazard = extension_actions.extend(hazard.pk, by=world.lead)
    assert (hazard.original_due_on, hazard.due_on) == (DUE, date(2021, 10, 15))
    assert list(Extension.objects.values_list("from_due_on", "to_due_on")) == [
        (DUE, LATER),
        (LATER, date(2021, 10, 15)),
    ]


def test_refused_keeps_the_deadline_and_the_reason(world, hazard):
    ask(world, hazard)
    said = refused(
        hazard, ValidationError, extension_actions.refuse_extension, hazard.pk, by=world.lead, note=" "
    )
    assert said == {"note": ["请填写不同意的理由"]}
    done = extension_actions.refuse_extension(hazard.pk, by=world.lead, note="没有客观原因")
    row = Extension.objects.get()
    assert (done.due_on, row.outcome, row.decision_note) == (DUE, Outcome.REFUSED, "没有客观原因")
    assert ask(world, hazard).extensions.count() == 2, "a refused one does not count, one may ask again"


def test_the_cap_counts_what_was_granted(world, hazard):
    world.campaign.extension_limit = 1
    world.campaign.save()
    ask(world, hazard)
    extension_actions.extend(hazard.pk, by=world.lead)
    said = refused(hazard, ValidationError, ask, world, hazard, to_due_on=date(2021, 10, 20))
    assert said == {"to_due_on": ["已延期 1 次，达到本行动规定的上限（1 次），不能再延期"]}


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"to_due_on": DUE}, "to_due_on", "延期后的日期须晚于现在的期限（2021-09-20）"),
        ({"to_due_on": DUE - timedelta(days=1)}, "to_due_on", "延期后的日期须晚于现在的期限（2021-09-20）"),
        ({"to_due_on": date(2022, 1, 1)}, "to_due_on", "延期后的日期不能晚于行动结束日（2021-12-31）"),
        ({"reason": " \u3000"}, "reason", "请填写延期原因"),
        ({"interim": ""}, "interim", "请填写延期期间的管控措施"),
        ({"reason": "长" * 501}, "reason", "最多 500 字，现有 501 字"),
    ],
)
def test_what_cannot_be_asked_for(world, hazard, changes, field, message):
    assert refused(hazard, ValidationError, ask, world, hazard, **changes) == {field: [message]}
    assert not Extension.objects.exists()


def test_an_overdue_one_cannot_be_extended_into_the_past(world, hazard):
    world.campaign.clock = date(2021, 10, 10)
    world.campaign.save()
    said = refused(hazard, ValidationError, ask, world, hazard)
    assert said == {"to_due_on": ["延期后的日期须晚于今天（2021-10-10）"]}


def test_one_waits_at_a_time(world, hazard):
    ask(world, hazard)
    assert refused(hazard, ValidationError, ask, world, hazard) == ["已申请延期，正在等待审批"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Extension.objects.create(
            hazard=hazard, from_due_on=DUE, to_due_on=LATER, reason="a", interim="b",
            asked_by=world.tf_a, asked_on=TODAY,
        )  # fmt: skip


def test_nobody_decides_their_own(world, hazard):
    """Even somebody of the lead bureau who also answers for the hazard."""
    Membership.objects.create(user=world.lead, role=Role.DEPARTMENT, department=world.xiaofang)
    ask(world, hazard, by=world.lead)
    for act in (extension_actions.extend, extension_actions.refuse_extension):
        said = refused(hazard, PermissionDenied, act, hazard.pk, by=world.lead, note="可以")
        assert said == ["延期须由申请人以外的人审批"]
    assert extension_actions.extend(hazard.pk, by=world.lead_2).due_on == LATER


def test_who_may_neither_ask_nor_decide(world, hazard):
    for person in (world.tf_a, world.operator_a, world.lead, world.leader):
        refused(hazard, PermissionDenied, ask, world, hazard, by=person)
    ask(world, hazard)
    for person in (world.dept_xiaofang, world.tf_a, world.leader):
        refused(hazard, PermissionDenied, extension_actions.extend, hazard.pk, by=person)


def test_nothing_to_decide(world, hazard):
    said = refused(hazard, ValidationError, extension_actions.extend, hazard.pk, by=world.lead)
    assert said == ["没有待审批的延期申请"]


def test_a_stale_page_decides_nothing(world, hazard):
    version = hazard.version
    ask(world, hazard)
    refused(hazard, actions.StaleVersion, extension_actions.extend, hazard.pk, by=world.lead, version=version)
    assert Extension.objects.get().outcome == Outcome.WAITING


@pytest.mark.parametrize("end", ["submit", "refer", "void"])
def test_what_is_over_does_not_wait(world, hazard, end):
    ask(world, hazard)
    if end == "submit":
        actions.submit(hazard.pk, by=world.dept_xiaofang, measure="好", done_on=TODAY, photos=[photo()])
    elif end == "refer":
        referral_actions.refer(hazard.pk, by=world.lead, receiver=world.jingfa, reason="归口")
    else:
        actions.void(hazard.pk, by=world.lead, note="重复")
    assert Extension.objects.get().outcome == Outcome.WITHDRAWN
