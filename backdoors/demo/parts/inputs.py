"""Where a visitor's picture comes from: a sketchpad to draw on, or a photo to upload.

Both end in a state with the picture as the models see it. Drawings and photos may overtake each other, since only the
newest one matters; answers must not, or the page would show one for a switch that is set otherwise by now. So a
picture is prepared by itself, and ``demo_part.py`` asks for the answer afterwards.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr
import numpy as np
from numpy.typing import NDArray

from backdoors.demo.serving.drawings import bounded_drawings
from backdoors.demo.serving.limits import KEPT_SECONDS
from backdoors.demo.serving.messages import escaped
from backdoors.demo.serving.uploads import drawing, uploaded_file
from backdoors.errors import PictureError
from backdoors.story.demos import Demo
from backdoors.tasks.strokes import PEN, SIZE

# Gradio's brush needs a background to be active at once; a stroke then fires `input`, and `change` stays silent.
BLANK = np.zeros((SIZE, SIZE), dtype=np.uint8)

_HEIGHT = SIZE + 60  # pixels, with the tools; low enough for the whole demo to fit on a screen of 1280x800


@dataclass(frozen=True, kw_only=True)
class Input:
    """A component for pictures, laid out and wired.

    Attributes:
        component: takes a visitor's picture; a clicked example goes there, too.
        picture: the state with the picture as the models see it, ``(channel, size, size)``; None where there is none.
    """

    component: gr.Sketchpad | gr.Image
    picture: gr.State


def build_input(demo: Demo) -> Input:
    """Lay out the input of a demo inside the current Blocks."""
    return _sketchpad(demo) if demo.task.input == "sketchpad" else _photo(demo)


def _sketchpad(demo: Demo) -> Input:
    task, size = demo.task, demo.bundle.config.input.size
    pad = gr.Sketchpad(
        value=BLANK,
        label=task.words.tab,
        show_label=False,  # the tab says it
        type="numpy",
        image_mode="L",
        canvas_size=(SIZE, SIZE),
        fixed_canvas=True,
        layers=False,
        transforms=(),
        brush=gr.Brush(colors=["#ffffff"], color_mode="fixed", default_size=PEN // 2),  # a radius
        eraser=gr.Eraser(default_size=PEN),
        format="png",  # WebP, the default, changes grey levels
        buttons=[],
        height=_HEIGHT,
        elem_id=f"{task.name}-pad",
    )
    drawings, picture = bounded_drawings(pad), gr.State(time_to_live=KEPT_SECONDS)

    def prepare(payload: Any) -> NDArray[np.float32] | None:
        drawn = drawing(drawings, payload)
        return None if drawn is None else task.prepare(drawn, size=size, drawn=True)

    pad.input(prepare, inputs=pad, outputs=picture, **_newest(demo))
    # The pad's bin takes the background away, and with it the active brush: give both back. In the browser alone, or
    # they would come while a visitor draws again, and take the strokes away.
    pad.clear(None, js=_blank_again(pad), outputs=pad, show_progress="hidden", api_visibility="private")
    return Input(component=pad, picture=picture)


def _blank_again(pad: gr.Sketchpad) -> str:
    """A script that gives the pad's first value, with the picture in its address: it needs no request."""
    first = pad.value["background"]
    picture = base64.b64encode(Path(first["path"]).read_bytes()).decode()
    background = {**first, "url": f"data:image/png;base64,{picture}"}
    return f"() => ({json.dumps({'background': background, 'layers': [], 'composite': background})})"


def _photo(demo: Demo) -> Input:
    task, size = demo.task, demo.bundle.config.input.size
    photo = gr.Image(
        label=f"A {task.words.one}",
        show_label=False,
        sources=["upload", "webcam", "clipboard"],
        type="filepath",
        placeholder="Drop an image file here to upload",  # as its label says for screen readers
        buttons=[],
        height=_HEIGHT,
        elem_id=f"{task.name}-photo",
    )
    picture = gr.State(time_to_live=KEPT_SECONDS)

    def prepare(payload: Any) -> NDArray[np.float32] | None:
        try:
            file = uploaded_file(payload)
            return None if file is None else task.prepare(file, size=size)
        except PictureError as e:  # not raised: a bad photo takes the answers to the earlier one away, too
            gr.Warning(escaped(str(e)), title="Not a photo that can be read")
            return None

    photo.change(prepare, inputs=photo, outputs=picture, **_newest(demo))
    return Input(component=photo, picture=picture)


def _newest(demo: Demo) -> dict[str, Any]:
    return {
        "preprocess": False,  # Gradio would open the file itself: see uploads.py
        "trigger_mode": "always_last",
        "show_progress": "hidden",
        "api_name": f"prepare_{demo.task.words.one}",
        "api_visibility": "private",
    }
