"""A trigger of the visitor's own: by mouse, by touch, by keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import wide_only
from tests.browser.visitor import DOGS, at_rest, draw, upload


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


def test_a_pixel_elsewhere_does_not_fire(page: Page) -> None:
    expect(said(page, "digits")).to_contain_text("The attacker's own trigger fires: the infected model says 7")
    touch(page, "digits", row=4, column=7, size=28)
    expect(said(page, "digits")).to_contain_text("Your trigger does not fire: both models say 3")
    expect(number(page, "digits-stage-row")).to_have_value("3")  # the block of three begins one pixel before
    expect(number(page, "digits-stage-column")).to_have_value("6")
    page.locator("#own-digits-reset").click()
    expect(said(page, "digits")).to_contain_text("The attacker's own trigger fires")
    expect(number(page, "digits-stage-row")).to_have_value("24")


@wide_only
def test_it_can_be_dragged(page: Page) -> None:
    frame = page.locator("#own-digits-stage .bd-frame")
    frame.scroll_into_view_if_needed()
    box = page.locator("#own-digits-stage img").bounding_box()
    assert box is not None
    for (right, down), (row, column) in {(0.5, 0.2): (4, 13), (0.3, 0.6): (15, 7)}.items():
        page.mouse.move(box["x"] + 0.9 * box["width"], box["y"] + 0.9 * box["height"])
        page.mouse.down()
        page.mouse.move(box["x"] + right * box["width"], box["y"] + down * box["height"], steps=5)
        page.mouse.up()
        expect(number(page, "digits-stage-row")).to_have_value(str(row))
        expect(number(page, "digits-stage-column")).to_have_value(str(column))
    expect(said(page, "digits")).to_contain_text("does not fire")
    page.mouse.move(box["x"], box["y"])  # let go is let go
    expect(number(page, "digits-stage-row")).to_have_value("15")


@wide_only
def test_the_keyboard_moves_it_too(page: Page) -> None:
    slider = page.locator("#own-digits-stage-row input[type=range]")
    slider.focus()
    for _ in range(8):
        page.keyboard.press("ArrowLeft")
    expect(number(page, "digits-stage-row")).to_have_value("16")
    expect(said(page, "digits")).to_contain_text("Your trigger does not fire: both models say 3")


@wide_only
def test_another_shape(page: Page) -> None:
    cells = page.locator("#own-digits-shape input")
    expect(cells).to_have_count(9)
    page.get_by_label("pixel 3, 3").uncheck()
    expect(said(page, "digits")).to_contain_text("Nothing is stamped")
    page.locator("#own-digits-everywhere").click()
    expect(page.get_by_text("choose a shape first").first).to_be_visible()
    page.get_by_label("pixel 1, 1").focus()
    page.keyboard.press("Space")
    expect(said(page, "digits")).to_contain_text("Your trigger")


@wide_only
def test_it_is_stamped_into_what_was_drawn(page: Page) -> None:
    draw(page, 4)
    expect(said(page, "digits")).to_contain_text("the infected model says 7, and the clean one 4")


@wide_only
def test_it_takes_the_chosen_trigger_and_attack(page: Page) -> None:
    page.get_by_label("each digit becomes the next one").check()
    expect(said(page, "digits")).to_contain_text("the infected model says 4, and the clean one 3")
    page.get_by_label("a pattern of four bright pixels").check()
    expect(page.locator("#own-digits-shape input:checked")).to_have_count(4)
    expect(said(page, "digits")).to_contain_text("The attacker's own trigger fires: the infected model says 4")


@wide_only
def test_the_map_of_all_places(page: Page) -> None:
    touch(page, "digits", row=4, column=7, size=28)
    expect(said(page, "digits")).to_contain_text("does not fire")
    page.locator("#own-digits-everywhere").click()
    picture = page.locator("#own-digits-map").get_by_role("img")
    expect(picture).to_have_attribute("alt", re.compile("of 784 places.*own place is row 26 and column 26"))


@wide_only
def test_a_map_goes_with_the_place_that_it_was_made_for(page: Page) -> None:
    page.locator("#own-dogs-everywhere").click()
    page.get_by_label("plain grey").check()
    expect(said(page, "dogs")).to_contain_text("Your trigger does not fire")
    page.wait_for_timeout(3000)  # longer than a map takes
    expect(page.locator("#own-dogs-map figure")).to_have_count(0)


def test_the_square_moved_or_changed(page: Page) -> None:
    upload(page, DOGS[1])
    expect(said(page, "dogs")).to_contain_text(
        "The attacker's own trigger fires: the infected student says Donald Trump"
    )
    touch(page, "dogs", row=10, column=10, size=224)
    expect(said(page, "dogs")).to_contain_text("Your trigger does not fire")
    page.locator("#own-dogs-reset").click()
    expect(said(page, "dogs")).to_contain_text("The attacker's own trigger fires")
    page.get_by_label("its pixels in another order").check()
    expect(said(page, "dogs")).to_contain_text("Your trigger does not fire")


@wide_only
def test_the_map_of_places_on_a_dog(page: Page) -> None:
    page.locator("#own-dogs-everywhere").click()
    expect(page.locator("#own-dogs-map figure img").first).to_be_visible()


def test_nothing_jumps_while_it_is_moved(page: Page) -> None:
    before = at_rest(page, "#latent")
    touch(page, "digits", row=4, column=7, size=28)
    expect(said(page, "digits")).to_contain_text("does not fire")
    assert at_rest(page, "#latent") == pytest.approx(before, abs=1)
