"""周通报 (P1 四（四）): task forces or counties in the order of their rate, and what stands out."""

from campaigns.enums import Rhythm
from campaigns.models import Campaign
from reports.figures.counting import records, row_units
from reports.figures.hazard_figures import FOUND, LISTED, OVERDUE, OVERDUE_MAJOR, RECTIFIED
from reports.figures.numbers import UNITS
from reports.figures.ranking import in_places
from reports.figures.standing import entries
from reports.indicators import Figures
from reports.layouts import hazard_tables, parts
from reports.layouts.form import Ask, Form, Indicators
from reports.layouts.hazard_tables import GROUP_HEADS, GroupFigures
from reports.layouts.parts import MOST_LISTED
from reports.workbook import CENTRED, FIGURE, PROSE, Book, Sheet, Value

SLUG = "bulletin"
NAME = "周通报"
GROUPS = "task_force"
WIDTHS = (7.0, 23.0, 10.5, 10.5, 10.5, 13.5, 10.5, 10.5)
LOOKS = (CENTRED, PROSE, FIGURE, FIGURE, CENTRED, FIGURE, FIGURE, FIGURE)
_RANKED = (FOUND, RECTIFIED, OVERDUE)
_SPANS = (1, 1, 2, 2, 2)
_LIST_LOOKS = (CENTRED, PROSE, PROSE, PROSE, CENTRED)
MOST_NAMED = 3
"""Names that the paragraph gives of the best."""

Placed = tuple[int | None, GroupFigures]


def indicators(campaign: Campaign) -> Indicators:
    """What the ranking prints, and what stands out."""
    return (FOUND, RECTIFIED, OVERDUE, OVERDUE_MAJOR, LISTED)


def ranked_by(campaign: Campaign) -> str:
    """Counties where units report their region or type their row in, else task forces."""
    return UNITS if row_units(campaign) else GROUPS


def title_for(campaign: Campaign) -> str:
    return f"{campaign.label}{NAME}"


def fill(book: Book, ask: Ask) -> None:
    """The ranking with its total counted again, then listed supervision and overdue majors."""
    by = ask.by or GROUPS
    placed = ranking(hazard_tables.groups_of(ask, _RANKED, by))
    sheet = parts.begin(book, ask, name=NAME, title=title_for(ask.campaign), widths=WIDTHS)
    parts.section(sheet, "一、整改进度排名")
    parts.prose(sheet, lead(ask, placed))
    heads = ("名次", GROUP_HEADS[by], "发现隐患\n（项）", "已整改\n（项）", "整改率", "逾期未整改\n（项）")
    table = parts.Table((*heads, "本周新增\n（项）", "本周销号\n（项）"), (1,) * len(WIDTHS), LOOKS)
    table.write(sheet, [_row(place, row) for place, row in placed])
    total = _row(None, (None, "合计", ask.counts.cumulative, ask.counts.period))
    sheet.row(["", *total[1:]], LOOKS, height=26)
    parts.note(sheet, _method(ask, placed))
    parts.section(sheet, "二、本周挂牌督办重大隐患")
    _write_listed(sheet, ask)
    _write_overdue(sheet, ask)
    parts.foot(sheet, ask)


def ranking(rows: list[GroupFigures]) -> list[Placed]:
    """The rows in their places; what belongs to none and what nobody knows ranks not and stands last."""
    ranked = [row for row in rows if _ranks(row)]
    rest: list[Placed] = [(None, row) for row in rows if not _ranks(row)]
    return [*in_places(ranked, lambda row: _counts(row[2])), *rest]


def _ranks(row: GroupFigures) -> bool:
    return row[0] is not None and _known(row[2])


def _known(figures: Figures) -> bool:
    return figures.get("found") is not None and figures.get("rectified") is not None


def _counts(figures: Figures) -> tuple[int, int, int]:
    closed, found, overdue = (int(figures.get(slug) or 0) for slug in ("rectified", "found", "overdue"))
    return closed, found, overdue


def _row(place: int | None, row: GroupFigures) -> list[Value]:
    _, name, cumulative, period = row
    return [
        "/" if place is None else place,
        name,
        parts.shown(cumulative.get("found")),
        parts.shown(cumulative.get("rectified")),
        parts.rate(cumulative, "rectified", "found"),
        parts.shown(cumulative.get("overdue")),
        parts.shown(period.get("found")),
        parts.shown(period.get("rectified")),
    ]


