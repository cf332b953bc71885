"""Where cells of a table run over several rows, how high its rows are, where its pages end. Pure.

Rows are numbered from 0. A span is a run of rows that share one cell of a column.
"""

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

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
    heights: Sequence[float], levels: Sequence[Mapping[Span, float]], first_room: float, room: float
) -> set[int]:
    """Rows with which a new page begins, so that rows that belong together are not torn where they fit.

    `levels` are the spans of the shared cells, outermost first, each with the height of its text; together
    the spans of a level cover every row. An outer one goes to the next page only when little is left of
    this one; one that is torn begins where its text is whole. `first_room` is what the first page has
    left, `room` what every further one has.
    """
    breaks: set[int] = set()
    left = first_room  # the title is never left alone on a page, unless the first row alone is too high
    texts = [{first: (last, text) for (first, last), text in level.items()} for level in levels]

    def moves_on(row: int) -> bool:
        for depth, level in enumerate(texts):
            last, text = level.get(row, (row - 1, 0.0))
            whole = sum(heights[row : last + 1])
            waste = room if depth == len(texts) - 1 else room * MAX_WASTE
            if (left < whole <= room and left <= waste) or left < text <= room:
                return True
        return False

    for row, tall in enumerate(heights):
        if (row and moves_on(row)) or (tall > left and left < room):
            breaks.add(row)
            left = room
        left -= tall
    return breaks - {0}


def is_torn(span: Span, breaks: Iterable[int]) -> bool:
    """Whether a page ends within the span."""
    return any(span[0] < row <= span[1] for row in breaks)


@dataclass(frozen=True)
class Layout:
    """How a table with shared cells is set: its cells by column with what they need, its rows, its pages.

    A row higher than one of a sheet can be takes several of them: `counts` says how many.
    """

    cells: Mapping[int, Mapping[Span, float]]
    heights: Sequence[float]
    breaks: Collection[int]
    counts: Sequence[int]

    def place(self, row: int) -> int:
        """The first of the sheet's rows that a row of the table takes, counted from 0."""
        return sum(self.counts[:row])

    def begins(self, column: int, row: int) -> bool:
        """Whether the row's cell in this column is not the one of the row above."""
        return column not in self.cells or any(first == row for first, _ in self.cells[column])

    def is_torn(self, column: int, row: int) -> bool:
        """Whether a page ends within the cell, or it takes rows that are cut for being too high."""
        spans = self.cells.get(column) or ((row, row),)
        first, last = next(span for span in spans if span[0] <= row <= span[1])
        return is_torn((first, last), self.breaks) or max(self.counts[first : last + 1]) > 1


def lay_out(
    table: Sequence[Sequence[object]],
    nested: Sequence[int],
    need: Callable[[int, int], float],
    *,
    least: float,
    rooms: tuple[float, float],
    highest: float,
    part: float,
) -> Layout:
    """Set a table whose columns `nested` share cells.

    need: height of the text in a row and column. rooms: of the first page and of a further one. A row
    higher than `highest` is cut into parts of at most `part`.
    """
    cells = {
        column: {span: need(span[0], column) for span in spans}
        for column, spans in shared_cells(table, nested).items()
    }
    own = [
        max([least, *(need(row, column) for column in range(len(values)) if column not in cells)])
        for row, values in enumerate(table)
    ]
    heights = row_heights(own, [entry for spans in cells.values() for entry in spans.items()])
    breaks = page_ends(heights, [cells[column] for column in nested], *rooms)
    counts = [1 if tall <= highest else math.ceil(tall / part) for tall in heights]
    return Layout(cells, heights, breaks, counts)
