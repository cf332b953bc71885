"""The traps in the plans (domain guide §7), each by name: kept as printed, asked about, never a crash."""

import re
from datetime import date, timedelta
from itertools import groupby, pairwise

import pytest

from campaigns.actions import load_plan, party_named
from campaigns.calendar import Calendar
from campaigns.dates import DateFault, Span, parse_day
from campaigns.enums import Light, Part, PartyGroup, Rhythm
from campaigns.lights import is_backfilled, light_of_due
from campaigns.models import Campaign, Occurrence, Responsibility
from campaigns.parties import group_named, split_names
from campaigns.plan import PRESETS, known_plans, read_plan
from campaigns.queries import find_units
from campaigns.timing import read_timing
from parks.models import Park
from reports.layouts import taizhou_2, zhengyang_1

P0, P1 = "longgang-2021", "taizhou-2019"
P3, P4 = "zhengyang-2023", "xiaokunshan-2024"


@pytest.fixture
def loaded(db):
    return lambda slug: load_plan(read_plan(slug))


def printed(item) -> list[str]:
    return list(item.responsibilities.filter(part=Part.RESPONSIBLE).values_list("raw", flat=True))


# P0: dates


def test_p0_the_31st_of_september_is_kept_as_printed_and_asked_about(loaded):
    report = loaded(P0)
    phase = report.campaign.phases.get(name="排查整治")
    assert phase.raw_dates == "2021年7月1日至9月31日"
    assert (phase.ends_on, phase.needs_confirmation) == (date(2021, 9, 30), True)
    assert any("9月31日" in question and "9月没有31日" in question for question in report.questions)
    with pytest.raises(DateFault, match="没有这一天"):
        parse_day("2021年9月31日", Span(date(2021, 7, 1), date(2021, 12, 31)))


def test_p0_a_year_written_as_month_is_asked_about(loaded):
    report = loaded(P0)
    phase = report.campaign.phases.get(name="巩固提升")
    assert phase.raw_dates == "2021月12月开始"
    assert (phase.starts_on, phase.ends_on, phase.needs_confirmation) == (date(2021, 12, 1), None, True)
    assert any("2021月12月" in question for question in report.questions)
    with pytest.raises(DateFault):
        read_timing("2021月12月", Span(date(2021, 7, 1), date(2021, 12, 31)))


def test_p0_a_hundred_days_last_184(loaded):
    report = loaded(P0)
    campaign = report.campaign
    assert (campaign.ends_on - campaign.starts_on).days + 1 == 184
    assert any("184天" in question for question in report.questions)


def test_p0_phases_one_and_two_overlap(loaded):
    report = loaded(P0)
    first, second = report.campaign.phases.all()[:2]
    assert first.starts_on is None
    assert second.starts_on < first.ends_on
    assert any("重叠" in question for question in report.questions)


def test_a_confirmed_phase_is_not_asked_about_again(loaded):
    loaded(P0).campaign.phases.update(needs_confirmation=False)
    assert not any("9月没有31日" in question for question in loaded(P0).questions)


# P0: units


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("自然资源与规划建设局", "自然资源和规划局"),
        ("行政执法局", "综合行政执法局"),
        ("市场监督局", "市场监督管理局"),
        ("新城建设服务中心", "新城开发建设中心"),
        ("应急管理局", "市应急管理局"),
    ],
)
def test_p0_names_that_differ_within_the_plan_mean_one_unit(loaded, one, other):
    campaign = loaded(P0).campaign
    found = {find_units(campaign, name)[0] for name in (one, other, f"市{one.removeprefix('市')}")}
    assert len(found) == 1


@pytest.mark.parametrize("name", ["规划建设局", "执法大队", "新城", "安监局", "市考绩部门"])
def test_p0_an_unknown_name_is_never_guessed(loaded, name):
    assert find_units(loaded(P0).campaign, name) == []


@pytest.mark.parametrize(
    ("words", "group"),
    [
        ("专班工作组", PartyGroup.TASK_FORCES),
        ("整治专班", PartyGroup.TASK_FORCES),
        ("各部门", PartyGroup.UNITS),
        ("园区各企业", PartyGroup.ENTERPRISES),
        ("规模以上企业", PartyGroup.LARGE_ENTERPRISES),
    ],
)
def test_words_for_sets_are_no_units(words, group):
    assert group_named(words) == group
    assert party_named(words, {}) == group


