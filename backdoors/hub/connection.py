"""Talking to the Hub: may we write there, and what its client's many errors mean.

The token is the client's own business: ``hf auth login`` keeps one, or the variable ``HF_TOKEN`` holds it. It is never
read here beyond asking the Hub whose it is, and no message repeats it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from huggingface_hub import HfApi, constants, get_token
from huggingface_hub.errors import (
    HfHubHTTPError,
    LocalEntryNotFoundError,
    OfflineModeIsEnabled,
    RemoteEntryNotFoundError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from huggingface_hub.utils import httpx  # type: ignore[attr-defined]  # httpx or httpx2, whichever the client uses

from backdoors.errors import BackdoorsError, HubError
from backdoors.hub.address import check_name

Result = TypeVar("Result")

LOG_IN = f"run `hf auth login`, or set HF_TOKEN, with a token from {constants.ENDPOINT}/settings/tokens"

_PAUSES = (1.0, 2.0)  # seconds before the second and the third attempt


def check_access(repo: str) -> None:
    """Refuse early, before hours of training, what the Hub would refuse late; nothing is created.

    A fine-grained token is taken at its word: only the Hub knows what it may write.

    Raises:
        RepositoryError: the name is no name.
        HubError: there is no token, it may only read, it is another owner's, or the Hub cannot be reached.
    """
    check_name(repo)
    if get_token() is None:
        raise HubError(f"{repo}: publishing needs a token that may write, and there is none; {LOG_IN}")
    with hub_errors(repo):
        me = patiently(HfApi().whoami)
    if me.get("auth", {}).get("accessToken", {}).get("role") == "read":
        raise HubError(f"{repo}: the token of {me['name']} may only read; {LOG_IN} that may write")
    mine = [me["name"], *(organisation["name"] for organisation in me.get("orgs", []))]
    owner = repo.split("/")[0]
    if owner.lower() not in (name.lower() for name in mine):
        raise HubError(f"{repo}: your token may publish as {' or '.join(mine)}, not as {owner}; use such a name")


def patiently(attempt: Callable[[], Result]) -> Result:
    """Try again, twice, where the Hub stumbled or a connection was cut; whatever else happens is final."""
    for pause in _PAUSES:
        try:
            return attempt()
        except Exception as e:
            if not _passes(e):
                raise
            time.sleep(pause)
    return attempt()


@contextmanager
def hub_errors(what: str) -> Iterator[None]:
    """Say in our words what the client raises.

    Args:
        what: the repository, or whatever else the message is about.

    Raises:
        HubError: with what came, and what to do next.
    """
    try:
        yield
    except BackdoorsError:
        raise
    except (httpx.HTTPError, OSError, RuntimeError, ValueError) as e:
        raise HubError(f"{what}: {_meaning(_cause(e))}") from e


def _passes(error: Exception) -> bool:
    cause = _cause(error)
    if isinstance(cause, HfHubHTTPError):
        return bool(cause.response.status_code >= 500)
    # a Hub that does not answer at all is not asked again: its own client has tried for long enough
    return isinstance(cause, httpx.RemoteProtocolError | httpx.ReadError | httpx.WriteError)


def _cause(error: Exception) -> BaseException:
    """Below what the client wraps around it: a failed upload is a RuntimeError, a download a missing file."""
    wrapped = isinstance(error, RuntimeError) or type(error) is LocalEntryNotFoundError
    return error.__cause__ if wrapped and error.__cause__ is not None else error


def _meaning(error: BaseException) -> str:
    said = str(error).strip().splitlines()[-1:] or [type(error).__name__]
    if isinstance(error, RevisionNotFoundError):
        return "no such revision there; name a branch, a tag or a commit that the repository has"
    if isinstance(error, RemoteEntryNotFoundError):
        return f"a file is missing there ({error.response.url}); is it a bundle, pushed as a whole?"
    if isinstance(error, RepositoryNotFoundError):
        return f"no such repository, or a private one; check the name, and if it is private, {LOG_IN}"
    if isinstance(error, HfHubHTTPError):
        status, said_by_hub = error.response.status_code, error.server_message or said[0]
        advice = {
            400: "the Hub does not take what was sent",
            401: f"the Hub does not know this token; {LOG_IN}",
            402: "the Hub asks for a paid plan; take one, or push to an owner that has one",
            403: f"this token may not do that; {LOG_IN} that may write there, or choose another owner",
            404: "not found; check the name",
            409: "somebody else is changing this repository; run the same command again",
            412: "the repository has changed meanwhile; run the same command again",
            429: "too many requests; wait some minutes, then run the same command again",
        }.get(status, "the Hub has trouble; try again later, nothing is lost")
        return f"{advice} ({status}: {said_by_hub})"
    if isinstance(error, OfflineModeIsEnabled | LocalEntryNotFoundError):
        return "not in the cache, and the Hub cannot be reached: HF_HUB_OFFLINE is set, or there is no network"
    if isinstance(error, httpx.TransportError | ConnectionError | TimeoutError):
        return (
            f"the Hub ({constants.ENDPOINT}) cannot be reached, or the connection was cut ({said[0]}); "
            "check the network, then run the same command again, nothing is lost"
        )
    return f"the Hub's answer cannot be used ({type(error).__name__}: {said[0]}); try again later, nothing is lost"
