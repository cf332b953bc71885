"""Typed figures: which may be typed, what is refused, and that nothing typed is lost."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from campaigns.enums import Counting
from campaigns.models import CampaignUnit
from campaigns.periods import Period
from reports.actions import Asked, Outcome, compile_report
from reports.enums import ReportState
from reports.layouts import weekly
from reports.models import Report, TypedFigure
from reports.signing import actions as sign_actions
from reports.signing.actions import asked_of
from reports.typed_rules import typeable
from tests import factories
from tests.reports.signing import cells, hazard, refused, report_of

LAST_WEEK = Period(date(2021, 9, 6), date(2021, 9, 12))
FIVE = {"small_enterprises": Decimal(5)}


def test_a_figure_that_no_record_shows_is_typed_into_the_draft(bare):
    report = report_of(bare)
    assert [one.slug for one in typeable(report)] == ["small_enterprises"]
    typed = sign_actions.type_figures(
        report.pk, FIVE, by=bare.dept_xincheng, seen=report.version, note="据统计年报"
    )
    assert typed.version > report.version
    assert typed.figures["cumulative"]["small_enterprises"] == 5
    assert typed.figures["typed"] == ["small_enterprises"]
    row = typed.typed_figures.get()
    assert (row.value, row.by, row.note) == (5, bare.dept_xincheng, "据统计年报")
    assert cells(typed)["周报表", "A4"] == 5
    assert [step.action for step in typed.steps.all()] == ["compile", "type"]


def test_each_typing_is_kept_and_the_latest_holds(bare):
    report = report_of(bare)
    for value in (Decimal(5), Decimal(7), None):
        report = sign_actions.type_figures(
            report.pk, {"small_enterprises": value}, by=bare.lead, seen=report.version
        )
    assert [row.value for row in report.typed_figures.all()] == [5, 7, None]
    assert report.figures["cumulative"]["small_enterprises"] == 0
    assert report.figures["typed"] == []


def test_what_records_show_is_not_typed(world):
    report = report_of(world)
    assert report.figures["cumulative"]["small_enterprises"] == 1
    said = refused(sign_actions.type_figures, report.pk, FIVE, by=world.lead, seen=report.version)
    assert said == ["“小微企业总数”由系统按记录统计，不能手工填报"]
    said = refused(
        sign_actions.type_figures, report.pk, {"found": Decimal(5)}, by=world.lead, seen=report.version
    )
    assert said == ["“发现隐患数”由系统按记录统计，不能手工填报"]
    assert not TypedFigure.objects.exists()


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"small_enterprises": "-1"}, "“小微企业总数”不能小于0"),
        ({"small_enterprises": "1.5"}, "“小微企业总数”以家为单位，请填写整数"),
        ({"small_enterprises": "NaN"}, "“小微企业总数”请填写数字"),
        ({"small_enterprises": "Infinity"}, "“小微企业总数”请填写数字"),
        ({"small_enterprises": "1e9"}, "“小微企业总数”数值过大，请核对单位是否为家"),
        ({"fines": "0.0000001"}, "“行政处罚”最多6位小数（单位：万元）"),
        ({"fines": "-0.5"}, "“行政处罚”不能小于0"),
        ({"nonsense": "1"}, "该报表没有这项指标"),
    ],
)
def test_what_cannot_be_a_figure_is_refused_by_field(bare, values, said):
    CampaignUnit.objects.filter(department=bare.xincheng).update(counting=Counting.TYPED)
    report = report_of(bare)
    given = {slug: Decimal(value) for slug, value in values.items()}
    with pytest.raises(ValidationError) as fault:
        sign_actions.type_figures(report.pk, given, by=bare.lead, seen=report.version)
    assert fault.value.message_dict == {slug: [said] for slug in values}
    assert not TypedFigure.objects.exists()
    assert Report.objects.get().version == report.version


def test_a_unit_without_the_system_types_its_whole_row(bare):
    CampaignUnit.objects.filter(department=bare.xincheng).update(counting=Counting.TYPED)
    hazard(bare)
    report = report_of(bare)
    assert report.figures["cumulative"]["found"] is None
    values = {"found": Decimal(12), "rectified": Decimal(9), "fines": Decimal("3.25")}
    report = sign_actions.type_figures(report.pk, values, by=bare.dept_xincheng, seen=report.version)
    kept = report.figures["cumulative"]
    assert (kept["found"], kept["rectified"], kept["fines"]) == (12, 9, "3.25")
    whole = report_of(bare, unit="lead_department")
    assert whole.figures["cumulative"]["found"] == 0
    whole, _ = compile_report(Asked(bare.campaign, None, weekly.FORM, asked_of(report).period))
    assert whole.figures["cumulative"]["found"] == 12


def test_typed_figures_that_contradict_each_other_stop_the_report(bare):
    CampaignUnit.objects.filter(department=bare.xincheng).update(counting=Counting.TYPED)
    report = report_of(bare)
    values = {"found": Decimal(3), "rectified": Decimal(4)}
    report = sign_actions.type_figures(report.pk, values, by=bare.dept_xincheng, seen=report.version)
    said = refused(sign_actions.fill, report.pk, by=bare.dept_xincheng, seen=report.version)
    assert said == ["累计“已整改隐患数”4项，大于“发现隐患数”3项"]
    mended = {"rectified": Decimal(3)}
    report = sign_actions.type_figures(report.pk, mended, by=bare.dept_xincheng, seen=report.version)
    notes = {"unknown": "其余各项无数据来源"}
    filled = sign_actions.fill(report.pk, by=bare.dept_xincheng, seen=report.version, notes=notes)
    assert filled.state == "filled"


def test_a_typed_figure_that_records_outgrew_is_corrected_or_taken_back(bare):
    report = report_of(bare, typed={"small_enterprises": Decimal(0)})
    bare.enterprise_a.active = True
    bare.enterprise_a.save()
    report, _ = compile_report(asked_of(report))
    said = refused(sign_actions.fill, report.pk, by=bare.lead, seen=report.version)
    assert said == ["“小微企业总数”手工填报0家，小于系统记录1家，请更正或撤回手工填报"]
    report = sign_actions.type_figures(report.pk, FIVE, by=bare.lead, seen=report.version)
    assert (report.figures["cumulative"]["small_enterprises"], report.checks) == (5, [])
    back = {"small_enterprises": None}
    report = sign_actions.type_figures(report.pk, back, by=bare.lead, seen=report.version)
    assert report.figures["cumulative"]["small_enterprises"] == 1
    assert typeable(report) == []
    assert sign_actions.fill(report.pk, by=bare.lead, seen=report.version).state == "filled"


def test_how_many_there_are_is_not_typed_every_week(bare):
    bare.campaign.clock = date(2021, 9, 8)
    bare.campaign.save()
    CampaignUnit.objects.filter(department=bare.xincheng).update(counting=Counting.TYPED)
    before = report_of(bare, ReportState.ISSUED, typed=FIVE | {"found": Decimal(3)})
    bare.campaign.clock = date(2021, 9, 15)
    bare.campaign.save()
    report = report_of(bare)
    kept = report.figures["cumulative"]
    assert (kept["small_enterprises"], kept["found"], report.figures["typed"]) == (
        5,
        None,
        ["small_enterprises"],
    )
    row = report.typed_figures.get()
    assert (row.value, row.by, row.at) == (5, before.filled_by, before.typed_figures.first().at)


def test_what_is_typed_survives_each_compile(bare):
    report = report_of(bare, typed=FIVE)
    hazard(bare)
    report, outcome = compile_report(asked_of(report))
    assert outcome is Outcome.UPDATED
    kept = report.figures["cumulative"]
    assert (kept["small_enterprises"], kept["found"]) == (5, 1)


def test_typing_what_already_stands_is_said(bare):
    report = report_of(bare, typed=FIVE)
    said = refused(sign_actions.type_figures, report.pk, FIVE, by=bare.lead, seen=report.version)
    assert said == ["填报的数字没有变化"]
    assert report.typed_figures.count() == 1


def test_what_units_typed_is_not_typed_again_for_the_whole(bare):
    report_of(bare, typed=FIVE)
    whole = factories.signed_report(bare.campaign, None, ReportState.DRAFT)
    assert whole.figures["cumulative"]["small_enterprises"] == 5
    assert typeable(whole) == []
