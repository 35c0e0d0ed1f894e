"""Rates as line plots: inline SVG that follows the page's theme, and says its numbers to a screen reader.

A rate is a share from 0 to 1; the upright axis goes from 0 to 100%. The colour says whose rate it is and the dash
which one, both as CSS classes (``figures.css``), so that nobody has to tell colours apart. Lines stretch with the
page; labels are text beside them, and keep their size.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

from backdoors.bundle import DepthConfig, EpochConfig

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


def training_curves(clean: Sequence[EpochConfig], infected: Sequence[EpochConfig]) -> str:
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


def freeze_depth_plot(depths: Sequence[DepthConfig]) -> str:
    """What is left of the backdoor when the infected student goes on to train more of its layers.

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
        caption="Measured on the test dogs. To the right, the student trains its output layer alone.",
    )


def line_plot(lines: Sequence[Line], *, x_label: str, ticks: Sequence[int], caption: str) -> str:
    """Draw some rates over whole numbers.

    Args:
        lines: later ones lie on top.
        x_label: what the numbers are.
        ticks: those that the axis names, as far as there is room, and that the text alternative gives the rates of.
        caption: stands below.
    """
    numbers = [x for line in lines for x, _ in line.points]
    first, last = min(numbers), max(numbers)

    def across(x: int) -> float:
        """Percent of the plot's width."""
        return 100 * (x - first) / max(1, last - first)

    levels = (0, 0.25, 0.5, 0.75, 1)
    grid = "".join(f'<line x1="0" x2="100" y1="{_down(rate):g}" y2="{_down(rate):g}"/>' for rate in levels)
    rows = "".join(f'<span class="bd-level" style="top:{_down(rate):g}%">{rate:.0%}</span>' for rate in levels)
    columns = "".join(
        f'<span class="bd-tick" style="left:{across(x):g}%">{x}</span>' for x in _with_room(ticks, across)
    )
    drawn = "".join(_draw(line, [across(x) for x, _ in line.points], x_label) for line in lines)
    return (
        f'<figure class="bd-figure bd-plot"><ul class="bd-legend" aria-hidden="true">{_legend(lines)}</ul>'
        f'<div class="bd-axes" role="img" aria-label="{escape(_in_words(lines, x_label, ticks))}">'
        f'<svg viewBox="0 0 100 100" preserveAspectRatio="none">{grid}{drawn}</svg>{rows}{columns}</div>'
        f'<p class="bd-axis" aria-hidden="true">{escape(x_label)}</p><figcaption>{escape(caption)}</figcaption>'
        "</figure>"
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


def _draw(line: Line, xs: Sequence[float], x_label: str) -> str:
    """A line, and dots that tell their numbers to whoever points at them."""
    joined = " ".join(f"{x:.4g},{_down(rate):.4g}" for x, (_, rate) in zip(xs, line.points, strict=True))
    dots = "".join(  # strokes of no length, since a circle would be stretched
        f'<path d="M{x:.4g},{_down(rate):.4g}h0">'
        f"<title>{escape(f'{line.name}: {rate:.2%}, {x_label}: {number}')}</title></path>"
        for x, (number, rate) in zip(xs, line.points, strict=True)
    )
    return f'<g class="{_style(line)}"><polyline points="{joined}"/>{dots}</g>'


def _legend(lines: Sequence[Line]) -> str:
    """What each line is, and where it begins and ends."""
    return "".join(
        f'<li><svg viewBox="0 0 28 10" class="{_style(line)}"><polyline points="1,5 27,5"/><path d="M14,5h0"/></svg>'
        f"<span>{escape(line.name)}: {line.points[0][1]:.2%} → {line.points[-1][1]:.2%}</span></li>"
        for line in lines
    )


def _style(line: Line) -> str:
    return f"bd-line bd-of-{line.network}" + (" bd-dashed" if line.dashed else "")


def _in_words(lines: Sequence[Line], x_label: str, ticks: Sequence[int]) -> str:
    """The text alternative: each line's rates at the ticks."""
    said = [
        f"{line.name}: " + ", ".join(f"{rate:.2%} at {x}" for x, rate in line.points if x in ticks) for line in lines
    ]
    return f"Line plot of percentages by {x_label}. " + ". ".join(said) + "."
