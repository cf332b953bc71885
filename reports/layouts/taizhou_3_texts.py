"""The eight texts of P1 附件2 二 in the plan's words, and what stands at each ** of them.

Whose records: 全市 is the department's line of business, that is the records of the unit itself and of
every unit below it (公安 with its police stations), wherever in the city. What the system keeps no record
of is not known: it is typed in, and never printed as 0. That holds for enterprises with a trait that no
enterprise bears, for parks where none is registered, and for all figures of a unit that works without
the system.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q

from hazards.enums import EnforcementKind, Level, Status
from parks.enums import ParkKind
from reports.indicators import Ledger, Span

BLANK = "**"
PARKS = "小微工业企业园"
"""What slots need to be known that count in industrial parks: at least one registered."""
OWN_RULE = "统计本单位及其下级单位的记录"

CHEMICALS, WASTE_MADE, WASTE_TRADED = "使用剧毒或易制爆化学品", "产生危险废物", "经营危险废物"
BUILDING, UNREVIEWED, UNAPPROVED = "在建厂房仓库", "未经消防设计审查", "未批先建或未验先用"
TRANSPORT, UNLICENSED, DEVICES = "违法运输危化品", "非法经营或超范围经营", "使用特种设备"
ILLEGAL_BUILDING, GAS = "存在影响消防的违法建筑", "燃气经营企业（站点）"


@dataclass(frozen=True)
class Slot:
    """One ** of a text. `counts` is without the limits by unit, trait and size that all slots share.

    needs: traits, or PARKS, without any bearer of which the figure is not known.
    """

    slug: str
    label: str
    unit: str
    definition: str
    rule: str
    ledger: Ledger = Ledger.NOTHING
    counts: Callable[[Span], Q] = lambda span: Q()
    sums: str = ""
    distinct: str = ""
    part_of: str = ""
    traits: tuple[str, ...] = ()
    needs: str = ""
    stock: bool = False


Slots = tuple[Slot, ...]


@dataclass(frozen=True)
class Text:
    """A department's text. names: what the plan and other campaigns call the unit; the first stands in it."""

    key: str
    names: tuple[str, ...]
    heading: str
    words: str
    slots: Slots


def _on_visit(span: Span) -> Q:
    return Q(inspected_on__range=span.days)


def _found(span: Span) -> Q:
    return Q(found_on__range=span.days)


def _closed(span: Span) -> Q:
    return Q(status=Status.CLOSED, closed_on__range=span.days, found_on__gte=span.origin)


_MAJOR = Q(level=Level.MAJOR)
_IN_PARKS = Q(park__kind=ParkKind.INDUSTRIAL)
_FOUND_RULE = "按发现日期（问题上报日期）"
_CLOSED_RULE = "按销号日期（验收通过之日）"
_DAY_RULE = "按截止日期的企业台账"


def _visited(slug: str, of: str, traits: tuple[str, ...] = ()) -> Slot:
    """检查**家: enterprises visited, each once."""
    return Slot(
        slug,
        f"检查的{of}",
        "家",
        f"检查过的{of}户数，同一企业检查多次计1家，作废记录不计；{OWN_RULE}。",
        "按检查日期",
        Ledger.VISITS,
        _on_visit,
        distinct="enterprise",
        traits=traits,
    )


def _hazards(
    prefix: str, of: str, traits: tuple[str, ...] = (), *, among: Q | None = None, needs: str = ""
) -> Slots:
    """发现问题隐患**项（其中重大隐患**项），已完成整治**项（其中完成重大隐患整改**项）."""
    whose = f"{of}的隐患中，责任单位为本单位或其下级单位的"
    rows = (
        ("found", "发现问题隐患", _FOUND_RULE, _found, Q(), "", "登记项数，补录和作废的不计"),
        ("found_major", "其中重大隐患", _FOUND_RULE, _found, _MAJOR, "found", "重大隐患登记项数"),
        ("rectified", "已完成整治", _CLOSED_RULE, _closed, Q(), "found", "已验收销号项数"),
        ("rectified_major", "其中完成重大隐患整改", _CLOSED_RULE, _closed, _MAJOR, "rectified",
         "已验收销号的重大隐患项数"),
    )  # fmt: skip

    def made(counts: Callable[[Span], Q], level: Q) -> Callable[[Span], Q]:
        return lambda span: counts(span) & level & (among or Q())

    return tuple(
        Slot(
            f"{prefix}{slug}",
            f"{of}：{label}",
            "项",
            f"{whose}{meaning}。",
            rule,
            Ledger.HAZARDS,
            made(counts, level),
            part_of=f"{prefix}{whole}" if whole else "",
            traits=traits,
            needs=needs,
        )
        for slug, label, rule, counts, level, whole, meaning in rows
    )


