"""Signing reports: fill, review, send back, issue, the next issue."""

import hashlib
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied

from accounts.models import AuditEntry
from campaigns.enums import Counting
from campaigns.models import CampaignUnit, Completion, Occurrence
from campaigns.periods import Period
from campaigns.work.sync import sync_occurrences
from hazards import actions as hazard_actions
from hazards.models import Hazard
from reports.actions import Outcome, compile_report
from reports.enums import ReportAction, ReportState
from reports.models import Report
from reports.signing import actions as sign_actions
from reports.signing.actions import STALE, asked_of
from tests import factories
from tests.reports.signing import cells, content, hazard, refused, report_of

LAST_WEEK = Period(date(2021, 9, 6), date(2021, 9, 12))
FIVE = {"small_enterprises": Decimal(5)}


# ---- fill, review, issue -------------------------------------------------------------------------


def test_an_issued_workbook_differs_from_the_reviewed_one_by_its_signatures_only(world):
    hazard(world)
    report = report_of(world, ReportState.REVIEWED)
    before, filler = cells(report), report.filled_by
    report = sign_actions.issue(report.pk, by=world.lead, seen=report.version)
    after = cells(report)
    assert before.keys() == after.keys()
    changed = {before[cell]: after[cell] for cell in before if before[cell] != after[cell]}
    assert changed == {
        "填报人：": f"填报人：{filler.full_name}",
        "联系电话：": f"联系电话：{filler.phone}",
        "审核领导：": f"审核领导：{report.reviewed_by.full_name}",
        "填报时间：  年  月  日": "填报时间：2021年9月15日",
        "填报时间：": "填报时间：2021年9月15日",
    }
    assert report.number == f"LG-weekly-{world.xincheng.pk}-20210912-1"
    assert (report.issued_by, report.issued_at.date()) == (world.lead, date(2021, 9, 15))
    assert hashlib.sha256(content(report)).hexdigest() == report.sha256


def test_a_name_that_is_markup_stays_text(world):
    filler = factories.member("department", department=world.xincheng, full_name="<b>&甲")
    report = report_of(world)
    report = sign_actions.fill(report.pk, by=filler, seen=report.version)
    report = sign_actions.review(report.pk, by=world.dept_xincheng, seen=report.version)
    report = sign_actions.issue(report.pk, by=world.dept_xincheng, seen=report.version)
    assert "填报人：<b>&甲" in cells(report).values()


@pytest.mark.parametrize(("filler", "another"), [("dept_xincheng", "lead"), ("lead", "lead_2")])
def test_who_filled_in_neither_reviews_nor_issues(world, filler, another):
    person, other = getattr(world, filler), getattr(world, another)
    report = report_of(world)
    report = sign_actions.fill(report.pk, by=person, seen=report.version)
    with pytest.raises(PermissionDenied, match="填报人不能审核、印发自己填报的报表"):
        sign_actions.review(report.pk, by=person, seen=report.version)
    report = sign_actions.review(report.pk, by=other, seen=report.version)
    with pytest.raises(PermissionDenied, match="填报人不能审核、印发自己填报的报表"):
        sign_actions.issue(report.pk, by=person, seen=report.version)
    assert Report.objects.get().state == "reviewed"
    assert sign_actions.issue(report.pk, by=other, seen=report.version).is_issued


def test_a_warning_wants_a_note_that_stays_when_the_report_is_sent_back(world):
    one = factories.EnforcementFactory(
        enterprise=world.enterprise_a,
        campaign=world.campaign,
        department=world.xincheng,
        kind="fine",
        amount=Decimal(20000),
    )
    report = report_of(world)
    assert [check["rule"] for check in report.checks] == ["fines"]
    said = refused(sign_actions.fill, report.pk, by=world.lead, seen=report.version)
    assert said == ["请说明：累计行政处罚2万元，而立案查处为0"]
    notes = {"fines": " 当场处罚，无需立案 ", "nonsense": "无关"}
    report = sign_actions.fill(report.pk, by=world.lead, seen=report.version, notes=notes)
    assert report.notes == {"fines": "当场处罚，无需立案"}
    report = sign_actions.send_back(report.pk, by=world.lead_2, seen=report.version, note="数字再核")
    one.amount = Decimal(30000)
    one.save()
    report, outcome = compile_report(asked_of(report))
    assert (outcome, report.notes) == (Outcome.UPDATED, {"fines": "当场处罚，无需立案"})
    assert sign_actions.fill(report.pk, by=world.lead, seen=report.version).state == "filled"


