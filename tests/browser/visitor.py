"""What a visitor does with a demo, and where they read what came of it; also inside a frame of another page."""

from __future__ import annotations

import itertools
from pathlib import Path

from playwright.sync_api import FrameLocator, Locator, Page, expect

from backdoors.tasks import TASKS
from backdoors.tasks.strokes import STROKES
from tests.fixtures.page import REPOSITORY

expect.set_options(timeout=20_000)

DOGS = sorted((REPOSITORY / "assets" / "examples" / "dogs").glob("*.jpg"))
TARGET = "Donald Trump"

_STEPS = 3  # between two points of a stroke

Place = Page | FrameLocator | Locator
"""The page, or the part of one that holds a demo."""


def demo(place: Place, task: str) -> Locator:
    """The element; what is in its shadow is found below it."""
    return place.locator(f"backdoor-demo[task={task}]")


def draw(page: Page, digit: int, *, inside: Place | None = None) -> None:
    """Follow a digit's strokes on the pad: by touch where the page has it, else with the mouse.

    Args:
        inside: where the demo is, if not on the page itself.
    """
    canvas = demo(inside or page, "digits").locator(".paper canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    touch = page.context.new_cdp_session(page) if page.evaluate("navigator.maxTouchPoints") else None
    for stroke in STROKES[digit]:
        points = [(box["x"] + box["width"] * x / 100, box["y"] + box["height"] * y / 100) for x, y in stroke]
        if touch is None:
            page.mouse.move(*points[0])
            page.mouse.down()
            for point in points[1:]:
                page.mouse.move(*point, steps=_STEPS)
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


def _between(points: list[tuple[float, float]], steps: int = _STEPS) -> list[tuple[float, float]]:
    return [
        (a[0] + (b[0] - a[0]) * i / steps, a[1] + (b[1] - a[1]) * i / steps)
        for a, b in itertools.pairwise(points)
        for i in range(1, steps + 1)
    ]


def open_tab(page: Page, name: str) -> None:
    """Change to a tab, and wait until it is there."""
    page.locator(f"#tab-{name}-button").click()
    page.locator(f"#tab-{name}").wait_for()


def open_section(page: Page, elem_id: str) -> Locator:
    """Open a section of a demo's story, unless it is open; returns what is in it."""
    section = page.locator(f"#{elem_id}-section")
    button = section.locator("> button")
    if "open" not in (button.get_attribute("class") or "").split():
        button.click()
    expect(section.locator(".bd-section")).to_be_visible()
    return section


def click_example(place: Place, task: str, number: int) -> None:
    """Click one of the examples, counted from 0."""
    demo(place, task).locator(".examples button").nth(number).click()


def answer(place: Place, task: str, model: str, *, own: bool = False) -> Locator:
    """The label in a card.

    Args:
        model: clean or infected.
        own: of the visitor's own trigger.
    """
    part = demo(place, task).locator(".own .cards" if own else ".demo > .columns .cards")
    return part.get_by_label(f"{model.title()} {TASKS[task].words.network}").locator("strong")


def trigger(place: Place, task: str) -> Locator:
    """The switch that it is all about."""
    return demo(place, task).get_by_role("switch")


def sentence(place: Place, task: str) -> Locator:
    """What the demo says has happened."""
    return demo(place, task).locator(".demo > .columns div.happening p")


def where(place: Place, task: str) -> Locator:
    """Where the demo says that it was answered."""
    return demo(place, task).locator(".where")


def upload(place: Place, file: Path) -> None:
    """Choose a photo of a dog from the disk."""
    demo(place, "dogs").locator("input[type=file]").set_input_files(file)


def at_rest(page: Page, selector: str) -> float:
    """Where something begins, in pixels from the top, once it stays there: the page is built piece by piece."""
    where = f"() => document.querySelector({selector!r}).getBoundingClientRect().top + window.scrollY"
    now, before = page.evaluate(where), None
    while now != before:
        page.wait_for_timeout(700)
        now, before = page.evaluate(where), now
    return float(now)


def overflow(page: Page) -> float:
    """By how many pixels the page is wider than the window."""
    return float(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
