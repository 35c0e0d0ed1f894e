"""The lines to paste into a blog: an iframe, or Gradio's web component."""

from __future__ import annotations

from collections.abc import Callable

import gradio as gr

from backdoors.demo.address import LOCAL, address_of
from backdoors.hub import Task

TITLES: dict[Task, str] = {
    "digits": "Draw a digit, watch a backdoor fire",
    "dogs": "Upload a dog, watch a backdoor fire",
}

# Two columns above, one below; measured in the tests, which allow no scroll bar between 360 and 900 pixels.
TWO_COLUMNS = 632
HEIGHTS: dict[Task, tuple[int, int]] = {"digits": (790, 1400), "dogs": (1040, 1600)}


def iframe(address: str, task: Task) -> str:
    """One line of HTML; its height is a step: a container query unit times a large number, clamped.

    Args:
        address: of the whole page, without a slash at its end.
    """
    wide, narrow = HEIGHTS[task]
    style = f"border:0;width:100%;height:clamp({wide}px,({TWO_COLUMNS}px - 100cqw)*9999,{narrow}px)"
    return (
        f'<div style="container-type:inline-size"><iframe src="{address}/{task}/?__theme=light" '
        f'title="{TITLES[task]}" allow="camera; clipboard-read" loading="lazy" height="{narrow}" style="{style}">'
        "</iframe></div>"
    )


def component(address: str, task: Task) -> str:
    """One line of HTML with Gradio's web component, which takes the height that it needs by itself."""
    return (
        f'<script type="module" src="{address}/gradio.js"></script>'
        f'<gradio-app src="{address}/{task}" theme_mode="light"></gradio-app>'
    )


WAYS: dict[str, Callable[[str, Task], str]] = {"iframe": iframe, "component": component}
"""By the name in the code block's ``elem_id``: the function that writes the line."""


def build_embed_part(page: gr.Blocks) -> None:
    """The lines, with the address at which the visitor sees the page."""
    labels = {"iframe": "As an iframe", "component": "As a web component"}
    codes = []
    with gr.Tabs():
        for way, label in labels.items():
            with gr.Tab(label):
                codes += [
                    gr.Code(
                        WAYS[way](LOCAL, task),  # of the right length, until the address is known
                        label=task.title(),
                        language="html",
                        interactive=False,
                        buttons=["copy"],
                        wrap_lines=True,
                        lines=1,
                        elem_id=f"embed-{way}-{task}",
                    )
                    for task in TITLES
                ]

    def embed_lines(request: gr.Request) -> list[str]:
        address = address_of(request, page)
        return [line(address, task) for line in WAYS.values() for task in TITLES]

    page.load(embed_lines, outputs=codes, show_progress="hidden", api_visibility="private")
