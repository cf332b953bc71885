"""Which units a cell 整治责任单位 names: who answers, who helps, and what is no unit at all. Reads nothing.

A name is taken when it is exactly that of a unit, if need be without its number or its part in the
matter (1.市应急管理局, 配合：市供电局); all others are for a person to explain.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from campaigns.enums import PartyGroup
from campaigns.models import TaskForce
from campaigns.parties import group_named
from campaigns.queries import means_task_force
from parks.models import Department
from parks.names import name_key
from reports.ledger.words import BLANK, CellFault, without_number

_BREAK = re.compile(r"[\n、，,；;]")
_LOOSE_BREAK = re.compile(r"[\s/／+]+|和|与|及")
"""Marks that also stand within a name: they part a cell only where every part is a name on record."""
_PART = r"(?:第一|主要)?(牵头|责任|主办|负责|配合|协助|协办|协同)(?:责任)?(?:单位|部门)?"
_PART_BEFORE = re.compile(rf"{_PART}\s*[:：]\s*")
_PART_BEHIND = re.compile(rf"[(（]{_PART}[)）]$")
_HELPS = frozenset(("配合", "协助", "协办", "协同"))
_NOBODY = BLANK | frozenset(map(name_key, ("待定", "待明确", "未明确", "暂无", "不详")))
_OWNERS = frozenset(
    map(
        name_key,
        (
            *(
                "业主",
                "业主单位",
                "园区",
                "园区业主",
                "园区业主单位",
                "园区物业",
                "物业",
                "物业公司",
                "园区企业",
            ),
            *("企业自身", "本企业", "该企业", "相关企业", "涉事企业", "企业业主", "企业负责人", "园区管理方"),
        ),
    )
)
"""Words for those who must repair, of whom none is a unit that the campaign could assign to."""
_ENTERPRISES = (PartyGroup.ENTERPRISES, PartyGroup.LARGE_ENTERPRISES)


@dataclass
class Units:
    """What a cell comes to.

    owner: the words for an enterprise or the park's owner; unknown: the names to ask about.
    """

    responsible: Department | None = None
    by_task_force: bool = False
    helping: tuple[Department, ...] = ()
    owner: str = ""
    unknown: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class UnitReader:
    """Reads the cells of one row.

    called: name → units of exactly that name. is_owner: whether a name is that of the row's own park or
    of an enterprise in it. park: the row's park as written.
    """

    called: Callable[[str], list[Department]]
    is_owner: Callable[[str], bool]
    park: str

    def read(self, cell: str, task_force: TaskForce | None) -> Units:
        """Raises CellFault when a name means several units."""
        found = Units()
        units: list[tuple[Department, bool]] = []
        helpers: list[tuple[Department, bool]] = []
        for name, helps in self._names(cell):
            to = helpers if helps else units
            if self._means_task_force(name):
                to += [(task_force.department, True)] if task_force else []
            elif unit := self._unit(name):
                to.append((unit, False))
            elif self._means_owner(name):
                found.owner = f"{found.owner}、{name}" if found.owner else name
            elif name not in found.unknown:
                found.unknown.append(name)
        if units + helpers:
            (found.responsible, found.by_task_force), *others = units + helpers
            found.helping = tuple(dict.fromkeys(unit for unit, _ in others if unit != found.responsible))
        return found

    def _names(self, cell: str) -> Iterator[tuple[str, bool]]:
        """(name, whether it only helps): one, or several on lines of their own or between commas."""
        whole = cell.replace("\n", "")
        if name_key(whole) in _NOBODY:
            return
        if self._is_known(whole):
            yield self._plain(whole), False
            return
        helps = False
        for part in (part.strip() for part in _BREAK.split(cell)):
            if said := _PART_BEFORE.match(part):
                helps = said[1] in _HELPS
            for name in self._apart(part):
                said = _PART_BEHIND.search(name)
                yield self._plain(name), said[1] in _HELPS if said else helps

    def _apart(self, part: str) -> list[str]:
        pieces = [piece for piece in _LOOSE_BREAK.split(part) if piece]
        if not self._is_known(part) and all(map(self._is_known, pieces)):
            return pieces
        return [part[:80]] if part else []

    def _plain(self, name: str) -> str:
        """As it is known: as it stands, or without what stands around it. As it stands when neither is."""
        return next((said for said in _readings(name) if self._is_one(said)), name)

    def _is_known(self, name: str) -> bool:
        return any(map(self._is_one, _readings(name)))

    def _is_one(self, name: str) -> bool:
        return self._means_task_force(name) or bool(self.called(name)) or self._means_owner(name)

    def _unit(self, name: str) -> Department | None:
        found = self.called(name)
        if len(found) > 1:
            raise CellFault(f"“{name}”可以指{'、'.join(unit.name for unit in found)}，请写全称")
        return found[0] if found else None

    def _means_owner(self, name: str) -> bool:
        return name_key(name) in _OWNERS or group_named(name) in _ENTERPRISES or self.is_owner(name)

    def _means_task_force(self, name: str) -> bool:
        """专班, or the row's own park and 专班: 能科轻工产业园专班."""
        own = name_key(name).removeprefix(name_key(self.park))
        return means_task_force(name) or means_task_force(own)


def _readings(name: str) -> Iterator[str]:
    """The name; without its number, its part in the matter and closing marks; without brackets around it."""
    yield name
    bare = without_number(_PART_BEHIND.sub("", _PART_BEFORE.sub("", name.strip()))).strip()
    yield bare
    if bare[:1] in "（(" and bare[-1:] in "）)":
        yield bare[1:-1].strip()