@pytest.mark.parametrize("note", ["", "  \n"])
def test_sending_back_wants_a_reason_and_takes_the_signatures(world, note):
    report = report_of(world, ReportState.REVIEWED)
    assert refused(sign_actions.send_back, report.pk, by=world.lead, seen=report.version, note=note)
    report = sign_actions.send_back(report.pk, by=world.lead, seen=report.version, note="请核对数字")
    assert (report.state, report.filled_by, report.reviewed_by) == ("draft", None, None)
    assert [step.action for step in report.steps.all()] == ["compile", "fill", "review", "return"]
    assert report.steps.last().note == "请核对数字"


def test_too_long_words_are_refused(bare):
    report = report_of(bare)
    long = "长" * 1001
    assert refused(sign_actions.fill, report.pk, by=bare.lead, seen=1, note=long) == [
        "填报说明最多 1000 字，现有 1001 字"
    ]
    assert refused(sign_actions.type_figures, report.pk, FIVE, by=bare.lead, seen=1, note=long) == [
        "依据最多 200 字，现有 1001 字"
    ]
    assert Report.objects.get().state == "draft"


def test_a_filled_report_does_not_follow_the_ledger(world):
    report = report_of(world, ReportState.FILLED)
    hazard(world)
    again, outcome = compile_report(asked_of(report))
    assert (outcome, again.version) == (Outcome.SIGNED, report.version)
    assert again.figures["cumulative"]["found"] == 0


def test_checks_are_run_again_when_a_report_is_filled_in(world):
    """What others issued since the draft was compiled counts too."""
    whole = factories.signed_report(world.campaign, None, ReportState.DRAFT)
    assert whole.checks == []
    hazard(world)
    report_of(world, ReportState.ISSUED)
    said = refused(sign_actions.fill, whole.pk, by=world.lead, seen=whole.version)
    assert "与“市新城开发建设中心”已印发的报表" in said[0]
    again, outcome = compile_report(asked_of(whole))
    assert (outcome, again.checks) == (Outcome.UPDATED, [])


def test_a_draft_that_did_not_change_is_checked_against_what_was_issued_since(world):
    whole = factories.signed_report(world.campaign, None, ReportState.DRAFT)
    one = hazard(world)
    report_of(world, ReportState.ISSUED)
    Hazard.objects.filter(pk=one.pk).update(status="void")
    again, outcome = compile_report(asked_of(whole))
    assert outcome is Outcome.SAME
    assert [check["rule"] for check in again.checks] == [f"as_issued:{world.xincheng.pk}"]


# ---- nil reports ---------------------------------------------------------------------------------


def test_a_nil_report_is_said_when_nothing_happened_in_the_period(world):
    hazard(world, found_on=date(2021, 9, 1))
    report = report_of(world, ReportState.ISSUED, nil=True)
    assert report.nil
    assert [step.action for step in report.steps.all()] == ["compile", "nil", "review", "issue"]


def test_a_nil_report_is_refused_with_what_was_found(world):
    hazard(world, found_on=date(2021, 9, 8))
    report = report_of(world)
    said = refused(sign_actions.fill, report.pk, by=world.lead, seen=report.version, nil=True)
    assert said == ["本期有数据，不能作零报告：发现隐患数1项"]
    assert Report.objects.get().state == "draft"


def test_a_unit_without_the_system_says_nil_without_typing_zeros(bare):
    CampaignUnit.objects.filter(department=bare.xincheng).update(counting=Counting.TYPED)
    report = report_of(bare)
    said = refused(sign_actions.fill, report.pk, by=bare.lead, seen=report.version)
    assert "尚未填报：小微企业总数、检查企业" in said[0]
    assert sign_actions.fill(report.pk, by=bare.lead, seen=report.version, nil=True).nil


