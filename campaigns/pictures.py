"""Pictures that people upload: what is allowed, and the clean copies that are kept. No database.

10 MB, 90 million pixels over all frames, JPEG/PNG/WebP only; copies hold pixels and no position.
"""

import hashlib
import io
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from PIL import Image, ImageOps, UnidentifiedImageError

T = TypeVar("T")
MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 90_000_000
SERVED_EDGE = 2048
THUMBNAIL_EDGE = 320
FORMATS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}


@dataclass(frozen=True)
class CleanPicture:
    """One accepted picture: the original bytes, and two JPEG copies with nothing but pixels in them."""

    original: ContentFile
    image: ContentFile
    thumbnail: ContentFile
    extension: str
    width: int
    height: int
    sha256: str


def read_upload(upload: UploadedFile) -> bytes:
    """The bytes of an upload of acceptable size; ValidationError names the file."""
    if (upload.size or 0) > MAX_BYTES:
        raise ValidationError(f"“{upload.name or '照片'}”超过 10 MB，请压缩后再传", code="photo_too_large")
    upload.seek(0)
    return upload.read()


def read_each(uploads: Iterable[UploadedFile], read: Callable[[UploadedFile], T]) -> list[T]:
    """Check several uploads; all the reasons together when any is refused."""
    files, faults = [], []
    for upload in uploads:
        try:
            files.append(read(upload))
        except ValidationError as fault:
            faults.extend(fault.error_list)
    if faults:
        raise ValidationError(faults)
    return files


def read_picture(upload: UploadedFile) -> CleanPicture:
    """Check an upload and make its copies; ValidationError with a Chinese reason names the file."""
    return clean_picture(upload.name or "照片", read_upload(upload))


def clean_picture(name: str, data: bytes) -> CleanPicture:
    """Check the bytes and make their copies; ValidationError with a Chinese reason names the file."""
    image = _open(name, data)
    clean = ImageOps.exif_transpose(image).convert("RGB")
    served = _fitted(clean, SERVED_EDGE)
    return CleanPicture(
        original=ContentFile(data),
        image=_jpeg(served, 85),
        thumbnail=_jpeg(_fitted(clean, THUMBNAIL_EDGE), 80),
        extension=FORMATS[image.format or ""],
        width=served.width,
        height=served.height,
        sha256=hashlib.sha256(data).hexdigest(),
    )


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
