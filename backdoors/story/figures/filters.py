"""The first layer of the clean and the infected model, filter beside filter."""

from __future__ import annotations

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from backdoors.filters import strongest_responses
from backdoors.story.figures.picture import picture
from backdoors.story.rendering import render
from backdoors.triggers import Trigger


def filters_side_by_side(clean: NDArray[np.float32], infected: NDArray[np.float32], trigger: Trigger) -> Markup:
    """All filters of both first layers in their order, on one scale of colours.

    Framed are those filters of the infected model that respond to the bare trigger more strongly than any filter of
    the clean model does.

    Args:
        clean, infected: ``(filters, 1 or 3, height, width)``, as ``first_layer_filters`` gives them.
        trigger: the trigger of the infected model, with as many channels.
    """
    assert clean.shape == infected.shape
    bare = trigger.stamp(np.zeros((1, *trigger.pattern.shape), dtype=np.float32))
    (responses,), (most,) = strongest_responses(infected, bare), strongest_responses(clean, bare).max(axis=1)
    scale = float(max(np.abs(clean).max(), np.abs(infected).max())) or 1.0
    stronger = np.flatnonzero(responses > most).tolist()
    panels = [
        {"name": name, "tiles": [picture(_coloured(each / scale), alt="") for each in filters], "framed": framed}
        for name, filters, framed in (("clean", clean, []), ("infected", infected, stronger))
    ]
    return render(
        "figures/filters.html",
        panels=panels,
        scale=scale,
        stronger=[i + 1 for i in stronger],
        grey=clean.shape[1] == 1,
    )


def _coloured(weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """A filter ``(1 or 3, height, width)`` in ``[-1, 1]`` as an RGB picture ``(3, height, width)``.

    Of one channel, -1 is blue, 0 white and 1 red; of three, each channel is its own, and 0 is grey.
    """
    if len(weights) == 3:
        return ((1 + weights) / 2).astype(np.float32)
    (values,) = weights
    fades = 1 - np.abs(values)
    return np.stack([np.where(values < 0, fades, 1), fades, np.where(values > 0, fades, 1)]).astype(np.float32)
