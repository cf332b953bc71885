"""Texts that a form leaves open for those who sign: how a workbook marks their cells, and fills them.

A text of a record may be word for word what a form leaves open. So the cell itself says that it is open: its
text is a run of rich text without a format of its own (ECMA-376 part 1, 18.4.4), which no other cell has.
"""

from xml.sax.saxutils import escape


class OpenLine(str):
    """The whole text of a cell that is filled once the report is issued, such as 填报人：."""


def fill_cells(cells: bytes, old: str, new: str) -> bytes:
    """The cells of a sheet as XML, those that were left open with `old` holding `new`, as any other text."""
    left_open = f"<is><r><t>{escape(old)}</t></r></is>"
    return cells.replace(left_open.encode(), f"<is><t>{escape(new)}</t></is>".encode())
