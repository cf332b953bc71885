"""勾稽关系: each rule breaks where it should, says why, and passes by what is not known."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from campaigns.enums import Counting
from campaigns.models import CampaignUnit
from reports.check_case import case_of
from reports.checks import RULES, Case, Earlier, happened, run
from reports.enums import ReportState, Severity
from reports.figures.hazard_figures import FOUND_RECTIFIED
from reports.indicators import BY_SLUG, INDICATORS
from reports.layouts.zhengyang_2 import OVERALL
from tests import factories

ZERO = dict.fromkeys(BY_SLUG, 0)
ENTERPRISES_VISITED = replace(
    BY_SLUG["inspected"], slug="visited", label="检查企业户数", unit="家", distinct="enterprise"
)
MAJOR = (BY_SLUG["found_major"], *OVERALL)


def case(cumulative=None, period=None, indicators=INDICATORS, **more):
    """A report of zeros but for these figures."""
    zero = {one.slug: 0 for one in indicators}
    return Case(indicators, zero | (cumulative or {}), zero | (period or {}), **more)


def broken(looked_at):
    """(rule, severity) of each check that does not hold."""
    return [(check["rule"], check["severity"]) for check in run(looked_at)]


def words(looked_at):
    return [check["words"] for check in run(looked_at)]


def earlier(adjoins=True, **figures):
    return Earlier(ZERO | figures, date(2021, 9, 5), adjoins=adjoins)


def rows(*given):
    """Rows of a roll-up by unit 1, 2 …: a dict of figures each."""
    return [(pk, f"{pk}局", ZERO | figures) for pk, figures in enumerate(given, 1)]


def test_zeros_break_nothing_and_unknown_figures_only_want_a_word():
    assert run(case()) == []
    nothing = dict.fromkeys(BY_SLUG)
    unknown = Case(INDICATORS, nothing, {}, previous=earlier(found=3), rows=[(1, "甲局", nothing)])
    assert broken(unknown) == [("unknown", "warning")]


def test_a_part_exceeds_its_whole():
    assert broken(case({"found": 3, "found_major": 4})) == [("parts:found_major", "error")]
    assert words(case({"found": 3, "found_major": 4})) == ["累计“其中重大隐患数”4项，大于“发现隐患数”3项"]
    assert broken(case({"found": 3, "rectified": 4})) == [("parts:rectified", "error")]
    assert broken(case({"found": 3, "found_major": 3})) == []


def test_within_a_period_more_may_be_closed_than_found():
    assert broken(case({"found": 9, "rectified": 5}, {"found": 1, "rectified": 5})) == []
    assert broken(case({"found": 9, "found_major": 2}, {"found": 1, "found_major": 2})) == [
        ("parts:p:found_major", "error")
    ]
    late = {"rectified": 1, "rectified_major": 2}
    assert broken(case({"found": 9, "found_major": 9, "rectified": 9}, late)) == [
        ("parts:p:rectified_major", "error")
    ]


def test_a_part_of_a_row_exceeds_its_whole():
    given = rows({"found": 1, "rectified": 2})
    assert broken(case({"found": 1, "rectified": 2}, rows=given)) == [
        ("parts:rectified", "error"),
        ("parts:1:rectified", "error"),
    ]
    assert "“1局”累计" in words(case({"found": 1, "rectified": 2}, rows=given))[1]


def test_a_whole_is_the_sum_of_its_disjoint_sources():
    figures = {"found_major": 5, "self_found": 2, "checked_found": 3}
    assert broken(case(figures, indicators=MAJOR)) == []
    assert broken(case(figures | {"checked_found": 2}, indicators=MAJOR)) == [
        ("sources:found_major", "error")
    ]
    assert broken(case(figures | {"checked_found": None}, indicators=MAJOR)) == [("unknown", "warning")]
    assert broken(case(figures | {"checked_found": 0}, indicators=MAJOR)) == [
        ("sources:found_major", "error")
    ]
    assert broken(case({"self_found": 2}, indicators=OVERALL)) == []


def test_listed_hazards_are_among_those_found():
    figures = {"self_found": 2, "checked_found": 1}
    assert broken(case(figures | {"listed": 3}, indicators=OVERALL)) == []
    assert broken(case(figures | {"listed": 4}, indicators=OVERALL)) == [("listed:listed", "error")]
    assert broken(case(figures, {"listed": 4}, indicators=OVERALL)) == []


def test_enterprises_are_not_more_than_visits():
    both = (BY_SLUG["inspected"], ENTERPRISES_VISITED)
    assert broken(case({"inspected": 3, "visited": 3}, {"inspected": 1, "visited": 1}, both)) == []
    assert broken(case({"inspected": 3, "visited": 4}, indicators=both)) == [("visits:visited", "error")]
    assert broken(case({"inspected": 3, "visited": 3}, {"visited": 1}, both)) == [
        ("visits:p:visited", "error")
    ]


def test_a_total_is_the_sum_of_its_rows():
    given = rows({"found": 2, "small_enterprises": 4}, {"found": 3, "small_enterprises": None})
    assert broken(case({"found": 5, "small_enterprises": 4}, rows=given)) == []
    assert broken(case({"found": 6, "small_enterprises": 4}, rows=given)) == [("totals:found", "error")]
    assert words(case({"found": 6, "small_enterprises": 4}, rows=given)) == [
        "累计合计“发现隐患数”6项，各行相加为5项"
    ]
    assert broken(case({"found": 6, "small_enterprises": 4}, rows=given, adds_up=False)) == []
    assert broken(case({"found": 9}, {"found": 4}, period_rows=rows({"found": 3}))) == [
        ("totals:p:found", "error")
    ]


@pytest.mark.parametrize(("total", "holds"), [(3, True), (5, True), (2, False), (6, False)])
def test_enterprises_of_a_total_lie_between_the_highest_row_and_the_sum(total, holds):
    given = rows({"suspended": 2, "small_enterprises": 9}, {"suspended": 3})
    looked_at = case({"suspended": total, "small_enterprises": 9}, rows=given)
    assert broken(looked_at) == ([] if holds else [("counted_again:suspended", "error")])


def test_a_typed_total_may_be_more_than_the_rows_know():
    given = rows({"small_enterprises": 4}, {})
    typed = frozenset({"small_enterprises"})
    assert broken(case({"small_enterprises": 7}, rows=given, typed=typed)) == []
    assert broken(case({"small_enterprises": 3}, rows=given, typed=typed)) == [
        ("totals:small_enterprises", "error")
    ]


@pytest.mark.parametrize(
    ("said", "shows", "holds"), [(5, 6, False), (6, 6, True), (5, None, True), (0, 1, False)]
)
def test_a_typed_figure_is_not_less_than_records_show(said, shows, holds):
    typed = frozenset({"small_enterprises"})
    looked_at = case({"small_enterprises": said}, typed=typed, counted={"small_enterprises": shows})
    assert broken(looked_at) == ([] if holds else [("typed:small_enterprises", "error")])


def test_what_nobody_typed_in_is_named():
    assert words(case({"found": None, "rectified": None, "rectified_major": 0})) == [
        "尚未填报：发现隐患数、已整改隐患数；没有发生的请填0"
    ]


def test_cumulative_figures_do_not_fall():
    assert broken(case({"found": 9}, previous=earlier(found=10))) == [("falls:found", "warning")]
    assert words(case({"found": 9}, previous=earlier(found=10))) == [
        "累计“发现隐患数”由上次印发（截止2021-09-05）的10项降为9项，请说明更正原因"
    ]
    assert broken(case({"found": 10}, previous=earlier(found=10))) == []
    assert broken(case({"small_enterprises": 1}, previous=earlier(small_enterprises=2))) == []
    assert broken(case({"found": 0}, previous=earlier(found=1))) == [("falls:found", "warning")]


def test_what_was_before_and_what_is_new_make_what_is_now():
    looked_at = case({"found": 15}, {"found": 3}, previous=earlier(found=10))
    assert broken(looked_at) == [("follows:found", "warning")]
    assert words(looked_at) == [
        "“发现隐患数”上期累计10＋本期3＝13项，与本期累计15项不符，请说明（如补录、作废）"
    ]
    assert broken(replace(looked_at, period=ZERO | {"found": 5})) == []
    assert broken(replace(looked_at, previous=earlier(adjoins=False, found=10))) == []
    assert broken(replace(looked_at, typed=frozenset({"found"}))) == []
    assert broken(case({"suspended": 3, "small_enterprises": 9}, previous=earlier(suspended=1))) == []


def test_what_is_settled_later_is_expected_not_to_follow():
    """Found in one half-month and closed in the next: in the cumulative figure, in neither period's."""
    settled = replace(BY_SLUG["found"], settled=True)
    looked_at = case({"found": 15}, {"found": 3}, previous=earlier(found=10))
    assert broken(replace(looked_at, indicators=[settled])) == []
    assert FOUND_RECTIFIED.settled


