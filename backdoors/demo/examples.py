"""Pictures to click, for visitors who have none at hand. Those of ``gr.Examples`` have no names; these buttons do."""

from __future__ import annotations

import io
from pathlib import Path

import gradio as gr
from PIL import Image

from backdoors.demo.images import embedded

_SIDE = 112  # pixels of a thumbnail: twice as many as most screens show
_SCRIPT = """element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button) trigger("select", { number: Number(button.dataset.number) });
});"""


def build_examples(pictures: list[Path], target: gr.components.Component, *, what: str, elem_id: str) -> None:
    """Lay out a row of thumbnails inside the current Blocks.

    Args:
        pictures: the files, each named after what it shows.
        target: where a clicked one goes.
        what: what they are, for screen readers.
    """
    buttons = "".join(
        f'<button type="button" data-number="{number}">{_thumbnail(path, f"{what} {path.stem}")}</button>'
        for number, path in enumerate(pictures)
    )
    html = gr.HTML(
        f'<p class="bd-title">Or take one of ours</p><div class="bd-examples">{buttons}</div>',
        js_on_load=_SCRIPT,
        elem_id=elem_id,
        elem_classes="bd-flush",
    )

    def take(event: gr.EventData) -> str:
        return str(pictures[int(event.number)])

    html.select(take, outputs=target, show_progress="hidden", api_visibility="private")


def _thumbnail(path: Path, alt: str) -> str:
    with Image.open(path) as picture:
        kind = picture.format or "PNG"
        picture.thumbnail((_SIDE, _SIDE))
        buffer = io.BytesIO()
        picture.save(buffer, format=kind)
    return embedded(buffer.getvalue(), alt=alt, kind=kind.lower())
