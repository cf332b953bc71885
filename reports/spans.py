"""Where cells of a table run over several rows, how high its rows are, where its pages end. Pure.

Rows are numbered from 0. A span is a run of rows that share one cell of a column.
"""

from collections.abc import Iterable, Sequence
from itertools import accumulate

Span = tuple[int, int]
"""First and last row."""
MAX_WASTE = 0.4
"""Of a page, to be left empty so that an outer cell stays on one page."""


def shared_cells(table: Sequence[Sequence[object]], nested: Sequence[int]) -> dict[int, list[Span]]:
    """Column → its spans, for the columns whose equal cells below one another are one cell.

    `nested` names them from the outermost to the innermost: a cell never reaches over the end of the
    cell to its left. Blank cells stay apart. The spans of a column cover every row.
    """
    starts: set[int] = set()
    found: dict[int, list[Span]] = {}
    for column in nested:
        cells = [values[column] for values in table]
        starts |= {row for row, cell in enumerate(cells) if row == 0 or cell != cells[row - 1]}
        spans: list[Span] = []
        for row, cell in enumerate(cells):
            if row in starts or cell in (None, ""):
                spans.append((row, row))
            else:
                spans[-1] = spans[-1][0], row
        found[column] = spans
    return found


def row_heights(own: Sequence[float], needs: Iterable[tuple[Span, float]]) -> list[float]:
    """Heights of rows that each need `own`, raised evenly until every shared cell has the room it needs."""
    heights = list(own)
    for (first, last), need in sorted(needs, key=lambda entry: entry[0][1] - entry[0][0]):
        missing = need - sum(heights[first : last + 1])
        if missing > 0:
            for row in range(first, last + 1):
                heights[row] += missing / (last + 1 - first)
    return heights


def page_ends(
    heights: Sequence[float], levels: Sequence[Sequence[Span]], first_room: float, room: float
) -> set[int]:
    """Rows with which a new page begins, so that rows that belong together are not torn where they fit.

    `levels` are the spans of the shared cells, outermost first; each covers every row. An outer one goes to
    the next page only when little is left of this one. `first_room` is what the first page has left,
    `room` what every further one has.
    """
    breaks: set[int] = set()
    left = first_room  # the title is never left alone on a page, unless the first row alone is too high

    def begin_page(row: int) -> None:
        nonlocal left
        breaks.add(row)
        left = room

    lasts = [dict(spans) for spans in levels]
    for row, tall in enumerate(heights):
        for depth, last in enumerate(lasts):
            whole = sum(heights[row : last.get(row, -1) + 1])
            waste = room * MAX_WASTE if depth < len(levels) - 1 else room
            if row and left < whole <= room and left <= waste:
                begin_page(row)
                break
        if tall > left and left < room:
            begin_page(row)
        left -= tall
    return breaks - {0}


def is_torn(span: Span, breaks: Iterable[int]) -> bool:
    """Whether a page ends within the span."""
    return any(span[0] < row <= span[1] for row in breaks)


def starts_of(counts: Sequence[int]) -> list[int]:
    """The first of the sheet's rows for each row of a table that takes so many of them, and the next free."""
    return [0, *accumulate(counts)]
