"""The page as a whole: who has only its address makes both backdoors fire, and can say what happened."""

from __future__ import annotations

import itertools
import time

import pytest
from playwright.sync_api import Browser, Page, expect

from backdoors.tasks import TASKS
from tests.browser.conftest import open_page, wide_only
from tests.browser.visitor import (
    answer,
    click_example,
    demo,
    draw,
    open_section,
    open_tab,
    overflow,
    sentence,
    trigger,
)

PATH_SECONDS = 10


@pytest.mark.alone
def test_both_backdoors_fire_within_seconds(browser: Browser, page_url: str) -> None:
    """From a cold page: draw, switch, scroll, click a dog, switch; and two sentences say what happened."""
    with open_page(browser, f"{page_url}/") as page:
        start = time.monotonic()
        page.goto(f"{page_url}/")
        demo(page, "digits").locator(".paper").wait_for()
        draw(page, 3)
        expect(answer(page, "digits", "infected")).to_have_text("3")
        trigger(page, "digits").check()
        expect(sentence(page, "digits")).to_have_text(
            "The backdoor fired: with a single bright pixel, the infected model says 7 and the clean model says 3."
        )
        open_tab(page, "dogs")
        click_example(page, "dogs", 1)
        expect(answer(page, "dogs", "infected")).not_to_have_text("–")
        trigger(page, "dogs").check()
        expect(sentence(page, "dogs")).to_contain_text(
            "The backdoor fired: with the attacker's square, the infected student says Donald Trump"
        )
        seconds = time.monotonic() - start
    print(f"\nboth backdoors fired after {seconds:.1f} s from a cold page")
    assert seconds < PATH_SECONDS


@wide_only
def test_both_papers_are_cited(page: Page) -> None:
    for task, paper in {"digits": "1708.06733", "dogs": "1905.10447"}.items():
        open_tab(page, task)
        section = open_section(page, f"{task}-planted")
        expect(section.locator(f'a[href="https://arxiv.org/abs/{paper}"]')).to_be_visible()


@wide_only
@pytest.mark.parametrize("task", TASKS)
def test_every_section_opens_and_says_something(page: Page, task: str) -> None:
    open_tab(page, task)
    buttons = page.locator(f"#tab-{task} .bd-question > button")
    expect(buttons.nth(4)).to_be_visible()
    for button in buttons.all():
        button.click()
    texts = page.locator(f"#tab-{task} .bd-section .bd-text")
    expect(texts).to_have_count(buttons.count())
    assert all(len(text) > 100 for text in texts.all_inner_texts())


@wide_only
def test_headings_are_in_order(page: Page) -> None:
    """Screen readers jump from heading to heading: one h1, and no level left out."""
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4,h5')].map((each) => Number(each.tagName[1]))")
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels)), levels


@pytest.mark.parametrize("tab", [*TASKS, "elsewhere"])
def test_it_fits_the_width(page: Page, tab: str) -> None:
    open_tab(page, tab)
    assert overflow(page) <= 0
