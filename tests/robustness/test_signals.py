"""Signals: the page ends soon, as after Ctrl-C, whatever visitors do, and leaves no file behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from functools import partial
from pathlib import Path

import httpx
import pytest

from tests.fixtures.page import REPOSITORY, started_page
from tests.robustness.pictures import THREE
from tests.robustness.ways import Site

SENT = pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])


@SENT
def test_it_ends_under_load(sent: signal.Signals, tmp_path: Path) -> None:
    """With visitors who upload and call, and tabs that stay open."""
    with started_page({**os.environ, "TMPDIR": str(tmp_path)}) as (url, process):
        ended, uploads = threading.Event(), threading.Semaphore(0)

        def visit() -> None:
            site = Site(url)
            while not ended.is_set():
                try:
                    site.picture("classify_digit", THREE, "pattern", "all-to-one")
                    site.call("trigger_picture", ["pattern"])
                    uploads.release()
                except (httpx.HTTPError, IndexError, ValueError):  # an answer that broke off
                    time.sleep(0.1)

        def stay(visitor: str) -> None:
            beat = f"{url}/gradio_api/heartbeat/{visitor}"
            with suppress(httpx.HTTPError), httpx.stream("GET", beat, timeout=60) as beats:
                for _ in beats.iter_bytes():
                    pass

        visitors = [threading.Thread(target=visit, daemon=True) for _ in range(8)]
        visitors += [threading.Thread(target=stay, args=(each,), daemon=True) for each in ("ada", "bob")]
        for visitor in visitors:
            visitor.start()
        try:
            assert uploads.acquire(timeout=30)
            process.send_signal(sent)
            assert process.wait(timeout=15) == 0
        finally:
            ended.set()
            for visitor in visitors:
                visitor.join(timeout=30)
    assert list(tmp_path.iterdir()) == []


@SENT
@pytest.mark.parametrize("seconds", [0.5, 2.0, None], ids=["imports", "more imports", "models"])
def test_it_ends_while_it_starts(sent: signal.Signals, seconds: float | None, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "app.py"],
        cwd=REPOSITORY,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # a background job's child would ignore it
    )
    assert process.stderr is not None
    try:
        if seconds is None:
            assert any("the bundled models" in line for line in process.stderr)  # they are loaded next
        else:
            time.sleep(seconds)
        process.send_signal(sent)
        said = process.stderr.read()
        assert (process.wait(timeout=15), "Traceback" in said) == (130, False), said
    finally:
        process.kill()
    assert list(tmp_path.iterdir()) == []
