"""Run folders: files that are never half-written, and settings that a resumed run must share."""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from backdoors.errors import RunError

SETTINGS = "settings.json"
GO_ON = "the same command with --resume goes on after the last finished epoch"


def check_same(where: Path, earlier: Mapping[str, Any], now: Mapping[str, Any], keys: Collection[str] = ()) -> None:
    """Raise if a run was started with other settings than now: to resume it would mix the two.

    Args:
        where: the folder, for the message.
        earlier: the settings that it was started with.
        now: those of the present command.
        keys: the settings to compare; all by default.

    Raises:
        RunError: names each setting that differs.
    """
    differing = [
        f"{key}: {earlier.get(key)!r} then, {now.get(key)!r} now"
        for key in sorted(keys or {*now, *earlier})
        if now.get(key) != earlier.get(key)
    ]
    if differing:
        raise RunError(
            f"{where} was started with other settings ({'; '.join(differing)}); use the same ones, or another --out"
        )


def check_started(folder: Path, now: Mapping[str, Any], keys: Collection[str] = ()) -> None:
    """Raise if a run folder was started with other settings, by its ``settings.json``. A folder without one passes."""
    if (folder / SETTINGS).exists():
        check_same(folder, read_json(folder / SETTINGS), now, keys)


def repeatable(argv: list[str]) -> list[str]:
    """The arguments that the trained files depend on.

    ``--resume``, ``--stage`` and the options about the Hub are left out: the files are the same without them.
    """
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--private", action="store_true")
    parser.add_argument("--push-to-hub")
    parser.add_argument("--stage")
    return parser.parse_known_args(argv)[1]


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object of the run folder."""
    value: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return value


def write_json(path: Path, value: Mapping[str, Any]) -> None:
    """Write a JSON object into the run folder."""
    with replacing(path) as partial:
        partial.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Write a file under another name and then rename it, in one step: ``with replacing(path) as partial: ...``.

    If the process is stopped while it writes, the earlier file stays as it was. Works for a folder too, if there is
    none of that name yet.

    Yields:
        Where to write: a path in the same folder, with the same suffix. A file that a stopped process left there is
        replaced.
    """
    partial = path.with_name(f"partial-{path.name}")
    if partial.is_dir():
        shutil.rmtree(partial)
    yield partial
    partial.replace(path)
