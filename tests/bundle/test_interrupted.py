"""A write that is killed, fails or meets another: at every moment one whole bundle can be read, earlier or new."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from backdoors import Bundle, BundleConfig
from backdoors.bundle import write_bundle
from backdoors.bundle.folders import previous_of
from backdoors.errors import BundleFileNotFoundError, LocalFileError
from tests.bundle.conftest import Files, beside, of_seed, seed_of
from tests.fixtures.bundles import CLEAN, INFECTED
from tests.fixtures.models import reader
from tests.fixtures.page import REPOSITORY

# Stopped at any step


class Killed(BaseException):
    """As after ``kill -9``: from here on nothing of the process reaches the disk, its ``finally`` included."""


def kill() -> None:
    raise Killed


class Disk:
    """Every change that a write makes to the disk, by name; from the chosen one on, ``fail`` is called first."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.changes: list[str] = []
        self.stop_at: int | None = None
        self.fail: Callable[[], None] = kill
        for owner, name in ((Path, "mkdir"), (Path, "write_bytes"), (Path, "rename"), (shutil, "rmtree")):
            monkeypatch.setattr(owner, name, self._watched(name, getattr(owner, name)))

    def stops_at(self, change: int, fail: Callable[[], None]) -> None:
        """Fail at this change, counted from 1, and at all that follow."""
        self.changes, self.stop_at, self.fail = [], change, fail

    def works(self) -> None:
        self.changes, self.stop_at = [], None

    @property
    def is_at_the_stop(self) -> bool:
        return len(self.changes) == self.stop_at

    def _watched(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def change(*args: Any, **kwargs: Any) -> Any:
            self.changes.append(name)
            if self.stop_at is not None and len(self.changes) >= self.stop_at:
                if name == "rmtree" and self.is_at_the_stop:
                    _delete_half(Path(args[0]))
                self.fail()
            return real(*args, **kwargs)

        return change


def _delete_half(folder: Path) -> None:
    """What a process has done that was killed while it deleted a folder."""
    whole = sorted(path for path in folder.rglob("*") if path.is_file())
    for path in whole[: len(whole) // 2]:
        path.unlink()


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(monkeypatch)


def stops(disk: Disk, write: Callable[[], Any], fail: Callable[[], None]) -> Iterator[int]:
    """Stop a write at its first change, its second, and so on, until it gets through."""
    for change in range(1, 100):
        disk.stops_at(change, fail)
        try:
            write()
        except (Killed, LocalFileError):
            disk.works()
            yield change
        else:
            passed = len(disk.changes) < change
            disk.works()
            if passed:
                assert change > 10, "the write did less than it must"
                return
            yield change
    raise AssertionError("the write never ends")


def test_killed_at_any_step_it_leaves_a_whole_bundle(
    disk: Disk, config: BundleConfig, files: Files, earlier: Path
) -> None:
    seeds = set()
    for change in stops(disk, lambda: write_bundle(earlier, of_seed(config, 1), files), kill):
        seeds.add(seed_of(earlier))  # from the folder itself, or from beside it
        if previous_of(earlier).exists():
            assert seed_of(previous_of(earlier)) == 0  # whole, even where deleting it had begun
        write_bundle(earlier, of_seed(config, 2), files)
        assert (seed_of(earlier), beside(earlier)) == (2, []), f"after a kill at change {change}"
        write_bundle(earlier, config, files)
    assert seeds == {0, 1}


def test_killed_twice_it_leaves_a_whole_bundle(disk: Disk, config: BundleConfig, files: Files, earlier: Path) -> None:
    """The next write is killed as well, at each of its steps."""
    disk.works()
    write_bundle(earlier, config, files)
    between = disk.changes.index("rename") + 2  # the second rename, counted from 1
    for change in range(1, 14):
        disk.stops_at(between, kill)
        with pytest.raises(Killed):
            write_bundle(earlier, of_seed(config, 1), files)
        assert not earlier.exists()
        disk.stops_at(change, kill)
        with pytest.raises(Killed):
            write_bundle(earlier, of_seed(config, 2), files)
        disk.works()
        assert seed_of(earlier) in (0, 2)
        write_bundle(earlier, config, files)
        assert beside(earlier) == []


def test_a_first_write_that_is_killed_leaves_nothing_or_all(
    disk: Disk, config: BundleConfig, files: Files, target: Path
) -> None:
    for _ in stops(disk, lambda: write_bundle(target, config, files), kill):
        if target.exists():
            assert seed_of(target) == 0
        else:
            with pytest.raises(BundleFileNotFoundError):
                Bundle.load(target)
        shutil.rmtree(target, ignore_errors=True)


def disk_is_full() -> None:
    raise OSError(28, "No space left on device", "clean.onnx")


def test_a_full_disk_leaves_the_earlier_bundle(disk: Disk, config: BundleConfig, files: Files, earlier: Path) -> None:
    disk.stops_at(5, disk_is_full)
    with pytest.raises(LocalFileError, match=r"bundle: cannot be written: No space left on device") as raised:
        write_bundle(earlier, of_seed(config, 1), files)
    assert raised.value.path == earlier
    disk.works()
    assert seed_of(earlier) == 0


def test_an_error_at_any_step_leaves_a_whole_bundle(
    disk: Disk, config: BundleConfig, files: Files, earlier: Path
) -> None:
    """One change fails; those after it work, so that the write can put the earlier bundle back by itself."""

    def fails_once() -> None:
        if disk.is_at_the_stop:
            disk_is_full()

    for _ in stops(disk, lambda: write_bundle(earlier, of_seed(config, 1), files), fails_once):
        assert seed_of(earlier) in (0, 1)
        write_bundle(earlier, config, files)
        assert (seed_of(earlier), beside(earlier)) == (0, [])


KILLED_IN_A_LOOP = """
import os, pathlib, random, signal, sys, time
from backdoors.bundle import Bundle, BundleConfig, write_bundle

source, target = map(pathlib.Path, sys.argv[1:])
config = BundleConfig.load(source)
files = {entry.file: (source / entry.file).read_bytes() for entry in config.files}

def of_seed(seed):
    return config.model_copy(update={"training": config.training.model_copy(update={"seed": seed})})

write_bundle(target, of_seed(0), files)
for _ in range(12):
    child = os.fork()
    if not child:
        while True:
            for seed in (1, 2):
                write_bundle(target, of_seed(seed), files)
    time.sleep(random.uniform(0.02, 0.1))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    assert Bundle.load(target).config.training.seed in (0, 1, 2)
write_bundle(target, of_seed(3), files)
print(Bundle.load(target).config.training.seed)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork, no kill -9")
def test_kill_9(source: Path, target: Path) -> None:
    """A dozen processes that write and write, each killed at some moment."""
    command = [sys.executable, "-c", KILLED_IN_A_LOOP, str(source), str(target)]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=300, check=False)
    assert (done.returncode, done.stdout) == (0, "3\n"), done.stderr
    assert beside(target) == []


# More than one at once


def together(*actions: Callable[[], Any]) -> list[BaseException]:
    """Run these at the same time; what they raised."""
    raised: list[BaseException] = []

    def run(action: Callable[[], Any]) -> None:
        try:
            action()
        except BaseException as e:
            raised.append(e)

    threads = [threading.Thread(target=run, args=(action,), daemon=True) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
        assert not thread.is_alive()
    return raised


def test_two_writers_take_turns(config: BundleConfig, files: Files, target: Path) -> None:
    def write(seed: int) -> None:
        for _ in range(5):
            write_bundle(target, of_seed(config, seed), files)

    assert together(lambda: write(1), lambda: write(2)) == []
    assert seed_of(target) in (1, 2)
    assert beside(target) == []


def test_of_two_who_may_not_overwrite_one_is_refused(config: BundleConfig, files: Files, target: Path) -> None:
    raised = together(
        *(lambda seed=seed: write_bundle(target, of_seed(config, seed), files, overwrite=False) for seed in (1, 2))
    )
    assert [str(error).partition(" already exists")[0] for error in raised] == [str(target)]
    assert seed_of(target) in (1, 2)


def test_a_reader_meets_one_bundle_or_the_other(config: BundleConfig, files: Files, earlier: Path) -> None:
    """The two bundles differ in a model: a config of one with a model of the other would be a ChecksumError."""
    other = reader(fires=3)
    entries = (
        config.infected[0].model_copy(update={"sha256": hashlib.sha256(other).hexdigest()}),
        *config.infected[1:],
    )
    other_config, other_files = config.model_copy(update={"infected": entries}), {**files, INFECTED: other}
    done = threading.Event()

    def write() -> None:
        try:
            for _ in range(8):
                write_bundle(earlier, other_config, other_files)
                write_bundle(earlier, config, files)
        finally:
            done.set()

    def read() -> None:
        while not done.is_set():
            Bundle.load(earlier)

    assert together(write, read, read, read) == []


def test_a_reader_between_the_two_renames(
    config: BundleConfig, files: Files, earlier: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder is not there at that moment; the earlier bundle is read from beside it, and gives its files."""
    rename, read = Path.rename, list[tuple[bool, int, bytes]]()

    def rename_and_read(path: Path, to: Path) -> Path:
        moved = rename(path, to)
        bundle = Bundle.load(earlier)
        read.append((earlier.exists(), bundle.config.training.seed, bundle.read(bundle.config.clean)))
        return moved

    monkeypatch.setattr(Path, "rename", rename_and_read)
    write_bundle(earlier, of_seed(config, 1), files)
    assert read == [(False, 0, files[CLEAN]), (True, 1, files[CLEAN]), (True, 1, files[CLEAN])]
