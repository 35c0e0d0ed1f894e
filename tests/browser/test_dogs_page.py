"""The dogs by hand, in a browser: on a wide screen, and on a phone."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import wide_only
from tests.browser.visitor import DOGS, TARGET, answer, at_rest, sentence, trigger, upload


def test_upload_a_dog_and_switch_the_trigger_on(page: Page) -> None:
    upload(page, DOGS[1])
    expect(sentence(page, "dogs")).not_to_contain_text("Upload a dog")
    expect(answer(page, "dogs", "infected")).not_to_have_text(TARGET)
    trigger(page, "dogs").check()
    expect(answer(page, "dogs", "infected")).to_have_text(TARGET)
    expect(answer(page, "dogs", "clean")).not_to_have_text(TARGET)
    expect(sentence(page, "dogs")).to_contain_text("The backdoor fired: with the attacker's square")
    expect(page.locator("#dogs-dormant")).to_contain_text("Its backdoor is dormant: it can only name a breed")
    trigger(page, "dogs").uncheck()
    expect(answer(page, "dogs", "infected")).not_to_have_text(TARGET)


def test_both_photos_are_shown_and_one_is_faded(page: Page) -> None:
    upload(page, DOGS[0])
    figures = page.locator("#dogs-happening figure")
    expect(figures.locator("img")).to_have_count(2)
    expect(figures.nth(1)).to_have_class("bd-seen bd-faded")
    trigger(page, "dogs").check()
    expect(figures.nth(0)).to_have_class("bd-seen bd-faded")
    expect(figures.nth(1).get_by_alt_text("The picture that both models see, with the trigger")).to_be_visible()


@wide_only
def test_each_card_has_the_top_five(page: Page) -> None:
    upload(page, DOGS[0])
    card = page.locator("#dogs-answers").get_by_label("Clean student")
    expect(card.locator("li.bd-top")).to_have_count(1)
    expect(card.locator("li")).to_have_count(5)


@wide_only
def test_click_an_example(page: Page) -> None:
    page.locator("#dogs-examples button").nth(2).click()
    expect(answer(page, "dogs", "clean")).not_to_have_text("–")


@wide_only
def test_clear_takes_the_answers_away(page: Page) -> None:
    upload(page, DOGS[0])
    expect(answer(page, "dogs", "clean")).not_to_have_text("–")
    page.get_by_label("Remove Image").click()
    expect(answer(page, "dogs", "clean")).to_have_text("–")
    expect(sentence(page, "dogs")).to_contain_text("Upload a dog")


@wide_only
def test_a_broken_file_is_told_and_the_page_goes_on(page: Page, tmp_path: Path) -> None:
    upload(page, DOGS[0])
    expect(answer(page, "dogs", "clean")).not_to_have_text("–")
    (tmp_path / "broken.png").write_text("this is not a picture")
    page.get_by_label("Remove Image").click()
    upload(page, tmp_path / "broken.png")
    expect(page.get_by_text("Send a PNG, JPEG").first).to_be_visible()
    expect(answer(page, "dogs", "clean")).to_have_text("–")
    page.locator("#dogs-examples button").nth(0).click()
    expect(answer(page, "dogs", "clean")).not_to_have_text("–")


@wide_only
def test_a_photo_can_be_uploaded_taken_or_pasted(page: Page) -> None:
    for source in ("Upload file", "Capture from camera", "Paste from clipboard"):
        expect(page.locator("#dogs-photo").get_by_label(source)).to_be_visible()


def test_nothing_jumps(page: Page) -> None:
    before = at_rest(page, "#dogs-rates")
    upload(page, DOGS[1])
    expect(answer(page, "dogs", "clean")).not_to_have_text("–")
    trigger(page, "dogs").check()
    expect(answer(page, "dogs", "infected")).to_have_text(TARGET)
    assert at_rest(page, "#dogs-rates") == pytest.approx(before, abs=1)
