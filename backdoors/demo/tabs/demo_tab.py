"""A demo's tab: the demo first, and below it its story, in sections that a reader opens one by one."""

from __future__ import annotations

import functools
from typing import Any

import gradio as gr
from markupsafe import Markup

from backdoors.attacks import AttackKind
from backdoors.demo.component import BackdoorDemo
from backdoors.demo.serving.payloads import event_choice
from backdoors.story import Demo, sections


def build_demo_tab(demo: Demo) -> None:
    """Lay out a demo and its story inside the current tab."""
    component = BackdoorDemo(demo.task.name)
    of_model = functools.cache(functools.partial(sections.sections_of, demo))  # the same for all visitors
    first = (demo.first.config.trigger, demo.first.attack.kind)
    chosen = gr.State(first)
    bodies, flags = [], []
    for number, section in enumerate(of_model(*first)):
        is_open = gr.State(False)
        with build_section(section) as opened:
            body = gr.HTML("", elem_id=section.elem_id, elem_classes="bd-flush")
        bodies.append(body)
        flags.append(is_open)

        def read(asked: tuple[str, AttackKind], number: int = number) -> tuple[Markup, bool]:
            return of_model(*asked)[number].body, True

        opened.collapse(lambda: False, outputs=is_open, show_progress="hidden", api_visibility="private")
        opened.expand(read, inputs=chosen, outputs=[body, is_open], show_progress="hidden", api_visibility="private")

    def read_open_ones(event: gr.EventData, *are_open: bool) -> list[Any]:
        asked = event_choice(event, demo.bundle)
        shown = [
            section.body if is_open else gr.skip() for section, is_open in zip(of_model(*asked), are_open, strict=True)
        ]
        return [asked, *shown]

    if demo.task.choices:
        component.choice(
            read_open_ones,
            inputs=flags,
            outputs=[chosen, *bodies],
            trigger_mode="multiple",  # in the order in which they were chosen; "once" would drop the second of two
            concurrency_limit=1,
            show_progress="hidden",
            api_visibility="private",
        )


def build_section(section: sections.Section) -> gr.Accordion:
    """A closed part below a demo; what is in it is mounted when somebody opens it."""
    return gr.Accordion(section.title, open=False, elem_id=f"{section.elem_id}-section", elem_classes="bd-question")
