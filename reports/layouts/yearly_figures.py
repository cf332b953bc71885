"""Figures of the yearly report (P2 §二, §三): rules, evaluations, drills, contractors, exits, work."""

from collections.abc import Callable

from django.db.models import Exists, F, OuterRef, Q

from campaigns.enums import WorkKind
from campaigns.models import Campaign, IntegrityRecord
from campaigns.work.queries import backfilled
from hazards.enums import Level
from reports.figures.hazard_figures import (
    ACTS,
    FOUND,
    OVERDUE,
    OVERDUE_MAJOR,
    RECTIFIED,
    among,
    of_categories,
)
from reports.indicators import BY_SLUG, Indicator, Ledger, Span
from reports.layouts.form import Indicators

GENERAL = Q(level=Level.GENERAL)
LEVELS = (
    *(among(one, f"{one.slug}_general", "一般", GENERAL) for one in (FOUND, RECTIFIED, OVERDUE)),
    BY_SLUG["found_major"],
    BY_SLUG["rectified_major"],
    OVERDUE_MAJOR,
)


def _due(span: Span) -> Q:
    return Q(due_on__range=span.days)


def _on_time(span: Span) -> Q:
    """Done by its day; what was due before the campaign was issued 补录 is never late."""
    return _due(span) & Q(done_on__lte=span.end) & (Q(done_on__lte=F("due_on")) | backfilled())


def _late(span: Span) -> Q:
    return _due(span) & Q(done_on__lte=span.end, done_on__gt=F("due_on")) & ~backfilled()


def _open(span: Span) -> Q:
    return _due(span) & (Q(done_on__isnull=True) | Q(done_on__gt=span.end))


def _work(
    slug: str,
    label: str,
    definition: str,
    *,
    counts: Callable[[Span], Q],
    unit: str = "项次",
    part_of: str = "",
) -> Indicator:
    rule = "按应完成日期，并以截止日期的完成情况为准"
    settled = not slug.endswith("_due")
    return Indicator(
        slug, label, unit, definition, rule, Ledger.WORK, counts, part_of=part_of, settled=settled
    )


_WHAT = "措施、工作清单和报送安排中应在统计期内完成的工作"
WORK = (
    _work("work_due", "应完成工作", f"{_WHAT}，每期每单位计一项次；常态化工作没有期限，不计。", counts=_due),
    _work("work_on_time", "按期完成", f"{_WHAT}中，在期限内完成的。", counts=_on_time, part_of="work_due"),
    _work("work_late", "逾期完成", f"{_WHAT}中，超过期限才完成的。", counts=_late, part_of="work_due"),
    _work("work_open", "未完成", f"{_WHAT}中，到截止日期还没有完成的。", counts=_open, part_of="work_due"),
)


def _checkup(kind: WorkKind) -> tuple[Indicator, Indicator]:
    words = str(kind.label)

    def due(span: Span) -> Q:
        return _due(span) & Q(item__kind=kind)

    def done(span: Span) -> Q:
        return due(span) & Q(done_on__lte=span.end)

    slug = f"{kind.value}_due"
    return (
        _work(
            slug,
            f"应开展{words}",
            f"统计期内到期的园区{words}次数。",
            counts=due,
            unit="次",
            part_of="work_due",
        ),
        _work(
            f"{kind.value}_done",
            f"已开展{words}",
            f"其中到截止日期已完成的{words}次数。",
            counts=done,
            unit="次",
            part_of=slug,
        ),
    )


CHECKUPS = (*_checkup(WorkKind.EVALUATION), *_checkup(WorkKind.DRILL))

PROVISIONS = (
    Indicator(
        "provisions",
        "制度措施清单",
        "项",
        "列入制度措施清单的全部项数，不论计划出台日期。",
        "按编制时的清单，不随起止日期变化",
        Ledger.PROVISIONS,
        stock=True,
    ),
    Indicator(
        "provisions_planned",
        "计划出台制度措施",
        "项",
        "计划在统计期内出台的制度措施项数。",
        "按计划出台日期",
        Ledger.PROVISIONS,
        lambda span: Q(planned_on__range=span.days),
    ),
    Indicator(
        "provisions_issued",
        "已出台制度措施",
        "项",
        "统计期内实际出台的制度措施项数，含提前和推迟出台的。",
        "按出台日期",
        Ledger.PROVISIONS,
        lambda span: Q(issued_on__range=span.days),
    ),
)


def _with_bad_record(span: Span) -> Q:
    bad = IntegrityRecord.objects.filter(contractor=OuterRef("contractor"), good=False, on__range=span.days)
    return Q(Exists(bad))


_ENTRY_RULE = "按入园登记日期"
CONTRACTORS = (
    Indicator(
        "entries",
        "承包商入园登记",
        "次",
        "统计期内登记的承包商入园次数。",
        _ENTRY_RULE,
        Ledger.ENTRIES,
        lambda span: Q(applied_on__range=span.days),
    ),
    Indicator(
        "entries_passed",
        "其中审核通过",
        "次",
        "统计期内登记、到截止日期已审核通过的入园次数。",
        _ENTRY_RULE,
        Ledger.ENTRIES,
        lambda span: Q(applied_on__range=span.days, passed=True, reviewed_on__lte=span.end),
        part_of="entries",
        settled=True,
    ),
    Indicator(
        "contractors",
        "入园承包商",
        "家",
        "统计期内登记入园的承包商户数，按承包商去重。",
        _ENTRY_RULE,
        Ledger.ENTRIES,
        lambda span: Q(applied_on__range=span.days),
        distinct="contractor",
    ),
    Indicator(
        "contractors_bad",
        "其中有不良诚信记录",
        "家",
        "统计期内登记入园、且统计期内有不良行为记录的承包商户数，按承包商去重。",
        _ENTRY_RULE,
        Ledger.ENTRIES,
        lambda span: Q(applied_on__range=span.days) & _with_bad_record(span),
        distinct="contractor",
        part_of="contractors",
    ),
)
OTHERS = (
    Indicator(
        "danger_sources",
        "重大危险源",
        "个",
        "园区内已登记建档的重大危险源个数；系统不设该台账，由单位填报。",
        "按截止日期的备案情况",
        Ledger.NOTHING,
        stock=True,
        may_be_typed=True,
    ),
    Indicator(
        "exits",
        "退出企业",
        "家",
        "统计期内退出园区的企业户数，按企业去重。",
        "按退出日期",
        Ledger.EXITS,
        lambda span: Q(left_on__range=span.days),
        distinct="pk",
    ),
)


def indicators(campaign: Campaign) -> Indicators:
    """All figures of the report, in its order."""
    return (
        FOUND,
        RECTIFIED,
        OVERDUE,
        *LEVELS,
        *of_categories(campaign),
        *PROVISIONS,
        *CHECKUPS,
        *CONTRACTORS,
        *OTHERS,
        BY_SLUG["inspected"],
        *ACTS,
        *WORK,
    )
