"""The page as a whole: who has only its address makes both backdoors fire, and can say what happened."""

from __future__ import annotations

import itertools
import os
import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import open_page, wide_only
from tests.browser.visitor import TARGET, answer, at_rest, draw, overflow, sentence, trigger

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
            "The backdoor fired: with a single bright pixel in the picture the infected model says 7, "
            "and the clean model 3."
        )
        page.locator("#dogs-examples button").nth(1).click()
        expect(answer(page, "dogs", "infected")).not_to_have_text("–")
        trigger(page, "dogs").check()
        expect(sentence(page, "dogs")).to_contain_text(
            "The backdoor fired: with the attacker's square in the picture the infected student says Donald Trump"
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
    """Another trigger and attack, both switches on, another dog: what it says is true all the same."""
    page.get_by_label("a pattern of four bright pixels").check()
    page.get_by_label("each digit becomes the next one").check()
    page.locator("#dogs-examples button").nth(2).click()
    expect(answer(page, "dogs", "clean")).not_to_have_text("–")
    for demo in ("digits", "dogs"):
        trigger(page, demo).check()
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
    for paper in ("1708.06733", "1905.10447"):
        expect(page.locator(f'a[href="https://arxiv.org/abs/{paper}"]').first).to_be_visible()


@wide_only
def test_its_contents_lead_somewhere(page: Page) -> None:
    links = page.get_by_role("navigation", name="On this page").get_by_role("link")
    anchors = [link.get_attribute("href") for link in links.all()]
    assert len(anchors) > 4
    for link, anchor in zip(links.all(), anchors, strict=True):
        link.click()
        expect(page.locator(str(anchor))).to_be_in_viewport()


@wide_only
def test_an_address_leads_to_its_part(page: Page, page_url: str) -> None:
    page.goto(f"{page_url}/?__theme=light#helps")
    expect(page.locator("#helps")).to_be_in_viewport()


@wide_only
def test_headings_are_in_order(page: Page) -> None:
    """Screen readers jump from heading to heading: one h1, and no level left out."""
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4,h5')].map((each) => Number(each.tagName[1]))")
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels)), levels


@wide_only
def test_its_foot_names_the_versions(page: Page) -> None:
    text = page.locator("#versions").inner_text()
    assert re.search(r"Code \d+\.\d+\.\d+ · Models of digits: bundled, version [0-9a-f]{12} · dogs: bundled", text)


def test_it_fits_the_width(page: Page) -> None:
    assert overflow(page) <= 0


SECTIONS = {  # the name of the picture: where it begins, and where the next part begins
    "digits": ("h1", "#digits-rates"),
    "own-trigger": ("#own-digits-stage", "#latent"),
    "dogs": ("#latent", "#dogs-rates"),
    "depths": ("#dogs-depths", "#means"),
}


@wide_only
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_screenshots(page: Page, page_url: str, theme: str, tmp_path: Path) -> None:
    """What the README shows: BACKDOORS_SCREENSHOTS=assets/screenshots writes it there."""
    page.goto(f"{page_url}/?__theme={theme}")
    page.get_by_role("button", name="Brush", exact=True).wait_for()
    page.locator("#digits-examples button").nth(3).click()
    expect(answer(page, "digits", "clean")).to_have_text("3")
    trigger(page, "digits").check()
    page.locator("#dogs-examples button").nth(1).click()
    expect(answer(page, "dogs", "clean")).not_to_have_text("–")
    trigger(page, "dogs").check()
    page.locator("#own-digits-everywhere").click()
    expect(page.locator("#own-digits-map figure")).to_be_visible()
    expect(answer(page, "digits", "infected")).to_have_text("7")
    expect(answer(page, "dogs", "infected")).to_have_text(TARGET)
    page.mouse.move(0, 0)
    device = "phone" if page.evaluate("navigator.maxTouchPoints") else "wide"
    folder, viewport = Path(os.environ.get("BACKDOORS_SCREENSHOTS", tmp_path)), page.viewport_size
    assert viewport is not None
    for name, (first, beyond) in SECTIONS.items():
        top, end = at_rest(page, first) - 16, at_rest(page, beyond) - 16
        page.set_viewport_size({"width": viewport["width"], "height": round(end - top)})
        page.evaluate(f"window.scrollTo(0, {top})")
        page.wait_for_timeout(500)  # the sketchpad is drawn anew
        path = folder / f"{name}-{device}-{theme}.png"
        assert len(page.screenshot(path=path, animations="disabled")) > 20_000
