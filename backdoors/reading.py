"""Reading files that come from strangers: regular files only, and never more bytes than a limit.

A folder from a stranger may hold links to devices, pipes that nobody writes into, or a file that fills the memory::

    read_bounded(Path("my-digits/clean.onnx"), most=MODEL_BYTES, inside=Path("my-digits"))

Errors are ``OSError`` with a reason in ``strerror``, as for every other file that cannot be read.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

# Without O_NONBLOCK, opening a pipe waits for somebody to write into it. Windows has neither flag nor such files.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


def read_bounded(path: Path, *, most: int, inside: Path | None = None) -> bytes:
    """The bytes of a regular file.

    Args:
        most: the size limit in bytes.
        inside: the folder that links must not leave. The links of the Hub's cache, from ``snapshots`` to ``blobs``,
            are allowed.

    Raises:
        OSError: the file cannot be read, is not a regular file, is too large, or lies outside of ``inside``.
    """
    real = Path(os.path.realpath(path))
    if inside is not None and not any(real.is_relative_to(place) for place in _allowed(inside)):
        raise OSError(errno.ELOOP, f"a link to {real}, outside of the folder", str(path))
    if not stat.S_ISREG(os.stat(real).st_mode):  # before it is opened: opening a device can have effects
        raise OSError(errno.EINVAL, "not a regular file", str(path))
    with open(os.open(real, _FLAGS), "rb") as file:
        opened = os.fstat(file.fileno())
        if not stat.S_ISREG(opened.st_mode):
            raise OSError(errno.EINVAL, "not a regular file", str(path))
        data = file.read(min(opened.st_size, most) + 1)  # a buffer of ``most`` bytes would take longer than reading
    if len(data) > most:
        raise OSError(errno.EFBIG, f"more than {most:,} bytes", str(path))
    return data


def _allowed(folder: Path) -> list[Path]:
    real = Path(os.path.realpath(folder))
    return [real, real.parents[1] / "blobs"] if real.parent.name == "snapshots" else [real]
