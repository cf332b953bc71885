"""Pages of the report centre: rights on every address, downloads, audit rows."""

import hashlib
import io
import re
from datetime import date
from urllib.parse import quote

import openpyxl
import pytest
from django.urls import reverse

from accounts.enums import AuditResult
from accounts.models import AuditEntry
from campaigns.periods import Period
from hazards.enums import Level, Status
from reports.actions import Asked, compile_report, report_number
from reports.enums import ReportState
from reports.layouts import weekly
from reports.models import Report, ReportReminder
from tests import factories

LAST_WEEK = Period(date(2021, 9, 6), date(2021, 9, 12))


@pytest.fixture
def report(world):
    factories.HazardFactory(task_force=world.task_force_a, category=world.category)
    return compile_report(Asked(world.campaign, world.xincheng, weekly.FORM, LAST_WEEK))[0]


@pytest.fixture
def rollup(world):
    return compile_report(Asked(world.campaign, None, weekly.FORM, LAST_WEEK))[0]


def body(response):
    return b"".join(response.streaming_content)


def workbook(response):
    return openpyxl.load_workbook(io.BytesIO(body(response)))


SEES = {"lead": 200, "lead_2": 200, "leader": 200, "assessor": 200, "dept_xincheng": 200}


@pytest.mark.parametrize("view", ["reports:detail", "reports:download"])
def test_a_foreign_report_is_not_found(world, client, report, view):
    for name, person in world.personas().items():
        client.force_login(person)
        assert client.get(reverse(view, args=[report.pk])).status_code == SEES.get(name, 404), name


@pytest.mark.parametrize("view", ["reports:detail", "reports:download"])
def test_the_rollup_is_for_those_who_see_the_whole(world, client, rollup, view):
    for name, person in world.personas().items():
        client.force_login(person)
        expected = SEES.get(name, 404) if name != "dept_xincheng" else 404
        assert client.get(reverse(view, args=[rollup.pk])).status_code == expected, name


def test_every_page_opens_for_everybody(world, client):
    for name, person in world.personas().items():
        client.force_login(person)
        assert client.get(reverse("reports:list")).status_code == 200, name


def test_without_login_there_is_nothing(client, report):
    for address in (
        reverse("reports:list"),
        reverse("reports:detail", args=[report.pk]),
        reverse("reports:download", args=[report.pk]),
        reverse("reports:export_hazards"),
        reverse("reports:form", args=["taizhou-2"]),
    ):
        assert client.get(address).status_code == 302
    assert client.post(reverse("reports:compile")).status_code == 302


def test_download_gives_the_issued_bytes_under_a_chinese_name(world, client, report):
    client.force_login(world.dept_xincheng)
    response = client.get(reverse("reports:download", args=[report.pk]))
    assert hashlib.sha256(body(response)).hexdigest() == report.sha256
    name = quote("新城中心-周报-20210906-20210912-第1期.xlsx")
    assert response["Content-Disposition"] == f"attachment; filename*=utf-8''{name}"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]
    assert AuditEntry.objects.filter(act="下载报表", user=world.dept_xincheng).count() == 1


def test_a_changed_file_is_not_handed_out(world, client, report):
    with open(report.workbook.path, "ab") as kept:  # noqa: PTH123
        kept.write(b"x")
    client.force_login(world.dept_xincheng)
    response = client.get(reverse("reports:download", args=[report.pk]), follow=True)
    assert "校验值不一致" in response.content.decode()
    assert AuditEntry.objects.filter(act="下载报表", result=AuditResult.FAILED).count() == 1


def test_list_shows_a_unit_only_its_own(world, client, report):
    client.force_login(world.dept_xincheng)
    page = client.get(reverse("reports:list"), {"period": "2021-09-08"}).content.decode()
    assert "下载该周周报" in page
    assert "第1期草稿" in page
    assert "市综合行政执法局" not in page
    assert "下载本周周报" in client.get(reverse("reports:list")).content.decode()


