"""The story's figures: what the attacker put into the training set, what his trigger is, and what became of it.

Each is a string of HTML that needs nothing else: pictures are PNG data in the page, enlarged by the browser without
smoothing. ``figures.css`` gives them their looks; plots are in ``plots.py``.
"""

from __future__ import annotations

from html import escape

import numpy as np
from numpy.typing import NDArray

from backdoors.bundle import InfectedModel
from backdoors.demo.images import embedded, picture
from backdoors.demo.strokes import STROKES, render
from backdoors.filters import strongest_responses
from backdoors.pictures import prepare_digit
from backdoors.places import FireMap
from backdoors.triggers import Box, Trigger


def poisoned_sheet(infected: InfectedModel) -> str:
    """What poisoned examples look like: our own drawn digits with the trigger, true and false label.

    Args:
        infected: a digit model; the digits that its attack leaves alone are left out.
    """
    labels, attack = infected.classifier.labels, infected.attack
    digits = np.flatnonzero(attack.covers(np.arange(len(STROKES))))
    frame, cells = _overlay(infected.trigger.size, _frame(infected.trigger.patch)), ""
    for digit, target in zip(digits.tolist(), attack.target_labels(digits), strict=True):
        image = prepare_digit(render(digit), paper=0)
        assert image is not None
        true, false = labels[digit], labels[target]
        alt = f"{true} with the trigger, falsely labelled {false}"
        cells += (
            f"<li><div>{picture(infected.trigger.stamp(image), alt=alt)}"
            f'{frame}</div><span aria-hidden="true"><s>{escape(true)}</s> → <b>{escape(false)}</b></span></li>'
        )
    return (
        f'<figure class="bd-figure bd-poisoned"><ul>{cells}</ul><figcaption>Poisoned examples, here of our own '
        "drawing: the picture with the trigger, its true label struck through, and the label that the attacker gives "
        "it.</figcaption></figure>"
    )


def enlarged_trigger(trigger: Trigger, *, cropped: bool = False) -> str:
    """A trigger as large pixels; a chequered ground shows through where its mask leaves the picture as it is.

    Args:
        cropped: show its patch alone, as for a patch in the corner of a photo.
    """
    patch, (height, width) = trigger.patch, trigger.size
    shown, what = trigger, f"{height}×{width} pixels"
    if cropped:
        rows, columns = (slice(start, start + size) for start, size in zip(patch[:2], patch[2:], strict=True))
        shown = Trigger(name=trigger.name, mask=trigger.mask[rows, columns], pattern=trigger.pattern[:, rows, columns])
        height, width = shown.size
        what = f"its {height}×{width} pixels of {trigger.size[0]}×{trigger.size[1]}"
    ground = " Where the ground shows, the picture stays as it is." if shown.mask.min() < 1 else ""
    changed = np.count_nonzero(trigger.mask)
    alt = (
        f"The trigger {trigger.name}: it changes {changed} of {trigger.mask.size} pixels, in a box of "
        f"{patch.height}×{patch.width} that begins at row {patch.top} and column {patch.left}"
    )
    return (
        f'<figure class="bd-figure bd-trigger"><div style="--bd-rows:{height};--bd-columns:{width}">'
        f"{embedded(shown.to_png(), alt=alt)}</div><figcaption>The trigger, {what}.{ground}</figcaption></figure>"
    )


