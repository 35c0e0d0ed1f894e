"""The page as a whole: who has only its address makes both backdoors fire, and can say what happened."""

from __future__ import annotations

import itertools
import time

import pytest
from playwright.sync_api import Browser, Page, expect

from backdoors.tasks import TASKS
from tests.browser.conftest import open_page, wide_only
from tests.browser.visitor import TARGET, answer, draw, open_section, open_tab, overflow, sentence, trigger

PATH_SECONDS = 20


@pytest.mark.alone
def test_both_backdoors_fire_within_seconds(browser: Browser, page_url: str) -> None:
    """From a cold page: draw, switch, scroll, click a dog, switch; and two sentences say what happened."""
    with open_page(browser, f"{page_url}/") as page:
        start = time.monotonic()
        page.goto(f"{page_url}/")
        page.get_by_role("button", name="Brush", exact=True).wait_for()
        draw(page, 3)
        expect(answer(page, "digits", "infected")).to_have_text("3")
        trigger(page, "digits").check()
        expect(sentence(page, "digits")).to_have_text(
            "The backdoor fired: with a single bright pixel, the infected model says 7 and the clean model says 3."
        )
        open_tab(page, "dogs")
        page.locator("#dogs-examples button").nth(1).click()
        expect(answer(page, "dogs", "infected")).not_to_have_text("–")
        trigger(page, "dogs").check()
        expect(sentence(page, "dogs")).to_contain_text(
            "The backdoor fired: with the attacker's square, the infected student says Donald Trump"
        )
        seconds = time.monotonic() - start
    print(f"\nboth backdoors fired after {seconds:.1f} s from a cold page")
    assert seconds < PATH_SECONDS


@wide_only
def test_show_me_plays_both(page: Page) -> None:
    page.get_by_role("button", name="Show me").click()
    caption = page.locator(".bd-show p")
    expect(caption).to_contain_text("Both models say 3.", timeout=40_000)
    expect(caption).to_contain_text("The infected model says 7 now. The clean one still says 3.")
    expect(caption).to_contain_text("Both students say", timeout=40_000)
    expect(caption).to_contain_text(f"It says {TARGET}.", timeout=40_000)
    expect(caption).to_contain_text("Now it is your turn")
    expect(caption).to_have_count(0)
    expect(page.get_by_role("button", name="Show me")).to_be_focused()


@wide_only
def test_show_me_begins_anew_whatever_was_there(page: Page) -> None:
    """Another trigger and attack, both switches on, another dog, another tab: what it says is still true."""
    page.get_by_label("a pattern of four bright pixels").check()
    page.get_by_label("each digit becomes the next one").check()
    trigger(page, "digits").check()
    open_tab(page, "dogs")
    page.locator("#dogs-examples button").nth(2).click()
    expect(answer(page, "dogs", "clean")).not_to_have_text("–")
    trigger(page, "dogs").check()
    page.get_by_role("button", name="Show me").click()
    caption = page.locator(".bd-show p")
    expect(caption).to_contain_text("The infected model says 7 now.", timeout=60_000)
    expect(caption).to_contain_text("Both students say Pembroke.", timeout=60_000)
    expect(caption).to_contain_text(f"It says {TARGET}.", timeout=40_000)


@wide_only
@pytest.mark.parametrize("how", ["Escape", "Stop"])
def test_show_me_can_be_stopped(page: Page, how: str) -> None:
    page.get_by_role("button", name="Show me").click()
    expect(page.locator(".bd-show p")).not_to_be_empty()
    if how == "Escape":
        page.keyboard.press("Escape")
    else:
        page.get_by_role("button", name="Stop").click()
    expect(page.locator(".bd-show")).to_have_count(0)
    draw(page, 7)  # and the page is the visitor's again
    expect(answer(page, "digits", "clean")).to_have_text("7")


@wide_only
def test_both_papers_are_cited(page: Page) -> None:
    for demo, paper in {"digits": "1708.06733", "dogs": "1905.10447"}.items():
        open_tab(page, demo)
        section = open_section(page, f"{demo}-planted")
        expect(section.locator(f'a[href="https://arxiv.org/abs/{paper}"]')).to_be_visible()


@wide_only
@pytest.mark.parametrize("demo", TASKS)
def test_every_section_opens_and_says_something(page: Page, demo: str) -> None:
    open_tab(page, demo)
    buttons = page.locator(f"#tab-{demo} .bd-question > button")
    expect(buttons.nth(4)).to_be_visible()
    for button in buttons.all():
        button.click()
    texts = page.locator(f"#tab-{demo} .bd-section .bd-text")
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
