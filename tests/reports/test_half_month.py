"""半月小结: its figures against a ledger made by hand, and the form opened again."""

import io
from datetime import date, timedelta

import openpyxl
import pytest

from campaigns.models import TaskForce
from campaigns.periods import Period
from hazards.enums import EnforcementKind, Level, Status
from hazards.models import Hazard, JointEnforcement
from hazards.queries import overdue
from reports.figures.counting import figures, records
from reports.figures.hazard_figures import OVERDUE, OVERDUE_MAJOR
from reports.layouts import FORMS, half_month
from reports.layouts.form import Ask
from reports.layouts.parts import MOST_LISTED
from tests import factories

DAY = date(2021, 9, 15)
HALF = Period(date(2021, 9, 1), DAY)


def reopen(book):
    return openpyxl.load_workbook(io.BytesIO(book.to_bytes())).active


def asked(world, unit=None, period=HALF, by="park"):
    return Ask(world.campaign, period.end, unit, period, by="" if unit else by)


def sheet_of(world, unit=None, period=HALF):
    return reopen(half_month.FORM.book(asked(world, unit, period)))


def rows(sheet):
    """Texts of each row without the cells that merges leave empty."""
    return [[cell.value for cell in row if cell.value is not None] for row in sheet.iter_rows()]


def row_of(sheet, first, after=""):
    """The row that begins with these words, the first below the row that begins with `after`."""
    found = rows(sheet)
    start = next((n for n, row in enumerate(found) if row and row[0] == after), 0)
    return next(row for row in found[start:] if row and row[0] == first)


def closed(world, on):
    return {"status": Status.CLOSED, "closed_on": on, "done_on": on,
            "accepted_by": world.lead, "submitted_by": world.dept_xincheng}  # fmt: skip


@pytest.fixture
def ledger(world):
    """Park A: three found in the half month (two closed), one before, closed in it; park B: one overdue."""
    a = {"task_force": world.task_force_a, "category": world.category}
    b = {"task_force": world.task_force_b, "category": world.campaign.categories.get(order=2)}
    factories.HazardFactory(**a, found_on=date(2021, 9, 1), **closed(world, date(2021, 9, 5)))
    factories.HazardFactory(**a, found_on=date(2021, 9, 15), **closed(world, date(2021, 9, 15)))
    factories.HazardFactory(
        **a, number="DUE", found_on=date(2021, 9, 10), due_on=date(2021, 9, 30), status=Status.RECTIFYING
    )
    factories.HazardFactory(**a, found_on=date(2021, 8, 1), **closed(world, date(2021, 9, 2)))
    factories.HazardFactory(
        **b,
        number="LATE",
        found_on=date(2021, 8, 2),
        due_on=date(2021, 9, 11),
        level=Level.MAJOR,
        status=Status.RECTIFYING,
        description="=1+1",
    )
    factories.HazardFactory(**b, number="LATER", due_on=date(2021, 10, 1), status=Status.RECTIFYING)
    factories.HazardFactory(**b, number="VOID", due_on=date(2021, 9, 2), status=Status.VOID)
    visit = {"campaign": world.campaign, "enterprise": world.enterprise_a, "department": world.xincheng}
    factories.InspectionFactory(**visit, inspected_on=DAY)
    factories.EnforcementFactory(**visit, kind=EnforcementKind.FINE, amount="12345.67", acted_on=DAY)
    factories.EnforcementFactory(**visit, kind=EnforcementKind.POWER_CUT, acted_on=date(2021, 8, 1))
    return world


def test_the_sentence_says_what_the_ledger_says(ledger):
    said = rows(sheet_of(ledger))[3][0]
    assert said == (
        "　　9月上半月，各单位、各专班共检查企业1家次，排查发现隐患4项，其中已整改2项，整改率50.0%；"
        "本期整改销号3项（含以前发现的隐患）。截至9月15日，累计发现隐患6项，已整改3项，整改率50.0%；"
        "逾期未整改隐患1项（其中重大隐患1项）。"
    )


def test_tables_by_kind_and_park_count_again(ledger):
    sheet = sheet_of(ledger)
    first, second = ledger.campaign.categories.all()
    assert row_of(sheet, first.name) == [first.name, 3, 3, 4, 3, "75.0%", 0]
    assert row_of(sheet, second.name) == [second.name, 1, 0, 2, 0, "0.0%", 1]
    total = ["合计", 4, 3, 6, 3, "50.0%", 1]
    assert row_of(sheet, "合计") == total
    assert row_of(sheet, "甲园", "三、按园区") == ["甲园", 3, 3, 4, 3, "75.0%", 0]
    assert row_of(sheet, "乙园", "三、按园区") == ["乙园", 1, 0, 2, 0, "0.0%", 1]
    assert row_of(sheet, "合计", "三、按园区") == total


def test_it_lists_what_is_overdue_and_what_comes_next(ledger):
    found = rows(sheet_of(ledger))
    late = next(row for row in found if "LATE" in row)
    assert (late[2], late[3], late[4].date(), late[5]) == ("乙园", "市综合行政执法局", date(2021, 9, 11), 4)
    due = next(row for row in found if "DUE" in row)
    assert (due[4].date(), due[5]) == (date(2021, 9, 30), "一般")
    assert ["五、下步到期隐患（9月16日至9月30日）"] in found
    assert not any("LATER" in row or "VOID" in row for row in found)


