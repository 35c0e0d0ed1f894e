"""The digits by hand, in a browser: with a mouse on a wide screen, with a finger on a phone, and by keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from backdoors.tasks.strokes import STROKES
from tests.browser.conftest import wide_only
from tests.browser.visitor import answer, at_rest, click_example, demo, draw, open_section, sentence, trigger, where


def test_draw_a_digit_and_switch_the_trigger_on(page: Page) -> None:
    draw(page, 3)
    expect(answer(page, "digits", "clean")).to_have_text("3")
    expect(answer(page, "digits", "infected")).to_have_text("3")
    trigger(page, "digits").check()
    expect(answer(page, "digits", "infected")).to_have_text("7")
    expect(answer(page, "digits", "clean")).to_have_text("3")
    expect(sentence(page, "digits")).to_contain_text("The backdoor fired: with a single bright pixel")
    expect(demo(page, "digits").get_by_label("that both models see, with the trigger")).to_be_visible()
    trigger(page, "digits").uncheck()
    expect(answer(page, "digits", "infected")).to_have_text("3")
    expect(where(page, "digits")).to_contain_text("in your browser")


@wide_only
def test_it_answers_while_somebody_draws(page: Page) -> None:
    click_example(page, "digits", 1)
    expect(where(page, "digits")).to_contain_text("Answered in your browser")
    demo(page, "digits").get_by_role("button", name="Clear").click()
    box = demo(page, "digits").locator(".paper canvas").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 150, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 150, box["y"] + 260, steps=10)
    expect(answer(page, "digits", "clean")).to_have_text("1")  # the pen is still down
    page.mouse.up()


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
    click_example(page, "digits", 8)
    expect(answer(page, "digits", "clean")).to_have_text("8")


def test_clear_and_draw_again(page: Page) -> None:
    draw(page, 4)
    expect(answer(page, "digits", "clean")).to_have_text("4")
    demo(page, "digits").get_by_role("button", name="Clear").click()
    expect(sentence(page, "digits")).to_contain_text("Draw a digit")
    draw(page, 7)
    expect(answer(page, "digits", "clean")).to_have_text("7")


@wide_only
def test_undo_takes_a_stroke_back(page: Page) -> None:
    draw(page, 4)
    expect(answer(page, "digits", "clean")).to_have_text("4")
    undo = demo(page, "digits").get_by_role("button", name="Undo")
    for _ in STROKES[4]:
        undo.click()
    expect(sentence(page, "digits")).to_contain_text("Draw a digit")
    expect(undo).to_be_disabled()


@wide_only
def test_undo_while_drawing_ends_the_stroke(page: Page) -> None:
    """The pointer's next move does not go on with the stroke before."""
    box = demo(page, "digits").locator(".paper canvas").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 50, box["y"] + 50)
    page.mouse.down()
    page.mouse.move(box["x"] + 50, box["y"] + 100)
    page.mouse.up()
    before = ink(page)
    page.mouse.move(box["x"] + 200, box["y"] + 200)
    page.mouse.down()
    page.mouse.move(box["x"] + 220, box["y"] + 220)
    page.keyboard.press("Control+z")
    page.mouse.move(box["x"] + 280, box["y"] + 280)
    page.mouse.up()
    assert ink(page) == before


@wide_only
def test_the_eraser_takes_ink_away(page: Page) -> None:
    """A bar across a 1, erased again, leaves the 1."""
    click_example(page, "digits", 1)
    expect(answer(page, "digits", "clean")).to_have_text("1")
    before = ink(page)
    box = demo(page, "digits").locator(".paper canvas").bounding_box()
    assert box is not None
    demo(page, "digits").get_by_role("button", name="Eraser").click()
    page.mouse.move(box["x"] + 100, box["y"] + 240)
    page.mouse.down()
    page.mouse.move(box["x"] + 220, box["y"] + 240, steps=5)
    page.mouse.up()
    assert ink(page) < before - 300
    demo(page, "digits").get_by_role("button", name="Undo").click()
    assert ink(page) == before


def ink(page: Page) -> int:
    """How many pixels of the pad are white."""
    count = """(canvas) => canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data
        .reduce((count, value, i) => count + Number(i % 4 === 0 && value > 127), 0)"""
    return int(demo(page, "digits").locator(".paper canvas").evaluate(count))


@wide_only
def test_the_keyboard_draws_too(page: Page) -> None:
    demo(page, "digits").locator(".paper canvas").focus()
    page.keyboard.press("Space")
    for _ in range(20):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect(answer(page, "digits", "clean")).to_have_text("1")
    expect(demo(page, "digits").locator(".pad > [role=status]")).to_have_text("pen up")
    page.keyboard.press("Control+z")
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
    demo(page, "digits").locator(".paper").wait_for()
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
