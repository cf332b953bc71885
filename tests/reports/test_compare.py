"""Differences of two issues: every changed figure, with the records that make the difference."""

from datetime import date
from decimal import Decimal

from campaigns.enums import Counting, UnitKind
from campaigns.models import CampaignUnit
from hazards import actions as hazard_actions
from hazards.models import Enforcement, Hazard
from reports.actions import compile_report
from reports.compare import MOST_NAMED, differences
from reports.enums import ReportState
from reports.signing import actions as sign_actions
from tests import factories
from tests.reports.signing import hazard, report_of


def found_in(report, **wanted):
    """Entries of the report's changes that match."""
    return [entry for entry in report.changes if all(entry[name] == value for name, value in wanted.items())]


def test_a_first_issue_differs_from_nothing(world):
    report = report_of(world)
    assert report.changes == []
    assert differences(None, report) == []
    assert differences(report, report) == []


def test_each_changed_figure_names_the_records_that_make_the_difference(world):
    old = hazard(world, found_on=date(2021, 9, 8))
    first = report_of(world, ReportState.ISSUED)
    new = hazard(world, found_on=date(2021, 9, 9))
    hazard_actions.void(old.pk, by=world.lead, note="重复上报")
    fine = factories.EnforcementFactory(
        enterprise=world.enterprise_a,
        campaign=world.campaign,
        department=world.xincheng,
        kind="fine",
        amount=Decimal(15000),
        acted_on=date(2021, 9, 10),
    )
    draft = sign_actions.reopen(first.pk, by=world.lead, reason="更正")
    assert found_in(draft, slug="found") == []  # one went, one came: the figure is the same
    assert [(one["scope"], one["old"], one["new"]) for one in found_in(draft, slug="fines")] == [
        ("累计", "0", "1.5"),
        ("本期", "0", "1.5"),
    ]
    assert found_in(draft, slug="fines")[0]["come"] == ["9月10日甲一纸品厂"]
    hazard(world, found_on=date(2021, 9, 9), number="H-NEW")
    Enforcement.objects.filter(pk=fine.pk).update(voided_on=date(2021, 9, 15))
    draft, _ = compile_report(sign_actions.asked_of(draft))
    (entry,) = found_in(draft, slug="found", scope="累计")
    assert (entry["old"], entry["new"]) == (1, 2)
    assert (entry["gone"], entry["come"]) == ([old.number], [new.number, "H-NEW"])
    assert found_in(draft, slug="fines") == []


def test_many_records_are_counted_not_named(world):
    first = report_of(world, ReportState.ISSUED)
    for _ in range(MOST_NAMED + 3):
        hazard(world)
    draft = sign_actions.reopen(first.pk, by=world.lead, reason="补录")
    (entry,) = found_in(draft, slug="found", scope="累计")
    assert len(entry["come"]) == MOST_NAMED + 1
    assert entry["come"][-1] == "另有3条"


def test_typed_figures_differ_without_records(bare):
    CampaignUnit.objects.filter(department=bare.xincheng).update(counting=Counting.TYPED)
    first = report_of(bare, ReportState.ISSUED, typed={"found": Decimal(3)})
    draft = sign_actions.reopen(first.pk, by=bare.lead, reason="更正")
    draft = sign_actions.type_figures(
        draft.pk, {"found": Decimal(4), "fines": Decimal(0)}, by=bare.lead, seen=draft.version
    )
    assert [(one["slug"], one["old"], one["new"], one["come"]) for one in draft.changes] == [
        ("found", 3, 4, []),
        ("fines", None, 0, []),
    ]


def test_rows_of_a_rollup_are_compared_also_those_that_are_gone(world):
    hazard(world)
    first = factories.signed_report(world.campaign, None)
    CampaignUnit.objects.filter(department=world.xincheng).update(kind=UnitKind.ASSESSOR)
    world.task_force_a.department = world.jingfa
    world.task_force_a.save()
    Hazard.objects.update(responsible_department=world.jingfa)
    draft = sign_actions.reopen(first.pk, by=world.lead, reason="责任单位调整")
    rows = [(one["row"], one["old"], one["new"]) for one in found_in(draft, slug="found") if one["row"]]
    assert rows == [("市新城开发建设中心", 1, None), ("市综合行政执法局", 0, 1)]


def test_no_difference_between_nothing_counted_and_nothing_typed(bare):
    """Money that was counted is 0.00 or 0: the same number."""
    first = report_of(bare, ReportState.ISSUED)
    first.figures["cumulative"]["fines"] = "0.0"
    assert differences(first, report_of(bare, unit="xincheng")) == []
