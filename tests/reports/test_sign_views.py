"""A report's page and the steps on it: who may take which, what a refused form keeps, what is said."""

import re
from datetime import date

import pytest
from django.urls import reverse

from accounts.enums import Role
from campaigns.enums import Counting
from campaigns.models import CampaignUnit
from campaigns.periods import Period
from parks.models import Enterprise
from reports.enums import ReportState
from reports.layouts import FORMS
from reports.models import Report, TypedFigure
from reports.queries import typed_of
from reports.series import period_for
from tests import factories

LAST_WEEK = Period(date(2021, 9, 6), date(2021, 9, 12))
STEPS = ("type", "fill", "review", "return", "issue", "reopen")


@pytest.fixture
def colleague(world):
    """Another person of xincheng."""
    return factories.member(
        Role.DEPARTMENT, department=world.xincheng, username="xincheng2", full_name="新城乙"
    )


def draft(world, unit="xincheng", state=ReportState.DRAFT):
    return factories.signed_report(world.campaign, getattr(world, unit) if unit else None, state)


def page(client, who, report):
    client.force_login(who)
    response = client.get(reverse("reports:detail", args=[report.pk]))
    assert response.status_code == 200
    return response


def step(client, report, name, **sent):
    sent = {"version": Report.objects.get(pk=report.pk).version} | sent
    return client.post(reverse(f"reports:{name}", args=[report.pk]), sent)


def forms_shown(response):
    return set(STEPS) & response.context["forms"].keys()


@pytest.mark.parametrize(
    ("state", "who", "shown"),
    [
        ("draft", "dept_xincheng", {"fill"}),
        ("draft", "lead", {"fill"}),
        ("draft", "leader", set()),
        ("filled", "dept_xincheng", {"review", "return"}),
        ("filled", "lead", {"review", "return"}),
        ("filled", "leader", set()),
        ("reviewed", "dept_xincheng", {"issue", "return"}),
        ("reviewed", "assessor", set()),
        ("issued", "dept_xincheng", {"reopen"}),
        ("issued", "leader", set()),
    ],
)
def test_only_the_steps_that_one_may_take_now(world, client, state, who, shown):
    report = draft(world, state=ReportState(state))
    assert forms_shown(page(client, getattr(world, who), report)) == shown


def test_a_week_of_a_unit_by_its_two_people(world, client, colleague):
    report = draft(world)
    text = page(client, world.dept_xincheng, report).content.decode()
    assert "请您核对数据并填报。" in text
    assert "请您" not in page(client, world.leader, report).content.decode()
    client.force_login(world.dept_xincheng)
    assert step(client, report, "fill", note="数据已核对").url == reverse("reports:detail", args=[report.pk])
    text = page(client, world.dept_xincheng, report).content.decode()
    assert "等待另一人审核：填报人不能审核、印发自己填报的报表。" in text
    assert "数据已核对" in text
    assert step(client, report, "review").status_code == 403
    client.force_login(colleague)
    step(client, report, "review", opinion="同意")
    text = page(client, colleague, report).content.decode()
    assert "请您印发。" in text and "印发后不可修改" in text
    client.force_login(world.dept_xincheng)
    assert step(client, report, "issue").status_code == 403
    client.force_login(colleague)
    step(client, report, "issue")
    report.refresh_from_db()
    text = page(client, world.leader, report).content.decode()
    assert report.state == ReportState.ISSUED
    assert report.number in text and report.sha256 in text
    assert [entry.get_action_display() for entry in report.steps.all()] == [
        "汇总",
        "填报",
        "审核通过",
        "印发",
    ]
    for words in ("新城甲", "新城乙", "同意", "第1期已印发，不再改动。"):
        assert words in text


@pytest.mark.parametrize("name", STEPS)
def test_steps_are_for_those_who_work_on_the_report(world, client, name):
    report = draft(world)
    for who, status in (
        ("leader", 403),
        ("assessor", 403),
        ("dept_jingfa", 404),
        ("tf_a", 404),
        ("other_lead", 404),
    ):
        client.force_login(getattr(world, who))
        assert step(client, report, name).status_code == status, who
    assert Report.objects.get().version == report.version


