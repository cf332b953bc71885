"""Photos: checked again at each download, never at a public address."""

from pathlib import Path

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts import audit
from campaigns.http import CampaignRequest
from campaigns.kept_files import download, opened, serve
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
    if size == "original":
        return _original(request, found)
    mark = f"{found.sha256[:32]}-{size}"
    return serve(request, getattr(found, size), mark=mark, name=_name(found), kind="image/jpeg")


def _original(request: CampaignRequest, found: Photo) -> HttpResponseBase:
    if not may_take_original(request.user, request.scope, found):
        raise PermissionDenied("原图仅供牵头单位和上传人下载")
    suffix = Path(str(found.original)).suffix.lower()
    kind = TYPES.get(suffix, "application/octet-stream")
    answer = download(opened(found.original), name=_name(found, "原图", suffix), kind=kind)
    number, key = found.hazard.number, str(found.pk)
    audit.record("下载原图", user=request.user, target=number, request=request, photo=key)
    return answer


def _name(found: Photo, what: str = "", suffix: str = ".jpg") -> str:
    return f"{found.hazard.number}-{found.get_kind_display()}{what}-{found.pk.hex[:6]}{suffix}"
