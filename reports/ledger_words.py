"""What the words in a ledger's cells mean. Pure; nothing is guessed."""

import hashlib
from datetime import date

from campaigns.models import Campaign
from hazards.enums import Status
from parks.models import Park
from parks.names import name_key
from reports.progress_words import says_done

_OPENING, _CLOSING = "（(", "）)"
_NOTHING = frozenset(name_key(word) for word in ("无", "/", "-", "—", "——", "空", "公共区域", "公共部位"))


class CellFault(Exception):
    """One cell cannot be taken; the message is Chinese and fit to show."""


def split_where(text: str) -> tuple[str, str]:
    """Place and enterprise of 发生位置（企业名称）; the last pair of brackets names the enterprise.

    3号楼（东）（鑫达（龙港）包装） is the place 3号楼（东） and the enterprise 鑫达（龙港）包装.
    Brackets may be full or half width and nested. Raises when there is no place or a bracket lacks its mate.
    """
    if not text:
        raise CellFault("没有填写")
    start, end = _last_brackets(text)
    if start < 0:
        return text, ""
    place = " ".join((text[:start] + " " + text[end + 1 :]).split())
    enterprise = text[start + 1 : end].strip()
    if not place:
        raise CellFault("只写了企业名称，没有写发生位置，请写成“3号楼2层（企业名称）”的样子")
    return place, "" if name_key(enterprise) in _NOTHING else enterprise


def _last_brackets(text: str) -> tuple[int, int]:
    """Positions of the last outermost pair of brackets; (-1, -1) when there is none."""
    depth, start, pair = 0, -1, (-1, -1)
    for place, letter in enumerate(text):
        if letter in _OPENING:
            if depth == 0:
                start = place
            depth += 1
        elif letter in _CLOSING:
            depth -= 1
            if depth == 0:
                pair = (start, place)
            elif depth < 0:
                break
    if depth:
        raise CellFault("括号不成对，分不清发生位置和企业名称")
    return pair


def status_of(progress: str, *, assigned: bool) -> Status:
    """What the words of 整治进度 come to.

    已完成 and its like wait for an acceptance (docs/decisions/0014); 未完成, 部分完成 and 完成80% do not.
    """
    if says_done(progress):
        return Status.SUBMITTED
    return Status.RECTIFYING if assigned else Status.REPORTED


def import_key(
    campaign: Campaign, park: Park, place: str, enterprise: str, description: str, found_on: date
) -> str:
    """By what a row is known again: what was found where and when, however it is spaced or punctuated wide.

    Progress, deadline and unit are left out: they change while the hazard stays the same.
    """
    facts = (str(campaign.pk), str(park.pk), *map(name_key, (place, enterprise, description)), str(found_on))
    return hashlib.sha256("\x1f".join(facts).encode()).hexdigest()
