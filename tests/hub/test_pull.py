"""``pull`` and ``verify``: every byte as ``config.json`` says, or nothing at all."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.fixtures.bundles import CLEAN, INFECTED
from tests.fixtures.hub_client import HubUser
from tests.fixtures.hub_server import STRANGER, WRITER, HubServer
from tests.hub.conftest import REPO, files_of


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Where the bundle goes."""
    return tmp_path / "pulled"


def test_the_pulled_folder_is_the_bundle_and_its_card(
    user: HubUser, stored: str, bundle_folder: Path, target: Path
) -> None:
    said = user.hub("pull", REPO, target)
    got = files_of(target)
    assert {file: data for file, data in got.items() if file in files_of(bundle_folder)} == files_of(bundle_folder)
    assert set(got) - set(files_of(bundle_folder)) == {"README.md", "triggers.png"}
    assert f"{REPO}@{stored}" in said


def test_a_commit_in_the_cache_needs_no_request(hub: HubServer, user: HubUser, stored: str, target: Path) -> None:
    user.hub("pull", f"{REPO}@{stored}", target)
    hub.requests.clear()
    user.hub("verify", f"{REPO}@{stored}")
    assert hub.requests == []


@pytest.mark.parametrize("way", ["no network", "HF_HUB_OFFLINE"])
def test_offline_from_the_cache(way: str, user: HubUser, stored: str, target: Path) -> None:
    user.hub("verify", f"{REPO}@{stored}")
    offline = {"HF_HUB_OFFLINE": "1"} if way == "HF_HUB_OFFLINE" else {"HF_ENDPOINT": "http://127.0.0.1:9"}
    replace(user, variables=offline).hub("pull", f"{REPO}@{stored}", target)
    assert (target / CLEAN).exists()


def test_offline_a_branch_is_refused(user: HubUser, stored: str, target: Path) -> None:
    """What it was when somebody last looked is not what was asked for."""
    user.hub("verify", REPO)
    message = replace(user, variables={"HF_HUB_OFFLINE": "1"}).refused("pull", REPO, target)
    assert "the Hub cannot be reached: HF_HUB_OFFLINE is set" in message


def test_nothing_but_the_bundle_is_fetched(hub: HubServer, user: HubUser, stored: str, target: Path) -> None:
    repository = hub.repository(REPO)
    repository.commit({**repository.files, "huge.bin": b"somebody's other file"}, "other")
    user.hub("pull", REPO, target)
    assert not any("huge.bin" in request for request in hub.requests)


# Refused: nothing is written


def tampered(hub: HubServer) -> None:
    files = hub.repository(REPO).files
    hub.repository(REPO).commit({**files, INFECTED: files[CLEAN]}, "one file for another")


def without(hub: HubServer) -> None:
    files = hub.repository(REPO).files
    hub.repository(REPO).commit({file: data for file, data in files.items() if file != INFECTED}, "a file less")


def no_bundle(hub: HubServer) -> None:
    hub.repository(REPO).commit({"config.json": b'{"hidden_size": 768}'}, "something else")


def private(hub: HubServer) -> None:
    hub.repository(REPO).private = True


def forbidden(hub: HubServer) -> None:
    hub.fails("GET", "/api/models/", status=403)


def nothing(hub: HubServer) -> None:
    """All is as it should be on the Hub's side."""


