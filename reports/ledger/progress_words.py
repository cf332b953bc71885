"""Whether the words of 整治进度 say that a hazard has been put right. Pure; a doubt counts as no.

To be taken for done by mistake hides an open hazard; to be taken for open by mistake costs a click.
So one clause must say plainly that the work is done, and nothing else in the cell may say otherwise.
"""

import re
import unicodedata

_BREAK = re.compile(r"[,;。.!、]")
_LABEL = re.compile(r"^(?:整改|整治)?(?:情况|进度|进展|结果):")
_AWAITS = re.compile(
    r"(?:等?待|未|尚未|暂未|申请|提请|已?报请)(?:验收|销号|复查|复核|核查)+(?=$|[,;。.!、)])"
)
"""What still waits for its acceptance is done: that is what an imported row then waits for."""

_DAY = r"(?:于?(?:\d{2,4}[年./-])?\d{1,2}[月./-]\d{1,2}[日号]?)"
_HOW = rf"(?:{_DAY}|全部|全面|按期|按时|如期|及时|按照?要求|当场|现场|当日|当天|立即|自行|落实|均|都)*"
_WORK = r"(?:整改|整治|治理)"
_ACCEPTED = r"(?:并?(?:通过)?(?:验收|销号|复查)(?:合格|通过)?)?"
_ENDED = (
    rf"(?:完成(?:全部|所有)?(?:{_WORK}(?:任务|工作)?)?{_ACCEPTED}"
    rf"|{_WORK}(?:工作)?{_HOW}(?:完成|完毕|到位|结束|好|合格)?{_ACCEPTED}"
    r"|销号|闭环|办结|消除|改[正好]?|验收|(?:验收|复查)(?:合格|通过)|通过(?:验收|复查))"
)
_FULL = r"(?:100(?:\.0+)?%)?"
_SAID = re.compile(
    rf"(?:该|此|本)?(?:隐患|问题)?(?:{_WORK})?(?:工作|任务)?(?:现|目前)?{_HOW}"
    rf"(?:已经?|业已){_HOW}{_ENDED}{_FULL}"
)
_BARE = re.compile(
    rf"(?:隐患|问题)?(?:全部|按期|按时|当场|现场|均)?"
    rf"(?:完成(?:{_WORK})?|{_WORK}(?:工作)?(?:全部)?(?:完成|完毕|到位)率?|销号|闭环|办结"
    rf"|(?:验收|复查)(?:合格|通过)|通过验收){_FULL}"
    rf"|(?:{_WORK})?(?:进度|完成率|率)?100(?:\.0+)?%"
)
_DOUBT = re.compile(
    r"未|没(?!收)|(?<!无)需|无法|无力|不能|不到位|不合格|不彻底|不配合|拒|否|非|难以|(?<![接招])待|尚|正在|推进|"
    r"部分|基本|大半|一半|过半|初步|个别|剩|其余|余下|仍|还有|还在|反弹|回潮|(?<!按)预计|(?<!按)计划|拟|"
    r"将(?:于|在|要|完成|整改)|限期|责令|督促|争取|力争|承诺|保证|"
    r"(?<!按)(?<!按照)要求|确保.{0,10}(?:完成|整改|到位|销号)|"
    r"(?<!目)前(?!已).{0,3}(?:完成|整改|整治|到位|销号)|继续.{0,4}(?:整改|整治|推进|清理|拆)|"
    r"阶段|整改中|整治中|进行中|[?□☐]|(?<![\d/])\d+/\d+(?![/\d])"
)
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*%")


def says_done(progress: str) -> bool:
    """True for 已完成整改, 整改完成100%; False for 未完成整改, 部分完成, 9月底前完成整改, 已完成方案."""
    words = "".join(unicodedata.normalize("NFKC", re.sub(r"\s*\n\s*", ";", progress.strip())).split())
    rest = _LABEL.sub("", _AWAITS.sub("", words))
    partly = any(float(share) < 100 for share in _PERCENT.findall(rest))
    if partly or _DOUBT.search(rest):
        return False
    clauses = [re.sub(r"\([^()]*\)", "", clause).strip("()") for clause in _clauses(rest)]
    return any(_SAID.fullmatch(clause) or _BARE.fullmatch(clause) for clause in clauses)


def _clauses(words: str) -> list[str]:
    """The text between its marks; a point within a figure or a date is no mark."""
    return _BREAK.split(re.sub(r"(?<=\d)\.(?=\d)", "/", words))
