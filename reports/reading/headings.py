"""Finds the headings of a form in a sheet: in one row or two, in any order, also in other words. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from parks.names import name_key
from reports.layouts.columns import Column
from reports.reading.sheet_parts import Sheet, UnreadableWorkbook

HEADING_SEARCH_ROWS = 100
SERIAL = "serial"
"""The column in which a form counts its rows: nothing hangs on it."""

_HINT = re.compile(r"\([^()]*\)$")
_ASIDE = re.compile(r"\([^()]*\)")
_BRACKETS = str.maketrans("[]{}【】〔〕「」", "()()()()()")
_NUMBER = re.compile(r"^\(?\d{1,2}\)?[.、]?")

Hit = tuple[tuple[int, int], str]
"""How well a text names a column (less is better): by what kind of word, and which of the other words
for it, the likelier first; and the column's slug."""


@dataclass(frozen=True)
class Heads:
    """Where the headings stand: the last of their rows, slug → column, headings that are not ours.

    missing: headings that must be there and are not.
    """

    last: int = 0
    columns: dict[str, int] = field(default_factory=dict)
    unread: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def heading_key(heading: str) -> str:
    """The form under which headings are compared: blanks, line breaks and full-width forms do not count."""
    return name_key(heading).translate(_BRACKETS).strip("*:")


def on_one_line(heading: str) -> str:
    """A heading as it is spoken of."""
    return heading.replace("\n", "")


class HeadFinder:
    """Looks for the headings of one form.

    likely: so many known headings in one row make it a heading row, complete or not.
    passed_over: headings beside the form's own that are no news.
    grouped: a heading with the one above it (专班成员联系电话) → slug, where the pair says more than the
    lower one does.
    """

    def __init__(
        self,
        columns: Iterable[Column],
        *,
        likely: int = 4,
        passed_over: Iterable[str] = (),
        grouped: Mapping[str, str] | None = None,
    ) -> None:
        self.columns = tuple(columns)
        self.likely = likely
        self._slugs = {
            heading_key(heading): (place, column.slug)
            for column in self.columns
            for place, heading in enumerate(column.headings)
        }
        self._own = {heading_key(column.heading): column.slug for column in self.columns}
        self._passed_over = frozenset(map(heading_key, passed_over))
        self._grouped = {
            heading_key(c.group + heading): c.slug for c in self.columns if c.group for heading in c.headings
        } | {heading_key(pair): slug for pair, slug in (grouped or {}).items()}
        self.none = Heads(missing=self._missing({}))

    def heading_of(self, slug: str) -> str:
        """The plan's own words over a column, on one line."""
        return next(on_one_line(column.heading) for column in self.columns if column.slug == slug)

    def is_heading(self, value: object) -> bool:
        """Whether a cell holds a heading of the form, or another word for one."""
        return isinstance(value, str) and heading_key(value) in self._slugs

    def count(self, row: Mapping[int, object]) -> int:
        """How many cells of a row are headings."""
        return sum(map(self.is_heading, row.values()))

    def find(self, sheet: Sheet) -> Heads:
        """The heading row, or pair of rows, with most known headings. Raises UnreadableWorkbook."""
        best = self.none
        for number in sorted(sheet.rows)[:HEADING_SEARCH_ROWS]:
            heads = self.at(sheet, number)
            if len(heads.columns) > len(best.columns):
                best = heads
        return best

    def at(self, sheet: Sheet, number: int) -> Heads:
        """The headings that begin in this row; the row below joins them when it holds headings, too."""
        top = _texts(sheet, number)
        single = self._match(sheet, number, {column: [text] for column, text in top.items()})
        below = _texts(sheet, number + 1)
        if not any(
            self.is_heading(text) or self.is_heading(top.get(c, "") + text) for c, text in below.items()
        ):
            return single
        spread = _spread(sheet, number, top)
        joined = {c: [spread.get(c, "") + text, text] for c, text in below.items()}
        pair = self._match(sheet, number + 1, {c: [text] for c, text in top.items()} | joined)
        used = set(pair.columns.values())
        foreign = [column for column in sheet.rows[number + 1] if column in used and column not in joined]
        data = [column for column in single.columns.values() if column in below and column not in used]
        # A title over a single row of headings adds nothing to them.
        alone = {slug for text in below.values() if (hit := self._read(text)) for slug in hit[1:]}
        titled = len(pair.columns) <= max(len(alone), len(single.columns) - 1)
        return single if foreign or data or titled else pair

    def _match(self, sheet: Sheet, last: int, candidates: dict[int, list[str]]) -> Heads:
        """The form's own words go before other words for them, these before words with a hint in brackets.

        Of two other words for one column the likelier is taken, and the other named as not read; only
        the same heading twice leaves no choice.
        """
        found: dict[str, dict[int, tuple[int, int]]] = {}
        for column, texts in candidates.items():
            ranked = [hit for text in texts if (hit := self._read(text))]
            if ranked:
                rank, slug = min(ranked)
                found.setdefault(slug, {})[column] = rank
        columns: dict[str, int] = {}
        for slug, places in found.items():
            best = [column for column, rank in places.items() if rank == min(places.values())]
            if len(best) > 1 and len(found) >= self.likely and slug != SERIAL:
                raise UnreadableWorkbook(
                    f"工作表“{sheet.name}”第 {last} 行有两列“{self.heading_of(slug)}”，"
                    "分不清以哪一列为准，请删去一列，或把表头写得不同"
                )
            columns[slug] = best[0]
        taken = set(columns.values())
        unread = [texts[-1] for column, texts in sorted(candidates.items()) if column not in taken]
        shown = ("".join(text.split())[:20] for text in unread if heading_key(text) not in self._passed_over)
        return Heads(last, columns, tuple(shown), self._missing(columns))

    def _missing(self, columns: Mapping[str, int]) -> tuple[str, ...]:
        return tuple(on_one_line(c.heading) for c in self.columns if c.required and c.slug not in columns)

    def _read(self, text: str) -> Hit | None:
        key = heading_key(text)
        if slug := self._grouped.get(key):
            return (0, 0), slug
        if slug := self._own.get(key):
            return (1, 0), slug
        plain = _NUMBER.sub("", _HINT.sub("", key)).strip("*:")
        # 园区(小微园)名称: what stands in brackets in the middle is said aside, too.
        for kind, called in enumerate((key, plain, _ASIDE.sub("", plain)), start=2):
            if called in self._slugs:
                place, slug = self._slugs[called]
                return (kind, place), slug
        return None


def _texts(sheet: Sheet, number: int) -> dict[int, str]:
    return {c: v for c, v in sorted(sheet.rows.get(number, {}).items()) if isinstance(v, str)}


def _spread(sheet: Sheet, number: int, texts: dict[int, str]) -> dict[int, str]:
    """The row's texts, those of merged cells over all columns they span: 整治 over three headings."""
    spread = dict(texts)
    for left, right in sheet.spans.get(number, ()):
        if left in texts:
            spread |= dict.fromkeys(range(left, min(right, left + 20) + 1), texts[left])
    return spread
