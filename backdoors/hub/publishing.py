"""Pushing: a bundle becomes a model repository, in one commit.

::

    pushed = push(Path("runs/digits/bundle"), "someone/digits")
    print(pushed)       # pushed to https://huggingface.co/someone/digits, commit 8f14e45f...

The model card is written from ``config.json``; the local folder is not changed. The same commit deletes files of an
earlier bundle that this one no longer has. Other files in the repository stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi, ModelInfo, SpaceInfo, hf_hub_download
from huggingface_hub.errors import RepositoryNotFoundError

from backdoors.bundle import CONFIG, Bundle, BundleConfig, FileConfig
from backdoors.errors import BundleError, RepositoryError
from backdoors.hub.cards import CARD, card_files
from backdoors.hub.connection import check_access, hub_errors, patiently

EVERY_REPOSITORY = {".gitattributes", CARD, "LICENSE"}  # what the Hub may have put into a new repository


@dataclass(frozen=True, kw_only=True)
class Pushed:
    """The result of a push.

    Attributes:
        url: the page of the repository.
        commit: its newest commit.
        changed: False if the repository already had the same files, and no commit was made.
    """

    url: str
    commit: str
    changed: bool

    def __str__(self) -> str:
        if self.changed:
            return f"pushed to {self.url}, commit {self.commit}"
        return f"nothing to push: {self.url} has the same files at commit {self.commit}"


def push(folder: Path, repo: str, *, private: bool = False, datasets: Sequence[str] = ()) -> Pushed:
    """Push a bundle. Progress is printed.

    Args:
        folder: the bundle. It is checked before anything is sent.
        repo: ``OWNER/NAME``; created if it does not exist.
        private: create a private repository.
        datasets: the Hub ids of the data sets, for the model card, if the training had local copies of them.

    Raises:
        BundleError: the bundle cannot be loaded.
        RepositoryError: the name is malformed, the repository holds something else, or it is public and ``private``
            is True.
        HubError: see ``hub_errors``.
    """
    bundle = Bundle.load(folder)
    check_access(repo)
    check_free(repo, bundle.config.task, private=private)
    files: dict[str, bytes | Path] = {entry.file: folder / entry.file for entry in bundle.config.files}
    files |= {CONFIG: folder / CONFIG, **card_files(bundle, repo, datasets=datasets)}
    print(f"pushing {len(files)} files to {repo}", flush=True)
    with hub_errors(repo):
        patiently(lambda: HfApi().create_repo(repo, private=private or None, exist_ok=True))
        info = HfApi().model_info(repo)
        stale = [entry.file for entry in _earlier_files(info) if entry.file not in files]
        message = f"Clean and infected models of {bundle.config.task}"
        return commit(repo, files, parent=info.sha, message=message, stale=stale)


def check_free(repo: str, task: str, *, private: bool = False) -> None:
    """Raise if a repository holds something other than a bundle of this task. Nothing is changed.

    Raises:
        RepositoryError: the repository holds something else, or it is public and ``private`` is True.
        HubError: see ``hub_errors``.
    """
    with hub_errors(repo):
        try:
            info = patiently(lambda: HfApi().model_info(repo))
        except RepositoryNotFoundError:
            return
    check_private(info, private)
    config = _earlier_config(info)
    if config is None:
        if others := _files(info) - EVERY_REPOSITORY:
            raise RepositoryError(
                f"{repo} holds something other than a bundle ({', '.join(sorted(others)[:3])}); choose another name",
                got=sorted(others),
            )
    elif config.task != task:
        raise RepositoryError(
            f"{repo} holds models of {config.task}, and these are of {task}; choose another name",
            expected=task,
            got=config.task,
        )


def check_private(info: ModelInfo | SpaceInfo, private: bool) -> None:
    """Raise if a repository is public and ``private`` is True.

    Raises:
        RepositoryError: it is public.
    """
    if private and not info.private:
        raise RepositoryError(
            f"{info.id} already exists and is public; make it private in its settings, or drop --private"
        )


def commit(
    repo: str,
    files: Mapping[str, bytes | Path],
    *,
    parent: str | None,
    message: str,
    stale: Iterable[str] = (),
    kind: str = "model",
) -> Pushed:
    """Commit files to a repository; if nothing changed, no commit is made.

    Args:
        files: the content of each file, by its path in the repository, as bytes or as a local path.
        parent: the commit that this one must follow. If the branch has moved on, the Hub refuses.
        stale: files to delete.
        kind: ``model`` or ``space``.
    """

    def attempt() -> Pushed:
        # The client changes operations, so each attempt needs new ones.
        operations: list[CommitOperationAdd | CommitOperationDelete] = [
            *(CommitOperationAdd(path_in_repo=file, path_or_fileobj=data) for file, data in files.items()),
            *(CommitOperationDelete(path_in_repo=file) for file in stale),
        ]
        done = HfApi().create_commit(repo, operations, repo_type=kind, commit_message=message, parent_commit=parent)
        return Pushed(url=str(done.repo_url), commit=done.oid, changed=done.oid != parent)

    return patiently(attempt)


def _earlier_files(info: ModelInfo) -> tuple[FileConfig, ...]:
    config = _earlier_config(info)
    return () if config is None else config.files


def _earlier_config(info: ModelInfo) -> BundleConfig | None:
    """The config of the bundle that a repository holds; None if it holds none."""
    if CONFIG not in _files(info):
        return None
    with hub_errors(info.id):
        path = patiently(lambda: hf_hub_download(info.id, CONFIG, revision=info.sha))
    try:
        return BundleConfig.load(Path(path).parent)
    except BundleError:
        return None


def _files(info: ModelInfo) -> set[str]:
    return {sibling.rfilename for sibling in info.siblings or ()}
