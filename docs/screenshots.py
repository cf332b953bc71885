"""Takes the pictures of README.md and docs/manual.md from a running demo.

    make run PORT=8000 &
    .venv/bin/python docs/screenshots.py http://localhost:8000

Chromium is looked for at CHROMIUM, then /usr/bin/chromium, then where Playwright installs its own.
"""

import io
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

IMAGES = Path(__file__).parent / "images"
PASSWORD = "Yanshi-2021"  # noqa: S105 (published with the demo)
DESK, PHONE = (1366, 768), (390, 844)
COLOURS = 200


@dataclass(frozen=True)
class Shot:
    """One picture: file name, who looks, where, at which size. `first` opens the first link that matches."""

    name: str
    user: str
    path: str
    size: tuple[int, int] = DESK
    first: str = ""


HAZARD = r"^/hazards/\d+/$"
SHOTS = (
    Shot("login", "", "/login/", PHONE),
    Shot("dashboard", "lead", "/"),
    Shot("dashboard-phone", "lead", "/", PHONE),
    Shot("hazards", "lead", "/hazards/?status=open"),
    Shot("hazards-phone", "taskforce", "/hazards/", PHONE),
    Shot("hazard", "lead", "/hazards/?status=submitted", first=HAZARD),
    Shot("hazard-phone", "taskforce", "/hazards/?status=closed", PHONE, first=HAZARD),
    Shot("report-phone", "taskforce", "/hazards/new/", PHONE),
    Shot("park", "lead", "/parks/", first=r"^/parks/\d+/$"),
    Shot("task-forces", "lead", "/campaigns/task-forces/"),
    Shot("inspections", "department", "/hazards/inspections/"),
    Shot("import", "taskforce", "/import/"),
    Shot("reports", "leader", "/reports/?period=2021-11-28"),
    Shot("report", "department2", "/reports/?period=2021-11-21", first=r"^/reports/\d+/$"),
    Shot("notices-phone", "department", "/notices/", PHONE),
)


def chromium() -> str | None:
    """Path of the browser to use; None lets Playwright choose."""
    wished = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    return wished if Path(wished).exists() else None


@contextmanager
def signed_in(browser: Browser, base: str, shot: Shot) -> Iterator[Page]:
    """A page of that size, signed in as the shot's user."""
    width, height = shot.size
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale="zh-CN", timezone_id="Asia/Shanghai"
    )
    page = context.new_page()
    if shot.user:
        page.goto(f"{base}/login/")
        page.fill("[name=username]", shot.user)
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url(lambda address: "/login/" not in address)
    yield page
    context.close()


def open_first(page: Page, pattern: str) -> None:
    """Follow the first link whose address matches. Raises RuntimeError when there is none."""
    links = page.eval_on_selector_all("main a", "all => all.map(a => a.getAttribute('href'))")
    target = next((link for link in links if re.search(pattern, link or "")), None)
    if target is None:
        raise RuntimeError(f"no link like {pattern} at {page.url}")
    page.goto(page.evaluate("path => new URL(path, location.href).href", target))


def take(page: Page, base: str, shot: Shot) -> int:
    """Save the picture with a small palette that keeps rare colours (lights); returns its size in bytes."""
    page.goto(base + shot.path)
    if shot.first:
        open_first(page, shot.first)
    page.wait_for_load_state("networkidle")
    image = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    target = IMAGES / f"{shot.name}.png"
    image.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(target, optimize=True)
    return target.stat().st_size


def main(base: str) -> None:
    """Take all pictures from the demo at that address."""
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-background-networking", "--lang=zh-CN"]
        browser = playwright.chromium.launch(executable_path=chromium(), args=arguments)
        for shot in SHOTS:
            with signed_in(browser, base, shot) as page:
                print(f"{shot.name}.png {take(page, base, shot) // 1024} KB")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/") if len(sys.argv) > 1 else "http://localhost:8000")
