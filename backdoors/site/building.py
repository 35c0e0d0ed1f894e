"""Writing the static page into a folder: whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from backdoors.errors import LocalFileError
from backdoors.site.page import page_files
from backdoors.story import Demo
from backdoors.tasks import TASKS

ASSETS = Path(__file__).parents[2] / "assets"

_OURS = ("index.html", "backdoor-demo.js", "tasks")  # what a folder of ours has


def load_demos(assets: Path = ASSETS) -> list[Demo]:
    """All demos, with the models that the environment names, or the bundled ones."""
    return [Demo.load(task, assets) for task in TASKS.values()]


def build(folder: Path, demos: Sequence[Demo], *, runtime: Mapping[str, Path], url: str | None = None) -> list[Path]:
    """Write the page. An earlier one in the folder is replaced once the new one is complete.

    Args:
        runtime: from ``runtime_files``; empty for the public one.
        url: where the page will be.

    Returns:
        The files, in the folder.

    Raises:
        LocalFileError: the folder holds something else, cannot be written, or ``url`` is no address.
    """
    if url is not None and not _is_address(url):
        raise LocalFileError(f"--url: expected an address that begins with https://, got {url!r}", got=url)
    files = page_files(demos, runtime=runtime, url=url)
    if folder.exists() and (not folder.is_dir() or _others(folder, files)):
        raise LocalFileError(
            f"{folder}: expected a new folder, or one that an earlier build wrote; it holds something else, so name "
            "another one",
            path=folder,
        )
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as place:
            new = Path(place) / "new"
            for path, file in files.items():
                (new / path).parent.mkdir(parents=True, exist_ok=True)
                (new / path).write_bytes(file.read())
            if folder.exists():
                folder.rename(Path(place) / "old")
            shutil.move(new, folder)
    except OSError as e:
        raise LocalFileError(f"{folder}: {e.strerror or e}", path=folder) from e
    return [folder / path for path in files]


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:  # of "https://["
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def _others(folder: Path, files: Iterable[str]) -> bool:
    """Whether a folder holds something that is no page of ours, or something beside one, such as a ``.git``."""
    there = {path.name for path in folder.iterdir()}
    ours = {"runtime", *(path.split("/")[0] for path in files)}
    return bool(there) and not set(_OURS) <= there <= ours
