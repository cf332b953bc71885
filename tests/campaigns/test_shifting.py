"""Plans renamed and moved in time stay plans."""

from dataclasses import replace
from datetime import date

import pytest

from campaigns.actions import load_plan
from campaigns.enums import Precision
from campaigns.models import Campaign, Occurrence
from campaigns.new.copying import plan_of
from campaigns.new.shifting import SHIFTED, renamed, shifted
from campaigns.plan import PlanError, known_plans, read_plan
from tests.campaigns.plans import LONGGANG, content, copy_of


@pytest.mark.parametrize("slug", known_plans())
def test_a_preset_and_what_it_was_loaded_into_copy_alike(db, slug):
    start = date(2026, 3, 1)
    campaign = load_plan(read_plan(slug)).campaign
    one = load_plan(shifted(renamed(read_plan(slug), "one", "甲", number_prefix="A1"), start)).campaign
    two = load_plan(shifted(renamed(plan_of(campaign), "two", "乙", number_prefix="A2"), start)).campaign
    left, right = content(one), content(two)
    for part in ("heading", "units", "duties", "phases", "categories", "task forces", "occurrences"):
        assert left[part] == right[part]


@pytest.mark.parametrize("slug", known_plans())
@pytest.mark.parametrize("start", [date(2027, 2, 1), date(2026, 3, 31), date(2030, 11, 15)])
def test_a_moved_plan_names_no_date_of_the_original(db, slug, start):
    plan = shifted(copy_of(read_plan(slug)), start)
    campaign = load_plan(plan).campaign
    assert campaign.starts_on == start
    year = str(read_plan(slug).campaign.starts_on.year)
    wordings = [
        *campaign.phases.values_list("raw_dates", flat=True),
        *campaign.measures.values_list("raw_deadline", flat=True),
        *campaign.work_items.values_list("raw_deadline", flat=True),
        *campaign.report_duties.values_list("raw_deadline", flat=True),
    ]
    assert not [text for text in wordings if year in text]
    dues = Occurrence.objects.filter(campaign=campaign, due_on__isnull=False).values_list("due_on", flat=True)
    assert min(dues).year >= start.year - 1


def test_the_wording_of_a_moved_deadline_reads_as_its_day(db):
    """What stands in a copy would be read the same by the importer of the official form."""
    for slug in known_plans():
        plan = shifted(copy_of(read_plan(slug)), date(2026, 5, 1))
        rows = [row for category in plan.categories for row in category.measures]
        for row in (*rows, *plan.work_items, *plan.reports):
            again = plan.reading_of(replace(row, reading=None))
            assert again.timing == row.reading.timing, (slug, row.deadline)


def test_longgang_moved_by_ten_months(db):
    campaign = load_plan(shifted(copy_of(read_plan(LONGGANG)), date(2022, 5, 1))).campaign
    assert (campaign.starts_on, campaign.ends_on) == (date(2022, 5, 1), date(2022, 10, 31))
    assert list(campaign.phases.values_list("starts_on", "ends_on", "raw_dates")) == [
        (None, date(2022, 5, 10), "2022年5月10日前"),
        (date(2022, 5, 1), date(2022, 7, 31), "2022年5月1日至2022年7月31日"),
        (date(2022, 8, 1), date(2022, 9, 30), "2022年8月1日至2022年9月30日"),
        (date(2022, 10, 1), None, "2022年10月1日起"),
    ]
    first = campaign.measures.get(category__order=1, order=1)
    assert (first.due_on, first.precision, first.raw_deadline) == (
        date(2022, 7, 31),
        Precision.MONTH,
        "2022年7月",
    )
    standing = campaign.measures.get(category__order=8)
    assert (standing.due_on, standing.raw_deadline) == (None, "常态化工作")
    assert campaign.clock is None


def test_month_ends_stay_month_ends_and_tens_stay_tens(db):
    plan = read_plan(LONGGANG)
    item = replace(plan.work_items[0], deadline="9月底、10月中旬")
    moved = shifted(replace(plan, work_items=(item,)), date(2022, 12, 1)).work_items[0]
    assert moved.reading.timing.dates == (date(2023, 2, 28), date(2023, 3, 20))
    item = replace(plan.work_items[0], deadline="三季度")
    by_quarter = shifted(replace(plan, work_items=(item,)), date(2021, 10, 1)).work_items[0]
    by_month = shifted(replace(plan, work_items=(item,)), date(2021, 8, 1)).work_items[0]
    assert (by_quarter.deadline, by_quarter.reading.precision) == ("2021年第4季度", Precision.QUARTER)
    assert (by_month.deadline, by_month.reading.precision) == ("2021年10月", Precision.MONTH)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("2019年12月底前", "2021年2月底前"),
        ("2020年6月25日前", "2021年8月25日前"),
        ("2020年3月中旬前", "2021年5月中旬"),
        ("2020年3月", "2021年5月"),
    ],
)
def test_wording_of_moved_deadlines(before, after):
    """2021年2月前 would mean the days before February."""
    plan = read_plan("taizhou-2019")
    item = replace(plan.work_items[0], deadline=before)
    moved = shifted(replace(plan, work_items=(item,)), date(2020, 12, 1)).work_items[0]
    assert moved.deadline == after


@pytest.mark.parametrize("start", [date(2021, 1, 1), date(2026, 3, 1), date(2026, 4, 30)])
def test_weekly_reports_stay_on_their_weekday(db, start):
    campaign = load_plan(shifted(copy_of(read_plan("taizhou-2019")), start)).campaign
    dues = Occurrence.objects.filter(campaign=campaign, report__form="taizhou-2")
    assert {day.isoweekday() for day in dues.values_list("due_on", flat=True)} == {5}


def test_a_start_within_the_month_moves_by_whole_months(db):
    heading = shifted(read_plan(LONGGANG), date(2022, 3, 16)).campaign
    assert (heading.starts_on, heading.ends_on) == (date(2022, 3, 16), date(2022, 8, 31))
    assert shifted(read_plan(LONGGANG), date(2021, 7, 1)) == read_plan(LONGGANG)


def test_many_dates_fit_the_wording_s_place(db):
    plan = read_plan(LONGGANG)
    item = replace(plan.work_items[0], deadline="、".join(f"{month}月5日" for month in range(7, 13)))
    moved = shifted(replace(plan, work_items=(item,)), date(2022, 7, 1)).work_items[0]
    assert len(moved.reading.timing.dates) == 6
    assert moved.deadline == "2022-07-05至2022-12-05，共6个日期"


def test_a_prefix_in_use_is_refused_and_nothing_saved(db):
    load_plan(read_plan(LONGGANG))
    with pytest.raises(PlanError, match="LG"):
        load_plan(renamed(read_plan(LONGGANG), "other", "另一个", number_prefix="LG"))
    assert Campaign.objects.count() == 1


def test_what_was_open_stays_open_and_is_told(db):
    report = load_plan(shifted(copy_of(read_plan(LONGGANG)), date(2022, 7, 1)))
    assert SHIFTED in report.questions
    assert any("原方案：9月没有31日" in question for question in report.questions)
    assert report.campaign.phases.get(order=2).needs_confirmation