def test_p0_the_park_s_task_force_is_every_park_s_own(loaded):
    campaign = loaded(P0).campaign
    measure = campaign.measures.get(category__order=4)
    assert printed(measure) == ["专班工作组"]
    owed = Occurrence.objects.filter(measure=measure)
    assert set(owed.values_list("task_force", flat=True)) == set(
        campaign.task_forces.values_list("pk", flat=True)
    )


def test_p0_one_cell_holds_two_units_on_two_lines(loaded):
    campaign = loaded(P0).campaign
    drill = campaign.measures.get(category__order=7, order=2)
    assert printed(drill) == split_names("市消防救援大队\n市应急管理局") == ["市消防救援大队", "市应急管理局"]
    owed = Occurrence.objects.filter(measure=drill).values_list("department__name", flat=True)
    assert sorted(owed) == ["市应急管理局", "市消防救援大队"]


# P0: parks


def test_p0_a_blank_unit_belongs_to_the_one_above(loaded):
    """附件3 merges the unit over consecutive parks: 10, 5, 2, 1 and 2 of them; no park is without."""
    units = loaded(P0).campaign.task_forces.order_by("order").values_list("department__short_name", flat=True)
    assert [(unit, len(list(rows))) for unit, rows in groupby(units)] == [
        ("新城中心", 10),
        ("经发局", 5),
        ("资规局", 2),
        ("执法局", 1),
        ("应急局", 2),
    ]


def test_p0_blank_people_are_truly_blank(loaded):
    rows = loaded(P0).campaign.task_forces
    assert not rows.exclude(leader="", owner="", liaison="", phone="").exists()


def test_p0_near_names_are_different_parks(loaded):
    task_forces = loaded(P0).campaign.task_forces
    science = task_forces.get(park__name="世纪科技创业园")
    small = task_forces.get(park__name="世纪小微园")
    assert science.department != small.department
    assert Park.objects.filter(name__startswith="新雅").count() == 2


def test_p0_a_short_number_is_a_phone(loaded):
    """6 digits are valid, and a leading zero stays: phones are text."""
    row = loaded(P0).campaign.task_forces.first()
    row.phone = "066001"
    row.full_clean()
    row.save()
    row.refresh_from_db()
    assert row.phone == "066001"


# P3


def test_p3_six_actions_under_a_heading_of_eight(loaded):
    report = loaded(P3)
    actions = list(dict.fromkeys(report.campaign.work_items.values_list("action", flat=True)))
    assert [action[0] for action in actions] == list("一二三四五六")
    assert actions[0] == "一、属地党委政府责任强化行动"
    assert any("八个专项行动" in question and "6个" in question for question in report.questions)
    assert "八个专项行动" in {column.heading for column in zhengyang_1.COLUMNS}


def test_p3_forty_nine_items_by_counting(loaded):
    items = list(loaded(P3).campaign.work_items.all())
    assert [item.order for item in items] == list(range(1, 50))
    # The serials that are printed: 1, 9, 10 and 43 to 49.
    starts = {item.order: item.title for item in items}
    assert starts[9].startswith("媒体每月宣传")
    assert starts[10].startswith("宣传有奖举报")
    assert items[42].action == "六、“三大作业”集中排查整治行动"
    assert items[41].action == "五、火灾防控“除险清患”行动"


def test_p3_stray_marks_are_cleaned_and_kept_as_printed(loaded):
    campaign = loaded(P3).campaign
    for number, raw in ((3, "安全生产部、"), (21, "负安全生产部")):
        share = Responsibility.objects.filter(item__campaign=campaign, item__order=number).first()
        assert share.raw == raw
        assert share.department.name == "安全生产部"


def test_p3_a_stray_prefix_is_no_licence_to_guess():
    assert party_named("负责人", {}) is None
    assert party_named("负安全生产处", {"安全生产部": object()}) is None


