"""The demo itself: give a picture, switch the trigger on, and see the clean and the infected network answer."""

from __future__ import annotations

from dataclasses import dataclass

import gradio as gr
import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from backdoors.attacks import AttackKind
from backdoors.comparison import Answer
from backdoors.demo.parts.cards import answers
from backdoors.demo.parts.dormant import dormant
from backdoors.demo.parts.examples import build_examples
from backdoors.demo.parts.happening import happening
from backdoors.demo.parts.inputs import build_input
from backdoors.demo.parts.seen import what_both_see
from backdoors.story.demos import Demo
from backdoors.story.words import trigger_in_words, what_happened, what_the_attack_does


@dataclass(frozen=True, kw_only=True)
class DemoPart:
    """What other parts of the page look at.

    Attributes:
        picture: the state with the picture as the models see it, ``(channel, size, size)``; None where there is none.
        trigger, attack: the choices that say which infected model is asked; hidden where there is only one.
    """

    picture: gr.State
    trigger: gr.Radio
    attack: gr.Radio


def build_demo_part(demo: Demo, *, choices: bool = True) -> DemoPart:
    """Lay out a demo inside the current Blocks, and wire it.

    Args:
        choices: False hides the choice of trigger and attack.
    """
    task, bundle, name = demo.task, demo.bundle, demo.task.name
    triggers, attacks = list(bundle.triggers), bundle.config.attacks

    def show(
        picture: NDArray[np.float32] | None, on: bool, trigger: str, attack: AttackKind
    ) -> tuple[Markup, Markup, Markup]:
        """What happened, both cards, and what the infected teacher says."""
        infected = bundle.find(trigger=trigger, attack=attack)
        pictures = what_both_see(task, infected, picture, triggered=on)
        if picture is None:
            return happening(task.words.invitation, pictures), answers(task, None, bundle.config.labels), Markup()
        verdict = bundle.compare(infected, picture, triggered=on)
        told = happening(what_happened(task, verdict), pictures, fired=verdict.backdoor_fired)
        cards = answers(task, verdict, bundle.config.labels)
        if infected.teachers is None:
            return told, cards, Markup()
        teacher = infected.teachers.infected
        said = Answer.of(teacher, infected.trigger.stamp(picture) if on else picture)
        target = infected.target or ""
        return told, cards, dormant(task, said, target=target, labels=len(teacher.labels), triggered=on)

    with gr.Row(equal_height=False, elem_classes="bd-demo"):
        with gr.Column(scale=4, min_width=300):
            source = build_input(demo)
            build_examples(demo, source.component)
        with gr.Column(scale=6, min_width=300):
            with gr.Group():
                trigger_on = gr.Checkbox(label="Trigger on", value=False, elem_id=f"{name}-trigger-on")
            told, cards, _ = show(None, False, triggers[0], attacks[0])
            told_html = gr.HTML(told, elem_id=f"{name}-happening", elem_classes=["bd-flush", "bd-told"])
            cards_html = gr.HTML(cards, elem_id=f"{name}-answers", elem_classes="bd-flush")
            sleeping_html = gr.HTML(
                dormant(task, None, target="", labels=0, triggered=False),
                visible=demo.first.teachers is not None,
                elem_id=f"{name}-dormant",
            )
            with gr.Row(visible=choices and task.choices, elem_classes="bd-choices"):
                trigger = gr.Radio(
                    [(trigger_in_words(task, each), each) for each in triggers],
                    value=triggers[0],
                    label="Trigger",
                    min_width=240,
                    elem_id=f"{name}-trigger",
                )
                attack = gr.Radio(
                    [
                        (what_the_attack_does(task, bundle.find(trigger=triggers[0], attack=each)), each)
                        for each in attacks
                    ],
                    value=attacks[0],
                    label="What the attacker wants",
                    min_width=240,
                    elem_id=f"{name}-attack",
                )
    gr.on(
        [source.picture.change, trigger_on.input, trigger.input, attack.input],
        show,
        inputs=[source.picture, trigger_on, trigger, attack],
        outputs=[told_html, cards_html, sleeping_html],
        trigger_mode="multiple",
        concurrency_limit=1,  # answers in the order of the questions
        show_progress="hidden",
        api_visibility="private",
    )
    return DemoPart(picture=source.picture, trigger=trigger, attack=attack)
