"""A report of prose as a text file: its own figures, whatever the ledger says since."""

from datetime import date
from urllib.parse import unquote

import pytest
from django.urls import reverse

from accounts.enums import Role
from accounts.models import AuditEntry
from campaigns.actions import load_plan
from campaigns.periods import Period
from campaigns.plan import read_plan
from campaigns.queries import find_units, scope_of
from reports.actions import Asked, compile_report
from reports.layouts import FORMS
from reports.models import Report
from reports.signing.page import page_of
from tests import factories

WEEK = Period(date(2019, 11, 1), date(2019, 11, 7))


@pytest.fixture
def campaign(db):
    campaign = load_plan(read_plan("taizhou-2019")).campaign
    campaign.clock = date(2019, 12, 31)
    campaign.save()
    return campaign


@pytest.fixture
def fire(campaign):
    (unit,) = find_units(campaign, "市消防救援支队")
    return unit


def visit(campaign, unit):
    park = campaign.task_forces.first().park
    factories.InspectionFactory(
        campaign=campaign, enterprise=factories.EnterpriseFactory(park=park), department=unit,
        inspected_on=date(2019, 11, 5),
    )  # fmt: skip


def test_the_text_says_what_the_report_keeps(client, campaign, fire):
    visit(campaign, fire)
    report, _ = compile_report(Asked(campaign, fire, FORMS["taizhou-3"], WEEK))
    visit(campaign, fire)
    client.force_login(factories.member(Role.DEPARTMENT, department=fire))
    answer = client.get(reverse("reports:text", args=[report.pk]))
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert unquote(answer["Content-Disposition"]).endswith(
        "消防支队-部门报送重点-20191101-20191107-第1期.txt"
    )
    said = answer.content.decode("utf-8-sig")
    assert said.startswith("市消防救援支队：截止11月7日，全市共检查小微企业1家，发现问题隐患0项")
    assert said.endswith("依法关闭0家。\r\n")
    assert AuditEntry.objects.filter(act="下载报表").exists()


def test_a_report_stays_when_the_plan_changes(client, campaign, fire):
    visit(campaign, fire)
    report = factories.signed_report(campaign, fire, form="taizhou-3", period=WEEK)
    client.force_login(factories.member(Role.DEPARTMENT, department=fire))
    addresses = [
        reverse("reports:text", args=[report.pk]),
        reverse("reports:figure", args=[report.pk, "xiaofang_visited"]),
    ]
    before = [client.get(address).content for address in addresses]
    said = page_of(report, report.filled_by, scope_of(report.filled_by))
    assert said["table"][0].cumulative.text == "1"
    fire.aliases.all().delete()
    fire.name, fire.short_name = "城市救援队", "救援队"
    fire.save()
    campaign.figures_from = date(2019, 12, 1)
    campaign.save()
    assert FORMS["taizhou-3"].indicators_for(campaign, fire) == ()
    report = Report.objects.get(pk=report.pk)
    now = page_of(report, report.filled_by, scope_of(report.filled_by))
    assert (now["table"], now["whole"]) == (said["table"], said["whole"])
    text, figure = (client.get(address).content for address in addresses)
    assert text == before[0]
    assert "1 家，1 条记录" in figure.decode()


def test_what_is_missing_is_listed_below(client, campaign):
    (roads,) = find_units(campaign, "市交通局")
    report, _ = compile_report(Asked(campaign, roads, FORMS["taizhou-3"], WEEK))
    client.force_login(factories.member(Role.LEAD, department=campaign.lead_department))
    said = client.get(reverse("reports:text", args=[report.pk])).content.decode("utf-8-sig").split("\r\n")
    assert said[0].startswith("市交通运输局：截止11月7日，共检查存在违法运输危化品行为的小微企业**家，")
    assert said[1:] == ["", said[2], ""]
    assert said[2].startswith("尚缺数据10项，文中以**标出：1．检查的存在违法运输危化品行为的小微企业（家）；")


def test_only_prose_and_only_for_those_who_see_the_report(client, campaign, fire):
    weekly, _ = compile_report(Asked(campaign, fire, FORMS["weekly"], WEEK))
    report, _ = compile_report(Asked(campaign, fire, FORMS["taizhou-3"], WEEK))
    client.force_login(factories.member(Role.DEPARTMENT, department=fire))
    assert client.get(reverse("reports:text", args=[weekly.pk])).status_code == 404
    assert client.post(reverse("reports:text", args=[report.pk])).status_code == 405
    (roads,) = find_units(campaign, "市交通局")
    client.force_login(factories.member(Role.DEPARTMENT, department=roads))
    assert client.get(reverse("reports:text", args=[report.pk])).status_code == 404
