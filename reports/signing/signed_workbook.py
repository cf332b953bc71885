"""A stored workbook once its report is issued: the lines that its form leaves open, and its footers."""

import io
from collections.abc import Mapping
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from reports.open_lines import fill_cells
from reports.steady_zip import SteadyZip
from reports.workbook import DRAFT, safe_text

_END_OF_CELLS = b"</sheetData>"


def signed(content: bytes, lines: Mapping[str, str], number: str) -> bytes:
    """The same workbook with its open lines filled, and the report's number where it said draft.

    lines: what the form leaves open → what stands there once it is signed. Open lines lie in the cells of the
    sheets (reports/open_lines.py), footers behind the last of them; everything else stays byte for byte.
    """
    out = io.BytesIO()
    with ZipFile(io.BytesIO(content)) as source, SteadyZip(out, "w", ZIP_DEFLATED, allowZip64=True) as target:
        for part in source.infolist():
            data = source.read(part)
            if part.filename.startswith("xl/worksheets/sheet"):
                cells, end, rest = data.partition(_END_OF_CELLS)
                for old, new in lines.items():
                    cells = fill_cells(cells, old, safe_text(new))
                # In a footer & begins a code: && is the character.
                footer = escape(f"编号：{number}".replace("&", "&&"))
                data = cells + end + rest.replace(DRAFT.encode(), footer.encode())
            target.writestr(part.filename, data)
    return out.getvalue()
