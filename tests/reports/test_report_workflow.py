"""Who may take which step of a report in which state; two at once; what the database itself refuses."""

import threading
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import DatabaseError, connection, connections, transaction
from django.utils import timezone

from accounts.enums import Role
from campaigns.queries import scope_of
from reports.actions import compile_report
from reports.enums import ReportAction, ReportState
from reports.models import Report, ReportReminder, ReportStep, TypedFigure
from reports.rules import may_step
from reports.signing import actions as sign_actions
from reports.signing.actions import asked_of
from reports.workflow import STEPS
from tests import factories

OF_THE_REPORT = ("lead", "lead_2", "dept_xincheng")
READERS = ("leader", "assessor")
ACTS = {
    ReportAction.TYPE: lambda report, by: sign_actions.type_figures(
        report.pk, {"small_enterprises": Decimal(5)}, by=by, seen=report.version
    ),
    ReportAction.FILL: lambda report, by: sign_actions.fill(report.pk, by=by, seen=report.version),
    ReportAction.NIL: lambda report, by: sign_actions.fill(report.pk, by=by, seen=report.version, nil=True),
    ReportAction.REVIEW: lambda report, by: sign_actions.review(report.pk, by=by, seen=report.version),
    ReportAction.RETURN: lambda report, by: sign_actions.send_back(
        report.pk, by=by, seen=report.version, note="请核对"
    ),
    ReportAction.ISSUE: lambda report, by: sign_actions.issue(report.pk, by=by, seen=report.version),
    ReportAction.REOPEN: lambda report, by: sign_actions.reopen(report.pk, by=by, reason="数字填错"),
    ReportAction.COMPILE: lambda report, by: compile_report(asked_of(report), by=by)[0],
}
AFTER = {(ReportState.ISSUED, ReportAction.REOPEN): ReportState.DRAFT} | STEPS
EXPECTED_COMPILE = {state: state for state in ReportState}
"""Compiling is allowed in any state: what is signed stays as it is."""


def outcome(act, report, by):
    """The state to which an act leads, or the kind of its refusal; nothing of it stays."""
    try:
        with transaction.atomic():
            state = ReportState(act(report, by).state)
            transaction.set_rollback(True)
            return state
    except (ObjectDoesNotExist, PermissionDenied, ValidationError) as fault:
        return type(fault).__name__


def expected(state, action, who):
    """What an act by a person comes to; the filler is a person of the unit who is none of these."""
    if who in READERS:
        return "PermissionDenied"
    if who not in OF_THE_REPORT:
        return "PermissionDenied" if action == ReportAction.COMPILE else "DoesNotExist"
    if action == ReportAction.COMPILE:
        return EXPECTED_COMPILE[state]
    return AFTER.get((state, action), "ValidationError")


@pytest.mark.parametrize("state", ReportState)
def test_every_state_action_and_role(bare, state):
    report = factories.signed_report(bare.campaign, bare.xincheng, state)
    found = {
        (action, name): outcome(act, report, person)
        for action, act in ACTS.items()
        for name, person in bare.personas().items()
    }
    assert found == {(action, name): expected(state, action, name) for action, name in found}
    assert {action for action, _ in found} == set(ReportAction)


def test_pages_offer_what_the_acts_allow(bare):
    """rules.may_step says beforehand what the acts say afterwards."""
    report = factories.signed_report(bare.campaign, bare.xincheng, ReportState.FILLED)
    people = {**bare.personas(), "filler": report.filled_by}
    for name, person in people.items():
        own = name in (*OF_THE_REPORT, "filler")
        for action in (ReportAction.REVIEW, ReportAction.RETURN):
            wanted = own and not (name == "filler" and action == ReportAction.REVIEW)
            assert may_step(person, scope_of(person), report, action) is wanted, (name, action)


def test_a_report_of_the_whole_is_the_lead_bureaus(bare):
    report = factories.signed_report(bare.campaign, None, ReportState.DRAFT)
    for name, person in bare.personas().items():
        if name in ("lead", "lead_2"):
            wanted = ReportState.FILLED
        else:
            wanted = "PermissionDenied" if name in READERS else "DoesNotExist"
        assert outcome(ACTS[ReportAction.FILL], report, person) == wanted, name


# ---- two at once ---------------------------------------------------------------------------------


