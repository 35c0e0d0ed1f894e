"""What is served beside the page itself, and the settings of a public Space."""

from __future__ import annotations

from importlib.metadata import files

import httpx
import pytest

from app import build_demo
from backdoors.demo.serving.limits import AT_ONCE, WAITING

PAGES = ["", "/digits", "/dogs"]


def test_an_address_without_its_slash_is_led_on(page_url: str) -> None:
    answer = httpx.get(f"{page_url}/digits?__theme=dark", follow_redirects=True)
    assert str(answer.url) == f"{page_url}/digits/?__theme=dark"
    assert answer.status_code == 200


def test_the_web_component_is_gradios_own_and_for_everybody(page_url: str) -> None:
    (ours,) = (file for file in files("gradio") or () if file.name == "gradio.js")
    answer = httpx.get(f"{page_url}/gradio.js")
    assert answer.content == ours.read_binary()
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["content-type"].startswith("text/javascript")


def test_its_parts_are_where_it_looks_for_them(page_url: str) -> None:
    part = httpx.get(f"{page_url}/gradio.js").text.split('"')[1]
    assert httpx.get(httpx.URL(f"{page_url}/gradio.js").join(part)).status_code == 200


@pytest.mark.parametrize("page", PAGES)
def test_nothing_is_counted_or_kept(page_url: str, page: str) -> None:
    config = httpx.get(f"{page_url}{page}/config").json()
    assert config["analytics_enabled"] is False
    assert config["run_history"] is False
    assert httpx.get(f"{page_url}{page}/monitoring").status_code == 403


@pytest.mark.parametrize("page", PAGES)
def test_uploads_are_bounded(page_url: str, page: str) -> None:
    large = {"files": ("large.png", bytes(21_000_000))}
    assert httpx.post(f"{page_url}{page}/gradio_api/upload", files=large, timeout=60).status_code == 413


@pytest.mark.parametrize("page", PAGES[1:])
def test_embedded_pages_have_no_endpoints_of_their_own(page_url: str, page: str) -> None:
    assert httpx.get(f"{page_url}{page}/gradio_api/info").json()["named_endpoints"] == {}


def test_files_of_this_machine_are_not_served(page_url: str) -> None:
    for path in ("/etc/hostname", __file__):
        assert httpx.get(f"{page_url}/gradio_api/file={path}").status_code in (403, 404)


def test_every_queue_is_bounded() -> None:
    site = build_demo()
    for page in (site.page, *site.embedded.values()):
        assert (page._queue.max_size, page._queue.default_concurrency_limit, page.api_open) == (
            WAITING,
            AT_ONCE,
            False,
        )


def test_nothing_is_summed_up_after_each_event() -> None:
    site = build_demo()
    for page in (site.page, *site.embedded.values()):
        queue = page._queue
        before = queue.cached_event_analytics_summary
        queue.events_recorded += 1
        record = {"function": "classify_digit", "status": "success", "process_time": 1.0}
        assert queue.compute_analytics_summary([record]) is before  # type: ignore[no-untyped-call]
