"""Signals while visitors are served: the page ends soon, as after Ctrl-C, and leaves no file behind."""

from __future__ import annotations

import os
import signal
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.fixtures.page import started_page
from tests.robustness.ways import Site


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_it_ends_under_load(sent: signal.Signals, tmp_path: Path) -> None:
    with started_page({**os.environ, "TMPDIR": str(tmp_path)}) as (url, process):
        ended = threading.Event()

        def visit() -> None:
            site = Site(url)
            while not ended.is_set():
                with suppress(Exception):  # whatever the end of the page does to a call
                    site.call("trigger_picture", ["pattern"])

        visitors = [threading.Thread(target=visit) for _ in range(8)]
        for visitor in visitors:
            visitor.start()
        try:
            time.sleep(2)
            assert list(tmp_path.glob("backdoors-*/*/*")) != [], "the page has made no files"
            process.send_signal(sent)
            assert process.wait(timeout=15) == 0
        finally:
            ended.set()
            for visitor in visitors:
                visitor.join()
    assert list(tmp_path.glob("backdoors-*")) == []
