"""Photos of hazards and of visits: one row each, three files (hazards/photos.py)."""

import uuid

from django.db import models

from accounts.models import User
from campaigns.models import CheckItem
from hazards.enums import PhotoKind
from hazards.models.hazard import Hazard, StatusChange
from hazards.models.record import Inspection


class StoredPhoto(models.Model):
    """A photo is served re-encoded and without its position; the original is kept apart."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    image = models.FileField("图片", upload_to="photos/%Y/%m/")
    thumbnail = models.FileField("缩略图", upload_to="photos/%Y/%m/")
    original = models.FileField("原图", upload_to="originals/%Y/%m/")
    width = models.PositiveIntegerField("宽（像素）")
    height = models.PositiveIntegerField("高（像素）")
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="上传人")
    uploaded_at = models.DateTimeField("上传时间")

    class Meta:
        abstract = True
        ordering = ["uploaded_at", "key"]


class Photo(StoredPhoto):
    """A photo of a hazard, taken at one step of its life."""

    hazard = models.ForeignKey(Hazard, models.PROTECT, related_name="photos", verbose_name="隐患")
    change = models.ForeignKey(StatusChange, models.PROTECT, related_name="photos", verbose_name="流转记录")
    kind = models.CharField("类别", max_length=8, choices=PhotoKind)

    class Meta(StoredPhoto.Meta):
        verbose_name = verbose_name_plural = "照片"

    def __str__(self) -> str:
        return f"{self.hazard_id} {self.get_kind_display()}"


class InspectionPhoto(StoredPhoto):
    """A photo taken on a visit, of one check item or of the whole."""

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="photos", verbose_name="检查记录")
    item = models.ForeignKey(
        CheckItem, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="检查事项"
    )

    class Meta(StoredPhoto.Meta):
        verbose_name = verbose_name_plural = "检查照片"

    def __str__(self) -> str:
        return str(self.inspection)
