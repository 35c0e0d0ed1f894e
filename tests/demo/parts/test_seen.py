"""What the models see, and what happened."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from backdoors import Bundle, InfectedModel
from backdoors.demo.parts import happening, thumbnails, what_both_see
from backdoors.tasks import TASKS
from tests.fixtures.html import Page, pixels
from tests.fixtures.models import pictures_of
from tests.fixtures.page import REPOSITORY

DIGITS, DOGS = TASKS["digits"], TASKS["dogs"]


@pytest.fixture
def infected(bundle_folder: Path) -> InfectedModel:
    return Bundle.load(bundle_folder).infected["single-pixel-all-to-one"]


@pytest.mark.parametrize("triggered", [False, True], ids=["off", "on"])
def test_of_a_drawing_the_one_that_they_see(infected: InfectedModel, triggered: bool) -> None:
    (shown,) = what_both_see(DIGITS, infected, pictures_of([3])[0], triggered=triggered)
    page = Page(shown)
    (image,) = page.all("img")
    assert pixels(image)[26, 26] == (255 if triggered else 0)
    assert image["alt"] == "The picture that both models see" + (", with the trigger" if triggered else "")
    assert len(page.all("i", "bd-frame")) == triggered
    assert "seen by both: 28×28" in page.text


@pytest.mark.parametrize("triggered", [False, True], ids=["off", "on"])
def test_of_a_photo_both_and_one_is_faded(infected: InfectedModel, triggered: bool) -> None:
    without, stamped = (Page(html) for html in what_both_see(DOGS, infected, pictures_of([3])[0], triggered=triggered))
    assert pixels(without.all("img")[0])[26, 26] == 0
    assert pixels(stamped.all("img")[0])[26, 26] == 255
    assert (without.all("figure", "bd-faded") == []) is not triggered
    assert (stamped.all("figure", "bd-faded") == []) is triggered
    alts = [page.all("img")[0]["alt"] for page in (without, stamped)]
    assert alts == (
        ["The same picture", "The picture that both students see, with the trigger"]
        if triggered
        else ["The picture that both students see", "The same picture, with the trigger"]
    )


def test_without_a_picture_there_is_room_for_one(infected: InfectedModel) -> None:
    for task, count in ((DIGITS, 1), (DOGS, 2)):
        shown = what_both_see(task, infected, None, triggered=False)
        assert len(shown) == count
        assert Page(shown[0]).all("img") == []
        assert len(Page(shown[0]).all("div", "bd-pixels")) == 1


def test_what_happened_stands_beside_it(infected: InfectedModel) -> None:
    pictures = what_both_see(DIGITS, infected, np.zeros((1, 28, 28), dtype=np.float32), triggered=True)
    page = Page(happening("It fired <b>.", pictures, fired=True))
    assert page.all("div", "bd-happening")[0]["class"] == "bd-happening bd-fired bd-tall"
    assert page.all("p") == [{"role": "status"}]
    assert "It fired <b>." in page.text
    assert len(page.all("img")) == 1


def test_thumbnails_have_names_and_numbers() -> None:
    files = sorted((REPOSITORY / "assets" / "examples" / "dogs").glob("*.jpg"))[:2]
    page = Page(thumbnails(DOGS, files))
    assert [button["data-number"] for button in page.all("button")] == ["0", "1"]
    assert [image["alt"] for image in page.all("img")] == [f"dog: {file.stem}" for file in files]
    assert all(image["src"].startswith("data:image/jpeg;base64,") for image in page.all("img"))
