"""What a call over HTTP names: an endpoint that exists, and its parameters. Values are checked by ``payloads.py``."""

from __future__ import annotations

import functools
from typing import Any

import gradio as gr

from backdoors.demo.serving.payloads import kind

JSON_ROUTES = ("call", "queue", "run", "api", "cancel", "reset")
"""The first parts of the routes below ``/gradio_api/`` whose bodies are JSON."""


class RefusedError(Exception):
    """A request that is not handed on.

    Attributes:
        status: of the answer.
        message: in plain words.
    """

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


def check_call(page: gr.Blocks, route: str, body: Any) -> None:
    """Refuse a call of what does not exist, or with other parameters than it has.

    Args:
        page: which is called.
        route: below ``/gradio_api/``.
        body: the parsed JSON.

    Raises:
        RefusedError: says what was expected.
    """
    if not isinstance(body, dict):
        raise RefusedError(400, f"The body is {kind(body)}; expected an object.")
    route = route.rstrip("/")
    if route.startswith("call/v2/"):
        _check_names(page, route.removeprefix("call/v2/"), body)
    elif route.startswith(("call/", "run/", "api/")):
        name = route.split("/", 1)[1]
        if all(function.api_name != name for function in page.fns.values()):
            raise _no_endpoint(page, name)
        _check_data(body)
    elif route.startswith("queue/"):
        _check_data(body)
        if not isinstance(body.get("session_hash"), str):
            raise RefusedError(400, f"session_hash: expected a text, got {kind(body.get('session_hash'))}.")
        number = body.get("fn_index")
        if isinstance(number, bool) or not isinstance(number, int) or number not in page.fns:
            raise RefusedError(404, "fn_index: the page has no event of this number.")


def check_stream(page: gr.Blocks, route: str) -> None:
    """Refuse to wait for the answer to a call that was never made, or whose answer was fetched already."""
    parts = route.removeprefix("call/").removeprefix("v2/").split("/")
    if not route.startswith("call/") or len(parts) != 2:
        return
    queue, event = page._queue, parts[1]
    waiting = event in queue.event_ids_to_events or event in queue.pending_messages_per_session
    if not waiting and all(event not in events for events in queue.pending_event_ids_session.values()):
        raise RefusedError(404, "There is no call with this event_id, or its answer was fetched already.")


def _check_data(body: dict[str, Any]) -> None:
    if not isinstance(body.get("data"), list):
        raise RefusedError(400, f"data: expected a list with the values of the inputs, got {kind(body.get('data'))}.")


def _check_names(page: gr.Blocks, endpoint: str, body: dict[str, Any]) -> None:
    parameters = _endpoints(page).get(endpoint)
    if parameters is None:
        raise _no_endpoint(page, endpoint)
    known = ", ".join(parameters) or "none"
    for name in body:
        if name not in parameters:
            raise RefusedError(400, f"{endpoint} has no parameter {name[:50]!r}; it has {known}.")
    for name, optional in parameters.items():
        if not optional and name not in body:
            raise RefusedError(400, f"{endpoint} needs the parameter {name!r}; it has {known}.")


def _no_endpoint(page: gr.Blocks, name: str) -> RefusedError:
    known = ", ".join(_endpoints(page)) or "none"
    return RefusedError(404, f"There is no endpoint {name[:50]!r} here; there are {known}.")


@functools.cache
def _endpoints(page: gr.Blocks) -> dict[str, dict[str, bool]]:
    """The public endpoints, each with its parameters, and whether one may leave them out."""
    return {
        name.removeprefix("/"): {each["parameter_name"]: each["parameter_has_default"] for each in info["parameters"]}
        for name, info in page.get_api_info()["named_endpoints"].items()
    }
