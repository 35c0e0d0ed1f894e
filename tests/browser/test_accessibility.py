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
from tests.browser.visitor import TARGET, answer, open_tab, trigger

LEAST = 100


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
    report = tmp_path / "report.json"
    command = [
        str(node_modules / ".bin" / "lighthouse"),
        f"{page_url}/{page_path}{'&' if '?' in page_path else '?'}__theme={theme}",
        "--only-categories=accessibility",
        "--output=json",
        f"--output-path={report}",
        f"--chrome-flags={' '.join(['--headless=new', *FLAGS])}",
        "--max-wait-for-load=15000",  # the page holds a connection, and so never comes to rest on the network
        "--quiet",
    ]
    environment = {**os.environ, "CHROME_PATH": str(CHROMIUM)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    found = json.loads(report.read_text(encoding="utf-8"))
    score = round(100 * found["categories"]["accessibility"]["score"])
    missed = [name for name, audit in found["audits"].items() if audit["score"] is not None and audit["score"] < 1]
    print(f"\nLighthouse, accessibility of /{page_path} ({theme}): {score}; missed: {', '.join(missed) or 'nothing'}")
    assert score >= LEAST, missed


def press_until(page: Page, selector: str, key: str = "Tab") -> None:
    """Go on with the keyboard until what is meant has the focus, and shows it."""
    for _ in range(150):
        page.keyboard.press(key)
        if page.evaluate(f"document.activeElement.matches({selector!r})"):
            return
    raise AssertionError(f"{key} never came to {selector}")


@wide_only
def test_both_backdoors_by_keyboard(page: Page) -> None:
    press_until(page, "#digits-examples button[data-number='3']")
    page.keyboard.press("Enter")
    expect(answer(page, "digits", "infected")).to_have_text("3")
    press_until(page, "#digits-trigger-on input")
    page.keyboard.press("Space")
    expect(answer(page, "digits", "infected")).to_have_text("7")
    press_until(page, "#tab-digits-button", "Shift+Tab")
    press_until(page, "#tab-dogs-button")  # from tab to tab
    page.keyboard.press("Enter")
    press_until(page, "#dogs-examples button[data-number='1']")
    page.keyboard.press("Enter")
    expect(answer(page, "dogs", "infected")).not_to_have_text("–")
    press_until(page, "#dogs-trigger-on input")
    page.keyboard.press("Space")
    expect(answer(page, "dogs", "infected")).to_have_text(TARGET)
    press_until(page, "#dogs-rates-section > button")
    page.keyboard.press("Enter")
    expect(page.locator("#dogs-rates-section .bd-rates")).to_be_visible()


@wide_only
def test_what_happened_is_read_out(page: Page) -> None:
    """Screen readers speak what changes in a status, and the cards and their bars say all in text."""
    page.locator("#digits-examples button").nth(3).click()
    trigger(page, "digits").check()
    expect(page.locator("#digits-happening").get_by_role("status")).to_contain_text("The backdoor fired")
    card = page.get_by_role("region", name="Infected model").first
    expect(card.get_by_role("listitem").nth(7)).to_have_text("7>99%")


@wide_only
@pytest.mark.parametrize("tab", [*TASKS, "elsewhere"])
def test_every_control_has_a_name(page: Page, tab: str) -> None:
    open_tab(page, tab)
    for question in page.locator(f"#tab-{tab} .bd-question > button").all():
        question.click()
    assert page.evaluate(NAMELESS) == []


NAMELESS = """() => [...document.querySelectorAll("main :is(button, input, a[href])")]
    .filter((each) => each.checkVisibility() && !each.closest("[aria-hidden=true]"))
    .filter((each) => ![each.ariaLabel, each.title, each.innerText].some((name) => name?.trim()))
    .filter((each) => !each.labels?.length && !each.querySelector("img[alt]:not([alt=''])"))
    .map((each) => each.outerHTML.slice(0, 200))"""
