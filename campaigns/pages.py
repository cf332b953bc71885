"""Long tables a page at a time, by number. The ledger, which grows, is paged by cursor: hazards/paging.py."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import QueryDict

LONG = 200
"""Rows of a table that is read as a whole: most campaigns have fewer, and see all at once."""


def pager_of(page: "Page[Any]", kept: Mapping[str, str]) -> dict[str, Any]:
    """For includes/pager.html; kept: the filters that every page keeps."""

    def address(number: int) -> str:
        return f"?{urlencode({**kept, 'page': str(number)})}"

    return {
        "total": page.paginator.count,
        "text": f"，第 {page.number} 页，共 {page.paginator.num_pages} 页" if page.has_other_pages() else "",
        "first_url": address(1) if page.number > 1 else "",
        "prev_url": address(page.previous_page_number()) if page.has_previous() else "",
        "next_url": address(page.next_page_number()) if page.has_next() else "",
    }


def long_table(
    rows: Sequence[Any] | QuerySet[Any], params: QueryDict
) -> tuple["Page[Any]", dict[str, Any] | None]:
    """The page of a table that the address asks for, and its pager; None where one page holds all."""
    page: Page[Any] = Paginator(rows, LONG).get_page(params.get("page"))
    if page.paginator.num_pages == 1:
        return page, None
    kept = {name: str(value) for name, value in params.items() if name != "page" and value}
    return page, pager_of(page, kept)
