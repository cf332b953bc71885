"""五张清单 (P1 §五（二）): 检查、隐患、交办、整改、督办 are five views of the records that everybody keeps.

Nothing is typed for them. A list narrows what the hazard list's own filters found, and says of each row what
the records say: who assigned it, when, by when it was to be done, stands in its history. The page shows the
columns in their order, the workbook of reports/layouts/five_lists.py prints the same ones.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from hazards.enums import Action, CheckOutcome, Outcome, Status
from hazards.lights import words
from hazards.models import (
    Extension,
    Hazard,
    Inspection,
    InspectionResult,
    StatusChange,
    Supervision,
)

Cells = list[str | date | None]
CHUNK = 500
TASK_FORCE = "专班工作组"
IMPORTED = "台账导入"
DONE_BY_LEDGER = (Status.RECTIFYING, Status.SUBMITTED)


@dataclass(frozen=True)
class Head:
    """A column: its words, its width in a workbook (characters), whether its values are days."""

    label: str
    width: float
    day: bool = False


@dataclass(frozen=True)
class FiveList:
    """One of the five: what it is of, which rows it takes of those found, and what it says of each."""

    slug: str
    label: str
    about: str
    heads: tuple[Head, ...]
    takes: Callable[[QuerySet[Any]], QuerySet[Any]]
    says: Callable[[Sequence[Any], date, int], Iterable[Cells]]
    of_visits: bool = False

    @property
    def unit(self) -> str:
        """What its rows are counted in."""
        return "次" if self.of_visits else "项"

    def rows(self, found: Sequence[Any], today: date, yellow_days: int) -> list[Cells]:
        """The cells of these records."""
        return list(self.says(found, today, yellow_days))

    def stream(self, found: QuerySet[Any], today: date, yellow_days: int) -> Iterator[Cells]:
        """All rows of the query, a chunk at a time: a long list takes little memory."""
        rows = found.iterator(chunk_size=CHUNK)
        while chunk := list(islice(rows, CHUNK)):
            yield from self.says(chunk, today, yellow_days)


PLACE = (Head("编号", 17), Head("园区", 14), Head("发生位置（企业）", 20), Head("隐患描述", 30))


def _place(hazard: Hazard) -> Cells:
    return [hazard.number, hazard.park.name, hazard.where, hazard.description]


def _unit(hazard: Hazard) -> str:
    """Who must put it right."""
    if hazard.by_task_force:
        return TASK_FORCE
    return hazard.responsible_department.name if hazard.responsible_department else ""


def _steps(hazards: Sequence[Hazard], *actions: Action) -> dict[int, list[StatusChange]]:
    """Those steps of each hazard's history, oldest first: one query."""
    found: dict[int, list[StatusChange]] = {}
    changes = StatusChange.objects.filter(hazard__in=[hazard.pk for hazard in hazards], action__in=actions)
    for change in changes.select_related("by", "department").order_by("version"):
        found.setdefault(change.hazard_id, []).append(change)
    return found


def _person(change: StatusChange) -> str:
    """张三（县专项办）."""
    return f"{change.by}（{change.department}）" if change.department else str(change.by)


def _light(hazard: Hazard, today: date, yellow_days: int) -> str:
    light, days = hazard.light(today, yellow_days)
    return words(light, days, hazard.status)


# ---- 检查 -------------------------------------------------------------------------------------------


def _visits(visits: Sequence[Inspection], today: date, yellow_days: int) -> Iterator[Cells]:
    results: dict[int, list[InspectionResult]] = {}
    rows = InspectionResult.objects.filter(inspection__in=[visit.pk for visit in visits])
    for result in rows.select_related("item", "hazard").order_by("inspection", "item__order"):
        results.setdefault(result.inspection_id, []).append(result)
    for visit in visits:
        found = results.get(visit.pk, [])
        yield [
            visit.inspected_on,
            visit.park.name,
            visit.enterprise.name if visit.enterprise else "园区公共部位",
            visit.get_kind_display(),
            visit.department.name,
            visit.note,
            _checked(found),
            "、".join(one.hazard.number for one in found if one.hazard and one.hazard.status != Status.VOID),
            str(visit.recorded_by),
        ]


