"""The "Show me" button: the browser plays demos by itself, as a visitor would, tab after tab."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import gradio as gr

from backdoors.story.demos import Demo
from backdoors.tasks.strokes import STROKES, pen_path

_SCRIPT = Path(__file__).with_suffix(".js")


def build_show_button(demos: Sequence[Demo]) -> None:
    """A button that plays these demos; the server only answers, as it does for a visitor."""
    plays = [play for play in map(_play, demos) if play]
    if not plays:
        return
    script = _SCRIPT.read_text(encoding="utf-8")
    script = script[script.index("async ()") :].replace("__PLAYS__", json.dumps(plays))
    button = gr.Button("▶ Show me", variant="primary", elem_classes="bd-show-button", min_width=120)
    button.click(None, js=script, api_visibility="private")


def _play(demo: Demo) -> dict[str, Any] | None:
    """What the script needs to play one demo; None where there is nothing to draw and no example to click."""
    task, play = demo.task, demo.task.play
    names = list(demo.examples)
    number = names.index(play.example) if play.example in names else None
    drawn = task.input == "sketchpad" and play.example in map(str, range(len(STROKES)))
    if number is None and not drawn:
        return None
    return {
        "name": task.name,
        "network": task.words.network,
        "example": number,
        "label": play.example if drawn else None,
        "strokes": [stroke.round(1).tolist() for stroke in pen_path(int(play.example), steps=6)] if drawn else None,
        "says": {part: getattr(play, part) for part in ("opening", "agreed", "trigger", "fired")},
    }
