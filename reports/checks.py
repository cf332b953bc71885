"""勾稽关系: what must hold among the figures of a report, as a table of rules with words (domain §5).

An error stops the report from being handed in; a warning wants a note. Run when a report is compiled and
once more when it is filled in. What nobody knows (None) breaks nothing; 0 is known.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import product
from typing import NamedTuple

from reports.enums import Severity
from reports.figures.groups import Key, Row
from reports.indicators import Figures, Indicator, Ledger, Number
from reports.models import Report


@dataclass(frozen=True)
class Earlier:
    """Cumulative figures that were issued: of an earlier period, or by a unit for the same one.

    name: the unit's; adjoins: the period directly before, counted to its last day.
    typed: slugs of figures that were typed in.
    """

    figures: Figures
    as_of: date
    name: str = ""
    adjoins: bool = False
    typed: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Case:
    """What a rule looks at: one report's figures, and what was issued before.

    rows, period_rows: those of a roll-up. typed: slugs of this report's typed figures; counted: what
    records show of these. of_area: all records of a region or of the campaign count, not one unit's own.
    adds_up: no record stands in two rows (a region holds what is below it, an enterprise has many traits).
    issued: what units issued for the same period, by unit id.
    """

    indicators: Sequence[Indicator]
    cumulative: Figures
    period: Figures
    rows: Sequence[Row] = ()
    period_rows: Sequence[Row] = ()
    typed: frozenset[str] = frozenset()
    counted: Figures = field(default_factory=dict)
    of_area: bool = True
    adds_up: bool = True
    previous: Earlier | None = None
    issued: Mapping[Key, Earlier] = field(default_factory=dict)

    def named(self, slug: str) -> Indicator | None:
        return next((one for one in self.indicators if one.slug == slug), None)

    def tables(self) -> Iterator[tuple[str, str, Figures]]:
        """(key, words, figures) of every line of figures, 累计 before 本期; "" and "p" are the totals."""
        yield "", "累计", self.cumulative
        yield "p", "本期", self.period
        for prefix, scope, rows in (("", "累计", self.rows), ("p", "本期", self.period_rows)):
            for key, name, figures in rows:
                yield f"{prefix}{key}", f"“{name}”{scope}", figures


class Break(NamedTuple):
    """One way in which the figures break a rule. subject: what of the rule is broken, the same next time."""

    subject: str
    words: str


@dataclass(frozen=True)
class Rule:
    """One relation; `breaks` finds where the figures break it."""

    slug: str
    words: str
    severity: Severity
    breaks: Callable[[Case], Iterator[Break]]


SOURCES = (("found_major", ("self_found", "checked_found")),)
"""A whole and the disjoint sources that make it up: 企业自查 and 执法检查 (P3 附件2)."""

UNKNOWN = "unknown"
"""Name of the rule that all figures are known; a nil report says so itself."""

LISTED = ("listed", ("self_found", "checked_found"))
"""挂牌督办 overlaps the sources and never exceeds them together (P3 附件2)."""


def shown(one: Indicator, number: Number | None) -> str:
    """The number as people read it: 12项."""
    return f"{number}{one.unit}"


def _at(key: str, slug: str) -> str:
    """A figure of a line; of the totals the slug alone."""
    return f"{key}:{slug}".lstrip(":")


def _parts(case: Case) -> Iterator[Break]:
    for key, words, figures in case.tables():
        for one in case.indicators:
            whole = case.named(one.part_of)
            # Within a period more can be closed than found: what was found before is closed now.
            if whole is None or (key.startswith("p") and one.date_rule != whole.date_rule):
                continue
            part, all_of_it = figures.get(one.slug), figures.get(whole.slug)
            if part is not None and all_of_it is not None and part > all_of_it:
                said = f"{words}“{one.label}”{shown(one, part)}，大于“{whole.label}”{shown(whole, all_of_it)}"
                yield Break(_at(key, one.slug), said)


def _sources(case: Case) -> Iterator[Break]:
    for slug, sources in SOURCES:
        whole = case.named(slug)
        if whole is None or None in [case.named(source) for source in sources]:
            continue
        for key, words, figures in case.tables():
            parts = [figures.get(source) for source in sources]
            known = [number for number in parts if number is not None]
            total = figures.get(slug)
            if total is None or len(known) < len(parts) or sum(known) == total:
                continue
            said = "＋".join(str(number) for number in known)
            yield Break(
                _at(key, slug), f"{words}企业自查与执法检查发现之和（{said}）不等于“{whole.label}”{total}"
            )


def _listed(case: Case) -> Iterator[Break]:
    """Of cumulative figures only: within a period a hazard can be listed that was found before."""
    slug, sources = LISTED
    one = case.named(slug)
    for key, words, figures in case.tables():
        known = [n for source in sources if (n := figures.get(source)) is not None]
        listed = figures.get(slug)
        if key.startswith("p") or one is None or listed is None or len(known) < len(sources):
            continue
        if listed > sum(known):
            said = f"{words}“{one.label}”{shown(one, listed)}，大于企业自查与执法检查发现之和"
            yield Break(_at(key, slug), f"{said}{shown(one, sum(known))}")


def _visits(case: Case) -> Iterator[Break]:
    """家 counts the enterprises among the very records of which 家次 is the number."""
    for few, many in product(case.indicators, case.indicators):
        if not few.distinct or not many.adds_up or many.sums or few.stock or many.stock:
            continue
        if (few.ledger, few.counts, few.traits) != (many.ledger, many.counts, many.traits):
            continue
        for key, words, figures in case.tables():
            low, high = figures.get(few.slug), figures.get(many.slug)
            if low is not None and high is not None and low > high:
                said = f"{words}“{few.label}”{shown(few, low)}，多于“{many.label}”{shown(many, high)}"
                yield Break(_at(key, few.slug), said)


def _totals(case: Case) -> Iterator[Break]:
    """合计 of what adds up. A total that was typed in for want of rows may be more than they say."""
    for key, words, total, rows in _with_rows(case) if case.adds_up else ():
        for one in case.indicators:
            known = [n for _, _, figures in rows if (n := figures.get(one.slug)) is not None]
            whole = total.get(one.slug)
            if not one.adds_up or whole is None or not known or whole == sum(known):
                continue
            if one.slug in case.typed and whole > sum(known):
                continue
            said = f"{words}合计“{one.label}”{shown(one, whole)}，各行相加为{shown(one, sum(known))}"
            yield Break(_at(key, one.slug), said)


def _counted_again(case: Case) -> Iterator[Break]:
    """合计 of 家: an enterprise may stand in several rows and counts once."""
    for key, words, total, rows in _with_rows(case):
        for one in case.indicators:
            known = [n for _, _, figures in rows if (n := figures.get(one.slug)) is not None]
            whole = total.get(one.slug)
            if one.adds_up or whole is None or not known:
                continue
            if whole < max(known):
                said = f"小于其中一行{shown(one, max(known))}"
            elif whole > sum(known) and one.slug not in case.typed:
                said = f"大于各行之和{shown(one, sum(known))}"
            else:
                continue
            yield Break(_at(key, one.slug), f"{words}合计“{one.label}”{shown(one, whole)}，{said}")


def _with_rows(case: Case) -> Iterator[tuple[str, str, Figures, Sequence[Row]]]:
    yield "", "累计", case.cumulative, case.rows
    yield "p", "本期", case.period, case.period_rows


def _typed(case: Case) -> Iterator[Break]:
    for one in case.indicators:
        typed, counted = case.cumulative.get(one.slug), case.counted.get(one.slug)
        if one.slug in case.typed and typed is not None and counted is not None and typed < counted:
            said = f"“{one.label}”手工填报{shown(one, typed)}，小于系统记录{shown(one, counted)}"
            yield Break(one.slug, f"{said}，请更正或撤回手工填报")


def _unknown(case: Case) -> Iterator[Break]:
    """What the form asks for and nobody has typed in: easily forgotten, and no zero."""
    missing = [one.label for one in case.indicators if case.cumulative.get(one.slug) is None]
    if missing:
        yield Break("", f"尚未填报：{'、'.join(missing)}；没有发生的请填0")


def _falls(case: Case) -> Iterator[Break]:
    if (before := case.previous) is None:
        return
    for one in case.indicators:
        now, then = case.cumulative.get(one.slug), before.figures.get(one.slug)
        if not one.stock and now is not None and then is not None and now < then:
            said = f"累计“{one.label}”由上次印发（截止{before.as_of:%Y-%m-%d}）的{shown(one, then)}"
            yield Break(one.slug, f"{said}降为{shown(one, now)}，请说明更正原因")


def _follows(case: Case) -> Iterator[Break]:
    """Said only where the figure did not fall: then that is already said."""
    before = case.previous
    if before is None or not before.adjoins:
        return
    for one in case.indicators:
        if one.stock or one.settled or not one.adds_up or one.slug in case.typed | before.typed:
            continue
        now, then, new = (figures.get(one.slug) for figures in (case.cumulative, before.figures, case.period))
        if now is None or then is None or new is None or now < then or now == then + new:
            continue
        said = (
            f"“{one.label}”上期累计{then}＋本期{new}＝{then + new}{one.unit}，与本期累计{shown(one, now)}不符"
        )
        yield Break(one.slug, f"{said}，请说明（如补录、作废）")


def _fewer(case: Case) -> Iterator[Break]:
    """Enterprises visited or dealt with are hardly more than there are, where both are of one area."""
    if not case.of_area:
        return
    for few, many in product(case.indicators, case.indicators):
        if few.distinct != "enterprise" or many.ledger is not Ledger.ENTERPRISES or few.traits != many.traits:
            continue
        low, high = case.cumulative.get(few.slug), case.cumulative.get(many.slug)
        if low is not None and high is not None and low > high:
            yield Break(
                few.slug, f"累计“{few.label}”{shown(few, low)}，多于“{many.label}”{shown(many, high)}"
            )


def _fines(case: Case) -> Iterator[Break]:
    fines, filed = case.cumulative.get("fines"), case.cumulative.get("filed")
    if fines and filed == 0:
        yield Break("", f"累计行政处罚{fines}万元，而立案查处为0")


def _as_issued(case: Case) -> Iterator[Break]:
    for key, name, figures in case.rows:
        if (unit := case.issued.get(key)) is None:
            continue
        pairs = [(one, unit.figures.get(one.slug), figures.get(one.slug)) for one in case.indicators]
        apart = [
            f"“{one.label}”该单位{shown(one, theirs)}、本表{shown(one, ours)}"
            for one, theirs, ours in pairs
            if theirs is not None and ours is not None and theirs != ours
        ]
        if apart:
            said = "；".join(apart)
            yield Break(f"{key}", f"与“{name}”已印发的报表（截止{unit.as_of:%Y-%m-%d}）不一致：{said}")


_ERROR, _WARNING = Severity.ERROR, Severity.WARNING

RULES: tuple[Rule, ...] = (
    Rule("parts", "其中数不大于总数", _ERROR, _parts),
    Rule("sources", "企业自查发现＋执法检查发现＝发现总数", _ERROR, _sources),
    Rule("listed", "挂牌督办数不大于企业自查与执法检查发现数之和", _ERROR, _listed),
    Rule("visits", "家数不大于家次", _ERROR, _visits),
    Rule("totals", "合计等于各行之和", _ERROR, _totals),
    Rule("counted_again", "家数合计按企业去重，不小于任何一行，不大于各行之和", _ERROR, _counted_again),
    Rule("typed", "手工填报数不小于系统记录数", _ERROR, _typed),
    Rule(UNKNOWN, "表内数据齐全", _WARNING, _unknown),
    Rule("falls", "累计数不低于上次印发数", _WARNING, _falls),
    Rule("follows", "上期累计＋本期＝本期累计", _WARNING, _follows),
    Rule("fewer", "有关企业数不大于企业总数", _WARNING, _fewer),
    Rule("fines", "有罚款的应有立案", _WARNING, _fines),
    Rule("as_issued", "汇总各行与单位已印发的报表一致", _WARNING, _as_issued),
)


def run(case: Case) -> list[dict[str, str]]:
    """What does not hold, as Report.checks keeps it.

    `rule` names the rule and what of it is broken: the note on a warning is kept under it, and is found
    again when the report is compiled anew.
    """
    return [
        {
            "rule": f"{rule.slug}:{one.subject}".rstrip(":"),
            "severity": rule.severity.value,
            "words": one.words,
            "relation": rule.words,
        }
        for rule in RULES
        for one in rule.breaks(case)
    ]


def happened(case: Case) -> list[str]:
    """What counted within the period, in words: with anything of it a report is no nil report 零报告.

    Where only cumulative figures are known, as they were typed in, what they rose by.
    """
    found: list[str] = []
    for one in case.indicators:
        number = case.period.get(one.slug)
        if number is None and (now := case.cumulative.get(one.slug)) is not None:
            before = case.previous.figures.get(one.slug) if case.previous else None
            number = now - (before or 0)
        if number and not one.stock:
            found.append(f"{one.label}{shown(one, number)}")
    return found


def stops(report: Report) -> list[str]:
    """Sentences of the errors, which stop the report."""
    return [check["words"] for check in report.checks if check["severity"] == Severity.ERROR]


def warned(report: Report) -> set[str]:
    """Names of the warnings, under which their notes are kept."""
    return {check["rule"] for check in report.checks if check["severity"] == Severity.WARNING}


def unexplained(report: Report) -> list[str]:
    """What is missing: a note for each warning."""
    return [
        f"请说明：{check['words']}"
        for check in report.checks
        if check["severity"] == Severity.WARNING
        and not report.notes.get(check["rule"], "").strip()
        and not (report.nil and check["rule"] == UNKNOWN)
    ]