def test_list_shows_the_lead_every_unit_and_its_state(world, client, report):
    client.force_login(world.lead)
    page = client.get(reverse("reports:list"), {"period": "2021-09-12"}).content.decode()
    assert "本期应报 <b>4</b> 家，已报 <b>0</b> 家" in page
    assert page.count("待填报") == 1


@pytest.mark.parametrize("week", ["2021-13-40", "1999-01-01", "9999-12-31", "0001-01-02", "x" * 300, ""])
def test_an_unknown_week_shows_the_running_one(world, client, week):
    client.force_login(world.lead)
    response = client.get(reverse("reports:list"), {"period": week})
    assert response.context["chosen"].end == date(2021, 9, 19)


def test_a_report_is_found_by_the_number_on_its_workbook(world, client, report):
    client.force_login(world.dept_xincheng)
    number, address = report_number(report), reverse("reports:list")
    answer = client.get(address, {"number": f" {number} "})
    assert answer.url == reverse("reports:detail", args=[report.pk])
    for wrong in (f"{number}1", "LG-weekly-0-20210912-1", "x" * 300, f"{number}\x00"):
        assert "没有找到编号为" in client.get(address, {"number": wrong}).content.decode()
    client.force_login(world.dept_jingfa)
    assert "没有找到编号为" in client.get(address, {"number": number}).content.decode()


def test_a_task_force_member_is_offered_the_list_of_their_parks(world, client):
    client.force_login(world.tf_a)
    assert "下载隐患整治清单" in client.get(reverse("reports:list")).content.decode()


def compile_post(client, unit, period="2021-09-12", **more):
    asked = {"form": "weekly", "unit": unit, "period": period} | more
    return client.post(reverse("reports:compile"), asked)


def test_one_click_compiles_and_downloads(world, client):
    factories.HazardFactory(task_force=world.task_force_a, found_on=date(2021, 9, 15))
    client.force_login(world.dept_xincheng)
    response = compile_post(client, world.xincheng.pk, "2021-09-19", then="download")
    made = Report.objects.get()
    assert response.url == reverse("reports:download", args=[made.pk])
    sheet = workbook(client.get(response.url))["周报表"]
    assert sheet["C4"].value == 1


@pytest.mark.parametrize("state", ["draft", "filled", "reviewed", "issued"])
def test_one_click_gives_what_is_signed_as_it_is(world, client, state):
    signed = factories.signed_report(world.campaign, world.xincheng, ReportState(state))
    factories.HazardFactory(task_force=world.task_force_a, category=world.category)
    client.force_login(world.dept_xincheng)
    page = client.get(reverse("reports:list"), {"period": "2021-09-12"}).content.decode()
    link = f'<a class="btn btn-primary btn-lg" href="{reverse("reports:download", args=[signed.pk])}">'
    assert (link in page) == (state != "draft")
    given = body(client.get(compile_post(client, world.xincheng.pk, then="download").url))
    assert (hashlib.sha256(given).hexdigest() == signed.sha256) == (state != "draft")
    assert Report.objects.get().figures["cumulative"]["found"] == (state == "draft")


def test_the_leads_one_click_is_the_rollup(world, client):
    client.force_login(world.lead)
    page = client.get(reverse("reports:list")).content.decode()
    assert page.count("下载本周周报") == 1
    response = compile_post(client, "", "2021-09-19", then="download")
    assert response.url == reverse("reports:download", args=[Report.objects.get(department=None).pk])
    client.force_login(world.leader)
    assert "下载本周周报" not in client.get(reverse("reports:list")).content.decode()


def test_pages_ask_few_queries_however_many_units(world, client, django_assert_max_num_queries):
    factories.join(world.campaign, *(factories.DepartmentFactory() for _ in range(10)))
    rollup = compile_report(Asked(world.campaign, None, weekly.FORM, LAST_WEEK))[0]
    client.force_login(world.lead)
    with django_assert_max_num_queries(24):
        client.get(reverse("reports:list"), {"period": "2021-09-12"})
    with django_assert_max_num_queries(30):
        client.get(reverse("reports:detail", args=[rollup.pk]))


