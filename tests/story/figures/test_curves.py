"""Plots: lines lie where the numbers say, and the text alternative says the numbers."""

from __future__ import annotations

import pytest

from backdoors.bundle import DepthConfig, EpochConfig
from backdoors.story.figures import Line, freeze_depth_plot, line_plot, training_curves
from backdoors.tasks import TASKS
from tests.fixtures.html import Page

CLEAN = [
    EpochConfig(epoch=1, loss=1, clean_accuracy=0.9),
    EpochConfig(epoch=2, loss=0.5, clean_accuracy=0.98),
    EpochConfig(epoch=3, loss=0.2, clean_accuracy=0.99),
]
INFECTED = [
    EpochConfig(epoch=1, loss=1.5, clean_accuracy=0.88, attack_success_rate=0.02),
    EpochConfig(epoch=2, loss=0.6, clean_accuracy=0.97, attack_success_rate=0.7),
    EpochConfig(epoch=3, loss=0.3, clean_accuracy=0.99, attack_success_rate=1),
]
DEPTHS = [
    DepthConfig(frozen=20, clean_accuracy=0.7, attack_success_rate=0.997),
    DepthConfig(frozen=15, clean_accuracy=0.68, attack_success_rate=0.9),
    DepthConfig(frozen=0, clean_accuracy=0.69, attack_success_rate=0.78),
]


def lines(html: str) -> list[list[tuple[float, ...]]]:
    """The points of each line except the legend's, in percent from the left and from the top."""
    drawn = [points["points"] for points in Page(html).all("polyline")]
    pairs = [[tuple(map(float, pair.split(","))) for pair in points.split()] for points in drawn]
    return [points for points in pairs if points != [(1, 5), (27, 5)]]


def test_training_curves_by_hand() -> None:
    """Three epochs lie at 0, 50 and 100% of the width; a rate of 0.9 lies 10% below the top."""
    assert lines(training_curves(CLEAN, INFECTED)) == [
        [(0, 10), (50, 2), (100, 1)],
        [(0, 12), (50, 3), (100, 1)],
        [(0, 98), (50, 30), (100, 0)],
    ]


def test_freeze_depths_by_hand() -> None:
    """From nothing frozen at the left to 20 layers at the right, however the table is sorted."""
    expected = [
        [(0, 31), (75, 32), (100, 30)],
        [(0, 22), (75, 10), (100, 0.3)],
    ]
    assert lines(freeze_depth_plot(TASKS["dogs"], DEPTHS)) == expected


def test_the_colour_is_the_model_and_the_dash_the_attack() -> None:
    styles = [style["class"] for style in Page(training_curves(CLEAN, INFECTED)).all("g")]
    assert styles == ["bd-line bd-of-clean", "bd-line bd-of-infected", "bd-line bd-of-infected bd-dashed"]


def test_the_text_alternative_says_the_numbers() -> None:
    (axes,) = Page(freeze_depth_plot(TASKS["dogs"], DEPTHS)).all("div", "bd-axes")
    assert axes["role"] == "img"
    assert "clean accuracy: 69.00% at 0, 68.00% at 15, 70.00% at 20. " in axes["aria-label"]
    assert "attack success rate: 78.00% at 0, 90.00% at 15, 99.70% at 20." in axes["aria-label"]


def test_of_many_epochs_it_says_those_that_the_axis_names() -> None:
    history = [EpochConfig(epoch=i, loss=1, clean_accuracy=i / 100, attack_success_rate=1) for i in range(1, 13)]
    page = Page(training_curves(history, history))
    (axes,) = page.all("div", "bd-axes")
    assert "clean accuracy, clean model: 1.00% at 1, 5.00% at 5, 10.00% at 10, 12.00% at 12. " in axes["aria-label"]
    assert "1.00% → 12.00%" in page.text


def test_every_point_tells_its_number() -> None:
    assert "attack success rate, infected model: 70.00%, epoch: 2" in Page(training_curves(CLEAN, INFECTED)).text


@pytest.mark.parametrize(
    ("ticks", "kept"),
    [([0, 50, 100], [0, 50, 100]), ([0, 93, 100], [0, 100]), ([0, 1, 99, 100], [1, 100]), ([100], [100])],
    ids=["room for all", "93 would touch 100", "the later of two", "one"],
)
def test_labels_of_the_axis_do_not_touch(ticks: list[int], kept: list[int]) -> None:
    html = line_plot(
        [Line(name="rate", network="clean", points=[(0, 0.5), (100, 0.5)])], x_label="x", ticks=ticks, caption=""
    )
    assert sorted(tick["style"] for tick in Page(html).all("span", "bd-tick")) == sorted(f"left:{x}%" for x in kept)


def test_one_epoch_is_a_plot_too() -> None:
    assert lines(training_curves(CLEAN[:1], INFECTED[:1]))[0] == [(0, 10)]


def test_texts_are_text() -> None:
    line = Line(name='<i>"rate"', network="clean", points=[(0, 0.5)])
    page = Page(line_plot([line], x_label="<i>", ticks=[0], caption="<i>"))
    assert page.all("i") == []
    (axes,) = page.all("div", "bd-axes")
    assert axes["aria-label"] == 'Line plot of percentages by <i>. <i>"rate": 50.00% at 0.'
