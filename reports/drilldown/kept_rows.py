"""Records behind a figure as lines of a list: what a person knows them by, then and now."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from campaigns.queries import Scope
from hazards.enums import Level, Status
from hazards.models import Enforcement, Hazard, Inspection
from hazards.queries import hazards_in, inspections_in, parks_in_sight
from hazards.records.wording import measure_of
from reports.drilldown.kept_records import rows_of
from reports.figures.standing import entries
from reports.indicators import Indicator, Ledger
from reports.models import Report


@dataclass(frozen=True)
class Cell:
    """One cell of a line: its words, where it leads, and the class that places it."""

    text: str
    href: str = ""
    css: str = ""
    clip: bool = False


@dataclass(frozen=True)
class Line:
    """One record. `now`: what became of it since the report, "" where nothing did."""

    cells: Sequence[Cell]
    now: str = ""


@dataclass(frozen=True)
class Sight:
    """Pages that the reader may open: a report lists more than its reader may see each by itself."""

    hazards: frozenset[int] = frozenset()
    visits: frozenset[int] = frozenset()
    parks: frozenset[int] = frozenset()


Lines = tuple[Sequence[str], list[Line]]
"""Headings and lines."""

GONE = Line([Cell("该记录现已删除", css="lead-cell")], "现已删除")


def lines_of(ids: Sequence[int], indicator: Indicator, report: Report, scope: Scope) -> Lines:
    """The records of one page, in the order of the ids."""
    heads, related, line = _KINDS.get(indicator.ledger, (("记录",), (), _plain))
    rows = rows_of(indicator, report).select_related(*related).in_bulk(list(ids))
    if indicator.ledger is Ledger.HAZARDS:
        return _hazards(ids, rows, report, scope)
    sight = _sight(indicator.ledger, rows, scope)
    return heads, [line(rows[pk], sight) if pk in rows else GONE for pk in ids]


def _sight(ledger: Ledger, rows: dict[int, Any], scope: Scope) -> Sight:
    found: dict[str, QuerySet[Any]] = {"parks": parks_in_sight(scope)}
    if ledger in (Ledger.VISITS, Ledger.ROUNDS, Ledger.RESULTS):
        visits = [row.inspection_id if ledger is Ledger.RESULTS else row.pk for row in rows.values()]
        found["visits"] = inspections_in(scope).filter(pk__in=visits)
    if ledger in (Ledger.RESULTS, Ledger.LISTINGS):
        found["hazards"] = hazards_in(scope).filter(pk__in=[row.hazard_id for row in rows.values()])
    return Sight(**{name: frozenset(seen.values_list("pk", flat=True)) for name, seen in found.items()})


def _hazards(ids: Sequence[int], rows: dict[int, Hazard], report: Report, scope: Scope) -> Lines:
    day = report.as_of
    heads = ("隐患编号", "园区", "发生位置（企业）", "隐患描述", "等级", f"状态（{day:%m-%d}）")
    then = {one.number: one for one in entries(Hazard.objects.filter(pk__in=ids), day)}
    seen = set(hazards_in(scope).filter(pk__in=ids).values_list("pk", flat=True))
    lines = []
    for pk in ids:
        row = rows.get(pk)
        if row is None:
            lines.append(GONE)
            continue
        entry = then[row.number]
        status = entry.status_on(day)
        cells = [
            Cell(row.number, reverse("hazards:detail", args=[pk]) if pk in seen else "", "lead-cell nowrap"),
            Cell(entry.park),
            Cell(entry.where),
            Cell(entry.description, clip=True),
            Cell(Level(row.level).label, css="nowrap"),
            Cell(Status(status).label, css="nowrap"),
        ]
        lines.append(Line(cells, _since(row, status)))
    return heads, lines


def _since(row: Hazard, then: str) -> str:
    if row.status == Status.VOID:
        return "现已作废"
    return f"现{Status(row.status).label}" if row.status != then else ""


def _enterprise(row: Any, park: int, sight: Sight) -> Cell:
    if row is None:
        return Cell("园区公共部位", css="lead-cell")
    href = reverse("parks:enterprise", args=[row.pk]) if park in sight.parks else ""
    return Cell(row.name, href, "lead-cell")


def _day(day: date | None, href: str = "") -> Cell:
    return Cell(f"{day:%Y-%m-%d}" if day else "—", href, "nowrap")


def _voided(row: Inspection | Enforcement) -> str:
    return f"现已作废：{row.void_reason}" if row.voided_on else ""


def _visit(row: Any, sight: Sight) -> Line:
    href = reverse("hazards:inspection", args=[row.pk]) if row.pk in sight.visits else ""
    return Line(
        [
            _enterprise(row.enterprise, row.park_id, sight),
            Cell(row.park.name),
            _day(row.inspected_on, href),
            Cell(row.get_kind_display(), css="nowrap"),
            Cell(row.department.label),
        ],
        _voided(row),
    )


def _act(row: Any, sight: Sight) -> Line:
    return Line(
        [
            _enterprise(row.enterprise, row.enterprise.park_id, sight),
            Cell(row.enterprise.park.name),
            _day(row.acted_on),
            Cell(row.get_kind_display()),
            Cell(measure_of(row) or "—", css="nowrap"),
            Cell(row.department.label),
            Cell(row.document_number or "—"),
        ],
        _voided(row),
    )


def _one_enterprise(row: Any, sight: Sight) -> Line:
    staff = "—" if row.employees is None else f"{row.employees} 人"
    now = "现已退出园区" if not row.active else "" if row.is_micro else "现已不是小微企业"
    return Line(
        [
            _enterprise(row, row.park_id, sight),
            Cell(row.park.name),
            Cell(row.industry or "—"),
            Cell(staff, css="nowrap"),
        ],
        now,
    )


def _park(row: Any, sight: Sight) -> Line:
    href = reverse("parks:detail", args=[row.park_id]) if row.park_id in sight.parks else ""
    department = row.department.label if row.department else "—"
    return Line(
        [Cell(row.park.name, href, "lead-cell"), Cell(row.park.address or "—"), Cell(department)],
        "" if row.park.active else "现已停用",
    )


def _result(row: Any, sight: Sight) -> Line:
    visit = row.inspection
    href = reverse("hazards:inspection", args=[visit.pk]) if visit.pk in sight.visits else ""
    return Line(
        [
            _enterprise(visit.enterprise, visit.park_id, sight),
            Cell(visit.park.name),
            _day(visit.inspected_on, href),
            Cell(row.item.text),
            Cell(row.note or "—"),
            _number(row.hazard, sight, "未转隐患"),
        ],
        _voided(visit),
    )


def _number(row: Hazard | None, sight: Sight, none: str = "—", css: str = "nowrap") -> Cell:
    if row is None:
        return Cell(none, css=css)
    return Cell(row.number, reverse("hazards:detail", args=[row.pk]) if row.pk in sight.hazards else "", css)


def _listing(row: Any, sight: Sight) -> Line:
    return Line(
        [
            _number(row.hazard, sight, css="lead-cell nowrap"),
            Cell(row.hazard.park.name),
            Cell(row.get_level_display(), css="nowrap"),
            Cell(row.number),
            _day(row.published_on),
            _day(row.due_on),
        ],
        f"{row.lifted_on:%Y-%m-%d} 摘牌" if row.lifted_on else "",
    )


def _disposal(row: Any, sight: Sight) -> Line:
    quarter = f"{row.year}年第{row.quarter}季度"
    return Line(
        [
            Cell(row.park.name, css="lead-cell"),
            Cell(row.get_kind_display(), css="nowrap"),
            Cell(quarter, css="nowrap"),
            Cell(str(row.department)),
            _day(row.done_on),
            _day(row.accepted_on),
        ]
    )


def _provision(row: Any, sight: Sight) -> Line:
    return Line(
        [
            Cell(row.name, css="lead-cell"),
            Cell(str(row.department)),
            Cell(row.park.name if row.park else "各园区"),
            _day(row.planned_on),
            _day(row.issued_on),
            Cell(row.document_number or "—"),
        ]
    )


def _due(row: Any, sight: Sight) -> Line:
    return Line(
        [
            Cell(str(row.source), css="lead-cell", clip=True),
            Cell(str(row.holder)),
            _day(row.due_on),
            _day(row.done_on),
        ]
    )


def _entry(row: Any, sight: Sight) -> Line:
    passed = {None: "待审核", True: "通过", False: "不通过"}[row.passed]
    return Line(
        [
            Cell(row.contractor.name, css="lead-cell"),
            Cell(row.park.name),
            Cell(row.work),
            _day(row.applied_on),
            Cell(passed, css="nowrap"),
        ]
    )


def _exit(row: Any, sight: Sight) -> Line:
    cells = [_enterprise(row, row.park_id, sight), Cell(row.park.name), _day(row.left_on)]
    return Line([*cells, Cell(row.left_reason or "—")])


def _plain(row: Any, sight: Sight) -> Line:
    return Line([Cell(str(row), css="lead-cell")])


_WHERE = ("企业", "园区")
_KINDS: dict[Ledger, tuple[Sequence[str], Sequence[str], Callable[[Any, Sight], Line]]] = {
    Ledger.HAZARDS: ((), (), _plain),
    Ledger.VISITS: (
        (*_WHERE, "检查日期", "检查方式", "检查单位"),
        ("park", "enterprise", "department"),
        _visit,
    ),
    Ledger.ROUNDS: (
        (*_WHERE, "检查日期", "检查方式", "检查单位"),
        ("park", "enterprise", "department"),
        _visit,
    ),
    Ledger.PARKS: (("园区", "地址", "责任单位"), ("park", "department"), _park),
    Ledger.ACTS: (
        (*_WHERE, "执法日期", "执法措施", "数额", "执法单位", "文书编号"),
        ("enterprise__park", "department"),
        _act,
    ),
    Ledger.ENTERPRISES: ((*_WHERE, "所属行业", "从业人员"), ("park",), _one_enterprise),
    Ledger.RESULTS: (
        (*_WHERE, "检查日期", "不符合的事项", "说明", "转为隐患"),
        ("inspection__enterprise", "inspection__park", "item", "hazard"),
        _result,
    ),
    Ledger.LISTINGS: (
        ("隐患编号", "园区", "督办级别", "督办文号", "挂牌日期", "督办期限"),
        ("hazard__park",),
        _listing,
    ),
    Ledger.DISPOSALS: (
        ("区域场所", "处置方式", "计划季度", "责任单位", "完成日期", "验收日期"),
        ("park", "department"),
        _disposal,
    ),
    Ledger.PROVISIONS: (
        ("制度措施", "责任单位", "适用园区", "计划出台", "实际出台", "文号"),
        ("park", "department"),
        _provision,
    ),
    Ledger.WORK: (
        ("工作", "责任单位或专班", "应完成日期", "完成日期"),
        ("measure", "item", "report", "department", "task_force__park"),
        _due,
    ),
    Ledger.ENTRIES: (
        ("承包商", "园区", "作业内容", "登记日期", "审核"),
        ("contractor", "park"),
        _entry,
    ),
    Ledger.EXITS: (("企业", "园区", "退出日期", "退出原因"), ("park",), _exit),
}
"""By ledger: headings, what to read with the records, and how a record becomes a line."""
