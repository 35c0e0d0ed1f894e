"""``push``: one commit, or none, or a message that says what to do; local and remote stay whole."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.fixtures.bundles import INFECTED, changed_config, replace_file
from tests.fixtures.hub_client import HubUser
from tests.fixtures.hub_server import READER, STRANGER, HubServer
from tests.fixtures.models import reader
from tests.hub.conftest import REPO, files_of

CARD = {"README.md", "triggers.png"}
FIRST = [".gitattributes"]  # what a new repository has


def test_push_makes_one_commit_of_the_bundle_and_its_card(hub: HubServer, user: HubUser, bundle_folder: Path) -> None:
    before = files_of(bundle_folder)
    said = user.hub("push", bundle_folder, REPO)
    repository = hub.repository(REPO)
    assert repository.messages == ["initial commit", "Clean and infected models of digits"]
    assert {file: data for file, data in repository.files.items() if file not in {*CARD, *FIRST}} == before
    assert set(repository.files) == {*before, *CARD, *FIRST}
    assert f"pushed to {hub.url}/{REPO}, commit {repository.refs['main']}" in said
    assert files_of(bundle_folder) == before


def test_models_go_by_lfs(hub: HubServer, pushed: str) -> None:
    models = [data for file, data in hub.repository(REPO).files.items() if file.endswith(".onnx")]
    assert sorted(hub.lfs.values()) == sorted(models)


def test_progress_is_shown(user: HubUser, bundle_folder: Path) -> None:
    process = user.start("-m", "backdoors.hub", "push", bundle_folder, REPO)
    out, err = process.communicate(timeout=60)
    assert "pushing 7 files to someone/digits" in out
    assert "Upload 3 LFS files: 100%" in err


def test_an_unchanged_bundle_makes_no_commit(hub: HubServer, user: HubUser, pushed: str, bundle_folder: Path) -> None:
    said = user.hub("push", bundle_folder, REPO)
    assert f"nothing to push: {hub.url}/{REPO} has the same files at commit {pushed}" in said
    assert len(hub.repository(REPO).commits) == 2


def test_a_changed_bundle_takes_its_own_old_files_away_and_no_others(
    hub: HubServer, user: HubUser, stored: str, bundle_folder: Path
) -> None:
    repository = hub.repository(REPO)
    repository.commit({**repository.files, "notes.txt": b"the owner's own"}, "notes")
    (bundle_folder / INFECTED).rename(bundle_folder / "infected-renamed.onnx")
    with changed_config(bundle_folder) as config:
        config["infected"][0]["file"] = "infected-renamed.onnx"
    user.hub("push", bundle_folder, REPO)
    assert set(repository.files) == {*files_of(bundle_folder), *CARD, *FIRST, "notes.txt"}
    assert len(repository.commits) == 4


@pytest.mark.parametrize(("options", "private"), [([], False), (["--private"], True)])
def test_private_by_choice(
    options: list[str], private: bool, hub: HubServer, user: HubUser, bundle_folder: Path
) -> None:
    user.hub("push", bundle_folder, REPO, *options)
    assert hub.repository(REPO).private is private


# Refused, with nothing changed on either side


def taken(hub: HubServer) -> None:
    hub.create(REPO).commit({"pytorch_model.bin": b"weights", "config.json": b"{}"}, "another model")


def taken_by_dogs(hub: HubServer) -> None:
    config = json.loads(hub.repository(REPO).files["config.json"]) | {"task": "dogs"}
    hub.repository(REPO).commit({**hub.repository(REPO).files, "config.json": json.dumps(config).encode()}, "dogs")


REFUSED: dict[str, tuple[str | None, str, list[str], str]] = {
    "no token": (
        None,
        REPO,
        [],
        "needs a token with write access, and there is none; run `hf auth login`, or set HF_TOKEN",
    ),
    "a token that may only read": (READER, REPO, [], "the token of someone may only read; run `hf auth login`"),
    "a token that the Hub does not know": ("hf_wrong", REPO, [], "does not know this token; run `hf auth login`.*401"),
    "another owner": (STRANGER, REPO, [], "your token may push as stranger, not as someone"),
    "a name without an owner": (STRANGER, "digits", [], "expected OWNER/NAME, got a name without its owner"),
    "no name": (STRANGER, "some one/digits", [], r"expected OWNER/NAME \(Repo id must"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_it_refuses(case: str, hub: HubServer, user: HubUser, bundle_folder: Path) -> None:
    token, name, options, message = REFUSED[case]
    before = files_of(bundle_folder)
    assert re.search(message, replace(user, token=token).refused("push", bundle_folder, name, *options))
    assert hub.repositories == {}
    assert files_of(bundle_folder) == before


Setup = Callable[[HubServer], None]
TAKEN: dict[str, tuple[Setup, list[str], str]] = {
    "by another model": (
        taken,
        [],
        r"holds something other than a bundle \(config.json, pytorch_model.bin\); choose an",
    ),
    "by dogs": (taken_by_dogs, [], "holds models of dogs, and these are of digits; choose another name"),
    "by a public bundle": (lambda hub: None, ["--private"], "already exists and is public; make it private in its se"),
}


@pytest.mark.parametrize("case", TAKEN)
def test_a_taken_name_is_refused(case: str, hub: HubServer, user: HubUser, stored: str, bundle_folder: Path) -> None:
    setup, options, message = TAKEN[case]
    setup(hub)
    before = dict(hub.repository(REPO).files)
    assert re.search(message, user.refused("push", bundle_folder, REPO, *options))
    assert hub.repository(REPO).files == before


def test_a_broken_bundle_is_refused_before_anything_is_asked(
    hub: HubServer, user: HubUser, bundle_folder: Path
) -> None:
    (bundle_folder / INFECTED).write_bytes(b"something else")
    assert f"{INFECTED}: expected sha256" in user.refused("push", bundle_folder, REPO)
    assert hub.requests == []


# A Hub that stumbles


@pytest.mark.parametrize(("method", "path"), [("POST", "/commit/main"), ("PUT", "/lfs/")])
def test_one_503_is_overcome(method: str, path: str, hub: HubServer, user: HubUser, bundle_folder: Path) -> None:
    hub.fails(method, path, status=503)
    user.hub("push", bundle_folder, REPO)
    assert len(hub.repository(REPO).commits) == 2


def test_a_cut_upload_is_overcome(hub: HubServer, user: HubUser, bundle_folder: Path) -> None:
    hub.cuts("PUT", "/lfs/")
    user.hub("push", bundle_folder, REPO)
    assert len(hub.repository(REPO).commits) == 2


FAULTS = {
    403: "this token may not do that; run `hf auth login`.* with write access, or choose another owner",
    409: "another process is changing this repository; run the same command again",
    412: "the repository has changed meanwhile; run the same command again",
    500: "the Hub has an error of its own; run the same command again later",
}


@pytest.mark.parametrize("status", FAULTS)
def test_what_the_hub_refuses_leaves_both_sides_whole(
    status: int, hub: HubServer, user: HubUser, stored: str, bundle_folder: Path
) -> None:
    before = dict(hub.repository(REPO).files)
    replace_file(bundle_folder, INFECTED, reader(fires=7, metadata=None))
    (bundle_folder / "config.json").write_text((bundle_folder / "config.json").read_text() + "\n")
    hub.fails("POST", "/commit/main", status=status, times=3)
    assert re.search(f"{REPO}: {FAULTS[status]}.*{status}", user.refused("push", bundle_folder, REPO))
    assert hub.repository(REPO).files == before

    hub.faults.clear()
    user.hub("push", bundle_folder, REPO)  # the same command again
    assert hub.repository(REPO).files["config.json"] == (bundle_folder / "config.json").read_bytes()


def test_a_hub_that_cannot_be_reached(user: HubUser, bundle_folder: Path) -> None:
    message = replace(user, url="http://127.0.0.1:9").refused("push", bundle_folder, REPO)
    assert re.search(r"the Hub \(http://127.0.0.1:9\) cannot be reached.*; check the network", message)


def test_the_token_is_never_told(hub: HubServer, user: HubUser, bundle_folder: Path) -> None:
    hub.fails("POST", "/commit/main", status=403)
    process = user.start("-m", "backdoors.hub", "push", bundle_folder, REPO)
    assert user.token is not None
    out, err = process.communicate(timeout=60)
    assert "this token may not do that" in err
    assert user.token not in out + err
