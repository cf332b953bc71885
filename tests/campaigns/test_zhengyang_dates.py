"""The work list of P3 附件1 falls due on these days, from these units: written out by hand from the plan.

Enterprises hold no accounts: what 园区各企业 owe is followed up by the lead bureau 安全生产部.
"""

from datetime import date

import pytest

from campaigns.actions import load_plan
from campaigns.enums import Rhythm
from campaigns.models import Occurrence
from campaigns.plan import read_plan
from campaigns.work.sync import sync_occurrences

SAFETY, PLANNING, OFFICE = "安全生产部", "规划建设部", "党政办"
BOTH = (SAFETY, PLANNING)
MONTH_ENDS = ("6-30", "7-31", "8-31", "9-30", "10-31", "11-30", "12-31")

# number: (days June to December 2023, holders); no days: standing work, or due before June.
WORK_LIST = {
    1: (("7-30",), (SAFETY,)),
    2: (("7-30",), BOTH),
    3: ((), (SAFETY,)),
    4: (("8-20", "11-20"), BOTH),
    5: ((), BOTH),
    6: (MONTH_ENDS, BOTH),
    7: (MONTH_ENDS, BOTH),
    8: (MONTH_ENDS, BOTH),
    9: (("6-25",), (SAFETY, PLANNING, OFFICE)),
    10: (("6-30",), BOTH),
    11: (("10-31",), BOTH),
    12: (("11-30",), (OFFICE,)),
    13: (("6-30",), BOTH),
    14: ((), BOTH),
    15: ((), BOTH),
    16: ((), BOTH),
    17: (("6-30",), BOTH),
    18: (("6-30",), BOTH),
    19: (("10-31",), BOTH),
    20: (("7-30",), BOTH),
    21: ((), BOTH),
    22: (("10-31",), BOTH),
    23: (("6-30",), (SAFETY,)),
    24: (("10-31",), BOTH),
    25: (("7-30",), (SAFETY,)),
    26: (("11-30",), (SAFETY,)),
    27: (("6-30",), (SAFETY,)),
    28: (("10-31",), (SAFETY,)),
    29: (("10-31",), (SAFETY,)),
    30: (("9-30",), BOTH),
    31: ((), (SAFETY,)),
    32: (("11-30",), (SAFETY,)),
    33: (("10-31",), (SAFETY,)),
    34: (("11-30",), (SAFETY,)),
    35: (("6-30", "8-31", "10-31", "12-31"), BOTH),
    36: (("11-30",), BOTH),
    37: ((), (SAFETY,)),
    38: (("8-31",), (SAFETY,)),
    39: (("9-30",), BOTH),
    40: (("9-30",), BOTH),
    41: (("10-15",), BOTH),
    42: (MONTH_ENDS, BOTH),
    43: (("7-30",), (SAFETY,)),
    44: (("10-31",), BOTH),
    45: (("6-30",), (SAFETY,)),
    46: (("8-31",), (SAFETY,)),
    47: (("7-30",), BOTH),
    48: (("6-30",), (SAFETY,)),
    49: (("8-30",), (SAFETY,)),
}
BEFORE_JUNE = {
    3: ("5-23",),
    5: ("5-20",),
    6: ("5-31",),
    7: ("5-31",),
    8: ("5-31",),
    37: ("5-31",),
    42: ("5-31",),
}
STANDING = {14, 15, 16, 21, 31}
REPORTS = {
    "企业专项行动方案及动员部署情况": ("5-26",),
    "贯彻落实情况": ("8-5", "11-5"),
    "进展情况月度调度表": MONTH_ENDS,
}


def days(texts):
    return [date(2023, *map(int, text.split("-"))) for text in texts]


@pytest.fixture
def campaign(db):
    return load_plan(read_plan("zhengyang-2023")).campaign


def owed(campaign, number, since=date(2023, 6, 1), until=date(2023, 12, 31)):
    rows = Occurrence.objects.filter(campaign=campaign, item__order=number, due_on__range=(since, until))
    return sorted(rows.values_list("due_on", "department__name"))


@pytest.mark.parametrize("number", WORK_LIST)
def test_due_days_and_holders_june_to_december(campaign, number):
    due, holders = WORK_LIST[number]
    assert owed(campaign, number) == sorted((day, holder) for day in days(due) for holder in holders)


def test_what_falls_due_before_june(campaign):
    early = Occurrence.objects.filter(campaign=campaign, item__isnull=False, due_on__lt=date(2023, 6, 1))
    found = {}
    for number, day, holder in early.values_list("item__order", "due_on", "department__name"):
        found.setdefault(number, set()).add((day, holder))
    assert found == {
        number: {(day, holder) for day in days(due) for holder in WORK_LIST[number][1]}
        for number, due in BEFORE_JUNE.items()
    }


def test_standing_work_has_no_day(campaign):
    rows = Occurrence.objects.filter(campaign=campaign, item__isnull=False, due_on__isnull=True)
    assert {(row.item.order, row.department.name) for row in rows} == {
        (number, holder) for number in STANDING for holder in WORK_LIST[number][1]
    }


def test_nothing_falls_due_besides(campaign):
    """The table is whole: the database holds as many occurrences as it writes out."""
    written = sum(len(due) * len(holders) for due, holders in WORK_LIST.values())
    written += sum(len(due) * len(WORK_LIST[number][1]) for number, due in BEFORE_JUNE.items())
    written += sum(len(WORK_LIST[number][1]) for number in STANDING)
    assert Occurrence.objects.filter(campaign=campaign, item__isnull=False).count() == written


def test_four_checks_a_month(campaign):
    quotas = Occurrence.objects.filter(campaign=campaign, item__isnull=False)
    assert set(quotas.filter(item__order=42).values_list("quota", flat=True)) == {4}
    assert set(quotas.exclude(item__order=42).values_list("quota", flat=True)) == {1}
    assert campaign.work_items.get(order=35).rhythm == Rhythm.TWO_MONTHLY


def test_days_of_the_reports(campaign):
    for name, due in REPORTS.items():
        rows = Occurrence.objects.filter(campaign=campaign, report__name=name).order_by("due_on")
        assert list(rows.values_list("due_on", "department__name")) == [(day, SAFETY) for day in days(due)]
    assert campaign.report_duties.count() == len(REPORTS)


def test_expanding_again_changes_nothing(campaign):
    before = list(Occurrence.objects.order_by("pk").values())
    assert sync_occurrences(campaign) == 0
    assert list(Occurrence.objects.order_by("pk").values()) == before