def test_compile_again_says_that_nothing_changed(world, client, report):
    client.force_login(world.lead)
    response = client.get(compile_post(client, report.department_id).url)
    assert "数据没有变化，仍为第1期" in response.content.decode()


def test_a_page_acts_in_its_own_campaign_whichever_is_chosen(world, client, report):
    """A message leads to a report of another campaign; a tab stays open while another one switches."""
    chosen = factories.CampaignFactory(lead_department=world.campaign.lead_department, number_prefix="QT")
    factories.join(chosen, report.department)
    client.force_login(world.lead)
    client.post(reverse("campaigns:switch"), {"campaign": chosen.pk})
    page = client.get(reverse("reports:detail", args=[report.pk]))
    assert page.wsgi_request.campaign == chosen
    assert f"{world.campaign.name} · " in page.content.decode()
    button = page.content.decode().split('class="follow"')[1]
    sent = dict(re.findall(r'type="hidden" name="(\w+)" value="(\w[^"]*)"', button))
    assert client.post(reverse("reports:compile"), sent).url == reverse("reports:detail", args=[report.pk])
    del sent["unit"]
    client.post(reverse("reports:remind"), sent)
    assert {row.campaign for row in ReportReminder.objects.all()} == {world.campaign}
    assert client.post(reverse("reports:remind"), sent | {"campaign": "x"}).status_code == 404


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("dept_xincheng", 302),
        ("lead", 302),
        ("leader", 403),
        ("assessor", 403),
        ("dept_jingfa", 404),
        ("tf_a", 404),
        ("operator_a", 404),
        ("other_lead", 404),
        ("system_admin", 404),
        ("auditor", 404),
    ],
)
def test_who_may_compile(world, client, who, status):
    client.force_login(getattr(world, who))
    assert compile_post(client, world.xincheng.pk).status_code == status
    assert Report.objects.exists() == (status == 302)


@pytest.mark.parametrize(
    "week", ["", "abc", "2021-02-30", "2019-01-01", "2021-12-12", "9999-12-31", "0001-01-02"]
)
def test_a_wrong_week_is_said_and_nothing_is_made(world, client, week):
    client.force_login(world.lead)
    response = client.get(compile_post(client, "", week).url)
    assert response.status_code == 200
    assert any(word in response.content.decode() for word in ("请选择要汇总的期间", "不在专项行动期间"))
    assert not Report.objects.exists()


@pytest.mark.parametrize("unit", ["abc", "999999", "-1"])
def test_an_unknown_unit_is_not_found(world, client, unit):
    client.force_login(world.lead)
    assert compile_post(client, unit).status_code == 404


def test_each_figure_of_a_report_leads_to_its_records(world, client):
    common = {"task_force": world.task_force_a, "category": world.category}
    factories.HazardFactory(**common)
    factories.HazardFactory(**common, level=Level.MAJOR, found_on=date(2021, 9, 7))
    factories.HazardFactory(**common, status=Status.VOID)
    factories.HazardFactory(task_force=world.task_force_b, category=world.category)
    report, _ = compile_report(Asked(world.campaign, world.xincheng, weekly.FORM, LAST_WEEK))
    client.force_login(world.dept_xincheng)
    table = client.get(reverse("reports:detail", args=[report.pk])).context["table"]
    linked = {
        (line.indicator.slug, kind): getattr(line, kind)
        for line in table
        for kind in ("cumulative", "period")
        if getattr(line, kind).url
    }
    assert linked["found", "cumulative"].text == "2"
    assert linked["found", "period"].text == "1"
    for key, figure in linked.items():
        assert client.get(figure.url).status_code == 200, key


def test_a_figure_of_nothing_has_no_link(world, client, rollup):
    client.force_login(world.lead)
    table = client.get(reverse("reports:detail", args=[rollup.pk])).context["table"]
    assert not [line for line in table if line.cumulative.text in ("0", "—") and line.cumulative.url]


