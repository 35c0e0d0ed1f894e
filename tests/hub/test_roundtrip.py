"""Publish and pull, the same on the tests' own Hub and, where somebody asks for it, on the real one.

    HF_TOKEN=... BACKDOORS_TEST_REPO=OWNER/NAME .venv/bin/nox -s page -- -m real_hub

The real repository is made if need be, and kept; each run adds a few commits and a tag.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from huggingface_hub import HfApi

from tests.fixtures.bundles import changed_config
from tests.fixtures.hub_client import HubUser
from tests.fixtures.hub_server import HubServer
from tests.hub.conftest import REPO, files_of

REAL = os.environ.get("BACKDOORS_TEST_REPO")


@dataclass(frozen=True)
class Remote:
    """A repository on some Hub, and its owner."""

    user: HubUser
    repo: str

    @property
    def api(self) -> HfApi:
        return HfApi(endpoint=self.user.url, token=self.user.token)

    @property
    def commits(self) -> list[str]:
        """Newest first."""
        return [commit.commit_id for commit in self.api.list_repo_commits(self.repo)]


@pytest.fixture(
    params=[
        "small",
        pytest.param(
            "real", marks=[pytest.mark.real_hub, pytest.mark.skipif(not REAL, reason="no BACKDOORS_TEST_REPO")]
        ),
    ]
)
def remote(request: pytest.FixtureRequest, tmp_path: Path, bundle_folder: Path) -> Iterator[Remote]:
    """With a bundle that was never pushed before."""
    with changed_config(bundle_folder) as config:
        config["training"]["seed"] = time.time_ns()
    home = tmp_path / "home"
    if request.param == "real":
        assert REAL
        url, token = os.environ.get("HF_ENDPOINT", "https://huggingface.co"), os.environ["HF_TOKEN"]
        xet = {"HF_HUB_DISABLE_XET": os.environ.get("HF_HUB_DISABLE_XET", "0")}  # as users have it
        yield Remote(HubUser(url, home, token, xet), REAL)
    else:
        with HubServer() as hub:
            yield Remote(HubUser(hub.url, home), REPO)


def test_what_is_pulled_is_what_was_pushed(remote: Remote, bundle_folder: Path, tmp_path: Path) -> None:
    remote.user.hub("push", bundle_folder, remote.repo)
    remote.user.hub("pull", remote.repo, tmp_path / "pulled")
    assert files_of(tmp_path / "pulled").items() >= files_of(bundle_folder).items()


def test_one_commit_a_push_and_none_where_nothing_changed(remote: Remote, bundle_folder: Path) -> None:
    remote.user.hub("push", bundle_folder, remote.repo)
    before = remote.commits
    assert "nothing to push" in remote.user.hub("push", bundle_folder, remote.repo)
    assert remote.commits == before
    with changed_config(bundle_folder) as config:
        config["training"]["seed"] = 1
    remote.user.hub("push", bundle_folder, remote.repo)
    assert remote.commits[1:] == before


def test_tag_and_commit_stay_while_the_branch_moves(remote: Remote, bundle_folder: Path, tmp_path: Path) -> None:
    remote.user.hub("push", bundle_folder, remote.repo)
    then, commit, tag = files_of(bundle_folder), remote.commits[0], f"test-{time.time_ns()}"
    remote.api.create_tag(remote.repo, tag=tag)
    with changed_config(bundle_folder) as config:
        config["training"]["seed"] = 2
    remote.user.hub("push", bundle_folder, remote.repo)
    for revision in (tag, commit):
        remote.user.hub("pull", f"{remote.repo}@{revision}", tmp_path / revision)
        assert files_of(tmp_path / revision)["config.json"] == then["config.json"]
