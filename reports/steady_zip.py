"""Archives in which the same content gives the same bytes."""

import shutil
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

EPOCH = (1980, 1, 1, 0, 0, 0)


class SteadyZip(ZipFile):
    """An archive whose members all bear one date, so that the same content gives the same bytes."""

    def writestr(self, zinfo_or_arcname: Any, data: Any, *args: Any, **kwargs: Any) -> None:
        super().writestr(self._member(zinfo_or_arcname), data)

    def write(self, filename: Any, arcname: Any = None, *args: Any, **kwargs: Any) -> None:
        with Path(filename).open("rb") as source, self.open(self._member(arcname or filename), "w") as target:
            shutil.copyfileobj(source, target)

    def _member(self, name: Any) -> ZipInfo:
        member = ZipInfo(str(getattr(name, "filename", name)), EPOCH)
        member.compress_type = ZIP_DEFLATED
        member.external_attr = 0o600 << 16
        return member
