"""Workbooks for tests: ledgers in many shapes, and files that must not be taken."""

import io
import re
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

from openpyxl import Workbook

HEADINGS = (
    "序号",
    "园区名称",
    "发生位置\n（企业名称）",
    "安全隐患问题描述",
    "安全隐患类型",
    "整治责任单位",
    "计划完成整治时间",
    "整治进度",
    "问题上报日期",
    "存在困难",
)
GOOD = {
    "序号": 1,
    "园区名称": "甲园",
    "发生位置\n（企业名称）": "3号楼2层（甲一纸品厂）",
    "安全隐患问题描述": "安全出口被纸箱堵塞",
    "安全隐患类型": "消防通道不畅通",
    "整治责任单位": "市消防救援大队",
    "计划完成整治时间": "2021年9月30日",
    "整治进度": "整改中",
    "问题上报日期": "2021.9.1",
    "存在困难": "",
}


def row(**changes: Any) -> dict[str, Any]:
    """A good row with changes; keys are the first letters of a heading, e.g. 园区, 发生, 描述."""
    facts = dict(GOOD)
    for word, value in changes.items():
        (heading,) = [heading for heading in HEADINGS if word in heading]
        facts[heading] = value
    return facts


def ledger(
    rows: Sequence[dict[str, Any]],
    *,
    headings: Sequence[str] = HEADINGS,
    titles: Sequence[str] = ("附件4", "安全隐患整治清单"),
    footer: str = "单位（公章）　填报人：　填报时间：",
    change: Callable[[Any], None] = lambda sheet: None,
) -> bytes:
    """One sheet: titles, headings, rows, footer; `change` may alter the sheet before it is saved."""
    book = Workbook()
    sheet = book.active
    fill(sheet, rows, headings=headings, titles=titles, footer=footer)
    change(sheet)
    return saved(book)


def fill(
    sheet: Any,
    rows: Sequence[dict[str, Any]],
    *,
    headings: Sequence[str] = HEADINGS,
    titles: Sequence[str] = (),
    footer: str = "",
) -> None:
    """Write a ledger into a sheet. Texts that begin with = stay text."""
    for title in titles:
        sheet.append([title])
    sheet.append(list(headings))
    above = sheet.max_row  # asking for it after each row would read all rows each time
    for number, facts in enumerate(rows, start=above + 1):
        sheet.append([facts.get(heading) for heading in headings])
        for cell in sheet[number]:
            if cell.data_type == "f":
                cell.data_type = "s"
    if footer:
        sheet.append([footer])


def saved(book: Workbook) -> bytes:
    """The file's bytes."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(
    content: bytes,
    *,
    change: dict[str, Callable[[bytes], bytes]] | None = None,
    add: dict[str, bytes] | None = None,
) -> bytes:
    """The same archive with parts rewritten or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, (change or {}).get(name, lambda same: same)(part))
        for name, part in (add or {}).items():
            new.writestr(name, part)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def with_sheet_data(xml: bytes, content: bytes | None = None) -> bytes:
    """A workbook whose sheet holds exactly this XML between its sheetData tags."""

    def replace(part: bytes) -> bytes:
        # A function, as the XML may hold backslashes.
        return re.sub(
            rb"<sheetData\s*/>|<sheetData>.*</sheetData>",
            lambda match: b"<sheetData>" + xml + b"</sheetData>",
            part,
            flags=re.DOTALL,
        )

    return repacked(content or saved(Workbook()), change={SHEET: replace})
