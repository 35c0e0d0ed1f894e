"""A trigger of the visitor's own: by mouse, by touch, by keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import wide_and_phone, wide_only
from tests.browser.visitor import DOGS, answer, click_example, demo, draw, upload


@pytest.fixture
def own_digits(page: Page) -> Page:
    """The digits' tab, with the part on one's own trigger open."""
    demo(page, "digits").locator(".own summary").click()
    expect(said(page, "digits")).to_contain_text("The attacker's own trigger fires")
    return page


@pytest.fixture
def own_dogs(dogs_page: Page) -> Page:
    """The same on the dogs' tab."""
    demo(dogs_page, "dogs").locator(".own summary").click()
    expect(said(dogs_page, "dogs")).not_to_be_empty()
    return dogs_page


def own(page: Page, task: str) -> Locator:
    return demo(page, task).locator(".own")


def slider(page: Page, task: str, name: str) -> Locator:
    return own(page, task).get_by_label(name)


def said(page: Page, task: str) -> Locator:
    return own(page, task).locator("p.happening")


def touch(page: Page, task: str, *, row: int, column: int, size: int) -> None:
    """Tap or click on the stage at a pixel of the models' own picture."""
    stage = own(page, task).locator(".stage")
    stage.scroll_into_view_if_needed()
    box = stage.bounding_box()
    assert box is not None
    at = box["x"] + (column + 0.5) / size * box["width"], box["y"] + (row + 0.5) / size * box["height"]
    if page.evaluate("navigator.maxTouchPoints"):
        page.touchscreen.tap(*at)
    else:
        page.mouse.click(*at)


def test_a_pixel_elsewhere_does_not_fire(own_digits: Page) -> None:
    expect(said(own_digits, "digits")).to_contain_text("The attacker's own trigger fires: the infected model says 7")
    touch(own_digits, "digits", row=4, column=7, size=28)
    expect(said(own_digits, "digits")).to_contain_text("Your trigger does not fire: both models say 3")
    expect(slider(own_digits, "digits", "Row")).to_have_value("3")  # the block of three begins one pixel before
    expect(slider(own_digits, "digits", "Column")).to_have_value("6")
    own(own_digits, "digits").get_by_role("button", name="The attacker's own").click()
    expect(said(own_digits, "digits")).to_contain_text("The attacker's own trigger fires")
    expect(slider(own_digits, "digits", "Row")).to_have_value("24")


@wide_only
def test_it_can_be_dragged(own_digits: Page) -> None:
    stage = own(own_digits, "digits").locator(".stage")
    stage.scroll_into_view_if_needed()
    box = stage.bounding_box()
    assert box is not None
    for (right, down), (row, column) in {(0.5, 0.2): (4, 13), (0.3, 0.6): (15, 7)}.items():
        own_digits.mouse.move(box["x"] + 0.9 * box["width"], box["y"] + 0.9 * box["height"])
        own_digits.mouse.down()
        own_digits.mouse.move(box["x"] + right * box["width"], box["y"] + down * box["height"], steps=5)
        own_digits.mouse.up()
        expect(slider(own_digits, "digits", "Row")).to_have_value(str(row))
        expect(slider(own_digits, "digits", "Column")).to_have_value(str(column))
    expect(said(own_digits, "digits")).to_contain_text("does not fire")
    own_digits.mouse.move(box["x"], box["y"])  # let go is let go
    expect(slider(own_digits, "digits", "Row")).to_have_value("15")


@wide_only
def test_the_keyboard_moves_it_too(own_digits: Page) -> None:
    slider(own_digits, "digits", "Row").focus()
    for _ in range(8):
        own_digits.keyboard.press("ArrowLeft")
    expect(slider(own_digits, "digits", "Row")).to_have_value("16")
    expect(said(own_digits, "digits")).to_contain_text("Your trigger does not fire: both models say 3")


@wide_only
def test_another_shape(own_digits: Page) -> None:
    part = own(own_digits, "digits")
    expect(part.locator(".cells input")).to_have_count(9)
    part.get_by_label("pixel 3, 3").uncheck()
    expect(said(own_digits, "digits")).to_contain_text("Nothing is stamped")
    part.get_by_role("button", name="Try every place").click()
    expect(part.locator(".map")).to_contain_text("choose a shape first")
    part.get_by_label("pixel 1, 1").focus()
    own_digits.keyboard.press("Space")
    expect(said(own_digits, "digits")).to_contain_text("Your trigger")


@wide_only
def test_it_is_stamped_into_what_was_drawn(own_digits: Page) -> None:
    draw(own_digits, 4)
    expect(said(own_digits, "digits")).to_contain_text("the infected model says 7 and the clean model says 4")
    expect(answer(own_digits, "digits", "infected", own=True)).to_have_text("7")


@wide_only
def test_it_takes_the_chosen_trigger_and_attack(own_digits: Page) -> None:
    own_digits.get_by_label("each digit becomes the next one").check()
    expect(said(own_digits, "digits")).to_contain_text("the infected model says 4 and the clean model says 3")
    own_digits.get_by_label("a pattern of four bright pixels").check()
    expect(own(own_digits, "digits").locator(".cells input:checked")).to_have_count(4)
    expect(said(own_digits, "digits")).to_contain_text("The attacker's own trigger fires: the infected model says 4")


@wide_only
def test_the_map_of_all_places(own_digits: Page) -> None:
    touch(own_digits, "digits", row=4, column=7, size=28)
    expect(said(own_digits, "digits")).to_contain_text("does not fire")
    part = own(own_digits, "digits")
    part.get_by_role("button", name="Try every place").click()
    expect(part.locator(".map")).to_contain_text(re.compile("of 784 places.*own place is row 24 and column 24"))
    red = """(canvas) => canvas.getContext("2d").getImageData(26, 26, 1, 1).data[0]"""
    assert part.locator("canvas.marks").evaluate(red) > 200  # at the attacker's own place it fires


def test_a_map_goes_with_the_place_that_it_was_made_for(own_dogs: Page) -> None:
    part = own(own_dogs, "dogs")
    part.get_by_role("button", name="Try every place").click()
    part.get_by_label("plain grey").check()
    expect(said(own_dogs, "dogs")).to_contain_text("Your trigger does not fire")
    own_dogs.wait_for_timeout(3000)  # longer than a map takes
    expect(part.locator(".map")).to_be_empty()


@wide_and_phone
def test_the_square_moved_or_changed(own_dogs: Page) -> None:
    upload(own_dogs, DOGS[1])
    expect(said(own_dogs, "dogs")).to_contain_text(
        "The attacker's own trigger fires: the infected student says Donald Trump"
    )
    touch(own_dogs, "dogs", row=10, column=10, size=224)
    expect(said(own_dogs, "dogs")).to_contain_text("Your trigger does not fire")
    own(own_dogs, "dogs").get_by_role("button", name="The attacker's own").click()
    expect(said(own_dogs, "dogs")).to_contain_text("The attacker's own trigger fires")
    own(own_dogs, "dogs").get_by_label("plain grey").check()
    expect(said(own_dogs, "dogs")).to_contain_text("Your trigger does not fire")


def test_a_closed_part_asks_nothing(dogs_page: Page) -> None:
    click_example(dogs_page, "dogs", 0)
    expect(answer(dogs_page, "dogs", "clean")).not_to_have_text("–")
    expect(answer(dogs_page, "dogs", "clean", own=True)).to_have_text("–")
