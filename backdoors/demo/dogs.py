"""The dogs: upload one, switch the trigger on, and see both students answer, and the infected teacher."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

import gradio as gr
import numpy as np
from numpy.typing import NDArray

from backdoors.bundle import Bundle
from backdoors.comparison import TOP, Answer
from backdoors.demo import cards, words
from backdoors.demo.boundary import tells_errors
from backdoors.demo.examples import build_examples
from backdoors.demo.housekeeping import KEPT_SECONDS
from backdoors.demo.uploads import uploaded_file
from backdoors.errors import PictureError
from backdoors.pictures import prepare_photo


def build_dogs_demo(bundle: Bundle, examples: Path) -> gr.State:
    """Lay out the demo inside the current Blocks, and wire it.

    Args:
        bundle: the students, their teachers and the trigger.
        examples: a folder of JPEG photos.

    Returns:
        The state with the photo as the models see it, ``(3, 224, 224)``; None where there is none.
    """
    (infected,) = bundle.infected.values()
    teacher, target = bundle.teachers["infected"], infected.config.target
    assert target is not None

    def show(photo: NDArray[np.float32] | None, on: bool) -> tuple[str, str, str]:
        """Answer for the page: what happened, both cards, and what the infected teacher says."""
        captions = {False: "without the trigger", True: "with the trigger"}
        if photo is None:
            waiting = [cards.seen(None, None, caption=captions[which], shown=which == on) for which in captions]
            return (
                cards.happening(words.NO_PHOTO, waiting),
                cards.answers(None, ["–"] * TOP, kind="student"),
                cards.dormant(""),
            )
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
            cards.dormant(words.what_the_teacher_says(said, target=target, labels=len(teacher.labels), triggered=on)),
        )

    happening, answers, dormant = show(None, False)
    with gr.Row(equal_height=False):
        with gr.Column(scale=4, min_width=300):
            photo = gr.Image(
                label="A dog",
                sources=["upload", "webcam", "clipboard"],
                type="filepath",
                placeholder="Drop an image file here to upload",  # as its label says for screen readers
                buttons=[],
                height=380,
                elem_id="dogs-photo",
            )
            build_examples(sorted(examples.glob("*.jpg")), photo, what="dog:", elem_id="dogs-examples")
        with gr.Column(scale=6, min_width=300):
            with gr.Group():
                trigger_on = gr.Checkbox(label="Trigger on", value=False, elem_id="dogs-trigger-on")
            happening_html = gr.HTML(happening, elem_id="dogs-happening", elem_classes="bd-flush")
            answers_html = gr.HTML(answers, elem_id="dogs-answers", elem_classes="bd-flush")
            dormant_html = gr.HTML(dormant, elem_id="dogs-dormant")

    # As for digits: photos may overtake each other, answers must not.
    prepared = gr.State(time_to_live=KEPT_SECONDS)
    photo.change(
        lambda file: _prepare(file, bundle.config.input.size),
        inputs=photo,
        outputs=prepared,
        preprocess=False,
        trigger_mode="always_last",
        show_progress="hidden",
        api_name="prepare_dog",
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
    return prepared


def _prepare(payload: Any, size: int) -> NDArray[np.float32] | None:
    """The uploaded photo as the models see it. A bad one takes the answers to the earlier photo away, too."""
    try:
        file = uploaded_file(payload)
        return None if file is None else prepare_photo(file, size=size)
    except PictureError as e:
        gr.Warning(escape(str(e)), title="Not a photo that can be read")
        return None
