"""Publishing the page as a Space: its files, its front matter, and the variables that name its models.

::

    OWNER/NAME
        README.md           the introduction of the project's README.md, under front matter that names the models
        app.py  requirements.txt  LICENSE
        backdoors/          the library and the page
        assets/             the example pictures, and the bundled models, used if the Hub's cannot be loaded

The named models are fetched and checked before anything is uploaded. The Space pins their commit, so what is pushed
later does not change it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from huggingface_hub import HfApi, SpaceCard, SpaceInfo, constants
from huggingface_hub.errors import RepositoryNotFoundError

from backdoors.bundle import CONFIG, Bundle, BundleConfig
from backdoors.errors import LocalFileError, RepositoryError
from backdoors.hub.address import Address
from backdoors.hub.connection import check_access, hub_errors, patiently
from backdoors.hub.publishing import EVERY_REPOSITORY, Pushed, check_private, commit
from backdoors.hub.pulling import Fetched, fetch
from backdoors.hub.sources import check_shows
from backdoors.tasks import TASKS

_CARD = "README.md"
_FILES = (
    "app.py",
    "requirements.txt",
    "LICENSE",
    "backdoors/**/*.py",
    "backdoors/**/*.css",
    "backdoors/**/*.js",
    "backdoors/**/*.html",
    "assets/examples/**/*.*",
)
_MODELS = "assets/models"
_OURS = ("backdoors/", "assets/")  # files of an earlier version are deleted here, and nowhere else


def push_space(
    repo: str, *, models: Mapping[str, Address] | None = None, private: bool = False, root: Path = Path()
) -> Pushed:
    """Upload the page to a Space, and set the variables that name its models.

    Args:
        repo: the Space, ``OWNER/NAME``; created if it does not exist.
        models: the repositories, by the name of the task. A task without one keeps the variable of an existing Space;
            if there is none, the Space loads the bundled models.
        private: create a private Space.
        root: the folder of this project.

    Raises:
        LocalFileError: ``root`` is not the folder of this project. Nothing is sent.
        BundleError: the bundled or the named models cannot be loaded.
        RepositoryError: a name is malformed, a repository holds models that the page cannot show, the Space holds
            another app, or it is public and ``private`` is True.
        HubError: see ``hub_errors``.
    """
    files: dict[str, bytes | Path] = {file: root / file for file in space_files(root)}
    check_access(repo)
    _check_free(repo, private=private)
    fetched = {task: fetch(address) for task, address in (models or {}).items()}
    for task, found in fetched.items():
        check_shows(TASKS[task], found.bundle, found.address)
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
            patiently(partial(api.add_space_variable, repo, TASKS[task].variable, str(found.address)))
    for task in fetched:
        if not public[task]:
            print(f"{fetched[task].address.repo} is private: give the Space a secret HF_TOKEN with read access to it")
    return pushed


def space_files(root: Path) -> list[str]:
    """The files of this project that a Space needs, except README.md: no tests, no training, no caches.

    Raises:
        LocalFileError: ``root`` is not the folder of this project.
        BundleError: the bundled models cannot be loaded.
    """
    for needed in ("app.py", _CARD):
        if not (root / needed).is_file():
            raise LocalFileError(
                f"{root.resolve()}: no {needed} here; run this in the folder of the project", path=root / needed
            )
    found = [path for pattern in _FILES for path in root.glob(pattern) if path.is_file()]
    for folder in (root / _MODELS / task for task in TASKS):
        found += [folder / file for file in _files_of(Bundle.load(folder).config)]
    relative = (path.relative_to(root) for path in found)
    return sorted(
        path.as_posix() for path in relative if not any(part.startswith((".", "__pycache__")) for part in path.parts)
    )


def space_card(root: Path, fetched: Mapping[str, Fetched], *, preload: list[str]) -> SpaceCard:
    """The project's README.md up to its first section, with the named models in its front matter.

    Args:
        fetched: the named models, by task.
        preload: the tasks whose models are downloaded when the Space is built. The build cannot read private ones.
    """
    card: SpaceCard = SpaceCard.load(root / _CARD)
    introduction = card.text.split("\n## ")[0]
    # Without screenshots: the Space shows the page itself.
    card.text = re.sub(r"^!\[.*\n\n?", "", introduction, flags=re.MULTILINE)
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
            f"{repo} holds something other than this page ({', '.join(sorted(others)[:3])}); choose another name",
            got=sorted(others),
        )


def _files(info: SpaceInfo) -> set[str]:
    return {sibling.rfilename for sibling in info.siblings or ()}


def _can_be_listed(found: Fetched) -> bool:
    """Whether the front matter can list the files: commas and spaces separate them there."""
    return not any(re.search(r"[\s,]", file) for file in _files_of(found.bundle.config))


def _preloaded(found: Fetched) -> str:
    return f"{found.address.repo} {','.join(_files_of(found.bundle.config))} {found.address.revision}"


def _files_of(config: BundleConfig) -> list[str]:
    return [CONFIG, *(entry.file for entry in config.files)]
