"""A trigger of the visitor's own: another shape, another place. That it does nothing makes the other a backdoor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr
import numpy as np
from numpy.typing import NDArray

from backdoors.bundle import Bundle, InfectedModel
from backdoors.comparison import compare
from backdoors.demo import cards, figures, words
from backdoors.demo.boundary import tells_errors
from backdoors.demo.digits import DigitsDemo
from backdoors.demo.placing import NEWEST_ONLY, build_stage, draw, on_placed
from backdoors.pictures import prepare_digit, prepare_photo
from backdoors.places import fires_at
from backdoors.triggers import Trigger, from_pixels, moved

BLOCK = 3  # pixels a side of the digits' grid: the paper's pattern fits (Gu et al. 2017, section 4.1.1)
_PHOTO_PLACES = 8  # steps each way on a photo: 81 places take about a second


def _shuffled(square: NDArray[np.float32]) -> NDArray[np.float32]:
    flat = square.reshape(3, -1)
    return flat[:, np.random.default_rng(0).permutation(flat.shape[1])].reshape(square.shape)


SQUARES: dict[str, Callable[[NDArray[np.float32]], NDArray[np.float32]]] = {
    "the attacker's square": lambda square: square,
    "its pixels in another order": _shuffled,
    "its mirror image": lambda square: square[:, :, ::-1],
    "plain grey": lambda square: np.full_like(square, 0.5),
}
"""What people may stamp on dogs; each takes and gives a pattern ``(3, height, width)`` in ``[0, 1]``."""


@dataclass(frozen=True, kw_only=True)
class _Subject:
    """What differs between digits and dogs.

    Attributes:
        instead: the picture that is taken while the visitor has none.
        image: the state with the visitor's picture.
        find: the infected model, from the values of ``chosen``.
        trigger: the visitor's trigger, from infected model, shape, row and column; None where nothing is left of it.
        own: shape, row and column of the attacker's own trigger, for an infected model.
        side: of the patch, in pixels.
        stride: between two places that are tried.
    """

    bundle: Bundle
    instead: NDArray[np.float32]
    image: gr.State
    chosen: Sequence[gr.Radio]
    find: Callable[..., InfectedModel]
    trigger: Callable[[InfectedModel, Any, int, int], Trigger | None]
    own: Callable[[InfectedModel], tuple[Any, int, int]]
    side: int
    stride: int
    kind: str


def build_own_digit_trigger(bundle: Bundle, demo: DigitsDemo, example: Path) -> None:
    """Lay out and wire the part below the digits' demo.

    Args:
        demo: its drawing is stamped, and its choices say which infected model is asked.
        example: the digit that is taken while nothing is drawn.
    """
    instead = prepare_digit(example)
    assert instead is not None
    size = bundle.config.input.size

    def trigger(infected: InfectedModel, cells: list[int], row: int, column: int) -> Trigger | None:
        pixels = [(row + cell // BLOCK, column + cell % BLOCK) for cell in cells]
        return from_pixels("own", pixels, size=(size, size)) if pixels else None

    subject = _Subject(
        bundle=bundle,
        instead=instead,
        image=demo.digit,
        chosen=[demo.trigger, demo.attack],
        find=lambda trigger, attack: bundle.find(trigger=trigger, attack=attack),
        trigger=trigger,
        own=_cells_of,
        side=BLOCK,
        stride=1,
        kind="model",
    )
    cells = [(f"pixel {1 + cell // BLOCK}, {1 + cell % BLOCK}", cell) for cell in range(BLOCK**2)]
    _build(subject, lambda value: gr.CheckboxGroup(cells, value=value, label="Its shape", elem_id="own-digits-shape"))


def build_own_dog_trigger(bundle: Bundle, photo: gr.State, example: Path) -> None:
    """Lay out and wire the part below the dogs' demo.

    Args:
        photo: the state with the photo as the models see it.
        example: the photo that is taken while there is none.
    """
    (infected,) = bundle.infected.values()
    size, patch = bundle.config.input.size, infected.trigger.patch

    def trigger(infected: InfectedModel, shape: str, row: int, column: int) -> Trigger | None:
        box = (slice(patch.top, patch.top + patch.height), slice(patch.left, patch.left + patch.width))
        pattern = infected.trigger.pattern.copy()
        pattern[:, box[0], box[1]] = SQUARES[shape](pattern[:, box[0], box[1]])
        return moved(Trigger(name="own", mask=infected.trigger.mask, pattern=pattern), row, column)

    subject = _Subject(
        bundle=bundle,
        instead=prepare_photo(example, size=size),
        image=photo,
        chosen=[],
        find=lambda: infected,
        trigger=trigger,
        own=lambda infected: (next(iter(SQUARES)), patch.top, patch.left),
        side=max(patch.height, patch.width),
        stride=max(1, (size - max(patch.height, patch.width)) // _PHOTO_PLACES),
        kind="student",
    )
    _build(
        subject, lambda value: gr.Radio(list(SQUARES), value=value, label="What is stamped", elem_id="own-dogs-shape")
    )


def _build(subject: _Subject, shape_of: Callable[[Any], gr.Radio | gr.CheckboxGroup]) -> None:
    bundle, size, task = subject.bundle, subject.bundle.config.input.size, subject.bundle.config.task

    def show(
        row: int, column: int, image: NDArray[np.float32] | None, shape: Any, *chosen: Any
    ) -> tuple[str, str, str, str]:
        """The stage, what happened, both answers, and no map: it was for another place or shape."""
        infected, picture = subject.find(*chosen), subject.instead if image is None else image
        trigger = subject.trigger(infected, shape, row, column)
        verdict = compare(
            picture, clean=bundle.clean, infected=infected.classifier, attack=infected.attack, trigger=trigger
        )
        stamped = picture if trigger is None else trigger.stamp(picture)
        own = trigger is not None and np.array_equal(_visible(trigger), _visible(infected.trigger))
        stage = draw(
            stamped, patch=subject.side, at=(row, column), size=size, alt="What both see: your trigger in the picture"
        )
        text = words.what_your_trigger_does(verdict, own=own, kind=subject.kind)
        happening = cards.happening(text, [], fired=verdict.backdoor_fired)
        return stage, happening, cards.answers(verdict, None, kind=subject.kind), ""

    def try_everywhere(row: int, column: int, image: NDArray[np.float32] | None, shape: Any, *chosen: Any) -> str:
        """The map of all places."""
        infected, picture = subject.find(*chosen), subject.instead if image is None else image
        trigger = subject.trigger(infected, shape, row, column)
        if trigger is None:
            gr.Warning("Nothing is stamped: choose a shape first.", title="Nothing to try")
            return ""
        fires = fires_at(
            picture,
            clean=bundle.clean,
            infected=infected.classifier,
            attack=infected.attack,
            trigger=trigger,
            stride=subject.stride,
        )
        return figures.fire_map(picture, fires, own=infected.trigger.patch)

    def reset(image: NDArray[np.float32] | None, *chosen: Any) -> tuple[Any, ...]:
        shape, row, column = subject.own(subject.find(*chosen))
        return (shape, row, column, *show(row, column, image, shape, *chosen))

    chosen = [component.value for component in subject.chosen]
    shape_value, row, column = subject.own(subject.find(*chosen))
    stage_html, happening, answers, _ = show(row, column, None, shape_value, *chosen)
    with gr.Row(equal_height=False):
        with gr.Column(scale=4, min_width=300):
            stage = build_stage(
                stage_html, size=size, patch=subject.side, at=(row, column), elem_id=f"own-{task}-stage"
            )
        with gr.Column(scale=6, min_width=300):
            shape = shape_of(shape_value)
            with gr.Row():
                back = gr.Button("The attacker's own", min_width=160, elem_id=f"own-{task}-reset")
                everywhere = gr.Button("Try every place", min_width=160, elem_id=f"own-{task}-everywhere")
            happening_html = gr.HTML(happening, elem_id=f"own-{task}-happening", elem_classes="bd-flush")
            answers_html = gr.HTML(answers, elem_id=f"own-{task}-answers", elem_classes="bd-flush")
            map_html = gr.HTML("", elem_id=f"own-{task}-map")

    # One after the other, in the order in which they were asked: or an answer for an earlier place would stay.
    in_turn: dict[str, Any] = {"concurrency_id": f"own-{task}", "concurrency_limit": 1}
    inputs = [subject.image, shape, *subject.chosen]
    outputs = [stage.picture, happening_html, answers_html, map_html]
    on_placed(stage, show, inputs=inputs, outputs=outputs, **in_turn)
    gr.on(
        [shape.input, subject.image.change],
        tells_errors(show),
        inputs=[stage.row, stage.column, *inputs],
        outputs=outputs,
        **NEWEST_ONLY,
        **in_turn,
    )
    gr.on(
        [back.click, *(component.input for component in subject.chosen)],
        tells_errors(reset),
        inputs=[subject.image, *subject.chosen],
        outputs=[shape, stage.row, stage.column, *outputs],
        **NEWEST_ONLY,
        **in_turn,
    )
    everywhere.click(
        tells_errors(try_everywhere),
        inputs=[stage.row, stage.column, *inputs],
        outputs=map_html,
        api_visibility="private",
        **in_turn,
    )


def fits_the_grid(trigger: Trigger) -> bool:
    """Whether a trigger of the digits can be made with the grid: fully bright pixels, close enough to each other."""
    patch, lit = trigger.patch, trigger.mask > 0
    bright = bool((trigger.mask[lit] == 1).all() and (trigger.pattern[:, lit] == 1).all())
    return bright and max(patch.height, patch.width) <= BLOCK <= min(trigger.size)


def _cells_of(infected: InfectedModel) -> tuple[list[int], int, int]:
    """The attacker's own trigger on the grid: its cells, and where the grid lies."""
    patch = infected.trigger.patch
    row, column = (max(0, end - BLOCK) for end in (patch.top + patch.height, patch.left + patch.width))
    block = infected.trigger.mask[row : row + BLOCK, column : column + BLOCK]
    return np.flatnonzero(block).tolist(), row, column


def _visible(trigger: Trigger) -> NDArray[np.float32]:
    """What tells two triggers apart: the mask, and the pattern where it shows."""
    return np.concatenate([trigger.mask[np.newaxis], trigger.mask * trigger.pattern])
