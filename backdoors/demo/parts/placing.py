"""A picture on which people place a patch: by a tap or a drag, or with two sliders, which the keyboard moves too."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from backdoors.demo.serving.payloads import event_number

NEWEST_ONLY: dict[str, Any] = {"trigger_mode": "always_last", "show_progress": "hidden", "api_visibility": "private"}
"""For listeners of what moves all the time: only the newest place matters."""

_SCRIPT = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")


@dataclass(frozen=True, kw_only=True)
class Stage:
    """The components of a stage.

    Attributes:
        picture: shows what ``figures.stage`` gave; it fires ``input`` with ``row`` and ``column`` in its event data.
        row, column: the upper left corner of the patch, in the models' own pixels from 0.
    """

    picture: gr.HTML
    row: gr.Slider
    column: gr.Slider


def build_stage(*, size: int, patch: int, at: tuple[int, int], elem_id: str) -> Stage:
    """Lay out an empty stage inside the current Blocks; ``figures.stage`` makes what it shows.

    Args:
        size: the side of the picture, in the models' own pixels.
        patch: the side of the patch.
        at: where it is first: row and column.
        elem_id: of the picture; the sliders add ``-row`` and ``-column``.
    """
    picture = gr.HTML("", js_on_load=_SCRIPT, elem_id=elem_id, elem_classes="bd-flush")
    row, column = (
        gr.Slider(0, size - patch, value=value, step=1, label=label, buttons=[], elem_id=f"{elem_id}-{label.lower()}")
        for label, value in zip(("Row", "Column"), at, strict=True)
    )
    return Stage(picture=picture, row=row, column=column)


def on_placed(
    stage: Stage,
    show: Callable[..., tuple[object, ...]],
    *,
    inputs: Sequence[gr.components.Component],
    outputs: Sequence[gr.components.Component],
    **options: Any,
) -> None:
    """Call ``show(row, column, *inputs)`` whenever somebody moves the patch; the sliders and the picture go along.

    Args:
        options: of both listeners.
    """

    def placed(event: gr.EventData, *others: object) -> tuple[object, ...]:
        row = event_number(event, "row", below=int(stage.row.maximum) + 1)
        column = event_number(event, "column", below=int(stage.column.maximum) + 1)
        return (row, column, *show(row, column, *others))

    stage.picture.input(
        placed,
        inputs=[*inputs],
        outputs=[stage.row, stage.column, *outputs],
        **{**NEWEST_ONLY, "trigger_mode": "multiple"},  # Gradio may lose the place of an event that it puts off
        **options,
    )
    gr.on(
        [stage.row.input, stage.column.input],
        show,
        inputs=[stage.row, stage.column, *inputs],
        outputs=[*outputs],
        **NEWEST_ONLY,
        **options,
    )
