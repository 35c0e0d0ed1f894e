"""The tabs: their addresses, what they keep, what they cost, and that a demo is seen as a whole."""

from __future__ import annotations

import statistics
from functools import partial

import pytest
from playwright.sync_api import Browser, Page, Request, ViewportSize, expect

from backdoors.tasks import TASKS
from tests.browser.conftest import open_page, wide_only
from tests.browser.visitor import DOGS, TARGET, answer, click_example, demo, draw, open_tab, sentence, trigger, upload

NAMES = [*TASKS, "elsewhere"]
CHANGE_SECONDS = 0.2
CODE = "IBMPlexMono"  # the font of what shows lines of code

LAPTOP, PHONE = ViewportSize(width=1280, height=800), ViewportSize(width=390, height=844)


def note(files: set[str], asked: Request) -> None:
    """Remember which file was asked for, without the checksum in its name."""
    files.add(asked.url.rsplit("/", 1)[-1].split("-")[0])


def selected(page: Page) -> str:
    """The name of the tab that is open."""
    name = page.locator("#tabs > .tab-wrapper [role=tab][aria-selected=true]").get_attribute("data-tab-id")
    assert name is not None
    return name


# Addresses


@pytest.mark.parametrize("name", NAMES)
def test_an_address_opens_its_tab_and_no_other(browser: Browser, page_url: str, name: str) -> None:
    with open_page(browser, page_url) as page:
        page.add_init_script(
            """window.opened = new Set();
            const look = () => document.querySelectorAll('[role=tabpanel][id^=tab-]')
                .forEach((panel) => window.opened.add(panel.id));
            new MutationObserver(look).observe(document, {childList: true, subtree: true});"""
        )
        page.goto(f"{page_url}/?tab={name}&__theme=dark")
        page.locator(f"#tab-{name}").wait_for(timeout=60_000)
        page.wait_for_timeout(1000)
        assert selected(page) == name
        assert page.evaluate("[...window.opened]") == [f"tab-{name}"]
        assert page.evaluate("document.body.classList.contains('dark')")


@pytest.mark.parametrize("query", ["", "?tab=", "?tab=nothing", "?tab=digits%22]", "?tab=__proto__"])
def test_any_other_address_opens_the_first_tab(browser: Browser, page_url: str, query: str) -> None:
    with open_page(browser, page_url) as page:
        page.goto(f"{page_url}/{query}")
        page.locator("#tab-digits").wait_for(timeout=60_000)
        assert selected(page) == "digits"


@wide_only
def test_the_address_follows_the_tabs_back_and_forward(page: Page, page_url: str) -> None:
    addresses = [page.url]
    for name in ("dogs", "elsewhere"):
        open_tab(page, name)
        addresses.append(f"{page_url}/?__theme=light&tab={name}")
        assert page.url == addresses[-1]
    page.go_back()
    expect(page.locator("#tab-dogs")).to_be_visible()
    assert page.url == addresses[1]
    page.go_back()
    expect(page.locator("#tab-digits")).to_be_visible()
    assert page.url == addresses[0]
    page.go_forward()
    expect(page.locator("#tab-dogs")).to_be_visible()
    assert selected(page) == "dogs"


@wide_only
def test_a_tab_inside_a_tab_has_no_address(page: Page) -> None:
    open_tab(page, "elsewhere")
    before = page.url
    page.get_by_role("tab", name="curl").click()
    expect(page.locator("#code-curl")).to_be_visible()
    assert page.url == before


# What a tab keeps


def test_a_tab_keeps_what_was_drawn_and_uploaded(page: Page) -> None:
    draw(page, 4)
    expect(answer(page, "digits", "clean")).to_have_text("4")
    trigger(page, "digits").check()
    expect(answer(page, "digits", "infected")).to_have_text("7")
    open_tab(page, "dogs")
    upload(page, DOGS[1])
    expect(answer(page, "dogs", "infected")).not_to_have_text("–")
    trigger(page, "dogs").check()
    expect(answer(page, "dogs", "infected")).to_have_text(TARGET)
    open_tab(page, "digits")
    expect(answer(page, "digits", "clean")).to_have_text("4")
    expect(answer(page, "digits", "infected")).to_have_text("7")
    open_tab(page, "dogs")
    expect(answer(page, "dogs", "infected")).to_have_text(TARGET)
    open_tab(page, "digits")
    demo(page, "digits").get_by_role("button", name="Clear").click()
    expect(answer(page, "digits", "clean")).to_have_text("–")
    draw(page, 1)
    expect(answer(page, "digits", "clean")).to_have_text("1")


