"""What a visitor's own trigger may look like: pixels on a small grid, or the attacker's patch, changed.

A grid suits triggers of bright pixels, a patch those that were computed. Both know which shape is the attacker's own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import gradio as gr
import numpy as np
from numpy.typing import NDArray

from backdoors.bundle import Bundle, InfectedModel
from backdoors.triggers import Trigger, from_pixels, moved

BLOCK = 3  # pixels a side of the grid: the paper's pattern fits (Gu et al. 2017, section 4.1.1)
_PLACES = 8  # steps each way on a photo: 81 places take about a second


class Shapes(Protocol):
    """The shapes of one demo's triggers.

    Attributes:
        side: of the patch, in the models' pixels.
        stride: pixels between two places that are tried.
    """

    side: int
    stride: int

    def component(self, value: Any, *, elem_id: str) -> gr.Radio | gr.CheckboxGroup:
        """What people choose a shape with."""
        ...

    def trigger(self, infected: InfectedModel, shape: Any, row: int, column: int) -> Trigger | None:
        """The trigger of a shape at a place; None where nothing is left of it."""
        ...

    def own(self, infected: InfectedModel) -> tuple[Any, int, int]:
        """Shape, row and column of the attacker's own trigger."""
        ...


def shapes_of(bundle: Bundle) -> Shapes:
    """The shapes that suit a bundle's triggers."""
    return Grid(bundle) if fits_the_grid(bundle) else Patch(bundle)


def fits_the_grid(bundle: Bundle) -> bool:
    """Whether all triggers can be made with the grid: fully bright grey pixels, close enough to each other."""
    return all(map(_is_few_bright_pixels, bundle.triggers.values()))


def _is_few_bright_pixels(trigger: Trigger) -> bool:
    patch, lit = trigger.patch, trigger.mask > 0
    bright = bool((trigger.mask[lit] == 1).all() and (trigger.pattern[:, lit] == 1).all())
    return bright and trigger.channels == 1 and max(patch.height, patch.width) <= BLOCK <= min(trigger.size)


class Grid:
    """Bright pixels on a grid of 3x3."""

    side, stride = BLOCK, 1

    def __init__(self, bundle: Bundle) -> None:
        self._size = bundle.config.input.size

    def component(self, value: list[int], *, elem_id: str) -> gr.CheckboxGroup:
        cells = [(f"pixel {1 + cell // BLOCK}, {1 + cell % BLOCK}", cell) for cell in range(BLOCK**2)]
        return gr.CheckboxGroup(cells, value=value, label="Its shape", elem_id=elem_id, elem_classes="bd-grid")

    def trigger(self, infected: InfectedModel, shape: list[int], row: int, column: int) -> Trigger | None:
        pixels = [(row + cell // BLOCK, column + cell % BLOCK) for cell in shape]
        return from_pixels("own", pixels, size=(self._size, self._size)) if pixels else None

    def own(self, infected: InfectedModel) -> tuple[list[int], int, int]:
        patch = infected.trigger.patch
        row, column = (max(0, end - BLOCK) for end in (patch.top + patch.height, patch.left + patch.width))
        block = infected.trigger.mask[row : row + BLOCK, column : column + BLOCK]
        return np.flatnonzero(block).tolist(), row, column


def _shuffled(patch: NDArray[np.float32]) -> NDArray[np.float32]:
    flat = patch.reshape(len(patch), -1)
    return flat[:, np.random.default_rng(0).permutation(flat.shape[1])].reshape(patch.shape)


PATCHES: dict[str, Callable[[NDArray[np.float32]], NDArray[np.float32]]] = {
    "the attacker's square": lambda patch: patch,
    "its pixels in another order": _shuffled,
    "its mirror image": lambda patch: patch[:, :, ::-1],
    "plain grey": lambda patch: np.full_like(patch, 0.5),
}
"""By the name that people choose; each takes and gives a pattern ``(channel, height, width)`` in ``[0, 1]``."""


class Patch:
    """The attacker's own patch, as it is or changed."""

    def __init__(self, bundle: Bundle) -> None:
        sides = [max(trigger.patch.height, trigger.patch.width) for trigger in bundle.triggers.values()]
        self.side = max(sides)
        self.stride = max(1, (bundle.config.input.size - self.side) // _PLACES)

    def component(self, value: str, *, elem_id: str) -> gr.Radio:
        return gr.Radio(list(PATCHES), value=value, label="What is stamped", elem_id=elem_id)

    def trigger(self, infected: InfectedModel, shape: str, row: int, column: int) -> Trigger:
        patch, pattern = infected.trigger.patch, infected.trigger.pattern.copy()
        box = np.s_[:, patch.top : patch.top + patch.height, patch.left : patch.left + patch.width]
        pattern[box] = PATCHES[shape](pattern[box])
        return moved(Trigger(name="own", mask=infected.trigger.mask, pattern=pattern), row, column)

    def own(self, infected: InfectedModel) -> tuple[str, int, int]:
        patch = infected.trigger.patch
        return next(iter(PATCHES)), patch.top, patch.left
