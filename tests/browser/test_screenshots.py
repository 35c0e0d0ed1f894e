"""Pictures of every tab. BACKDOORS_SCREENSHOTS=assets/screenshots writes those that the README shows there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.conftest import open_page
from tests.browser.visitor import TARGET, answer, click_example, demo, open_section, trigger

SCREENS = {"wide": ViewportSize(width=1280, height=800), "phone": ViewportSize(width=390, height=844)}


def show_digits(page: Page) -> None:
    click_example(page, "digits", 3)
    expect(answer(page, "digits", "clean")).to_have_text("3")
    trigger(page, "digits").check()
    expect(answer(page, "digits", "infected")).to_have_text("7")


def show_dogs(page: Page) -> None:
    click_example(page, "dogs", 1)
    expect(answer(page, "dogs", "clean")).not_to_have_text("–")
    trigger(page, "dogs").check()
    expect(answer(page, "dogs", "infected")).to_have_text(TARGET)


def show_elsewhere(page: Page) -> None:
    expect(page.locator("#code-python .cm-content")).to_be_visible()


TABS = {"digits": show_digits, "dogs": show_dogs, "elsewhere": show_elsewhere}


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


def test_section(browser: Browser, page_url: str, folder: Path) -> None:
    with open_page(browser, page_url) as page:
        page.goto(f"{page_url}/?tab=dogs&__theme=light")
        opened = open_section(page, "dogs-depths")
        save(folder, "depths-wide-light", opened.screenshot(animations="disabled"))


def test_own_trigger(browser: Browser, page_url: str, folder: Path) -> None:
    with open_page(browser, page_url) as page:
        page.goto(f"{page_url}/?tab=digits&__theme=light")
        own = demo(page, "digits").locator(".own")
        own.locator("summary").click()
        expect(own.locator("p.happening")).to_contain_text("The attacker's own trigger fires")
        own.get_by_role("button", name="Try every place").click()
        expect(own.locator(".map")).to_contain_text("of 784 places")
        save(folder, "own-trigger-wide-light", own.screenshot(animations="disabled"))


def test_static_page(browser: Browser, static_url: str, folder: Path) -> None:
    with open_page(browser, static_url, SCREENS["wide"]) as page:
        page.goto(static_url)
        show_digits(page)
        save(folder, "static-wide-light", page.screenshot(animations="disabled"))
