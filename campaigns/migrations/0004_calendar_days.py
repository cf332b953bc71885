"""Holidays and worked weekends as the State Council gave them; a system admin adds later years."""

from chinese_calendar.constants import Holiday, holidays, workdays
from django.db import migrations

FIRST_YEAR = 2019
"""The year of the oldest campaign that the product comes with."""


def seed(apps, schema_editor):
    """Only days that differ from the plain week; days that somebody entered already stay as they are."""
    whole = {"清明": "清明节", "端午": "端午节", "中秋": "中秋节"}
    names = {holiday.value: whole.get(holiday.chinese, holiday.chinese) for holiday in Holiday}
    model = apps.get_model("campaigns", "CalendarDay")
    told = {**dict.fromkeys(holidays, False), **dict.fromkeys(workdays, True)}
    model.objects.bulk_create(
        [
            model(day=day, working=working, name=names[(holidays.get(day) or workdays[day])])
            for day, working in sorted(told.items())
            if day.year >= FIRST_YEAR and working != (day.isoweekday() < 6)
        ],
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0003_contractor_entry_applied_by")]

    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
