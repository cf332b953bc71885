"""What the words in a ledger's cells mean. Pure; nothing is guessed."""

import hashlib
import re
from contextlib import suppress
from datetime import date

from campaigns.models import Campaign
from hazards.enums import Level, Status
from parks.names import name_key
from reports.ledger.progress_words import says_done

BLANK = frozenset(("", "/", "\\", "-", "--", "—", "——", "无", "(无)", "空"))
"""What people put where there is nothing to say, as parks.names.name_key."""

_OPENING, _CLOSING = "（(【〔[", "）)】〕]"
_NOTHING = BLANK | {"公共区域", "公共部位"}

_FLOOR = r"[东南西北]?(?:[一二三四五六七八九十\d]+|[A-Za-z]\d*)(?:号?楼|[期层幢栋座区室号#])"
_BUILDING = re.compile(_FLOOR)
_POSITION = re.compile(
    rf"(?:[东南西北中内外上下左右前后]+[侧面边部区门首]?|{_FLOOR}"
    r"|(?:地下|屋顶|楼顶|顶)(?:室|层|楼)?|车间|仓库|宿舍|食堂|门口|楼道|走廊|室外|室内)+"
)
"""Brackets that say where, as in 3号楼（东侧）, and name nobody."""
_COMPANY = re.compile(r".{2,}(?:公司|厂|合作社|事务所|经营部|商行|工作室)")
_LEGAL_FORM = re.compile(r"(?:普通|有限|特殊普通)合伙|个体工商户|个人独资|中国|集团")
_NAME_GOES_ON = re.compile(
    r"[^\s,，、;；（(]*(?:公司|厂|合作社|事务所|经营部|商行|工作室)(?=$|[\s,，、;；（(])"
)
"""After the bracket: 恒信纸品（龙港）有限公司 is one name, of which the bracket is a part."""


class CellFault(Exception):
    """One cell cannot be taken; the message is Chinese and fit to show."""


def split_where(text: str) -> tuple[str, str]:
    """Place and enterprise of 发生位置（企业名称）; the last pair of brackets names the enterprise.

    3号楼（东）（鑫达（龙港）包装） is the place 3号楼（东） and the enterprise 鑫达（龙港）包装. Brackets may
    be full or half width and nested; those that say where, or stand within a name, are left in the place,
    but for 恒信纸品厂（3号楼2层), which is plainly the other way round. Raises when there is no place or a
    bracket lacks its mate.
    """
    if not text:
        raise CellFault("没有填写")
    for start, end in reversed(_outer_brackets(text)):
        inner, behind = text[start + 1 : end].strip(), text[end + 1 :]
        if _is_turned_round(text[:start].strip(), inner, behind):
            return inner, text[:start].strip()
        if _POSITION.fullmatch(inner) or _LEGAL_FORM.fullmatch(inner) or _NAME_GOES_ON.match(behind):
            continue
        place = " ".join((text[:start] + " " + behind).split())
        if not place:
            raise CellFault("只写了企业名称，没有写发生位置，请写成“3号楼2层（企业名称）”的样子")
        return place, "" if name_key(inner) in _NOTHING else inner
    return " ".join(text.split()), ""


def _is_turned_round(before: str, inner: str, behind: str) -> bool:
    company = _COMPANY.fullmatch(before) and not _BUILDING.match(before)
    return bool(company and _POSITION.fullmatch(inner) and not behind.strip())


def _outer_brackets(text: str) -> list[tuple[int, int]]:
    """Positions of the outermost pairs of brackets."""
    depth, start, pairs = 0, -1, []
    for place, letter in enumerate(text):
        if letter in _OPENING:
            if depth == 0:
                start = place
            depth += 1
        elif letter in _CLOSING:
            depth -= 1
            if depth == 0:
                pairs.append((start, place))
            elif depth < 0:
                break
    if depth:
        raise CellFault("括号不成对，分不清发生位置和企业名称")
    return pairs


_NUMBERED = re.compile(r"[(（]?(?:\d{1,2}|[一二三四五六七八九十]{1,3}|[①-⑳])[)）]?\s*[.．、:：]?\s*")


def without_number(name: str) -> str:
    """The name without the number of its place in the plan (2.、（二）, ②) and without a closing mark.

    For a second look only: the rest must then be a name on record to the letter.
    """
    return _NUMBERED.sub("", name.strip(), count=1).rstrip("。.；;")


_LEVEL = re.compile(rf"({'|'.join(Level.labels)})(?:安全|生产|事故)*(?:隐患|问题)?")
_ANSWERS = dict.fromkeys("是√✓☑y", Level.MAJOR) | dict.fromkeys(("否", "不是", "×", "n"), Level.GENERAL)
"""What people put under 是否重大隐患."""


def level_of(words: str, is_major: str = "") -> Level:
    """一般 or 重大, also as 重大事故隐患; nothing said means 一般. Raises for whatever is neither.

    is_major: the answer to 是否重大隐患, which may say it instead, but nothing else.
    """
    said, answer = _level_said(words), _ANSWERS.get(name_key(is_major)) or _level_said(is_major)
    if said and answer and said != answer:
        raise CellFault(f"与“是否重大隐患”写的“{is_major[:20]}”不一致")
    return said or answer or Level.GENERAL


def _level_said(words: str) -> Level | None:
    key = name_key(words)
    if key in BLANK:
        return None
    if said := _LEVEL.fullmatch(key):
        return next(level for level in Level if level.label == said[1])
    raise CellFault(f"没有“{words[:40]}”这一等级，可填：{'、'.join(Level.labels)}")


def status_of(progress: str, *, assigned: bool, level: Level = Level.GENERAL) -> Status:
    """What the words of 整治进度 come to.

    已完成 and its like wait for an acceptance (docs/decisions/0014); 未完成, 部分完成 and 完成80% do not.
    A major hazard waits for none before its five commitments are on record (docs/decisions/0034).
    """
    if says_done(progress) and level != Level.MAJOR:
        return Status.SUBMITTED
    return Status.RECTIFYING if assigned else Status.REPORTED


def import_key(
    campaign: Campaign, park: int, place: str, enterprise: str, description: str, found_on: date
) -> str:
    """By what a row is known again: what was found where and when, however it is spaced or punctuated wide.

    Progress, deadline and unit are left out: they change while the hazard stays the same. park: its id.
    """
    facts = (str(campaign.pk), str(park), *map(name_key, (place, enterprise, description)), str(found_on))
    return hashlib.sha256("\x1f".join(facts).encode()).hexdigest()


def keys_on_record(
    campaign: Campaign, park: int, place: str, enterprise: str, description: str, found_on: date
) -> set[str]:
    """The keys under which a ledger has a hazard on record: as it is kept, and as 附件4 prints it."""
    keys = {import_key(campaign, park, place, enterprise, description, found_on)}
    with suppress(CellFault):
        printed = split_where(f"{place}（{enterprise}）" if enterprise else place)
        keys.add(import_key(campaign, park, *printed, description, found_on))
    return keys
