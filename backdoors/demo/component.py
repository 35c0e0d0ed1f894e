"""The demo as a component of Gradio: ``<backdoor-demo>`` in a ``gr.HTML``, with a value and events.

::

    with gr.Blocks() as blocks:
        demo = BackdoorDemo("digits")
        verdict = gr.JSON()
        demo.change(lambda value: value, inputs=demo, outputs=verdict)

The value is the newest verdict (see ``backdoors.comparison``), or None; it changes once a visitor stops drawing. The
event ``choice`` comes with the names of the chosen ``trigger`` and ``attack``. The page must serve the element's
script, see ``serving/files.py``. Drawings and answers stay in the browser unless a listener asks for the value.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr

_SCRIPT = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")


class BackdoorDemo(gr.HTML):
    """A demo.

    Args:
        task: the name of its task.
        elem_id: by default ``TASK-demo``.
    """

    def __init__(self, task: str, *, elem_id: str | None = None) -> None:
        super().__init__(
            value=None,
            html_template='<backdoor-demo task="${task}" linked></backdoor-demo>',
            js_on_load=_SCRIPT,
            apply_default_css=False,
            elem_id=elem_id or f"{task}-demo",
            elem_classes="bd-flush",
            task=task,
        )

    def preprocess(self, payload: dict[str, Any] | None) -> dict[str, Any] | None:  # type: ignore[override]
        """The verdict, as the browser sent it: nobody has checked it here."""
        if payload is not None and not isinstance(payload, dict):
            raise gr.Error("The demo's value: expected a verdict, an object, or null.", print_exception=False)
        return payload

    def postprocess(self, value: dict[str, Any] | None) -> dict[str, Any] | None:  # type: ignore[override]
        """A verdict; the demo itself does not change."""
        return value

    def api_info(self) -> dict[str, Any]:
        """Of the value."""
        return {"type": "object", "description": "the newest verdict"}

    def example_payload(self) -> None:
        """No verdict yet."""

    def example_value(self) -> None:
        """No verdict yet."""
