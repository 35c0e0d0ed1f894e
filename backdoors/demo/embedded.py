"""A demo alone, for a blog's column: no heading, no story, as low as it can be."""

from __future__ import annotations

import gradio as gr

from backdoors.demo.parts.demo_part import build_demo_part
from backdoors.demo.parts.show import build_show_button
from backdoors.demo.serving.boundary import BoundedBlocks
from backdoors.demo.serving.limits import KEPT_SECONDS
from backdoors.story.demos import Demo
from backdoors.story.notices import whole_story


def build_embedded(demo: Demo) -> gr.Blocks:
    """Build a page that holds one demo."""
    title = demo.task.words.embedded  # what browsers and screen readers call the page
    kept = (KEPT_SECONDS, KEPT_SECONDS)
    page = BoundedBlocks(title=title, analytics_enabled=False, delete_cache=kept, fill_width=True)
    with page, gr.Column(elem_classes="bd-embedded"):
        with gr.Row(equal_height=True):
            build_show_button([demo])
            gr.HTML(whole_story(demo.task), min_width=160, elem_classes="bd-flush")
        build_demo_part(demo, choices=False)
    return page
