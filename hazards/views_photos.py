"""Photos: checked again at each download, never at a public address."""

from pathlib import Path

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from accounts import audit
from campaigns.http import CampaignRequest
from hazards.models import Photo
from hazards.queries import photos_for
from hazards.rules import may_take_original

TYPES = {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".webp": "image/webp"}


@require_safe
def photo(request: CampaignRequest, key: str, size: str) -> HttpResponseBase:
    """One copy of a photo: `image` and `thumbnail` for all who see the hazard, `original` for few.

    The original still holds its position: it is for the lead bureau and for the one who took it.
    """
    if size not in ("image", "thumbnail", "original"):
        raise Http404
    found = get_object_or_404(photos_for(request.user).select_related("hazard"), pk=key)
    original = size == "original"
    if original and not may_take_original(request.user, request.scope, found):
        raise PermissionDenied("原图仅供牵头单位和上传人下载")
    etag = f'"{found.sha256[:32]}-{size}"'
    unchanged = None if original else get_conditional_response(request, etag=etag)
    answer = unchanged or _file(found, size)
    if original:
        audit.record("下载原图", user=request.user, target=found.hazard.number, request=request,
                     photo=str(found.pk))  # fmt: skip
    answer.headers["ETag"] = etag
    # A browser may keep it but must ask each time: who may see it can change.
    answer.headers["Cache-Control"] = "private, no-store" if original else "private, no-cache"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def _file(found: Photo, size: str) -> FileResponse:
    stored = getattr(found, size)
    try:
        handle = stored.open("rb")
    except OSError as error:
        raise Http404("照片文件不存在") from error
    suffix = Path(stored.name).suffix.lower()
    kind = "原图" if size == "original" else ""
    return FileResponse(
        handle,
        as_attachment=size == "original",
        filename=f"{found.hazard.number}-{found.get_kind_display()}{kind}-{found.pk.hex[:6]}{suffix}",
        content_type=TYPES.get(suffix, "application/octet-stream"),
    )
