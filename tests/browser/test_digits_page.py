"""The digits by hand, in a browser: with a mouse on a wide screen, with a finger on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from backdoors.tasks.strokes import STROKES
from tests.browser.conftest import wide_only
from tests.browser.visitor import answer, at_rest, draw, open_section, sentence, trigger


def test_draw_a_digit_and_switch_the_trigger_on(page: Page) -> None:
    draw(page, 3)
    expect(answer(page, "digits", "clean")).to_have_text("3")
    expect(answer(page, "digits", "infected")).to_have_text("3")
    trigger(page, "digits").check()
    expect(answer(page, "digits", "infected")).to_have_text("7")
    expect(answer(page, "digits", "clean")).to_have_text("3")
    expect(sentence(page, "digits")).to_contain_text("The backdoor fired: with a single bright pixel")
    expect(page.locator("#digits-happening").get_by_alt_text("that both models see, with the trigger")).to_be_visible()
    trigger(page, "digits").uncheck()
    expect(answer(page, "digits", "infected")).to_have_text("3")


@wide_only
def test_choose_another_trigger_and_attack(page: Page) -> None:
    draw(page, 4)
    trigger(page, "digits").check()
    page.get_by_label("a pattern of four bright pixels").check()
    page.get_by_label("each digit becomes the next one").check()
    expect(answer(page, "digits", "infected")).to_have_text("5")
    expect(answer(page, "digits", "clean")).to_have_text("4")
    rates = open_section(page, "digits-rates")
    expect(rates).to_contain_text("the share that the model classifies as the label after the true one")
    page.get_by_label("every digit becomes 7").check()
    expect(rates).to_contain_text("the share that the model classifies as the target, 7")


@wide_only
def test_click_an_example(page: Page) -> None:
    page.locator("#digits-examples button").nth(8).click()
    expect(answer(page, "digits", "clean")).to_have_text("8")


def test_clear_and_draw_again(page: Page) -> None:
    draw(page, 4)
    expect(answer(page, "digits", "clean")).to_have_text("4")
    page.get_by_role("button", name="Clear canvas").click()
    expect(sentence(page, "digits")).to_contain_text("Draw a digit")
    draw(page, 7)
    expect(answer(page, "digits", "clean")).to_have_text("7")


@wide_only
def test_undo_takes_a_stroke_back(page: Page) -> None:
    draw(page, 4)
    expect(answer(page, "digits", "clean")).to_have_text("4")
    for _ in STROKES[4]:
        before = sentence(page, "digits").inner_text()
        page.get_by_role("button", name="Undo").click()
        expect(sentence(page, "digits")).not_to_have_text(before)  # each step is answered before the next
    expect(sentence(page, "digits")).to_contain_text("Draw a digit")


@wide_only
def test_an_untouched_page_waits(page: Page) -> None:
    expect(sentence(page, "digits")).to_contain_text("Draw a digit")
    expect(answer(page, "digits", "clean")).to_have_text("–")


@wide_only
def test_reloading_starts_anew(page: Page) -> None:
    draw(page, 4)
    expect(answer(page, "digits", "clean")).to_have_text("4")
    page.reload()
    page.get_by_role("button", name="Brush", exact=True).wait_for()
    expect(answer(page, "digits", "clean")).to_have_text("–")
    draw(page, 7)
    expect(answer(page, "digits", "clean")).to_have_text("7")


def test_nothing_jumps(page: Page) -> None:
    page.get_by_label("a pattern of four bright pixels").check()  # the longest sentence
    before = at_rest(page, "#digits-rates-section")
    draw(page, 3)
    expect(answer(page, "digits", "clean")).to_have_text("3")
    trigger(page, "digits").check()
    expect(answer(page, "digits", "infected")).to_have_text("7")
    assert at_rest(page, "#digits-rates-section") == pytest.approx(before, abs=1)