def test_what_a_unit_typed_since_the_last_issue_is_no_nil_report(bare):
    CampaignUnit.objects.filter(department=bare.xincheng).update(counting=Counting.TYPED)
    bare.campaign.clock = date(2021, 9, 8)
    bare.campaign.save()
    report_of(bare, ReportState.ISSUED, typed={"found": Decimal(3)})
    bare.campaign.clock = date(2021, 9, 15)
    bare.campaign.save()
    report = report_of(bare, typed={"found": Decimal(5)})
    said = refused(sign_actions.fill, report.pk, by=bare.lead, seen=report.version, nil=True)
    assert said == ["本期有数据，不能作零报告：发现隐患数2项"]
    same = {"found": Decimal(3)}
    report = sign_actions.type_figures(report.pk, same, by=bare.lead, seen=report.version)
    assert sign_actions.fill(report.pk, by=bare.lead, seen=report.version, nil=True).nil


# ---- the next issue ------------------------------------------------------------------------------


def test_a_hazard_voided_later_leaves_issue_two_and_stays_in_issue_one(world):
    one, other = hazard(world), hazard(world)
    first = report_of(world, ReportState.ISSUED)
    kept = (first.figures, content(first), first.records.open().read(), first.sha256, first.number)
    hazard_actions.void(one.pk, by=world.lead, note="重复上报")
    draft = sign_actions.reopen(first.pk, by=world.dept_xincheng, reason="有一条重复")
    assert (draft.issue, draft.state, draft.reason) == (2, "draft", "有一条重复")
    found = [change for change in draft.changes if change["slug"] == "found"]
    assert [(change["scope"], change["old"], change["new"]) for change in found] == [("累计", 2, 1)]
    assert draft.steps.get().action == ReportAction.REOPEN
    draft = sign_actions.fill(draft.pk, by=world.dept_xincheng, seen=draft.version)
    draft = sign_actions.review(draft.pk, by=world.lead, seen=draft.version)
    second = sign_actions.issue(draft.pk, by=world.lead, seen=draft.version)
    assert second.number == f"LG-weekly-{world.xincheng.pk}-20210912-2"
    first = Report.objects.get(pk=first.pk)
    assert kept == (first.figures, content(first), first.records.open().read(), first.sha256, first.number)
    assert first.figures["cumulative"]["found"] == 2
    assert cells(second)["周报表", "C4"] == 1
    assert cells(first)["周报表", "C4"] == 2
    assert other.status != "void"


def test_reopening_says_why_it_cannot_be(world):
    report = report_of(world, ReportState.REVIEWED)
    reopen = sign_actions.reopen
    assert refused(reopen, report.pk, by=world.lead, reason="更正") == ["报表待印发，印发后才能重新编制"]
    report = sign_actions.issue(report.pk, by=world.lead, seen=report.version)
    assert refused(reopen, report.pk, by=world.lead, reason="  ") == ["请填写重新编制的原因"]
    assert refused(reopen, report.pk, by=world.lead, reason="长" * 301) == ["原因最多 300 字，现有 301 字"]
    assert refused(reopen, report.pk, by=world.lead, reason="更正") == [
        "台账数据与第1期一致，没有变化，无需重新编制"
    ]
    hazard(world)
    draft = reopen(report.pk, by=world.lead, reason="补录")
    assert refused(reopen, report.pk, by=world.lead, reason="更正") == [
        "第2期正在编制（待填报），请先办理完毕"
    ]
    draft = sign_actions.fill(draft.pk, by=world.lead, seen=draft.version)
    draft = sign_actions.review(draft.pk, by=world.lead_2, seen=draft.version)
    sign_actions.issue(draft.pk, by=world.lead_2, seen=draft.version)
    assert refused(reopen, report.pk, by=world.lead, reason="更正") == [
        "本期报表已有第2期，请在最新一期上重新编制"
    ]


def test_what_was_typed_can_be_corrected_in_the_next_issue(bare):
    first = report_of(bare, ReportState.ISSUED, typed=FIVE)
    draft = sign_actions.reopen(first.pk, by=bare.dept_xincheng, reason="总数填错")
    assert (draft.changes, draft.figures["cumulative"]["small_enterprises"]) == ([], 5)
    assert [row.by for row in draft.typed_figures.all()] == [first.filled_by]
    draft = sign_actions.type_figures(
        draft.pk, {"small_enterprises": Decimal(8)}, by=bare.dept_xincheng, seen=draft.version
    )
    changed = [(change["slug"], change["old"], change["new"]) for change in draft.changes]
    assert changed == [("small_enterprises", 5, 8)]
    assert Report.objects.get(pk=first.pk).figures["cumulative"]["small_enterprises"] == 5


