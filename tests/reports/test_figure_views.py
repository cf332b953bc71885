"""A figure of a report leads to the very records that it was made of, also when they have changed since."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.urls import reverse

from hazards import actions as hazard_actions
from hazards.enums import Status
from hazards.models import Enforcement, Hazard
from reports.actions import Asked, compile_report, report_number
from reports.enums import ReportState
from reports.indicators import INDICATORS, Ledger
from reports.layouts import FORMS, weekly
from reports.models import Report
from reports.series import last_full_period, period_for, within_campaign
from reports.signing.actions import type_figures
from tests import factories
from tests.reports.figure_worlds import LAST_WEEK, as_counties, fill_ledger

SLUGS = [one.slug for one in INDICATORS]


def compiled(world, unit=None):
    return compile_report(Asked(world.campaign, unit, weekly.FORM, LAST_WEEK))[0]


def page(client, report, slug, **asked):
    return client.get(reverse("reports:figure", args=[report.pk, slug]), asked)


def shown(client, report, slug, **asked):
    return page(client, report, slug, **asked).context["shown"]


def open_one(world):
    """A hazard of 新城 that stood open at the end of the week."""
    mine = Hazard.objects.filter(task_force=world.task_force_a, status=Status.RECTIFYING)
    return mine.earliest("found_on")


@pytest.fixture
def ledger(world):
    return fill_ledger(world)


@pytest.mark.parametrize("unit", ["", "xincheng", "jingfa", "xiaofang"])
def test_the_records_make_the_figure(ledger, client, unit):
    report = compiled(ledger, getattr(ledger, unit) if unit else None)
    client.force_login(ledger.lead)
    for slug in SLUGS:
        for scope in ("cumulative", "period"):
            behind = shown(client, report, slug, scope=scope)
            scope = "cumulative" if slug == "small_enterprises" else scope
            assert (behind.differs, behind.missing, behind.typed) == ("", "", []), (slug, scope)
            assert behind.said == words(behind, slug, report.figures[scope][slug])


def words(behind, slug, number):
    if slug in ("suspended", "shut_down"):
        return f"{number} 家，{len(behind.lines)} 条记录"
    if slug in ("fines", "transferred"):
        return f"{len(behind.lines)} 条记录，合计 {number} {'万元' if slug == 'fines' else '人'}"
    assert len(behind.lines) == number
    return f"共 {number} 条"


def test_a_big_list_has_pages(world, client):
    for _ in range(101):
        factories.HazardFactory(task_force=world.task_force_a, category=world.category)
    report = compiled(world)
    client.force_login(world.lead)
    numbers = [
        line.cells[0].text
        for number in (1, 2, 3)
        for line in shown(client, report, "found", page=number).lines
    ]
    assert len(numbers) == 101
    assert set(numbers) == set(Hazard.objects.values_list("number", flat=True))
    last = page(client, report, "found", page=3)
    assert "第 3 页，共 3 页" in last.content.decode()
    assert len(shown(client, report, "found", page="9" * 7).lines) == 1
    assert len(shown(client, report, "found", page="nonsense").lines) == 50


def test_each_row_of_the_roll_up_leads_to_its_own(ledger, client):
    report = compiled(ledger)
    client.force_login(ledger.lead)
    for row in report.figures["rows"]:
        for slug in SLUGS:
            behind = shown(client, report, slug, row=row["key"])
            assert (behind.differs, behind.missing) == ("", ""), (row["name"], slug)
    behind = shown(client, report, "found", row=ledger.xincheng.pk)
    parks = {line.cells[1].text for line in behind.lines}
    assert parks == {"甲园"}
    whole = page(client, report, "found").context["rows"]
    assert {row["name"]: row["number"] for row in whole}["市新城开发建设中心"] == len(behind.lines)
    Hazard.objects.update(responsible_department=ledger.jingfa, park=ledger.park_b)
    moved = shown(client, report, "found", row=ledger.xincheng.pk)
    assert [line.cells[0] for line in moved.lines] == [line.cells[0] for line in behind.lines]
    assert moved.differs == ""


def test_counties_that_count_and_that_type(ledger, client):
    world = as_counties(ledger)
    jingfa = compiled(world, world.jingfa)
    type_figures(
        jingfa.pk, {"found": Decimal(40)}, by=world.dept_jingfa, seen=jingfa.version, note="台账第9页"
    )
    report = compiled(world)
    client.force_login(world.lead)
    rows = {row["key"]: row["figures"] for row in report.figures["rows"]}
    assert rows[world.jingfa.pk]["found"] == 40
    for key, figures in rows.items():
        behind = shown(client, report, "found", row="none" if key is None else key)
        assert behind.differs == ""
        if key == world.jingfa.pk:
            assert ([row.value for row in behind.typed], behind.lines) == ([40], [])
        else:
            assert behind.said == f"共 {figures['found']} 条"
    whole = page(client, report, "found")
    behind = whole.context["shown"]
    assert behind.differs == ""
    assert [row.value for row in behind.typed] == [40]
    assert len(behind.lines) + 40 == report.figures["cumulative"]["found"]
    words = whole.content.decode()
    assert "市综合行政执法局</b>　40 项，执法甲" in words
    assert "依据：台账第9页" in words
    own = page(client, Report.objects.get(pk=jingfa.pk), "found").content.decode()
    assert "手工填报的数据没有对应的记录清单" in own
    unknown = page(client, report, "inspected", row=world.jingfa.pk).content.decode()
    assert "也没有人填报" in unknown


def test_the_list_stays_when_its_records_do_not(ledger, client):
    world = ledger
    report = compiled(world, world.xincheng)
    victim = open_one(world)
    hazard_actions.void(victim.pk, by=world.lead, note="重复录入")
    Enforcement.objects.filter(department=world.xincheng).update(voided_on="2021-09-15", void_reason="录错")
    late = factories.HazardFactory(task_force=world.task_force_a, category=world.category)
    client.force_login(world.dept_xincheng)
    behind = shown(client, report, "found")
    said = {line.cells[0].text: (line.cells[-1].text, line.now) for line in behind.lines}
    assert said[victim.number] == ("整改中", "现已作废")
    assert late.number not in said
    assert behind.differs == ""
    assert len(said) == report.figures["cumulative"]["found"]
    assert {line.now for line in shown(client, report, "fines").lines} == {"现已作废：录错"}


def test_the_status_is_that_of_the_day(ledger, client):
    report = compiled(ledger, ledger.xincheng)
    row, day = open_one(ledger), date(2021, 9, 14)
    Hazard.objects.filter(pk=row.pk).update(
        status=Status.CLOSED, closed_on=day, done_on=day, accepted_by=ledger.lead
    )
    client.force_login(ledger.dept_xincheng)
    lines = shown(client, report, "found").lines
    said = {line.cells[0].text: (line.cells[-1].text, line.now) for line in lines}
    assert said[row.number] == ("整改中", "现已销号")


def test_who_sees_the_report_sees_its_records(ledger, client):
    report = compiled(ledger, ledger.xincheng)
    for person, status in (
        (ledger.lead, 200),
        (ledger.leader, 200),
        (ledger.dept_xincheng, 200),
        (ledger.dept_jingfa, 404),
        (ledger.tf_a, 404),
        (ledger.operator_a, 404),
        (ledger.other_lead, 404),
        (ledger.auditor, 404),
    ):
        client.force_login(person)
        assert page(client, report, "found").status_code == status, person
        by_number = reverse("reports:figure_by_number", args=[report_number(report), "found"])
        assert client.get(by_number).status_code == (302 if status == 200 else 404)


@pytest.mark.parametrize(
    ("slug", "asked"),
    [
        ("nothing", {}),
        ("found", {"scope": "before"}),
        ("found", {"row": "999999"}),
        ("found", {"row": "x'"}),
    ],
)
def test_what_is_no_figure_is_not_found(ledger, client, slug, asked):
    report = compiled(ledger)
    client.force_login(ledger.lead)
    assert page(client, report, slug, **asked).status_code == 404


def test_a_number_of_a_workbook_leads_to_the_figure(ledger, client):
    client.force_login(ledger.lead)
    draft = compiled(ledger, ledger.xincheng)
    issued = factories.signed_report(ledger.campaign, ledger.jingfa, ReportState.ISSUED)
    for report, number in ((draft, report_number(draft)), (issued, issued.number)):
        address = reverse("reports:figure_by_number", args=[number, "found_major"])
        answer = client.get(address, {"scope": "period"})
        assert answer.url == reverse("reports:figure", args=[report.pk, "found_major"]) + "?scope=period"
    for wrong in ("LG-weekly-1-20219999-1", "LG-weekly-0-20210912-7", "weekly", "LG-weekly-x-20210912-1"):
        assert client.get(reverse("reports:figure_by_number", args=[wrong, "found"])).status_code == 404


def test_reports_from_before_lists_were_kept_lead_to_the_ledger(ledger, client):
    report = compiled(ledger, ledger.xincheng)
    Report.objects.filter(pk=report.pk).update(records="")
    client.force_login(ledger.lead)
    answer = page(client, report, "found", scope="period")
    assert "本期汇总时未保存明细" in answer.content.decode()
    live = client.get(answer.context["live_url"])
    assert live.status_code == 200
    assert f"department={ledger.xincheng.pk}" in answer.context["live_url"]
    assert len(live.context["rows"]) == report.figures["period"]["found"]


def test_a_damaged_list_is_said_to_be_so(ledger, client):
    report = compiled(ledger, ledger.xincheng)
    Path(report.records.path).write_bytes(b"\x1f\x8bnonsense")
    client.force_login(ledger.lead)
    assert "缺失或已损坏" in page(client, report, "found").content.decode()
    report.records.storage.delete(report.records.name)
    assert "缺失或已损坏" in page(client, report, "found").content.decode()


@pytest.mark.parametrize("form", [form.slug for form in FORMS.values() if form.rhythm])
def test_every_report_leads_to_what_it_counted(ledger, client, form):
    """Every figure of every form, 累计 and 本期: the records make it, or it is said that there are none."""
    campaign = ledger.campaign
    period = last_full_period(FORMS[form], campaign, campaign.today())
    if not within_campaign(campaign, period, campaign.today()):
        period = period_for(FORMS[form], campaign, campaign.today())
    report, _ = compile_report(Asked(campaign, None, FORMS[form], period))
    client.force_login(ledger.lead)
    for indicator in FORMS[form].indicators_for(campaign, None):
        for scope in ("cumulative", "period"):
            behind = shown(client, report, indicator.slug, scope=scope)
            assert behind.differs == "", (indicator.slug, scope)
            assert behind.said or behind.missing, indicator.slug
            assert bool(behind.said) == (indicator.ledger is not Ledger.NOTHING)
