"""The campaign's home, a measure's page, a unit's page: their figures by who looks, and nothing beyond."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.enums import Role
from campaigns.actions import load_plan
from campaigns.enums import Part, PartyGroup, Precision, Rhythm
from campaigns.models import Measure, Occurrence, Phase, Responsibility, UnitContact, UnitDuty, WorkItem
from campaigns.plan import read_plan
from campaigns.work.sync import sync_occurrences
from hazards.models import Hazard
from reports.actions import Asked, compile_report
from reports.layouts import weekly
from tests import factories

HOME = reverse("campaign:home")
TODAY = date(2021, 9, 15)  # a Wednesday, the world's clock


def responsible(party, *, part=Part.RESPONSIBLE, **owner):
    held = {"group": party} if isinstance(party, PartyGroup) else {"department": party}
    return Responsibility.objects.create(part=part, **held, **owner)


@pytest.fixture
def plan(world):
    """A measure of both task forces due in August, one of a unit due in December, weekly work of all."""
    second = world.campaign.categories.get(order=2)
    old = Measure.objects.create(
        campaign=world.campaign,
        category=world.category,
        order=1,
        title="清理疏散通道",
        due_on=date(2021, 8, 31),
        precision=Precision.MONTH,
        raw_deadline="2021年8月",
    )
    new = Measure.objects.create(
        campaign=world.campaign, category=second, order=1, title="建充电棚", due_on=date(2021, 12, 31)
    )
    weekly = WorkItem.objects.create(
        campaign=world.campaign, order=1, title="一周一行动", rhythm=Rhythm.WEEKLY
    )
    responsible(PartyGroup.TASK_FORCES, measure=old)
    responsible(world.xiaofang, measure=old, part=Part.COOPERATING)
    responsible(world.jingfa, measure=new)
    responsible(PartyGroup.UNITS, item=weekly)
    sync_occurrences(world.campaign)
    return {"old": old, "new": new, "weekly": weekly}


@pytest.fixture
def ledger(world, plan):
    """Hazards in both parks, on the old measure and on none."""

    def add(task_force, number, **facts):
        return factories.HazardFactory(task_force=task_force, number=number, **facts)

    a, b = world.task_force_a, world.task_force_b
    add(a, "LG-1", measure=plan["old"], status="rectifying", due_on=date(2021, 9, 10))
    add(a, "LG-2", measure=plan["old"])
    add(b, "LG-3", measure=plan["old"], status="rectifying", due_on=date(2021, 9, 30))
    add(b, "LG-4", measure=plan["old"], status="void")
    add(b, "LG-5")
    factories.HazardFactory(task_force=world.task_force_c, number="OTHER-1")


def done(occurrences, on):
    for occurrence in occurrences:
        occurrence.done_on = on
        occurrence.save(update_fields=["done_on"])


def look(client, user, url=HOME):
    client.force_login(user)
    answer = client.get(url)
    assert answer.status_code == 200
    return answer


def row_of(page, title):
    return next(row for block in page.context["blocks"] for row in block.rows if row.measure.title == title)


def counts(row):
    tally = row.hazards.tally
    return tally.open, tally.overdue, tally.closed


# --- figures by who looks ---------------------------------------------------------------------------------


def test_the_lead_sees_measures_with_progress_and_hazards(client, world, plan, ledger):
    done(Occurrence.objects.filter(measure=plan["old"], task_force=world.task_force_a), date(2021, 8, 20))
    page = look(client, world.lead)
    old, new = row_of(page, "清理疏散通道"), row_of(page, "建充电棚")
    assert (old.progress.words, old.light, old.light_words) == ("专班 1/2", "red", "逾期 15 天")
    assert counts(old) == (3, 1, 0) and old.deadline == "2021年8月"
    assert [party.name for party in old.responsible] == ["各园区专班"]
    assert [party.name for party in old.cooperating] == ["市消防救援大队"]
    assert old.cooperating[0].href == reverse("campaign:unit", args=[world.xiaofang.pk])
    assert (new.progress.words, new.light) == ("未完成", "green")
    [first, second] = page.context["blocks"]
    assert first.loose.tally.open == 1 and first.tally.open == 4 and second.loose is None


def test_each_count_leads_to_just_its_records(client, world, plan, ledger):
    page = look(client, world.lead)
    old, block = row_of(page, "清理疏散通道"), page.context["blocks"][0]

    def listed(url):
        return {row.number for row in client.get(url).context["rows"]}

    assert listed(old.hazards.open_url) == {"LG-1", "LG-2", "LG-3"}
    assert listed(old.hazards.overdue_url) == {"LG-1"}
    assert listed(block.loose.open_url) == {"LG-5"}
    assert "对应措施：未指定" in client.get(block.loose.open_url).content.decode()


@pytest.mark.parametrize(
    ("who", "progress", "hazards"),
    [
        ("lead", "专班 0/2", (3, 1, 0)),
        ("leader", "专班 0/2", (3, 1, 0)),
        ("assessor", "专班 0/2", (3, 1, 0)),
        ("dept_xincheng", "未完成", (2, 1, 0)),
        ("dept_jingfa", "未完成", (1, 0, 0)),
        ("dept_xiaofang", "", (0, 0, 0)),
        ("tf_a", "未完成", (2, 1, 0)),
        ("tf_b", "未完成", (1, 0, 0)),
        ("operator_a", "", (2, 1, 0)),
    ],
)
def test_everybody_sees_the_plan_and_only_their_own_figures(
    client, world, plan, ledger, who, progress, hazards
):
    row = row_of(look(client, world.personas()[who]), "清理疏散通道")
    assert (row.progress.words, counts(row)) == (progress, hazards)
    assert row.deadline == "2021年8月"


def test_who_sees_nobody_owing_is_told_neither_late_nor_done(client, world, plan):
    row = row_of(look(client, world.dept_xiaofang), "清理疏散通道")
    assert (row.light, row.light_words) == ("grey", "期限已过")


def test_a_measure_done_by_all_is_told_by_its_last_day(client, world, plan):
    done(Occurrence.objects.filter(measure=plan["old"], task_force=world.task_force_a), date(2021, 8, 20))
    done(Occurrence.objects.filter(measure=plan["old"], task_force=world.task_force_b), date(2021, 9, 2))
    row = row_of(look(client, world.lead), "清理疏散通道")
    assert (row.light, row.light_words, row.progress.words) == ("late", "逾期 2 天完成", "专班 2/2")


# --- due work ---------------------------------------------------------------------------------------------


def cells(row):
    return [(cell.open, cell.total) for cell in row.cells]


def test_due_work_is_counted_by_unit_and_span(client, world, plan):
    this_week = Occurrence.objects.get(item=plan["weekly"], department=world.jingfa, due_on=date(2021, 9, 19))
    done([this_week], TODAY)
    due = look(client, world.lead).context["due"]
    assert [(w.label, w.period.start.day, w.period.end.day) for w in due.windows] == [
        ("本周", 13, 19),
        ("本半月", 1, 15),
        ("本月", 1, 30),
    ]
    rows = {row.name: row for row in due.units}
    # One weekly work and one weekly report.
    assert cells(rows["执法局"])[0] == (1, 2)
    assert cells(rows["消防大队"])[0] == (2, 2)
    assert [row.name for row in due.forces] == ["甲园专班", "乙园专班"]
    assert due.all_forces.late == 2 and cells(due.all_forces)[2] == (0, 0)
    assert due.total.late == sum(row.late for row in [*due.units, *due.forces])
    reports = look(client, world.lead).context["reports_due"]
    assert {cells(row)[0] for row in reports.units} == {(1, 1)} and not reports.forces


def test_the_figures_of_due_work_lead_to_as_many(client, world, plan):
    due = look(client, world.lead).context["due"]
    row = next(row for row in due.units if row.name == "执法局")
    for url, number in ((row.cells[0].href, row.cells[0].open), (row.late_url, row.late)):
        page = client.get(url)
        assert page.status_code == 200
        assert sum(group.count for group in page.context["groups"]) == number, url


@pytest.mark.parametrize(
    ("who", "names"),
    [
        ("dept_jingfa", {"执法局", "乙园专班"}),
        ("tf_a", {"甲园专班"}),
        ("operator_a", set()),
    ],
)
def test_due_work_stays_within_the_scope(client, world, plan, who, names):
    due = look(client, world.personas()[who]).context["due"]
    assert {row.name for row in [*due.units, *due.forces]} == names


def test_work_filed_late_is_never_late(client, world):
    world.campaign.issued_on = date(2021, 9, 1)
    world.campaign.save()
    measure = Measure.objects.create(
        campaign=world.campaign, category=world.category, order=1, title="早已到期", due_on=date(2021, 8, 1)
    )
    responsible(world.jingfa, measure=measure)
    sync_occurrences(world.campaign)
    page = look(client, world.lead)
    assert row_of(page, "早已到期").light == "grey"
    late = {row.name: row.late for row in page.context["due"].units}
    assert late["执法局"] == late["消防大队"]


# --- the heading and the phases ---------------------------------------------------------------------------


def test_what_needs_confirmation_is_for_the_lead(client, world, plan):
    Measure.objects.filter(pk=plan["old"].pk).update(needs_confirmation=True)
    Phase.objects.create(
        campaign=world.campaign,
        order=1,
        name="排查",
        starts_on=date(2021, 7, 1),
        ends_on=date(2021, 9, 30),
        raw_dates="7月1日至9月31日",
        needs_confirmation=True,
    )
    page = look(client, world.lead)
    assert [(one.kind, one.raw) for one in page.context["questions"]] == [
        ("阶段", "7月1日至9月31日"),
        ("措施", "2021年8月"),
    ]
    assert "处需要您确认" in page.content.decode()
    for who in ("leader", "dept_jingfa", "tf_a"):
        page = look(client, world.personas()[who])
        assert "处需要您确认" not in page.content.decode() and not page.context["questions"]
        assert "日期待确认" in page.content.decode()


def test_an_empty_campaign_opens_with_words_for_what_is_missing(client, world):
    world.campaign.categories.all().delete()
    world.campaign.report_duties.all().delete()
    sync_occurrences(world.campaign)
    page = look(client, world.lead).content.decode()
    for words in ("方案没有划分阶段", "本月没有到期的工作", "方案没有列出整治内容和措施"):
        assert words in page
    assert "<svg" not in page.split("campaign-facts")[1]


def test_without_a_campaign_the_page_says_so(client, world):
    assert "还没有参加任何专项行动" in look(client, world.auditor).content.decode()


def test_days_left_are_told_before_during_and_after(client, world):
    for clock, words in (
        (date(2021, 6, 30), "距开始还有 1 天"),
        (date(2021, 7, 1), "还剩 183 天"),
        (date(2021, 12, 31), "今天是最后一天"),
        (date(2022, 1, 2), "已结束 2 天"),
    ):
        world.campaign.clock = clock
        world.campaign.save()
        assert words in look(client, world.lead).content.decode()


def test_a_due_date_on_a_day_off_is_said(client, world, plan):
    Measure.objects.filter(pk=plan["new"].pk).update(due_on=date(2021, 10, 1))
    page = look(client, world.lead)
    assert row_of(page, "建充电棚").day_off == "国庆节放假" and "10月1日国庆节放假" in page.content.decode()


def test_the_work_list_tells_how_far_each_item_is(client, world, plan):
    mine = Occurrence.objects.filter(item=plan["weekly"], department=world.jingfa, due_on__lt=TODAY)
    done(mine, date(2021, 9, 1))
    for who, names in (("lead", 4), ("dept_jingfa", 1)):
        [row] = look(client, world.personas()[who]).context["items"]
        assert (row.when, row.done, row.next_on) == ("每周", mine.count(), date(2021, 9, 19))
        assert row.total == mine.count() * names and row.late == mine.count() * (names - 1)
        assert row.day_off == "中秋节放假"
    page = client.get(row.href)
    assert (
        sum(group.count for group in page.context["groups"])
        == Occurrence.objects.filter(item=plan["weekly"], department=world.jingfa).count()
    )
    [row] = look(client, world.tf_a).context["items"]
    assert (row.total, row.done, row.late, row.next_on) == (0, 0, 0, None)


@pytest.mark.parametrize("slug", ["taizhou-2019", "three-year-2020", "zhengyang-2023", "xiaokunshan-2024"])
def test_every_plan_opens_for_its_lead(client, db, slug):
    campaign = load_plan(read_plan(slug)).campaign
    lead = factories.member(Role.LEAD, department=campaign.lead_department)
    page = look(client, lead)
    assert len(page.context["items"]) == campaign.work_items.count() > 0
    assert len(page.context["blocks"]) == campaign.categories.count()
    look(client, lead, unit_url(campaign.lead_department))


# --- the page of a measure --------------------------------------------------------------------------------


def test_a_measures_page_names_who_has_done_it(client, world, plan, ledger):
    done(Occurrence.objects.filter(measure=plan["old"], task_force=world.task_force_a), date(2021, 8, 20))
    url = reverse("campaign:measure", args=[plan["old"].pk])
    page = look(client, world.lead, url)
    assert [(one.holder, one.words) for one in page.context["holders"]] == [
        ("乙园专班", "逾期 15 天"),
        ("甲园专班", "按期完成"),
    ]
    assert [hazard.number for hazard in page.context["hazards"]] == ["LG-1", "LG-3", "LG-2"]
    line = client.get(page.context["holders_url"])
    assert sum(group.count for group in line.context["groups"]) == 2
    mine = look(client, world.tf_b, url)
    assert [one.holder for one in mine.context["holders"]] == ["乙园专班"]
    assert [hazard.number for hazard in mine.context["hazards"]] == ["LG-3"]
    none = look(client, world.dept_xiaofang, url)
    assert not none.context["holders"] and "LG-" not in none.content.decode()


def test_anothers_measure_is_not_there(client, world, plan):
    foreign = Measure.objects.create(
        campaign=world.other, category=world.other.categories.get(), order=1, title="别处", due_on=TODAY
    )
    client.force_login(world.lead)
    assert client.get(reverse("campaign:measure", args=[foreign.pk])).status_code == 404


# --- the page of a unit -----------------------------------------------------------------------------------


def unit_url(unit):
    return reverse("campaign:unit", args=[unit.pk])


def test_a_units_page_shows_what_the_plan_asks_of_it(client, world, plan, ledger):
    UnitDuty.objects.create(campaign=world.campaign, department=world.jingfa, order=1, text="整治违章建筑")
    page = look(client, world.dept_jingfa, unit_url(world.jingfa))
    assert page.context["roles"] == ["成员单位", "1 个专班的责任单位"]
    assert "整治违章建筑" in page.content.decode()
    assert [(one.row.measure.title, one.part, one.through) for one in page.context["measures"]] == [
        ("清理疏散通道", "责任单位", "各园区专班"),
        ("建充电棚", "责任单位", ""),
    ]
    own = page.context["measures"][0].row
    assert own.progress.words == "未完成" and counts(own) == (1, 0, 0)
    assert page.context["tally"].tally.open == 2


def test_a_units_work_lists_late_and_due_of_the_month(client, world, plan):
    work = look(client, world.lead, unit_url(world.jingfa)).context["work"]
    late = [one.occurrence.due_on for one in work.rows[:12]]
    assert late == sorted(late) and late[-1] < TODAY
    # The rest of September: weekly work and the weekly report; the 26th was a Sunday on which people worked.
    assert [(one.occurrence.due_on.day, one.day_off) for one in work.rows[12:]] == [
        (19, "中秋节放假"),
        (19, "中秋节放假"),
        (26, ""),
        (26, ""),
    ]
    for url, number in ((work.late_url, work.late), (work.soon_url, work.soon)):
        assert sum(group.count for group in client.get(url).context["groups"]) == number, url
    assert (work.late, work.soon) == (22, 4)


def test_a_units_reports_say_when_and_whether_compiled(client, world, plan):
    page = look(client, world.dept_jingfa, unit_url(world.jingfa))
    [report] = page.context["reports"]
    assert (report.duty.name, report.due_on, report.compiled) == ("周报表", date(2021, 9, 19), None)
    assert "下次 9月19日 17:30 前" in page.content.decode() and report.late == 11
    assert sum(group.count for group in client.get(report.late_url).context["groups"]) == 11
    compile_report(
        Asked(world.campaign, world.jingfa, weekly.FORM, world.campaign.week_of(TODAY)), by=world.dept_jingfa
    )
    page = look(client, world.dept_jingfa, unit_url(world.jingfa))
    assert page.context["reports"][0].compiled.issue == 1 and "已汇总第1期" in page.content.decode()
    foreign = look(client, world.dept_xiaofang, unit_url(world.jingfa)).context["reports"][0]
    assert (foreign.due_on, foreign.compiled, foreign.late) == (date(2021, 9, 19), None, 0)


def test_another_units_page_keeps_its_work_and_hazards(client, world, plan, ledger):
    for who in (world.dept_xiaofang, world.tf_a, world.operator_a):
        page = look(client, who, unit_url(world.jingfa))
        assert not page.context["work"].rows and not page.context["full"]
        assert page.context["tally"].tally.found == 0
        [force] = page.context["forces"]
        assert not force.inside and not force.in_sight and force.hazards.tally.found == 0
        assert [one.row.measure.title for one in page.context["measures"]] == ["清理疏散通道", "建充电棚"]
        assert all(not one.row.progress.total for one in page.context["measures"])
    inside = look(client, world.dept_jingfa, unit_url(world.jingfa)).context["forces"][0]
    assert inside.inside and inside.in_sight and inside.hazards.tally.open == 2 and inside.late == 1


def test_phones_of_a_unit_are_for_itself_and_the_lead(client, world):
    UnitContact.objects.create(
        campaign=world.campaign, department=world.jingfa, name="张三", post="科长", phone="13800000001"
    )
    for who, shown in (("lead", True), ("dept_jingfa", True), ("leader", False), ("dept_xiaofang", False)):
        page = look(client, world.personas()[who], unit_url(world.jingfa)).content.decode()
        assert ("13800000001" in page) is shown and ("138****0001" in page) is not shown


def test_a_unit_without_a_part_has_no_page(client, world):
    client.force_login(world.lead)
    for pk in (factories.DepartmentFactory().pk, world.other.lead_department_id, 10**18):
        assert client.get(reverse("campaign:unit", args=[pk])).status_code == 404


def test_the_lead_bureau_follows_up_enterprises(client, world, plan):
    responsible(PartyGroup.ENTERPRISES, measure=plan["new"])
    page = look(client, world.lead, unit_url(world.lead_department))
    assert ("建充电棚", "园区各企业") in [
        (one.row.measure.title, one.through) for one in page.context["measures"]
    ]


# --- cost -------------------------------------------------------------------------------------------------


def test_the_pages_cost_few_queries_however_large_the_plan(
    client, world, plan, ledger, django_assert_max_num_queries
):
    for order in range(2, 12):
        measure = Measure.objects.create(
            campaign=world.campaign, category=world.category, order=order, title=f"措施{order}", due_on=TODAY
        )
        responsible(PartyGroup.TASK_FORCES, measure=measure)
        responsible(world.xiaofang, measure=measure)
        Hazard.objects.filter(number="LG-5").update(measure=measure)
    sync_occurrences(world.campaign)
    for person in (world.lead, world.dept_xincheng, world.tf_a):
        client.force_login(person)
        client.get(HOME)
        with django_assert_max_num_queries(40):
            client.get(HOME)
        with django_assert_max_num_queries(45):
            client.get(unit_url(world.xincheng))
        with django_assert_max_num_queries(36):
            client.get(reverse("campaign:measure", args=[plan["old"].pk]))


def test_the_first_plan_opens_whole(client, db):
    campaign = load_plan(read_plan("longgang-2021")).campaign
    campaign.clock = date(2021, 9, 15)
    campaign.save()
    lead = factories.member(Role.LEAD, department=campaign.lead_department)
    page = look(client, lead)
    assert sum(len(block.rows) for block in page.context["blocks"]) == 17
    assert row_of(page, "改正锁闭、占用、堵塞安全出口和疏散通道等行为").progress.words == "专班 0/20"
    for department in campaign.units.all():
        look(client, lead, unit_url(department))
    for measure in campaign.measures.all():
        look(client, lead, reverse("campaign:measure", args=[measure.pk]))
