"""What teachers and bloggers take along: a link that brings back the screen, a picture for slides, and "Show me"."""

from __future__ import annotations

import io
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import open_page, wide_only
from tests.browser.visitor import (
    DOGS,
    TARGET,
    answer,
    click_example,
    demo,
    draw,
    open_tab,
    sentence,
    trigger,
    upload,
)


def link_of(page: Page, task: str) -> str:
    """Copy the link, and read it where it is shown."""
    demo(page, task).get_by_role("button", name="Copy link").click()
    field = demo(page, task).get_by_label("The link")
    expect(field).to_be_visible()
    return field.input_value()


def pixels(page: Page) -> list[int]:
    """The pad, pixel for pixel."""
    read = "(canvas) => [...canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data]"
    return list(demo(page, "digits").locator(".paper canvas").evaluate(read))


def test_a_link_brings_a_drawing_back(page: Page, browser: Browser, page_url: str) -> None:
    draw(page, 4)
    trigger(page, "digits").check()
    page.get_by_label("a pattern of four bright pixels").check()
    page.get_by_label("each digit becomes the next one").check()
    expect(answer(page, "digits", "infected")).to_have_text("5")
    link, drawn = link_of(page, "digits"), pixels(page)
    with open_page(browser, page_url) as other:
        other.goto(link)
        expect(answer(other, "digits", "infected")).to_have_text("5")
        expect(trigger(other, "digits")).to_be_checked()
        expect(other.get_by_label("a pattern of four bright pixels")).to_be_checked()
        assert pixels(other) == drawn


@wide_only
def test_a_link_brings_a_trigger_of_ones_own_back(page: Page, browser: Browser, page_url: str) -> None:
    click_example(page, "digits", 3)
    own = demo(page, "digits").locator(".own")
    own.locator("summary").click()
    own.get_by_label("pixel 1, 1").check()
    own.get_by_label("Row").fill("5")
    said = own.locator("p.happening")
    expect(said).to_contain_text("Your trigger does not fire: both models say 3")
    link = link_of(page, "digits")
    with open_page(browser, page_url) as other:
        other.goto(link)
        again = demo(other, "digits").locator(".own")
        expect(again.locator("p.happening")).to_contain_text("Your trigger does not fire: both models say 3")
        expect(again.get_by_label("Row")).to_have_value("5")
        expect(again.locator(".cells input:checked")).to_have_count(2)


def test_a_link_brings_an_example_back_on_static_files(browser: Browser, static_url: str) -> None:
    with open_page(browser, static_url) as page:
        page.goto(f"{static_url}?tab=dogs")
        click_example(page, "dogs", 1)
        trigger(page, "dogs").check()
        expect(answer(page, "dogs", "infected")).to_have_text(TARGET)
        link = link_of(page, "dogs")
        upload(page, DOGS[0])
        expect(answer(page, "dogs", "infected")).to_have_text(TARGET)
        demo(page, "dogs").get_by_role("button", name="Copy link").click()
        expect(demo(page, "dogs").locator(".linked")).to_contain_text("It does not hold your own photo")
    assert link.startswith(f"{static_url}?tab=dogs#demo=dogs&")
    with open_page(browser, static_url) as other:
        other.goto(link)
        expect(answer(other, "dogs", "infected")).to_have_text(TARGET)


@pytest.mark.parametrize(
    "hash", ["demo=digits&strokes=!!!&trigger=nothing&attack=x&own=99999,1,2", "demo=digits&strokes=AAD"]
)
def test_a_broken_link_shows_the_demo_as_it_is_at_first(browser: Browser, static_url: str, hash: str) -> None:
    with open_page(browser, static_url) as page:
        page.goto(f"{static_url}#{hash}")
        expect(sentence(page, "digits")).to_contain_text("Draw a digit")
        click_example(page, "digits", 5)
        expect(answer(page, "digits", "clean")).to_have_text("5")