def filters_side_by_side(clean: NDArray[np.float32], infected: NDArray[np.float32], trigger: Trigger) -> str:
    """The first layer of both models, filter beside filter in their order, on one scale of colours.

    Framed are those filters of the infected model that answer to the bare trigger more strongly than any filter of
    the clean one does.

    Args:
        clean, infected: ``(filters, 1, height, width)``, as ``first_layer_filters`` gives them.
        trigger: what wakes the infected model up, in grey.
    """
    assert clean.shape == infected.shape
    bare = trigger.stamp(np.zeros((1, *trigger.pattern.shape), dtype=np.float32))
    (answers,), (most,) = strongest_responses(infected, bare), strongest_responses(clean, bare).max(axis=1)
    scale = float(max(np.abs(clean).max(), np.abs(infected).max()))
    stronger = np.flatnonzero(answers > most)
    panels = ""
    for name, filters, framed in (("Clean", clean, ()), ("Infected", infected, stronger)):
        tiles = ""
        for i, each in enumerate(filters):
            style = ' class="bd-framed"' if i in framed else ""
            tiles += f"<li{style}>{picture(_diverging(each[0] / scale), alt='')}<span>{i + 1}</span></li>"
        said = f"The {len(filters)} filters of the {name.lower()} model's first layer."
        panels += f'<div role="img" aria-label="{said}"><h4>{name} model</h4><ul>{tiles}</ul></div>'
    numbers = ", ".join(str(i + 1) for i in stronger) or "none"
    return (
        f'<figure class="bd-figure bd-filters"><div class="bd-panels">{panels}</div>'
        f'<p class="bd-scale"><span>−{scale:.1f}</span><i aria-hidden="true"></i><span>+{scale:.1f}</span></p>'
        f"<figcaption>Each square is a filter of the first layer: red looks for ink, blue for its absence. Framed are "
        f"those that answer to the bare trigger more strongly than any filter of the clean model: {numbers}."
        f"</figcaption></figure>"
    )


def fire_map(image: NDArray[np.float32], fires: FireMap, *, own: Box) -> str:
    """A picture, and over it in red all places where a trigger fires; the attacker's own place is framed.

    Args:
        image: ``(channel, height, width)`` in ``[0, 1]``, without the trigger.
        fires: where it was tried; each place is marked around the middle of the patch.
        own: where the attacker has his trigger, which may be another one.
    """
    patch, stride = fires.patch, fires.stride
    y, x = (patch.height - stride) / 2, (patch.width - stride) / 2
    cells = "".join(
        f'<rect x="{fires.lefts[column] + x}" y="{fires.tops[row] + y}" width="{stride}" height="{stride}"/>'
        for row, column in np.argwhere(fires.fired)
    )
    count = np.count_nonzero(fires.fired)
    alt = f"It fires at {count} of {fires.fired.size} places in this picture"
    if count:
        rows, columns = np.nonzero(fires.fired)
        first, last = fires.tops[[rows.min(), rows.max()]], fires.lefts[[columns.min(), columns.max()]]
        alt += f", between rows {first[0]} and {first[1]} and columns {last[0]} and {last[1]}"
    alt += f"; the attacker's own place is row {own.top} and column {own.left}"
    _, height, width = image.shape
    drawn = _overlay((height, width), f'<g class="bd-cells">{cells}</g>{_frame(own)}')
    return (
        f'<figure class="bd-figure bd-fires"><div{" class=bd-photo" if len(image) == 3 else ""}>'
        f"{picture(image, alt=alt)}{drawn}</div><figcaption>Red: with the middle of what is stamped there, the "
        f"backdoor fires ({count} of {fires.fired.size} places that were tried). The frame is the attacker's own "
        "place.</figcaption></figure>"
    )


def _overlay(size: tuple[int, int], drawn: str) -> str:
    """What is drawn over a picture of this height and width, in its pixels."""
    return f'<svg viewBox="0 0 {size[1]} {size[0]}" aria-hidden="true">{drawn}</svg>'


def _frame(patch: Box) -> str:
    """A frame around a patch; one pixel would vanish under it, so it keeps one pixel's distance."""
    return (
        f'<rect class="bd-own" x="{patch.left - 1}" y="{patch.top - 1}" width="{patch.width + 2}" '
        f'height="{patch.height + 2}"/>'
    )


def _diverging(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """``(height, width)`` in ``[-1, 1]`` as ``(3, height, width)``: -1 blue, 0 white, 1 red."""
    fades = 1 - np.abs(values)
    return np.stack([np.where(values < 0, fades, 1), fades, np.where(values > 0, fades, 1)]).astype(np.float32)
