"""The list's keyset pages (hazards/paging.py) in the shape that the API framework expects."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.pagination import BasePagination, CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from hazards.models import Hazard
from hazards.paging import ORDERS, PAGE_SIZE, page_of

MAX_PAGE_SIZE = 200


class KeysetPagination(BasePagination):
    """`sort`, `cursor` and `page_size` in the address; `next` and `previous` in the answer."""

    def paginate_queryset(
        self, queryset: QuerySet[Hazard], request: Request, view: Any = None
    ) -> list[Hazard]:
        given = request.query_params
        asked = given.get("page_size", "")
        size = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else PAGE_SIZE
        self.address = request.build_absolute_uri()
        self.page = page_of(
            queryset,
            sort=given.get("sort", ""),
            cursor=given.get("cursor", ""),
            size=min(max(size, 1), MAX_PAGE_SIZE),
        )
        return self.page.rows

    def get_paginated_response(self, data: Any) -> Response:
        def at(cursor: str) -> str | None:
            return replace_query_param(self.address, "cursor", cursor) if cursor else None

        return Response({"next": at(self.page.next), "previous": at(self.page.previous), "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """For the documentation."""
        link = {"type": "string", "nullable": True, "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {
                "next": {**link, "description": "下一页，没有则为空"},
                "previous": {**link, "description": "上一页，没有则为空"},
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """For the documentation."""
        sorts = "、".join(ORDERS)

        def told(name: str, kind: str, description: str) -> dict[str, Any]:
            return {
                "name": name,
                "in": "query",
                "required": False,
                "description": description,
                "schema": {"type": kind},
            }

        return [
            told("sort", "string", f"排序：{sorts}，前加 - 为倒序，默认 -found_on"),
            told("cursor", "string", "翻页位置，取自上一次返回的 next 或 previous"),
            told("page_size", "integer", f"每页条数，默认 {PAGE_SIZE}，最多 {MAX_PAGE_SIZE}"),
        ]


class IdPagination(CursorPagination):
    """Pages along the primary key."""

    ordering = "pk"
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
