"""Units as a plan's cells name them: several in one cell, groups, stray marks. Pure.

Only what is plainly no part of a name is taken off; which unit a name means is for queries.find_units
and, where nobody answers to it, for a person.
"""

import re

from campaigns.enums import PartyGroup
from parks.names import name_key

GROUP_WORDS: dict[PartyGroup, tuple[str, ...]] = {
    PartyGroup.TASK_FORCES: ("专班工作组", "整治专班", "专班", "园区专班", "各专班", "各园区专班", "专班组"),
    PartyGroup.UNITS: ("各部门", "各成员单位", "各单位", "各相关单位", "各相关部室", "各部、办、中心"),
    PartyGroup.ENTERPRISES: ("园区各企业", "各企业", "入园企业", "企业"),
    PartyGroup.LARGE_ENTERPRISES: ("规模以上企业", "各规模以上企业"),
}
"""Words that mean a set where a unit is expected (P0 附件2, P3 附件1)."""

_GROUPS = {name_key(word): group for group, words in GROUP_WORDS.items() for word in words}
_BETWEEN = r"\n\r、，,；;"
_HOLDING_COMMAS = [
    word for words in GROUP_WORDS.values() for word in words if re.search(f"[{_BETWEEN}]", word)
]
_NAME = re.compile("|".join([*map(re.escape, _HOLDING_COMMAS), f"[^{_BETWEEN}]+"]))
_STRAY = "、，,；;。.：:　 "
_STRAY_PREFIXES = ("负责", "负", "由")


def group_named(name: str) -> PartyGroup | None:
    """The set that a name means, None for a unit's name."""
    return _GROUPS.get(name_key(name))


def split_names(cell: str) -> list[str]:
    """The names in one cell, in their order: on lines of their own or between commas; stray marks go.

    "安全生产部、" is one name. A word for a set that itself holds a comma stays whole.
    """
    return [name for part in _NAME.findall(cell) if (name := part.strip(_STRAY))]


def readings(name: str) -> tuple[str, ...]:
    """The name, and what it is without stray marks: P3 prints 安全生产部、 and 负安全生产部."""
    bare = name.strip(_STRAY)
    return name, bare, without_stray_prefix(bare)


def without_stray_prefix(name: str) -> str:
    """The name without 负、负责、由 before it (P3: 负安全生产部), for a name that nobody answers to."""
    for prefix in _STRAY_PREFIXES:
        if name.startswith(prefix) and len(name) > len(prefix) + 1:
            return name[len(prefix) :]
    return name
