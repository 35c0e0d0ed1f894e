"""What the Hub's failures become: unreachable, refused with a status, its own trouble, or a file of this machine."""

from __future__ import annotations

import errno
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from backdoors.errors import HubError, HubRefusedError, HubUnreachableError, LocalFileError
from backdoors.hub.connection import hub_errors
from tests.fixtures.hub_client import HubUser
from tests.fixtures.hub_server import STRANGER, HubServer
from tests.hub.conftest import REPO

Caught = list[Any]

TRY = """
import json, sys
from backdoors.errors import BackdoorsError
from backdoors.hub import Address, check_access, fetch

for name in sys.argv[2:]:
    try:
        check_access(name) if sys.argv[1] == "check_access" else fetch(Address.parse(name))
    except BackdoorsError as e:
        print(json.dumps([type(e).__name__, getattr(e, "status", None), e.expected, e.got]))
"""


def tried(user: HubUser, what: str, *names: str) -> list[Caught]:
    """Try these one after the other in a process of the user's: what each raised, its status, expected and got."""
    return [json.loads(line) for line in user.python("-c", TRY, what, *names).splitlines()]


STATUSES = {400: "HubRefusedError", 401: "HubRefusedError", 402: "HubRefusedError", 403: "HubRefusedError"}
STATUSES |= {404: "HubRefusedError", 409: "HubRefusedError", 412: "HubRefusedError", 429: "HubRefusedError"}
STATUSES |= {500: "HubError", 503: "HubError"}


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[int, Caught]]:
    """What fetching raises when the Hub answers with each status, three times where the client asks again."""
    with HubServer() as hub:
        for status in STATUSES:
            hub.fails("GET", f"/api/models/someone/status-{status}", status=status, times=100)
        names = [f"someone/status-{status}" for status in STATUSES]
        user = HubUser(hub.url, tmp_path_factory.mktemp("home"))
        yield dict(zip(STATUSES, tried(user, "fetch", *names), strict=True))


@pytest.mark.parametrize("status", STATUSES)
def test_an_answer_is_a_refusal_with_its_status_or_the_hubs_own_trouble(
    status: int, answered: dict[int, Caught]
) -> None:
    assert answered[status][:2] == [STATUSES[status], status]


def test_what_is_not_there_is_refused(user: HubUser, stored: str) -> None:
    """No repository, no revision, no commit: real answers of a Hub, with the headers that name the reason."""
    names = ["someone/nothing", f"{REPO}@v7", f"{REPO}@{'0' * 40}"]
    assert [caught[:2] for caught in tried(user, "fetch", *names)] == [["HubRefusedError", 404]] * 3


@pytest.mark.parametrize(
    "variables", [{"HF_HUB_OFFLINE": "1"}, {"HF_ENDPOINT": "http://127.0.0.1:9"}], ids=["offline", "no network"]
)
@pytest.mark.parametrize("what", ["fetch", "check_access"])
def test_no_answer_is_unreachable(what: str, variables: dict[str, str], user: HubUser) -> None:
    ((kind, status, *_),) = tried(replace(user, variables=variables), what, REPO)
    assert (kind, status) == ("HubUnreachableError", None)


def test_no_token_is_a_refusal_without_an_answer(hub: HubServer, user: HubUser) -> None:
    ((kind, status, *_),) = tried(replace(user, token=None), "check_access", REPO)
    assert (kind, status, hub.requests) == ("HubRefusedError", None, [])


def test_another_owner_is_told_who_may_write(user: HubUser) -> None:
    assert tried(replace(user, token=STRANGER), "check_access", REPO) == [
        ["HubRefusedError", None, ["stranger"], "someone"]
    ]


def test_a_cache_that_cannot_be_written_is_no_fault_of_the_hub(user: HubUser, stored: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    ((kind, *_),) = tried(replace(user, home=tmp_path / "file"), "fetch", REPO)
    assert kind == "LocalFileError"


# What the client raises, one by one


def test_a_full_disk_is_a_local_file_error_with_the_file() -> None:
    with (
        pytest.raises(LocalFileError, match=r"^someone/digits: /cache/blob: No space left on device$") as raised,
        hub_errors(REPO),
    ):
        raise OSError(errno.ENOSPC, "No space left on device", "/cache/blob")
    assert raised.value.path == "/cache/blob"


def test_a_full_disk_below_a_failed_upload_is_one_as_well() -> None:
    with pytest.raises(LocalFileError, match="No space left"), hub_errors(REPO):
        raise RuntimeError("Error while uploading") from OSError(errno.ENOSPC, "No space left on device")


NO_ANSWER = [ConnectionResetError(errno.ECONNRESET, "reset"), TimeoutError(errno.ETIMEDOUT, "timed out")]


@pytest.mark.parametrize("error", NO_ANSWER, ids=lambda error: type(error).__name__)
def test_a_broken_connection_is_no_local_file(error: OSError) -> None:
    with pytest.raises(HubUnreachableError, match="cannot be reached, or the connection was cut"), hub_errors(REPO):
        raise error


@pytest.mark.parametrize("error", [json.JSONDecodeError("no JSON", "<html>", 0), OSError("Consistency check failed")])
def test_an_answer_that_cannot_be_used_is_the_hubs(error: Exception) -> None:
    with pytest.raises(HubError, match="the Hub's answer cannot be used") as raised, hub_errors(REPO):
        raise error
    assert type(raised.value) is HubError


@pytest.mark.parametrize("error", [KeyError("a bug"), RuntimeError("another"), ValueError("a third")], ids=repr)
def test_a_bug_passes_through(error: Exception) -> None:
    with pytest.raises(type(error)) as raised, hub_errors(REPO):
        raise error
    assert raised.value is error


def test_an_error_of_the_project_passes_through() -> None:
    error = HubRefusedError("said already", status=403)
    with pytest.raises(HubRefusedError) as raised, hub_errors(REPO):
        raise error
    assert raised.value is error