def _checked(results: Sequence[InspectionResult]) -> str:
    """符合 8 项、不符合 2 项（消防通道、配电箱）."""
    said = []
    for outcome in CheckOutcome:
        items = [one.item.text for one in results if one.outcome == outcome]
        if items:
            names = f"（{'、'.join(items)}）" if outcome == CheckOutcome.FAIL else ""
            said.append(f"{outcome.label} {len(items)} 项{names}")
    return "、".join(said)


# ---- 隐患 -------------------------------------------------------------------------------------------


def _found(hazards: Sequence[Hazard], today: date, yellow_days: int) -> Iterator[Cells]:
    for hazard in hazards:
        yield [
            *_place(hazard),
            hazard.category.name,
            hazard.get_level_display(),
            hazard.get_source_display(),
            hazard.found_on,
            str(hazard.reported_by),
            _unit(hazard),
            hazard.get_status_display(),
        ]


# ---- 交办 -------------------------------------------------------------------------------------------


def _was_assigned(hazards: QuerySet[Hazard]) -> QuerySet[Hazard]:
    """Assigned here, or brought in by a ledger as already being put right."""
    steps = StatusChange.objects.filter(hazard=OuterRef("pk"))
    ledger = Q(action=Action.IMPORT, to_status__in=DONE_BY_LEDGER)
    return hazards.filter(Exists(steps.filter(Q(action=Action.ASSIGN) | ledger)))


def _assigned(hazards: Sequence[Hazard], today: date, yellow_days: int) -> Iterator[Cells]:
    steps = _steps(hazards, Action.ASSIGN, Action.IMPORT)
    for hazard in hazards:
        last = steps[hazard.pk][-1]
        here = last.action == Action.ASSIGN
        yield [
            *_place(hazard),
            hazard.get_level_display(),
            last.on if here else None,
            _person(last) if here else IMPORTED,
            _assignee(last, hazard) if here else _unit(hazard),
            "、".join(last.facts.get("helping", ())),
            hazard.original_due_on or hazard.due_on,
            hazard.due_on,
            last.note if here else "",
            hazard.get_status_display(),
        ]


def _assignee(change: StatusChange, hazard: Hazard) -> str:
    """To whom it was given at that step; the task force where it does the work itself."""
    return TASK_FORCE if hazard.by_task_force else str(change.facts.get("department") or _unit(hazard))


# ---- 整改 -------------------------------------------------------------------------------------------


def _in_repair(hazards: QuerySet[Hazard]) -> QuerySet[Hazard]:
    return hazards.filter(status__in=[Status.RECTIFYING, Status.SUBMITTED, Status.CLOSED])


def _rectified(hazards: Sequence[Hazard], today: date, yellow_days: int) -> Iterator[Cells]:
    steps = _steps(hazards, Action.SUBMIT, Action.REPORT_FIXED)
    granted = _extensions(hazards)
    for hazard in hazards:
        asks = steps.get(hazard.pk) if hazard.status != Status.RECTIFYING else None
        asked = asks[-1] if asks else None
        yield [
            *_place(hazard),
            _unit(hazard),
            hazard.due_on,
            f"{granted[hazard.pk]} 次" if hazard.pk in granted else "",
            hazard.measure_taken or hazard.latest_note,
            hazard.difficulty,
            hazard.done_on,
            f"{asked.on:%Y-%m-%d} {asked.by}" if asked else "",
            f"{hazard.closed_on:%Y-%m-%d} {hazard.accepted_by}" if hazard.closed_on else "",
            _light(hazard, today, yellow_days),
            hazard.get_status_display(),
        ]


def _extensions(hazards: Sequence[Hazard]) -> dict[int, int]:
    """How often each was extended."""
    counted: dict[int, int] = {}
    keys = [hazard.pk for hazard in hazards]
    rows = Extension.objects.filter(hazard__in=keys, outcome=Outcome.AGREED).order_by()
    for pk in rows.values_list("hazard_id", flat=True):
        counted[pk] = counted.get(pk, 0) + 1
    return counted


# ---- 督办 -------------------------------------------------------------------------------------------


