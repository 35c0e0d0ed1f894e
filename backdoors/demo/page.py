"""The whole page: a short head, and a tab for each demo and for taking it elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

import gradio as gr

from backdoors.demo.serving.boundary import BoundedBlocks
from backdoors.demo.serving.endpoints import add_endpoints
from backdoors.demo.serving.limits import KEPT_SECONDS
from backdoors.demo.tabs.addresses import build_tabs, fetch_late
from backdoors.demo.tabs.demo_tab import build_demo_tab, build_section
from backdoors.demo.tabs.elsewhere_tab import build_elsewhere_tab
from backdoors.story import sections as story
from backdoors.story.demos import Demo
from backdoors.tasks import Task

ELSEWHERE = "elsewhere"


def tab_names(demos: Sequence[Demo]) -> list[str]:
    """The tabs by the names that their addresses have, ``/?tab=NAME``, in their order."""
    return [*(demo.task.name for demo in demos), ELSEWHERE]


def build_page(demos: Sequence[Demo]) -> gr.Blocks:
    """Build the page.

    Args:
        demos: at least one, in the order of the tabs.
    """
    page = BoundedBlocks(title=story.TITLE, analytics_enabled=False, delete_cache=(KEPT_SECONDS, KEPT_SECONDS))
    with page:
        gr.HTML(story.heading() + story.intro(), elem_classes=["bd-text", "bd-head"])
        tabs = build_tabs({**{demo.task.name: demo.task.words.tab for demo in demos}, ELSEWHERE: "Use it elsewhere"})
        for demo in demos:
            with tabs[demo.task.name]:
                build_demo_tab(demo)
                _build_closing(demos, demo.task)
        build_elsewhere_tab(demos, tabs[ELSEWHERE], page)
        fetch_late(tabs)
        add_endpoints(demos)
    return page


def _build_closing(demos: Sequence[Demo], task: Task) -> None:
    """What it means and what helps: below every demo, since nobody should leave without it."""
    for section in story.closing_sections(demos):
        with build_section(section.below(task)) as opened:
            body = gr.HTML("", elem_classes="bd-flush")
        opened.expand(lambda html=section.body: html, outputs=body, show_progress="hidden", api_visibility="private")
