"""What comes in for the inputs of a call, before Gradio or a handler looks at it.

Gradio would fetch any address that stands for a file, without a limit on time or size, and passes numbers and lists on
where a file or a switch is expected. So all inputs are checked here, for public endpoints and the page's own events
alike: as many as there are components, and files only as uploads.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

import gradio as gr
from gradio.block_function import BlockFunction
from gradio.components import Component
from gradio.utils import get_upload_folder, is_in_or_equal

from backdoors.attacks import AttackKind
from backdoors.bundle import Bundle
from backdoors.errors import RequestError

ADDRESS = "The page fetches no addresses. Upload the picture and send its path, or, over MCP, send a data URL."
NO_UPLOAD = "There is no such upload: the page takes files that were uploaded to it within the last hour."


def check_inputs(function: BlockFunction, values: Any) -> None:
    """Refuse what no page or client would send.

    Args:
        function: what is called.
        values: one for each of its inputs.

    Raises:
        RequestError: says which input, what was expected and what came.
    """
    inputs = [each for each in function.inputs if isinstance(each, Component)]
    if not isinstance(values, list) or len(values) != len(inputs):
        got = len(values) if isinstance(values, list) else kind(values)
        names = ", ".join(map(_name, inputs))
        raise RequestError(f"{function.api_name} takes {len(inputs)} values ({names}), got {got}.")
    for component, value in zip(inputs, values, strict=True):
        for wanted, check in _CHECKS.items():
            if isinstance(component, wanted) and value is not None:
                check(component, value)


def event_choice(event: gr.EventData, bundle: Bundle) -> tuple[str, AttackKind]:
    """The trigger and the attack that the page's own script sends with an event.

    Raises:
        RequestError: they are missing, or the bundle has no such model.
    """
    asked = event._data if isinstance(event._data, dict) else {}
    models = [(model.config.trigger, model.attack.kind) for model in bundle.infected.values()]
    for trigger, attack in models:
        if (asked.get("trigger"), asked.get("attack")) == (trigger, attack):
            return trigger, attack
    raise RequestError(f"Expected a trigger and an attack, one of {models}.")


def kind(value: Any) -> str:
    """What somebody sent, in words."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    kinds = {str: "a text", dict: "an object", list: "a list", int: "a number", float: "a number"}
    return kinds.get(type(value), "something else")


def is_address(text: str) -> bool:
    """Whether a text that stands for a file is an address of the web."""
    return text.lower().lstrip().startswith(("http:", "https:"))


def _name(component: Component) -> str:
    return str(component.label or component.get_block_name())


def _check_file(component: Component, value: Any) -> None:
    path = value.get("path") if isinstance(value, Mapping) else None
    if (isinstance(value, str) and is_address(value)) or (isinstance(path, str) and is_address(path)):
        raise RequestError(f"{_name(component)}: {ADDRESS}")
    if not isinstance(path, str):
        got = f"an object without a path in {kind(path)}" if isinstance(value, Mapping) else kind(value)
        raise RequestError(
            f'{_name(component)}: expected an uploaded file, {{"path": "...", "meta": {{"_type": '
            f'"gradio.FileData"}}}}, got {got}.'
        )
    if not _is_upload(path):
        raise RequestError(f"{_name(component)}: {NO_UPLOAD}")


def _check_switch(component: Component, value: Any) -> None:
    if not isinstance(value, bool):
        raise RequestError(f"{_name(component)}: expected true or false, got {kind(value)}.")


_CHECKS: dict[type[Component], Callable[[Component, Any], None]] = {
    gr.File: _check_file,
    gr.Checkbox: _check_switch,
}
"""What Gradio does not check by itself; of a choice, it says which ones there are."""


def _is_upload(path: str) -> bool:
    return "\0" not in path and os.path.isfile(path) and is_in_or_equal(path, get_upload_folder())
