"""The tab "Use it elsewhere": what a visitor copies has the address that their browser has."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from backdoors.demo.serving.code_lines import LINES, lines_for
from backdoors.site.embedding import LINES as WAYS
from backdoors.story import Demo
from backdoors.tasks import TASKS
from tests.browser.conftest import wide_only
from tests.browser.visitor import open_tab
from tests.fixtures.page import REPOSITORY


@pytest.fixture(scope="module")
def digits() -> Demo:
    return Demo.load(TASKS["digits"], REPOSITORY / "assets")


@wide_only
@pytest.mark.parametrize("name", LINES)
def test_it_shows_the_lines_for_this_address(page: Page, page_url: str, name: str, digits: Demo) -> None:
    open_tab(page, "elsewhere")
    page.get_by_role("tab", name=name, exact=True).click()
    shown = page.locator(f"#code-{name.lower()} .cm-content")
    expect(shown).to_contain_text(page_url)
    lines = [line.rstrip("\n") for line in shown.locator(".cm-line").all_inner_texts()]
    assert lines == lines_for(page_url, digits)[name].splitlines()


@wide_only
@pytest.mark.parametrize("task", TASKS)
def test_it_offers_the_lines_to_embed_a_demo(page: Page, page_url: str, task: str) -> None:
    open_tab(page, "elsewhere")
    for way, (label, line) in WAYS.items():
        page.get_by_role("tab", name=label).click()
        expect(page.locator(f"#embed-{way}-{task} .cm-content")).to_have_text(line(page_url, TASKS[task]))


@wide_only
def test_its_foot_names_the_versions(page: Page) -> None:
    open_tab(page, "elsewhere")
    text = page.locator("#versions").inner_text()
    assert re.search(r"Code \d+\.\d+\.\d+ · Models of digits: bundled, version [0-9a-f]{12} · dogs: bundled", text)