def test_joint_enforcement_and_acts_of_the_half_month(ledger):
    one = JointEnforcement.objects.create(
        campaign=ledger.campaign,
        title="消防联合执法",
        held_on=date(2021, 9, 3),
        recorded_by=ledger.lead,
        recorded_at=ledger.campaign.now(),
    )
    one.units.set([ledger.jingfa, ledger.xiaofang])
    one.hazards.set(Hazard.objects.filter(number="LATE"))
    sheet = sheet_of(ledger)
    joint = next(row for row in rows(sheet) if "消防联合执法" in row)
    assert joint[1].date() == date(2021, 9, 3)
    assert joint[4] == 1
    assert set(joint[3].split("、")) == {str(ledger.jingfa), str(ledger.xiaofang)}
    assert row_of(sheet, "行政处罚") == ["行政处罚", "万元", 1.234567, 1.234567]
    assert row_of(sheet, "停电") == ["停电", "家次", 0, 1]
    assert not any(row and row[0] == "取缔" for row in rows(sheet))
    assert any("消防联合执法" in row for row in rows(sheet_of(ledger, ledger.jingfa)))
    assert not any("消防联合执法" in row for row in rows(sheet_of(ledger, ledger.xincheng)))


def test_a_unit_sees_its_own(ledger):
    sheet = sheet_of(ledger, ledger.jingfa)
    assert rows(sheet)[3][0].startswith("　　9月上半月，市综合行政执法局共检查企业0家次，排查发现隐患1项")
    assert row_of(sheet, "合计", "三、按园区") == ["合计", 1, 0, 2, 0, "0.0%", 1]
    assert not any(row and row[0] == "甲园" for row in rows(sheet))


def test_it_prints_on_a4_with_open_lines_and_no_formula(ledger):
    sheet = sheet_of(ledger)
    setup = sheet.page_setup
    assert (int(setup.paperSize), setup.orientation) == (9, "portrait")
    assert (setup.fitToWidth, setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet["A1"].value, sheet["A1"].font.name, sheet["A1"].font.sz) == (
        f"{ledger.campaign.label}半月小结",
        "方正小标宋简体",
        22,
    )
    assert "A1:P1" in {str(area) for area in sheet.merged_cells.ranges}
    texts = {cell.value for row in sheet.iter_rows() for cell in row}
    assert {"填报人：", "审核领导：", "联系电话：", "填报时间：  年  月  日"} <= texts
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert sheet.row_dimensions[sheet.max_row].height >= 4 / 2.54 * 72


def test_without_any_record_each_part_says_so(world):
    found = rows(sheet_of(world))
    assert found[3][0].startswith("　　9月上半月，各单位、各专班共检查企业0家次，未发现新隐患")
    assert "整改率/；无逾期未整改隐患。" in found[3][0]
    assert found.count(["（无）"]) == 4
    assert row_of(sheet_of(world), "合计") == ["合计", 0, 0, 0, 0, "/", 0]


def test_names_of_half_months():
    assert half_month.name_of(HALF) == "9月上半月"
    assert half_month.name_of(Period(date(2021, 9, 16), date(2021, 9, 20))) == "9月下半月"
    assert half_month.name_of(Period(date(2021, 9, 1), date(2021, 9, 30))) == "9月1日至9月30日"
    assert half_month.next_until(Period(date(2021, 12, 16), date(2021, 12, 31))) == date(2022, 1, 15)


def test_a_long_list_tells_what_it_leaves_out(world):
    for number in range(MOST_LISTED + 3):
        factories.HazardFactory(
            task_force=world.task_force_a, category=world.category, number=f"L{number}",
            due_on=date(2021, 9, 2), status=Status.RECTIFYING,
        )  # fmt: skip
    assert ["注：逾期未整改隐患共43项，本表列前40项，其余见系统清单。"] in rows(sheet_of(world))


def test_overdue_is_the_red_light_today_and_goes_back_in_time(ledger):
    """Today it is the very rule of the lists; for a past day it reads the dates."""
    common = {"task_force": ledger.task_force_a, "category": ledger.category, "due_on": date(2021, 9, 5)}
    factories.HazardFactory(**common, number="S1", status=Status.SUBMITTED, done_on=date(2021, 9, 7))
    factories.HazardFactory(**common, number="S2", status=Status.SUBMITTED, done_on=date(2021, 9, 5))
    factories.HazardFactory(**common, number="C", **closed(ledger, date(2021, 9, 14)))
    factories.HazardFactory(**common, number="B", status=Status.RECTIFYING, backfilled=True)

    def behind(day):
        return set(records(OVERDUE, ledger.campaign, day).values_list("number", flat=True))

    now = Hazard.objects.filter(campaign=ledger.campaign).filter(overdue(DAY))
    assert behind(DAY) == set(now.values_list("number", flat=True)) - {"VOID"} == {"LATE", "S1"}
    assert behind(date(2021, 9, 13)) == {"LATE", "S1", "C"}
    assert behind(date(2021, 9, 6)) == {"S1", "C"}
    assert figures(ledger.campaign, DAY, indicators=[OVERDUE, OVERDUE_MAJOR]) == {
        "overdue": 2,
        "overdue_major": 1,
    }


def test_many_parks_are_cut_to_those_that_press(world):
    for number in range(MOST_LISTED):
        park = factories.ParkFactory(name=f"丁园{number}")
        TaskForce.objects.create(
            campaign=world.campaign, park=park, order=number + 5, department=world.jingfa
        )
    factories.HazardFactory(
        task_force=TaskForce.objects.get(park__name="丁园39"), category=world.category,
        found_on=DAY - timedelta(days=1),
    )  # fmt: skip
    found = rows(sheet_of(world))
    assert any(row and row[0] == "丁园39" for row in found)
    assert ["注：共42行，列逾期和新增较多的40行；合计为全部。"] in found


def test_it_is_made_each_half_month():
    assert FORMS["half-month"].rhythm == "half_monthly"
    assert FORMS["half-month"].by_unit