_KINDS: dict[EnforcementKind, tuple[str, str, str]] = {
    EnforcementKind.FILED: ("立案查处", "家", ""),
    EnforcementKind.FINE: ("行政处罚", "万元", "amount"),
    EnforcementKind.DETAINED: ("行政拘留", "人", "persons"),
    EnforcementKind.TRANSFERRED: ("移送公安机关追究刑事责任", "人", "persons"),
    EnforcementKind.SUSPENDED: ("停产停业", "家", ""),
    EnforcementKind.SHUT_DOWN: ("依法关闭", "家", ""),
    EnforcementKind.BANNED: ("取缔", "家", ""),
    EnforcementKind.DEMOLISHED: ("拆除违法建筑", "平方米", "area"),
}
"""By measure: the words of the texts, the unit and the field that is summed; without one 家 are counted."""
_MEANINGS = {
    "": "的企业户数，同一企业计1家",
    "amount": "罚款金额合计，由元精确折算为万元",
    "persons": "人数合计",
    "area": "面积合计",
}


def _act(prefix: str, kind: EnforcementKind, of: str, traits: tuple[str, ...]) -> Slot:
    label, unit, field = _KINDS[kind]
    return Slot(
        f"{prefix}{kind}",
        f"{of}：{label}",
        unit,
        f"对{of}{label}{_MEANINGS[field]}，作废记录不计；{OWN_RULE}。",
        "按执法日期",
        Ledger.ACTS,
        lambda span: Q(kind=kind, acted_on__range=span.days),
        sums=field,
        distinct="" if field else "enterprise",
        traits=traits,
    )


_AFTER = (EnforcementKind.FINE, EnforcementKind.TRANSFERRED, EnforcementKind.SUSPENDED,
          EnforcementKind.SHUT_DOWN)  # fmt: skip
_CRIMINAL = (EnforcementKind.FILED, *_AFTER)
"""立案查处**家，行政处罚**万元，移送公安机关追究刑事责任**人，停产停业**家，依法关闭**家."""
_POLICE = (EnforcementKind.FILED, EnforcementKind.FINE, EnforcementKind.DETAINED, EnforcementKind.SUSPENDED,
           EnforcementKind.SHUT_DOWN)  # fmt: skip


def _acts(prefix: str, kinds: tuple[EnforcementKind, ...], of: str, traits: tuple[str, ...] = ()) -> Slots:
    return tuple(_act(prefix, kind, of, traits) for kind in kinds)


def _bearing(slug: str, of: str, trait: str) -> Slot:
    """全市共有**家: enterprises that bear the trait."""
    return Slot(
        slug,
        of,
        "家",
        f"全市登记在园、标有特征“{trait}”的小微企业户数，按企业去重。",
        _DAY_RULE,
        Ledger.ENTERPRISES,
        traits=(trait,),
        stock=True,
    )


def _punished(slug: str, of: str, trait: str) -> Slot:
    """查处**家: enterprises against which there was any act."""
    return Slot(
        slug,
        f"查处的{of}",
        "家",
        f"被采取任一执法措施的{of}户数，同一企业计1家，作废记录不计；{OWN_RULE}。",
        "按执法日期",
        Ledger.ACTS,
        lambda span: Q(acted_on__range=span.days),
        distinct="enterprise",
        traits=(trait,),
    )


def _unkept(slug: str, label: str, unit: str, part_of: str = "") -> Slot:
    return Slot(
        slug, label, unit, f"系统没有“{label}”的台账，由填报单位填写。", "按截止日期", part_of=part_of
    )  # fmt: skip


def _checked(prefix: str, of: str, traits: tuple[str, ...] = ()) -> Slots:
    """检查**家，发现问题隐患**项（…），已完成整治**项（…）."""
    return (_visited(f"{prefix}visited", of, traits), *_hazards(prefix, of, traits))