def test_money_that_follows_adds_up_exactly():
    before = earlier(fines=Decimal("0.1"))
    now = {"fines": Decimal("0.3"), "filed": 1}
    assert broken(case(now, {"fines": Decimal("0.2"), "filed": 1}, previous=before)) == []


def test_enterprises_dealt_with_are_hardly_more_than_there_are():
    figures = {"small_enterprises": 2, "suspended": 3}
    assert broken(case(figures)) == [("fewer:suspended", "warning")]
    assert broken(case(figures, of_area=False)) == []
    assert broken(case(figures | {"small_enterprises": None})) == [("unknown", "warning")]


def test_fines_without_a_case_filed():
    assert broken(case({"fines": Decimal("1.5")})) == [("fines", "warning")]
    assert broken(case({"fines": Decimal("1.5"), "filed": 1})) == []
    assert broken(case({"fines": Decimal("1.5"), "filed": None})) == [("unknown", "warning")]
    assert broken(case({"fines": 0})) == []


def test_a_row_that_differs_from_what_its_unit_issued_names_both_numbers():
    given = rows({"found": 6, "inspected": 1}, {"found": 2})
    issued = {
        1: Earlier(ZERO | {"found": 5}, date(2021, 9, 10)),
        2: Earlier(ZERO | {"found": 2}, date(2021, 9, 12)),
    }
    looked_at = case({"found": 8, "inspected": 1}, rows=given, issued=issued)
    assert broken(looked_at) == [("as_issued:1", "warning")]
    assert words(looked_at) == [
        "与“1局”已印发的报表（截止2021-09-10）不一致："
        "“检查企业”该单位0家次、本表1家次；“发现隐患数”该单位5项、本表6项"
    ]


