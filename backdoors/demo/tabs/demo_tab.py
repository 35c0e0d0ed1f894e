"""A demo's tab: the demo first, and below it its story, in sections that a reader opens one by one."""

from __future__ import annotations

import functools
from typing import Any

import gradio as gr
from markupsafe import Markup

from backdoors.attacks import AttackKind
from backdoors.bundle import LatentConfig
from backdoors.demo.parts.demo_part import build_demo_part
from backdoors.demo.parts.own_trigger import build_own_trigger
from backdoors.demo.parts.shapes import fits_the_grid
from backdoors.story import sections as story
from backdoors.story.demos import Demo
from backdoors.story.notices import trouble


def build_demo_tab(demo: Demo) -> None:
    """Lay out a demo and its story inside the current tab."""
    if demo.origin.trouble:
        gr.HTML(trouble(demo.origin.trouble), elem_id=f"{demo.task.name}-trouble")
    part = build_demo_part(demo)
    examples = demo.examples_by_label()

    @functools.cache  # it is the same for all visitors
    def sections(trigger: str, attack: AttackKind) -> list[story.Section]:
        infected = demo.bundle.find(trigger=trigger, attack=attack)
        if isinstance(infected.config, LatentConfig):
            return story.latent_sections(demo.task, demo.bundle)
        grid = fits_the_grid(demo.bundle)
        return story.badnets_sections(demo.task, demo.bundle, infected, examples, grid=grid)

    first = demo.first
    bodies, flags = [], []
    for number, section in enumerate(sections(first.config.trigger, first.attack.kind)):
        is_open = gr.State(False)
        with build_section(section) as opened:
            body = gr.HTML("", elem_id=section.elem_id, elem_classes="bd-flush")
            if section.elem_id.endswith("-own"):
                build_own_trigger(demo, part, opened=opened, is_open=is_open)
        bodies.append(body)
        flags.append(is_open)

        def read(trigger: str, attack: AttackKind, number: int = number) -> tuple[Markup, bool]:
            return sections(trigger, attack)[number].body, True

        opened.collapse(lambda: False, outputs=is_open, show_progress="hidden", api_visibility="private")
        opened.expand(
            read,
            inputs=[part.trigger, part.attack],
            outputs=[body, is_open],
            show_progress="hidden",
            api_visibility="private",
        )

    def read_open_ones(trigger: str, attack: AttackKind, *are_open: bool) -> list[Any]:
        chosen = sections(trigger, attack)
        return [section.body if is_open else gr.skip() for section, is_open in zip(chosen, are_open, strict=True)]

    gr.on(
        [part.trigger.input, part.attack.input],
        read_open_ones,
        inputs=[part.trigger, part.attack, *flags],
        outputs=bodies,
        show_progress="hidden",
        api_visibility="private",
    )


def build_section(section: story.Section) -> gr.Accordion:
    """A closed part below a demo; what is in it is mounted when somebody opens it."""
    return gr.Accordion(section.title, open=False, elem_id=f"{section.elem_id}-section", elem_classes="bd-question")
