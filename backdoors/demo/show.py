"""The "Show me" button: the browser plays the demos of a page by itself, as a visitor would."""

from __future__ import annotations

import json
from pathlib import Path

import gradio as gr

from backdoors.demo.strokes import pen_path
from backdoors.hub import Task

_DIGIT = 3
_SCRIPT = Path(__file__).with_suffix(".js")


def build_show_button(*demos: Task) -> None:
    """A button that plays these demos; it needs no server but for the answers themselves."""
    filled = {
        "__DEMOS__": json.dumps(demos),
        "__DIGIT__": str(_DIGIT),
        "__STROKES__": json.dumps([stroke.round(1).tolist() for stroke in pen_path(_DIGIT, steps=6)]),
    }
    script = _SCRIPT.read_text(encoding="utf-8")
    play = script[script.index("async ()") :]
    for name, value in filled.items():
        play = play.replace(name, value)
    button = gr.Button("▶ Show me", variant="primary", elem_classes="bd-show-button", min_width=120)
    button.click(None, js=play, api_visibility="private")
