"""What a demo in a browser needs, as files: the same for the Gradio app, the static page, and other people's pages.

::

    backdoor-demo.js                the component, all its modules in one
    tasks/digits.json               see describing.py
    models/digits/config.json       the bundle, as it is
    models/digits/clean.onnx ...
    examples/dogs/blanket.jpg ...
    runtime/1.30.0/...              onnxruntime-web, where it is served from a folder of one's own
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from backdoors.bundle import CONFIG, TriggerConfig
from backdoors.reading import read_bounded
from backdoors.site.describing import describe
from backdoors.site.joining import ENTRY, joined
from backdoors.site.runtime import VERSION
from backdoors.story.demos import Demo

_TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".json": "application/json",
    ".html": "text/html; charset=utf-8",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".onnx": "application/octet-stream",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
}
_MOST_BYTES = 50_000_000  # of an example or the runtime; our own files, which only a mistake could make larger


@dataclass(frozen=True, kw_only=True)
class File:
    """A file that browsers ask for.

    Attributes:
        read: gives its bytes.
        lasting: whether its address always means the same bytes, so that browsers may keep it.
        media_type: of the bytes.
    """

    read: Callable[[], bytes]
    media_type: str
    lasting: bool = False


def demo_files(demos: Sequence[Demo], *, server: str | None, runtime: Mapping[str, Path]) -> dict[str, File]:
    """All files, by path.

    Args:
        server: the address of the page's API, relative to the script; None where there is none.
        runtime: from ``runtime_files``; empty for the public one.
    """
    place = f"runtime/{VERSION}/"
    files = {ENTRY: file_of(ENTRY, lambda: joined().encode())}
    for demo in demos:
        name = demo.task.name
        description = describe(demo, server=server, runtime=place if runtime else None)
        files[f"tasks/{name}.json"] = file_of(".json", partial(_same, json.dumps(description).encode()))
        config = read_bounded(demo.bundle.folder / CONFIG, most=_MOST_BYTES)
        files[f"models/{name}/{CONFIG}"] = file_of(".json", partial(_same, config))
        for entry in demo.bundle.config.files:
            path = f"models/{name}/{entry.file}"
            kind = ".png" if isinstance(entry, TriggerConfig) else ".onnx"  # whatever a stranger has called it
            files[path] = file_of(kind, partial(demo.bundle.read, entry), lasting=True)
        if any("file" in each for each in description["examples"]):
            for example in demo.examples.values():
                files[f"examples/{name}/{example.name}"] = file_of(example.name, partial(_read, example))
    for name, source in runtime.items():
        files[place + name] = file_of(name, partial(_read, source), lasting=True)
    return files


def file_of(name: str, read: Callable[[], bytes], *, lasting: bool = False) -> File:
    """A file whose media type follows from its name, or from its ending alone."""
    kind = _TYPES.get(Path(name).suffix.lower() or name, "application/octet-stream")
    return File(read=read, media_type=kind, lasting=lasting)


def _same(data: bytes) -> bytes:
    return data


def _read(path: Path) -> bytes:
    return read_bounded(path, most=_MOST_BYTES)