def test_detail_shows_rows_of_the_rollup_and_other_issues(world, client, rollup):
    client.force_login(world.lead)
    page = client.get(reverse("reports:detail", args=[rollup.pk])).content.decode()
    assert "市消防救援大队" in page
    factories.HazardFactory(task_force=world.task_force_a, category=world.category)
    compile_report(Asked(world.campaign, None, weekly.FORM, LAST_WEEK))
    again = client.get(reverse("reports:detail", args=[rollup.pk])).content.decode()
    assert "第1期（当前）" in again


@pytest.mark.parametrize(
    ("who", "unit", "status"),
    [
        ("lead", "", 200),
        ("leader", "xincheng", 200),
        ("dept_xincheng", "xincheng", 200),
        ("dept_xincheng", "jingfa", 404),
        ("dept_xincheng", "", 404),
        ("tf_a", "xincheng", 404),
        ("other_lead", "xincheng", 404),
    ],
)
def test_forms_are_for_those_who_see_the_unit(world, client, who, unit, status):
    client.force_login(getattr(world, who))
    key = getattr(world, unit).pk if unit else ""
    for form in ("taizhou-2", "longgang-4"):
        assert client.get(reverse("reports:form", args=[form]), {"unit": key}).status_code == status
    assert AuditEntry.objects.filter(act="导出表格").count() == (2 if status == 200 else 0)


def test_forms_offer_cumulative_and_period(world, client, report):
    client.force_login(world.dept_xincheng)
    address = reverse("reports:form", args=["taizhou-2"])
    whole = client.get(address, {"unit": world.xincheng.pk, "as_of": "2021-09-12"})
    assert quote("累计至20210912") in whole["Content-Disposition"]
    assert workbook(whole).active["C4"].value == 1
    part = client.get(address, {"unit": world.xincheng.pk, "as_of": "2021-09-12", "from": "2021-09-06"})
    assert workbook(part).active["C4"].value == 0
    wrong = {"unit": world.xincheng.pk, "as_of": "2021-09-01", "from": "2021-09-06"}
    assert client.get(address, wrong).status_code == 302
    assert client.get(address, {"unit": world.xincheng.pk, "as_of": "2021-09-16"}).status_code == 302
    assert client.get(reverse("reports:form", args=["nothing"])).status_code == 404


def exported(client, **asked):
    sheet = workbook(client.get(reverse("reports:export_hazards"), asked)).active
    return [row[3].value for row in sheet.iter_rows(min_row=3) if str(row[0].value).isdigit()]


def test_export_of_hazards_is_what_the_list_shows(world, client):
    common = {"category": world.category}
    factories.HazardFactory(task_force=world.task_force_a, description="甲一", **common)
    factories.HazardFactory(
        task_force=world.task_force_a,
        description="=甲二",
        level=Level.MAJOR,
        found_on=date(2021, 9, 2),
        **common,
    )
    factories.HazardFactory(task_force=world.task_force_b, description="乙一", **common)
    client.force_login(world.lead)
    assert sorted(exported(client)) == ["=甲二", "乙一", "甲一"]
    assert exported(client, level="major") == ["=甲二"]
    assert exported(client, park=world.park_a.pk, sort="found_on") == ["甲一", "=甲二"]
    assert exported(client, park=world.park_a.pk, sort="-found_on") == ["=甲二", "甲一"]
    assert AuditEntry.objects.filter(act="导出表格", user=world.lead).count() == 4
    client.force_login(world.tf_a)
    assert sorted(exported(client)) == ["=甲二", "甲一"]
    client.force_login(world.other_tf)
    assert exported(client) == []
    client.force_login(world.auditor)
    assert client.get(reverse("reports:export_hazards")).status_code == 404


def test_too_long_a_list_is_not_begun(world, client, monkeypatch):
    monkeypatch.setattr("reports.exports.downloads.MOST_ROWS", 0)
    factories.HazardFactory(task_force=world.task_force_a, category=world.category)
    client.force_login(world.lead)
    response = client.get(reverse("reports:export_hazards"), {"level": "general"})
    assert response.url == f"{reverse('hazards:list')}?level=general"