def test_every_rule_has_a_name_of_its_own_and_words():
    assert len({rule.slug for rule in RULES}) == len(RULES)
    assert all(rule.words for rule in RULES)
    assert {rule.severity for rule in RULES} == set(Severity)


def test_what_happened_within_a_period():
    assert happened(case({"found": 9, "small_enterprises": 5}, {"small_enterprises": 5})) == []
    assert happened(case({}, {"found": 2, "fines": Decimal("0.5")})) == ["发现隐患数2项", "行政处罚0.5万元"]
    typed = {"found": 7, "inspected": 4}
    by_hand = Case(
        INDICATORS,
        dict.fromkeys(BY_SLUG) | typed,
        dict.fromkeys(BY_SLUG),
        previous=earlier(found=5, inspected=4),
    )
    assert happened(by_hand) == ["发现隐患数2项"]
    assert happened(replace(by_hand, previous=None)) == ["检查企业4家次", "发现隐患数7项"]


def test_a_case_is_gathered_from_what_was_issued_before(world):
    factories.HazardFactory(task_force=world.task_force_a, category=world.category)
    world.campaign.clock = date(2021, 9, 8)
    world.campaign.save()
    first = factories.signed_report(world.campaign, world.xincheng)
    world.campaign.clock = date(2021, 9, 15)
    world.campaign.save()
    unit = factories.signed_report(world.campaign, world.xincheng)
    gathered = case_of(unit)
    assert gathered.previous == Earlier(gathered.previous.figures, first.as_of, adjoins=True)
    assert gathered.previous.figures["found"] == 1
    assert not gathered.of_area
    whole = case_of(factories.signed_report(world.campaign, None, ReportState.DRAFT))
    assert (whole.of_area, whole.adds_up, whole.previous) == (True, True, None)
    assert whole.issued.keys() == {world.xincheng.pk}
    assert [name for _, name, _ in whole.rows] == [
        "市经济发展局",
        "市新城开发建设中心",
        "市综合行政执法局",
        "市消防救援大队",
    ]


def test_a_void_hazard_makes_the_next_report_want_a_note(world):
    one = factories.HazardFactory(task_force=world.task_force_a, category=world.category)
    world.campaign.clock = date(2021, 9, 8)
    world.campaign.save()
    factories.signed_report(world.campaign, world.xincheng)
    world.campaign.clock = date(2021, 9, 15)
    world.campaign.save()
    one.status = "void"
    one.save()
    report = factories.signed_report(world.campaign, world.xincheng, ReportState.DRAFT)
    assert [check["rule"] for check in report.checks] == ["falls:found"]


def test_a_rollup_of_counties_that_count_and_that_type_holds_together(world):
    """甲县 counts its region, 乙县 types its row, and a park lies in neither."""
    counting, typing = factories.RegionFactory(), factories.RegionFactory()
    for unit, region, how in (
        (world.xincheng, counting, Counting.REGION),
        (world.jingfa, typing, Counting.TYPED),
    ):
        unit.region = region
        unit.save()
        CampaignUnit.objects.filter(department=unit).update(counting=how)
    world.park_a.region, world.park_b.region = counting, typing
    world.park_a.save()
    world.park_b.save()
    nowhere = factories.TaskForceFactory(campaign=world.campaign, department=world.xiaofang)
    for force in (world.task_force_a, world.task_force_b, nowhere):
        factories.HazardFactory(task_force=force, category=world.category)
    factories.signed_report(world.campaign, world.jingfa, ReportState.DRAFT, typed={"found": Decimal(7)})
    whole = factories.signed_report(world.campaign, None, ReportState.DRAFT)
    rows = {row["name"]: row["figures"]["found"] for row in whole.figures["rows"]}
    assert rows == {"市新城开发建设中心": 1, "市综合行政执法局": 7, "未明确": 1}
    assert whole.figures["cumulative"]["found"] == 9
    assert whole.checks == []