_PARK_SLOTS = (
    Slot("parks", PARKS, "个", f"本行动登记在用的{PARKS}个数。", "按截止日期的园区台账", Ledger.PARKS,
         lambda span: Q(park__kind=ParkKind.INDUSTRIAL), needs=PARKS, stock=True),
    _unkept("parks_building", f"在建{PARKS}", "个", "parks"),
    _unkept("parks_in_use", f"已投入使用{PARKS}", "个", "parks"),
    Slot("tenants", "入园企业", "家", f"登记在{PARKS}内的小微企业户数，按企业去重。", _DAY_RULE,
         Ledger.ENTERPRISES, lambda span: _IN_PARKS, needs=PARKS, stock=True),
    Slot("parks_visited", f"检查的{PARKS}", "个",
         f"检查过的{PARKS}个数（含只检查公共部位的），同一园区计1个，作废记录不计；{OWN_RULE}。",
         "按检查日期", Ledger.ROUNDS, lambda span: _on_visit(span) & _IN_PARKS, distinct="park", needs=PARKS),
    Slot("visited", f"检查的{PARKS}内企业", "家",
         f"检查过的{PARKS}内小微企业户数，同一企业检查多次计1家，作废记录不计；{OWN_RULE}。", "按检查日期",
         Ledger.VISITS, lambda span: _on_visit(span) & _IN_PARKS, distinct="enterprise", needs=PARKS),
    *_hazards("", PARKS, among=_IN_PARKS, needs=PARKS),
)  # fmt: skip
_CHEMICAL, _WASTE = "使用剧毒和易制爆化学品小微企业", "废物产生企业和废物经营企业"
_BUILDING, _UNREVIEWED = "正在建设厂房、仓库的小微企业", "未经消防设计审查的小微企业"
_UNAPPROVED, _TRANSPORT = "未批先建、未验先用等违法违规行为的小微企业", "存在违法运输危化品行为的小微企业"
_UNLICENSED, _DEVICES = "非法经营、超核准范围或方式从事经营活动的小微企业", "使用特种设备的小微企业"
_ILLEGAL, _GAS, _ALL = "影响消防安全的存量违法建筑的小微企业", "燃气经营企业（站点）", "小微企业"
_WASTES = (WASTE_MADE, WASTE_TRADED)

_DEMOLITION_SLOTS = (
    _bearing("illegal", f"存在{_ILLEGAL}", ILLEGAL_BUILDING),
    _unkept("illegal_area", "存量违法建筑面积", "平方米"),
    Slot(
        "demolished_at",
        "拆除违法建筑的小微企业",
        "家",
        f"被拆除违法建筑的小微企业户数，同一企业计1家，作废记录不计；{OWN_RULE}。",
        "按执法日期",
        Ledger.ACTS,
        lambda span: Q(kind=EnforcementKind.DEMOLISHED, acted_on__range=span.days),
        distinct="enterprise",
    ),
    _act("", EnforcementKind.DEMOLISHED, _ALL, ()),
    _bearing("gas", _GAS, GAS),
    *_checked("gas_", _GAS, (GAS,)),
    *_acts("gas_", _CRIMINAL, _GAS, (GAS,)),
)  # fmt: skip

_HAZARD_WORDS = "发现问题隐患**项（其中重大隐患**项），已完成整治**项（其中完成重大隐患整改**项）"
_CRIMINAL_WORDS = "立案查处**家，行政处罚**万元，移送公安机关追究刑事责任**人，停产停业**家，依法关闭**家"
_AFTER_WORDS = "行政处罚**万元，移送公安机关追究刑事责任**人，停产停业**家，依法关闭**家"
_POLICE_WORDS = "立案查处**家，行政处罚**万元，行政拘留**人，停产停业**家，依法关闭**家"
_DATE = "截止**月**日"

