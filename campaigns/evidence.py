"""Files that show that work was done: what is allowed, and the clean copies that are kept.

Pictures are re-encoded without position (campaigns/pictures.py). A PDF is kept as it came: it is told
by its content, never by its name, and served as a download.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import filetype
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile

from campaigns.models import Completion, Evidence
from campaigns.pictures import clean_picture, read_each, read_upload

MAX_FILES = 9
_PICTURES = ("image/jpeg", "image/png", "image/webp")
_ENDINGS = ("jpg", "jpeg", "png", "webp", "pdf")
_NAME_LENGTH = 255


@dataclass(frozen=True)
class CleanFile:
    """One accepted file under its own name; a PDF has no thumbnail."""

    name: str
    file: ContentFile
    thumbnail: ContentFile | None
    sha256: str

    @property
    def is_picture(self) -> bool:
        return self.thumbnail is not None


def read_evidence(uploads: Sequence[UploadedFile]) -> list[CleanFile]:
    """Check the files of one completion; all the reasons together when any is refused."""
    if len(uploads) > MAX_FILES:
        raise ValidationError(f"一次最多上传 {MAX_FILES} 个文件", code="too_many_files")
    return read_each(uploads, _read)


def _read(upload: UploadedFile) -> CleanFile:
    name = upload.name or "文件"
    data = read_upload(upload)
    kind = filetype.guess_mime(data)
    if kind == "application/pdf":
        return CleanFile(_kept_name(name, ".pdf"), ContentFile(data), None, hashlib.sha256(data).hexdigest())
    if kind not in _PICTURES:
        raise ValidationError(
            f"“{name}”不能作为佐证材料，请上传 JPG、PNG、WebP 图片或 PDF"
            "（苹果手机请将“相机-格式”设为“兼容性最佳”）",
            code="file_unreadable",
        )
    picture = clean_picture(name, data)
    served = picture.image.read()
    return CleanFile(
        _kept_name(name, ".jpg"),
        ContentFile(served),
        picture.thumbnail,
        hashlib.sha256(served).hexdigest(),
    )


def _kept_name(name: str, suffix: str) -> str:
    """The name as the person gave it, with the ending of what it is."""
    stem, _, ending = name.rpartition(".")
    stem = stem if ending.lower() in _ENDINGS else name
    return (stem.strip() or "文件")[: _NAME_LENGTH - len(suffix)] + suffix


def keep_evidence(completion: Completion, files: Sequence[CleanFile]) -> None:
    """Keep the files with the completion. Stored names are random."""
    for clean in files:
        row = Evidence(
            completion=completion,
            name=clean.name,
            is_picture=clean.is_picture,
            size=clean.file.size,
            sha256=clean.sha256,
        )
        ending = clean.name.rpartition(".")[2]
        row.file.save(f"{row.key.hex}.{ending}", clean.file, save=False)
        if clean.thumbnail is not None:
            row.thumbnail.save(f"{row.key.hex}-s.jpg", clean.thumbnail, save=False)
        row.save(force_insert=True)
