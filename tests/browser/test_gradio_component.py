"""The demo as a component of a Gradio app: its value and its events reach Python."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Browser, expect

from backdoors.site.runtime import VARIABLE
from tests.browser.conftest import open_page
from tests.browser.visitor import answer, click_example, demo, trigger
from tests.fixtures.page import served_page


def test_other_components_get_the_verdict_and_the_choice(browser: Browser, runtime: Path) -> None:
    small_app = served_page({**os.environ, VARIABLE: str(runtime)}, arguments=("-m", "tests.fixtures.small_app"))
    with small_app as url, open_page(browser, url) as page:
        page.goto(url)
        click_example(page, "digits", 3)
        expect(page.get_by_label("Verdict")).to_have_value("infected: 3")
        trigger(page, "digits").check()
        expect(page.get_by_label("Verdict")).to_have_value("infected: 7")
        demo(page, "digits").get_by_label("each digit becomes the next one").check()
        expect(page.get_by_label("Choice")).to_have_value("single-pixel, all-to-all")
        expect(page.get_by_label("Verdict")).to_have_value("infected: 4")
        expect(answer(page, "digits", "infected")).to_have_text("4")  # the demo is still the same one
        demo(page, "digits").get_by_role("button", name="Clear").click()
        expect(page.get_by_label("Verdict")).to_have_value("no verdict")
