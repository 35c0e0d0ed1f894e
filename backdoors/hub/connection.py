"""Requests to the Hub: checking write access, retrying, and turning the client's errors into the project's.

huggingface_hub finds the token: ``hf auth login`` stores one, or the variable ``HF_TOKEN`` contains it. This module
only asks the Hub whose token it is. No message contains a token.
"""

from __future__ import annotations

import json
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

from backdoors.errors import BackdoorsError, HubError, HubRefusedError, HubUnreachableError, LocalFileError
from backdoors.hub.address import check_name

Result = TypeVar("Result")

LOG_IN = f"run `hf auth login`, or set HF_TOKEN, with a token from {constants.ENDPOINT}/settings/tokens"

_NO_CONNECTION = (httpx.TransportError, ConnectionError, TimeoutError)
_OF_THE_HUB = (httpx.HTTPError, ConnectionError, TimeoutError, json.JSONDecodeError, UnicodeDecodeError)
_PAUSES = (1.0, 2.0)  # seconds before the second and the third attempt


def check_access(repo: str) -> None:
    """Raise if the token cannot write to a repository. Nothing is created, so training can ask before it starts.

    What a fine-grained token may write is not known before the Hub refuses it.

    Raises:
        RepositoryError: the name is malformed.
        HubRefusedError: there is no token, it is invalid, it may only read, or it belongs to another owner.
        HubUnreachableError: the Hub cannot be reached.
    """
    check_name(repo)
    if get_token() is None:
        raise HubRefusedError(f"{repo}: pushing needs a token with write access, and there is none; {LOG_IN}")
    with hub_errors(repo):
        me = patiently(HfApi().whoami)
    if me.get("auth", {}).get("accessToken", {}).get("role") == "read":
        raise HubRefusedError(f"{repo}: the token of {me['name']} may only read; {LOG_IN} with write access")
    mine = [me["name"], *(organisation["name"] for organisation in me.get("orgs", []))]
    owner = repo.split("/")[0]
    if owner.lower() not in (name.lower() for name in mine):
        raise HubRefusedError(
            f"{repo}: your token may push as {' or '.join(mine)}, not as {owner}; choose such a name",
            expected=mine,
            got=owner,
        )


def patiently(attempt: Callable[[], Result]) -> Result:
    """Call a function, and up to twice again if the Hub has an error of its own or the connection breaks."""
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
    """Turn the exceptions of huggingface_hub into the project's errors.

    An error of the operating system, such as a full disk, becomes a ``LocalFileError``. Other exceptions are bugs and
    pass through.

    Args:
        what: the repository, for the message.

    Raises:
        HubUnreachableError: there was no answer.
        HubRefusedError: the Hub refused the request.
        HubError: the Hub has an error of its own, or its answer cannot be used.
        LocalFileError: a local file cannot be read or written.
    """
    try:
        yield
    except BackdoorsError:
        raise
    except (httpx.HTTPError, OSError, RuntimeError, json.JSONDecodeError, UnicodeDecodeError) as e:
        cause = _cause(e)
        if isinstance(cause, OSError) and cause.errno is not None and not isinstance(cause, _NO_CONNECTION):
            path = cause.filename
            raise LocalFileError(f"{what}: {path or 'a local file'}: {cause.strerror}", path=path) from e
        if isinstance(cause, _OF_THE_HUB) or (isinstance(cause, OSError) and cause.errno is None):
            raise _in_our_words(what, cause) from e
        raise


def _passes(error: Exception) -> bool:
    cause = _cause(error)
    if isinstance(cause, HfHubHTTPError):
        return bool(cause.response.status_code >= 500)
    # A Hub that does not answer at all is not asked again: the client has waited long enough.
    return isinstance(cause, httpx.RemoteProtocolError | httpx.ReadError | httpx.WriteError)


def _cause(error: Exception) -> BaseException:
    """The cause that the client wraps: in a RuntimeError for uploads, in a missing cache entry for downloads."""
    wrapped = isinstance(error, RuntimeError) or type(error) is LocalEntryNotFoundError
    return error.__cause__ if wrapped and error.__cause__ is not None else error


def _in_our_words(what: str, error: BaseException) -> HubError:
    said = str(error).strip().splitlines()[-1:] or [type(error).__name__]
    if isinstance(error, OfflineModeIsEnabled | LocalEntryNotFoundError):
        return HubUnreachableError(
            f"{what}: not in the cache, and the Hub cannot be reached: HF_HUB_OFFLINE is set, or there is no network"
        )
    if isinstance(error, HfHubHTTPError):
        status = error.response.status_code
        kind = HubRefusedError if status < 500 else HubError
        return kind(f"{what}: {_advice(error)}", status=status)
    if isinstance(error, _NO_CONNECTION):
        return HubUnreachableError(
            f"{what}: the Hub ({constants.ENDPOINT}) cannot be reached, or the connection was cut ({said[0]}); "
            "check the network, then run the same command again"
        )
    return HubError(
        f"{what}: the Hub's answer cannot be used ({type(error).__name__}: {said[0]}); "
        "run the same command again later"
    )


def _advice(error: HfHubHTTPError) -> str:
    """What an HTTP status means, and what to do next."""
    if isinstance(error, RevisionNotFoundError):
        return "no such revision; name a branch, a tag or a commit of the repository"
    if isinstance(error, RemoteEntryNotFoundError):
        return f"the repository lacks a file ({error.response.url}); is it a bundle?"
    if isinstance(error, RepositoryNotFoundError):
        return f"no such repository, or a private one; check the name, or, if it is private, {LOG_IN}"
    status = error.response.status_code
    said = error.server_message or (str(error).strip().splitlines() or [type(error).__name__])[-1]
    advice = {
        400: "the Hub rejects what was sent",
        401: f"the Hub does not know this token; {LOG_IN}",
        402: "the Hub asks for a paid plan; take one, or push to an owner that has one",
        403: f"this token may not do that; {LOG_IN} with write access, or choose another owner",
        404: "not found; check the name",
        409: "another process is changing this repository; run the same command again",
        412: "the repository has changed meanwhile; run the same command again",
        429: "too many requests; wait a few minutes, then run the same command again",
    }.get(status, "the Hub has an error of its own; run the same command again later")
    return f"{advice} ({status}: {said})"
