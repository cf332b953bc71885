"""Photos of hazards: how many at once, and where the clean copies of campaigns/pictures.py are kept.

Requirements F1, F7, F8, D3: the served copy is re-encoded without position, the original kept apart.
"""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from campaigns.pictures import CleanPicture, read_each, read_picture
from hazards.enums import PhotoKind
from hazards.models import Photo, StatusChange, StoredPhoto

MAX_PHOTOS = 9


def read_photos(uploads: list[UploadedFile]) -> list[CleanPicture]:
    """Check several uploads at once; all the reasons together when any is refused."""
    if len(uploads) > MAX_PHOTOS:
        raise ValidationError(f"一次最多上传 {MAX_PHOTOS} 张照片", code="too_many_photos")
    return read_each(uploads, read_picture)


def keep_photos(change: StatusChange, kind: PhotoKind, photos: Sequence[CleanPicture]) -> None:
    """Keep the photos with the step that they belong to. Stored names are random."""
    for clean in photos:
        store(
            Photo(
                hazard_id=change.hazard_id,
                change=change,
                kind=kind,
                uploaded_by=change.by,
                uploaded_at=change.at,
            ),
            clean,
        )


def store(photo: StoredPhoto, clean: CleanPicture) -> None:
    """Save a new photo of a hazard or a visit with its three files."""
    photo.width, photo.height, photo.sha256 = clean.width, clean.height, clean.sha256
    name = photo.key.hex
    photo.image.save(f"{name}.jpg", clean.image, save=False)
    photo.thumbnail.save(f"{name}-s.jpg", clean.thumbnail, save=False)
    photo.original.save(f"{name}.{clean.extension}", clean.original, save=False)
    photo.save(force_insert=True)
