"""The registers that a campaign keeps, as tiles of their overview."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from campaigns.enums import Extra
from campaigns.models import Campaign
from campaigns.queries import Scope
from campaigns.reach import Reach
from campaigns.registers.queries import disposals_of, entries_in, in_state, provisions_of, valid_on


@dataclass(frozen=True)
class Tile:
    """One register on the overview: where it is, what it is for, where it stands."""

    label: str
    view: str
    query: str
    icon: str
    what: str
    figures: str


def tiles_of(campaign: Campaign, scope: Scope, reach: Reach) -> list[Tile]:
    """The registers that the campaign lists, in the order of the enum, with their figures in words."""
    today = campaign.today()
    tiles = []
    for extra in Extra:
        if extra in campaign.extras:
            view, query, icon, what = _PLACES[extra]
            figures = _FIGURES[extra](campaign, scope, reach, today) if extra in _FIGURES else ""
            tiles.append(Tile(str(extra.label), view, query, icon, what, figures))
    return tiles


def _contractor_figures(campaign: Campaign, scope: Scope, reach: Reach, today: date) -> str:
    seen = entries_in(reach, campaign)
    found = seen.aggregate(
        waiting=Count("pk", filter=Q(passed=None)),
        valid=Count("contractor", filter=valid_on(today), distinct=True),
        expired=Count("pk", filter=in_state("expired", today)),
    )
    return f"在园 {found['valid']} 家，待审核 {found['waiting']} 条，已过期 {found['expired']} 条"


def _provision_figures(campaign: Campaign, scope: Scope, reach: Reach, today: date) -> str:
    found = provisions_of(campaign, scope, reach).aggregate(
        planned=Count("pk"),
        issued=Count("pk", filter=Q(issued_on__isnull=False)),
        late=Count("pk", filter=Q(issued_on=None, planned_on__lt=today)),
    )
    return f"共 {found['planned']} 项，已出台 {found['issued']} 项，逾期 {found['late']} 项"


def _disposal_figures(campaign: Campaign, scope: Scope, reach: Reach, today: date) -> str:
    found = disposals_of(campaign, scope, reach).aggregate(
        planned=Count("pk"),
        waiting=Count("pk", filter=Q(done_on__isnull=False, accepted_on=None)),
        accepted=Count("pk", filter=Q(accepted_on__isnull=False)),
    )
    return f"计划 {found['planned']} 处，待验收 {found['waiting']} 处，已验收 {found['accepted']} 处"


_FIGURES = {
    Extra.CONTRACTORS: _contractor_figures,
    Extra.PROVISIONS: _provision_figures,
    Extra.DISPOSALS: _disposal_figures,
}
_PLACES = {
    Extra.CHECKUPS: (
        "campaigns:checkups",
        "",
        "clipboard2-pulse",
        "各园区的安全风险评价和应急演练：上次何时做、下次何时到期",
    ),
    Extra.CONTRACTORS: (
        "campaigns:contractors",
        "",
        "person-badge",
        "进入园区作业的承包商：入园登记、审核、有效期和诚信记录",
    ),
    Extra.PROVISIONS: (
        "campaigns:provisions",
        "",
        "file-earmark-ruled",
        "要出台的制度措施：责任单位、计划日期、文号",
    ),
    Extra.DISPOSALS: (
        "campaigns:disposals",
        "",
        "kanban",
        "区域场所按季度整治、改造、腾退、拔点：责任单位、完成和验收",
    ),
    Extra.TRAITS: (
        "campaigns:traits",
        "",
        "tags",
        "部门报送重点所指的企业，如使用剧毒化学品、产废单位；在企业档案中勾选",
    ),
    Extra.DOUBLE_REPORT: (
        "hazards:list",
        "level=major",
        "megaphone",
        "重大隐患发现时、整改后各报告一次，在隐患中办理",
    ),
}
"""Where each register is: address, its query, icon, what it is for."""
