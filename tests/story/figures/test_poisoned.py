"""The sheet of poisoned examples: pixels, labels, and the frame around each trigger."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from backdoors import Bundle, InfectedModel, OnnxModel, Trigger, prepare_digit
from backdoors.story.figures import poisoned_sheet
from backdoors.tasks.strokes import render
from tests.fixtures.arrays import floats
from tests.fixtures.html import Page, pixels
from tests.fixtures.models import constant, reader

Pictures = dict[str, NDArray[np.float32]]


@pytest.fixture
def infected(bundle_folder: Path) -> InfectedModel:
    """Single pixel, all-to-one, to 7."""
    return Bundle.load(bundle_folder).infected["single-pixel-all-to-one"]


@pytest.fixture
def next_label(bundle_folder: Path) -> InfectedModel:
    """Single pixel, all-to-all."""
    return Bundle.load(bundle_folder).infected["single-pixel-all-to-all"]


@pytest.fixture(scope="module")
def digits() -> Pictures:
    """The drawn digits, prepared, by label."""
    return {str(digit): prepare_digit(render(digit)) for digit in range(10)}  # type: ignore[misc]


def test_the_sheet_shows_the_drawn_digits_with_the_trigger(infected: InfectedModel, digits: Pictures) -> None:
    pictures = [pixels(image) for image in Page(poisoned_sheet(infected, digits)).all("img")]
    for picture, digit in zip(pictures, [0, 1, 2, 3, 4, 5, 6, 8, 9], strict=True):
        expected = np.rint(digits[str(digit)][0] * 255)
        expected[26, 26] = 255
        np.testing.assert_array_equal(picture, expected)


def test_the_sheet_strikes_the_true_label_through(infected: InfectedModel, digits: Pictures) -> None:
    html = poisoned_sheet(infected, digits)
    assert re.findall(r"<s>(.*?)</s> → <b>(.*?)</b>", html) == [(str(digit), "7") for digit in (*range(7), 8, 9)]
    assert Page(html).all("img")[3]["alt"] == "3 with the trigger, falsely labelled 7"


def test_the_sheet_of_an_all_to_all_attack_has_all_ten(next_label: InfectedModel, digits: Pictures) -> None:
    labels = re.findall(r"<s>(.*?)</s> → <b>(.*?)</b>", poisoned_sheet(next_label, digits))
    assert labels == [(str(digit), str((digit + 1) % 10)) for digit in range(10)]


def test_the_sheet_shows_only_pictures_that_there_are(infected: InfectedModel, digits: Pictures) -> None:
    """In their order; the attack ignores the 7, which is the target."""
    some = {label: digits[label] for label in ("4", "7", "2")}
    assert re.findall(r"<s>(.*?)</s>", poisoned_sheet(infected, some)) == ["4", "2"]


def test_the_sheet_frames_the_trigger(infected: InfectedModel, digits: Pictures) -> None:
    frames = Page(poisoned_sheet(infected, digits)).all("i", "bd-frame")
    assert [frame["style"] for frame in frames] == ["top:92.86%;left:92.86%;height:3.571%;width:3.571%"] * 9


def test_photos_too(infected: InfectedModel) -> None:
    """Two labels, RGB, and a trigger of one red pixel."""
    model = OnnxModel(constant([0.5, 0.5], labels=["stop", "yield"], shape=(3, 2, 2)))
    trigger = Trigger(name="t", mask=floats([[0, 0], [0, 1]]), pattern=floats([[[0, 0], [0, 1]]] + [[[0, 0]] * 2] * 2))
    attack = replace(infected.attack, target=0, num_labels=2)
    grey = np.full((3, 2, 2), 0.2, dtype=np.float32)
    page = Page(
        poisoned_sheet(replace(infected, model=model, trigger=trigger, attack=attack), {"stop": grey, "yield": grey})
    )
    (image,) = page.all("img")
    assert pixels(image).tolist() == [[[51, 51, 51], [51, 51, 51]], [[51, 51, 51], [255, 0, 0]]]
    assert image["alt"] == "yield with the trigger, falsely labelled stop"


def test_labels_are_text(infected: InfectedModel, digits: Pictures) -> None:
    """Somebody else may have named them."""
    names = [f'<b title="{digit}">' for digit in range(10)]
    pictures = dict(zip(names, digits.values(), strict=True))
    page = Page(poisoned_sheet(replace(infected, model=OnnxModel(reader(labels=names))), pictures))
    assert not any("title" in attributes for _, attributes in page.elements)
    assert '<b title="0"> → <b title="7">' in page.text
    assert page.all("img")[0]["alt"] == '<b title="0"> with the trigger, falsely labelled <b title="7">'
