"""The HTML report in a real browser."""

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import opened
from tests.preview.formats.environments import HOSTILE

pytestmark = pytest.mark.browser

MOST_ELEMENTS = 12_000
"""A page of so many elements opens at once and scrolls smoothly; measured pages of 1,000 namespaces have half of it."""
MOST_BYTES = 4_000_000


def elements(page: Page) -> int:
    return page.evaluate("document.querySelectorAll('*').length")


def overflow(page: Page) -> int:
    """Pixels that the page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth - window.innerWidth")


def violations(page: Page) -> list[tuple[str, list[str]]]:
    """What axe has against the page; it is put in from outside, which the page's own policy doesn't hinder."""
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found: dict[str, Any] = Axe().run(page, options={"runOnly": rules, "resultTypes": ["violations"]}).response
    return [(each["id"], [node["html"][:200] for node in each["nodes"]]) for each in found["violations"]]


def shown_controls(page: Page) -> list[str]:
    return page.locator("#controls .control:visible .name code").all_inner_texts()


@pytest.mark.parametrize("name", ["troubled", "hostile", "changed"])
def test_it_opens_from_a_file_without_a_request_or_an_error(
    browser: Browser, name: str, request: pytest.FixtureRequest
) -> None:
    file: Path = request.getfixturevalue(name)
    context = browser.new_context()
    page = context.new_page()
    requests: list[str] = []
    told: list[str] = []
    page.on("request", lambda each: requests.append(each.url))
    page.on("console", lambda each: told.append(each.text))
    page.on("pageerror", lambda each: told.append(str(each)))
    page.on("dialog", lambda each: told.append(f"a script spoke: {each.message}"))
    page.goto(file.as_uri())
    for summary in page.locator("#network summary").all():
        summary.click()
    assert requests == [file.as_uri()]
    assert told == []
    context.close()


def test_a_script_that_is_not_the_pages_own_is_refused(browser: Browser, troubled: Path, tmp_path: Path) -> None:
    file = tmp_path / "changed.html"
    file.write_text(troubled.read_text().replace("</main>", "<script>document.title = 'taken'</script></main>"))
    page = opened(browser, file)
    assert page.title() != "taken"


def test_the_keyboard_reaches_the_filter_and_opens_a_control(browser: Browser, troubled: Path) -> None:
    page = opened(browser, troubled)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    for _ in range(5):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "control-filter":
            break
    expect(page.locator("#control-filter")).to_be_focused()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none", "the focus can be seen"
    first = page.locator("#controls .control").first
    assert first.get_attribute("open") is None
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(first.locator("summary").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(first.locator(".about").first).to_be_visible()


def test_the_filter_shows_only_what_fits_and_says_how_many(browser: Browser, troubled: Path) -> None:
    page = opened(browser, troubled)
    before = shown_controls(page)
    page.get_by_label("Filter controls by name, title or resource").fill("load-balancer-sources")
    assert shown_controls(page) == ["service-load-balancer-sources"]
    expect(page.locator("#controls .tools .found")).to_have_text("1 control")
    page.get_by_label("Filter controls by name, title or resource").fill("")
    assert shown_controls(page) == before, "what was folded is folded again"
    page.get_by_label("Severity").select_option("critical")
    critical = shown_controls(page)
    assert "cluster-enforces-network-policy" in critical
    assert "image-registry-allowed" not in critical
    assert any(each not in before for each in critical), "also among those that hold"


def test_a_link_into_something_folded_opens_it(browser: Browser, troubled: Path) -> None:
    page = opened(browser, troubled)
    page.get_by_role("link", name="Pod Security Standards 1.37").click()
    expect(page.locator("details.benchmark[open]")).to_have_count(1)
    expect(page.locator("details.benchmark[open] h3")).to_be_in_viewport()


def test_a_long_table_is_turned_and_filtered(browser: Browser, troubled: Path) -> None:
    page = opened(browser, troubled)
    page.get_by_role("link", name="Pod Security Standards 1.37").click()
    table = page.locator("details.benchmark[open] .table")
    expect(table.locator(".found")).to_have_text("1 to 12 of 19 rows")
    table.get_by_role("button", name="Next").click()
    expect(table.locator(".found")).to_have_text("13 to 19 of 19 rows")
    expect(table.get_by_role("button", name="Next")).to_be_disabled()
    table.get_by_role("searchbox").fill("hostPorts")
    expect(table.locator("tbody tr")).to_have_count(1)
    table.get_by_role("searchbox").fill("nothing is called that")
    expect(table.locator(".found")).to_have_text("0 rows")


def test_what_the_script_makes_of_a_hostile_name_is_text(browser: Browser, hostile: Path) -> None:
    page = opened(browser, hostile)
    page.evaluate("document.querySelectorAll('#controls details').forEach((each) => (each.open = true))")
    table = page.locator("#controls .table:has(.pager)").first
    table.get_by_role("button", name="Next").click()
    expect(table.locator("tbody td").first).to_contain_text(HOSTILE)
    page.locator("#network-1-namespace").fill(f"{HOSTILE}, or another")
    page.locator("#network-1-namespace").press("Enter")
    expect(page.locator("#network-1-ask .answer")).to_contain_text(f"is called {HOSTILE}, or another")
    assert page.locator("img").count() == 0


def test_a_namespace_can_be_asked_for(browser: Browser, troubled: Path) -> None:
    page = opened(browser, troubled)
    page.locator("#network-1-namespace").fill("shop-jobs")
    page.locator("#network-1-namespace").press("Enter")
    answer = page.locator("#network-1-ask .answer")
    expect(answer).to_contain_text("It can be reached by: 1")
    expect(answer).to_contain_text("shop-web/Pod/web to shop-jobs/Pod/job on all")
    page.locator("#network-1-namespace").fill("nobody")
    page.locator("#network-1-namespace").press("Enter")
    expect(answer).to_have_text("No namespace here is called nobody.")


@pytest.mark.parametrize("width", [360, 768, 1280])
@pytest.mark.parametrize("name", ["troubled", "hostile", "changed"])
def test_nothing_is_wider_than_the_window(
    browser: Browser, name: str, width: int, request: pytest.FixtureRequest
) -> None:
    page = opened(browser, request.getfixturevalue(name), width)
    assert overflow(page) == 0
    page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
    assert overflow(page) == 0


def test_dark_and_light_are_two_looks_of_the_same_page(browser: Browser, troubled: Path) -> None:
    back = "getComputedStyle(document.body).backgroundColor"
    looks = {scheme: opened(browser, troubled, scheme=scheme).evaluate(back) for scheme in ("light", "dark")}
    light, dark = (sum(map(int, looks[each].removeprefix("rgb(").rstrip(")").split(","))) for each in looks)
    assert light > 700
    assert dark < 120


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_axe_finds_nothing(browser: Browser, troubled: Path, width: int, scheme: str) -> None:
    page = opened(browser, troubled, width, scheme)
    for each in ("#controls .control", "#controls-good", "details.benchmark", "#network .list", "#permissions .list"):
        page.locator(f"{each} summary").first.click()
    assert violations(page) == []


@pytest.mark.parametrize(("width", "scheme"), [(1280, "dark"), (360, "light")])
def test_axe_finds_nothing_in_what_a_change_does(browser: Browser, changed: Path, width: int, scheme: str) -> None:
    page = opened(browser, changed, width, scheme)
    page.evaluate("document.querySelectorAll('#changes details').forEach((each) => (each.open = true))")
    page.locator("#change-1-added .pager").wait_for()
    assert violations(page) == []


def test_the_keyboard_opens_what_a_change_adds_and_a_card_leads_there(browser: Browser, changed: Path) -> None:
    page = opened(browser, changed)
    page.get_by_role("link", name="What this change does to prod").click()
    expect(page.locator("#change-1 h3")).to_be_in_viewport()
    added = page.locator("details.change:has(#change-1-added)")
    expect(page.locator("#change-1-added")).to_be_hidden()
    added.locator("summary").focus()
    page.keyboard.press("Enter")
    table = page.get_by_role("table", name="Resources that are added").first
    expect(table).to_be_visible()
    expect(page.locator("#change-1-added .found")).to_have_text("1 to 10 of 16 rows")
    page.get_by_label("Filter: Resources that are added").first.fill("front")
    expect(table.locator("tbody tr")).to_have_count(1)


def test_a_printed_table_says_how_many_rows_are_not_on_the_paper(browser: Browser, changed: Path) -> None:
    page = opened(browser, changed)
    printed = page.locator("#change-1-worse .printed")
    expect(printed).to_be_hidden()
    page.emulate_media(media="print")
    expect(printed).to_be_visible()
    expect(printed).to_contain_text("1 to 10 of")


def test_in_print_what_needs_somebody_is_whole_and_tools_are_gone(browser: Browser, troubled: Path) -> None:
    page = opened(browser, troubled, scheme="dark")
    page.emulate_media(media="print")
    expect(page.locator("nav")).to_be_hidden()
    expect(page.locator("#control-filter")).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    seen = "(each) => each.getBoundingClientRect().height > 0 && each.checkVisibility({contentVisibilityAuto: true})"
    assert page.locator("#controls-bad .control .about").first.evaluate(seen)
    assert page.locator("#controls-good .control .name").first.evaluate(seen), "what holds is listed"
    assert not page.locator("#controls-good .control .about").first.evaluate(seen)
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_without_scripts_the_essentials_can_be_read(browser: Browser, troubled: Path) -> None:
    page = opened(browser, troubled, scripts=False)
    expect(page.locator("h1")).to_contain_text("1 environment is denied")
    expect(page.locator("#control-filter")).to_be_hidden()
    page.locator("#controls-bad .control summary").first.click()
    expect(page.locator("#controls-bad .control .about").first).to_contain_text("Fix")
    expect(page.locator("#register tbody tr")).to_have_count(3)
    page.locator("details.benchmark summary").first.click()
    expect(page.locator("details.benchmark[open] .rest")).to_contain_text("These are the first 12 of")


def test_a_thousand_namespaces_stay_usable(browser: Browser, large: Path) -> None:
    assert large.stat().st_size < MOST_BYTES
    page = opened(browser, large)
    assert elements(page) < MOST_ELEMENTS
    page.get_by_label("Filter controls by name, title or resource").fill("team99-n495")
    assert shown_controls(page) == [], "beyond the rows that the page holds, which it says"
    expect(page.locator("#controls form .found")).to_contain_text("left out of this page are not searched")
    page.get_by_label("Filter controls by name, title or resource").fill("team1-n7")
    assert "namespace-quota" in shown_controls(page)
    page.locator("#control-namespace-quota summary").click()
    table = page.locator("#findings-namespace-quota")
    expect(table.locator(".found")).to_have_text("1 to 10 of 500 rows")
    expect(table.locator(".note")).to_contain_text("are left out of this page")
    table.get_by_role("searchbox").fill("team1-n7")
    expect(table.locator("tbody tr")).to_have_count(1)
    page.locator("#network-1-namespace").fill("team1-n7")
    page.locator("#network-1-namespace").press("Enter")
    expect(page.locator("#network-1-ask .answer")).to_contain_text("team1-n6/Pod/web to team1-n7/Pod/api on TCP/80")
    added = page.locator("details.change:has(#change-1-added)")
    added.locator("summary").click()
    expect(added.locator(".note").first).to_contain_text("4,000 NetworkPolicy")
    expect(added.locator(".found")).to_have_text("1 to 10 of 500 rows")
    expect(added.locator("[data-left-out]")).to_contain_text("more are left out of this page")
    assert elements(page) < MOST_ELEMENTS
    assert overflow(page) == 0
