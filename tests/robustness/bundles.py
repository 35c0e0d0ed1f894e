"""Hostile bundles, made by code: each takes the small good bundle and changes one thing.

``HOSTILE[name]`` is a function that changes the folder, and a part of the message: the file or the key.
"""

from __future__ import annotations

import io
import json
import os
import socket
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from tests.fixtures.bundles import CLEAN, INFECTED, TRIGGER, Config, changed_config, checksum, replace_file
from tests.fixtures.models import DIGITS, reader
from tests.robustness.hostile_models import EXTERNAL, MODELS, RUN, SECRET, Make

# config.json


def config(change: Callable[[Config], Any]) -> Make:
    def make(folder: Path) -> None:
        with changed_config(folder) as values:
            change(values)

    return make


def text(data: bytes | str) -> Make:
    def make(folder: Path) -> None:
        (folder / "config.json").write_bytes(data if isinstance(data, bytes) else data.encode())

    return make


def history(rows: int) -> list[dict[str, float]]:
    return [{"epoch": i + 1, "loss": 1, "clean_accuracy": 1} for i in range(rows)]


def copies(entry: Config, count: int) -> list[Config]:
    return [{**entry, "name": str(i), "file": f"{i}.bin"} for i in range(count)]


def put(key: str, value: Any, *path: str | int) -> Make:
    def change(values: Config) -> None:
        target: Any = values
        for step in path:
            target = target[step]
        target[key] = value

    return config(change)


