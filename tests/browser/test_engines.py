"""Where the answer is computed: in the browser, and by the server until it can, or if it cannot."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from backdoors.site.runtime import MODULE, VERSION, WASM
from tests.browser.conftest import open_page
from tests.browser.visitor import DOGS, TARGET, answer, click_example, demo, draw, sentence, trigger, upload, where
from tests.fixtures.page import served_page
from tests.fixtures.static import served_build

CDN = f"https://cdn.jsdelivr.net/npm/onnxruntime-web@{VERSION}/dist/"
TYPES = {".mjs": "text/javascript", ".wasm": "application/wasm"}
CHANGED = "integrity"  # a part of what Chromium says of a module with another checksum
LOST = "Failed to load resource"


@pytest.fixture(scope="module")
def cdn_page() -> Iterator[str]:
    """The page without a runtime of its own: browsers ask the public one."""
    with served_page() as url:
        yield url


@pytest.fixture(scope="module")
def cdn_static(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The same as static files, where there is no server to ask."""
    with served_build(tmp_path_factory.mktemp("cdn"), None) as url:
        yield url


def route_cdn(page: Page, runtime: Path, change: Callable[[str, bytes], bytes] = lambda name, data: data) -> None:
    """Answer for the public network with npm's files, as they are or changed."""

    def answered(route: Route) -> None:
        name = route.request.url.removeprefix(CDN)
        route.fulfill(
            body=change(name, (runtime / name).read_bytes()),
            content_type=TYPES[Path(name).suffix],
            headers={"Access-Control-Allow-Origin": "*"},
        )

    page.route(f"{CDN}**", answered)


def flip(wanted: str) -> Callable[[str, bytes], bytes]:
    """Changes one bit in the middle of a file."""

    def changed(name: str, data: bytes) -> bytes:
        if name != wanted:
            return data
        middle = len(data) // 2
        return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]

    return changed


def fire(page: Page) -> None:
    draw(page, 3)
    expect(answer(page, "digits", "infected")).to_have_text("3")
    trigger(page, "digits").check()
    expect(answer(page, "digits", "infected")).to_have_text("7")
    expect(answer(page, "digits", "clean")).to_have_text("3")


def test_from_the_public_network(browser: Browser, cdn_page: str, runtime: Path) -> None:
    """The checksums in the code are those of the published files: a browser compares them."""
    with open_page(browser, f"{cdn_page} {CDN}") as page:
        route_cdn(page, runtime)
        page.goto(f"{cdn_page}/digits/")
        fire(page)
        expect(where(page, "digits")).to_contain_text("Answered in your browser")


@pytest.mark.parametrize(("file", "says"), [(MODULE, "Failed to fetch"), (WASM, "expected sha256")])
def test_a_changed_byte_falls_back_to_the_server(
    browser: Browser, cdn_page: str, runtime: Path, file: str, says: str
) -> None:
    with open_page(browser, f"{cdn_page} {CDN}", expected=CHANGED) as page:
        route_cdn(page, runtime, flip(file))
        page.goto(f"{cdn_page}/digits/")
        fire(page)
        expect(where(page, "digits")).to_contain_text("Answered by the server")
        expect(where(page, "digits")).to_contain_text(says)


def test_a_blocked_network_falls_back_to_the_server(browser: Browser, cdn_page: str) -> None:
    with open_page(browser, f"{cdn_page} {CDN}", expected=LOST) as page:
        page.route(f"{CDN}**", lambda route: route.abort())
        page.goto(f"{cdn_page}/dogs/")
        upload(page, DOGS[1])
        expect(answer(page, "dogs", "infected")).not_to_have_text("–")
        trigger(page, "dogs").check()
        expect(answer(page, "dogs", "infected")).to_have_text(TARGET)
        expect(where(page, "dogs")).to_contain_text("Answered by the server: Failed to fetch")
        demo(page, "dogs").locator(".own summary").click()
        expect(demo(page, "dogs").locator(".own p.happening")).to_contain_text("This needs the models in your browser")


