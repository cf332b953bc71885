"""What tells a report sent twice from another one under the same key."""

import hashlib
import json
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict


def body_digest(campaign: int, said: dict[str, Any], files: MultiValueDict[str, UploadedFile]) -> str:
    """A digest of all that was sent, photos by their content: equal for a replay, else another body."""
    photos = []
    for name, given in sorted(files.lists()):
        for file in given:
            file.seek(0)
            photos.append((name, hashlib.sha256(file.read()).hexdigest()))
            file.seek(0)
    text = json.dumps([campaign, said, photos], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
