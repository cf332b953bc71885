"""What pages need is collected with hashed names; what they don't is left out."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.xdist_group("static")  # one worker collects them, not each


@pytest.fixture(scope="module")
def collected(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("static")
    subprocess.run(
        [sys.executable, "manage.py", "collectstatic", "--no-input", "-v", "0"],
        cwd=ROOT,
        env={**os.environ, "HAZARD_ENV": "demo", "STATIC_ROOT": str(folder), "VAR_DIR": str(folder / "var")}
        | {"DJANGO_SETTINGS_MODULE": "hazard_tracker.settings"},
        check=True,
        timeout=120,
    )
    return folder


@pytest.mark.parametrize(
    "path",
    [
        "js-lib-bootstrap5/css/bootstrap.min.css",
        "js-lib-bootstrap5/js/bootstrap.bundle.min.js",
        "bootstrap-icons/font/bootstrap-icons.min.css",
        "bootstrap-icons/font/fonts/bootstrap-icons.woff2",
        "django_htmx/htmx-2.min.js",
        "drf_spectacular_sidecar/swagger-ui-dist/swagger-ui-bundle.js",
        "admin/css/base.css",
    ],
)
def test_what_pages_need_is_there(collected, path):
    name = Path(path)
    hashed = list((collected / name.parent).glob(f"{name.stem}.*{name.suffix}"))
    assert (collected / path).exists()
    assert hashed, f"no hashed copy of {path}"


def test_what_they_do_not_need_is_left_out(collected):
    files = [path for path in collected.rglob("*") if path.is_file()]
    assert not [path for path in files if path.name.endswith(".map")]
    assert not list((collected / "bootstrap-icons").glob("*.svg"))
    assert sum(path.stat().st_size for path in files) < 15_000_000