def at_once(*acts):
    """Run the acts at the same moment; their results or errors, in order."""
    ready, results = threading.Barrier(len(acts)), [None] * len(acts)

    def run(at, act):
        try:
            ready.wait()
            results[at] = act()
        except Exception as fault:
            results[at] = fault
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.fixture
def unit_report(transactional_db):
    """A unit's report, and a function that brings it to a state."""
    unit, campaign = factories.DepartmentFactory(), factories.CampaignFactory()
    factories.join(campaign, unit)
    return lambda state: factories.signed_report(campaign, unit, state)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one writer in at a time anyway")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("state", "act"),
    [(ReportState.FILLED, sign_actions.review), (ReportState.REVIEWED, sign_actions.issue)],
)
def test_of_two_signatures_at_once_one_holds(unit_report, state, act):
    report = unit_report(state)
    signers = [factories.member(Role.DEPARTMENT, department=report.department) for _ in range(2)]
    results = at_once(*(lambda by=by: act(report.pk, by=by, seen=report.version) for by in signers))
    assert sorted(type(result).__name__ for result in results) == ["Report", "ValidationError"]
    kept = Report.objects.get()
    signed = kept.reviewed_by if state == ReportState.FILLED else kept.issued_by
    assert signed in signers
    assert kept.steps.filter(by__in=signers).count() == 1


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one writer in at a time anyway")
@pytest.mark.django_db(transaction=True)
def test_a_signature_is_not_lost_to_a_compile_at_the_same_moment(unit_report):
    """Whoever comes first: a filled report stays filled, or the filler is told of the new draft."""
    report = unit_report(ReportState.DRAFT)
    factories.HazardFactory(
        task_force=factories.TaskForceFactory(campaign=report.campaign, department=report.department)
    )
    filler = factories.member(Role.DEPARTMENT, department=report.department)
    filled, compiled = at_once(
        lambda: sign_actions.fill(report.pk, by=filler, seen=report.version),
        lambda: compile_report(asked_of(Report.objects.get(pk=report.pk))),
    )
    assert not isinstance(compiled, Exception)
    kept = Report.objects.get()
    if isinstance(filled, Exception):
        assert isinstance(filled, ValidationError)
        assert (kept.state, kept.figures["cumulative"]["found"]) == (ReportState.DRAFT, 1)
    else:
        assert (kept.state, kept.filled_by) == (ReportState.FILLED, filler)
        assert kept.figures["cumulative"]["found"] == filled.figures["cumulative"]["found"]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one writer in at a time anyway")
@pytest.mark.django_db(transaction=True)
def test_typing_and_compiling_at_once_do_not_wait_for_each_other(unit_report):
    report = unit_report(ReportState.DRAFT)
    people = [factories.member(Role.DEPARTMENT, department=report.department) for _ in range(2)]
    acts = [
        lambda by=by, value=value: sign_actions.type_figures(
            report.pk, {"small_enterprises": Decimal(value)}, by=by, seen=report.version
        )
        for by, value in zip(people, (5, 6), strict=True)
    ]
    results = at_once(*acts, lambda: compile_report(asked_of(Report.objects.get(pk=report.pk))))
    assert sorted(type(result).__name__ for result in results[:2]) == ["Report", "ValidationError"]
    row, kept = TypedFigure.objects.get(), Report.objects.get()
    assert kept.figures["cumulative"]["small_enterprises"] == row.value


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one writer in at a time anyway")
@pytest.mark.django_db(transaction=True)
def test_two_who_reopen_at_once_get_one_next_issue(unit_report):
    report = unit_report(ReportState.ISSUED)
    people = [factories.member(Role.DEPARTMENT, department=report.department) for _ in range(2)]
    results = at_once(
        *(lambda by=by: sign_actions.reopen(report.pk, by=by, reason="数字填错") for by in people)
    )
    assert sorted(type(result).__name__ for result in results) == ["Report", "ValidationError"]
    assert list(Report.objects.order_by("issue").values_list("issue", "state")) == [
        (1, "issued"),
        (2, "draft"),
    ]


# ---- what the database refuses -------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {"state": "draft"},
        {"figures": {}},
        {"sha256": "0" * 64},
        {"number": "别的编号"},
        {"workbook": "elsewhere.xlsx"},
        {"note": "补一句"},
        {"issued_at": timezone.make_aware(datetime(2021, 9, 1))},
    ],
)
def test_the_database_refuses_to_change_an_issued_report(world, change):
    report = factories.signed_report(world.campaign, world.xincheng)
    kept = Report.objects.values().get()
    with pytest.raises(DatabaseError), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(**change)
    assert Report.objects.values().get() == kept


def test_a_report_in_the_making_may_change(world):
    report = factories.signed_report(world.campaign, world.xincheng, ReportState.REVIEWED)
    Report.objects.filter(pk=report.pk).update(note="补一句")
    report.refresh_from_db()
    assert report.note == "补一句"


def history(bare):
    """A row of each kind of history."""
    report = factories.signed_report(
        bare.campaign, bare.xincheng, ReportState.DRAFT, typed={"small_enterprises": Decimal(5)}
    )
    ReportReminder.objects.create(
        campaign=bare.campaign,
        department=bare.xincheng,
        form="weekly",
        period_start=report.period_start,
        period_end=report.period_end,
        by=bare.lead,
        at=bare.campaign.now(),
        on=date(2021, 9, 15),
    )
    return {
        ReportStep: {"note": "改了"},
        TypedFigure: {"value": 6},
        ReportReminder: {"on": date(2021, 9, 16)},
    }


def test_history_is_never_changed(bare):
    for model, change in history(bare).items():
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.update(**change)
        row = model.objects.first()
        with pytest.raises(TypeError):
            row.save()
        with pytest.raises(TypeError):
            row.delete()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="on SQLite only changes are refused")
def test_postgresql_refuses_to_delete_what_was_issued_and_history(bare):
    models = [*history(bare), Report]
    factories.signed_report(bare.campaign, bare.jingfa)
    for model in models:
        rows = model.objects.all()
        with pytest.raises(DatabaseError), transaction.atomic():
            rows._raw_delete(rows.db)
