"""Every page of the menu, for every role, at both sizes: it opens, fits, and speaks Chinese."""

import re

import pytest

from tests.browser.conftest import BROWSER, DESK, PHONE

pytestmark = BROWSER

ROLES = ("lead", "department", "task_force", "operator", "leader", "system_admin", "auditor")
ENGLISH = re.compile(r"\b(None|null|undefined|NaN|Error|Invalid|required|Traceback)\b")


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("role", ROLES)
def test_every_page_of_the_menu_opens_and_fits(person, role, viewport):
    somebody = person(role, viewport)
    page = somebody.page
    addresses = page.locator("nav a[href^='/'], [role=dialog] a[href^='/']").evaluate_all(
        "links => [...new Set(links.map(link => link.getAttribute('href')))]"
    )
    assert "/" in addresses
    for address in addresses:
        if address.startswith("/admin"):
            continue
        response = page.goto(address)
        assert response.status == 200, f"{role} {address}"
        assert somebody.no_sideways_scroll(), f"{role} {address} scrolls sideways"
        assert page.locator("h1").count() == 1, f"{role} {address} has one title"
        found = ENGLISH.search(page.locator("main").inner_text())
        assert not found, f"{role} {address}: {found}"