def _was_pressed(hazards: QuerySet[Hazard]) -> QuerySet[Hazard]:
    """Listed, now or once; or urged by the lead bureau."""
    listed = Supervision.objects.order_by().values("hazard")
    urged = StatusChange.objects.order_by().filter(action=Action.URGE).values("hazard")
    # One set of keys: of two sets joined by "or" PostgreSQL asks each hazard of the ledger.
    return hazards.filter(pk__in=listed.union(urged))


def _pressed(hazards: Sequence[Hazard], today: date, yellow_days: int) -> Iterator[Cells]:
    urged = _steps(hazards, Action.URGE)
    listed: dict[int, Supervision] = {}
    keys = [hazard.pk for hazard in hazards]
    for row in Supervision.objects.filter(hazard__in=keys).order_by("pk"):
        listed[row.hazard_id] = row
    for hazard in hazards:
        board, calls = listed.get(hazard.pk), urged.get(hazard.pk, [])
        yield [
            *_place(hazard),
            hazard.get_level_display(),
            _unit(hazard),
            f"{board.get_level_display()}挂牌督办" if board else "催办",
            board.number if board else "",
            board.published_on if board else calls[-1].on,
            board.due_on if board else hazard.due_on,
            board.lifted_on if board else None,
            f"{len(calls)} 次，最近 {calls[-1].on:%Y-%m-%d}" if calls else "",
            _light(hazard, today, yellow_days),
            hazard.get_status_display(),
        ]


def _all(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows


FIVE: dict[str, FiveList] = {
    one.slug: one
    for one in (
        FiveList(
            "inspections",
            "检查清单",
            "每次检查一行，来自检查记录。",
            (
                Head("检查日期", 14, day=True), Head("园区", 14), Head("受检企业", 20), Head("检查方式", 11),
                Head("检查单位", 18), Head("检查情况", 30), Head("检查事项", 24), Head("查出隐患", 18),
                Head("录入人", 9),
            ),
            _all,
            _visits,
            of_visits=True,
        ),
        FiveList(
            "hazards",
            "隐患清单",
            "发现并上报的隐患，一项一行，不含已作废的。",
            (
                *PLACE, Head("类型", 14), Head("等级", 7), Head("发现途径", 11),
                Head("发现日期", 14, day=True), Head("上报人", 9), Head("责任单位", 18), Head("状态", 9),
            ),
            _all,
            _found,
        ),
        FiveList(
            "assigned",
            "交办清单",
            "交办给谁、何时、限期，由谁交办，取自流转记录；台账导入时已在整改的也列入。",
            (
                *PLACE, Head("等级", 7), Head("交办日期", 14, day=True), Head("交办人（单位）", 16),
                Head("责任单位", 18), Head("配合单位", 14), Head("原定期限", 14, day=True),
                Head("现期限", 14, day=True), Head("交办意见", 18), Head("状态", 9),
            ),
            _was_assigned,
            _assigned,
        ),
        FiveList(
            "rectified",
            "整改清单",
            "整改中、待验收和已销号的隐患：做了什么、何时完成、谁申请、谁验收。",
            (
                *PLACE, Head("责任单位", 18), Head("整改期限", 14, day=True), Head("延期", 7),
                Head("整改措施和进度", 28), Head("存在困难", 14), Head("完成日期", 14, day=True),
                Head("申请验收", 13), Head("验收销号", 13), Head("期限情况", 12), Head("状态", 9),
            ),
            _in_repair,
            _rectified,
        ),
        FiveList(
            "supervised",
            "督办清单",
            "挂牌督办（含已摘牌）和牵头单位催办过的隐患。",
            (
                *PLACE, Head("等级", 7), Head("责任单位", 18), Head("督办方式", 14), Head("督办文号", 16),
                Head("督办日期", 14, day=True), Head("督办期限", 14, day=True),
                Head("摘牌日期", 14, day=True), Head("催办", 14), Head("期限情况", 12), Head("状态", 9),
            ),
            _was_pressed,
            _pressed,
        ),
    )
}  # fmt: skip
"""The five, in the order in which P1 names them."""
