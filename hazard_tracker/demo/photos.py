"""Drawn pictures in place of photos: one scene before and after repair, reused by many hazards."""

import io
import random
import uuid
from dataclasses import dataclass
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from campaigns.pictures import read_picture
from hazard_tracker.demo.scenes import HEIGHT, SCENES, WIDTH, Canvas
from hazards.backfill import StoredPhoto
from hazards.enums import PhotoKind

FOLDER = "demo"
FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/System/Library/Fonts/PingFang.ttc",
    "C:/Windows/Fonts/msyh.ttc",
)
SUPERSAMPLE = 2
QUALITY = 72


@dataclass(frozen=True)
class Picture:
    """One stored picture: where its three files lie, its size and checksum."""

    image: str
    thumbnail: str
    original: str
    width: int
    height: int
    sha256: str

    def as_photo(self, key: uuid.UUID, kind: PhotoKind) -> StoredPhoto:
        """This picture as a photo of a hazard."""
        return StoredPhoto(key=key, kind=kind, **vars(self))


def store_pictures() -> dict[tuple[str, bool], Picture]:
    """Draw every scene twice and keep the files; by scene and whether it is repaired."""
    return {
        (scene, fixed): _store(f"{scene}-{'after' if fixed else 'before'}", _draw(scene, fixed))
        for scene in SCENES
        for fixed in (False, True)
    }


def _store(name: str, data: bytes) -> Picture:
    clean = read_picture(SimpleUploadedFile(f"{name}.jpg", data, content_type="image/jpeg"))
    return Picture(
        image=_keep(f"photos/{FOLDER}/{name}.jpg", clean.image),
        thumbnail=_keep(f"photos/{FOLDER}/{name}-s.jpg", clean.thumbnail),
        original=_keep(f"originals/{FOLDER}/{name}.jpg", clean.original),
        width=clean.width,
        height=clean.height,
        sha256=clean.sha256,
    )


def _keep(path: str, content: ContentFile) -> str:
    """Write the file under exactly this name: a second run finds its own files."""
    if default_storage.exists(path):
        default_storage.delete(path)
    return default_storage.save(path, content)


def _draw(scene: str, fixed: bool) -> bytes:
    """The scene as JPEG bytes, with grain and a caption that says it is drawn."""
    title, paint = SCENES[scene]
    image = Image.new("RGB", (WIDTH * SUPERSAMPLE, HEIGHT * SUPERSAMPLE), "#c9ccc8")
    paint(Canvas(ImageDraw.Draw(image), SUPERSAMPLE, random.Random(f"{scene}{fixed}")), fixed)
    image = image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    image = Image.blend(image, image.filter(ImageFilter.GaussianBlur(2)), 0.4)
    _caption(image, f"演示图片 · {title} · {'整改后' if fixed else '整改前'}")
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()


def _caption(image: Image.Image, text: str) -> None:
    """A dark strip with the words; without a Chinese font the strip is left out."""
    font = _chinese_font(20)
    if font is None:
        return
    draw = ImageDraw.Draw(image, "RGBA")
    draw.rectangle((0, HEIGHT - 36, WIDTH, HEIGHT), fill=(20, 24, 28, 170))
    draw.text((14, HEIGHT - 30), text, font=font, fill=(255, 255, 255, 235))


def _chinese_font(size: int) -> ImageFont.FreeTypeFont | None:
    path = next((path for path in FONTS if Path(path).exists()), None)
    return ImageFont.truetype(path, size) if path else None
