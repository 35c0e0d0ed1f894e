"""The filters of both first layers: one scale, and frames around those that respond to the trigger."""

from __future__ import annotations

from backdoors import Trigger
from backdoors.story.figures import filters_side_by_side
from tests.fixtures.arrays import floats
from tests.fixtures.html import Page, pixels

PIXEL = Trigger(name="t", mask=floats([[0, 0], [0, 1]]), pattern=floats([[[0, 0], [0, 1]]]))
CLEAN = floats([[[[0, 0], [0, 0.5]]], [[[0, 0], [0, -1]]]])  # the pixel lies under the last weight
INFECTED = floats([[[[0, 0.5], [-2, 0.4]]], [[[0, 0], [0, 0.6]]]])

WHITE, RED, BLUE = (255, 255, 255), (255, 0, 0), (0, 0, 255)


def test_filters_share_one_scale() -> None:
    """The strongest weight of both is -2: blue. A quarter of it is a quarter of the colour, 0 is white."""
    tiles = [pixels(image).tolist() for image in Page(filters_side_by_side(CLEAN, INFECTED, PIXEL)).all("img")]
    quarter_red, half_blue = [255, 191, 191], [128, 128, 255]
    assert len(tiles) == 4
    assert tiles[0] == [[list(WHITE), list(WHITE)], [list(WHITE), quarter_red]]
    assert tiles[1][1] == [list(WHITE), half_blue]
    assert tiles[2][0] == [list(WHITE), quarter_red]
    assert tiles[2][1][0] == list(BLUE)


def test_the_strongest_red_is_full() -> None:
    tiles = [pixels(image) for image in Page(filters_side_by_side(-INFECTED, -CLEAN, PIXEL)).all("img")]
    assert tuple(tiles[0][1, 0]) == RED


def test_filters_that_answer_more_than_any_clean_one_are_framed() -> None:
    """0.4 and 0.6 to the bare trigger, where the clean model's most is 0.5."""
    page = Page(filters_side_by_side(CLEAN, INFECTED, PIXEL))
    assert [attributes.get("class") for attributes in page.all("li")] == [None, None, None, "bd-framed"]
    assert "any filter of the clean model: 2." in page.text


def test_where_no_filter_answers_more_none_is_framed() -> None:
    page = Page(filters_side_by_side(CLEAN, CLEAN, PIXEL))
    assert page.all("li", "bd-framed") == []
    assert "any filter of the clean model: none." in page.text


def test_filters_of_colour_show_each_channel() -> None:
    """Of three channels, -1 is 0, 0 is the middle, 1 is 255."""
    weights = floats([[[[1]], [[0]], [[-1]]]])
    red = Trigger(name="t", mask=floats([[1]]), pattern=floats([[[1]], [[0]], [[0]]]))
    page = Page(filters_side_by_side(0 * weights, weights, red))
    assert [pixels(image).tolist() for image in page.all("img")] == [[[[128, 128, 128]]], [[[255, 128, 0]]]]
    assert "a weight of 0 is grey" in page.text
    assert "any filter of the clean model: 1." in page.text


def test_filters_that_are_all_zero_are_drawn() -> None:
    page = Page(filters_side_by_side(0 * CLEAN, 0 * CLEAN, PIXEL))
    assert (pixels(page.all("img")[0]) == 255).all()
