"""半月小结 (P0 三.3: 一周一行动、半月一小结、每月一研判): what half a month brought, and what comes next."""

from datetime import date, timedelta

from campaigns.enums import Rhythm
from campaigns.models import Campaign
from campaigns.periods import Period, period_of
from hazards.models import JointEnforcement
from reports.figures.hazard_figures import (
    ACTS,
    FOUND,
    FOUND_RECTIFIED,
    OVERDUE,
    OVERDUE_MAJOR,
    RECTIFIED,
    of_categories,
)
from reports.indicators import BY_SLUG, Figures
from reports.layouts import hazard_tables, parts
from reports.layouts.form import Ask, Form, Indicators
from reports.layouts.parts import Table
from reports.workbook import CENTRED, DATE, FIGURE, PROSE, Book, Sheet, Value

SLUG = "half-month"
NAME = "半月小结"
GROUPS = "park"
NOW = "本期"
_BY_PARK = (FOUND, RECTIFIED, OVERDUE)


def indicators(campaign: Campaign) -> Indicators:
    """What was found, rectified and is overdue, in all and by kind; visits; enforcement."""
    return (
        BY_SLUG["inspected"],
        FOUND,
        BY_SLUG["found_major"],
        FOUND_RECTIFIED,
        RECTIFIED,
        OVERDUE,
        OVERDUE_MAJOR,
        *of_categories(campaign),
        *ACTS,
    )


def title_for(campaign: Campaign) -> str:
    return f"{campaign.label}{NAME}"


def name_of(period: Period) -> str:
    """9月上半月; any other days by their dates."""
    start, end = period.start, period.end
    half = {1: "上半月", 16: "下半月"}.get(start.day)
    if half is None or end > period_of(Rhythm.HALF_MONTHLY, start, 7).end:
        return f"{parts.day(start)}至{parts.day(end)}"
    return f"{start.month}月{half}"


def fill(book: Book, ask: Ask) -> None:
    """One sheet: prose and tables, with room for what the officer adds."""
    assert ask.period is not None, "a report is of a period"
    by = ask.by or GROUPS
    sheet = parts.begin(book, ask, name=NAME, title=title_for(ask.campaign))
    parts.section(sheet, "一、总体情况")
    parts.prose(sheet, lead(ask))
    parts.section(sheet, "二、按整治内容")
    hazard_tables.progress("整治内容", NOW).write(sheet, hazard_tables.by_category(ask))
    parts.section(sheet, f"三、按{hazard_tables.GROUP_HEADS[by].removesuffix('名称')}")
    hazard_tables.write_groups(sheet, ask, hazard_tables.groups_of(ask, _BY_PARK, by), by=by, now=NOW)
    parts.section(sheet, "四、逾期未整改隐患")
    hazard_tables.write_overdue(sheet, ask)
    until = next_until(ask.period)
    parts.section(sheet, f"五、下步到期隐患（{parts.days_after(ask.period, until)}）")
    hazard_tables.write_due(sheet, ask, until)
    parts.section(sheet, "六、联合执法和执法措施")
    _write_joint(sheet, ask, ask.period)
    parts.gap(sheet)
    hazard_tables.write_acts(sheet, ask, NOW)
    parts.closing(sheet, ask, "七、存在问题和下步打算")


def next_until(period: Period) -> date:
    """The last day of the half month after the one in which the period ends."""
    end = period_of(Rhythm.HALF_MONTHLY, period.end, 7).end
    return period_of(Rhythm.HALF_MONTHLY, end + timedelta(days=1), 7).end


def lead(ask: Ask) -> str:
    """The sentence that the whole half month comes to."""
    assert ask.period is not None
    now, total = ask.counts.period, ask.counts.cumulative
    who = ask.unit.name if ask.unit else "各单位、各专班"
    return (
        f"{name_of(ask.period)}，{who}共检查企业{parts.shown(now['inspected'])}家次，{_found(now)}"
        f"截至{parts.day(ask.as_of)}，累计发现隐患{parts.shown(total['found'])}项，"
        f"已整改{parts.shown(total['rectified'])}项，整改率{parts.rate(total, 'rectified', 'found')}；"
        f"{_overdue(total)}"
    )


def _found(now: Figures) -> str:
    closed = f"本期整改销号{parts.shown(now['rectified'])}项（含以前发现的隐患）。"
    if now["found"] == 0:
        return f"未发现新隐患，{closed}"
    major = f"（其中重大隐患{now['found_major']}项）" if now["found_major"] else ""
    return (
        f"排查发现隐患{parts.shown(now['found'])}项{major}，其中已整改{parts.shown(now['found_rectified'])}项，"
        f"整改率{parts.rate(now, 'found_rectified', 'found')}；{closed}"
    )


def _overdue(total: Figures) -> str:
    if total["overdue"] == 0:
        return "无逾期未整改隐患。"
    major = f"（其中重大隐患{total['overdue_major']}项）" if total["overdue_major"] else ""
    return f"逾期未整改隐患{parts.shown(total['overdue'])}项{major}。"


def _write_joint(sheet: Sheet, ask: Ask, period: Period) -> None:
    """Joint enforcement of the days: of a unit's report, that in which it took part."""
    held = JointEnforcement.objects.filter(
        campaign=ask.campaign, held_on__range=(period.start, period.end), voided_on=None
    )
    if ask.coverage.unit is not None:
        held = held.filter(units=ask.coverage.unit)
    if ask.coverage.regions is not None:
        held = held.filter(hazards__park__region__in=ask.coverage.regions).distinct()
    rows: list[list[Value]] = [
        [str(serial), one.held_on, one.title, "、".join(map(str, one.units.all())), one.hazards.count()]
        for serial, one in enumerate(held.prefetch_related("units").order_by("held_on", "pk"), 1)
    ]
    heads = ("序号", "日期", "联合执法", "参加单位", "涉及隐患\n（项）")
    Table(heads, (1, 3, 4, 6, 2), (CENTRED, DATE, PROSE, PROSE, FIGURE)).write(sheet, rows)


FORM = Form(
    SLUG,
    NAME,
    NAME,
    fill,
    title_for,
    indicators=indicators,
    rows_by=GROUPS,
    rhythm=Rhythm.HALF_MONTHLY,
)
