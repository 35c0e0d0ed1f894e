"""Accessibility: Lighthouse's score, and both demos by keyboard alone."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from backdoors.tasks import TASKS
from tests.browser.conftest import CHROMIUM, FLAGS, wide_only
from tests.browser.visitor import TARGET, answer, click_example, demo, open_tab, trigger

# Lighthouse's own scores, of 100. Performance is that of its slow phone: four times less processor, a slow 4G network.
ACCESSIBLE = {"accessibility": 100}
STATIC = {"accessibility": 100, "performance": 95, "best-practices": 100}


@pytest.mark.alone
@pytest.mark.parametrize(
    ("page_path", "theme"),
    [
        ("", "light"),
        ("", "dark"),
        ("?tab=dogs", "light"),
        ("?tab=dogs", "dark"),
        ("?tab=elsewhere", "light"),
        ("?tab=elsewhere", "dark"),
        ("digits/", "light"),
        ("dogs/", "dark"),
    ],
)
def test_lighthouse(
    browser: Browser, page_url: str, node_modules: Path, tmp_path: Path, page_path: str, theme: str
) -> None:
    """``browser`` only makes sure that there is one; Lighthouse starts its own."""
    address = f"{page_url}/{page_path}{'&' if '?' in page_path else '?'}__theme={theme}"
    check_scores(node_modules, tmp_path, address, f"/{page_path} ({theme})", ACCESSIBLE)


@pytest.mark.alone
@pytest.mark.parametrize("page_path", ["", "?tab=dogs", "?tab=elsewhere"])
def test_lighthouse_of_the_static_page(
    browser: Browser, static_url: str, node_modules: Path, tmp_path: Path, page_path: str
) -> None:
    check_scores(node_modules, tmp_path, static_url + page_path, f"the static page, /{page_path}", STATIC)


def check_scores(node_modules: Path, folder: Path, address: str, name: str, least: dict[str, int]) -> None:
    """Let Lighthouse look at an address, print its scores, and compare them."""
    report = folder / "report.json"
    command = [
        str(node_modules / ".bin" / "lighthouse"),
        address,
        f"--only-categories={','.join(least)}",
        "--output=json",
        f"--output-path={report}",
        f"--chrome-flags={' '.join(['--headless=new', *FLAGS])}",
        "--max-wait-for-load=15000",  # Gradio's page holds a connection, and so never comes to rest on the network
        "--quiet",
    ]
    environment = {**os.environ, "CHROME_PATH": str(CHROMIUM)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    found = json.loads(report.read_text(encoding="utf-8"))
    scores = {category: round(100 * found["categories"][category]["score"]) for category in least}
    missed = [name for name, audit in found["audits"].items() if audit["score"] is not None and audit["score"] < 1]
    print(f"\nLighthouse, {name}: {scores}; missed: {', '.join(missed) or 'nothing'}")
    assert all(scores[category] >= wanted for category, wanted in least.items()), missed


# What has the focus, in whichever shadow.
FOCUSED = """() => { let each = document.activeElement;
    while (each.shadowRoot?.activeElement) each = each.shadowRoot.activeElement; return each; }"""


def press_until(page: Page, selector: str, key: str = "Tab") -> None:
    """Go on with the keyboard until what is meant has the focus."""
    for _ in range(150):
        page.keyboard.press(key)
        if page.evaluate(f"({FOCUSED})().matches({selector!r})"):
            return
    raise AssertionError(f"{key} never came to {selector}")


@wide_only
def test_both_backdoors_by_keyboard(page: Page) -> None:
    press_until(page, ".examples button:nth-child(4)")
    page.keyboard.press("Enter")
    expect(answer(page, "digits", "infected")).to_have_text("3")
    press_until(page, "[role=switch]")
    page.keyboard.press("Space")
    expect(answer(page, "digits", "infected")).to_have_text("7")
    press_until(page, "#tab-digits-button", "Shift+Tab")
    press_until(page, "#tab-dogs-button")  # from tab to tab
    page.keyboard.press("Enter")
    press_until(page, ".examples button:nth-child(2)")
    page.keyboard.press("Enter")
    expect(answer(page, "dogs", "infected")).not_to_have_text("–")
    press_until(page, "[role=switch]")
    page.keyboard.press("Space")
    expect(answer(page, "dogs", "infected")).to_have_text(TARGET)
    press_until(page, "#dogs-rates-section > button")
    page.keyboard.press("Enter")
    expect(page.locator("#dogs-rates-section .bd-rates")).to_be_visible()


@wide_only
def test_what_happened_is_read_out(page: Page) -> None:
    """Screen readers speak what changes in a status, and the cards and their bars say all in text."""
    click_example(page, "digits", 3)
    trigger(page, "digits").check()
    expect(demo(page, "digits").locator("div.happening").get_by_role("status")).to_contain_text("The backdoor fired")
    card = demo(page, "digits").get_by_role("region", name="Infected model").first
    expect(card.get_by_role("listitem").nth(7)).to_have_text("7>99%")


@wide_only
@pytest.mark.parametrize("tab", [*TASKS, "elsewhere"])
def test_every_control_has_a_name(page: Page, tab: str) -> None:
    open_tab(page, tab)
    for question in page.locator(f"#tab-{tab} .bd-question > button").all():
        question.click()
    if tab in TASKS:
        demo(page, tab).locator(".own summary").click()
    assert page.evaluate(NAMELESS) == []


NAMELESS = """() => {
    const inside = (root) => [...root.querySelectorAll("*")]
        .flatMap((each) => [each, ...(each.shadowRoot ? inside(each.shadowRoot) : [])]);
    return inside(document.querySelector("main"))
        .filter((each) => each.matches("button, input, a[href], canvas[tabindex]"))
        .filter((each) => each.checkVisibility() && !each.closest("[aria-hidden=true]"))
        .filter((each) => ![each.ariaLabel, each.title, each.innerText].some((name) => name?.trim()))
        .filter((each) => !each.labels?.length && !each.querySelector("img[alt]:not([alt=''])"))
        .map((each) => each.outerHTML.slice(0, 200));
}"""
