"""P3 附件2 月度调度表: major hazards by who found them, and enterprises that failed a check item.

Counted from the campaign's first day of figures (P3: June) to the as-of day. Findings are split in two:
企业自查, and 执法检查, which takes in every other source, so that both together are all that was found.
"""

from collections.abc import Callable

from django.db.models import Q

from campaigns.enums import Rhythm
from campaigns.models import Campaign, CheckItem
from hazards.enums import InspectionKind, Level, Source, Status
from parks.names import name_key
from reports.figures.numbers import UNITS
from reports.indicators import Indicator, Ledger, Span
from reports.layouts.form import Ask, Form, Indicators
from reports.layouts.signatures import FILLER, PHONE, TIME, open_day
from reports.text_room import lines_of
from reports.workbook import HEAD_FONT, Book, Look, Value
from reports.workbook import TITLE as TITLE_LOOK

SLUG = "zhengyang-2"
TITLE = "正阳工业园区重大事故隐患专项排查整治\n2023行动进展情况月度调度表"
"""Broken between words where one line does not hold it (GB/T 9704)."""
PLAIN_TITLE = "进展情况月度调度表"
PLAN = "zhengyang"
"""How slugs of the campaigns begin whose plan words the title so."""
SHEET = "月度调度表"
BLOCKS = (("总体情况", 6), ("对企业自查自改进行抽查检查情况", 8))
"""The two parts of the table, with the number of figures in each."""
NOTES = (
    "注：1．调度表自6月份开始上报，每月底前上报截至本月末的累计情况。",
    "2．调度表内容应围绕专项行动并对照方案具体要求如实填报，特别是对企业自查情况进行抽查检查时，要深挖细查，查出问题。"
    "如：电焊等人员无证上岗作业，既要通过现场检查发现问题，也要通过对企业动火等特种作业存单进行检查核实来发现问题；"
    "外包外租管理混乱，是指符合以下情形之一的：承包承租方不具备安全生产条件、未取得相应资质，双方未签订安全生产协议，"
    "安全生产管理职责不清，未纳入本企业统一管理。",
)
"""Printed under the table, in the plan's words."""
ITEMS = (
    ("unstudied", "企业主要负责人未按要求亲自研究排查整治工作"),
    ("not_led", "企业主要负责人未带队检查"),
    ("no_duties", "企业未制定全员安全生产责任制职责清单"),
    ("no_staff", "企业未依法建立安全管理机构和配足安全管理人员"),
    ("unlicensed", "电焊等特种作业岗位人员无证上岗作业"),
    ("outsourcing", "外包外租安全管理混乱"),
    ("no_drill", "未按规定开展应急演练、员工不熟悉逃生出口"),
)
"""Slug and text of the check items whose failures the second block counts, figures 2 to 8."""

_WIDTHS = (6.5, 5, 31, 8, 5, 31, 8)
"""The first holds two characters a line, as the plan breaks 总体情况."""
_SIZE = 12
_BLOCK = Look(HEAD_FONT, _SIZE, "center")
_MIDDLE, _LEFT = Look(size=_SIZE, align="center"), Look(size=_SIZE)
_LOOKS = (_BLOCK, _MIDDLE, _LEFT, _MIDDLE, _MIDDLE, _LEFT, _MIDDLE)
_LINE = Look(size=_SIZE, border=False)
_ROW_HEIGHT = 50.0

_FOUND_RULE = "按发现日期（问题上报日期）"
_CLOSED_RULE = "按销号日期（验收通过之日）"
_VISIT_RULE = "按检查日期"
_BY_SELF_CHECK = Q(source=Source.SELF_CHECK)
_NOT_COUNTED = "统计起始日之前发现的补录隐患和作废隐患不计。"


def _found(whose: Q) -> Callable[[Span], Q]:
    return lambda span: Q(level=Level.MAJOR, found_on__range=span.days) & whose


def _closed(whose: Q) -> Callable[[Span], Q]:
    return lambda span: (
        Q(level=Level.MAJOR, status=Status.CLOSED, closed_on__range=span.days, found_on__gte=span.origin)
        & whose
    )


def _listed_and_closed(span: Span) -> Q:
    closed = Q(hazard__status=Status.CLOSED, hazard__closed_on__range=span.days)
    return closed & Q(published_on__lte=span.end)


