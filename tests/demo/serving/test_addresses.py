"""The page fetches no address: not for a file of a call, and not behind ``/gradio_api/file=``.

A silent server would hold a worker for ever, and a large answer would fill the memory. Gradio itself refuses addresses
on this machine, so these tests also make sure that it is never asked.
"""

from __future__ import annotations

import json
import re
from typing import Any

import gradio as gr
import httpx
import pytest
import safehttpx

from app import build_demo
from backdoors.demo.serving.payloads import ADDRESS
from tests.demo.serving.test_uploads import ASKED
from tests.fixtures.coroutines import run

ADDRESSES = ["http://127.0.0.1:9/silent", "https://huggingface.co/large", "HTTP://127.0.0.1/", " http://127.0.0.1/"]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("endpoint", ASKED)
def test_none_is_fetched_for_a_call(page_url: str, endpoint: str, address: str) -> None:
    call = f"{page_url}/gradio_api/call/{endpoint}"
    file = {"path": address, "meta": {"_type": "gradio.FileData"}}
    event = httpx.post(call, json={"data": [file, *ASKED[endpoint]]}).json()["event_id"]
    answer = httpx.get(f"{call}/{event}", timeout=2).text
    assert ADDRESS in json.loads(re.findall(r"^data: (.*)$", answer, re.MULTILINE)[-1])["error"]


@pytest.mark.parametrize("route", ["file=", "file/"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_none_is_passed_on(page_url: str, route: str, address: str) -> None:
    answer = httpx.get(f"{page_url}/gradio_api/{route}{address}", timeout=2)
    assert (answer.status_code, answer.json()) == (403, {"detail": ADDRESS})


def test_no_input_of_the_page_lets_gradio_fetch(monkeypatch: pytest.MonkeyPatch) -> None:
    async def fetched(*_: Any, **__: Any) -> None:
        raise AssertionError("an address was fetched")

    monkeypatch.setattr(safehttpx, "get", fetched)
    monkeypatch.setattr(safehttpx, "async_validate_url", fetched)
    page, tried = build_demo().page, 0
    file = {"path": "https://huggingface.co/large", "meta": {"_type": "gradio.FileData"}}
    for function in page.fns.values():
        for number, component in enumerate(function.inputs):
            assert not isinstance(component, (gr.Image, gr.ImageEditor, gr.Gallery, gr.MultimodalTextbox))
            for value in (file, [file]) if isinstance(component, gr.File) else ():
                inputs: list[Any] = [None] * len(function.inputs)
                inputs[number] = value
                with pytest.raises(gr.Error, match=r"fetches no addresses|expected an uploaded file"):
                    run(page.process_api(function, inputs))
                tried += 1
    assert tried == 2 * len(ASKED)
