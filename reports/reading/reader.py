"""Opens a workbook of unknown origin: what is checked before, and while, anything of it is believed.

Limits and their source: security F1-F5. What is inflated is bounded by count, ratio and sum; only the
parts that hold cells are read at all, and macros, links to other files and embedded objects are refused.
"""

import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from django.conf import settings

from reports.reading.sheet_parts import (
    Context,
    Sheet,
    SheetReader,
    StringTable,
    Styles,
    UnreadableWorkbook,
    parse_xml,
)

MAX_PARTS = 1000
MAX_RATIO = 100
RATIO_FROM = 1024 * 1024
"""Small parts are all markup and may shrink further than any bomb needs to."""
MAX_INFLATED = 64 * 1024 * 1024
MAX_SHEETS = 50
CHUNK = 64 * 1024

_SAVE_AS = "请用 Excel 或 WPS 打开后“另存为”.xlsx 再上传"
_DAMAGED = f"文件已损坏，无法读取，{_SAVE_AS}"
_FOREIGN = (
    ("vbaproject", "工作簿含有宏，不能导入，请另存为不带宏的 .xlsx"),
    ("macroenabled", "工作簿含有宏，不能导入，请另存为不带宏的 .xlsx"),
    ("macrosheet", "工作簿含有宏，不能导入，请另存为不带宏的 .xlsx"),
    ("externallink", "工作簿链接了其他文件，不能导入，请在“数据→编辑链接”中断开链接后再上传"),
    ("embeddings/", "工作簿嵌有其他文件（OLE 对象），不能导入，请删除嵌入的对象后再上传"),
    ("oleobject", "工作簿嵌有其他文件（OLE 对象），不能导入，请删除嵌入的对象后再上传"),
    ("activex", "工作簿含有控件（ActiveX），不能导入，请删除控件后再上传"),
    ("attachedtemplate", "工作簿链接了其他文件，不能导入，请断开链接后再上传"),
)


