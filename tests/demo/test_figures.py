"""The story's figures show what they are given: pixels, labels, places and numbers."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from backdoors import SINGLE_PIXEL, Bundle, Classifier, FireMap, InfectedModel, Trigger, prepare_digit
from backdoors.demo.figures import enlarged_trigger, filters_side_by_side, fire_map, poisoned_sheet
from backdoors.demo.strokes import render
from backdoors.triggers import Box
from tests.fixtures.arrays import floats
from tests.fixtures.html import Page, pixels
from tests.fixtures.models import reader
from tests.fixtures.page import REPOSITORY


@pytest.fixture
def infected(bundle_folder: Path) -> InfectedModel:
    """Single pixel, all-to-one, to 7."""
    return Bundle.load(bundle_folder).infected["single-pixel-all-to-one"]


@pytest.fixture
def next_label(bundle_folder: Path) -> InfectedModel:
    """Single pixel, all-to-all."""
    return Bundle.load(bundle_folder).infected["single-pixel-all-to-all"]


# Poisoned examples


def test_the_sheet_shows_the_drawn_digits_with_the_trigger(infected: InfectedModel) -> None:
    pictures = [pixels(image) for image in Page(poisoned_sheet(infected)).all("img")]
    for picture, digit in zip(pictures, [0, 1, 2, 3, 4, 5, 6, 8, 9], strict=True):
        prepared = prepare_digit(render(digit))
        assert prepared is not None
        expected = np.rint(prepared[0] * 255)
        expected[26, 26] = 255
        np.testing.assert_array_equal(picture, expected)


def test_the_sheet_strikes_the_true_label_through(infected: InfectedModel) -> None:
    html = poisoned_sheet(infected)
    assert re.findall(r"<s>(.*?)</s> → <b>(.*?)</b>", html) == [(str(digit), "7") for digit in (*range(7), 8, 9)]
    assert Page(html).all("img")[3]["alt"] == "3 with the trigger, falsely labelled 7"


def test_the_sheet_of_an_all_to_all_attack_has_all_ten(next_label: InfectedModel) -> None:
    labels = re.findall(r"<s>(.*?)</s> → <b>(.*?)</b>", poisoned_sheet(next_label))
    assert labels == [(str(digit), str((digit + 1) % 10)) for digit in range(10)]


def test_the_sheet_frames_the_trigger(infected: InfectedModel) -> None:
    """One pixel outside it, for each of nine digits."""
    frame = {"class": "bd-own", "x": "25", "y": "25", "width": "3", "height": "3"}
    assert Page(poisoned_sheet(infected)).all("rect") == [frame] * 9


def test_labels_are_text(infected: InfectedModel) -> None:
    """Somebody else may have named them."""
    names = [f'<i title="{digit}">' for digit in range(10)]
    page = Page(poisoned_sheet(replace(infected, classifier=Classifier(reader(labels=names)))))
    assert page.all("i") == []
    assert '<i title="0"> → <i title="7">' in page.text
    assert page.all("img")[0]["alt"] == '<i title="0"> with the trigger, falsely labelled <i title="7">'


# The trigger


def test_a_trigger_is_shown_whole() -> None:
    (image,) = Page(enlarged_trigger(SINGLE_PIXEL)).all("img")
    expected = np.zeros((28, 28, 2))
    expected[26, 26] = 255
    np.testing.assert_array_equal(pixels(image), expected)
    assert "changes 1 of 784 pixels, in a box of 1×1 that begins at row 26 and column 26" in image["alt"]


def test_a_trigger_is_cropped_to_its_patch() -> None:
    """Two pixels of a 4x5 picture: red, and half transparent blue; between them, nothing."""
    mask, pattern = np.zeros((4, 5), dtype=np.float32), np.zeros((3, 4, 5), dtype=np.float32)
    mask[2, 1], mask[2, 3] = 1, 0.5
    pattern[0, 2, 1] = pattern[2, 2, 3] = 1
    page = Page(enlarged_trigger(Trigger(name="t", mask=mask, pattern=pattern), cropped=True))
    (image,) = page.all("img")
    np.testing.assert_array_equal(pixels(image), [[[255, 0, 0, 255], [0, 0, 0, 0], [0, 0, 255, 128]]])
    assert "--bd-rows:1;--bd-columns:3" in page.all("div")[0]["style"]
    assert "its 1×3 pixels of 4×5" in page.text


@pytest.mark.parametrize(("mask", "shows"), [([[1, 1]], False), ([[1, 0]], True)], ids=["full", "with a hole"])
def test_it_speaks_of_the_ground_where_one_sees_it(mask: list[list[int]], shows: bool) -> None:
    trigger = Trigger(name="t", mask=floats(mask), pattern=floats([[[1, 1]]]))
    assert ("Where the ground shows" in Page(enlarged_trigger(trigger)).text) is shows


# Filters

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


# Where it fires


def test_every_place_that_fired_is_marked_around_the_patchs_middle() -> None:
    """A 3x3 patch tried at every other place of 8x8: its middle is 1.5 from its corner, a mark is 2x2."""
    fired = np.zeros((3, 3), dtype=np.bool_)
    fired[0, 1] = fired[2, 2] = True
    grid = np.array([1, 3, 5])
    fires = FireMap(tops=grid, lefts=grid, fired=fired, patch=Box(5, 5, 3, 3), stride=2, target="7")
    page = Page(fire_map(np.zeros((1, 8, 8), dtype=np.float32), fires, own=Box(5, 5, 3, 3)))
    *marks, frame = page.all("rect")
    assert [(float(mark["y"]), float(mark["x"]), mark["width"], mark["height"]) for mark in marks] == [
        (1.5, 3.5, "2", "2"),
        (5.5, 5.5, "2", "2"),
    ]
    assert frame == {"class": "bd-own", "x": "4", "y": "4", "width": "5", "height": "5"}
    assert page.all("svg")[0]["viewbox"] == "0 0 8 8"
    (image,) = page.all("img")
    assert "fires at 2 of 9 places in this picture, between rows 1 and 5 and columns 3 and 5;" in image["alt"]
    assert "the attacker's own place is row 5 and column 5" in image["alt"]


def test_the_frame_is_the_attackers_place_wherever_the_visitor_put_his() -> None:
    grid = np.array([0, 1])
    fires = FireMap(
        tops=grid, lefts=grid, fired=np.zeros((2, 2), dtype=np.bool_), patch=Box(1, 1, 1, 1), stride=1, target="7"
    )
    image = floats([[[0, 1], [0.5, 0.2]]])
    page = Page(fire_map(image, fires, own=Box(0, 1, 1, 1)))
    (shown,), (frame,) = page.all("img"), page.all("rect")
    assert shown["alt"] == "It fires at 0 of 4 places in this picture; the attacker's own place is row 0 and column 1"
    assert (frame["x"], frame["y"]) == ("0", "-1")
    np.testing.assert_array_equal(pixels(shown), [[0, 255], [128, 51]])


# All of them


def test_every_class_has_its_looks(infected: InfectedModel) -> None:
    css = (REPOSITORY / "backdoors" / "demo" / "figures.css").read_text(encoding="utf-8")
    grid = np.array([0])
    fires = FireMap(
        tops=grid, lefts=grid, fired=np.ones((1, 1), dtype=np.bool_), patch=Box(0, 0, 2, 2), stride=1, target="7"
    )
    figures = [
        poisoned_sheet(infected),
        enlarged_trigger(SINGLE_PIXEL),
        filters_side_by_side(CLEAN, INFECTED, PIXEL),
        fire_map(np.zeros((3, 2, 2), dtype=np.float32), fires, own=Box(0, 0, 2, 2)),
    ]
    for figure in figures:
        assert {name for name in Page(figure).classes if f".{name}" not in css} == set()
