"""Parts that serializers share."""

from typing import Any

from rest_framework import serializers

from hazards.photos import MAX_PHOTOS


class NamedSerializer(serializers.Serializer):
    """A row that is only pointed at."""

    id = serializers.IntegerField(source="pk", help_text="主键")
    name = serializers.CharField(help_text="名称")


class PersonField(serializers.CharField):
    """Somebody's name."""

    def __init__(self, **options: Any) -> None:
        super().__init__(read_only=True, **options)

    def to_representation(self, value: Any) -> str:
        return value.full_name


def shown(source: str, help_text: str) -> serializers.CharField:
    """The Chinese label of a choice."""
    return serializers.CharField(source=f"get_{source}_display", read_only=True, help_text=help_text)


class StepSerializer(serializers.Serializer):
    """What every step takes: the version that the caller has read, here or as If-Match."""

    version = serializers.IntegerField(
        required=False, min_value=1, help_text="读取时的版本号；也可用请求头 If-Match 给出，两者必居其一"
    )


class AcceptSerializer(StepSerializer):
    note = serializers.CharField(required=False, allow_blank=True, max_length=2000, help_text="意见")


class ReasonSerializer(StepSerializer):
    note = serializers.CharField(max_length=2000, help_text="原因")


class PhotoListField(serializers.ListField):
    """Several uploads under one name, as multipart/form-data."""

    child = serializers.FileField()

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", MAX_PHOTOS)
        options.setdefault("required", False)
        super().__init__(**options)