# ---- due work ------------------------------------------------------------------------------------


def test_issuing_completes_what_the_unit_owed_on_the_day_it_was_filled_in(world):
    sync_occurrences(world.campaign)
    due = Occurrence.objects.get(department=world.xincheng, starts_on=LAST_WEEK.start)
    report = report_of(world, ReportState.REVIEWED)
    due.refresh_from_db()
    assert due.done_on is None
    world.campaign.clock = date(2021, 9, 17)
    world.campaign.save()
    report = sign_actions.issue(report.pk, by=world.lead, seen=report.version)
    due.refresh_from_db()
    assert due.done_on == date(2021, 9, 15)
    done = due.completions.get()
    assert (done.by, done.note) == (report.filled_by, f"周报（{report.number}）已印发")
    assert Completion.objects.count() == 1
    hazard(world)
    draft = sign_actions.reopen(report.pk, by=world.lead, reason="补录")
    draft = sign_actions.fill(draft.pk, by=world.lead, seen=draft.version)
    draft = sign_actions.review(draft.pk, by=world.lead_2, seen=draft.version)
    sign_actions.issue(draft.pk, by=world.lead_2, seen=draft.version)
    assert Completion.objects.count() == 1


def test_a_rollup_completes_what_no_unit_owes(world):
    sync_occurrences(world.campaign)
    factories.signed_report(world.campaign, None)
    assert not Completion.objects.exists()


# ---- history -------------------------------------------------------------------------------------


def test_each_act_leaves_one_line_of_audit_and_one_of_history(bare):
    report = report_of(bare)
    acts = [
        ("type_figures", bare.dept_xincheng, {"values": FIVE}, "报表手工填数"),
        ("fill", bare.dept_xincheng, {}, "报表填报"),
        ("send_back", bare.lead, {"note": "核对"}, "报表退回"),
        ("fill", bare.dept_xincheng, {"nil": True}, "报表零报告"),
        ("review", bare.lead, {}, "报表审核通过"),
        ("issue", bare.lead, {}, "报表印发"),
    ]
    for name, person, more, act in acts:
        lines, steps = AuditEntry.objects.count(), report.steps.count()
        report = getattr(sign_actions, name)(report.pk, by=person, seen=report.version, **more)
        assert (AuditEntry.objects.count(), report.steps.count()) == (lines + 1, steps + 1)
        entry = AuditEntry.objects.first()
        assert (entry.act, entry.user, entry.target) == (act, person, str(report))
    lines = AuditEntry.objects.count()
    draft = sign_actions.reopen(report.pk, by=bare.lead, reason="总数填错")
    assert (AuditEntry.objects.count(), draft.steps.count()) == (lines + 1, 1)
    assert AuditEntry.objects.first().act == "报表重新编制"


@pytest.mark.parametrize("name", ["review", "issue", "send_back", "fill", "type_figures"])
def test_a_stale_version_is_refused(bare, name):
    state = {"review": ReportState.FILLED, "send_back": ReportState.FILLED, "issue": ReportState.REVIEWED}
    report = report_of(bare, state.get(name, ReportState.DRAFT))
    more = {"send_back": {"note": "核对"}, "type_figures": {"values": FIVE}}.get(name, {})
    act = getattr(sign_actions, name)
    assert refused(act, report.pk, by=bare.lead, seen=report.version - 1, **more) == [STALE]
    assert Report.objects.get().state == report.state


@pytest.mark.parametrize("name", ["review", "issue", "send_back", "fill", "type_figures", "reopen"])
def test_a_report_that_is_not_there_is_not_found(bare, name):
    more = {"seen": 1} | {"send_back": {"note": "核对"}, "type_figures": {"values": FIVE}}.get(name, {})
    more = {"reason": "更正"} if name == "reopen" else more
    with pytest.raises(ObjectDoesNotExist):
        getattr(sign_actions, name)(999999, by=bare.lead, **more)
