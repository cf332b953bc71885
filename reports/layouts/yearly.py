"""年度报告和三年行动报告 (P2 §三（四）): how far the main tasks and the work plan came."""

from campaigns.enums import Rhythm
from campaigns.models import Campaign, Provision
from campaigns.periods import Period
from hazards.tallies import rate_text
from reports.figures.counting import ledger_rows, span_of
from reports.figures.groups import figures_by_name
from reports.figures.numbers import UNITS
from reports.indicators import Figures, Indicator, Ledger
from reports.layouts import hazard_tables, parts
from reports.layouts.form import Ask, Form
from reports.layouts.parts import MOST_LISTED, Table
from reports.layouts.yearly_figures import CHECKUPS, CONTRACTORS, OTHERS, PROVISIONS, WORK, indicators
from reports.workbook import CENTRED, DATE, FIGURE, PROSE, Book, Sheet, Value

SLUG = "yearly"
NAME = "年度报告"
_DIGITS = "〇一二三四五六七八九十"


def title_for(campaign: Campaign) -> str:
    return f"{campaign.label}{NAME}"


def name_of(period: Period) -> str:
    """2021年度报告; 三年行动报告 of days that lie in three years."""
    years = period.end.year - period.start.year + 1
    if years == 1:
        return f"{period.end.year}{NAME}"
    return f"{_DIGITS[years] if years < len(_DIGITS) else years}年行动报告"


def now_of(period: Period) -> str:
    """What the tables call the report's days."""
    return "本年" if period.start.year == period.end.year else "期内"


def fill(book: Book, ask: Ask) -> None:
    """One sheet in the order of the plan's tasks."""
    assert ask.period is not None, "a report is of a period"
    now = now_of(ask.period)
    title = f"{ask.campaign.label}\n{name_of(ask.period)}"
    sheet = parts.begin(book, ask, name=NAME, title=title)
    parts.section(sheet, "一、总体情况")
    parts.prose(sheet, lead(ask))
    _write_hazards(sheet, ask, now)
    _write_provisions(sheet, ask, now)
    parts.section(sheet, "四、风险评价、应急演练、承包商和企业退出")
    _write_figures(sheet, ask, (*CHECKUPS, *CONTRACTORS, *OTHERS), now)
    parts.section(sheet, "五、检查执法")
    hazard_tables.write_acts(sheet, ask, now)
    _write_work(sheet, ask)
    parts.closing(sheet, ask, "七、存在问题和下一步工作")


def lead(ask: Ask) -> str:
    """What the period comes to, in one paragraph."""
    assert ask.period is not None
    now, total = ask.counts.period, ask.counts.cumulative
    done = _sum(now, "work_on_time", "work_late")
    return (
        f"{parts.long_day(ask.period.start)}至{parts.long_day(ask.as_of)}，检查企业{parts.shown(now['inspected'])}家次，"
        f"发现隐患{parts.shown(now['found'])}项（其中重大{parts.shown(now['found_major'])}项），"
        f"整改销号{parts.shown(now['rectified'])}项（其中重大{parts.shown(now['rectified_major'])}项）。"
        f"行动开始以来累计发现隐患{parts.shown(total['found'])}项，已整改{parts.shown(total['rectified'])}项，"
        f"整改率{parts.rate(total, 'rectified', 'found')}，逾期未整改{parts.shown(total['overdue'])}项。"
        f"制度措施计划出台{parts.shown(now['provisions_planned'])}项，已出台{parts.shown(now['provisions_issued'])}项。"
        f"应完成工作{parts.shown(now['work_due'])}项次，完成{parts.shown(done)}项次，"
        f"完成率{_work_rate(now)}。"
    )


def _sum(figures: Figures, *slugs: str) -> int | None:
    known = [figures.get(slug) for slug in slugs]
    return None if None in known else sum(int(one or 0) for one in known)


def _work_rate(figures: Figures) -> str:
    done, due = _sum(figures, "work_on_time", "work_late"), figures.get("work_due")
    return "/" if done is None or due is None else rate_text(done, int(due))


