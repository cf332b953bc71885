"""Photos of hazards: how many at once, and where the clean copies of campaigns/pictures.py are kept.

Requirements F1, F7, F8, D3: the served copy is re-encoded without position, the original kept apart.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from campaigns.pictures import CleanPicture, read_each, read_picture
from hazards.enums import PhotoKind
from hazards.models import Photo, StatusChange, StoredPhoto

MAX_PHOTOS = 9
S = TypeVar("S")


def read_photos(uploads: list[UploadedFile]) -> list[CleanPicture]:
    """Check several uploads at once; all the reasons together when any is refused."""
    if len(uploads) > MAX_PHOTOS:
        raise ValidationError(f"一次最多上传 {MAX_PHOTOS} 张照片", code="too_many_photos")
    return read_each(uploads, read_picture)


def keep_photos(change: StatusChange, kind: PhotoKind, photos: Sequence[CleanPicture]) -> None:
    """Keep the photos with the step that they belong to. Stored names are random."""
    for clean, at in one_after_the_other(photos, change.at):
        photo = Photo(
            hazard_id=change.hazard_id, change=change, kind=kind, uploaded_by=change.by, uploaded_at=at
        )
        store(photo, clean)


def one_after_the_other(shots: Iterable[S], at: datetime) -> Iterator[tuple[S, datetime]]:
    """Each with a moment of its own: photos sent together stay in the order in which they were chosen."""
    for place, shot in enumerate(shots):
        yield shot, at + timedelta(microseconds=place)


def store(photo: StoredPhoto, clean: CleanPicture) -> None:
    """Save a new photo of a hazard or a visit with its three files."""
    photo.width, photo.height, photo.sha256 = clean.width, clean.height, clean.sha256
    name = photo.key.hex
    photo.image.save(f"{name}.jpg", clean.image, save=False)
    photo.thumbnail.save(f"{name}-s.jpg", clean.thumbnail, save=False)
    photo.original.save(f"{name}.{clean.extension}", clean.original, save=False)
    photo.save(force_insert=True)
