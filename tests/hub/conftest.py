"""A Hub of each test's own, and somebody who uses it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fixtures.hub_client import HubUser
from tests.fixtures.hub_server import HubServer

REPO = "someone/digits"


@pytest.fixture
def hub() -> Iterator[HubServer]:
    with HubServer() as server:
        yield server


@pytest.fixture
def user(hub: HubServer, tmp_path: Path) -> HubUser:
    """Somebody with a token that may write."""
    return HubUser(hub.url, tmp_path / "home")


@pytest.fixture
def stored(hub: HubServer, bundle_folder: Path) -> str:
    """The commit of the small bundle, on the Hub as ``someone/digits`` without any client's doing."""
    repository = hub.create(REPO)
    return repository.commit({**repository.files, **files_of(bundle_folder)}, "a bundle")


@pytest.fixture
def pushed(hub: HubServer, user: HubUser, bundle_folder: Path) -> str:
    """The commit of the small bundle, pushed to ``someone/digits`` by its owner."""
    user.hub("push", bundle_folder, REPO)
    return hub.repository(REPO).refs["main"]


def files_of(folder: Path) -> dict[str, bytes]:
    """Everything in a folder, by relative path."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
