"""What a client may name as its picture: an upload of the page's, and no other file of the machine."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from tests.fixtures.page import REPOSITORY

PHOTO = REPOSITORY / "assets" / "examples" / "dogs" / "blanket.jpg"


# Both what asks for a file of Gradio's own kind, and what only looks like it.
DISGUISES: dict[str, dict[str, Any]] = {"bare": {}, "marked": {"meta": {"_type": "gradio.FileData"}}}

ASKED: dict[str, list[Any]] = {
    "classify_dog": [True],
    "classify_digit": ["none", "all-to-one"],
}
"""What takes a picture, and the values beside it."""


def outcome(url: str, endpoint: str, file: dict[str, Any]) -> str:
    """Send a file's path to an endpoint: ``complete`` or ``error``."""
    call = f"{url}/gradio_api/call/{endpoint}"
    event = httpx.post(call, json={"data": [file, *ASKED[endpoint]]}).json()["event_id"]
    (word,) = re.findall(r"^event: (complete|error)$", httpx.get(f"{call}/{event}").text, re.MULTILINE)
    return str(word)


@pytest.mark.parametrize("disguise", DISGUISES)
@pytest.mark.parametrize("endpoint", ASKED)
def test_other_files_are_refused(page_url: str, endpoint: str, disguise: str) -> None:
    assert outcome(page_url, endpoint, {"path": str(PHOTO), **DISGUISES[disguise]}) == "error"


@pytest.mark.parametrize("endpoint", ASKED)
def test_an_upload_is_taken(page_url: str, endpoint: str) -> None:
    with PHOTO.open("rb") as file:
        (path,) = httpx.post(f"{page_url}/gradio_api/upload", files={"files": file}).json()
    assert outcome(page_url, endpoint, {"path": path, **DISGUISES["marked"]}) == "complete"
