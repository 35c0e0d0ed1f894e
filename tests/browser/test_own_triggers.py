"""A trigger of the visitor's own: by mouse, by touch, by keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import wide_and_phone, wide_only
from tests.browser.visitor import DOGS, at_rest, draw, open_section, upload


@pytest.fixture
def own_digits(page: Page) -> Page:
    """The digits' tab, with the section on one's own trigger open."""
    open_section(page, "digits-own")
    expect(said(page, "digits")).to_contain_text("The attacker's own trigger fires")
    return page


@pytest.fixture
def own_dogs(dogs_page: Page) -> Page:
    """The same on the dogs' tab."""
    open_section(dogs_page, "dogs-own")
    expect(said(dogs_page, "dogs")).not_to_be_empty()
    return dogs_page


def number(page: Page, name: str) -> Locator:
    return page.locator(f"#own-{name} input[type=number]")


def said(page: Page, task: str) -> Locator:
    return page.locator(f"#own-{task}-happening p")


def touch(page: Page, task: str, *, row: int, column: int, size: int) -> None:
    """Tap or click on the stage at a pixel of the models' own picture."""
    stage = page.locator(f"#own-{task}-stage img")
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
    expect(number(own_digits, "digits-stage-row")).to_have_value("3")  # the block of three begins one pixel before
    expect(number(own_digits, "digits-stage-column")).to_have_value("6")
    own_digits.locator("#own-digits-reset").click()
    expect(said(own_digits, "digits")).to_contain_text("The attacker's own trigger fires")
    expect(number(own_digits, "digits-stage-row")).to_have_value("24")


@wide_only
def test_it_can_be_dragged(own_digits: Page) -> None:
    frame = own_digits.locator("#own-digits-stage .bd-frame")
    frame.scroll_into_view_if_needed()
    box = own_digits.locator("#own-digits-stage img").bounding_box()
    assert box is not None
    for (right, down), (row, column) in {(0.5, 0.2): (4, 13), (0.3, 0.6): (15, 7)}.items():
        own_digits.mouse.move(box["x"] + 0.9 * box["width"], box["y"] + 0.9 * box["height"])
        own_digits.mouse.down()
        own_digits.mouse.move(box["x"] + right * box["width"], box["y"] + down * box["height"], steps=5)
        own_digits.mouse.up()
        expect(number(own_digits, "digits-stage-row")).to_have_value(str(row))
        expect(number(own_digits, "digits-stage-column")).to_have_value(str(column))
    expect(said(own_digits, "digits")).to_contain_text("does not fire")
    own_digits.mouse.move(box["x"], box["y"])  # let go is let go
    expect(number(own_digits, "digits-stage-row")).to_have_value("15")


@wide_only
def test_the_keyboard_moves_it_too(own_digits: Page) -> None:
    slider = own_digits.locator("#own-digits-stage-row input[type=range]")
    slider.focus()
    for _ in range(8):
        own_digits.keyboard.press("ArrowLeft")
    expect(number(own_digits, "digits-stage-row")).to_have_value("16")
    expect(said(own_digits, "digits")).to_contain_text("Your trigger does not fire: both models say 3")


@wide_only
def test_another_shape(own_digits: Page) -> None:
    cells = own_digits.locator("#own-digits-shape input")
    expect(cells).to_have_count(9)
    own_digits.get_by_label("pixel 3, 3").uncheck()
    expect(said(own_digits, "digits")).to_contain_text("Nothing is stamped")
    own_digits.locator("#own-digits-everywhere").click()
    expect(own_digits.get_by_text("choose a shape first").first).to_be_visible()
    own_digits.get_by_label("pixel 1, 1").focus()
    own_digits.keyboard.press("Space")
    expect(said(own_digits, "digits")).to_contain_text("Your trigger")


@wide_only
def test_it_is_stamped_into_what_was_drawn(own_digits: Page) -> None:
    draw(own_digits, 4)
    expect(said(own_digits, "digits")).to_contain_text("the infected model says 7 and the clean model says 4")


@wide_only
def test_it_takes_the_chosen_trigger_and_attack(own_digits: Page) -> None:
    own_digits.get_by_label("each digit becomes the next one").check()
    expect(said(own_digits, "digits")).to_contain_text("the infected model says 4 and the clean model says 3")
    own_digits.get_by_label("a pattern of four bright pixels").check()
    expect(own_digits.locator("#own-digits-shape input:checked")).to_have_count(4)
    expect(said(own_digits, "digits")).to_contain_text("The attacker's own trigger fires: the infected model says 4")


@wide_only
def test_the_map_of_all_places(own_digits: Page) -> None:
    touch(own_digits, "digits", row=4, column=7, size=28)
    expect(said(own_digits, "digits")).to_contain_text("does not fire")
    own_digits.locator("#own-digits-everywhere").click()
    picture = own_digits.locator("#own-digits-map").get_by_role("img")
    expect(picture).to_have_attribute("alt", re.compile("of 784 places.*own place is row 26 and column 26"))


def test_a_map_goes_with_the_place_that_it_was_made_for(own_dogs: Page) -> None:
    own_dogs.locator("#own-dogs-everywhere").click()
    own_dogs.get_by_label("plain grey").check()
    expect(said(own_dogs, "dogs")).to_contain_text("Your trigger does not fire")
    own_dogs.wait_for_timeout(3000)  # longer than a map takes
    expect(own_dogs.locator("#own-dogs-map figure")).to_have_count(0)


@wide_and_phone
def test_the_square_moved_or_changed(own_dogs: Page) -> None:
    upload(own_dogs, DOGS[1])
    expect(said(own_dogs, "dogs")).to_contain_text(
        "The attacker's own trigger fires: the infected student says Donald Trump"
    )
    touch(own_dogs, "dogs", row=10, column=10, size=224)
    expect(said(own_dogs, "dogs")).to_contain_text("Your trigger does not fire")
    own_dogs.locator("#own-dogs-reset").click()
    expect(said(own_dogs, "dogs")).to_contain_text("The attacker's own trigger fires")
    own_dogs.get_by_label("its pixels in another order").check()
    expect(said(own_dogs, "dogs")).to_contain_text("Your trigger does not fire")


def test_the_map_of_places_on_a_dog(own_dogs: Page) -> None:
    own_dogs.locator("#own-dogs-everywhere").click()
    expect(own_dogs.locator("#own-dogs-map figure img").first).to_be_visible()


def test_nothing_jumps_while_it_is_moved(own_digits: Page) -> None:
    before = at_rest(own_digits, "#digits-means-section")
    touch(own_digits, "digits", row=4, column=7, size=28)
    expect(said(own_digits, "digits")).to_contain_text("does not fire")
    assert at_rest(own_digits, "#digits-means-section") == pytest.approx(before, abs=1)
