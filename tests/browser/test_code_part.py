"""The part "Use it from code": what a visitor copies has the address that the browser has."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from backdoors.demo.clients import lines_for
from tests.browser.conftest import wide_only


@wide_only
@pytest.mark.parametrize("name", lines_for(""))
def test_it_shows_the_lines_for_this_address(page: Page, page_url: str, name: str) -> None:
    page.get_by_role("tab", name=name, exact=True).click()
    shown = page.locator(f"#code-{name.lower()} .cm-content")
    expect(shown).to_contain_text(page_url)
    lines = [line.rstrip("\n") for line in shown.locator(".cm-line").all_inner_texts()]
    assert lines == lines_for(page_url)[name].splitlines()
