"""The page starts, and ``pull`` ends, whatever is in a repository and however slow its Hub is."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fixtures.bundles import CLEAN
from tests.fixtures.hub_client import HubUser
from tests.fixtures.hub_server import HubServer
from tests.hub.conftest import REPO, files_of
from tests.robustness.bundles import HOSTILE, put
from tests.robustness.hostile_models import Make

START = """
import json, logging, pathlib, time
from backdoors.hub import load_models, pulling
from backdoors.tasks import TASKS
logging.basicConfig(level=logging.INFO)
pulling.DOWNLOAD_SECONDS = 2.0
start = time.monotonic()
bundle, origin = load_models(TASKS["digits"], bundled=pathlib.Path("assets/models/digits"))
print(json.dumps([str(origin), origin.trouble, time.monotonic() - start]))
"""


def start(url: str, home: Path) -> tuple[str, str, float, str]:
    """Start the page's models with a repository named: their origin, the trouble, the seconds it took, the log."""
    process = HubUser(url, home, variables={"BACKDOORS_DIGITS": REPO}).start("-c", START)
    out, log = process.communicate(timeout=60)
    assert process.returncode == 0, log
    origin, trouble, seconds = json.loads(out)
    return origin, trouble, seconds, log


@pytest.fixture
def hub() -> Iterator[HubServer]:
    with HubServer() as server:
        yield server


def stored(hub: HubServer, folder: Path, make: Make) -> None:
    make(folder)
    repository = hub.create(REPO)
    repository.commit({**repository.files, **files_of(folder)}, "a bundle")


AT_START = [
    "external: /etc/passwd in an initialiser",
    "model: a loop without end",
    "model: 2,000 sub-graphs deep",
    "model: labels of 90,000 brackets",
    "config: 1 MB",
    "config: 5,000 epochs",
    "config: an entry names a folder",
    "trigger: EPS",
    "run: 32 GB of numbers",
    "run: minutes of products",
    "run: NaN",
]


@pytest.mark.parametrize("case", AT_START)
def test_the_page_starts_all_the_same(case: str, hub: HubServer, bundle_folder: Path, tmp_path: Path) -> None:
    make, _ = HOSTILE[case]
    stored(hub, bundle_folder, make)
    origin, trouble, seconds, log = start(hub.url, tmp_path / "home")
    assert origin == "bundled"
    assert "they are not models that the page can show" in trouble
    assert str(tmp_path) not in trouble
    assert "cannot be used, the bundled models are loaded instead" in log
    assert seconds < 15


def test_pull_of_a_folder_is_refused_by_name(hub: HubServer, bundle_folder: Path, tmp_path: Path) -> None:
    """The folder is in the cache already, because another entry lies in it."""
    stored(hub, bundle_folder, put("file", "triggers", "clean"))
    process = HubUser(hub.url, tmp_path / "home").start("-m", "backdoors.hub", "pull", REPO, tmp_path / "pulled")
    _, said = process.communicate(timeout=60)
    assert (process.returncode, "Traceback" in said) == (1, False)
    assert "'triggers', which is the folder of another file" in said
    assert not (tmp_path / "pulled").exists()


def test_a_file_that_is_too_large_is_not_fetched(hub: HubServer, bundle_folder: Path, tmp_path: Path) -> None:
    def large(folder: Path) -> None:
        (folder / CLEAN).write_bytes(bytes(50_000_001))

    stored(hub, bundle_folder, large)
    said = HubUser(hub.url, tmp_path / "home").refused("pull", REPO, tmp_path / "pulled")
    assert f"{CLEAN}: expected at most 50,000,000 bytes" in said
    assert not any(request.startswith("GET /cdn/") for request in hub.requests)


BEGINNINGS = {
    "never ends its headers": b"HTTP/1.1 200 OK\r\n",
    "sends its answer a byte a second": b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n",
    "sends an answer without length": b"HTTP/1.1 200 OK\r\n\r\n",
}


@pytest.mark.parametrize("beginning", BEGINNINGS.values(), ids=BEGINNINGS.keys())
def test_a_slow_hub_does_not_stop_the_page(beginning: bytes, tmp_path: Path) -> None:
    with dripping(beginning) as url:
        origin, trouble, seconds, log = start(url, tmp_path / "home")
    assert (origin, seconds < 10) == ("bundled", True)
    assert "the Hub did not deliver them" in trouble
    assert "has not sent all files in 2 s" in log


@contextlib.contextmanager
def dripping(beginning: bytes) -> Iterator[str]:
    """A server that begins to answer and goes on with a byte at a time, below every limit on silence."""
    done = threading.Event()

    def answer(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            connection.recv(10_000)
            connection.sendall(beginning)
            while not done.wait(0.3):
                connection.sendall(b"x")

    def accept(server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=answer, args=(server.accept()[0],), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=accept, args=(server,), daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        done.set()
        time.sleep(0.1)
