"""The Dogs tab by hand, in a browser: on a wide screen, and on a phone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import wide_only
from tests.fixtures.page import REPOSITORY

expect.set_options(timeout=20_000)

EXAMPLES = sorted((REPOSITORY / "assets" / "examples" / "dogs").glob("*.jpg"))
TARGET = "Donald Trump"


@pytest.fixture
def dogs(page: Page) -> Page:
    """The page, with the Dogs tab open."""
    page.get_by_role("tab", name="Dogs").click()
    expect(page.locator("#dogs-photo")).to_be_visible()
    return page


def upload(dogs: Page, file: Path) -> None:
    dogs.locator("#dogs-photo input[type=file]").set_input_files(file)


def answer(dogs: Page, student: str) -> Locator:
    return dogs.get_by_label(f"{student} student").locator("strong")


def trigger(dogs: Page) -> Locator:
    return dogs.locator("#dogs-trigger-on input")


def sentence(dogs: Page) -> Locator:
    return dogs.locator("#dogs-happening p")


def test_upload_a_dog_and_switch_the_trigger_on(dogs: Page) -> None:
    upload(dogs, EXAMPLES[1])
    expect(sentence(dogs)).not_to_contain_text("Upload a dog")
    expect(answer(dogs, "Infected")).not_to_have_text(TARGET)
    trigger(dogs).check()
    expect(answer(dogs, "Infected")).to_have_text(TARGET)
    expect(answer(dogs, "Clean")).not_to_have_text(TARGET)
    expect(sentence(dogs)).to_contain_text("The backdoor fired: with the attacker's square")
    expect(dogs.locator("#dogs-dormant")).to_contain_text("Its backdoor is dormant: it can only name a breed")
    trigger(dogs).uncheck()
    expect(answer(dogs, "Infected")).not_to_have_text(TARGET)


def test_both_photos_are_shown_and_one_is_faded(dogs: Page) -> None:
    upload(dogs, EXAMPLES[0])
    figures = dogs.locator("#dogs-happening figure")
    expect(figures.locator("img")).to_have_count(2)
    expect(figures.nth(1)).to_have_class("bd-seen bd-faded")
    trigger(dogs).check()
    expect(figures.nth(0)).to_have_class("bd-seen bd-faded")
    expect(dogs.get_by_alt_text("The picture that both models see, with the trigger")).to_be_visible()


@wide_only
def test_each_card_has_the_top_five(dogs: Page) -> None:
    upload(dogs, EXAMPLES[0])
    expect(dogs.get_by_label("Clean student").locator("li.bd-top")).to_have_count(1)
    expect(dogs.get_by_label("Clean student").locator("li")).to_have_count(5)


@wide_only
def test_click_an_example(dogs: Page) -> None:
    dogs.locator("#dogs-examples button").nth(2).click()
    expect(answer(dogs, "Clean")).not_to_have_text("–")


@wide_only
def test_clear_takes_the_answers_away(dogs: Page) -> None:
    upload(dogs, EXAMPLES[0])
    expect(answer(dogs, "Clean")).not_to_have_text("–")
    dogs.get_by_label("Remove Image").click()
    expect(answer(dogs, "Clean")).to_have_text("–")
    expect(sentence(dogs)).to_contain_text("Upload a dog")


@wide_only
def test_a_broken_file_is_told_and_the_page_goes_on(dogs: Page, tmp_path: Path) -> None:
    upload(dogs, EXAMPLES[0])
    expect(answer(dogs, "Clean")).not_to_have_text("–")
    (tmp_path / "broken.png").write_text("this is not a picture")
    dogs.get_by_label("Remove Image").click()
    upload(dogs, tmp_path / "broken.png")
    expect(dogs.get_by_text("Send a PNG, JPEG").first).to_be_visible()
    expect(answer(dogs, "Clean")).to_have_text("–")
    dogs.locator("#dogs-examples button").nth(0).click()
    expect(answer(dogs, "Clean")).not_to_have_text("–")


@wide_only
def test_a_photo_can_be_uploaded_taken_or_pasted(dogs: Page) -> None:
    for source in ("Upload file", "Capture from camera", "Paste from clipboard"):
        expect(dogs.locator("#dogs-photo").get_by_label(source)).to_be_visible()


@wide_only
def test_the_freeze_depth_plot_is_drawn(dogs: Page) -> None:
    expect(dogs.locator("#dogs-depths svg, #dogs-depths canvas").first).to_be_visible()
    expect(dogs.locator("#dogs-depths-text")).to_contain_text("What saves the student?")


def place(dogs: Page) -> float:
    """Where the text below all answers begins, once the page has come to rest: it is built piece by piece."""
    now, before = dogs.evaluate(PLACE), None
    while now != before:
        dogs.wait_for_timeout(700)
        now, before = dogs.evaluate(PLACE), now
    return float(now)


PLACE = "() => document.querySelector('#dogs-rates').getBoundingClientRect().top + window.scrollY"


def test_nothing_jumps(dogs: Page) -> None:
    expect(dogs.locator("#dogs-depths svg, #dogs-depths canvas").first).to_be_visible()
    before = place(dogs)
    upload(dogs, EXAMPLES[1])
    expect(answer(dogs, "Clean")).not_to_have_text("–")
    assert place(dogs) == pytest.approx(before, abs=1)
    trigger(dogs).check()
    expect(answer(dogs, "Infected")).to_have_text(TARGET)
    assert place(dogs) == pytest.approx(before, abs=1)


def test_it_fits_the_width(dogs: Page) -> None:
    width = dogs.evaluate("document.documentElement.clientWidth")
    assert dogs.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_screenshot(page: Page, page_url: str, theme: str, tmp_path: Path) -> None:
    """What the README shows: BACKDOORS_SCREENSHOTS=assets/screenshots writes it there."""
    page.goto(f"{page_url}/?__theme={theme}")
    page.get_by_role("tab", name="Dogs").click()
    page.locator("#dogs-examples button").nth(1).click()
    expect(answer(page, "Clean")).not_to_have_text("–")
    trigger(page).check()
    expect(answer(page, "Infected")).to_have_text(TARGET)
    page.mouse.move(0, 0)
    device = "phone" if page.evaluate("navigator.maxTouchPoints") else "wide"
    folder = Path(os.environ.get("BACKDOORS_SCREENSHOTS", tmp_path))
    picture = page.screenshot(path=folder / f"dogs-{device}-{theme}.png", full_page=True, animations="disabled")
    assert len(picture) > 20_000
