"""onnxruntime-web for the browser: from a public network of servers, or from a folder of one's own.

It is not in this repository. ``npm install onnxruntime-web@1.30.0`` installs it, and ``BACKDOORS_RUNTIME`` names the
folder ``node_modules/onnxruntime-web/dist``; then no third party is asked. Browsers compare both files with the
checksums in ``backdoors/web/engine/runtime.js`` in any case, and so does ``runtime_files``.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
from pathlib import Path

from backdoors.errors import LocalFileError
from backdoors.reading import read_bounded
from backdoors.site.joining import WEB

VARIABLE = "BACKDOORS_RUNTIME"

_MOST_BYTES = 50_000_000  # the larger file has 14 MB
_PINNED = (WEB / "engine" / "runtime.js").read_text(encoding="utf-8")


def _pinned(pattern: str) -> str:
    found = re.search(pattern, _PINNED)
    assert found is not None, pattern
    return found[1]


VERSION = _pinned(r'version: "([^"]+)"')
MODULE, WASM = _pinned(r'file: "([^"]+\.mjs)"'), _pinned(r'file: "([^"]+\.wasm)"')
HASHES = {MODULE: _pinned(r'integrity: "sha384-([^"]+)"'), WASM: _pinned(r'sha256: "([^"]+)"')}


def runtime_files(folder: Path | None = None) -> dict[str, Path]:
    """The two files that browsers need, by name; none where no folder is named.

    Args:
        folder: by default the one that ``BACKDOORS_RUNTIME`` names.

    Raises:
        LocalFileError: the folder lacks a file, or has another version of it.
    """
    named = folder or os.environ.get(VARIABLE)
    if not named:
        return {}
    files = {name: Path(named) / name for name in HASHES}
    for name, path in files.items():
        hint = f"npm install onnxruntime-web@{VERSION}, and name its folder dist"
        try:
            data = read_bounded(path, most=_MOST_BYTES)
        except OSError as e:
            raise LocalFileError(f"{path}: {e.strerror or e}; {hint}", path=path) from e
        digest = (
            base64.b64encode(hashlib.sha384(data).digest()).decode()
            if name == MODULE
            else hashlib.sha256(data).hexdigest()
        )
        if digest != HASHES[name]:
            raise LocalFileError(f"{path}: expected that of version {VERSION}, got another one; {hint}", path=path)
    return files
