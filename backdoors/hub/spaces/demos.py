"""The demos that a Space shows: with the models that the command names, or with the bundled ones.

The variables that name models for a page on this machine (``BACKDOORS_DIGITS``) have no effect here. A Space is for
everybody, so its models are those of the command.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from huggingface_hub import HfApi

from backdoors.bundle import Bundle
from backdoors.errors import LocalFileError
from backdoors.hub.address import Address
from backdoors.hub.cards import CARD
from backdoors.hub.connection import hub_errors
from backdoors.hub.pulling import Fetched, fetch
from backdoors.hub.sources import Origin, check_shows
from backdoors.story import Demo
from backdoors.tasks import TASKS, Task

_ASSETS = "assets"
MODELS = f"{_ASSETS}/models"


def check_project(root: Path) -> None:
    """Raise if a folder is not that of this project.

    Raises:
        LocalFileError: it lacks a file that a Space is made from.
    """
    for needed in ("app.py", CARD):
        if not (root / needed).is_file():
            raise LocalFileError(
                f"{root.resolve()}: no {needed} here; run this in the folder of the project", path=root / needed
            )


def fetch_models(models: Mapping[str, Address]) -> dict[str, Fetched]:
    """Fetch and check the named models, by task.

    Raises:
        BundleError, HubError, LocalFileError: see ``fetch``.
        RepositoryError: the page cannot show a repository's models as this task.
    """
    fetched = {task: fetch(address) for task, address in models.items()}
    for task, found in fetched.items():
        check_shows(TASKS[task], found.bundle, found.address)
    return fetched


def private_tasks(fetched: Mapping[str, Fetched]) -> list[str]:
    """The tasks whose models are in a private repository.

    Raises:
        HubError: see ``hub_errors``.
    """
    private = []
    for task, found in fetched.items():
        with hub_errors(str(found.address)):
            if HfApi().model_info(found.address.repo).private:
                private.append(task)
    return private


def load_demos(root: Path, fetched: Mapping[str, Fetched]) -> list[Demo]:
    """All demos, with the fetched models or the bundled ones.

    Args:
        root: the folder of this project.

    Raises:
        BundleError: the bundled models cannot be loaded.
    """
    return [_demo(task, root, fetched.get(task.name)) for task in TASKS.values()]


def _demo(task: Task, root: Path, found: Fetched | None) -> Demo:
    bundle = Bundle.load(root / MODELS / task.name) if found is None else found.bundle
    task.check(bundle)
    origin = Origin(address=None if found is None else found.address)
    return Demo.of(task, bundle, origin, root / _ASSETS)
