"""What clients may rely on: the public endpoints, their parameters, and the README's examples."""

from __future__ import annotations

import contextlib
import io
import re

import pytest
from gradio_client import Client

from tests.fixtures.page import REPOSITORY

ENDPOINTS = {
    "/classify_digit": ["drawing", "trigger", "attack"],
    "/classify_dog": ["photo", "trigger"],
}


def test_only_documented_endpoints_are_public(page_url: str) -> None:
    info = Client(page_url, verbose=False).view_api(return_format="dict", print_info=False)["named_endpoints"]
    found = {
        name: [parameter["parameter_name"] for parameter in endpoint["parameters"]] for name, endpoint in info.items()
    }
    assert found == ENDPOINTS


def test_the_readmes_examples_print_what_they_say(page_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    example = "".join(re.findall(r"```python\n(.*?)```", text, re.DOTALL))
    expected = re.findall(r"print\(.*\)  # (.*)", example)
    monkeypatch.chdir(REPOSITORY)
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(example.replace("http://127.0.0.1:7860", page_url), {})
    assert printed.getvalue().splitlines()[-len(expected) :] == expected
