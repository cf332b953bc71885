"""Kept files on their way to a browser: by a view that has checked who asks, never at a public address."""

from typing import Any

from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response


def serve(
    request: HttpRequest, stored: FieldFile, *, mark: str, name: str, kind: str, as_attachment: bool = False
) -> HttpResponseBase:
    """A file under `name` and media type `kind`; 304 when the browser has it by this `mark`.

    Raises Http404 when it is gone. A browser may keep it but must ask each time: who may see it can change.
    """
    etag = f'"{mark}"'
    answer = get_conditional_response(request, etag=etag) or FileResponse(
        opened(stored), as_attachment=as_attachment, filename=name, content_type=kind
    )
    answer.headers["ETag"] = etag
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def download(content: Any, *, name: str, kind: str) -> FileResponse:
    """Bytes or an open file to be saved under a Chinese name (RFC 6266): never shown in place, never kept."""
    answer = FileResponse(content, as_attachment=True, filename=name, content_type=kind)
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def opened(stored: FieldFile) -> FieldFile:
    """The file, open for reading; 404 when the disk has lost it."""
    try:
        return stored.open("rb")
    except OSError as error:
        raise Http404("文件不存在") from error
