"""Pulling: a bundle from the Hub into the client's cache or into a new folder, every file checked.

Only ``config.json`` and the files that it names are downloaded::

    fetched = fetch(Address.parse("someone/digits@main"))
    fetched.address                     # someone/digits@8f14e45f...: the commit that main was
    bundle = Bundle.load(fetched.folder)

A pinned commit that is in the cache is read from there, without any request. The models are tried in a process of
their own before they are loaded, because a repository may be a stranger's.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from huggingface_hub import HfApi, constants, hf_hub_download, try_to_load_from_cache
from huggingface_hub.utils import tqdm  # type: ignore[attr-defined]

from backdoors.bundle import CONFIG, CONFIG_BYTES, Bundle, BundleConfig, sha256, taken, write_bundle
from backdoors.errors import BundleError, HubError, HubUnreachableError
from backdoors.hub.address import Address
from backdoors.hub.cards import card_files
from backdoors.hub.connection import hub_errors, patiently
from backdoors.models import MODEL_BYTES
from backdoors.reading import read_bounded

Result = TypeVar("Result")

DOWNLOAD_SECONDS = 120.0
"""For a whole bundle: the page waits for it before it starts. The bundled ones have 6 and 9 MB."""


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """A bundle in the client's cache.

    Attributes:
        address: its repository, pinned to the commit that it came from.
        folder: its folder in the cache. Do not change it.
        bundle: the bundle, checked and loaded.
    """

    address: Address
    folder: Path
    bundle: Bundle


def resolve(address: Address) -> Address:
    """Pin a branch or a tag to its current commit. A pinned commit in the cache needs no request.

    Raises:
        HubRefusedError: there is no such repository or revision, or it is private.
        HubUnreachableError: the Hub cannot be reached.
    """
    if address.pinned and isinstance(try_to_load_from_cache(address.repo, CONFIG, revision=address.revision), str):
        return address
    # The client's own resolve_revision returns a cached answer if it cannot ask, without saying so, and waits for ever
    # if the Hub is silent. A commit that is not in the cache is asked for too: a download would take half a minute to
    # find out that there is no network.
    with hub_errors(str(address)):
        info = patiently(
            lambda: HfApi().model_info(address.repo, revision=address.revision, timeout=constants.HF_HUB_ETAG_TIMEOUT)
        )
    assert info.sha is not None
    return address.at(info.sha)


def fetch(address: Address) -> Fetched:
    """Download a bundle into the cache, check every file, and load it.

    Raises:
        HubError: see ``hub_errors``; also if downloading takes longer than ``DOWNLOAD_SECONDS``.
        BundleError: the repository holds no bundle, a file has another sha256 than ``config.json`` says or is too
            large, or a model is refused (see ``Bundle.load``).
        LocalFileError: the cache cannot be read or written.
    """
    address, folder = _in_time(lambda: _downloaded(address), f"{address}")
    return Fetched(address=address, folder=folder, bundle=Bundle.load(folder, probe=True))


def pull(address: Address, folder: Path) -> Address:
    """Copy a bundle from the Hub into a new folder and write its model card.

    If anything fails, the folder is not created.

    Returns:
        The address that it came from, pinned.

    Raises:
        BundleError: the folder exists, or see ``fetch``.
        HubError: see ``fetch``.
        LocalFileError: the folder or the cache cannot be written.
    """
    if folder.exists():
        raise taken(folder)
    fetched = fetch(address)
    config = fetched.bundle.config
    files = {entry.file: fetched.bundle.read(entry) for entry in config.files}
    files |= {CONFIG: (fetched.folder / CONFIG).read_bytes(), **card_files(fetched.bundle, address.repo)}
    write_bundle(folder, config, files, overwrite=False)
    return fetched.address


def _downloaded(address: Address) -> tuple[Address, Path]:
    """The pinned address, and the folder in the cache with all files of its bundle."""
    address = resolve(address)
    folder = _download(address, CONFIG, most=CONFIG_BYTES).parent
    for entry in BundleConfig.load(folder).files:
        path = _download(address, entry.file)
        try:
            damaged = sha256(read_bounded(path, most=MODEL_BYTES)) != entry.sha256
        except OSError as e:
            raise BundleError(f"{address}: {entry.file}: cannot be read ({e.strerror})", path=path) from e
        if damaged:
            # The file in the cache may be damaged. If it is wrong on the Hub as well, loading raises a ChecksumError.
            with contextlib.suppress(HubError):
                _download(address, entry.file, again=True)
    return address, folder


def _in_time(work: Callable[[], Result], what: str) -> Result:
    """Run something in a thread, and give it up after ``DOWNLOAD_SECONDS``.

    The client's own limits are for each piece: a Hub that sends a byte a second stays below them for ever. The thread
    that is given up ends with the process, or when the Hub does.
    """
    results: list[Result] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as e:
            errors.append(e)

    thread = threading.Thread(target=run, name=f"download {what}", daemon=True)
    thread.start()
    thread.join(DOWNLOAD_SECONDS)
    if errors:
        raise errors[0]
    if not results:
        raise HubUnreachableError(
            f"{what}: the Hub ({constants.ENDPOINT}) has not sent all files in {DOWNLOAD_SECONDS:g} s; "
            "try again later, what was transferred is kept"
        )
    return results[0]


class _TooLargeError(Exception):
    """More bytes arrive than a file may have."""


def _download(address: Address, file: str, *, most: int = MODEL_BYTES, again: bool = False) -> Path:
    class Bounded(tqdm):
        """The client's progress bar, told of every piece that arrives: a Hub may send more than it says."""

        arrived = 0

        def update(self, n: float | None = 1) -> bool | None:
            self.arrived += int(n or 0)
            if self.arrived > most:
                raise _TooLargeError
            shown: bool | None = super().update(n)
            return shown

    too_large = BundleError(f"{address}: {file}: expected at most {most:,} bytes", path=file, expected=most)
    with hub_errors(str(address)):
        told = patiently(lambda: hf_hub_download(address.repo, file, revision=address.revision, dry_run=True))
        if (told.file_size or 0) > most:
            raise too_large
        try:
            path = patiently(
                lambda: hf_hub_download(
                    address.repo, file, revision=address.revision, force_download=again, tqdm_class=Bounded
                )
            )
        except _TooLargeError as e:
            raise too_large from e
    return Path(path)
