"""Debian's Chromium, headless. Elsewhere than in CI the tests skip where there is none."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tests.fixtures.static import served_build

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",  # CI runs as root
    "--disable-background-networking",
    "--use-fake-device-for-media-stream",  # a camera that shows a moving pattern
    "--use-fake-ui-for-media-stream",  # and that is allowed without asking
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        if os.environ.get("CI"):
            pytest.fail(f"CI must test the page in a browser, and there is no {CHROMIUM}")
        pytest.skip(f"no {CHROMIUM}; apt-get install chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def runtime(node_modules: Path) -> Path:
    """The folder of onnxruntime-web, as npm installs it."""
    return node_modules / "onnxruntime-web" / "dist"


@pytest.fixture(scope="session")
def static_url(tmp_path_factory: pytest.TempPathFactory, runtime: Path) -> Iterator[str]:
    """The address of the static page, below a path of a plain file server."""
    with served_build(tmp_path_factory.mktemp("static"), runtime) as url:
        yield url


WIDE, PHONE = ViewportSize(width=1280, height=1000), ViewportSize(width=360, height=780)


wide_only = pytest.mark.parametrize("page", [WIDE], ids=["wide"], indirect=True)
"""For what cannot differ on a phone: loading the page takes seconds."""

wide_and_phone = pytest.mark.parametrize("dogs_page", [WIDE, PHONE], ids=["wide", "phone"], indirect=True)
"""For the dogs' tab, which is opened on a wide screen otherwise."""


# What Gradio says of a page that was reloaded while an answer was on its way.
_LEFT = ("AbortError: signal is aborted", "Connection errored out")


@contextmanager
def open_page(browser: Browser, own: str, viewport: ViewportSize = WIDE, *, expected: str = "") -> Iterator[Page]:
    """A new window; afterwards it must have asked nobody else, and have had no error.

    Args:
        own: the only addresses that it may ask begin so; several are separated by a blank.
        expected: a part of the errors that the test provokes.
    """
    phone = viewport["width"] < 600
    context = browser.new_context(viewport=viewport, has_touch=phone, is_mobile=phone, permissions=["clipboard-read"])
    page, troubles = context.new_page(), []
    page.on("pageerror", lambda error: troubles.append(f"error: {error}"))
    page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    page.on(
        "request",
        lambda asked: None if asked.url.startswith((*own.split(), "data:", "blob:")) else troubles.append(asked.url),
    )
    yield page
    context.close()
    allowed = (*_LEFT, expected) if expected else _LEFT
    assert [trouble for trouble in troubles if not any(each in trouble for each in allowed)] == []


@pytest.fixture(params=[WIDE, PHONE], ids=["wide", "phone"])
def page(browser: Browser, runtime: Path, page_url: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The page, open and ready."""
    with open_page(browser, page_url, request.param) as page:
        page.goto(f"{page_url}/?__theme=light")
        page.locator("backdoor-demo[task=digits] .paper").wait_for(timeout=60_000)
        yield page


@pytest.fixture
def dogs_page(browser: Browser, runtime: Path, page_url: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The page, opened at the dogs' tab by its address."""
    viewport = getattr(request, "param", WIDE)
    with open_page(browser, page_url, viewport) as page:
        page.goto(f"{page_url}/?tab=dogs&__theme=light")
        page.locator("backdoor-demo[task=dogs] .sheet").wait_for(timeout=60_000)
        yield page
