"""The folders of a bundle: its own, and two beside it that exist only while it is replaced.

::

    digits/                     the bundle
    .digits.partial/            a bundle that is being written or deleted: not whole, safe to delete
    .digits.previous/           the earlier bundle, while the new one moves in: always whole
"""

from __future__ import annotations

import os
from pathlib import Path


def partial_of(folder: Path) -> Path:
    """Where a new bundle is written before it moves into ``folder``."""
    return _beside(folder, "partial")


def previous_of(folder: Path) -> Path:
    """Where the earlier bundle is while a new one moves into ``folder``."""
    return _beside(folder, "previous")


def readable(folder: Path) -> Path:
    """Where to read a bundle from: ``folder``, or the earlier bundle if ``folder`` is missing between the renames."""
    previous = previous_of(folder)
    return previous if previous.is_dir() and not folder.exists() else folder


def _beside(folder: Path, what: str) -> Path:
    real = Path(os.path.realpath(folder))  # where "." and links point to
    return real.parent / f".{real.name}.{what}"
