"""Pulling: a bundle from the Hub into the client's cache or into a new folder, every file checked.

Only ``config.json`` and the files that it names are downloaded::

    fetched = fetch(Address.parse("someone/digits@main"))
    fetched.address                     # someone/digits@8f14e45f...: the commit that main was
    bundle = Bundle.load(fetched.folder)

A pinned commit that is in the cache is read from there, without any request.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path

from huggingface_hub import HfApi, constants, hf_hub_download, try_to_load_from_cache

from backdoors.bundle import CONFIG, Bundle, BundleConfig, sha256, taken, write_bundle
from backdoors.errors import HubError
from backdoors.hub.address import Address
from backdoors.hub.cards import card_files
from backdoors.hub.connection import hub_errors, patiently


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
        HubError: see ``hub_errors``.
        BundleError: the repository holds no bundle, or a file has another sha256 than ``config.json`` says.
        LocalFileError: the cache cannot be read or written.
    """
    address = resolve(address)
    folder = _download(address, CONFIG).parent
    for entry in BundleConfig.load(folder).files:
        path = _download(address, entry.file)
        with hub_errors(str(address)):
            data = path.read_bytes()
        if sha256(data) != entry.sha256:
            # The file in the cache may be damaged. If it is wrong on the Hub as well, loading raises a ChecksumError.
            with contextlib.suppress(HubError):
                _download(address, entry.file, again=True)
    return Fetched(address=address, folder=folder, bundle=Bundle.load(folder))


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


def _download(address: Address, file: str, *, again: bool = False) -> Path:
    with hub_errors(str(address)):
        return Path(
            patiently(lambda: hf_hub_download(address.repo, file, revision=address.revision, force_download=again))
        )
