"""``space``: what the Space needs and nothing else, front matter for Spaces, variables that pin the models."""

from __future__ import annotations

import io
import os
import re
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from tests.fixtures.bundles import make_bundle
from tests.fixtures.hub_cards import front_matter
from tests.fixtures.hub_client import HubUser
from tests.fixtures.hub_server import HubServer, Repository
from tests.fixtures.page import REPOSITORY, served_page
from tests.hub.conftest import REPO, files_of
from tests.test_requirements import pins

SPACE = "someone/backdoors"
NEEDED = ["app.py", "requirements.txt", "LICENSE", "README.md", "backdoors", "assets/models", "assets/examples"]
FOR_PEOPLE_AND_TOOLS = {".md", ".pyi", ".json"}  # in the library: for those who read and check the code


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Repository, str]]:
    """A Space that takes the small bundle for its digits, to look at; and that bundle's commit."""
    folder = tmp_path_factory.mktemp("space")
    make_bundle(folder / "digits")
    with HubServer() as hub:
        commit = hub.create(REPO).commit(files_of(folder / "digits"), "a bundle")
        HubUser(hub.url, folder / "home").hub("space", SPACE, "--digits", REPO)
        yield hub.repository(SPACE, "space"), commit


@pytest.fixture
def space(made: tuple[Repository, str]) -> Repository:
    return made[0]


def test_it_has_what_it_needs_and_nothing_else(space: Repository) -> None:
    paths = [path for name in NEEDED for path in (REPOSITORY / name, *(REPOSITORY / name).rglob("*"))]
    kept = {path for path in paths if path.is_file() and "__pycache__" not in path.parts}
    kept -= {path for path in (REPOSITORY / "backdoors").rglob("*") if path.suffix in FOR_PEOPLE_AND_TOOLS}
    added = {".gitattributes", "preview.png"}
    assert set(space.files) == {path.relative_to(REPOSITORY).as_posix() for path in kept} | added


def test_files_are_the_projects_own(space: Repository) -> None:
    written = {"README.md", ".gitattributes", "preview.png"}
    files = {file: data for file, data in space.files.items() if file not in written}
    assert files == {file: (REPOSITORY / file).read_bytes() for file in files}


def test_front_matter(made: tuple[Repository, str]) -> None:
    space, commit = made
    data = front_matter(space.files["README.md"].decode())
    assert data["sdk"] == "gradio"
    assert data["sdk_version"] == pins("requirements.txt")["gradio"]
    assert data["python_version"] == "3.12"
    assert data["app_file"] in space.files
    assert data["models"] == [REPO]
    assert "ylecun/mnist" in data["datasets"]
    assert {"onnx", "backdoor"} <= set(data["tags"])
    assert 0 < len(data["short_description"]) <= 60
    files = "config.json,triggers/single-pixel.png,clean.onnx,infected-single-pixel-all-to-one.onnx"
    assert data["preload_from_hub"] == [f"{REPO} {files},infected-single-pixel-all-to-all.onnx {commit}"]


def test_link_previews_have_a_picture(space: Repository) -> None:
    thumbnail = front_matter(space.files["README.md"].decode())["thumbnail"]
    assert re.fullmatch(rf"http://127\.0\.0\.1:\d+/spaces/{SPACE}/resolve/main/preview\.png", thumbnail)
    with Image.open(io.BytesIO(space.files["preview.png"])) as picture:
        assert (picture.format, picture.size) == ("PNG", (1200, 630))


def test_its_copy_serves_the_page(space: Repository, tmp_path: Path) -> None:
    """With nothing but what was pushed."""
    for file, data in space.files.items():
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_bytes(data)
    dropped = ("PYTHONPATH", "HF_", "BACKDOORS_")
    environment = {key: value for key, value in os.environ.items() if not key.startswith(dropped)}
    paths = ["", "backdoor-demo.js", "icon.svg", "digits/", "tasks/dogs.json", "models/digits/config.json"]
    with served_page(environment, folder=tmp_path) as url:
        for path in paths:
            with urllib.request.urlopen(f"{url}/{path}") as answer:
                assert answer.read(), path