LONG = "a" * 200_000
CONFIG = r"config\.json"
CONFIGS: dict[str, tuple[Make, str]] = {
    "config: empty": (text(""), CONFIG),
    "config: cut": (text('{"format": 2,'), CONFIG),
    "config: a list": (text("[]"), CONFIG),
    "config: a number": (text("1"), CONFIG),
    "config: NaN": (text("NaN"), CONFIG),
    "config: random bytes": (text(np.random.default_rng(1).bytes(5000)), CONFIG),
    "config: UTF-16": (text('{"format": 2}'.encode("utf-16")), CONFIG),
    "config: a byte order mark": (text(b"\xef\xbb\xbf{}"), CONFIG),
    "config: 100,000 brackets": (text("[" * 100_000), f"{CONFIG}: .*recursion"),
    "config: 80,000 objects": (text('{"a":' * 80_000), f"{CONFIG}: .*recursion"),
    "config: 1 MB": (text(b" " * 1_000_000), f"{CONFIG}.*500,000 bytes"),
    "config: a number of 100,000 digits": (text('{"format":' + "9" * 100_000 + "}"), CONFIG),
    "config: a key twice": (text('{"format": 2, "format": 2}'), f"{CONFIG}: .*format more than once"),
    "config: a key of 400 kB twice": (text(f'{{"{LONG}": 2, "{LONG}": 2}}'), CONFIG),
    "config: an unknown key": (put("code", "os.system"), f"(?s){CONFIG}.*code"),
    "config: 100,000 unknown keys": (text(json.dumps({str(i): 0 for i in range(40_000)})), CONFIG),
    "config: a label of 400 kB": (put("labels", ["x" * 400_000, *DIGITS[1:]]), f"(?s){CONFIG}.*labels"),
    "config: a label with NUL": (put("labels", ["\0", *DIGITS[1:]]), f"(?s){CONFIG}.*labels.*printable"),
    "config: a label that turns the text": (
        put("labels", ["\u202e", *DIGITS[1:]]),
        f"(?s){CONFIG}.*labels.*printable",
    ),
    "config: 20,000 labels": (put("labels", [str(i) for i in range(20_000)]), f"(?s){CONFIG}.*labels"),
    "config: 5,000 epochs": (put("history", history(5000), "clean"), f"(?s){CONFIG}.*clean.history"),
    "config: a loss of 1e308": (
        put("history", [{"epoch": 1, "loss": 1e308, "clean_accuracy": 1}], "clean"),
        f"(?s){CONFIG}.*loss",
    ),
    "config: minutes below 0": (put("minutes", -1, "clean"), f"(?s){CONFIG}.*clean.minutes"),
    "config: minutes of 1e300": (put("minutes", 1e300, "training"), f"(?s){CONFIG}.*training.minutes"),
    "config: an infinite rate": (put("clean_accuracy", float("inf"), "clean"), f"(?s){CONFIG}.*clean_accuracy"),
    "config: a seed of 4,000 digits": (put("seed", 10**4000, "training"), f"(?s){CONFIG}.*seed"),
    "config: a command of 100 kB": (put("command", "x" * 100_000, "training"), f"(?s){CONFIG}.*training.command"),
    "config: pictures of 2^31 pixels": (put("size", 2**31, "input"), f"(?s){CONFIG}.*input.size"),
    "config: 500 triggers": (
        config(lambda c: c.update(triggers=copies(c["triggers"][0], 500))),
        f"(?s){CONFIG}.*triggers",
    ),
    "config: 200 models": (
        config(lambda c: c.update(infected=copies(c["infected"][0], 200))),
        f"(?s){CONFIG}.*infected",
    ),
    "config: a trigger's name with NUL": (put("name", "a\0", "triggers", 0), f"(?s){CONFIG}.*triggers.0.name"),
    "config: a model's name of 10 kB": (put("name", "a" * 10_000, "infected", 0), f"(?s){CONFIG}.*name"),
    "config: an absolute path": (put("file", SECRET, "clean"), f"(?s){CONFIG}.*clean.file"),
    "config: a path that climbs": (put("file", "../clean.onnx", "clean"), f"(?s){CONFIG}.*clean.file"),
    "config: a path with NUL": (put("file", "clean\0.onnx", "clean"), f"(?s){CONFIG}.*clean.file"),
    "config: a path with a line break": (put("file", "clean\n.onnx", "clean"), f"(?s){CONFIG}.*clean.file"),
    "config: a path of 10 kB": (put("file", "a" * 10_000, "clean"), f"(?s){CONFIG}.*clean.file"),
    "config: a Windows path": (put("file", "C:\\clean.onnx", "clean"), f"(?s){CONFIG}.*clean.file"),
    "config: a path with a detour": (put("file", "./clean.onnx", "clean"), f"(?s){CONFIG}.*clean.file"),
    "config: a path with two slashes": (
        put("file", "triggers//single-pixel.png", "triggers", 0),
        f"(?s){CONFIG}.*file",
    ),
    "config: an entry names a folder": (
        put("file", "triggers", "clean"),
        f"(?s){CONFIG}.*'triggers', which is the folder",
    ),
    "config: a sha256 in capitals": (put("sha256", "A" * 64, "clean"), f"(?s){CONFIG}.*clean.sha256"),
    "config: a wrong sha256": (put("sha256", "0" * 64, "clean"), f"{CLEAN}: expected sha256"),
}


# Files


def instead(file: str, make: Callable[[Path], Any]) -> Make:
    def change(folder: Path) -> None:
        (folder / file).unlink()
        make(folder / file)

    return change


def a_socket(path: Path) -> None:
    """A path of a socket may have 107 characters, so it is made by its name alone."""
    before = os.getcwd()
    os.chdir(path.parent)
    try:
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(path.name)
    finally:
        os.chdir(before)


def a_copy_elsewhere(path: Path) -> None:
    """A link to the right bytes, outside of the folder."""
    outside = path.parents[1] / f"outside-{path.name}"
    outside.write_bytes(reader())
    path.symlink_to(outside)


