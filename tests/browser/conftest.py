"""Debian's Chromium, headless. Elsewhere than in CI the tests skip where there is none."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",  # CI runs as root
    "--disable-background-networking",
    "--use-gl=angle",  # the sketchpad draws with WebGL: in software, as there is no GPU
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
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


WIDE, PHONE = ViewportSize(width=1280, height=1000), ViewportSize(width=360, height=780)


wide_only = pytest.mark.parametrize("page", [WIDE], ids=["wide"], indirect=True)
"""For what cannot differ on a phone: loading the page takes seconds."""

wide_and_phone = pytest.mark.parametrize("dogs_page", [WIDE, PHONE], ids=["wide", "phone"], indirect=True)
"""For the dogs' tab, which is opened on a wide screen otherwise."""


# What Gradio says of a page that was reloaded while an answer was on its way.
_LEFT = ("AbortError: signal is aborted", "Connection errored out")


@contextmanager
def open_page(browser: Browser, own: str, viewport: ViewportSize = WIDE) -> Iterator[Page]:
    """A new window; afterwards it must have asked nobody else, and have had no error.

    Args:
        own: the only addresses that it may ask begin so; several are separated by a blank.
    """
    phone = viewport["width"] < 600
    context = browser.new_context(viewport=viewport, has_touch=phone, is_mobile=phone)
    page, troubles = context.new_page(), []
    page.on("pageerror", lambda error: troubles.append(f"error: {error}"))
    page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    page.on(
        "request",
        lambda asked: None if asked.url.startswith((*own.split(), "data:", "blob:")) else troubles.append(asked.url),
    )
    yield page
    context.close()
    assert [trouble for trouble in troubles if not any(left in trouble for left in _LEFT)] == []


@pytest.fixture(params=[WIDE, PHONE], ids=["wide", "phone"])
def page(browser: Browser, page_url: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The page, open and ready."""
    with open_page(browser, page_url, request.param) as page:
        page.goto(f"{page_url}/?__theme=light")
        page.locator("#digits-pad canvas").first.wait_for(timeout=60_000)
        page.get_by_role("button", name="Brush", exact=True).wait_for(timeout=60_000)
        yield page


@pytest.fixture
def dogs_page(browser: Browser, page_url: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The page, opened at the dogs' tab by its address."""
    viewport = getattr(request, "param", WIDE)
    with open_page(browser, page_url, viewport) as page:
        page.goto(f"{page_url}/?tab=dogs&__theme=light")
        page.locator("#dogs-photo input[type=file]").wait_for(state="attached", timeout=60_000)
        yield page