def test_p3_two_deadlines_before_the_issue_are_back_fills(loaded):
    report = loaded(P3)
    campaign: Campaign = report.campaign
    early = [
        item
        for item in campaign.work_items.filter(rhythm=Rhythm.ONCE)
        if is_backfilled(campaign, item.due_on)
    ]
    assert [(item.order, item.due_on) for item in early] == [(3, date(2023, 5, 23)), (5, date(2023, 5, 20))]
    for item in early:
        light, words = light_of_due(item.due_on, None, date(2023, 7, 1), 3, backfilled=True)
        assert (light, words) == (Light.GREY, "补录")
        assert item.needs_confirmation
        assert any(item.title in question for question in report.questions)


def test_p3_a_rhythm_in_the_text_against_a_date_in_the_column_is_asked_about(loaded):
    """每3个月 against 8月中旬、11月中旬; 每月 against 6月25日; 每月 against 常态化."""
    items = {item.order: item for item in loaded(P3).campaign.work_items.all()}
    assert (items[4].rhythm, items[4].dates) == (Rhythm.DATES, ["2023-08-20", "2023-11-20"])
    assert (items[9].rhythm, items[9].due_on) == (Rhythm.ONCE, date(2023, 6, 25))
    assert items[31].rhythm == Rhythm.STANDING
    assert all(items[number].needs_confirmation for number in (4, 9, 31, 35))


# P1


def test_p1_fines_are_one_column_and_visits_are_no_enterprises():
    """行政 / 处罚 / （万元） is printed on three lines; the form counts 家次, the departments' texts 家."""
    assert taizhou_2.HEADINGS.count("行政处罚（万元）") == 1
    assert "检查企业（家次）" in taizhou_2.HEADINGS
    assert len(taizhou_2.HEADINGS) == 11


def test_p1_fridays_and_the_summary_on_days_off(loaded):
    """01-31 became a day off when the Spring Festival of 2020 was prolonged. No day is moved."""
    report = loaded(P1)
    calendar = Calendar.between(date(2019, 10, 25), date(2020, 6, 30))
    weekly = Occurrence.objects.filter(campaign=report.campaign, report__form="taizhou-2")
    fridays = sorted(set(weekly.values_list("due_on", flat=True)))
    assert all(later - earlier == timedelta(days=7) for earlier, later in pairwise(fridays))
    assert [day for day in fridays if calendar.day_off(day)] == [
        date(2020, 1, 24),
        date(2020, 1, 31),
        date(2020, 5, 1),
        date(2020, 6, 26),
    ]
    summary = report.campaign.report_duties.get(name="工作总结")
    assert summary.due_on == date(2020, 6, 25)
    assert "端午" in calendar.day_off(summary.due_on)
    assert summary.needs_confirmation
    assert any("周五是节假日" in question for question in report.questions)


# P4


def test_p4_from_now_on_means_the_day_of_issue(loaded):
    report = loaded(P4)
    first = report.campaign.phases.get(order=1)
    assert first.raw_dates.startswith("即日起")
    assert first.starts_on == report.campaign.issued_on == report.campaign.starts_on == date(2024, 2, 29)
    assert first.needs_confirmation


def test_p4_reports_fall_before_the_phases_they_cover_end(loaded):
    report = loaded(P4)
    duty = report.campaign.report_duties.get()
    due = [date.fromisoformat(day) for day in duty.dates]
    assert due == [date(2024, 5, 22), date(2024, 10, 24), date(2024, 12, 19)]
    ends = report.campaign.phases.values_list("ends_on", flat=True)
    assert all(day < end for day, end in zip(due, ends, strict=True))
    assert duty.needs_confirmation
    assert any("早于所在阶段结束" in question for question in report.questions)


# All


@pytest.mark.parametrize("slug", known_plans())
def test_no_number_or_address_of_a_person_in_any_preset(slug):
    source = (PRESETS / f"{slug}.toml").read_text(encoding="utf-8")
    assert not re.search(r"\d{11}|@|×{3}", source)


@pytest.mark.parametrize("slug", known_plans())
def test_every_deadline_is_kept_as_printed(loaded, slug):
    plan = read_plan(slug)
    campaign = loaded(slug).campaign
    kept = list(campaign.work_items.values_list("raw_deadline", flat=True))
    assert kept == [item.deadline for item in plan.work_items]
    kept = list(campaign.measures.values_list("raw_deadline", flat=True))
    assert kept == [row.deadline for category in plan.categories for row in category.measures]
