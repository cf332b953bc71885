"""Working days: the table wins, then the State Council's holidays, then the plain week, marked as such."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import AuditEntry
from campaigns.calendar import Calendar, add_workdays, workdays_between
from campaigns.models import CalendarDay

DAY = timedelta(days=1)

TOLD = [
    (date(2021, 10, 1), False, "国庆节放假"),
    (date(2021, 10, 7), False, "国庆节放假"),
    (date(2021, 10, 9), True, "调休上班"),  # a Saturday
    (date(2021, 10, 8), True, ""),
    (date(2021, 10, 16), False, "周六"),
    (date(2021, 10, 17), False, "周日"),
    (date(2020, 1, 24), False, "春节放假"),
    (date(2023, 6, 22), False, "端午节放假"),
    (date(2026, 2, 16), False, "春节放假"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("day", "working", "remark"), TOLD)
def test_holidays_and_worked_weekends(day, working, remark):
    calendar = Calendar.between(day, day)
    assert (calendar.is_workday(day), calendar.remark(day)) == (working, remark)


@pytest.mark.django_db
@pytest.mark.parametrize(("day", "working", "remark"), TOLD)
def test_the_library_tells_what_the_table_does_not(day, working, remark):
    CalendarDay.objects.all().delete()
    calendar = Calendar.between(day, day)
    assert (calendar.is_workday(day), calendar.remark(day)) == (working, remark)


@pytest.mark.django_db
def test_the_table_is_seeded_with_the_days_that_differ_from_the_plain_week():
    assert CalendarDay.objects.get(day=date(2019, 10, 1)).name == "国庆节"
    assert CalendarDay.objects.filter(day__year=2026, working=True).exists()
    assert not CalendarDay.objects.filter(day__lt=date(2019, 1, 1)).exists()
    for row in CalendarDay.objects.all():
        assert row.working != (row.day.isoweekday() < 6)


@pytest.mark.django_db
def test_later_years_are_estimated_until_somebody_tells_them():
    saturday, holiday = date(2027, 1, 16), date(2027, 10, 1)
    before = Calendar.between(saturday, holiday)
    assert before.remark(saturday) == "周末（暂按周末推算）"
    assert before.is_workday(holiday) and before.is_estimated(holiday)
    CalendarDay.objects.create(day=holiday, working=False, name="国庆节")
    after = Calendar.between(saturday, holiday)
    assert after.remark(saturday) == "周六"
    assert (after.is_workday(holiday), after.remark(holiday)) == (False, "国庆节放假")
    assert not after.is_estimated(holiday)


@pytest.mark.django_db
def test_a_row_wins_over_the_library():
    CalendarDay.objects.filter(day=date(2021, 10, 7)).update(working=True, name="值班调整")
    CalendarDay.objects.create(day=date(2021, 9, 16), working=False, name="台风停工放假")
    CalendarDay.objects.create(day=date(2021, 9, 17), working=False)
    calendar = Calendar.between(date(2021, 9, 16), date(2021, 10, 7))
    assert calendar.is_workday(date(2021, 10, 7)) and calendar.remark(date(2021, 10, 7)) == ""
    assert calendar.remark(date(2021, 9, 16)) == "台风停工放假"
    assert calendar.remark(date(2021, 9, 17)) == "放假"


@pytest.mark.django_db
def test_it_is_read_in_one_query_whatever_it_is_asked(django_assert_num_queries):
    with django_assert_num_queries(1):
        calendar = Calendar.of([date(2021, 7, 1), None, date(2022, 1, 3)])
        days = [date(2021, 1, 1) + n * DAY for n in range(900)]
        assert sum(calendar.is_workday(day) for day in days) > 500
    with django_assert_num_queries(0):
        assert Calendar.of([None]).day_off(None) == ""


@pytest.mark.django_db
def test_working_days_are_counted_over_the_national_day():
    """27–30 September and 8, 9 October 2021 are worked; 1–7 October are not."""
    assert workdays_between(date(2021, 9, 27), date(2021, 10, 9)) == 6
    assert workdays_between(date(2021, 10, 9), date(2021, 9, 27)) == 0
    assert add_workdays(date(2021, 9, 30), 1) == date(2021, 10, 8)
    assert add_workdays(date(2021, 9, 30), 3) == date(2021, 10, 11)
    assert add_workdays(date(2021, 10, 8), -1) == date(2021, 9, 30)
    assert add_workdays(date(2021, 10, 3), 0) == date(2021, 10, 3)


@given(st.dates(date(2004, 1, 1), date(2060, 12, 31)))
def test_no_year_is_too_late(day):
    calendar = Calendar()
    remark = calendar.remark(day)
    assert bool(calendar.day_off(day)) == (not calendar.is_workday(day))
    assert ("推算" in remark) == (day.year > 2026 and day.isoweekday() > 5)


@pytest.mark.django_db
@settings(max_examples=30)
@given(st.dates(date(2015, 1, 1), date(2060, 1, 1)), st.integers(1, 60))
def test_adding_working_days_and_counting_them_agree(day, count):
    there = add_workdays(day, count)
    assert workdays_between(day + DAY, there) == count
    assert Calendar.between(there, there).is_workday(there)
    assert add_workdays(there + DAY, -1) == there


def test_system_admins_keep_it_and_the_audit_tells(world, client):
    client.force_login(world.system_admin)
    type(world.system_admin).objects.filter(pk=world.system_admin.pk).update(is_staff=True)
    add = reverse("admin:campaigns_calendarday_add")
    assert client.post(add, {"day": "2027-10-01", "name": "国庆节"}).status_code == 302
    row = CalendarDay.objects.get(day=date(2027, 10, 1))
    listing = client.get(reverse("admin:campaigns_calendarday_changelist")).content.decode()
    assert '<td class="field-arranged">放假</td>' in listing and "调休上班" in listing
    assert not row.working
    again = client.post(add, {"day": "2027-10-01", "name": "国庆节"})
    assert again.status_code == 200 and CalendarDay.objects.filter(day=row.day).count() == 1
    change = reverse("admin:campaigns_calendarday_change", args=[row.pk])
    assert client.post(change, {"day": "2027-10-01", "working": "on", "name": ""}).status_code == 302
    listed = client.post(
        reverse("admin:campaigns_calendarday_changelist"),
        {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"},
    )
    assert listed.status_code == 302 and not CalendarDay.objects.filter(pk=row.pk).exists()
    entries = AuditEntry.objects.filter(act="节假日维护", user=world.system_admin)
    assert [entry.detail["what"] for entry in entries.order_by("pk")] == ["新增", "修改", "删除"]


def test_others_do_not_keep_it(world, client):
    client.force_login(world.lead)
    assert client.get(reverse("admin:campaigns_calendarday_changelist")).status_code == 302
