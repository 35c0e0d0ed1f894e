"""What every run folder has: JSON files, and settings that a resumed run must share."""

from __future__ import annotations

import argparse
import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from backdoors.errors import RunError

SETTINGS = "settings.json"
GO_ON = "the same command with --resume goes on after the last finished epoch"


def check_same(where: Path, earlier: Mapping[str, Any], now: Mapping[str, Any], keys: Collection[str] = ()) -> None:
    """Refuse to go on with what was started otherwise; the mixture would be neither.

    Args:
        where: the folder, for the message.
        earlier: the settings that it was started with.
        now: today's.
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
    """The same for a run folder, by its ``settings.json``; one that was never started may be started anyhow."""
    if (folder / SETTINGS).exists():
        check_same(folder, read_json(folder / SETTINGS), now, keys)


def repeatable(argv: list[str]) -> list[str]:
    """The arguments that decide which files come out.

    How often a run was stopped, by which stages it went on and where its bundle went are nobody's concern: the same
    files come out.
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
    path.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")
