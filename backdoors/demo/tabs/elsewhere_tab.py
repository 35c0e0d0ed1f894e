"""The tab for people who take the demo elsewhere: into their own page, or into their own code."""

from __future__ import annotations

from collections.abc import Sequence

import gradio as gr

from backdoors.demo.serving.address import LOCAL, address_of
from backdoors.demo.serving.code_lines import LINES, lines_for
from backdoors.site.embedding import LINES as WAYS
from backdoors.story import sections as story
from backdoors.story.demos import Demo
from backdoors.story.notices import versions


def build_elsewhere_tab(demos: Sequence[Demo], tab: gr.Tab, page: gr.Blocks) -> None:
    """Lay out the lines to paste, and which models answer.

    Args:
        tab: where; once it is opened, the lines get the address that the visitor's browser has.
        page: the whole page.
    """
    with tab:
        embed_codes = _embed(demos)
        codes = _code(demos)
        gr.HTML(story.static_section().titled, elem_classes="bd-flush")
        gr.HTML(versions(demos), elem_id="versions")

    def embed_lines(request: gr.Request) -> list[str]:
        address = address_of(request, page)
        return [line(address, demo.task) for _, line in WAYS.values() for demo in demos]

    def code_lines(request: gr.Request) -> list[str]:
        address = address_of(request, page)
        return list(lines_for(address, demos[0]).values())

    for lines, components in ((embed_lines, embed_codes), (code_lines, codes)):
        tab.select(lines, outputs=components, show_progress="hidden", api_visibility="private")


def _embed(demos: Sequence[Demo]) -> list[gr.Code]:
    """A tab for each way to embed a demo, with a line for each demo."""
    gr.HTML(story.embed_section().titled, elem_classes="bd-flush")
    codes = []
    with gr.Tabs():
        for way, (label, line) in WAYS.items():
            with gr.Tab(label):
                codes += [
                    gr.Code(
                        line(LOCAL, demo.task),  # of the right length, until the address is known
                        label=demo.task.words.tab,
                        language="html",
                        interactive=False,
                        buttons=["copy"],
                        wrap_lines=True,
                        lines=1,
                        elem_id=f"embed-{way}-{demo.task.name}",
                    )
                    for demo in demos
                ]
    return codes


def _code(demos: Sequence[Demo]) -> list[gr.Code]:
    """A tab for each language, with the lines that call the first demo's endpoint."""
    gr.HTML(story.code_section(demos[0].task).titled, elem_classes="bd-flush")
    codes = []
    with gr.Tabs():
        for name, (language, write) in LINES.items():
            with gr.Tab(name):
                codes.append(
                    gr.Code(
                        write(LOCAL, demos[0]),
                        language=language,  # type: ignore[arg-type]
                        show_label=False,
                        interactive=False,
                        buttons=["copy"],
                        elem_id=f"code-{name.lower()}",
                    )
                )
    return codes
