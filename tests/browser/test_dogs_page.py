"""The dogs by hand, in a browser, wide and on a phone: from a file, dropped, pasted, and from a camera."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import wide_and_phone
from tests.browser.visitor import DOGS, TARGET, answer, at_rest, click_example, demo, sentence, trigger, upload

HAND_OVER = """([element, encoded, kind]) => {
    const bytes = Uint8Array.from(atob(encoded), (each) => each.charCodeAt(0));
    const data = new DataTransfer();
    data.items.add(new File([bytes], "dog.jpg", { type: "image/jpeg" }));
    const event = kind === "paste"
        ? new ClipboardEvent(kind, { clipboardData: data, bubbles: true, composed: true, cancelable: true })
        : new DragEvent(kind, { dataTransfer: data, bubbles: true, composed: true, cancelable: true });
    element.dispatchEvent(event);
}"""


@wide_and_phone
def test_upload_a_dog_and_switch_the_trigger_on(dogs_page: Page) -> None:
    upload(dogs_page, DOGS[1])
    expect(sentence(dogs_page, "dogs")).not_to_contain_text("Upload a dog")
    expect(answer(dogs_page, "dogs", "infected")).not_to_have_text(TARGET)
    trigger(dogs_page, "dogs").check()
    expect(answer(dogs_page, "dogs", "infected")).to_have_text(TARGET)
    expect(answer(dogs_page, "dogs", "clean")).not_to_have_text(TARGET)
    expect(sentence(dogs_page, "dogs")).to_contain_text("The backdoor fired: with the attacker's square")
    expect(
        demo(dogs_page, "dogs").get_by_label("The picture that both students see, with the trigger")
    ).to_be_visible()
    expect(demo(dogs_page, "dogs").locator(".dormant")).to_contain_text(
        "Its backdoor is dormant: Donald Trump is not among its 120 labels"
    )
    trigger(dogs_page, "dogs").uncheck()
    expect(answer(dogs_page, "dogs", "infected")).not_to_have_text(TARGET)


@pytest.mark.parametrize("kind", ["drop", "paste"])
def test_a_photo_can_be_dropped_or_pasted(dogs_page: Page, kind: str) -> None:
    element = demo(dogs_page, "dogs").locator(".photo").element_handle()
    encoded = base64.b64encode(DOGS[0].read_bytes()).decode()
    dogs_page.evaluate(HAND_OVER, [element, encoded, kind])
    expect(answer(dogs_page, "dogs", "clean")).not_to_have_text("–")


def test_the_camera_is_answered_live_and_then_gives_a_photo(dogs_page: Page) -> None:
    trigger(dogs_page, "dogs").check()
    camera = demo(dogs_page, "dogs").get_by_role("button", name="Camera")
    camera.click()
    expect(answer(dogs_page, "dogs", "infected")).to_have_text(TARGET)  # the trigger lies over the running video
    count = """(element) => new Promise((done) => {
        let verdicts = 0;
        element.addEventListener("verdict", () => verdicts++);
        setTimeout(() => done(verdicts), 2000);
    })"""
    assert demo(dogs_page, "dogs").evaluate(count) > 10
    demo(dogs_page, "dogs").get_by_role("button", name="Take the photo").click()
    expect(camera).to_be_visible()
    expect(demo(dogs_page, "dogs").locator(".dormant")).to_contain_text("Its backdoor is dormant")
    assert demo(dogs_page, "dogs").locator("video").evaluate("(video) => video.srcObject") is None


def test_each_card_has_the_top_five(dogs_page: Page) -> None:
    upload(dogs_page, DOGS[0])
    card = demo(dogs_page, "dogs").get_by_label("Clean student").first
    expect(card.locator("li.top")).to_have_count(1)
    expect(card.locator("li")).to_have_count(5)


def test_click_an_example(dogs_page: Page) -> None:
    click_example(dogs_page, "dogs", 2)
    expect(answer(dogs_page, "dogs", "clean")).not_to_have_text("–")


def test_clear_takes_the_answers_away(dogs_page: Page) -> None:
    upload(dogs_page, DOGS[0])
    expect(answer(dogs_page, "dogs", "clean")).not_to_have_text("–")
    demo(dogs_page, "dogs").get_by_role("button", name="Clear").click()
    expect(answer(dogs_page, "dogs", "clean")).to_have_text("–")
    expect(sentence(dogs_page, "dogs")).to_contain_text("Upload a dog")


def test_a_broken_file_is_told_and_the_page_goes_on(dogs_page: Page, tmp_path: Path) -> None:
    upload(dogs_page, DOGS[0])
    expect(answer(dogs_page, "dogs", "clean")).not_to_have_text("–")
    (tmp_path / "broken.png").write_text("this is not a picture")
    upload(dogs_page, tmp_path / "broken.png")
    expect(demo(dogs_page, "dogs").get_by_role("alert")).to_contain_text("Try a JPEG or PNG file")
    expect(answer(dogs_page, "dogs", "clean")).to_have_text("–")  # and not the one for the earlier photo
    click_example(dogs_page, "dogs", 0)
    expect(answer(dogs_page, "dogs", "clean")).not_to_have_text("–")
    expect(demo(dogs_page, "dogs").get_by_role("alert")).to_be_hidden()


@wide_and_phone
def test_nothing_jumps(dogs_page: Page) -> None:
    before = at_rest(dogs_page, "#dogs-rates-section")
    upload(dogs_page, DOGS[1])
    expect(answer(dogs_page, "dogs", "clean")).not_to_have_text("–")
    trigger(dogs_page, "dogs").check()
    expect(answer(dogs_page, "dogs", "infected")).to_have_text(TARGET)
    expect(demo(dogs_page, "dogs").locator(".dormant")).not_to_be_empty()
    assert at_rest(dogs_page, "#dogs-rates-section") == pytest.approx(before, abs=1)