@wide_only
def test_a_link_from_a_post_leads_to_the_whole_page(page: Page, browser: Browser, page_url: str) -> None:
    with open_page(browser, page_url) as post:
        post.goto(f"{page_url}/digits/")
        click_example(post, "digits", 2)
        link = link_of(post, "digits")
    assert link.startswith(f"{page_url}/?tab=digits#demo=digits&")
    page.goto(link)
    page.reload()
    expect(answer(page, "digits", "clean")).to_have_text("2")


@wide_only
def test_both_answers_are_saved_as_a_picture(page: Page, tmp_path: Path) -> None:
    click_example(page, "digits", 3)
    trigger(page, "digits").check()
    expect(answer(page, "digits", "infected")).to_have_text("7")
    with page.expect_download() as download:
        demo(page, "digits").get_by_role("button", name="Save as picture").click()
    assert download.value.suggested_filename == "backdoor-digits.png"
    download.value.save_as(tmp_path / "slide.png")
    slide = Image.open(io.BytesIO((tmp_path / "slide.png").read_bytes())).convert("RGB")
    assert slide.size == (1200, 675)
    shown = np.asarray(slide)[110:470, 40:400]  # the picture that the models see
    assert 0.05 < (shown.min(axis=-1) > 127).mean() < 0.3  # a digit, white on black
    reds = np.asarray(slide).astype(int)[115:600, 820:1160]
    assert (
        (reds[..., 0] - reds[..., 1]) > 100
    ).sum() > 1000  # the infected model's label and bar are in the alarm's colour


@wide_only
def test_a_picture_needs_an_answer(page: Page) -> None:
    expect(demo(page, "digits").get_by_role("button", name="Save as picture")).to_be_disabled()


def test_show_me_plays_the_digits(page: Page) -> None:
    demo(page, "digits").get_by_role("button", name="Show me").click()
    caption = demo(page, "digits").locator(".show p")
    expect(caption).to_contain_text("Both models say 3.", timeout=40_000)
    expect(caption).to_contain_text("The infected model says 7 now. The clean one still says 3.")
    expect(caption).to_contain_text("Now it is your turn")
    expect(caption).to_have_count(0)


@wide_only
def test_show_me_begins_anew_whatever_was_there(page: Page) -> None:
    """Another trigger and attack, the switch on, another dog: what it says is still true."""
    open_tab(page, "dogs")
    click_example(page, "dogs", 2)
    expect(answer(page, "dogs", "clean")).not_to_have_text("–")
    trigger(page, "dogs").check()
    demo(page, "dogs").get_by_role("button", name="Show me").click()
    caption = demo(page, "dogs").locator(".show p")
    expect(caption).to_contain_text("Both students say Pembroke.", timeout=60_000)
    expect(caption).to_contain_text(f"It says {TARGET}.", timeout=40_000)
    open_tab(page, "digits")
    page.get_by_label("a pattern of four bright pixels").check()
    page.get_by_label("each digit becomes the next one").check()
    trigger(page, "digits").check()
    demo(page, "digits").get_by_role("button", name="Show me").click()
    expect(demo(page, "digits").locator(".show p")).to_contain_text("The infected model says 7 now.", timeout=60_000)


@wide_only
@pytest.mark.parametrize("how", ["Escape", "Stop"])
def test_show_me_can_be_stopped(page: Page, how: str) -> None:
    demo(page, "digits").get_by_role("button", name="Show me").click()
    bar = demo(page, "digits").locator(".show")
    expect(bar.locator("p")).not_to_be_empty()
    if how == "Escape":
        page.keyboard.press("Escape")
    else:
        bar.get_by_role("button", name="Stop").click()
    expect(bar).to_have_count(0)
    draw(page, 7)  # nothing was drawn yet, and the demo is the visitor's again
    expect(answer(page, "digits", "clean")).to_have_text("7")


def test_link_previews(browser: Browser, static_url: str) -> None:
    with open_page(browser, static_url) as page:
        page.goto(static_url)
        told = {
            name: page.locator(f'meta[property="og:{name}"]').get_attribute("content")
            for name in ("title", "description", "image", "image:width", "image:height")
        }
    assert told["title"] == "Backdoors in neural networks"
    assert re.search("clean and an infected network", told["description"] or "")
    assert (told["image:width"], told["image:height"]) == ("1200", "630")
