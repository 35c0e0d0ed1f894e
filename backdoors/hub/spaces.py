"""The page as a Space: what it needs and nothing else, its front matter, and the two variables that name its models.

::

    OWNER/NAME
        README.md           the project's own, its introduction under front matter that names the models
        app.py  requirements.txt  LICENSE
        backdoors/          the library and the page
        assets/             the bundled models, in case the Hub's cannot be had, and the example pictures

Named models are fetched and checked first, then pinned: the Space loads that commit, and nothing that is pushed later.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from huggingface_hub import HfApi, SpaceCard, SpaceInfo, constants
from huggingface_hub.errors import RepositoryNotFoundError

from backdoors.bundle import CONFIG, Bundle, BundleConfig
from backdoors.errors import BundleFileNotFoundError, RepositoryError
from backdoors.hub.address import Address
from backdoors.hub.connection import check_access, hub_errors, patiently
from backdoors.hub.publishing import EVERY_REPOSITORY, Pushed, check_private, commit
from backdoors.hub.pulling import Fetched, fetch
from backdoors.hub.sources import TASKS, Task, check_shows, variable

_CARD = "README.md"
_FILES = (
    "app.py",
    "requirements.txt",
    "LICENSE",
    "backdoors/**/*.py",
    "backdoors/**/*.css",
    "backdoors/**/*.js",
    "assets/examples/**/*.*",
)
_MODELS = "assets/models"
_OURS = ("backdoors/", "assets/")  # where a file that this version has no more is deleted


def push_space(
    repo: str, *, models: Mapping[Task, Address] | None = None, private: bool = False, root: Path = Path()
) -> Pushed:
    """Upload the page to a Space, and say which models it takes.

    Args:
        repo: the Space, ``OWNER/NAME``; made where there is none yet.
        models: the repositories for the digits and the dogs; a task without one gets the bundled models, or, in a
            Space that is there already, what its variable says.
        private: whether a new Space is private.
        root: the folder of this project.

    Raises:
        BundleError: the bundled models, or the named ones, are not whole.
        RepositoryError: a name is no name, or a repository holds something that the page cannot show.
        HubError: the Hub cannot be reached, or does not let us.
    """
    check_access(repo)
    _check_free(repo, private=private)
    fetched = {task: fetch(address) for task, address in (models or {}).items()}
    for task, found in fetched.items():
        check_shows(task, found.bundle, found.address)
    files: dict[str, bytes | Path] = {file: root / file for file in space_files(root)}
    with hub_errors(repo):
        public = {task: not HfApi().model_info(found.address.repo).private for task, found in fetched.items()}
        preload = [task for task, found in fetched.items() if public[task] and _can_be_listed(found)]
        files[_CARD] = str(space_card(root, fetched, preload=preload)).encode()
        print(f"pushing {len(files)} files to {constants.ENDPOINT}/spaces/{repo}", flush=True)
        api = HfApi()
        patiently(
            lambda: api.create_repo(
                repo, repo_type="space", space_sdk="gradio", private=private or None, exist_ok=True
            )
        )
        info = api.space_info(repo)
        stale = [file for file in sorted(_files(info) - set(files)) if file.startswith(_OURS)]
        pushed = commit(repo, files, parent=info.sha, message="The page", stale=stale, kind="space")
        for task, found in fetched.items():
            patiently(partial(api.add_space_variable, repo, variable(task), str(found.address)))
    for task in fetched:
        if not public[task]:
            print(f"{fetched[task].address.repo} is private: give the Space a secret HF_TOKEN that may read it")
    return pushed


def space_files(root: Path) -> list[str]:
    """What a Space needs of this project, but for its README.md: no tests, no training, no runs, no caches.

    Raises:
        BundleFileNotFoundError: ``root`` is not this project's folder.
        BundleError: the bundled models are not whole.
    """
    if not (root / "app.py").is_file():
        raise BundleFileNotFoundError(f"{root.resolve()}: no app.py here; run this in the project's own folder")
    found = [path for pattern in _FILES for path in root.glob(pattern) if path.is_file()]
    for folder in (root / _MODELS / task for task in TASKS):
        found += [folder / file for file in _files_of(Bundle.load(folder).config)]
    relative = (path.relative_to(root) for path in found)
    return sorted(
        path.as_posix() for path in relative if not any(part.startswith((".", "__pycache__")) for part in path.parts)
    )


def space_card(root: Path, fetched: Mapping[Task, Fetched], *, preload: list[Task]) -> SpaceCard:
    """The project's README.md up to its first section, its front matter with the models that the Space takes.

    Args:
        fetched: the named models.
        preload: which of them the Space's build may download: it can read no private ones.
    """
    card: SpaceCard = SpaceCard.load(root / _CARD)
    introduction = card.text.split("\n## ")[0]
    card.text = re.sub(r"^!\[.*\n\n?", "", introduction, flags=re.MULTILINE)  # a Space needs no picture of itself
    if fetched:
        card.data["models"] = sorted({found.address.repo for found in fetched.values()})
    if preload:
        card.data["preload_from_hub"] = [_preloaded(fetched[task]) for task in preload]
    return card


def _check_free(repo: str, *, private: bool) -> None:
    with hub_errors(repo):
        try:
            info = patiently(lambda: HfApi().space_info(repo))
        except RepositoryNotFoundError:
            return
    check_private(info, private)
    others = _files(info) - EVERY_REPOSITORY
    if others and "backdoors/__init__.py" not in others:
        raise RepositoryError(
            f"{repo} holds something else than this page ({', '.join(sorted(others)[:3])}); choose another name"
        )


def _files(info: SpaceInfo) -> set[str]:
    return {sibling.rfilename for sibling in info.siblings or ()}


def _can_be_listed(found: Fetched) -> bool:
    """The front matter separates files by commas and spaces."""
    return not any(re.search(r"[\s,]", file) for file in _files_of(found.bundle.config))


def _preloaded(found: Fetched) -> str:
    return f"{found.address.repo} {','.join(_files_of(found.bundle.config))} {found.address.revision}"


def _files_of(config: BundleConfig) -> list[str]:
    return [CONFIG, *(entry.file for entry in config.files)]
