"""周通报: places of task forces and of counties, the total counted again, what stands out below."""

import io
from datetime import date
from itertools import pairwise

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.enums import Counting
from campaigns.models import CampaignUnit
from campaigns.periods import Period
from hazards.enums import Level, Status, SupervisionLevel
from hazards.models import Hazard, Supervision
from reports.actions import Asked, compile_report
from reports.drilldown.kept_records import kept_ids, kept_share
from reports.figures.ranking import in_places
from reports.layouts import bulletin
from reports.layouts.form import Ask
from tests import factories

DAY = date(2021, 9, 12)
WEEK = Period(date(2021, 9, 6), DAY)
HEADS = ["名次", "专班", "发现隐患\n（项）", "已整改\n（项）", "整改率", "逾期未整改\n（项）",
         "本周新增\n（项）", "本周销号\n（项）"]  # fmt: skip


def asked(world, unit=None):
    return Ask(world.campaign, DAY, unit, WEEK, by="" if unit else bulletin.FORM.rows_by)


def sheet_of(world, unit=None):
    book = bulletin.FORM.book(asked(world, unit))
    return openpyxl.load_workbook(io.BytesIO(book.to_bytes())).active


def rows(sheet):
    return [[cell.value for cell in row if cell.value is not None] for row in sheet.iter_rows()]


def hazard(world, force, number, *, closed_on=None, **more):
    if closed_on:
        more |= {"status": Status.CLOSED, "closed_on": closed_on, "done_on": closed_on,
                 "accepted_by": world.lead, "submitted_by": world.dept_xincheng}  # fmt: skip
    facts = {"status": Status.RECTIFYING} | more
    return factories.HazardFactory(task_force=force, category=world.category, number=number, **facts)


@pytest.fixture
def ledger(world):
    """A: 1 of 2 rectified, one overdue; B: 2 of 4, none overdue; C: all; D: nothing found."""
    c, _ = (
        factories.TaskForceFactory(
            campaign=world.campaign,
            park=factories.ParkFactory(name=name),
            department=world.jingfa,
            order=order,
        )
        for name, order in (("丙二园", 3), ("丁园", 4))
    )
    hazard(world, world.task_force_a, "A1", closed_on=date(2021, 9, 8))
    hazard(world, world.task_force_a, "A2", found_on=date(2021, 8, 1), due_on=date(2021, 9, 11))
    for number in (1, 2):
        hazard(world, world.task_force_b, f"B{number}", closed_on=date(2021, 9, 3))
        hazard(world, world.task_force_b, f"B{number + 2}", found_on=date(2021, 9, 6))
    hazard(world, c, "C1", closed_on=date(2021, 9, 12), found_on=date(2021, 9, 12))
    hazard(world, c, "C2", status=Status.VOID)
    return world


def test_the_ranking_row_by_row(ledger):
    found = rows(sheet_of(ledger))
    start = found.index(HEADS)
    assert found[start + 1 : start + 6] == [
        [1, "丙二园专班", 1, 1, "100.0%", 0, 1, 1],
        [2, "乙园专班", 4, 2, "50.0%", 0, 2, 0],
        [2, "甲园专班", 2, 1, "50.0%", 1, 0, 1],
        ["/", "丁园专班", 0, 0, "/", 0, 0, 0],
        ["合计", 7, 4, "57.1%", 1, 3, 2],
    ]


def test_the_sentence(ledger):
    said = rows(sheet_of(ledger))[3][0]
    assert said == (
        "　　截至2021年9月12日，累计发现隐患7项，已整改4项，整改率57.1%，逾期未整改1项。"
        "本周新增3项，销号2项。"
        "整改率居前的是丙二园专班、乙园专班、甲园专班。有逾期未整改的是甲园专班（1项）。"
    )


def test_listed_supervision_of_the_week_and_overdue_majors(ledger):
    major = hazard(ledger, ledger.task_force_b, "M1", level=Level.MAJOR, due_on=date(2021, 9, 10))
    calm = hazard(ledger, ledger.task_force_b, "M2", level=Level.MAJOR, due_on=date(2021, 9, 12))
    for one, on in ((major, date(2021, 9, 7)), (calm, date(2021, 9, 5))):
        Supervision.objects.create(
            hazard=one, level=SupervisionLevel.COUNTY, number=f"督〔2021〕{one.pk}号", published_on=on,
            due_on=date(2021, 11, 1), by=ledger.lead,
        )  # fmt: skip
    found = rows(sheet_of(ledger))
    second = found.index(["二、本周挂牌督办重大隐患"])
    third = found.index(["三、逾期未整改重大隐患"])
    listed, late = found[second + 2 : third], found[third + 2]
    assert len(listed) == 1
    assert listed[0][1].startswith("M1\n")
    assert listed[0][3:] == [f"县（市、区）级挂牌\n督〔2021〕{major.pk}号", "2021年11月1日前"]
    assert late[1].startswith("M1\n")
    assert late[3:] == ["市综合行政执法局", "2021年9月10日\n逾期2天"]
    assert not any(str(cell).startswith("M2") for row in found for cell in row)


