"""Finds the headings of the P0 附件4 ledger in a sheet: in one row or two, in any order. Pure."""

import re
from dataclasses import dataclass, field

from parks.names import name_key
from reports.layouts.longgang_4 import COLUMNS
from reports.sheet_parts import Sheet, UnreadableWorkbook

HEADING_SEARCH_ROWS = 100
LIKELY_HEADINGS = 4
"""So many known headings in one row make it a heading row, complete or not."""

SHEET_HEADING, ROW_HEADING, REASON_HEADING = "工作表", "行号", "错误原因"
"""What the workbook of faulty rows adds to the form: passed over when it is read again."""


@dataclass(frozen=True)
class Heads:
    """Where the headings stand: the last of their rows, slug → column, and headings that are not ours."""

    last: int = 0
    columns: dict[str, int] = field(default_factory=dict)
    unread: tuple[str, ...] = ()

    @property
    def missing(self) -> list[str]:
        """Headings that must be there and are not."""
        return [heading_of(c.slug) for c in COLUMNS if c.required and c.slug not in self.columns]


def heading_key(heading: str) -> str:
    """The form under which headings are compared: blanks, line breaks and full-width forms do not count."""
    return name_key(heading).strip("*:")


def heading_of(slug: str) -> str:
    """The plan's own words over a column, on one line."""
    return next(column.heading for column in COLUMNS if column.slug == slug).replace("\n", "")


_SLUGS = {heading_key(heading): column.slug for column in COLUMNS for heading in column.headings}
_OWN = {heading_key(column.heading): column.slug for column in COLUMNS}
_PASSED_OVER = frozenset(map(heading_key, (SHEET_HEADING, ROW_HEADING, REASON_HEADING)))
_HINT = re.compile(r"\([^()]*\)$")
_NUMBER = re.compile(r"^\(?\d{1,2}\)?[.、]?")


def is_heading(value: object) -> bool:
    """Whether a cell holds a heading of the form, or another word for one."""
    return isinstance(value, str) and heading_key(value) in _SLUGS


def count_headings(row: dict[int, object]) -> int:
    """How many cells of a row are headings."""
    return sum(map(is_heading, row.values()))


def find_heads(sheet: Sheet) -> Heads:
    """The heading row, or pair of rows, with most known headings. Raises UnreadableWorkbook."""
    best = Heads()
    for number in sorted(sheet.rows)[:HEADING_SEARCH_ROWS]:
        heads = heads_at(sheet, number)
        if len(heads.columns) > len(best.columns):
            best = heads
    return best


def heads_at(sheet: Sheet, number: int) -> Heads:
    """The headings that begin in this row; the row below joins them when it holds headings, too."""
    top = _texts(sheet, number)
    single = _match(sheet, number, number, {column: [text] for column, text in top.items()})
    below = _texts(sheet, number + 1)
    if not any(is_heading(text) or is_heading(top.get(c, "") + text) for c, text in below.items()):
        return single
    spread = _spread(sheet, number, top)
    joined = {c: [spread.get(c, "") + text, text] for c, text in below.items()}
    pair = _match(sheet, number, number + 1, {c: [text] for c, text in top.items()} | joined)
    used = set(pair.columns.values())
    foreign = [column for column in sheet.rows[number + 1] if column in used and column not in joined]
    data = [column for column in single.columns.values() if column in below and column not in used]
    # A title over a single row of headings adds nothing to them.
    alone = {slug for text in below.values() if (hit := _read(text)) for slug in hit[1:]}
    return (
        single if foreign or data or len(pair.columns) <= max(len(alone), len(single.columns) - 1) else pair
    )


def _texts(sheet: Sheet, number: int) -> dict[int, str]:
    return {c: v for c, v in sorted(sheet.rows.get(number, {}).items()) if isinstance(v, str)}


def _spread(sheet: Sheet, number: int, texts: dict[int, str]) -> dict[int, str]:
    """The row's texts, those of merged cells over all columns they span: 整治 over three headings."""
    spread = dict(texts)
    for left, right in sheet.spans.get(number, ()):
        if left in texts:
            spread |= dict.fromkeys(range(left, min(right, left + 20) + 1), texts[left])
    return spread


def _match(sheet: Sheet, first: int, last: int, candidates: dict[int, list[str]]) -> Heads:
    """The form's own words go before other words for them, and these before words with a hint in brackets."""
    found: dict[str, dict[int, int]] = {}
    for column, texts in candidates.items():
        ranked = [(rank, slug) for text in texts if (hit := _read(text)) for rank, slug in [hit]]
        if ranked:
            rank, slug = min(ranked)
            found.setdefault(slug, {})[column] = rank
    columns: dict[str, int] = {}
    for slug, places in found.items():
        best = [column for column, rank in places.items() if rank == min(places.values())]
        if len(best) > 1 and len(found) >= LIKELY_HEADINGS:
            raise UnreadableWorkbook(
                f"工作表“{sheet.name}”第 {first} 行有两列“{heading_of(slug)}”，请删去一列"
            )
        columns[slug] = best[0]
    taken = set(columns.values())
    unread = [texts[-1] for column, texts in sorted(candidates.items()) if column not in taken]
    shown = tuple("".join(text.split())[:20] for text in unread if heading_key(text) not in _PASSED_OVER)
    return Heads(last, columns, shown)


def _read(text: str) -> tuple[int, str] | None:
    key = heading_key(text)
    plain = _NUMBER.sub("", _HINT.sub("", key)).strip("*:")
    for rank, slug in enumerate((_OWN.get(key), _SLUGS.get(key), _SLUGS.get(plain))):
        if slug:
            return rank, slug
    return None
