"""The files in a bundle's folder: read within bounds, and compared with their checksums."""

from __future__ import annotations

import hashlib
from pathlib import Path

from backdoors.bundle.entries import FileConfig
from backdoors.errors import BundleError, BundleFileNotFoundError, ChecksumError
from backdoors.models import MODEL_BYTES
from backdoors.reading import read_bounded

CONFIG = "config.json"
CONFIG_BYTES = 500_000  # of config.json; the bundled ones have 16,000 and 5,000


def read_config(folder: Path) -> bytes:
    """The bytes of a bundle's ``config.json``.

    Raises:
        BundleError: the file cannot be read.
        BundleFileNotFoundError: there is no such file.
    """
    return _read(folder, CONFIG, most=CONFIG_BYTES, missing=f"no such file; a bundle is a folder with a {CONFIG}")


def read_file(folder: Path, entry: FileConfig) -> bytes:
    """The bytes of a file that a config names, compared with its checksum.

    Raises:
        BundleError: the file cannot be read.
        BundleFileNotFoundError: the file is missing.
        ChecksumError: its sha256 differs from the config's.
    """
    data = _read(
        folder, entry.file, most=MODEL_BYTES, missing=f"named in {CONFIG}, but not there; fetch the bundle again"
    )
    if (got := sha256(data)) != entry.sha256:
        path = folder / entry.file
        raise ChecksumError(
            f"{path}: expected sha256 {entry.sha256}, got {got}; the file was changed, fetch the bundle again",
            path=path,
            expected=entry.sha256,
            got=got,
        )
    return data


def _read(folder: Path, file: str, *, most: int, missing: str) -> bytes:
    path = folder / file
    try:
        return read_bounded(path, most=most, inside=folder)
    except FileNotFoundError:
        raise BundleFileNotFoundError(f"{path}: {missing}", path=path) from None
    except OSError as e:
        raise BundleError(f"{path}: cannot be read ({e.strerror})", path=path) from e


def sha256(data: bytes) -> str:
    """The sha256 of some bytes, as 64 hex digits."""
    return hashlib.sha256(data).hexdigest()
