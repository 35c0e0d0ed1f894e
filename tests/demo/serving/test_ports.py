"""A port that cannot be had: the page says so in one line and does not take another one."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

import pytest

from backdoors.demo.serving.address import asked_port
from backdoors.errors import LocalFileError
from tests.fixtures.page import REPOSITORY


def test_none_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GRADIO_SERVER_PORT", raising=False)
    assert asked_port() is None


@pytest.mark.parametrize("asked", ["0", "65536", "-1", "http"])
def test_invalid_ports_are_refused(asked: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADIO_SERVER_PORT", asked)
    with pytest.raises(LocalFileError, match=f"^GRADIO_SERVER_PORT: expected a port from 1 to 65535, got '{asked}'$"):
        asked_port()


def test_the_page_ends_with_one_line_where_its_port_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = subprocess.run(
            [sys.executable, "app.py"],
            cwd=REPOSITORY,
            env={**os.environ, "GRADIO_SERVER_NAME": "127.0.0.1", "GRADIO_SERVER_PORT": port},
            stderr=subprocess.PIPE,
            text=True,
            timeout=120,
        )
    assert ended.returncode == 1
    assert ended.stderr.splitlines()[-1].startswith(f"error: GRADIO_SERVER_PORT: port {port} is taken")
    assert "Traceback" not in ended.stderr