def test_a_row_that_goes_with_the_signature_has_its_heads_above(ledger):
    """Whatever the number of rows, a page begins with a part or with a table's heads."""
    begun = set()
    for number in range(14):
        sheet = sheet_of(ledger)
        begun |= {sheet.cell(one.id + 1, 1).value for one in sheet.row_breaks.brk}
        hazard(
            ledger, ledger.task_force_b, f"M{number}", level=Level.MAJOR,
            due_on=date(2021, 9, 10), description="消防水池无水，两台消防泵均无法启动" * 3,
        )  # fmt: skip
    assert begun == {"序号", "三、逾期未整改重大隐患"}


def test_counties_rank_where_units_report_their_region(ledger):
    east, west = factories.RegionFactory(name="东县"), factories.RegionFactory(name="西县")
    for unit, region, counting in (
        (ledger.xincheng, east, Counting.REGION),
        (ledger.jingfa, west, Counting.TYPED),
    ):
        unit.region = region
        unit.save()
        CampaignUnit.objects.filter(campaign=ledger.campaign, department=unit).update(counting=counting)
    ledger.park_a.region = east
    ledger.park_a.save()
    assert bulletin.FORM.grouping(ledger.campaign) == "unit"
    found = rows(sheet_of(ledger))
    start = next(n for n, row in enumerate(found) if row[:1] == ["名次"])
    assert found[start][1] == "单位"
    assert found[start + 1] == [1, str(ledger.xincheng), 2, 1, "50.0%", 1, 0, 1]
    typed = next(row for row in found if str(ledger.jingfa) in row)
    assert typed == ["/", str(ledger.jingfa), "—", "—", "/", "—", "—", "—"]
    assert any("不详的单位，不排名" in str(cell) for row in found for cell in row)


def test_records_behind_a_row_stay_those_of_the_row(ledger):
    report, _ = compile_report(Asked(ledger.campaign, None, bulletin.FORM, WEEK))
    row = str(ledger.task_force_b.pk)
    Hazard.objects.filter(number="B1").update(task_force=ledger.task_force_a, park=ledger.park_a)
    ids = kept_ids(report, "found", "cumulative")
    mine = kept_share(ids, bulletin.FOUND, report, row)
    assert set(Hazard.objects.filter(pk__in=mine).values_list("number", flat=True)) == {
        "B1",
        "B2",
        "B3",
        "B4",
    }


def test_a_unit_sees_its_own_task_forces(ledger):
    names = [row[1] for row in rows(sheet_of(ledger, ledger.xincheng)) if len(row) == 8]
    assert names == ["专班", "甲园专班"]


def test_without_any_record(world):
    found = rows(sheet_of(world))
    assert found.count(["（无）"]) == 2
    assert ["/", "甲园专班", 0, 0, "/", 0, 0, 0] in found
    assert ["合计", 0, 0, "/", 0, 0, 0] in found


def test_print_setup_fonts_and_types(ledger):
    sheet = sheet_of(ledger)
    assert (int(sheet.page_setup.paperSize), sheet.page_setup.orientation) == (9, "portrait")
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert (sheet["A1"].font.name, sheet["A1"].font.sz) == ("方正小标宋简体", 22)
    assert sheet["A1"].value == f"{ledger.campaign.label}周通报"
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    texts = {cell.value for row in sheet.iter_rows() for cell in row}
    assert {"填报人：", "审核领导：", "联系电话：", "填报时间：  年  月  日"} <= texts


def test_only_the_lead_bureau_makes_it_each_week():
    assert bulletin.FORM.rhythm == "weekly"
    assert not bulletin.FORM.by_unit


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), st.integers(0, 5))))
def test_places_hold_together(counts):
    """Better rates stand first, equal ones share a place, a place is how many stand better plus one."""
    counts = [(min(closed, found), found, late) for closed, found, late in counts]
    placed = in_places(counts, lambda row: row)
    assert sorted(row for _, row in placed) == sorted(counts)
    ranked = [(place, round(1000 * row[0] / row[1] + 1e-9), row[2]) for place, row in placed if place]
    assert all(row[1] == 0 for place, row in placed if place is None)
    assert len(ranked) == sum(1 for row in counts if row[1])
    for (one, better, few), (two, worse, more) in pairwise(ranked):
        assert (one < two and better >= worse) or (one == two and better == worse and few <= more)
    for place, reached, _ in ranked:
        assert place == 1 + next(n for n, row in enumerate(ranked) if row[1] == reached)
