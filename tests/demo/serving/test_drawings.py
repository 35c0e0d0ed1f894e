"""Drawings that are sent and never asked about: bounded in number, size and time."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from backdoors.demo.serving.drawings import Drawings
from backdoors.demo.serving.limits import DRAWING_BYTES, DRAWINGS_BYTES, DRAWINGS_SECONDS

MEGABYTE = bytes(1_000_000)


def test_a_drawing_is_taken_once() -> None:
    drawings = Drawings()
    drawings.put("a", b"first")
    drawings.put("a", b"second")
    assert [drawings.take("a"), drawings.take("a")] == [b"second", None]


def test_the_oldest_is_forgotten_first() -> None:
    drawings = Drawings()
    for number in range(200):
        drawings.put(str(number), MEGABYTE)
    assert len(drawings) == DRAWINGS_BYTES // len(MEGABYTE)
    assert drawings.take("0") is None
    assert drawings.take("199") == MEGABYTE


def test_drawings_expire() -> None:
    now = 0.0
    drawings = Drawings(lambda: now)
    drawings.put("old", b"a")
    now = DRAWINGS_SECONDS + 1
    drawings.put("new", b"b")
    assert len(drawings) == 1


@pytest.fixture(scope="module")
def pads(page_url: str) -> dict[str, int]:
    """The numbers of the sketchpads by the path of their page."""
    found = {}
    for page in ("", "/digits"):
        components = httpx.get(f"{page_url}{page}/config").json()["components"]
        (found[page],) = (each["id"] for each in components if each["type"] == "imageeditor")
    return found


def send(page_url: str, page: str, component: int, picture: bytes = b"a", **fields: Any) -> httpx.Response:
    form = {"component_id": component, "session_hash": "s", "fn_name": "accept_blobs", "id": "d", "type": "layer"}
    return httpx.post(
        f"{page_url}{page}/gradio_api/component_server",
        data={**form, **fields},
        files={"file": ("blob", picture)},
    )


@pytest.mark.parametrize("page", ["", "/digits"])
@pytest.mark.parametrize("index", [50_000_000, -1, "nonsense", 10**30, "null"])
def test_the_number_of_a_layer_does_not_matter(page_url: str, pads: dict[str, int], page: str, index: Any) -> None:
    assert send(page_url, page, pads[page], index=index).status_code == 200


def test_what_is_no_drawing_is_refused(page_url: str, pads: dict[str, int]) -> None:
    answer = send(page_url, "", pads[""], bytes(DRAWING_BYTES + 1), type="composite")
    assert answer.status_code == 413
    assert "too large" in answer.json()["detail"]
    for fields in ({"component_id": 99999}, {"component_id": "a"}, {"fn_name": "preprocess"}, {"fn_name": "load"}):
        answer = send(page_url, "", pads[""], **fields)
        assert answer.status_code in (400, 404), answer.text
        assert len(answer.json()["detail"]) > 10
