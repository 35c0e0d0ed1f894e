"""The digits: draw one, switch the trigger on, and see both models answer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import gradio as gr
import numpy as np
from numpy.typing import NDArray

from backdoors.attacks import AttackKind
from backdoors.bundle import Bundle
from backdoors.demo import cards, words
from backdoors.demo.boundary import tells_errors
from backdoors.demo.examples import build_examples
from backdoors.demo.housekeeping import KEPT_SECONDS
from backdoors.demo.strokes import PEN, SIZE
from backdoors.demo.uploads import drawing
from backdoors.pictures import prepare_digit

# Gradio's brush needs a background to be active at once; a stroke then fires `input`, and `change` stays silent.
BLANK = np.zeros((SIZE, SIZE), dtype=np.uint8)


@dataclass(frozen=True, kw_only=True)
class DigitsDemo:
    """What other parts of the page look at.

    Attributes:
        digit: the state with the drawing as the models see it, ``(1, 28, 28)``; None where nothing is drawn.
        trigger, attack: the choices that say which infected model is asked.
    """

    digit: gr.State
    trigger: gr.Radio
    attack: gr.Radio


def build_digits_demo(bundle: Bundle, examples: Path, *, choices: bool = True) -> DigitsDemo:
    """Lay out the demo inside the current Blocks, and wire it.

    Args:
        bundle: the models.
        examples: a folder with one PNG a digit.
        choices: whether people choose trigger and attack; otherwise it is the bundle's first infected model.
    """
    triggers = list(bundle.triggers)
    attacks = list(dict.fromkeys(entry.attack for entry in bundle.config.infected))

    def show(digit: NDArray[np.float32] | None, on: bool, trigger: str, attack: AttackKind) -> tuple[str, str]:
        """Answer for the page: what happened, and both cards."""
        infected = bundle.find(trigger=trigger, attack=attack)
        labels, caption = bundle.config.labels, f"seen by both: {bundle.config.input.size}×{bundle.config.input.size}"
        if digit is None:
            waiting = cards.seen(None, None, caption=caption)
            return cards.happening(words.NOTHING_DRAWN, [waiting]), cards.answers(None, labels)
        verdict = bundle.compare(infected, digit, triggered=on)
        image, trigger_seen = (infected.trigger.stamp(digit), infected.trigger) if on else (digit, None)
        picture = cards.seen(image, trigger_seen, caption=caption)
        happening = cards.happening(words.what_happened(verdict), [picture], fired=verdict.backdoor_fired)
        return happening, cards.answers(verdict, labels)

    happening, answers = show(None, False, triggers[0], attacks[0])
    with gr.Row(equal_height=False):
        with gr.Column(scale=4, min_width=300):
            pad = gr.Sketchpad(
                value=BLANK,
                label="Draw a digit",
                type="numpy",
                image_mode="L",
                canvas_size=(SIZE, SIZE),
                fixed_canvas=True,
                layers=False,
                transforms=(),
                brush=gr.Brush(colors=["#ffffff"], color_mode="fixed", default_size=PEN // 2),  # a radius
                eraser=gr.Eraser(default_size=PEN),
                format="png",  # WebP, the default, changes grey levels
                buttons=[],
                height=SIZE + 100,
                elem_id="digits-pad",
            )
            build_examples(sorted(examples.glob("*.png")), pad, what="the digit", elem_id="digits-examples")
        with gr.Column(scale=6, min_width=300):
            with gr.Group():
                trigger_on = gr.Checkbox(label="Trigger on", value=False, elem_id="digits-trigger-on")
            happening_html = gr.HTML(happening, elem_id="digits-happening", elem_classes="bd-flush")
            answers_html = gr.HTML(answers, elem_id="digits-answers", elem_classes="bd-flush")
            with gr.Row(visible=choices):
                trigger = gr.Radio(
                    [(words.TRIGGERS.get(name, name), name) for name in triggers],
                    value=triggers[0],
                    label="Trigger",
                    min_width=240,
                    elem_id="digits-trigger",
                )
                attack = gr.Radio(
                    [
                        (words.what_the_attack_does(bundle.find(trigger=None, attack=attack)), attack)
                        for attack in attacks
                    ],
                    value=attacks[0],
                    label="What the attacker wants",
                    min_width=240,
                    elem_id="digits-attack",
                )

    # While one draws only the newest drawing matters, so drawings may overtake each other; answers must not, or the
    # page would show one for a switch that is set otherwise by now. So the drawing is prepared by itself, and the
    # answer is asked for afterwards, with the switches as they then are.
    digit = gr.State(time_to_live=KEPT_SECONDS)
    pad.input(
        tells_errors(lambda payload: _prepare(drawing(pad, payload))),
        inputs=pad,
        outputs=digit,
        preprocess=False,
        trigger_mode="always_last",
        show_progress="hidden",
        api_visibility="private",
    )
    gr.on(
        [digit.change, trigger_on.input, trigger.input, attack.input],
        tells_errors(show),
        inputs=[digit, trigger_on, trigger, attack],
        outputs=[happening_html, answers_html],
        trigger_mode="multiple",
        concurrency_limit=1,
        show_progress="hidden",
        api_visibility="private",
    )
    # The pad's bin takes the background away, and with it the active brush: give both back.
    pad.clear(lambda: BLANK, outputs=pad, show_progress="hidden", api_visibility="private")
    return DigitsDemo(digit=digit, trigger=trigger, attack=attack)


def _prepare(drawn: str | bytes | None) -> NDArray[np.float32] | None:
    """What was drawn, as the models see it."""
    return None if drawn is None else prepare_digit(drawn, paper=0)
