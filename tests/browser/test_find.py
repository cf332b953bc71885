"""A choice among many: typing leaves few, Enter takes the first, and what depends on it follows."""

from tests.browser.conftest import BROWSER, PHONE

pytestmark = BROWSER

MORE = """select => {
  for (let n = 1; n <= 40; n += 1) select.add(new Option("东岸工业区" + n + "号楼", "9" + n));
  select.parentElement.dispatchEvent(new CustomEvent("htmx:afterSettle", { bubbles: true }));
}"""
"""As many parks as a county has, put where a swapped fragment would put them."""


def test_a_park_is_found_by_some_letters_of_its_name(person):
    page = person("lead", PHONE).page
    page.goto("/hazards/new/")
    park = page.locator("#id_park")
    names = park.locator("option").all_inner_texts()
    assert page.locator(".find").count() == 0, "few parks need no box"
    park.evaluate(MORE)
    box = page.get_by_role("searchbox", name="查找园区")
    box.fill("东岸 39")
    assert park.locator("option").all_inner_texts() == [names[0], "东岸工业区39号楼"]
    assert page.get_by_text("找到 1 个").is_visible()
    box.fill("没有这个")
    box.press("Enter")
    assert park.input_value() == "" and page.get_by_text("没有找到").is_visible()
    box.fill(names[3])
    with page.expect_response(lambda answer: "/hazards/new/enterprises/" in answer.url):
        box.press("Enter")
    assert park.evaluate("select => select.selectedOptions[0].text") == names[3]
    assert box.input_value() == "" and park.locator("option").count() == len(names) + 40
    page.wait_for_function("document.querySelectorAll('#id_enterprise option').length > 1")
