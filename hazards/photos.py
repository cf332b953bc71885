"""Taking in a photo: what is allowed, and the clean copies that are kept.

Requirements F1, F7, F8, D3: 10 MB, 90 million pixels over all frames, JPEG/PNG/WebP only, the
served copy re-encoded without position, the original kept apart.
"""

import hashlib
import io
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from PIL import Image, ImageOps, UnidentifiedImageError

from hazards.enums import PhotoKind
from hazards.models import Photo, StatusChange

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 90_000_000
MAX_PHOTOS = 9
SERVED_EDGE = 2048
THUMBNAIL_EDGE = 320
FORMATS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}


@dataclass(frozen=True)
class CleanPhoto:
    """One accepted photo: the original bytes, and two JPEG copies with nothing but pixels in them."""

    original: ContentFile
    image: ContentFile
    thumbnail: ContentFile
    extension: str
    width: int
    height: int
    sha256: str


def read_photo(upload: UploadedFile) -> CleanPhoto:
    """Check an upload and make its copies; ValidationError with a Chinese reason names the file."""
    name = upload.name or "照片"
    if (upload.size or 0) > MAX_BYTES:
        raise ValidationError(f"“{name}”超过 10 MB，请压缩后再传", code="photo_too_large")
    upload.seek(0)
    data = upload.read()
    image = _open(name, data)
    clean = ImageOps.exif_transpose(image).convert("RGB")
    served = _fitted(clean, SERVED_EDGE)
    return CleanPhoto(
        original=ContentFile(data),
        image=_jpeg(served, 85),
        thumbnail=_jpeg(_fitted(clean, THUMBNAIL_EDGE), 80),
        extension=FORMATS[image.format or ""],
        width=served.width,
        height=served.height,
        sha256=hashlib.sha256(data).hexdigest(),
    )


def read_photos(uploads: list[UploadedFile]) -> list[CleanPhoto]:
    """Check several uploads at once; all the reasons together when any is refused."""
    if len(uploads) > MAX_PHOTOS:
        raise ValidationError(f"一次最多上传 {MAX_PHOTOS} 张照片", code="too_many_photos")
    photos, faults = [], []
    for upload in uploads:
        try:
            photos.append(read_photo(upload))
        except ValidationError as fault:
            faults.extend(fault.error_list)
    if faults:
        raise ValidationError(faults)
    return photos


def keep_photos(change: StatusChange, kind: PhotoKind, photos: Sequence[CleanPhoto]) -> None:
    """Keep the photos with the step that they belong to. Stored names are random."""
    for clean in photos:
        photo = Photo(
            hazard_id=change.hazard_id,
            change=change,
            kind=kind,
            width=clean.width,
            height=clean.height,
            sha256=clean.sha256,
            uploaded_by=change.by,
            uploaded_at=change.at,
        )
        name = photo.key.hex
        photo.image.save(f"{name}.jpg", clean.image, save=False)
        photo.thumbnail.save(f"{name}-s.jpg", clean.thumbnail, save=False)
        photo.original.save(f"{name}.{clean.extension}", clean.original, save=False)
        photo.save(force_insert=True)


def _open(name: str, data: bytes) -> Image.Image:
    """Decode the whole picture, bounded; the file's own claims about itself are not believed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(data), formats=list(FORMATS))
            if image.width * image.height * getattr(image, "n_frames", 1) > MAX_PIXELS:
                raise ValidationError(f"“{name}”像素过大（上限 9000 万像素）", code="photo_too_many_pixels")
            image.load()
    except ValidationError:
        raise
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as fault:
        raise ValidationError(
            f"“{name}”不是可用的照片，请上传 JPG、PNG、WebP（苹果手机请将“相机-格式”设为“兼容性最佳”）",
            code="photo_unreadable",
        ) from fault
    return image


def _fitted(image: Image.Image, edge: int) -> Image.Image:
    copy = image.copy()
    copy.thumbnail((edge, edge), Image.Resampling.LANCZOS)
    return copy


def _jpeg(image: Image.Image, quality: int) -> ContentFile:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, optimize=True)
    return ContentFile(out.getvalue())