OVERALL: Indicators = (
    Indicator(
        "self_found",
        "企业自查发现的重大事故隐患",
        "个",
        f"发现途径为企业自查、等级为重大的隐患数；{_NOT_COUNTED}",
        _FOUND_RULE,
        Ledger.HAZARDS,
        _found(_BY_SELF_CHECK),
    ),
    Indicator(
        "self_rectified",
        "企业自查发现重大事故隐患中已完成整改的",
        "个",
        f"企业自查发现的重大事故隐患中已验收销号的数量；{_NOT_COUNTED}",
        _CLOSED_RULE,
        Ledger.HAZARDS,
        _closed(_BY_SELF_CHECK),
        part_of="self_found",
    ),
    Indicator(
        "checked_found",
        "执法检查发现的重大事故隐患",
        "个",
        "企业自查以外各途径（执法检查、专班排查、联合执法、暗访、第三方检查、群众举报）发现、等级为重大的隐患数，"
        f"与企业自查发现的合计为全部重大事故隐患；{_NOT_COUNTED}",
        _FOUND_RULE,
        Ledger.HAZARDS,
        _found(~_BY_SELF_CHECK),
    ),
    Indicator(
        "checked_rectified",
        "执法检查发现重大事故隐患中已完成整改的",
        "个",
        f"执法检查（企业自查以外各途径）发现的重大事故隐患中已验收销号的数量；{_NOT_COUNTED}",
        _CLOSED_RULE,
        Ledger.HAZARDS,
        _closed(~_BY_SELF_CHECK),
        part_of="checked_found",
    ),
    Indicator(
        "listed",
        "挂牌督办的重大事故隐患",
        "个",
        f"挂牌督办的重大隐患数，同一隐患多次挂牌计1个，已摘牌的仍计；{_NOT_COUNTED}",
        "按挂牌日期",
        Ledger.LISTINGS,
        lambda span: Q(published_on__range=span.days),
        distinct="hazard",
    ),
    Indicator(
        "listed_rectified",
        "挂牌督办重大事故隐患中已完成整改的",
        "个",
        f"挂牌督办的重大隐患中已验收销号的数量，同一隐患计1个；{_NOT_COUNTED}",
        _CLOSED_RULE,
        Ledger.LISTINGS,
        _listed_and_closed,
        distinct="hazard",
        part_of="listed",
    ),
)
"""总体情况, figures 1 to 6."""

SAMPLED = Indicator(
    "sampled",
    "抽查检查的企业总数",
    "家",
    "除企业自查以外的检查所到的企业户数，按企业去重，各级重新计数、不相加；作废记录不计。",
    _VISIT_RULE,
    Ledger.VISITS,
    lambda span: Q(inspected_on__range=span.days) & ~Q(kind=InspectionKind.SELF_CHECK),
    distinct="enterprise",
)


def indicators(campaign: Campaign) -> Indicators:
    """The fourteen figures in the order of the form."""
    kept: dict[str, list[int]] = {}
    for pk, text in CheckItem.objects.filter(campaign=campaign).values_list("pk", "text"):
        kept.setdefault(name_key(text), []).append(pk)
    return (*OVERALL, SAMPLED, *(_failed(slug, text, kept.get(name_key(text))) for slug, text in ITEMS))


def _failed(slug: str, text: str, items: list[int] | None) -> Indicator:
    """Enterprises that failed the item on a visit of others.

    Without check items of that very text (never one that is merely like it) nothing is kept of it: the
    figure is not known, and typed in.
    """
    if items is None:
        return Indicator(
            slug,
            text,
            "家",
            f"本专项行动的检查事项中没有“{text}”，系统无从统计，由填报单位填写。",
            _VISIT_RULE,
            Ledger.NOTHING,
            distinct="inspection__enterprise",
            part_of=SAMPLED.slug,
            may_be_typed=True,
        )
    theirs = tuple(items)
    return Indicator(
        slug,
        text,
        "家",
        f"除企业自查以外的检查中，检查事项“{text}”不符合的企业户数，按企业去重，各级重新计数、不相加；作废记录不计。",
        _VISIT_RULE,
        Ledger.RESULTS,
        lambda span: Q(item__in=theirs) & ~Q(inspection__kind=InspectionKind.SELF_CHECK),
        distinct="inspection__enterprise",
        part_of=SAMPLED.slug,
    )


def table(ask: Ask) -> list[list[Value]]:
    """Rows of seven cells: the block's name, then an odd figure at the left and an even one at the right."""
    shown, figures = iter(indicators(ask.campaign)), ask.shown
    rows: list[list[Value]] = []
    for block, count in BLOCKS:
        parts: list[list[Value]] = [
            [str(serial), one.heading, figures.get(one.slug)]
            for serial, one in zip(range(1, count + 1), shown, strict=False)
        ]
        rows += [[block, *odd, *even] for odd, even in zip(parts[::2], parts[1::2], strict=True)]
    return rows


def title_for(campaign: Campaign) -> str:
    """The plan's own title in its own campaign; in any other that campaign's name and the form's."""
    if campaign.slug.startswith(PLAN):
        return TITLE
    title = f"{campaign.label}{PLAIN_TITLE}"
    wide = lines_of(title, sum(_WIDTHS), TITLE_LOOK.size) > 1
    return f"{campaign.label}\n{PLAIN_TITLE}" if wide else title


def fill(book: Book, ask: Ask) -> None:
    """The form with its fourteen figures; what is not known stays empty, as on paper."""
    sheet = book.sheet(SHEET, _WIDTHS, landscape=False)
    width = len(_WIDTHS)
    sheet.title(title_for(ask.campaign))
    year = open_day(TIME, ask.as_of.year)
    sheet.line([(f"（单位名称）：{ask.unit_name}", 4), (year, 3)], look=_LINE, height=34, aligns="lr")
    sheet.tree(table(ask), _LOOKS, (0,), height=_ROW_HEIGHT)
    for note in NOTES:
        sheet.line([(note, width)], look=_LINE)
    sheet.line([(FILLER, 4), (PHONE, 3)], look=_LINE, height=40)
    sheet.line([(f"统计口径：{ask.counted}", width)])
    typed = [one.heading for one in indicators(ask.campaign) if one.slug in ask.counts.typed]
    if typed:  # domain §5: marked as typed
        sheet.line([(f"手工填报的数据：{'；'.join(typed)}。", width)])


FORM = Form(
    SLUG,
    TITLE.replace("\n", ""),
    SHEET,
    fill,
    title_for,
    indicators=indicators,
    rows_by=UNITS,
    rhythm=Rhythm.MONTHLY,
)
