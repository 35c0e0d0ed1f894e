"""The page as a static Space: files that the Hub serves, and demos that run in the visitors' browsers.

::

    OWNER/NAME
        README.md           the introduction of the project's README.md, under front matter that names the models
        index.html, ...     the page: see ``backdoors.site.page``
        models/             the named models, copied, or the bundled ones

The named models are fetched and checked before anything is uploaded. The Space holds copies of them, and its page
links to the commit that they come from.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from huggingface_hub import HfApi, SpaceInfo, constants

from backdoors.errors import RepositoryError
from backdoors.hub.address import Address
from backdoors.hub.cards import CARD
from backdoors.hub.connection import check_access, hub_errors, patiently
from backdoors.hub.publishing import Pushed, commit
from backdoors.hub.spaces.cards import static_card
from backdoors.hub.spaces.demos import check_project, fetch_models, load_demos, private_tasks
from backdoors.hub.spaces.kinds import STATIC, TEMPLATE, check_space, files_of
from backdoors.site.page import page_files
from backdoors.site.runtime import runtime_files

_HOST = ".static.hf.space"
_FOLDERS = {"examples", "models", "runtime", "stories", "tasks"}  # of the page, besides one for each task


def push_static_space(
    repo: str, *, models: Mapping[str, Address] | None = None, private: bool = False, root: Path = Path()
) -> Pushed:
    """Upload the page to a static Space. Progress and the page's address are printed.

    Browsers load onnxruntime-web from a public network, or from the Space if the variable ``BACKDOORS_RUNTIME`` names
    its folder; see ``backdoors.site.runtime``.

    Args:
        repo: the Space, ``OWNER/NAME``; created if it does not exist.
        models: the repositories, by the name of the task. A task without one has the bundled models, whatever an
            earlier push named.
        private: create a private Space.
        root: the folder of this project.

    Raises:
        LocalFileError: ``root`` is not the folder of this project, or the folder of onnxruntime-web has not the
            expected files. Nothing is sent.
        BundleError: the bundled or the named models cannot be loaded.
        RepositoryError: a name is malformed, a repository holds models that the page cannot show, the Space holds
            another app or a Gradio page, it is public and ``private`` is True, or it is public and the models are
            private.
        HubError: see ``hub_errors``.
    """
    check_project(root)
    runtime = runtime_files()
    check_access(repo)
    earlier = check_space(repo, STATIC, private=private)
    fetched = fetch_models(models or {})
    hidden = [fetched[task].address.repo for task in private_tasks(fetched)]
    if hidden and not (private or (earlier is not None and earlier.private)):
        raise RepositoryError(
            f"{repo} would be public, with copies of private models ({', '.join(hidden)}); push to a private Space "
            "with --private, or make the models public",
            got=hidden,
        )
    demos = load_demos(root, fetched)
    with hub_errors(repo):
        api = HfApi()
        patiently(
            lambda: api.create_repo(
                repo, repo_type="space", space_sdk=STATIC.sdk, private=private or None, exist_ok=True
            )
        )
        info = api.space_info(repo)
        address = address_of(info)
        page = page_files(demos, runtime=runtime, url=address)
        files: dict[str, bytes | Path] = {path: file.read() for path, file in page.items()}
        files[CARD] = str(static_card(root, repo, fetched)).encode()
        print(f"pushing {len(files)} files to {constants.ENDPOINT}/spaces/{repo}", flush=True)
        stale = _stale(files_of(info), set(files))
        pushed = commit(repo, files, parent=info.sha, message="The page", stale=stale, kind="space")
    print(f"the page is at {address}")
    return pushed


def address_of(info: SpaceInfo) -> str:
    """Where a static Space is served, for link previews and for the lines that embed a demo.

    The Hub tells it, and shortens long names in it. A Space that is not static yet has another address, or none: then
    it follows from the name, which must fit a host name: ``Some_One/My.Page`` becomes
    ``https://some-one-my-page.static.hf.space/``.
    """
    if info.host and info.host.rstrip("/").endswith(_HOST):
        return f"{info.host.rstrip('/')}/"
    return f"https://{re.sub('[^a-z0-9]', '-', info.id.lower())}{_HOST}/"


def _stale(there: set[str], files: set[str]) -> list[str]:
    """The files to delete: those of an earlier page, or of the Hub's template in a new Space."""
    if STATIC.marker not in there:
        return sorted((there - files) & TEMPLATE)
    tasks = {path.stem for path in map(PurePosixPath, there | files) if path.parts[0] == "tasks"}
    return sorted(file for file in there - files if "/" in file and file.split("/")[0] in _FOLDERS | tasks)
