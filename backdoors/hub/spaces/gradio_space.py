"""The page as a Gradio Space: its files, its front matter, and the variables that name its models.

::

    OWNER/NAME
        README.md           the introduction of the project's README.md, under front matter that names the models
        preview.png         the picture of link previews
        app.py  requirements.txt  LICENSE
        backdoors/          the library and the page
        assets/             the example pictures, and the bundled models, used if the Hub's cannot be loaded

The named models are fetched and checked before anything is uploaded. The Space pins their commit, so what is pushed
later does not change it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from huggingface_hub import HfApi, constants

from backdoors.bundle import Bundle
from backdoors.hub.address import Address
from backdoors.hub.cards import CARD
from backdoors.hub.connection import check_access, hub_errors, patiently
from backdoors.hub.publishing import Pushed, commit
from backdoors.hub.spaces.cards import PREVIEW, gradio_card, model_files
from backdoors.hub.spaces.demos import MODELS, check_project, fetch_models, load_demos, private_tasks
from backdoors.hub.spaces.kinds import GRADIO, check_space, files_of
from backdoors.site.preview import preview
from backdoors.tasks import TASKS

_FILES = (
    "app.py",
    "requirements.txt",
    "LICENSE",
    "backdoors/**/*.py",
    "backdoors/**/*.css",
    "backdoors/**/*.js",
    "backdoors/**/*.html",
    "backdoors/**/*.svg",
    "assets/examples/**/*.*",
)
_OURS = ("backdoors/", "assets/")  # files of an earlier version are deleted here, and nowhere else


def push_gradio_space(
    repo: str, *, models: Mapping[str, Address] | None = None, private: bool = False, root: Path = Path()
) -> Pushed:
    """Upload the page to a Gradio Space, and set the variables that name its models.

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
            another app or a static page, or it is public and ``private`` is True.
        HubError: see ``hub_errors``.
    """
    files: dict[str, bytes | Path] = {file: root / file for file in gradio_files(root)}
    check_access(repo)
    check_space(repo, GRADIO, private=private)
    fetched = fetch_models(models or {})
    hidden = private_tasks(fetched)
    files[PREVIEW] = preview(load_demos(root, fetched))
    preload = [task for task in fetched if task not in hidden]
    files[CARD] = str(gradio_card(root, repo, fetched, preload=preload)).encode()
    print(f"pushing {len(files)} files to {constants.ENDPOINT}/spaces/{repo}", flush=True)
    with hub_errors(repo):
        api = HfApi()
        patiently(
            lambda: api.create_repo(
                repo, repo_type="space", space_sdk=GRADIO.sdk, private=private or None, exist_ok=True
            )
        )
        info = api.space_info(repo)
        stale = [file for file in sorted(files_of(info) - set(files)) if file.startswith(_OURS)]
        pushed = commit(repo, files, parent=info.sha, message="The page", stale=stale, kind="space")
        for task, found in fetched.items():
            patiently(partial(api.add_space_variable, repo, TASKS[task].variable, str(found.address)))
    for task in hidden:
        print(f"{fetched[task].address.repo} is private: give the Space a secret HF_TOKEN with read access to it")
    return pushed


def gradio_files(root: Path) -> list[str]:
    """The files of this project that a Gradio Space needs, except README.md: no tests, no training, no caches.

    Raises:
        LocalFileError: ``root`` is not the folder of this project.
        BundleError: the bundled models cannot be loaded.
    """
    check_project(root)
    found = [path for pattern in _FILES for path in root.glob(pattern) if path.is_file()]
    for folder in (root / MODELS / task for task in TASKS):
        found += [folder / file for file in model_files(Bundle.load(folder).config)]
    relative = (path.relative_to(root) for path in found)
    return sorted(
        path.as_posix() for path in relative if not any(part.startswith((".", "__pycache__")) for part in path.parts)
    )