def test_its_readme_keeps_the_warning_and_links_nothing_that_is_not_there(space: Repository) -> None:
    text = space.files["README.md"].decode()
    assert "backdoored on purpose" in text
    assert "](assets" not in text
    assert "## " not in text


def test_variables_name_the_commit(made: tuple[Repository, str]) -> None:
    space, commit = made
    assert space.variables == {"BACKDOORS_DIGITS": f"{REPO}@{commit}"}


def test_a_second_push_changes_what_has_changed_and_no_more(hub: HubServer, user: HubUser) -> None:
    """Files of an older page go, the owner's own stay; a third push finds nothing to do."""
    space = hub.create(SPACE, "space")
    older = {"backdoors/__init__.py": b"", "backdoors/old.py": b"", "notes.txt": b"the owner's own"}
    space.commit(older, "an older page")
    said = user.hub("space", SPACE)
    assert f"pushed to {hub.url}/spaces/{SPACE}, commit {space.refs['main']}" in said
    assert "backdoors/old.py" not in space.files
    assert "notes.txt" in space.files
    assert f"nothing to push: {hub.url}/spaces/{SPACE} has" in user.hub("space", SPACE)


def test_without_names_it_takes_the_bundled_models(hub: HubServer, user: HubUser) -> None:
    user.hub("space", SPACE, "--private")
    space = hub.repository(SPACE, "space")
    data = front_matter(space.files["README.md"].decode())
    assert (space.variables, space.private) == ({}, True)
    assert not {"models", "preload_from_hub"} & set(data)


def test_private_models_are_not_preloaded(hub: HubServer, user: HubUser, stored: str) -> None:
    """The Space's build has no token; the page then has one."""
    hub.repository(REPO).private = True
    assert f"{REPO} is private: give the Space a secret HF_TOKEN" in user.hub("space", SPACE, "--digits", REPO)
    space = hub.repository(SPACE, "space")
    assert "preload_from_hub" not in front_matter(space.files["README.md"].decode())
    assert space.variables == {"BACKDOORS_DIGITS": f"{REPO}@{stored}"}


TAKEN: dict[str, tuple[dict[str, bytes], list[str], str]] = {
    "by another app": (
        {"app.py": b"print()"},
        [],
        r"holds something other than this page \(app.py\); choose another name",
    ),
    "by a static page": (
        {"backdoor-demo.js": b"", "index.html": b""},
        [],
        "holds this page as a static Space, and this would be a gradio one; choose another name",
    ),
    "by a public page": ({}, ["--private"], "already exists and is public"),
}


@pytest.mark.parametrize("case", TAKEN)
def test_a_taken_name_is_refused(case: str, hub: HubServer, user: HubUser) -> None:
    files, options, message = TAKEN[case]
    space = hub.create(SPACE, "space")
    space.commit(files, "somebody's")
    assert re.search(message, user.refused("space", SPACE, *options))
    assert space.files == files


def test_models_of_another_task_are_refused(hub: HubServer, user: HubUser, stored: str) -> None:
    assert "expected models of dogs, got models of digits" in user.refused("space", SPACE, "--dogs", REPO)
    assert ("space", SPACE) not in hub.repositories


def test_a_free_account_is_told_about_plans(hub: HubServer, user: HubUser) -> None:
    hub.fails("POST", "/api/repos/create", status=402)
    assert "the Hub asks for a paid plan" in user.refused("space", SPACE)


@pytest.mark.parametrize("missing", ["app.py", "README.md"])
def test_elsewhere_than_in_the_project_it_is_refused_before_anything_is_asked(
    missing: str, hub: HubServer, user: HubUser, tmp_path: Path
) -> None:
    for file in {"app.py", "README.md"} - {missing}:
        (tmp_path / file).touch()
    from_there = "import os, sys; os.chdir(sys.argv[1]); from backdoors.hub.spaces import *; push_gradio_space('x/y')"
    process = user.start("-c", from_there, tmp_path)
    said = process.communicate(timeout=60)[1]
    assert f"LocalFileError: {tmp_path}: no {missing} here; run this in the folder of the project" in said
    assert hub.requests == []
