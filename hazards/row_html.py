"""The body of the list's table, drawn in Python: fifty rows by a template cost more than all their SQL.

Whatever comes from the database or a person goes through `escape`; only the pieces written here are markup.
"""

from collections.abc import Iterable
from datetime import date
from html import escape

from django.utils.safestring import SafeString, mark_safe

from hazards.rows import Row

NO_PHOTO = '<span class="no-photo" title="没有照片"><i class="bi bi-image" aria-hidden="true"></i></span>'
MAJOR = '<span class="level-major">重大</span>'
MAJOR_ON_PHONE = ' <span class="level-major only-phone">重大</span>'


def table_body(rows: Iterable[Row]) -> SafeString:
    """The `<tr>`s, each with a box to tick: everybody may take what they ticked away as a workbook."""
    return mark_safe("".join(_row(row) for row in rows))  # noqa: S308


def _row(row: Row) -> str:
    park, number = escape(row.park), escape(row.number)
    due_on = _day(row.due_on)
    return f"""<tr>
{_check(row, number)}<td class="thumb">{_thumbnail(row)}</td>
<td class="no"><a href="/hazards/{row.id:d}/">{number}</a>{MAJOR_ON_PHONE if row.major else ""}\
<span class="sub">{_day(row.found_on)}</span></td>
<td class="park">{park}</td>
<td class="where" data-park="{park}">{escape(row.where)}</td>
<td class="desc"><span class="clip">{escape(row.summary)}</span></td>
<td class="kind"><span title="{escape(row.category_name)}">{escape(row.category)}</span>\
<span class="sub">{MAJOR if row.major else "一般"}</span></td>
<td class="unit"><span title="{escape(row.unit_name)}">{escape(row.unit) or "—"}</span></td>
<td class="due">{due_on}<span class="sub">{_light(row)}</span></td>
<td class="state"><span class="tag tag-{escape(row.status)}">{escape(row.status_text)}</span></td>
</tr>
"""


def _check(row: Row, number: str) -> str:
    return (
        '<td class="check"><input type="checkbox" class="pick" name="hazard" form="bulk-form"'
        f' value="{row.id:d}.{row.version:d}" aria-label="选择 {number}"></td>\n'
    )


def _thumbnail(row: Row) -> str:
    if row.thumbnail is None:
        return NO_PHOTO
    address = f"/hazards/photos/{escape(str(row.thumbnail))}/thumbnail/"
    return f'<img src="{address}" alt="" width="56" height="42" loading="lazy">'


def _light(row: Row) -> str:
    if row.light_text:
        return f'<span class="light light-{escape(row.light)}">{escape(row.light_text)}</span>'
    return "" if row.due_on else "—"


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
