"""The lines in "Use it from code": they run as the page prints them, and the README prints the same."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from backdoors.demo.serving.address import LOCAL
from backdoors.demo.serving.code_lines import lines_for
from backdoors.story import Demo
from backdoors.tasks import TASKS
from tests.fixtures.page import REPOSITORY

FIRST, SECOND = ((REPOSITORY / path).read_text(encoding="utf-8") for path in ("README.md", "backdoors/demo/README.md"))
DEMO = Demo.load(TASKS["digits"], REPOSITORY / "assets")
FENCES = {"Python": "python", "JavaScript": "js", "curl": "sh", "MCP": "json"}


def printed_by(url: str, **headers: str) -> dict[str, str]:
    """The lines that the page shows, asked for as its own script does when it is loaded."""
    start = urllib.request.Request(
        f"{url}/gradio_api/call/code_lines",
        data=b'{"data": []}',
        headers={
            "Content-Type": "application/json",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        },
    )
    with urllib.request.urlopen(start) as answer:
        event = json.load(answer)["event_id"]
    with urllib.request.urlopen(f"{url}/gradio_api/call/code_lines/{event}") as answer:
        (data,) = re.findall(r"^data: (.*)$", answer.read().decode(), re.MULTILINE)
    return dict(zip(FENCES, json.loads(data), strict=True))


@pytest.fixture(scope="module")
def printed(page_url: str) -> dict[str, str]:
    return printed_by(page_url)


def output_of(*command: str | Path, cwd: Path) -> str:
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=True, timeout=120).stdout


def test_python(printed: dict[str, str], folder: Path) -> None:
    (folder / "digit.py").write_text(printed["Python"])
    assert output_of(sys.executable, "digit.py", cwd=folder) == "clean: 3 infected: 7\n"


def test_javascript(printed: dict[str, str], folder: Path, node_modules: Path) -> None:
    (folder / "digit.mjs").write_text(printed["JavaScript"])
    (folder / "node_modules").symlink_to(node_modules)
    assert output_of("node", "digit.mjs", cwd=folder) == "clean: 3 infected: 7\n"


def test_curl(printed: dict[str, str], folder: Path) -> None:
    if shutil.which("curl") is None and not os.environ.get("CI"):
        pytest.skip("no curl; apt-get install curl")
    answer = '"clean": {"label": "3"\n"infected": {"label": "7"\n'
    assert output_of("bash", "-euo", "pipefail", "-c", printed["curl"], cwd=folder) == answer


def test_mcp_names_the_server(printed: dict[str, str], page_url: str) -> None:
    assert json.loads(printed["MCP"])["mcpServers"]["backdoors"] == {"url": f"{page_url}/gradio_api/mcp/"}


def test_behind_a_proxy_they_have_the_address_that_visitors_see(page_url: str) -> None:
    """As on a Space, which is reached over https and under a name of its own."""
    seen = printed_by(page_url, x_forwarded_proto="https", x_forwarded_host="someone-backdoors.hf.space")
    assert seen == lines_for("https://someone-backdoors.hf.space", DEMO)


@pytest.mark.parametrize("name", FENCES)
def test_the_readmes_print_the_same(name: str) -> None:
    assert f"```{FENCES[name]}\n{lines_for(LOCAL, DEMO)[name]}\n```" in FIRST + SECOND


@pytest.mark.parametrize(("readme", "first"), [(FIRST, ["clean: 3 infected: 7"]), (SECOND, [])], ids=["first", "page"])
def test_the_readmes_python_prints_what_it_says(page_url: str, folder: Path, readme: str, first: list[str]) -> None:
    example = "".join(re.findall(r"```python\n(.*?)```", readme, re.DOTALL)).replace(LOCAL, page_url)
    expected = [*first, *re.findall(r"print\(.*\)  # (.*)", example)]
    assert output_of(sys.executable, "-c", example, cwd=folder).splitlines() == expected
