"""The demos inside somebody else's page, pasted as this page offers them, and used there."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect

from backdoors.demo.serving.address import LOCAL
from backdoors.demo.serving.embed_lines import component, iframe
from backdoors.tasks import TASKS
from tests.browser.conftest import WIDE, open_page
from tests.browser.visitor import DOGS, TARGET, Place, answer, draw, overflow, trigger, upload
from tests.fixtures.blog import served_blog
from tests.fixtures.page import REPOSITORY

COLUMNS = [360, 480, 631, 632, 760, 900]


def ready(place: Place, task: str) -> None:
    waits_for = {"digits": place.get_by_role("button", name="Brush", exact=True), "dogs": place.locator("#dogs-photo")}
    waits_for[task].scroll_into_view_if_needed(timeout=60_000)
    waits_for[task].wait_for()


def fire(page: Page, place: Place, task: str) -> None:
    """Make the backdoor fire, as a visitor of the blog does."""
    ready(place, task)
    if task == "digits":
        draw(page, 3, inside=place)
    else:
        upload(place, DOGS[1])
    target = {"digits": "7", "dogs": TARGET}[task]
    expect(answer(place, task, "infected")).not_to_have_text(re.compile(f"–|{target}"))
    trigger(place, task).check()
    expect(answer(place, task, "infected")).to_have_text(target)
    expect(answer(place, task, "clean")).not_to_have_text(target)


def framed(page: Page) -> FrameLocator:
    page.locator("iframe").scroll_into_view_if_needed()
    return page.frame_locator("iframe")


def room(page: Page) -> tuple[float, float]:
    """How many pixels the framed page is wider and higher than its frame."""
    frame = page.frames[1]
    wide, high = frame.evaluate(
        "(({scrollWidth, clientWidth, scrollHeight, clientHeight}) => "
        "[scrollWidth - clientWidth, scrollHeight - clientHeight])(document.documentElement)"
    )
    return float(wide), float(high)


def test_the_readmes_print_the_same() -> None:
    readme = "".join((REPOSITORY / path / "README.md").read_text(encoding="utf-8") for path in ("", "backdoors/demo"))
    for line in (iframe(LOCAL, TASKS["digits"]), component(LOCAL, TASKS["digits"])):
        assert f"```html\n{line}\n```" in readme


@pytest.mark.parametrize("task", ["digits", "dogs"])
def test_in_an_iframe(browser: Browser, page_url: str, task: str) -> None:
    with served_blog(iframe(page_url, TASKS[task])) as blog, open_page(browser, f"{page_url} {blog}") as page:
        page.goto(blog)
        fire(page, framed(page), task)


@pytest.mark.parametrize("task", ["digits", "dogs"])
def test_as_a_component(browser: Browser, page_url: str, task: str) -> None:
    with served_blog(component(page_url, TASKS[task])) as blog, open_page(browser, f"{page_url} {blog}") as page:
        page.goto(blog)
        page.locator("gradio-app").scroll_into_view_if_needed()
        fire(page, page.locator("gradio-app"), task)
        assert overflow(page) <= 0
        assert page.locator("h1").evaluate("(each) => getComputedStyle(each).color") == "rgb(0, 128, 0)"


def test_each_show_me_plays_its_own_demo(browser: Browser, page_url: str) -> None:
    """Both components in one post: the second button plays the dogs, and tells it beside them."""
    lines = (component(page_url, TASKS["digits"]), component(page_url, TASKS["dogs"]))
    with served_blog(*lines) as blog, open_page(browser, f"{page_url} {blog}") as page:
        page.goto(blog)
        post = page.locator("gradio-app").nth(1)
        ready(post, "dogs")
        post.get_by_role("button", name="Show me").click()
        expect(post.locator(".bd-embedded .bd-show p")).to_contain_text(f"It says {TARGET}.", timeout=40_000)
        expect(answer(page, "digits", "clean")).to_have_text("–")


@pytest.mark.parametrize("task", ["digits", "dogs"])
def test_no_scroll_bars(browser: Browser, page_url: str, task: str) -> None:
    """In columns of 360 to 900 pixels, with the longest texts that the demo shows."""
    with served_blog(iframe(page_url, TASKS[task])) as blog, open_page(browser, f"{page_url} {blog}") as page:
        page.goto(blog)
        fire(page, framed(page), task)
        found = {}
        for width in COLUMNS:
            page.evaluate(f"document.body.style.width = '{width}px'")
            page.wait_for_timeout(500)
            found[width] = room(page)
    assert all(wide <= 0 and high <= 0 for wide, high in found.values()), found


@pytest.mark.parametrize(("theme", "bright"), [("light", True), ("dark", False)])
def test_light_and_dark(browser: Browser, page_url: str, theme: str, bright: bool) -> None:
    with open_page(browser, page_url) as page:
        page.goto(f"{page_url}/dogs?__theme={theme}")
        ready(page, "dogs")
        ink = page.locator(".bd-title").first.evaluate("(each) => getComputedStyle(each).color.match(/\\d+/)[0]")
    assert (int(ink) < 100) == bright


def test_it_is_the_demo_and_nothing_else(browser: Browser, page_url: str) -> None:
    with open_page(browser, page_url, WIDE) as page:
        page.goto(f"{page_url}/digits/")
        ready(page, "digits")
        expect(page.locator("h1, h2, footer")).to_have_count(0)
        assert page.title() == "Draw a digit, watch a backdoor fire"
        story = page.get_by_role("link", name="The whole story")
        assert story.evaluate("(link) => link.href") == f"{page_url}/?tab=digits"
