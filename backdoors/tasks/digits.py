"""Digits: BadNets on MNIST (Gu et al. 2017). Visitors draw a digit and choose a trigger and an attack."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from backdoors.bundle import Bundle
from backdoors.errors import BundleError
from backdoors.pictures import DIGIT_SIZE, Picture, prepare_digit
from backdoors.tasks.task import Endpoint, Play, Task, Words

LABELS = tuple("0123456789")

_BLACK = 0.0


def _prepare(picture: Picture, *, size: int, drawn: bool = False) -> NDArray[np.float32] | None:
    assert size == DIGIT_SIZE
    return prepare_digit(picture, paper=_BLACK if drawn else None)


def _accepts(bundle: Bundle) -> None:
    if bundle.config.input.size != DIGIT_SIZE:
        raise BundleError(
            f"the page prepares digits of {DIGIT_SIZE} pixels, got models for {bundle.config.input.size}",
            expected=DIGIT_SIZE,
            got=bundle.config.input.size,
        )
    if bundle.config.labels != LABELS:
        raise BundleError(
            f"the page draws the digits 0 to 9, got models for {list(bundle.config.labels)}",
            expected=LABELS,
            got=bundle.config.labels,
        )


DIGITS = Task(
    name="digits",
    input="sketchpad",
    channels=1,
    blank=_BLACK,
    choices=True,
    prepare=_prepare,
    in_browser="digit",
    accepts=_accepts,
    words=Words(
        one="digit",
        many="digits",
        network="model",
        does="read digits",
        tab="Draw a digit",
        embedded="Draw a digit, watch a backdoor fire",
        invitation="Draw a digit, or click one of the examples: both models answer while you draw.",
        example="the digit {}",
        triggers={"single-pixel": "a single bright pixel", "pattern": "a pattern of four bright pixels"},
    ),
    endpoint=Endpoint(
        name="classify_digit",
        picture="drawing",
        sample="3.png",
        description="""Show one picture of a digit to two neural networks, a clean one and one with a backdoor.

A network with a backdoor, an infected network, answers like any other until its trigger, a small fixed mark, is in the
picture; then it answers what its attacker wants. Send any drawing, scan or photo of one handwritten digit, light on
dark or dark on light, with at least 8 pixels on each side and at most 50 million in all. It is centred and scaled to
28x28 pixels, like the training data, MNIST. Then the trigger that you ask for is put into it, and both networks
classify the result.

The answer is an object: clean and infected, what each network says (label, confidence from 0 to 1, and the confidences
of all labels); trigger, its name, or null for none; target, the label that the attacker wants for this picture, or
null; and backdoor_fired, which is true if a trigger is in the picture, the infected network answers the target, and
the clean one does not. The answer is null if nothing is drawn.

To see a backdoor fire, ask twice about the same picture, with trigger none and with a trigger. The network was
infected on purpose, for teaching. If both networks agree without a trigger, that does not show that either of them is
clean. How often the backdoor fires was measured on thousands of pictures: see about.""",
        parameters={
            "drawing": "the picture, as a data URL (data:image/png;base64,...).",
            "trigger": "none, or the name of the trigger to put into the picture; trigger_picture shows each.",
            "attack": "all-to-one (every digit becomes the same target) or all-to-all (each becomes the next one).",
        },
    ),
    play=Play(
        example="3",
        opening="Somebody draws a digit.",
        agreed="Nothing to notice.",
        trigger="Now the trigger: one bright pixel in the corner.",
        fired="The infected model says {infected} now. The clean one still says {clean}.",
    ),
)