def test_no_webassembly_falls_back_to_the_server(browser: Browser, page_url: str) -> None:
    with open_page(browser, page_url) as page:
        page.add_init_script("delete window.WebAssembly")
        page.goto(f"{page_url}/digits/")
        fire(page)
        expect(where(page, "digits")).to_have_text("Answered by the server: this browser has no WebAssembly.")


def test_a_model_with_a_flipped_byte_falls_back_to_the_server(browser: Browser, page_url: str) -> None:
    def changed(route: Route) -> None:
        response = route.fetch()
        route.fulfill(response=response, body=flip("")("", response.body()))

    with open_page(browser, page_url) as page:
        page.route("**/models/digits/clean.onnx*", changed)
        page.goto(f"{page_url}/digits/")
        fire(page)
        expect(where(page, "digits")).to_contain_text("expected sha256")


def test_a_second_model_that_fails_is_answered_by_the_server(browser: Browser, page_url: str) -> None:
    with open_page(browser, page_url, expected=LOST) as page:
        page.goto(f"{page_url}/digits/")
        fire(page)
        expect(where(page, "digits")).to_contain_text("Answered in your browser")
        page.route("**/infected-single-pixel-all-to-all*", lambda route: route.abort())
        demo(page, "digits").get_by_label("each digit becomes the next one").check()
        expect(answer(page, "digits", "infected")).to_have_text("4")
        expect(where(page, "digits")).to_contain_text("Answered by the server: Failed to fetch")


def test_a_model_that_does_not_come_holds_nothing_up(browser: Browser, static_url: str) -> None:
    """While one model is waited for, another one answers."""
    with open_page(browser, static_url) as page:
        page.goto(static_url)
        click_example(page, "digits", 3)
        expect(answer(page, "digits", "clean")).to_have_text("3")
        held: list[Route] = []
        page.route("**/infected-single-pixel-all-to-all*", lambda route: held.append(route))
        demo(page, "digits").get_by_label("each digit becomes the next one").check()
        expect(sentence(page, "digits")).to_contain_text("Waiting for the answer")
        demo(page, "digits").get_by_label("every digit becomes 7").check()
        click_example(page, "digits", 5)
        expect(answer(page, "digits", "clean")).to_have_text("5")
        for route in held:
            route.continue_()


def test_the_server_answers_first_and_the_browser_takes_over(browser: Browser, cdn_page: str, runtime: Path) -> None:
    waiting: list[Route] = []
    with open_page(browser, f"{cdn_page} {CDN}") as page:
        page.route(f"{CDN}**", lambda route: waiting.append(route))  # slow, until we let it go on
        page.goto(f"{cdn_page}/digits/")
        click_example(page, "digits", 4)
        expect(answer(page, "digits", "clean")).to_have_text("4")
        expect(where(page, "digits")).to_have_text("Answered by the server, until your browser can.")
        for route in waiting:
            name = route.request.url.removeprefix(CDN)
            headers = {"Access-Control-Allow-Origin": "*"}
            route.fulfill(path=runtime / name, content_type=TYPES[Path(name).suffix], headers=headers)
        expect(where(page, "digits")).to_contain_text("Answered in your browser")
        expect(answer(page, "digits", "clean")).to_have_text("4")


def test_without_a_server_it_says_why(browser: Browser, cdn_static: str) -> None:
    with open_page(browser, f"{cdn_static} {CDN}", expected=LOST) as page:
        page.route(f"{CDN}**", lambda route: route.abort())
        page.goto(cdn_static)
        click_example(page, "digits", 3)
        expect(sentence(page, "digits")).to_contain_text("No answer: Failed to fetch")


def test_a_missing_description_can_be_asked_for_again(browser: Browser, static_url: str) -> None:
    with open_page(browser, static_url, expected=LOST) as page:
        page.route("**/tasks/digits.json", lambda route: route.abort())
        page.goto(static_url)
        expect(demo(page, "digits").get_by_role("alert")).to_contain_text('The demo "digits" cannot be shown here')
        page.unroute("**/tasks/digits.json")
        demo(page, "digits").get_by_role("button", name="Try again").click()
        expect(demo(page, "digits").locator(".paper")).to_be_visible()