def _write_hazards(sheet: Sheet, ask: Ask, now: str) -> None:
    numbers = ask.counts
    parts.section(sheet, "二、问题隐患排查整改")
    levels = [
        hazard_tables.progress_row(name, numbers.period, numbers.cumulative, end)
        for name, end in (("重大隐患", "_major"), ("一般隐患", "_general"), ("合计", ""))
    ]
    hazard_tables.progress("隐患等级", now).write(sheet, levels)
    parts.gap(sheet)
    hazard_tables.progress("整治内容", now).write(sheet, hazard_tables.by_category(ask))


def _write_provisions(sheet: Sheet, ask: Ask, now: str) -> None:
    """制度措施清单: the counts, and each rule with its day and document."""
    parts.section(sheet, "三、制度措施清单")
    _write_figures(sheet, ask, PROVISIONS, now)
    parts.gap(sheet)
    span = span_of(ask.campaign, ask.as_of, ask.period)
    rows = ledger_rows(Ledger.PROVISIONS, ask.campaign, span, ask.coverage)
    listed = rows.select_related("department", "park").order_by("planned_on", "pk")
    values = [_provision(n, one, ask) for n, one in enumerate(listed[:MOST_LISTED], 1)]
    heads = ("序号", "制度措施", "责任单位", "计划出台", "实际出台", "文号")
    looks = (CENTRED, PROSE, PROSE, DATE, DATE, PROSE)
    Table(heads, (1, 4, 3, 3, 3, 2), looks).write_listed(sheet, values, rows.count(), "制度措施")


def _provision(serial: int, one: Provision, ask: Ask) -> list[Value]:
    issued = one.issued_on if one.issued_on and one.issued_on <= ask.as_of else None
    name = f"{one.name}（{one.park}）" if one.park else one.name
    number = one.document_number if issued else ""
    return [str(serial), name, str(one.department), one.planned_on, issued, number]


def _write_figures(sheet: Sheet, ask: Ask, figures: tuple[Indicator, ...], now: str) -> None:
    """A row a figure: of the period and in all; what stands as on the day has no period."""
    rows: list[list[Value]] = [
        [
            one.label,
            one.unit,
            "/" if one.stock else parts.shown(ask.counts.period[one.slug]),
            parts.shown(ask.counts.cumulative[one.slug]),
        ]
        for one in figures
    ]
    looks = (PROSE, CENTRED, FIGURE, FIGURE)
    Table(("项目", "单位", now, "累计"), (7, 3, 3, 3), looks).write(sheet, rows)


def _write_work(sheet: Sheet, ask: Ask) -> None:
    """Work of the period on time, late and open: a row a unit and the total."""
    parts.section(sheet, "六、重点任务和工作计划完成情况")
    rows = ask.counts.period_rows
    if not ask.by:
        rows = figures_by_name(
            ask.campaign, ask.as_of, "department", period=ask.period, coverage=ask.coverage, indicators=WORK
        )
        rows = [row for row in rows if any(row[2].values())]
    table = [_work_row(name, figures) for _, name, figures in rows]
    heads = ("单位", "应完成", "按期完成", "逾期完成", "未完成", "完成率")
    table += [_work_row("合计", ask.counts.period)] if table else []
    Table(heads, (6, 2, 2, 2, 2, 2), (PROSE, *[FIGURE] * 5)).write(sheet, table)
    parts.note(sheet, "注：每期每单位计一项次；专班的工作计入牵头该专班的单位；常态化工作没有期限，不计。")


def _work_row(name: str, figures: Figures) -> list[Value]:
    slugs = ("work_due", "work_on_time", "work_late", "work_open")
    return [name, *(parts.shown(figures.get(slug)) for slug in slugs), _work_rate(figures)]


FORM = Form(
    SLUG,
    NAME,
    NAME,
    fill,
    title_for,
    indicators=indicators,
    rows_by=UNITS,
    rhythm=Rhythm.YEARLY,
)
