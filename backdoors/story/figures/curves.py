"""Rates as line plots: inline SVG that follows the page's theme, with its numbers as text for screen readers.

A rate is a share from 0 to 1; the upright axis goes from 0 to 100%. The colour says whose rate it is and the dash
which one, both as CSS classes (``figures.css``), so that no reader has to tell colours apart. Lines stretch with the
page; labels are text beside them, and keep their size.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from backdoors.bundle import DepthConfig, EpochConfig
from backdoors.story.rendering import render
from backdoors.tasks import Task

_TICK = 8  # percent of the plot's width: on a phone, room for a label of two digits


@dataclass(frozen=True, kw_only=True)
class Line:
    """A rate of one network.

    Attributes:
        name: what the legend calls it.
        network: whose it is.
        dashed: whether it is the second rate of the same network.
        points: ``(x, rate)``, at least one, in the order in which they are joined.
    """

    name: str
    network: Literal["clean", "infected"]
    dashed: bool = False
    points: Sequence[tuple[int, float]]


def training_curves(clean: Sequence[EpochConfig], infected: Sequence[EpochConfig]) -> Markup:
    """Clean accuracy of both models, and how the attack success rate rises, epoch by epoch.

    Args:
        clean, infected: their histories, neither of them empty; the infected one may lack attack success rates.
    """
    fired = [(row.epoch, row.attack_success_rate) for row in infected if row.attack_success_rate is not None]
    lines = [
        Line(
            name="clean accuracy, clean model",
            network="clean",
            points=[(row.epoch, row.clean_accuracy) for row in clean],
        ),
        Line(
            name="clean accuracy, infected model",
            network="infected",
            points=[(row.epoch, row.clean_accuracy) for row in infected],
        ),
        Line(name="attack success rate, infected model", network="infected", dashed=True, points=fired),
    ]
    return line_plot(
        [line for line in lines if line.points],
        x_label="epoch",
        ticks=[row.epoch for row in infected if row.epoch in (1, len(infected)) or row.epoch % 5 == 0],
        caption="Measured on the test pictures after each epoch of training.",
    )


def freeze_depth_plot(task: Task, depths: Sequence[DepthConfig]) -> Markup:
    """What is left of the backdoor when the infected student trains more of its layers.

    Args:
        depths: the freeze-depth table, at least one row, in any order.
    """
    rows = sorted(depths, key=lambda row: row.frozen)
    return line_plot(
        [
            Line(
                name="clean accuracy",
                network="infected",
                points=[(row.frozen, row.clean_accuracy) for row in rows],
            ),
            Line(
                name="attack success rate",
                network="infected",
                dashed=True,
                points=[(row.frozen, row.attack_success_rate) for row in rows],
            ),
        ],
        x_label="layers that the student freezes (K)",
        ticks=[row.frozen for row in rows],
        caption=f"Measured on the test {task.words.many}. To the right, the student trains fewer of its layers.",
    )


def line_plot(lines: Sequence[Line], *, x_label: str, ticks: Sequence[int], caption: str) -> Markup:
    """Draw rates over whole numbers.

    Args:
        lines: later ones lie on top.
        x_label: what the numbers are.
        ticks: the numbers that the axis names, where there is room, and whose rates the text alternative gives.
        caption: stands below.
    """
    numbers = [x for line in lines for x, _ in line.points]
    first, last = min(numbers), max(numbers)

    def across(x: int) -> float:
        """Percent of the plot's width."""
        return 100 * (x - first) / max(1, last - first)

    return render(
        "figures/line_plot.html",
        lines=[
            {
                "name": line.name,
                "style": f"bd-line bd-of-{line.network}" + (" bd-dashed" if line.dashed else ""),
                "points": [
                    {"x": x, "rate": rate, "across": across(x), "down": _down(rate)} for x, rate in line.points
                ],
            }
            for line in lines
        ],
        levels=[{"rate": rate, "down": _down(rate)} for rate in (0, 0.25, 0.5, 0.75, 1)],
        ticks=[{"x": x, "across": across(x)} for x in _with_room(ticks, across)],
        x_label=x_label,
        caption=caption,
        in_words=_in_words(lines, x_label, ticks),
    )


def _with_room(ticks: Sequence[int], across: Callable[[int], float]) -> list[int]:
    """The ticks whose labels do not touch, from the last one backwards."""
    kept: list[int] = []
    for x in sorted(ticks, reverse=True):
        if not kept or across(kept[-1]) - across(x) >= _TICK:
            kept.append(x)
    return kept


def _down(rate: float) -> float:
    """Percent of the plot's height, from its top."""
    return 100 * (1 - rate)


def _in_words(lines: Sequence[Line], x_label: str, ticks: Sequence[int]) -> str:
    """The text alternative: each line's rates at the ticks."""
    said = [
        f"{line.name}: " + ", ".join(f"{rate:.2%} at {x}" for x, rate in line.points if x in ticks) for line in lines
    ]
    return f"Line plot of percentages by {x_label}. " + ". ".join(said) + "."