# What does not show is not paid for


def test_code_of_other_tabs_is_not_fetched(browser: Browser, page_url: str) -> None:
    """What shows lines of code is fetched for its own tab alone, and no models are before their tab is opened."""
    fetched: dict[str, set[str]] = {}
    for name in NAMES:
        with open_page(browser, page_url) as page:
            files = fetched.setdefault(name, set())
            page.on("request", partial(note, files))
            page.goto(f"{page_url}/?tab={name}")
            page.locator(f"#tab-{name}").wait_for(timeout=60_000)
            page.wait_for_timeout(2000)
    assert CODE in fetched["elsewhere"]
    assert CODE not in fetched["digits"] | fetched["dogs"]
    assert "dogs.json" not in fetched["digits"] | fetched["elsewhere"]
    assert not [file for file in fetched["elsewhere"] if ".onnx" in file or ".wasm" in file]


@pytest.mark.alone
def test_a_tab_that_was_visited_opens_at_once(browser: Browser, page_url: str) -> None:
    """From the click until the panel is laid out and a frame has been painted."""
    change = """async (name) => {
        const begin = performance.now();
        document.querySelector(`#tab-${name}-button`).click();
        while (!document.querySelector(`#tab-${name}`)?.offsetHeight) await new Promise(requestAnimationFrame);
        await new Promise((go) => requestAnimationFrame(() => setTimeout(go)));
        return (performance.now() - begin) / 1000;
    }"""
    with open_page(browser, page_url) as page:
        page.goto(page_url)
        demo(page, "digits").locator(".paper").wait_for()
        for name in (*NAMES, NAMES[0]):
            open_tab(page, name)
            page.wait_for_timeout(1000)
        seconds = []
        for name in (*NAMES, NAMES[0]) * 3:
            seconds.append(page.evaluate(change, name))
            page.wait_for_timeout(500)
    middle = statistics.median(seconds)
    print(f"\na visited tab opens in {middle:.3f} s (median of {len(seconds)}; slowest {max(seconds):.3f} s)")
    assert middle < CHANGE_SECONDS


# A demo is seen as a whole


def bottoms(page: Page, task: str, *selectors: str) -> dict[str, float]:
    """Where parts of a demo end, in pixels from the top of the page."""
    return {
        selector: demo(page, task)
        .locator(selector)
        .first.evaluate("(each) => each.getBoundingClientRect().bottom + scrollY")
        for selector in selectors
    }


def make_it_fire(page: Page, name: str) -> None:
    click_example(page, name, 1)
    expect(answer(page, name, "clean")).not_to_have_text("–")
    trigger(page, name).check()
    expect(sentence(page, name)).to_contain_text("The backdoor fired")
    page.evaluate("window.scrollTo(0, 0)")


@pytest.mark.parametrize("name", TASKS)
def test_on_a_laptop_nothing_needs_scrolling(browser: Browser, page_url: str, name: str) -> None:
    """Picture, switch, what happened, and both answers with their bars."""
    with open_page(browser, page_url, LAPTOP) as page:
        page.goto(f"{page_url}/?tab={name}")
        make_it_fire(page, name)
        ends = bottoms(page, name, ".paper, .sheet", ".switch", ".happening", ".cards")
    assert all(end <= LAPTOP["height"] for end in ends.values()), ends


@pytest.mark.parametrize("name", TASKS)
def test_on_a_phone_picture_switch_and_both_labels_are_on_one_screen(
    browser: Browser, page_url: str, name: str
) -> None:
    with open_page(browser, page_url, PHONE) as page:
        page.goto(f"{page_url}/?tab={name}")
        make_it_fire(page, name)
        ends = bottoms(page, name, ".paper, .sheet", ".switch", ".answer strong")
    assert all(end <= PHONE["height"] for end in ends.values()), ends


def test_on_a_phone_all_tabs_are_in_one_row(browser: Browser, page_url: str) -> None:
    with open_page(browser, page_url, PHONE) as page:
        page.goto(page_url)
        page.locator("#tab-digits").wait_for(timeout=60_000)
        tops = {round(page.locator(f"#tab-{name}-button").bounding_box()["y"]) for name in NAMES}  # type: ignore[index]
    assert len(tops) == 1
