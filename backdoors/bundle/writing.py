"""Writing a bundle: whole or not at all. Every training and every download writes with this.

A new bundle is written into a folder beside the final one and loaded from there as a check. Then two renames put it
into its place: the earlier bundle moves aside, the new one moves in::

    digits/                     the bundle
    .digits.partial/            a bundle that is being written or deleted: not whole, safe to delete
    .digits.previous/           the earlier bundle, between the two renames: always whole

The process may be killed at any step. If that happens between the two renames, ``digits`` is missing; ``Bundle.load``
then reads ``.digits.previous``, and the next write moves it back. The next write also deletes what is left over.

Processes that write into the same parent folder take turns, by a lock on that folder. Windows and some network file
systems have no such lock: there, do not write the same bundle from two processes at once.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from backdoors.bundle.files import CONFIG
from backdoors.bundle.folders import partial_of, previous_of
from backdoors.bundle.loading import Bundle
from backdoors.bundle.schema import BundleConfig
from backdoors.errors import BackdoorsError, BundleError, LocalFileError

if sys.platform != "win32":
    import fcntl


def write_bundle(
    folder: str | Path, config: BundleConfig, files: Mapping[str, bytes], *, overwrite: bool = True
) -> Bundle:
    """Write a bundle, or replace an earlier one together with everything else in its folder.

    Args:
        folder: where the bundle goes. Missing parent folders are made.
        config: names the files and their checksums.
        files: the bytes of every file that the config names, by relative path. Other files, such as a model card, are
            written beside them. A ``config.json`` among them is written byte for byte, so that a copy of a bundle
            keeps its version.
        overwrite: whether an earlier bundle may be replaced.

    Returns:
        The bundle, loaded.

    Raises:
        BundleError: a file is missing or does not fit the config, or the folder exists and may not be replaced. The
            folder stays as it was.
        LocalFileError: a file cannot be written, for example because the disk is full. The folder stays as it was.
    """
    folder = Path(folder)
    missing = sorted({entry.file for entry in config.files} - set(files))
    if missing:
        raise BundleError(
            f"{folder}: expected every file that the config names, got none for {', '.join(missing)}",
            path=folder,
            expected=sorted(entry.file for entry in config.files),
            got=sorted(files),
        )
    real = Path(os.path.realpath(folder))  # a link stays a link, and the folder behind it is replaced
    try:
        real.parent.mkdir(parents=True, exist_ok=True)
        with _alone_in(real.parent):
            bundle = _write(real, {CONFIG: config.to_json(), **files}, overwrite=overwrite)
    except BackdoorsError:
        raise
    except OSError as e:
        raise LocalFileError(f"{folder}: cannot be written: {e.strerror} ({e.filename})", path=folder) from e
    return replace(bundle, folder=folder)


def taken(folder: Path) -> BundleError:
    """The error for a folder that must not be replaced."""
    return BundleError(f"{folder} already exists; name a new folder, or remove this one", path=folder)


def _write(folder: Path, files: Mapping[str, bytes], *, overwrite: bool) -> Bundle:
    partial, previous = partial_of(folder), previous_of(folder)
    _tidy(folder)
    if folder.exists():
        if not overwrite:
            raise taken(folder)
        if not (folder / CONFIG).is_file() and not _is_empty(folder):
            raise BundleError(
                f"{folder} exists and holds something other than a bundle; name another folder", path=folder
            )
    try:
        partial.mkdir()
        for file, data in files.items():
            path = partial / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        bundle = Bundle.load(partial)
        if overwrite and folder.exists():
            folder.rename(previous)
        partial.rename(folder)
    finally:
        _tidy(folder)
    return bundle


def _tidy(folder: Path) -> None:
    """Delete what a write left beside the folder; if it stopped between the renames, move the earlier bundle back.

    What cannot be moved or deleted now stays where it is, for the next write.
    """
    partial, previous = partial_of(folder), previous_of(folder)
    with contextlib.suppress(OSError):
        shutil.rmtree(partial, ignore_errors=True)
        if previous.exists() and folder.exists():
            previous.rename(partial)  # so that what is called previous is whole even if deleting stops halfway
            shutil.rmtree(partial, ignore_errors=True)
        elif previous.exists():
            previous.rename(folder)


def _is_empty(folder: Path) -> bool:
    return folder.is_dir() and not any(folder.iterdir())


@contextlib.contextmanager
def _alone_in(parent: Path) -> Iterator[None]:
    """Wait until no other process writes a bundle into this folder. When a process ends, so does its lock."""
    if sys.platform == "win32":
        yield
        return
    descriptor = os.open(parent, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # some network file systems cannot lock a folder
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
