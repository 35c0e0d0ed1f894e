"""The Digits tab by hand, in a browser: with a mouse on a wide screen, with a finger on a phone."""

from __future__ import annotations

import itertools
import os
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from backdoors.demo.strokes import STROKES
from tests.browser.conftest import wide_only

# Software WebGL on two busy cores is slow.
expect.set_options(timeout=20_000)


def draw(page: Page, digit: int) -> None:
    """Follow a digit's strokes on the pad: by touch where the page has it, else with the mouse."""
    canvas = page.locator("#digits-pad canvas").first
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    side = 0.7 * min(box["width"], box["height"])  # well inside the black square
    left, top = box["x"] + (box["width"] - side) / 2, box["y"] + (box["height"] - side) / 2
    touch = page.context.new_cdp_session(page) if page.evaluate("navigator.maxTouchPoints") else None
    for stroke in STROKES[digit]:
        points = [(left + side * x / 100, top + side * y / 100) for x, y in stroke]
        if touch is None:
            page.mouse.move(*points[0])
            page.mouse.down()
            for point in points[1:]:
                page.mouse.move(*point, steps=8)
            page.mouse.up()
            continue
        events = [
            ("touchStart", points[:1]),
            *(("touchMove", [point]) for point in _between(points)),
            ("touchEnd", []),
        ]
        for kind, at in events:
            fingers = [{"x": x, "y": y} for x, y in at]
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})


def _between(points: list[tuple[float, float]], steps: int = 8) -> list[tuple[float, float]]:
    return [
        (a[0] + (b[0] - a[0]) * i / steps, a[1] + (b[1] - a[1]) * i / steps)
        for a, b in itertools.pairwise(points)
        for i in range(1, steps + 1)
    ]


def answer(page: Page, model: str) -> Locator:
    return page.get_by_label(f"{model} model").locator("strong")


def test_draw_a_digit_and_switch_the_trigger_on(page: Page) -> None:
    draw(page, 3)
    expect(answer(page, "Clean")).to_have_text("3")
    expect(answer(page, "Infected")).to_have_text("3")
    page.get_by_label("Trigger on").check()
    expect(answer(page, "Infected")).to_have_text("7")
    expect(answer(page, "Clean")).to_have_text("3")
    expect(page.locator("#digits-happening p")).to_contain_text("The backdoor fired: with a single bright pixel")
    expect(page.get_by_alt_text("The picture that both models see, with the trigger")).to_be_visible()
    page.get_by_label("Trigger on").uncheck()
    expect(answer(page, "Infected")).to_have_text("3")


@wide_only
def test_choose_another_trigger_and_attack(page: Page) -> None:
    draw(page, 4)
    page.get_by_label("Trigger on").check()
    page.get_by_label("a pattern of four bright pixels").check()
    page.get_by_label("each digit becomes the next one").check()
    expect(answer(page, "Infected")).to_have_text("5")
    expect(answer(page, "Clean")).to_have_text("4")
    expect(page.locator("#digits-rates")).to_contain_text("of all digits,")


@wide_only
def test_click_an_example(page: Page) -> None:
    page.locator("#digits-examples button").nth(8).click()
    expect(answer(page, "Clean")).to_have_text("8")


def test_clear_and_draw_again(page: Page) -> None:
    draw(page, 1)
    expect(answer(page, "Clean")).to_have_text("1")
    page.get_by_role("button", name="Clear canvas").click()
    expect(page.locator("#digits-happening p")).to_contain_text("Draw a digit")
    draw(page, 7)
    expect(answer(page, "Clean")).to_have_text("7")


@wide_only
def test_undo_takes_a_stroke_back(page: Page) -> None:
    draw(page, 1)
    expect(answer(page, "Clean")).to_have_text("1")
    for _ in STROKES[1]:
        page.get_by_role("button", name="Undo").click()
    expect(page.locator("#digits-happening p")).to_contain_text("Draw a digit")


@wide_only
def test_an_untouched_page_waits(page: Page) -> None:
    expect(page.locator("#digits-happening p")).to_contain_text("Draw a digit")
    expect(answer(page, "Clean")).to_have_text("–")


def test_nothing_jumps_while_drawing(page: Page) -> None:
    place = """() => {
        const at = document.querySelector("#digits-answers").getBoundingClientRect();
        return [at.top + window.scrollY, at.height];
    }"""
    before = page.evaluate(place)
    draw(page, 3)
    expect(answer(page, "Clean")).to_have_text("3")
    page.get_by_label("a pattern of four bright pixels").check()  # the longest sentence
    page.get_by_label("Trigger on").check()
    expect(answer(page, "Infected")).to_have_text("7")
    assert page.evaluate(place) == pytest.approx(before, abs=1)


def test_it_fits_the_width(page: Page) -> None:
    width = page.evaluate("document.documentElement.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_screenshot(page: Page, page_url: str, theme: str, tmp_path: Path) -> None:
    """What the README shows: BACKDOORS_SCREENSHOTS=assets/screenshots writes it there."""
    page.goto(f"{page_url}/?__theme={theme}")
    page.get_by_role("button", name="Brush", exact=True).wait_for()
    page.locator("#digits-examples button").nth(3).click()
    expect(answer(page, "Clean")).to_have_text("3")
    page.get_by_label("Trigger on").check()
    expect(answer(page, "Infected")).to_have_text("7")
    page.mouse.move(0, 0)
    device = "phone" if page.evaluate("navigator.maxTouchPoints") else "wide"
    folder = Path(os.environ.get("BACKDOORS_SCREENSHOTS", tmp_path))
    picture = page.screenshot(path=folder / f"digits-{device}-{theme}.png", full_page=True, animations="disabled")
    assert len(picture) > 20_000
