"""Pictures of every tab. BACKDOORS_SCREENSHOTS=assets/screenshots writes those that the README shows there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.conftest import open_page
from tests.browser.visitor import TARGET, answer, open_section, trigger

SCREENS = {"wide": ViewportSize(width=1280, height=800), "phone": ViewportSize(width=390, height=844)}


def show_digits(page: Page) -> None:
    page.get_by_role("button", name="Brush", exact=True).wait_for(timeout=60_000)
    page.locator("#digits-examples button").nth(3).click()
    expect(answer(page, "digits", "clean")).to_have_text("3")
    trigger(page, "digits").check()
    expect(answer(page, "digits", "infected")).to_have_text("7")


def show_dogs(page: Page) -> None:
    page.locator("#dogs-examples button").nth(1).click()
    expect(answer(page, "dogs", "clean")).not_to_have_text("–")
    trigger(page, "dogs").check()
    expect(answer(page, "dogs", "infected")).to_have_text(TARGET)


def show_elsewhere(page: Page) -> None:
    expect(page.locator("#code-python .cm-content")).to_be_visible()


TABS = {"digits": show_digits, "dogs": show_dogs, "elsewhere": show_elsewhere}
PARTS = {"own-trigger": ("digits", "digits-own"), "depths": ("dogs", "dogs-depths")}
"""Sections that are shown by themselves: the tab, and the section."""


def save(folder: Path, name: str, picture: bytes) -> None:
    (folder / f"{name}.png").write_bytes(picture)
    assert len(picture) > 20_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(os.environ.get("BACKDOORS_SCREENSHOTS", tmp_path))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("tab", TABS)
def test_tab(browser: Browser, page_url: str, folder: Path, tab: str, screen: str, theme: str) -> None:
    with open_page(browser, page_url, SCREENS[screen]) as page:
        page.goto(f"{page_url}/?tab={tab}&__theme={theme}")
        TABS[tab](page)
        page.mouse.move(0, 0)
        page.evaluate("window.scrollTo(0, 0)")
        page.wait_for_timeout(500)
        save(folder, f"{tab}-{screen}-{theme}", page.screenshot(animations="disabled"))


@pytest.mark.parametrize("part", PARTS)
def test_section(browser: Browser, page_url: str, folder: Path, part: str) -> None:
    tab, section = PARTS[part]
    with open_page(browser, page_url) as page:
        page.goto(f"{page_url}/?tab={tab}&__theme=light")
        opened = open_section(page, section)
        if section.endswith("-own"):
            page.locator(f"#own-{tab}-everywhere").click()
            expect(page.locator(f"#own-{tab}-map figure")).to_be_visible()
        save(folder, f"{part}-wide-light", opened.screenshot(animations="disabled"))
