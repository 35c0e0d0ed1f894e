"""A demo alone, for a blog's column: no heading, no story, as low as it can be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import gradio as gr

from backdoors.bundle import Bundle
from backdoors.demo import cards
from backdoors.demo.housekeeping import KEPT_SECONDS
from backdoors.demo.show import build_show_button
from backdoors.hub import Task


def build_embedded(
    task: Task, bundle: Bundle, examples: Path, *, title: str, demo: Callable[[Bundle, Path], object]
) -> gr.Blocks:
    """Build a page that holds one demo.

    Args:
        task: which one.
        title: what browsers and screen readers call the page.
        demo: lays it out.
    """
    page = gr.Blocks(title=title, analytics_enabled=False, delete_cache=(KEPT_SECONDS, KEPT_SECONDS), fill_width=True)
    with page, gr.Column(elem_classes="bd-embedded"):
        with gr.Row(equal_height=True):
            build_show_button(task)
            gr.HTML(cards.whole_story(), min_width=160, elem_classes="bd-flush")
        demo(bundle, examples)
    return page