def read_workbook(file: Any) -> list[Sheet]:
    """Read the visible sheets of an .xlsx; of hidden ones only the name.

    `file` is open for reading in binary and can seek. Raises UnreadableWorkbook with a Chinese reason
    for whatever is not a plain, bounded .xlsx. Takes at most about ten seconds and 300 MB.
    """
    check_upload(file)
    try:
        with zipfile.ZipFile(file) as archive:
            return _read_archive(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as fault:
        raise UnreadableWorkbook(_DAMAGED) from fault
    except (ValueError, OverflowError, KeyError) as fault:
        # A part says something that no office program writes, such as a row of thirty digits.
        raise UnreadableWorkbook(_DAMAGED) from fault


def check_upload(file: Any) -> None:
    """Look only at the size and the first bytes. Raises UnreadableWorkbook."""
    _check_size(file)
    _check_kind(file)


def _check_size(file: Any) -> None:
    file.seek(0, 2)
    size = file.tell()
    file.seek(0)
    limit: int = settings.MAX_WORKBOOK_BYTES
    if size == 0:
        raise UnreadableWorkbook("文件是空的，请重新选择")
    if size > limit:
        raise UnreadableWorkbook(f"文件超过 {limit // 1024 // 1024} MB，请拆分后分批导入")


def _check_kind(file: Any) -> None:
    head = file.read(8)
    file.seek(0)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableWorkbook(f"这是旧版 .xls 或加了密码的工作簿，{_SAVE_AS}（不设密码）")
    if not head.startswith(b"PK\x03\x04"):
        raise UnreadableWorkbook(f"这不是 .xlsx 工作簿，{_SAVE_AS}")


def _read_archive(archive: zipfile.ZipFile) -> list[Sheet]:
    parts = _checked_parts(archive)
    budget = Budget(archive)
    # What the workbook says it contains comes first: it gives the clearest reason for a refusal.
    for name, info in parts.items():
        if name.endswith(".rels"):
            parse_xml(budget.chunks(info), start=_refuse_foreign_relation)
        elif name == "[Content_Types].xml":
            parse_xml(budget.chunks(info), start=_refuse_foreign_type)
    sheets = _read_sheets(parts, budget)
    for name, info in parts.items():
        if _is_xml(name) and info.filename not in budget.opened:
            parse_xml(budget.chunks(info))
    return sheets


class Budget:
    """Inflates parts by the chunk and stops when all of them together are too much."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.left = MAX_INFLATED
        self.opened: set[str] = set()

    def chunks(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        """The part's bytes. No more than its declared size is ever inflated, and that was checked."""
        self.opened.add(info.filename)
        with self.archive.open(info) as part:
            while chunk := part.read(CHUNK):
                self.left -= len(chunk)
                if self.left < 0:
                    raise UnreadableWorkbook(_too_big())
                yield chunk


def _too_big() -> str:
    return "工作簿展开后过大：请删除表格下方多余的空白行、清除多余格式后再上传"


def _checked_parts(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    infos = archive.infolist()
    if len(infos) > MAX_PARTS:
        raise UnreadableWorkbook(f"文件内部的部件超过 {MAX_PARTS} 个，不能导入")
    parts: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        name = info.filename.replace("\\", "/").lstrip("/")
        if name in parts or info.flag_bits & 1:
            raise UnreadableWorkbook(_DAMAGED)
        parts[name] = info
        _refuse_foreign(name)
        if info.file_size > RATIO_FROM and info.file_size > MAX_RATIO * max(info.compress_size, 1):
            raise UnreadableWorkbook(_too_big())
    if sum(info.file_size for info in infos if _is_xml(info.filename)) > MAX_INFLATED:
        raise UnreadableWorkbook(_too_big())
    if "[Content_Types].xml" not in parts or "xl/workbook.xml" not in parts:
        raise UnreadableWorkbook(f"这不是 .xlsx 工作簿，{_SAVE_AS}")
    return parts


def _refuse_foreign(text: str) -> None:
    lowered = text.lower()
    for word, message in _FOREIGN:
        if word in lowered:
            raise UnreadableWorkbook(message)


def _refuse_foreign_relation(name: str, attrs: dict[str, str]) -> None:
    # A web address behind a cell is harmless and common; only its kind is looked at, not its target.
    if name == "Relationship":
        _refuse_foreign(attrs.get("Type", ""))


def _refuse_foreign_type(name: str, attrs: dict[str, str]) -> None:
    _refuse_foreign(attrs.get("ContentType", ""))


def _is_xml(name: str) -> bool:
    return name.lower().endswith((".xml", ".rels", ".vml"))


def _read_sheets(parts: dict[str, zipfile.ZipInfo], budget: Budget) -> list[Sheet]:
    targets = _relations(parts, budget)
    named, hidden, date_1904 = _sheet_list(parts, budget)
    context = Context(date_1904=date_1904)
    by_kind = dict(targets.values())
    if info := parts.get(by_kind.get("styles", "")):
        styles = Styles()
        parse_xml(budget.chunks(info), styles.start, styles.end)
        context.date_styles = frozenset(styles.date_styles)
        context.month_styles = frozenset(styles.month_styles)
        context.percent_styles = frozenset(styles.percent_styles)
    if info := parts.get(by_kind.get("sharedStrings", "")):
        table = StringTable()
        parse_xml(budget.chunks(info), table.start, table.end, table.text)
        context.strings = table.strings
    sheets: list[Sheet] = []
    read: set[str] = set()
    for name, relation in named:
        kind, path = targets.get(relation, ("", ""))
        if kind == "worksheet" and path in parts and path not in read:
            read.add(path)
            reader = SheetReader(name, context)
            parse_xml(budget.chunks(parts[path]), reader.start, reader.end, reader.text)
            sheets.append(reader.sheet)
    return sheets + [Sheet(name, hidden=True) for name in hidden]


def _relations(parts: dict[str, zipfile.ZipInfo], budget: Budget) -> dict[str, tuple[str, str]]:
    """Relation id of the workbook → (kind, part name)."""
    targets: dict[str, tuple[str, str]] = {}

    def start(name: str, attrs: dict[str, str]) -> None:
        if name == "Relationship" and attrs.get("TargetMode") != "External":
            path = posixpath.normpath(posixpath.join("/xl", attrs.get("Target", ""))).lstrip("/")
            targets[attrs.get("Id", "")] = (attrs.get("Type", "").rpartition("/")[2], path)

    if info := parts.get("xl/_rels/workbook.xml.rels"):
        parse_xml(budget.chunks(info), start)
    return targets


def _sheet_list(
    parts: dict[str, zipfile.ZipInfo], budget: Budget
) -> tuple[list[tuple[str, str]], list[str], bool]:
    """(name, relation id) of each visible sheet, names of hidden ones, whether days count from 1904."""
    named: list[tuple[str, str]] = []
    hidden: list[str] = []
    flags: set[str] = set()

    def start(name: str, attrs: dict[str, str]) -> None:
        if name == "sheet" and attrs.get("state", "visible") == "visible":
            relation = next((value for key, value in attrs.items() if key.endswith(":id")), "")
            named.append((attrs.get("name", ""), relation))
        elif name == "sheet" and attrs.get("state") == "hidden":
            hidden.append(attrs.get("name", ""))
        elif name == "workbookPr" and attrs.get("date1904") in ("1", "true"):
            flags.add("1904")

    parse_xml(budget.chunks(parts["xl/workbook.xml"]), start)
    if len(named) + len(hidden) > MAX_SHEETS:
        raise UnreadableWorkbook(f"工作表超过 {MAX_SHEETS} 张，请拆分后分批导入")
    return named, hidden, bool(flags)