def lead(ask: Ask, placed: list[Placed]) -> str:
    """Where the whole stands, who leads, and who has something overdue."""
    total, week = ask.counts.cumulative, ask.counts.period
    said = (
        f"截至{parts.long_day(ask.as_of)}，累计发现隐患{parts.shown(total['found'])}项，"
        f"已整改{parts.shown(total['rectified'])}项，整改率{parts.rate(total, 'rectified', 'found')}，"
        f"逾期未整改{parts.shown(total['overdue'])}项。"
        f"本周新增{parts.shown(week['found'])}项，销号{parts.shown(week['rectified'])}项。"
    )
    best = [row[1] for place, row in placed if place is not None and place <= MOST_NAMED]
    if best:
        more = "等" if len(best) > MOST_NAMED else ""
        said += f"整改率居前的是{'、'.join(best[:MOST_NAMED])}{more}。"
    late = sorted((row for _, row in placed if row[2].get("overdue")), key=lambda row: -_counts(row[2])[2])
    if late:
        named = "、".join(f"{row[1]}（{row[2]['overdue']}项）" for row in late[:MOST_NAMED])
        said += f"逾期未整改较多的是{named}。" if len(late) > MOST_NAMED else f"有逾期未整改的是{named}。"
    return said


def _method(ask: Ask, placed: list[Placed]) -> str:
    """How the ranking was made, in words."""
    days = ask.campaign.cumulative(ask.as_of)
    unknown = any(not _known(row[2]) for _, row in placed)
    said = f"注：发现、已整改为累计数（{days}），整改率＝已整改÷发现；按整改率排名，相同的并列；"
    said += "未发现隐患的不排名。合计按全部隐患重新计数。"
    return said + ("“—”为未使用本系统、数据不详的单位，不排名。" if unknown else "")


def _write_list(
    sheet: Sheet, heads: tuple[str, ...], rows: list[list[Value]], count: int, *, then: float = 0
) -> None:
    parts.Table(heads, _SPANS, _LIST_LOOKS).write_listed(sheet, rows, count, "重大隐患", then=then)


def _write_listed(sheet: Sheet, ask: Ask) -> None:
    """Listings 挂牌 of the week: the records behind the figure."""
    rows = records(LISTED, ask.campaign, ask.as_of, ask.period, ask.coverage)
    listed = rows.select_related("hazard__park", "hazard__responsible_department")
    values: list[list[Value]] = [
        [
            str(serial),
            f"{one.hazard.number}\n{one.hazard.description}",
            f"{one.hazard.park}\n{one.hazard.where}",
            f"{one.get_level_display()}挂牌\n{one.number}",
            f"{parts.long_day(one.due_on)}前",
        ]
        for serial, one in enumerate(listed.order_by("published_on", "pk")[:MOST_LISTED], 1)
    ]
    heads = ("序号", "重大隐患", "园区和位置", "督办级别、文号", "督办期限")
    _write_list(sheet, heads, values, rows.count())


def _write_overdue(sheet: Sheet, ask: Ask) -> None:
    """Overdue majors, the longest overdue first; the last stands above the lines to sign."""
    rows = records(OVERDUE_MAJOR, ask.campaign, ask.as_of, None, ask.coverage)
    listed = entries(rows.order_by("due_on", "pk")[:MOST_LISTED], ask.then)
    values: list[list[Value]] = [
        [
            str(serial),
            f"{one.number}\n{one.description}",
            f"{one.park}\n{one.where}",
            one.responsible,
            f"{parts.long_day(one.due_on)}\n逾期{hazard_tables.days_over(one, ask.as_of)}天"
            if one.due_on
            else "",
        ]
        for serial, one in enumerate(listed, 1)
    ]
    parts.section(sheet, "三、逾期未整改重大隐患", then=parts.FOOT if len(values) < 2 else 0)
    heads = ("序号", "重大隐患", "园区和位置", "整治责任单位", "整改期限")
    _write_list(sheet, heads, values, rows.count(), then=parts.FOOT)


FORM = Form(
    SLUG,
    NAME,
    NAME,
    fill,
    title_for,
    indicators=indicators,
    rows_by=GROUPS,
    rows_of=ranked_by,
    rhythm=Rhythm.WEEKLY,
    by_unit=False,
)
