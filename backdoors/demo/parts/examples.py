"""Pictures to click, for visitors who have none at hand. Those of ``gr.Examples`` have no names; these buttons do."""

from __future__ import annotations

import gradio as gr

from backdoors.demo.parts.thumbnails import thumbnails
from backdoors.demo.serving.payloads import event_number
from backdoors.story.demos import Demo

_SCRIPT = """element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button) trigger("select", { number: Number(button.dataset.number) });
});"""


def build_examples(demo: Demo, target: gr.components.Component) -> None:
    """Lay out a row of thumbnails inside the current Blocks; a demo without examples gets none.

    Args:
        target: where a clicked picture goes.
    """
    pictures = list(demo.examples.values())
    if not pictures:
        return
    html = gr.HTML(
        thumbnails(demo.task, pictures),
        js_on_load=_SCRIPT,
        elem_id=f"{demo.task.name}-examples",
        elem_classes=["bd-flush", "bd-ours"],
    )

    def take(event: gr.EventData) -> str:
        return str(pictures[event_number(event, "number", below=len(pictures))])

    html.select(take, outputs=target, show_progress="hidden", api_visibility="private")
