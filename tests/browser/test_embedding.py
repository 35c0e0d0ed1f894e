"""The demos inside somebody else's page, pasted as this page offers them, and used there."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect

from backdoors.demo.serving.address import LOCAL
from backdoors.site.embedding import iframe, tag
from backdoors.tasks import TASKS
from tests.browser.conftest import WIDE, open_page
from tests.browser.visitor import (
    DOGS,
    TARGET,
    Place,
    answer,
    click_example,
    demo,
    draw,
    overflow,
    trigger,
    upload,
    where,
)
from tests.fixtures.blog import served_blog
from tests.fixtures.page import REPOSITORY

COLUMNS = [360, 480, 635, 636, 760, 900]


def ready(place: Place, task: str) -> None:
    demo(place, task).scroll_into_view_if_needed(timeout=60_000)
    demo(place, task).locator(".paper, .sheet").wait_for()


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
    for line in (iframe(LOCAL, TASKS["digits"]), tag(LOCAL, TASKS["digits"])):
        assert f"```html\n{line}\n```" in readme


@pytest.mark.parametrize("task", ["digits", "dogs"])
def test_in_an_iframe(browser: Browser, page_url: str, task: str) -> None:
    with served_blog(iframe(page_url, TASKS[task])) as blog, open_page(browser, f"{page_url} {blog}") as page:
        page.goto(blog)
        fire(page, framed(page), task)


@pytest.mark.parametrize("task", ["digits", "dogs"])
def test_as_a_tag(browser: Browser, page_url: str, task: str) -> None:
    """From another origin, beside styles that would spoil it, and without touching the post."""
    spoil = "<style>* { color: red; font-size: 30px } button, p, canvas { display: none; border: 9px solid }</style>"
    with served_blog(spoil, tag(page_url, TASKS[task])) as blog, open_page(browser, f"{page_url} {blog}") as page:
        page.goto(blog)
        fire(page, page, task)
        expect(where(page, task)).to_contain_text("Answered in your browser")
        expect(demo(page, task).get_by_role("button", name="Show me")).to_be_visible()
        assert (
            demo(page, task).locator(".card .title").first.evaluate("(each) => getComputedStyle(each).fontSize")
            != "30px"
        )
        assert overflow(page) <= 0
        assert page.locator("h1").evaluate("(each) => getComputedStyle(each).color") == "rgb(0, 128, 0)"
        assert page.evaluate("Object.keys(window).filter((name) => /backdoor|bd/i.test(name))") == []
        story = demo(page, task).get_by_role("link", name="The whole story")
        assert story.evaluate("(link) => link.href") == f"{page_url}/?tab={task}"


def test_two_demos_in_one_post(browser: Browser, page_url: str) -> None:
    """One script serves both; the second button plays the dogs, and leaves the digits alone."""
    second = re.sub("<script.*?</script>", "", tag(page_url, TASKS["dogs"]))
    with served_blog(tag(page_url, TASKS["digits"]), second) as blog, open_page(browser, f"{page_url} {blog}") as page:
        page.goto(blog)
        ready(page, "digits")
        ready(page, "dogs")
        demo(page, "dogs").get_by_role("button", name="Show me").click()
        expect(demo(page, "dogs").locator(".show p")).to_contain_text(f"It says {TARGET}.", timeout=40_000)
        expect(answer(page, "digits", "clean")).to_have_text("–")
        fire(page, page, "digits")


def test_the_same_demo_twice(browser: Browser, page_url: str) -> None:
    """What is chosen in one is not chosen in the other."""
    line = tag(page_url, TASKS["digits"])
    with served_blog(line, line) as blog, open_page(browser, f"{page_url} {blog}") as page:
        page.goto(blog)
        first, other = (demo(page, "digits").nth(i) for i in (0, 1))
        for each in (first, other):
            each.scroll_into_view_if_needed()
            each.locator(".paper").wait_for()
        other.get_by_label("each digit becomes the next one").check()
        expect(first.get_by_label("every digit becomes 7")).to_be_checked()
        other.locator(".examples button").nth(2).click()
        expect(other.locator(".cards strong").first).to_have_text("2")
        expect(first.locator(".cards strong").first).to_have_text("–")


def test_it_loads_when_it_is_scrolled_to(browser: Browser, page_url: str) -> None:
    asked: list[str] = []
    lines = ('<div style="height: 3000px"></div>', tag(page_url, TASKS["digits"]))
    with served_blog(*lines) as blog, open_page(browser, f"{page_url} {blog}") as page:
        page.on("request", lambda request: asked.append(request.url.removeprefix(page_url)))
        page.goto(blog)
        page.wait_for_timeout(1500)
        assert [path for path in asked if not path.startswith(blog)] == ["/backdoor-demo.js"]
        ready(page, "digits")
        click_example(page, "digits", 3)
        expect(answer(page, "digits", "clean")).to_have_text("3")


def test_under_a_strict_content_security_policy(browser: Browser, page_url: str) -> None:
    """The directives that the page names, and no others."""
    policy = f"default-src 'none'; script-src {page_url} blob: 'wasm-unsafe-eval'; connect-src {page_url}"
    with (
        served_blog(tag(page_url, TASKS["digits"]), policy=policy) as blog,
        open_page(browser, f"{page_url} {blog}", expected="inline style") as page,  # the blog's own, which it forbids
    ):
        page.goto(blog)
        fire(page, page, "digits")
        expect(where(page, "digits")).to_contain_text("Answered in your browser")


def test_a_policy_that_forbids_webassembly_is_answered_by_the_server(browser: Browser, page_url: str) -> None:
    policy = f"script-src {page_url}; connect-src {page_url}"
    with (
        served_blog(tag(page_url, TASKS["digits"]), policy=policy) as blog,
        open_page(browser, f"{page_url} {blog}", expected="Content Security Policy") as page,
    ):
        page.goto(blog)
        fire(page, page, "digits")
        expect(where(page, "digits")).to_contain_text("Answered by the server")


@pytest.mark.parametrize("task", ["digits", "dogs"])
def test_no_scroll_bars(browser: Browser, page_url: str, task: str) -> None:
    """In columns of 360 to 900 pixels, with the longest texts that the demo shows."""
    with served_blog(iframe(page_url, TASKS[task])) as blog, open_page(browser, f"{page_url} {blog}") as page:
        page.goto(blog)
        fire(page, framed(page), task)
        page.wait_for_timeout(1000)
        found = {}
        for width in COLUMNS:
            page.evaluate(f"document.body.style.width = '{width}px'")
            page.wait_for_timeout(300)
            found[width] = room(page)
    assert all(wide <= 0 and high <= 0 for wide, high in found.values()), found


@pytest.mark.parametrize(("theme", "bright"), [("light", True), ("dark", False)])
@pytest.mark.parametrize("system", ["light", "dark"])
def test_light_and_dark(browser: Browser, page_url: str, theme: str, bright: bool, system: str) -> None:
    """The attribute decides, and not the reader's system."""
    with open_page(browser, page_url) as page:
        page.emulate_media(color_scheme=system)  # type: ignore[arg-type]
        page.goto(f"{page_url}/dogs?__theme={theme}")
        ready(page, "dogs")
        ink = page.locator(".title").first.evaluate("(each) => getComputedStyle(each).color.match(/\\d+/)[0]")
    assert (int(ink) < 100) == bright


@pytest.mark.parametrize("system", ["light", "dark"])
def test_without_the_attribute_the_readers_system_decides(browser: Browser, page_url: str, system: str) -> None:
    with open_page(browser, page_url) as page:
        page.emulate_media(color_scheme=system)  # type: ignore[arg-type]
        page.goto(f"{page_url}/dogs/")
        ready(page, "dogs")
        ink = page.locator(".title").first.evaluate("(each) => getComputedStyle(each).color.match(/\\d+/)[0]")
    assert (int(ink) < 100) == (system == "light")


def test_it_is_the_demo_and_nothing_else(browser: Browser, page_url: str) -> None:
    with open_page(browser, page_url, WIDE) as page:
        page.goto(f"{page_url}/digits/")
        ready(page, "digits")
        expect(page.locator("footer")).to_have_count(0)
        assert page.title() == "Draw a digit, watch a backdoor fire"