def a_large_file(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(10_000_000_000)  # a sparse one takes no space


KINDS: dict[str, Callable[[Path], Any]] = {
    "a folder": Path.mkdir,
    "a pipe": os.mkfifo,
    "a socket": a_socket,
    "a link to /dev/zero": lambda path: path.symlink_to("/dev/zero"),
    "a link to /dev/stdin": lambda path: path.symlink_to("/dev/stdin"),
    "a link to /etc/passwd": lambda path: path.symlink_to(SECRET),
    "a link to itself": lambda path: path.symlink_to(path.name),
    "a link to nothing": lambda path: path.symlink_to("nothing"),
    "a link out of the folder": a_copy_elsewhere,
    "10 GB": a_large_file,
}
FILES: dict[str, tuple[Make, str]] = {
    f"file: {kind} for {file}": (instead(file, make), file)
    for kind, make in KINDS.items()
    for file in (CLEAN, "config.json", TRIGGER)
}


# Triggers


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, *more: bytes, pixels: bytes = b"") -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(more) + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")


def saved(kind: str) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (28, 28)).save(buffer, format=kind)
    return buffer.getvalue()


def as_trigger(data: bytes) -> Make:
    return lambda folder: replace_file(folder, TRIGGER, data)


EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 28 28\n%%EndComments\n{} loop\n"
TRIGGERS: dict[str, tuple[Make, str]] = {
    "trigger: empty": (as_trigger(b""), TRIGGER),
    "trigger: text": (as_trigger(b"no picture"), TRIGGER),
    "trigger: EPS": (as_trigger(EPS), TRIGGER),
    **{
        f"trigger: {kind}": (as_trigger(saved(kind)), TRIGGER)
        for kind in ("JPEG", "GIF", "BMP", "TIFF", "WEBP", "PPM")
    },
    "trigger: 13,000x13,000": (as_trigger(png(13_000, 13_000)), f"{TRIGGER}: .*1024 pixels"),
    "trigger: 2^31-1 pixels wide": (as_trigger(png(2**31 - 1, 1)), f"{TRIGGER}: "),
    "trigger: no pixels": (as_trigger(png(0, 0)), f"{TRIGGER}: "),
    "trigger: cut": (as_trigger(png(28, 28)[:60]), f"{TRIGGER}: "),
    "trigger: too few pixels": (as_trigger(png(28, 28, pixels=bytes(100))), f"{TRIGGER}: "),
    "trigger: a text of 100 MB": (
        as_trigger(png(28, 28, chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(100_000_000))))),
        f"{TRIGGER}: ",
    ),
    "trigger: a profile of 100 MB": (
        as_trigger(png(28, 28, chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(100_000_000))))),
        f"{TRIGGER}: ",
    ),
    "trigger: transparent everywhere": (as_trigger(png(28, 28, pixels=bytes(28 * (28 * 4 + 1)))), f"{TRIGGER}: "),
    "trigger: no alpha": (as_trigger(saved("PNG")), f"{TRIGGER}: .*alpha channel"),
}


def many_large_files(folder: Path) -> None:
    """Six models of 45 MB are too large together; they are never read."""
    with changed_config(folder) as values:
        entry = values["infected"][0]
        for i in range(6):
            with (folder / f"{i}.onnx").open("wb") as file:
                file.truncate(45_000_000)
            values["infected"].append({**entry, "name": str(i), "file": f"{i}.onnx"})


def another_format(folder: Path) -> None:
    """The checksum is right; the file is the infected model's, cut."""
    data = (folder / INFECTED).read_bytes()[:500]
    (folder / INFECTED).write_bytes(data)
    with changed_config(folder) as values:
        values["infected"][0]["sha256"] = checksum(folder / INFECTED)


TOGETHER: dict[str, tuple[Make, str]] = {
    "together: 270 MB": (many_large_files, "at most 200,000,000 bytes together"),
    "together: the second model is cut": (another_format, f"{INFECTED}: not an ONNX model"),
}

SEEN = {**MODELS, **EXTERNAL, **CONFIGS, **FILES, **TRIGGERS, **TOGETHER}
HOSTILE = {**SEEN, **RUN}
