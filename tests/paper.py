"""Workbooks as pages: LibreOffice makes a PDF of them, poppler reads it again."""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
POPPLER = all(map(shutil.which, ("pdftotext", "pdfinfo")))


def to_pdf(
    books: Iterable[Path],
    folder: Path,
    *,
    seconds: int,
    pages: str = "",
    env: Mapping[str, str] | None = None,
) -> None:
    """One PDF a workbook, beside each other in the folder; skips the test where a program is missing.

    pages: those wanted, such as "1-2"; without it all of them.
    LibreOffice now and then stands still as it starts with a new profile: it is then started once more.
    """
    if not (OFFICE and POPPLER):
        pytest.skip("no LibreOffice or poppler: how workbooks print was not looked at")
    files = [str(book) for book in books]
    only = {"PageRange": {"type": "string", "value": pages}} if pages else {}
    kind = f"pdf:calc_pdf_Export:{json.dumps(only)}"
    for last in (False, True):
        with tempfile.TemporaryDirectory() as profile:
            convert = [OFFICE, "--headless", f"-env:UserInstallation=file://{profile}", "--convert-to", kind]
            process = subprocess.Popen(
                [*convert, "--outdir", str(folder), *files],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={**os.environ, **(env or {})},
                start_new_session=True,
            )
            try:
                assert process.wait(timeout=seconds) == 0
                return
            except subprocess.TimeoutExpired:
                if last:
                    raise
            finally:
                # The program itself is a child of the one that was started.
                if process.poll() is None:
                    os.killpg(process.pid, 9)
                    process.wait()
