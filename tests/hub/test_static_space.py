"""``space --static``: the files of the static page under front matter for a static Space, and nothing else changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from huggingface_hub import SpaceInfo, constants

from backdoors.bundle import Bundle
from backdoors.hub import Address, Origin
from backdoors.hub.spaces.static_space import address_of
from backdoors.site.page import page_files
from backdoors.site.runtime import MODULE, VERSION, WASM
from backdoors.story import Demo
from backdoors.tasks import TASKS
from tests.fixtures.bundles import make_bundle
from tests.fixtures.hub_cards import front_matter
from tests.fixtures.hub_client import HubUser
from tests.fixtures.hub_server import LARGE, TEMPLATE, HubServer, Repository
from tests.fixtures.page import REPOSITORY
from tests.hub.conftest import REPO, files_of

SPACE = "someone/Back_doors"
ADDRESS = "https://someone-back-doors.static.hf.space/"
NOT_OF_THE_PAGE = {"README.md", ".gitattributes"}


@dataclass(frozen=True)
class Made:
    """A static Space whose digits are a small bundle, and whose dogs are the bundled models."""

    space: Repository
    hub: str
    folder: Path
    commit: str
    said: str

    @property
    def files(self) -> dict[str, bytes]:
        """The files of the page."""
        return {file: data for file, data in self.space.files.items() if file not in NOT_OF_THE_PAGE}

    @property
    def readme(self) -> str:
        return self.space.files["README.md"].decode()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    folder = tmp_path_factory.mktemp("static")
    make_bundle(folder / "digits")
    with HubServer() as hub:
        commit = hub.create(REPO).commit(files_of(folder / "digits"), "a bundle")
        said = HubUser(hub.url, folder / "home").hub("space", SPACE, "--static", "--digits", REPO)
        yield Made(hub.repository(SPACE, "space"), hub.url, folder / "digits", commit, said)


def page(digits: Demo | None = None) -> dict[str, bytes]:
    """The files that the page has at the Space's address, with the bundled models, or with other digits."""
    demos = [Demo.load(task, REPOSITORY / "assets") for task in TASKS.values()]
    demos = [digits, *demos[1:]] if digits else demos
    return {path: file.read() for path, file in page_files(demos, runtime={}, url=ADDRESS).items()}


def test_its_files_are_those_of_the_page(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "ENDPOINT", made.hub)
    digits = Demo.load(TASKS["digits"], REPOSITORY / "assets")
    origin = Origin(address=Address(repo=REPO, revision=made.commit))
    expected = page(replace(digits, bundle=Bundle.load(made.folder), origin=origin))
    assert made.files.keys() == expected.keys()
    assert [path for path, data in expected.items() if made.files[path] != data] == []


def test_named_models_are_copied_and_linked_at_their_commit(made: Made) -> None:
    copied = {file: data for file, data in files_of(made.folder).items() if not file.startswith("triggers/")}
    assert {f"models/digits/{file}": data for file, data in copied.items()}.items() <= made.files.items()
    index = made.files["index.html"].decode()
    assert f'href="{made.hub}/{REPO}/tree/{made.commit}"' in index
    assert f">{REPO} at {made.commit[:7]}</a>" in index
    assert "dogs: bundled" in index


def test_front_matter(made: Made) -> None:
    data = front_matter(made.readme)
    assert (made.space.sdk, data["sdk"], data["app_file"]) == ("static", "static", "index.html")
    assert data["thumbnail"] == f"{made.hub}/spaces/{SPACE}/resolve/main/preview.png"
    assert data["models"] == [REPO]
    assert {"title", "emoji", "colorFrom", "colorTo", "license"} <= data.keys()
    assert 0 < len(data["short_description"]) <= 60
    assert "backdoor" in data["tags"]
    assert "mcp-server" not in data["tags"]
    of_a_server = {"sdk_version", "python_version", "suggested_hardware", "preload_from_hub", "app_port"}
    assert not of_a_server & data.keys()


def test_its_readme_keeps_the_warning_and_names_nothing_that_is_not_there(made: Made) -> None:
    assert "backdoored on purpose" in made.readme
    assert "assets/" not in made.readme
    assert "## " not in made.readme


def test_it_says_where_the_page_is(made: Made) -> None:
    assert f"the page is at {ADDRESS}\npushed to {made.hub}/spaces/{SPACE}, commit " in made.said


def test_the_hubs_template_is_replaced(made: Made) -> None:
    assert made.space.files["index.html"] != TEMPLATE["index.html"]
    assert "style.css" not in made.space.files


def test_no_server_is_told_anything(made: Made) -> None:
    assert made.space.variables == {}


def test_without_names_it_has_the_bundled_models_whatever_the_environment_names(hub: HubServer, user: HubUser) -> None:
    replace(user, variables={"BACKDOORS_DIGITS": "someone/nothing"}).hub("space", SPACE, "--static", "--private")
    space = hub.repository(SPACE, "space")
    assert {path: data for path, data in space.files.items() if path not in NOT_OF_THE_PAGE} == page()
    assert space.private
    assert "models" not in front_matter(space.files["README.md"].decode())
    assert not any("someone/nothing" in request for request in hub.requests)


