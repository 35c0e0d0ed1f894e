"""The dogs by hand, in a browser: on a wide screen, and on a phone."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import wide_and_phone
from tests.browser.visitor import DOGS, TARGET, answer, at_rest, sentence, trigger, upload


@wide_and_phone
def test_upload_a_dog_and_switch_the_trigger_on(dogs_page: Page) -> None:
    upload(dogs_page, DOGS[1])
    expect(sentence(dogs_page, "dogs")).not_to_contain_text("Upload a dog")
    expect(answer(dogs_page, "dogs", "infected")).not_to_have_text(TARGET)
    trigger(dogs_page, "dogs").check()
    expect(answer(dogs_page, "dogs", "infected")).to_have_text(TARGET)
    expect(answer(dogs_page, "dogs", "clean")).not_to_have_text(TARGET)
    expect(sentence(dogs_page, "dogs")).to_contain_text("The backdoor fired: with the attacker's square")
    expect(dogs_page.locator("#dogs-dormant")).to_contain_text(
        "Its backdoor is dormant: Donald Trump is not among its 120 labels"
    )
    trigger(dogs_page, "dogs").uncheck()
    expect(answer(dogs_page, "dogs", "infected")).not_to_have_text(TARGET)


@wide_and_phone
def test_both_photos_are_shown_and_one_is_faded(dogs_page: Page) -> None:
    upload(dogs_page, DOGS[0])
    figures = dogs_page.locator("#dogs-happening figure")
    expect(figures.locator("img")).to_have_count(2)
    expect(figures.nth(1)).to_have_class("bd-seen bd-faded")
    trigger(dogs_page, "dogs").check()
    expect(figures.nth(0)).to_have_class("bd-seen bd-faded")
    expect(figures.nth(1).get_by_alt_text("The picture that both students see, with the trigger")).to_be_visible()


def test_each_card_has_the_top_five(dogs_page: Page) -> None:
    upload(dogs_page, DOGS[0])
    card = dogs_page.locator("#dogs-answers").get_by_label("Clean student")
    expect(card.locator("li.bd-top")).to_have_count(1)
    expect(card.locator("li")).to_have_count(5)


def test_click_an_example(dogs_page: Page) -> None:
    dogs_page.locator("#dogs-examples button").nth(2).click()
    expect(answer(dogs_page, "dogs", "clean")).not_to_have_text("–")


def test_clear_takes_the_answers_away(dogs_page: Page) -> None:
    upload(dogs_page, DOGS[0])
    expect(answer(dogs_page, "dogs", "clean")).not_to_have_text("–")
    dogs_page.get_by_label("Remove Image").click()
    expect(answer(dogs_page, "dogs", "clean")).to_have_text("–")
    expect(sentence(dogs_page, "dogs")).to_contain_text("Upload a dog")


def test_a_broken_file_is_told_and_the_page_goes_on(dogs_page: Page, tmp_path: Path) -> None:
    upload(dogs_page, DOGS[0])
    expect(answer(dogs_page, "dogs", "clean")).not_to_have_text("–")
    (tmp_path / "broken.png").write_text("this is not a picture")
    dogs_page.get_by_label("Remove Image").click()
    upload(dogs_page, tmp_path / "broken.png")
    expect(dogs_page.get_by_text("Send a PNG, JPEG").first).to_be_visible()
    expect(answer(dogs_page, "dogs", "clean")).to_have_text("–")
    dogs_page.locator("#dogs-examples button").nth(0).click()
    expect(answer(dogs_page, "dogs", "clean")).not_to_have_text("–")


def test_a_photo_can_be_uploaded_taken_or_pasted(dogs_page: Page) -> None:
    for source in ("Upload file", "Capture from camera", "Paste from clipboard"):
        expect(dogs_page.locator("#dogs-photo").get_by_label(source)).to_be_visible()


@wide_and_phone
def test_nothing_jumps(dogs_page: Page) -> None:
    before = at_rest(dogs_page, "#dogs-rates-section")
    upload(dogs_page, DOGS[1])
    expect(answer(dogs_page, "dogs", "clean")).not_to_have_text("–")
    trigger(dogs_page, "dogs").check()
    expect(answer(dogs_page, "dogs", "infected")).to_have_text(TARGET)
    assert at_rest(dogs_page, "#dogs-rates-section") == pytest.approx(before, abs=1)
