"""From the Hub: a bundle into the client's cache or a folder of one's own, every file checked.

What is downloaded is ``config.json`` and the files that it names, nothing else that may lie beside them::

    fetched = fetch(Address.parse("someone/digits@main"))
    fetched.address                     # someone/digits@8f14e45f...: the commit that main was
    bundle = Bundle.load(fetched.folder)

A commit whose files are in the cache is read from there, without one request.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from huggingface_hub import HfApi, constants, hf_hub_download, try_to_load_from_cache

from backdoors.bundle import CONFIG, Bundle, BundleConfig, sha256
from backdoors.errors import BundleError, HubError
from backdoors.hub.address import Address
from backdoors.hub.cards import card_files
from backdoors.hub.connection import hub_errors, patiently


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """A bundle in the cache.

    Attributes:
        address: its repository, pinned to the commit that it came from.
        folder: where it is; the client's, and to be left alone.
        bundle: the same, checked and loaded.
    """

    address: Address
    folder: Path
    bundle: Bundle


def resolve(address: Address) -> Address:
    """Pin a branch or a tag to the commit that it is now. A commit in the cache costs no request.

    Raises:
        HubError: there is no such repository or revision, or the Hub cannot be reached.
    """
    if address.pinned and isinstance(try_to_load_from_cache(address.repo, CONFIG, revision=address.revision), str):
        return address
    # Not the client's resolve_revision: where it cannot ask, it would take an old answer without a word, and where the
    # Hub is silent, it would wait for ever. A commit that is not in the cache is asked for too, since a download would
    # take half a minute to find out that there is no Hub.
    with hub_errors(str(address)):
        info = patiently(
            lambda: HfApi().model_info(address.repo, revision=address.revision, timeout=constants.HF_HUB_ETAG_TIMEOUT)
        )
    assert info.sha is not None
    return address.at(info.sha)


def fetch(address: Address) -> Fetched:
    """Bring a bundle into the cache, check every file, and load it.

    Raises:
        HubError: the Hub cannot be reached, or lacks the repository, the revision or a file.
        BundleError: what is there is no bundle, or a file has another sha256 than its ``config.json`` says.
    """
    address = resolve(address)
    folder = _download(address, CONFIG).parent
    for entry in BundleConfig.load(folder).files:
        path = _download(address, entry.file)
        if sha256(path.read_bytes()) != entry.sha256:
            # Perhaps only the cache was damaged. If the Hub's own file is wrong, or cannot be had, loading says so.
            with contextlib.suppress(HubError):
                _download(address, entry.file, again=True)
    return Fetched(address=address, folder=folder, bundle=Bundle.load(folder))


def pull(address: Address, folder: Path) -> Address:
    """Copy a bundle from the Hub into a new folder and write its model card; it is there whole, or not at all.

    Returns:
        Where it came from, pinned.

    Raises:
        BundleError: the folder is taken, or see ``fetch``.
        HubError: see ``fetch``.
    """
    taken = BundleError(f"{folder} is there already; name a new folder, or remove this one")
    if folder.exists():
        raise taken
    fetched = fetch(address)
    partial = folder.with_name(f".{folder.name}.{os.getpid()}.partial")
    try:
        for file in (CONFIG, *(entry.file for entry in fetched.bundle.config.files)):
            (partial / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(fetched.folder / file, partial / file)
        for file, data in card_files(Bundle.load(partial), address.repo).items():
            (partial / file).write_bytes(data)
        try:
            partial.rename(folder)
        except OSError as e:  # somebody else was faster
            raise taken from e
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return fetched.address


def _download(address: Address, file: str, *, again: bool = False) -> Path:
    with hub_errors(str(address)):
        return Path(
            patiently(lambda: hf_hub_download(address.repo, file, revision=address.revision, force_download=again))
        )