TEXTS: tuple[Text, ...] = (
    Text(
        "jingxin",
        ("市经信局", "经信局", "市经济和信息化局", "经济和信息化局"),
        "市经信局",
        "全市共有**个小微工业企业园，其中在建小微工业企业园**个、已投入使用小微工业企业园**个，入园企业**家；"
        f"{_DATE}，全市共检查小微工业企业园**个**家企业，{_HAZARD_WORDS}。",
        _PARK_SLOTS,
    ),
    Text(
        "gongan",
        ("市公安局", "公安局"),
        "市公安局",
        f"全市基层公安派出所对**家小微企业开展消防安全执法检查，{_POLICE_WORDS}。"
        f"{_DATE}，全市共检查使用剧毒和易制爆化学品小微企业**家，{_HAZARD_WORDS}；{_POLICE_WORDS}。",
        (
            _visited("visited", _ALL),
            *_acts("", _POLICE, _ALL),
            *_checked("chemicals_", _CHEMICAL, (CHEMICALS,)),
            *_acts("chemicals_", _POLICE, _CHEMICAL, (CHEMICALS,)),
        ),
    ),
    Text(
        "shengtai",
        ("市生态环境局", "生态环境局"),
        "市生态环境局",
        f"全市共有废物产生企业**家、废物经营企业**家。{_DATE}，全市共检查废物产生企业和废物经营企业**家，"
        f"{_HAZARD_WORDS}；{_CRIMINAL_WORDS}。",
        (
            _bearing("waste_made", "废物产生企业", WASTE_MADE),
            _bearing("waste_traded", "废物经营企业", WASTE_TRADED),
            *_checked("waste_", _WASTE, _WASTES),
            *_acts("waste_", _CRIMINAL, _WASTE, _WASTES),
        ),
    ),
    Text(
        "jianshe",
        ("市建设局", "建设局", "市住房和城乡建设局", "住房和城乡建设局"),
        "市建设局",
        f"全市有正在建设厂房、仓库的小微企业**家，{_DATE}，共检查正在建设厂房、仓库的小微企业**家，"
        f"{_HAZARD_WORDS}；{_CRIMINAL_WORDS}。"
        f"{_DATE}，全市共查处未经消防设计审查的小微企业**家，{_AFTER_WORDS}；"
        f"查处存在未批先建、未验先用等违法违规行为的小微企业**家，{_AFTER_WORDS}。",
        (
            _bearing("building", _BUILDING, BUILDING),
            *_checked("building_", _BUILDING, (BUILDING,)),
            *_acts("building_", _CRIMINAL, _BUILDING, (BUILDING,)),
            _punished("unreviewed", _UNREVIEWED, UNREVIEWED),
            *_acts("unreviewed_", _AFTER, _UNREVIEWED, (UNREVIEWED,)),
            _punished("unapproved", f"存在{_UNAPPROVED}", UNAPPROVED),
            *_acts("unapproved_", _AFTER, f"存在{_UNAPPROVED}", (UNAPPROVED,)),
        ),
    ),
    Text(
        "jiaotong",
        ("市交通运输局", "交通运输局", "市交通局", "交通局"),
        "市交通运输局",
        f"{_DATE}，共检查存在违法运输危化品行为的小微企业**家，{_HAZARD_WORDS}；{_CRIMINAL_WORDS}。",
        (
            *_checked("transport_", _TRANSPORT, (TRANSPORT,)),
            *_acts("transport_", _CRIMINAL, _TRANSPORT, (TRANSPORT,)),
        ),
    ),
    Text(
        "shichang",
        ("市市场监管局", "市场监管局", "市市场监督管理局", "市场监督管理局"),
        "市市场监管局",
        f"{_DATE}，全市共查处非法经营、超核准范围或方式从事经营活动的小微企业**家，取缔**家，{_AFTER_WORDS}。"
        f"全市共有使用特种设备的小微企业**家，{_DATE}，已检查**家，{_HAZARD_WORDS}；{_CRIMINAL_WORDS}。",
        (
            _punished("unlicensed", _UNLICENSED, UNLICENSED),
            *_acts("unlicensed_", (EnforcementKind.BANNED, *_AFTER), _UNLICENSED, (UNLICENSED,)),
            _bearing("devices", _DEVICES, DEVICES),
            *_checked("devices_", _DEVICES, (DEVICES,)),
            *_acts("devices_", _CRIMINAL, _DEVICES, (DEVICES,)),
        ),
    ),
    Text(
        "zhifa",
        ("市综合执法局", "综合执法局", "市综合行政执法局", "综合行政执法局", "市“三改一拆”办公室"),
        "市综合执法局（市“三改一拆”办公室）",
        "全市存在影响消防安全的存量违法建筑的小微企业**家，违法建筑面积**平方米；"
        f"{_DATE}，全市共拆除**家小微企业违法建筑**平方米。"
        f"全市共有燃气经营企业（站点）**家，{_DATE}，已检查**家，{_HAZARD_WORDS}；{_CRIMINAL_WORDS}。",
        _DEMOLITION_SLOTS,
    ),
    Text(
        "xiaofang",
        ("市消防救援支队", "消防救援支队", "市消防支队", "消防支队"),
        "市消防救援支队",
        f"{_DATE}，全市共检查小微企业**家，{_HAZARD_WORDS}；{_CRIMINAL_WORDS}。",
        (*_checked("", _ALL), *_acts("", _CRIMINAL, _ALL)),
    ),
)
"""In the plan's order; 应急局 has none."""