Setup = Callable[[HubServer], None]
REFUSED: dict[str, tuple[Setup, str | None, str, str]] = {
    "wrong sha256": (tampered, WRITER, REPO, f"{INFECTED}: expected sha256 .*, got"),
    "missing file": (
        without,
        WRITER,
        REPO,
        f"the repository lacks a file .*{INFECTED}.*; is it a bundle",
    ),
    "no bundle": (no_bundle, WRITER, REPO, r"config\.json: "),
    "401": (nothing, "hf_wrong", REPO, "the Hub does not know this token; run `hf auth login`"),
    "403": (forbidden, WRITER, REPO, "this token may not do that; run `hf auth login`"),
    "404, no repository": (nothing, WRITER, "someone/nothing", "no such repository, or a private one; check the name"),
    "404, private, no token": (private, None, REPO, "no such repository, or a private one; check the name"),
    "404, private, somebody else's": (private, STRANGER, REPO, "no such repository, or a private one"),
    "404, no revision": (nothing, WRITER, f"{REPO}@v7", "no such revision; name a branch, a tag or a commit"),
    "404, no commit": (nothing, WRITER, f"{REPO}@{'0' * 40}", "no such revision"),
    "a strange revision": (nothing, WRITER, f"{REPO}@a b", "expected a branch, a tag or a commit after the @"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_it_refuses(case: str, hub: HubServer, user: HubUser, stored: str, target: Path) -> None:
    setup, token, address, message = REFUSED[case]
    setup(hub)
    stranger = replace(user, token=token, home=user.home.with_name("another home"))
    assert re.search(message, stranger.refused("pull", address, target))
    assert not any(path.name.endswith("partial") or path == target for path in target.parent.iterdir())


def test_a_taken_folder_is_left_alone(user: HubUser, stored: str, target: Path) -> None:
    target.mkdir()
    (target / "mine.txt").write_text("mine")
    assert f"{target} already exists; name a new folder" in user.refused("pull", REPO, target)
    assert files_of(target) == {"mine.txt": b"mine"}


# A Hub that stumbles


@pytest.mark.parametrize("path", ["/api/models/", "config.json", "/cdn/"])
def test_one_503_is_overcome(path: str, hub: HubServer, user: HubUser, stored: str, target: Path) -> None:
    hub.fails("GET", path, status=503)
    user.hub("pull", REPO, target)
    assert (target / INFECTED).read_bytes() == hub.repository(REPO).files[INFECTED]


def test_a_download_cut_in_the_middle_goes_on_where_it_was(
    hub: HubServer, user: HubUser, stored: str, target: Path
) -> None:
    hub.cuts("GET", "/cdn/", after=10_000)
    user.hub("pull", REPO, target)
    assert (target / CLEAN).read_bytes() == hub.repository(REPO).files[CLEAN]
    assert sum(request.startswith("GET /cdn/") for request in hub.requests) == 3 + 1  # three models, one of them twice


def test_a_hub_that_never_answers_is_given_up(hub: HubServer, user: HubUser, stored: str, target: Path) -> None:
    hub.hangs("GET", "/api/models/")
    hasty = replace(user, variables={"HF_HUB_ETAG_TIMEOUT": "1"})
    assert re.search(r"cannot be reached.*\(timed out\)", hasty.refused("pull", REPO, target))


def test_a_damaged_cache_is_mended(hub: HubServer, user: HubUser, stored: str, target: Path) -> None:
    user.hub("verify", REPO)
    (blob,) = (path.resolve() for path in user.home.rglob(INFECTED))
    blob.write_bytes(b"\0" * blob.stat().st_size)
    user.hub("pull", f"{REPO}@{stored}", target)
    assert (target / INFECTED).read_bytes() == hub.repository(REPO).files[INFECTED]


def test_two_processes_at_once(user: HubUser, stored: str, bundle_folder: Path, tmp_path: Path) -> None:
    """One cache, two folders."""
    targets = [tmp_path / "one", tmp_path / "two"]
    processes = [user.start("-m", "backdoors.hub", "pull", REPO, target) for target in targets]
    assert [process.communicate(timeout=60)[1] for process in processes if process.wait(timeout=60)] == []
    expected = files_of(bundle_folder)
    for target in targets:
        assert files_of(target).items() >= expected.items()


# verify


def test_verify_a_folder(user: HubUser, bundle_folder: Path) -> None:
    said = user.hub("verify", bundle_folder)
    assert "all 4 files have the sha256 of config.json" in said
    (bundle_folder / CLEAN).write_bytes(b"something else")
    assert f"{CLEAN}: expected sha256" in user.refused("verify", bundle_folder)


def test_verify_a_repository(user: HubUser, stored: str) -> None:
    assert f"{REPO}@{stored}: all 4 files have the sha256 of config.json" in user.hub("verify", REPO)
