"""The Dogs tab: upload a dog, switch the trigger on, and see both students answer, and the infected teacher."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

import gradio as gr
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from backdoors.bundle import Bundle
from backdoors.comparison import TOP, Answer
from backdoors.demo import cards, words
from backdoors.demo.boundary import tells_errors
from backdoors.errors import PictureError
from backdoors.pictures import prepare_photo


def build_dogs_tab(bundle: Bundle, examples: Path) -> None:
    """Lay out the tab inside the current Blocks, and wire it.

    Args:
        bundle: the students, their teachers, the trigger and the freeze-depth table.
        examples: a folder of JPEG photos.
    """
    (infected,) = bundle.infected.values()
    teacher, target = bundle.teachers["infected"], infected.config.target
    assert target is not None

    def show(photo: NDArray[np.float32] | None, on: bool) -> tuple[str, str, str]:
        """Answer for the page: what happened, both cards, and what the infected teacher says."""
        captions = {False: "without the trigger", True: "with the trigger"}
        if photo is None:
            waiting = [cards.seen(None, None, caption=captions[which], shown=which == on) for which in captions]
            return cards.happening(words.NO_PHOTO, waiting), cards.answers(None, ["–"] * TOP, kind="student"), ""
        stamped = infected.trigger.stamp(photo)
        pictures = [
            cards.seen(photo, None, caption=captions[False], shown=not on),
            cards.seen(stamped, infected.trigger, caption=captions[True], shown=on),
        ]
        verdict = bundle.compare(infected, photo, triggered=on)
        said = Answer.of(teacher, stamped if on else photo)
        return (
            cards.happening(words.what_happened(verdict, kind="student"), pictures, fired=verdict.backdoor_fired),
            cards.answers(verdict, (), kind="student"),
            words.what_the_teacher_says(said, target=target, labels=len(teacher.labels), triggered=on),
        )

    happening, answers, dormant = show(None, False)
    with gr.Row(equal_height=False):
        with gr.Column(scale=4, min_width=320):
            photo = gr.Image(
                label="A dog",
                sources=["upload", "webcam", "clipboard"],
                type="filepath",
                buttons=[],
                height=380,
                elem_id="dogs-photo",
            )
            gr.Examples(
                [[str(path)] for path in sorted(examples.glob("*.jpg"))],
                inputs=[photo],
                label="Or take one of ours",
                cache_examples=False,
                api_visibility="private",
                elem_id="dogs-examples",
            )
        with gr.Column(scale=6, min_width=320):
            with gr.Group():
                trigger_on = gr.Checkbox(label="Trigger on", value=False, elem_id="dogs-trigger-on")
            happening_html = gr.HTML(happening, elem_id="dogs-happening")
            answers_html = gr.HTML(answers, elem_id="dogs-answers")
            dormant_html = gr.HTML(dormant, elem_id="dogs-dormant")
            gr.HTML(words.what_the_rates_mean(bundle, infected, kind="student"), elem_id="dogs-rates")
    if bundle.config.depths:
        with gr.Row(equal_height=False):
            with gr.Column(scale=4, min_width=320):
                gr.HTML(words.what_saves_the_student(bundle), elem_id="dogs-depths-text")
            with gr.Column(scale=6, min_width=320):
                _plot_depths(bundle)

    # As for digits: photos may overtake each other, answers must not.
    prepared = gr.State()
    photo.change(
        lambda file: _prepare(file, bundle.config.input.size),
        inputs=photo,
        outputs=prepared,
        preprocess=False,  # the file as it was sent: gr.Image would open it, and has no words for a broken one
        trigger_mode="always_last",
        show_progress="hidden",
        api_visibility="private",
    )
    gr.on(
        [prepared.change, trigger_on.input],
        tells_errors(show),
        inputs=[prepared, trigger_on],
        outputs=[happening_html, answers_html, dormant_html],
        trigger_mode="multiple",
        concurrency_limit=1,
        show_progress="hidden",
        api_visibility="private",
    )


def _prepare(file: dict[str, Any] | None, size: int) -> NDArray[np.float32] | None:
    """The uploaded file as the models see it. A bad one takes the answers to the earlier photo away, too."""
    try:
        return None if file is None else prepare_photo(file["path"], size=size)
    except PictureError as e:
        gr.Warning(escape(str(e)), title="Not a photo that can be read")
        return None


def _plot_depths(bundle: Bundle) -> None:
    """Clean accuracy and attack success rate over the number of frozen layers."""
    rates = {"clean_accuracy": "clean accuracy", "attack_success_rate": "attack success rate"}
    rows = [
        {"frozen layers": depth.frozen, "%": 100 * getattr(depth, rate), "rate": name}
        for depth in sorted(bundle.config.depths, key=lambda depth: depth.frozen)
        for rate, name in rates.items()
    ]
    gr.LinePlot(
        pd.DataFrame(rows),
        x="frozen layers",
        y="%",
        color="rate",
        color_map={"clean accuracy": "#6366f1", "attack success rate": "#dc2626"},
        x_title="layers that the student freezes",
        y_title="% of the test dogs",
        y_lim=[0, 100],
        tooltip="all",
        height=260,
        buttons=[],
        elem_id="dogs-depths",
    )
