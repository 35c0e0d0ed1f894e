"""The page starts, and ``pull`` ends, whatever is in a repository and however slow its Hub is."""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import shutil
import socket
import stat
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fixtures.bundles import CLEAN, make_bundle
from tests.fixtures.hub_client import HubUser
from tests.fixtures.hub_server import HubServer
from tests.hub.conftest import REPO, files_of
from tests.robustness.bundles import HOSTILE, put
from tests.robustness.hostile_models import Make
from tests.robustness.ways import patience

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


EACH = """
import contextlib, io, json, os, pathlib, sys, time
from backdoors.hub import load_models, __main__ as command
from backdoors.tasks import TASKS
for repo in sys.argv[2:]:
    os.environ["BACKDOORS_DIGITS"], start, said = repo, time.monotonic(), io.StringIO()
    _, origin = load_models(TASKS["digits"], bundled=pathlib.Path("assets/models/digits"))
    with contextlib.redirect_stderr(said):
        status = command.main(["pull", repo, sys.argv[1]])
    print(json.dumps([str(origin), origin.trouble, status, said.getvalue(), time.monotonic() - start]), flush=True)
"""
"""For each repository: the page's models, and then ``pull``. Importing takes longer than both."""


def plain(folder: Path) -> bool:
    """Whether a Hub can hold what is in a folder: no links, pipes or devices, and nothing that would take minutes."""
    paths = [path for path in folder.rglob("*") if not path.is_dir()]
    regular = all(stat.S_ISREG(path.lstat().st_mode) for path in paths)
    return regular and sum(path.lstat().st_size for path in paths) < 100_000_000


PARTS = 4


@pytest.mark.parametrize("part", range(PARTS))
def test_the_page_starts_and_pull_refuses(part: int, hub: HubServer, tmp_path: Path) -> None:
    """All hostile bundles that a Hub can hold, each in a repository of its own."""
    expected: dict[str, str] = {}
    for number, (case, (make, message)) in list(enumerate(HOSTILE.items()))[part::PARTS]:
        folder, repo = tmp_path / str(number), f"someone/case-{number}"
        make_bundle(folder)
        make(folder)
        if plain(folder):
            hub.create(repo).commit(files_of(folder), case)
            expected[repo] = message
        shutil.rmtree(folder)
    assert len(expected) >= 100 / PARTS
    out = HubUser(hub.url, tmp_path / "home").python("-c", EACH, tmp_path / "pulled", *expected)
    wrong = []
    for (repo, message), line in zip(expected.items(), out.splitlines(), strict=True):
        origin, trouble, status, said, seconds = json.loads(line)
        right = [
            (origin, status) == ("bundled", 1),
            "not models that the page can show" in trouble or "the Hub did not deliver them" in trouble,
            str(tmp_path) not in trouble,
            re.search(message, said, re.DOTALL) is not None,
            "Traceback" not in said,
            seconds < 15 * patience(),
        ]
        if not all(right):
            wrong.append((hub.repository(repo).messages[-1], right, trouble, said[:300]))
    assert wrong == []
    assert not (tmp_path / "pulled").exists()


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


def test_a_hub_that_sends_more_than_it_says(hub: HubServer, bundle_folder: Path, tmp_path: Path) -> None:
    stored(hub, bundle_folder, lambda folder: None)
    hub.lfs[hashlib.sha256((bundle_folder / CLEAN).read_bytes()).hexdigest()] = bytes(60_000_000)
    said = HubUser(hub.url, tmp_path / "home").refused("pull", REPO, tmp_path / "pulled")
    assert f"{CLEAN}: expected at most 50,000,000 bytes" in said
    assert not (tmp_path / "pulled").exists()


BEGINNINGS = {
    "says nothing": b"",
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
    """A server that begins to answer and goes on with a byte at a time, below every limit on silence.

    Where there is no beginning, it says nothing at all.
    """
    done = threading.Event()

    def answer(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            connection.recv(10_000)
            connection.sendall(beginning)
            while not done.wait(0.3):
                connection.sendall(b"x" if beginning else b"")

    def accept(server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=answer, args=(server.accept()[0],), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=accept, args=(server,), daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        done.set()
        time.sleep(0.1)
