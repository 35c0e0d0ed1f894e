"""What is served beside the page itself, and the settings of a public Space."""

from __future__ import annotations

import httpx
import pytest

from app import build_demo
from backdoors.demo.serving.limits import AT_ONCE, WAITING
from backdoors.tasks import TASKS
from tests.fixtures.html import Page


@pytest.mark.parametrize("name", TASKS)
def test_each_demo_has_a_page_of_its_own(page_url: str, name: str) -> None:
    """Plain HTML: with the demo, under its title, and without anything of Gradio's."""
    answer = httpx.get(f"{page_url}/{name}/")
    page = Page(answer.text)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert page.all("backdoor-demo") == [{"task": name}]
    assert TASKS[name].words.embedded in page.text
    assert "gradio" not in answer.text


@pytest.mark.parametrize("path", ["/", "/digits/", "/dogs/"])
def test_what_a_page_names_is_there(page_url: str, path: str) -> None:
    """Scripts, styles and tasks. On Gradio's page they are in the head, which its own script inserts."""
    html = httpx.get(f"{page_url}/config").json()["head"] if path == "/" else httpx.get(f"{page_url}{path}").text
    elements = Page(html).elements
    named = [
        value
        for _, each in elements
        for key, value in each.items()
        if key in ("src", "href") and not value.startswith("data:")
    ]
    assert any(name.endswith("/backdoor-demo.js") for name in named)
    for name in named:
        assert httpx.get(httpx.URL(f"{page_url}{path}").join(name)).status_code == 200


def test_the_components_script_is_for_everybody(page_url: str) -> None:
    answer = httpx.get(f"{page_url}/backdoor-demo.js", headers={"Origin": "https://blog.example"})
    assert answer.headers.get_list("access-control-allow-origin") == ["*"]
    assert answer.headers["content-type"].startswith("text/javascript")


def test_a_demo_finds_the_server(page_url: str) -> None:
    """The address of its API is relative to the script, wherever that is."""
    told = httpx.get(f"{page_url}/tasks/digits.json").json()
    info = httpx.get(httpx.URL(f"{page_url}/backdoor-demo.js").join(f"{told['server']}/info")).json()
    assert f"/{told['endpoint']}" in info["named_endpoints"]


def test_nothing_is_counted_or_kept(page_url: str) -> None:
    config = httpx.get(f"{page_url}/config").json()
    assert config["analytics_enabled"] is False
    assert config["run_history"] is False
    assert httpx.get(f"{page_url}/monitoring").status_code == 403


def test_uploads_are_bounded(page_url: str) -> None:
    large = {"files": ("large.png", bytes(21_000_000))}
    assert httpx.post(f"{page_url}/gradio_api/upload", files=large, timeout=60).status_code == 413


def test_the_pages_of_demos_have_no_endpoints(page_url: str) -> None:
    for page in ("/digits", "/dogs"):
        assert httpx.get(f"{page_url}{page}/gradio_api/info").status_code == 404
        assert httpx.get(f"{page_url}{page}/config").status_code == 404


def test_files_of_this_machine_are_not_served(page_url: str) -> None:
    for path in ("/etc/hostname", __file__):
        assert httpx.get(f"{page_url}/gradio_api/file={path}").status_code in (403, 404)


def test_the_queue_is_bounded() -> None:
    page = build_demo().page
    assert (page._queue.max_size, page._queue.default_concurrency_limit, page.api_open) == (WAITING, AT_ONCE, False)


def test_nothing_is_summed_up_after_each_event() -> None:
    queue = build_demo().page._queue
    before = queue.cached_event_analytics_summary
    queue.events_recorded += 1
    record = {"function": "classify_digit", "status": "success", "process_time": 1.0}
    assert queue.compute_analytics_summary([record]) is before  # type: ignore[no-untyped-call]


def test_no_event_of_the_page_takes_a_picture() -> None:
    """Visitors' drawings and photos stay in their browsers: files come over the public endpoints only."""
    page = build_demo().page
    for function in page.fns.values():
        kinds = {each.get_block_name() for each in function.inputs}
        assert function.api_visibility == "public" or not kinds & {"file", "image", "imageeditor", "html"}