def test_a_second_push_changes_what_has_changed_and_no_more(hub: HubServer, user: HubUser) -> None:
    """Files of an older page go, also those of a task that is no more; the owner's own stay."""
    space = hub.create(SPACE, "space", sdk="static")
    stale = ["tasks/cats.json", "cats/index.html", "models/cats/clean.onnx", "stories/digits/99.html", "digits/old.js"]
    stale.append("runtime/1.0.0/ort.wasm")
    owners = {"notes.txt": b"", "blog/index.html": b"", "style.css": b"not of the page", "CNAME": b""}
    space.commit({**dict.fromkeys(["backdoor-demo.js", "index.html", *stale], b"old"), **owners}, "an older page")
    said = user.hub("space", SPACE, "--static")
    assert f"pushed to {hub.url}/spaces/{SPACE}, commit {space.refs['main']}" in said
    assert set(stale) & set(space.files) == set()
    assert owners.items() <= space.files.items()
    assert f"nothing to push: {hub.url}/spaces/{SPACE} has" in user.hub("space", SPACE, "--static")


def test_a_push_that_was_cut_off_can_be_repeated(hub: HubServer, user: HubUser) -> None:
    """The Space was created, and has the Hub's template."""
    hub.fails("POST", f"/api/spaces/{SPACE}/commit/", status=400)
    user.refused("space", SPACE, "--static")
    space = hub.repository(SPACE, "space")
    assert TEMPLATE.items() <= space.files.items()
    user.hub("space", SPACE, "--static")
    assert "backdoor-demo.js" in space.files
    assert "style.css" not in space.files


def test_the_runtime_is_included_where_it_is_named(hub: HubServer, user: HubUser, node_modules: Path) -> None:
    dist = node_modules / "onnxruntime-web" / "dist"
    replace(user, variables={"BACKDOORS_RUNTIME": str(dist)}).hub("space", SPACE, "--static")
    files = hub.repository(SPACE, "space").files
    for name in (MODULE, WASM):
        assert files[f"runtime/{VERSION}/{name}"] == (dist / name).read_bytes()
    wasm = files[f"runtime/{VERSION}/{WASM}"]
    assert len(wasm) > LARGE
    assert wasm in hub.lfs.values()
    assert b"runtime/" in files["tasks/digits.json"]


TAKEN: dict[str, tuple[dict[str, bytes], list[str], str]] = {
    "by another app": (
        {"app.py": b"print()"},
        [],
        r"holds something other than this page \(app.py\); choose another name",
    ),
    "by another static page": (
        {"index.html": b"mine", "style.css": b"mine"},
        [],
        r"holds something other than this page \(index.html, style.css\); choose another name",
    ),
    "by a Gradio page": (
        {"backdoors/__init__.py": b"", "app.py": b""},
        [],
        "holds this page as a gradio Space, and this would be a static one; choose another name",
    ),
    "by a public page": ({}, ["--private"], "already exists and is public"),
}


@pytest.mark.parametrize("case", TAKEN)
def test_a_taken_name_is_refused(case: str, hub: HubServer, user: HubUser) -> None:
    files, options, message = TAKEN[case]
    space = hub.create(SPACE, "space")
    space.commit(files, "somebody's")
    assert re.search(message, user.refused("space", SPACE, "--static", *options))
    assert space.files == files


def test_private_models_are_not_published(hub: HubServer, user: HubUser, stored: str) -> None:
    """A static Space holds copies, which everybody could read."""
    hub.repository(REPO).private = True
    message = user.refused("space", SPACE, "--static", "--digits", REPO)
    assert f"{SPACE} would be public, with copies of private models ({REPO})" in message
    assert ("space", SPACE) not in hub.repositories
    user.hub("space", SPACE, "--static", "--digits", REPO, "--private")
    user.hub("space", SPACE, "--static", "--digits", REPO)  # the Space is private by now
    assert hub.repository(SPACE, "space").private


def test_models_of_another_task_are_refused(hub: HubServer, user: HubUser, stored: str) -> None:
    message = user.refused("space", SPACE, "--static", "--dogs", REPO)
    assert "expected models of dogs, got models of digits" in message
    assert ("space", SPACE) not in hub.repositories


def test_a_wrong_runtime_is_refused_before_anything_is_asked(hub: HubServer, user: HubUser, tmp_path: Path) -> None:
    message = replace(user, variables={"BACKDOORS_RUNTIME": str(tmp_path)}).refused("space", SPACE, "--static")
    assert f"npm install onnxruntime-web@{VERSION}" in message
    assert hub.requests == []


ADDRESSES: dict[str, tuple[str, str | None, str]] = {
    "as the Hub tells": ("a/b", "https://a-b.static.hf.space", "https://a-b.static.hf.space/"),
    "a long name that the Hub has shortened": (
        "someone/a-very-long-name",
        "https://someone-a-very-1a2b3c4.static.hf.space",
        "https://someone-a-very-1a2b3c4.static.hf.space/",
    ),
    "not told": ("Some_One/My.Page", None, "https://some-one-my-page.static.hf.space/"),
    "not static yet": ("a/b", "https://a-b.hf.space", "https://a-b.static.hf.space/"),
}


@pytest.mark.parametrize("case", ADDRESSES)
def test_address(case: str) -> None:
    repo, host, expected = ADDRESSES[case]
    info = SpaceInfo(id=repo, host=host)  # type: ignore[no-untyped-call]
    assert address_of(info) == expected


def test_publishing_needs_no_gradio(user: HubUser) -> None:
    user.python("-c", "import sys, backdoors.hub.__main__; assert 'gradio' not in sys.modules")
