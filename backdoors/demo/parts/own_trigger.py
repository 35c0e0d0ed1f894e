"""A trigger of the visitor's own: they choose its shape and place, and see whether the backdoor fires."""

from __future__ import annotations

from typing import Any

import gradio as gr
import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from backdoors.attacks import AttackKind
from backdoors.bundle import InfectedModel
from backdoors.comparison import compare
from backdoors.demo.parts.cards import answers
from backdoors.demo.parts.demo_part import DemoPart
from backdoors.demo.parts.happening import happening
from backdoors.demo.parts.placing import NEWEST_ONLY, build_stage, on_placed
from backdoors.demo.parts.shapes import shapes_of
from backdoors.places import fires_at
from backdoors.story import figures
from backdoors.story.demos import Demo
from backdoors.story.words import what_your_trigger_does
from backdoors.triggers import Box, Trigger


def build_own_trigger(demo: Demo, part: DemoPart, *, opened: gr.Accordion, is_open: gr.State) -> None:
    """Lay out and wire the part below a demo's section on it.

    Args:
        part: its picture is stamped, and its choices say which infected model is asked.
        opened: the section.
        is_open: whether the section is open; drawings and photos are not stamped while it is closed.
    """
    task, bundle, name = demo.task, demo.bundle, f"own-{demo.task.name}"
    size, shapes = bundle.config.input.size, shapes_of(bundle)
    instead = _example(demo)

    def stamped(
        row: int, column: int, picture: NDArray[np.float32] | None, shape: Any, trigger: str, attack: AttackKind
    ) -> tuple[NDArray[np.float32], InfectedModel, Trigger | None]:
        """What is stamped, the infected model that is asked, and the trigger; None where nothing is left of it."""
        infected = bundle.find(trigger=trigger, attack=attack)
        return instead if picture is None else picture, infected, shapes.trigger(infected, shape, row, column)

    def show(*asked: Any) -> tuple[Markup, Markup, Markup, str]:
        """The stage, what happened, both answers, and no map: it was for another place or shape."""
        row, column, *_ = asked
        image, infected, own = stamped(*asked)
        verdict = compare(image, clean=bundle.clean, infected=infected.model, attack=infected.attack, trigger=own)
        stage = figures.stage(
            image if own is None else own.stamp(image),
            Box(row, column, shapes.side, shapes.side),
            alt="What both see: your trigger in the picture",
        )
        told = what_your_trigger_does(task, verdict, own=own is not None and _alike(own, infected.trigger))
        cards = answers(task, verdict, bundle.config.labels, bars=False)
        return stage, happening(told, fired=verdict.backdoor_fired), cards, ""

    def try_everywhere(*asked: Any) -> Markup | str:
        """The map of all places."""
        image, infected, own = stamped(*asked)
        if own is None:
            gr.Warning("Nothing is stamped: choose a shape first.", title="Nothing to try")
            return ""
        fires = fires_at(
            image,
            clean=bundle.clean,
            infected=infected.model,
            attack=infected.attack,
            trigger=own,
            stride=shapes.stride,
        )
        return figures.fire_map(image, fires, own=infected.trigger.patch)

    def reset(picture: NDArray[np.float32] | None, trigger: str, attack: AttackKind) -> tuple[Any, ...]:
        shape, row, column = shapes.own(bundle.find(trigger=trigger, attack=attack))
        return (shape, row, column, *show(row, column, picture, shape, trigger, attack))

    shape_value, row, column = shapes.own(demo.first)
    with gr.Row(equal_height=False):
        with gr.Column(scale=4, min_width=300):
            stage = build_stage(size=size, patch=shapes.side, at=(row, column), elem_id=f"{name}-stage")
        with gr.Column(scale=6, min_width=300):
            shape = shapes.component(shape_value, elem_id=f"{name}-shape")
            with gr.Row():
                back = gr.Button("The attacker's own", min_width=160, elem_id=f"{name}-reset")
                everywhere = gr.Button("Try every place", min_width=160, elem_id=f"{name}-everywhere")
            told_html = gr.HTML("", elem_id=f"{name}-happening", elem_classes="bd-flush")
            cards_html = gr.HTML("", elem_id=f"{name}-answers", elem_classes="bd-flush")
            map_html = gr.HTML("", elem_id=f"{name}-map")

    # One after the other, in the order in which they were asked: or an answer for an earlier place would stay.
    in_turn: dict[str, Any] = {"concurrency_id": name, "concurrency_limit": 1}
    beside = [part.picture, shape, part.trigger, part.attack]
    inputs = [stage.row, stage.column, *beside]
    outputs = [stage.picture, told_html, cards_html, map_html]
    on_placed(stage, show, inputs=beside, outputs=outputs, **in_turn)
    gr.on([opened.expand, shape.input], show, inputs=inputs, outputs=outputs, **NEWEST_ONLY, **in_turn)
    part.picture.change(
        lambda is_open, *asked: show(*asked) if is_open else gr.skip(),
        inputs=[is_open, *inputs],
        outputs=outputs,
        **NEWEST_ONLY,
        **in_turn,
    )
    gr.on(
        [back.click, part.trigger.input, part.attack.input],
        reset,
        inputs=[part.picture, part.trigger, part.attack],
        outputs=[shape, stage.row, stage.column, *outputs],
        **NEWEST_ONLY,
        **in_turn,
    )
    everywhere.click(
        try_everywhere,
        inputs=inputs,
        outputs=map_html,
        api_visibility="private",
        **in_turn,
    )


def _example(demo: Demo) -> NDArray[np.float32]:
    """The picture that is taken while the visitor has none: the one that "Show me" plays, or an empty one."""
    bundle, file = demo.bundle, demo.examples.get(demo.task.play.example)
    prepared = None if file is None else demo.task.prepare(file, size=bundle.config.input.size)
    if prepared is None:
        return np.full_like(demo.first.trigger.pattern, demo.task.blank)
    return prepared


def _alike(one: Trigger, other: Trigger) -> bool:
    """Whether two triggers change a picture in the same way: the same mask, and the same pattern where it shows."""
    same_mask = np.array_equal(one.mask, other.mask)
    return bool(same_mask and np.array_equal(one.mask * one.pattern, other.mask * other.pattern))