def test_a_form_seen_before_another_changed_the_report_comes_back_filled(world, client):
    report = draft(world)
    client.force_login(world.dept_xincheng)
    response = step(client, report, "fill", version=report.version - 1, note="本周检查三家")
    text = response.content.decode()
    assert response.status_code == 422
    assert "报表已被他人更新" in text and "本周检查三家</textarea>" in text
    assert Report.objects.get().state == ReportState.DRAFT
    # It comes back knowing what there is now: sent again, it is taken.
    shown = response.context["forms"]["fill"]["version"].value()
    assert step(client, report, "fill", version=shown, note="本周检查三家").status_code == 302


def test_a_return_wants_a_reason_and_asks_for_it_in_its_dialog(world, client):
    report = draft(world, state=ReportState.FILLED)
    client.force_login(world.lead)
    response = step(client, report, "return", reason=" ")
    assert response.status_code == 422
    assert "请填写退回原因" in response.content.decode()
    assert response.context["refused"] == "return"
    step(client, report, "return", reason="数字与台账不符")
    text = page(client, world.dept_xincheng, report).content.decode()
    head = text[text.index("请您核对数据并填报。") : text.index('name="version"')]
    assert "退回修改：数字与台账不符" in head, "why is said where the work is, before the form"
    assert "退回修改" in client.get(reverse("reports:list")).content.decode()
    step(client, report, "fill")
    assert "退回修改：" not in page(client, world.dept_xincheng, report).content.decode()


def test_what_is_too_long_is_not_lost(world, client):
    report = draft(world)
    client.force_login(world.dept_xincheng)
    response = step(client, report, "fill", note="长" * 1001)
    assert response.status_code == 422
    assert (
        "长" * 1001 in response.content.decode() and "最多 1000 字，现有 1001 字" in response.content.decode()
    )


def test_a_step_out_of_turn_is_refused_in_words(world, client):
    report = draft(world)
    client.force_login(world.lead)
    for name in ("review", "issue"):
        response = step(client, report, name)
        assert response.status_code == 422
        assert "报表当前为“待填报”，不能再办理" in response.content.decode()
    assert "印发后才能重新编制" in step(client, report, "reopen", reason="更正").content.decode()


def test_typed_figures_are_marked_with_who_and_why(world, client):
    Enterprise.objects.all().delete()  # a unit that keeps no ledger of them
    report = draft(world)
    assert forms_shown(page(client, world.lead, report)) == {"fill", "type"}
    client.force_login(world.dept_xincheng)
    assert step(client, report, "type", small_enterprises="abc").status_code == 422
    response = step(client, report, "type", small_enterprises="-3", basis="统计局台账")
    assert response.status_code == 422
    assert "不能小于0" in response.content.decode() and 'value="-3"' in response.content.decode()
    assert not TypedFigure.objects.exists()
    step(client, report, "type", small_enterprises="120", basis="统计局台账")
    text = page(client, world.leader, report).content.decode()
    assert re.search(r"手工</span>新城甲 .*依据：统计局台账", text)
    assert Report.objects.get().figures["cumulative"]["small_enterprises"] == 120
    form = page(client, world.dept_xincheng, report).context["forms"]["type"]
    assert form["small_enterprises"].value() == "120"
    step(client, report, "type", small_enterprises="")
    assert typed_of(Report.objects.get()) == {}


def test_a_unit_that_only_types_has_all_figures_to_type(world, client):
    CampaignUnit.objects.filter(department=world.xincheng).update(counting=Counting.TYPED)
    report = draft(world)
    form = page(client, world.dept_xincheng, report).context["forms"]["type"]
    assert len(form.fields) == 2 + 11
    client.force_login(world.dept_xincheng)
    sent = {"found": "5", "rectified": "9"}
    step(client, report, "type", **sent)
    text = page(client, world.dept_xincheng, report).content.decode()
    assert "有 1 处勾稽错误" in text and 'class="is-error"' in text
    assert step(client, report, "fill").status_code == 422
    step(client, report, "type", **sent | {"rectified": "4"})
    assert "勾稽错误" not in page(client, world.dept_xincheng, report).content.decode()


def test_a_warning_wants_a_note_in_its_own_field(world, client):
    report = draft(world)
    report.checks = []
    earlier = Period(date(2021, 8, 30), date(2021, 9, 5))
    hazard = factories.HazardFactory(task_force=world.task_force_a, category=world.category)
    factories.signed_report(world.campaign, world.xincheng, period=earlier)
    hazard.delete()
    client.force_login(world.dept_xincheng)
    shown = page(client, world.dept_xincheng, report)
    fields = shown.context["forms"]["fill"].warning_fields
    assert fields, "found fell from one to none"
    response = step(client, report, "fill", note="已核对")
    assert response.status_code == 422 and "请说明原因" in response.content.decode()
    notes = {field.html_name: "作废一项" for field in fields}
    assert step(client, report, "fill", note="已核对", **notes).status_code == 302
    text = page(client, world.leader, report).content.decode()
    assert "说明：</span>作废一项" in text


def test_a_nil_report_is_not_offered_where_something_happened(world, client):
    report = draft(world)
    assert 'name="nil"' in page(client, world.dept_xincheng, report).content.decode()
    factories.HazardFactory(task_force=world.task_force_a, category=world.category, found_on=date(2021, 9, 7))
    report = draft(world, "xincheng")
    assert 'name="nil"' not in page(client, world.dept_xincheng, report).content.decode()
    client.force_login(world.dept_xincheng)
    response = step(client, report, "fill", nil="on")
    assert response.status_code == 422 and "不能作零报告" in response.content.decode()


def test_the_next_issue_says_why_and_what_changed(world, client):
    report = draft(world, state=ReportState.ISSUED)
    factories.HazardFactory(task_force=world.task_force_a, category=world.category)
    client.force_login(world.dept_xincheng)
    assert step(client, report, "reopen", reason="").status_code == 422
    response = step(client, report, "reopen", reason="补报一项隐患")
    second = Report.objects.get(issue=2)
    assert response.url == reverse("reports:detail", args=[second.pk])
    text = page(client, world.leader, second).content.decode()
    assert "与第1期相比" in text and "补报一项隐患" in text
    old = page(client, world.leader, report).content.decode()
    assert "这是较早的一期" in old and "reopen-dialog" not in old


def test_compiling_what_is_signed_says_why_it_stays(world, client):
    filled, issued = draft(world, state=ReportState.FILLED), draft(world, "jingfa", state=ReportState.ISSUED)
    factories.HazardFactory(task_force=world.task_force_b, category=world.category)
    client.force_login(world.lead)
    for report, words in ((filled, "需要更新时请先退回"), (issued, "重新编制下一期")):
        sent = {"form": "weekly", "unit": report.department_id, "period": "2021-09-12"}
        response = client.post(reverse("reports:compile"), sent, follow=True)
        assert words in response.content.decode()
        assert Report.objects.get(pk=report.pk).version == report.version


@pytest.mark.parametrize("slug", [form.slug for form in FORMS.values() if form.rhythm])
def test_every_report_has_its_pages(world, client, slug):
    """Columns of a roll-up and of its total agree, whatever the form."""
    factories.HazardFactory(task_force=world.task_force_a, category=world.category)
    period = period_for(FORMS[slug], world.campaign, world.campaign.today())
    report = factories.signed_report(world.campaign, None, ReportState.DRAFT, form=slug, period=period)
    client.force_login(world.lead)
    shown = page(client, world.lead, report).context
    widths = {len(figures) for _, figures in shown["rows"]} or {0}
    assert widths == {len(shown["columns"])} == {len(shown["totals"])}
    words = {"bulletin": "专班", "half-month": "园区", "weekly": "单位"}
    assert shown["row_word"] == words.get(slug, shown["row_word"])
    for address in (f"?form={slug}", f"?form={slug}&period={report.period_end}"):
        listed = client.get(reverse("reports:list") + address)
        assert listed.context["form"].slug == slug
    assert f'href="{reverse("reports:detail", args=[report.pk])}"' in listed.content.decode()
    assert client.get(reverse("reports:compare", args=[report.pk])).status_code == 200
