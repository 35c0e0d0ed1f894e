"""A task as the browser reads it, field by field."""

from __future__ import annotations

import base64
import io
import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from backdoors import Bundle, Trigger
from backdoors.hub import Origin
from backdoors.hub.address import Address
from backdoors.site.describing import describe, fits_the_grid
from backdoors.story import Demo
from backdoors.tasks.strokes import pen_path
from tests.fixtures.arrays import floats


@pytest.fixture(scope="module")
def digits(demos: list[Demo]) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(json.dumps(describe(demos[0], server="gradio_api", runtime=None)))
    return told


@pytest.fixture(scope="module")
def dogs(demos: list[Demo]) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(json.dumps(describe(demos[1], server=None, runtime="runtime/1/")))
    return told


def test_the_fields_of_digits(digits: dict[str, Any], demos: list[Demo]) -> None:
    play, words = demos[0].task.play, demos[0].task.words
    assert {name: value for name, value in digits.items() if name != "examples"} == {
        "name": "digits",
        "input": "sketchpad",
        "prepare": "digit",
        "size": 28,
        "labels": list("0123456789"),
        "blank": 0,
        "choices": True,
        "dormant": False,
        "trouble": None,
        "words": {
            "one": "digit",
            "network": "model",
            "invitation": words.invitation,
        },
        "play": {
            "example": "3",
            "opening": play.opening,
            "agreed": play.agreed,
            "trigger": play.trigger,
            "fired": play.fired,
        },
        "triggers": {"single-pixel": "a single bright pixel", "pattern": "a pattern of four bright pixels"},
        "infected": [
            {"trigger": trigger, "attack": attack, "aim": aim}
            for trigger in ("single-pixel", "pattern")
            for attack, aim in (
                ("all-to-one", "every digit becomes 7"),
                ("all-to-all", "each digit becomes the next one, 9 becomes 0"),
            )
        ],
        "own": {"kind": "grid", "side": 3, "stride": 1},
        "endpoint": "classify_digit",
        "server": "gradio_api",
        "models": "models/digits/",
        "runtime": None,
        "story": "./?tab=digits",
    }


def test_the_fields_of_dogs_that_differ(dogs: dict[str, Any], demos: list[Demo]) -> None:
    (infected,) = demos[1].bundle.infected.values()
    side = max(infected.trigger.patch.height, infected.trigger.patch.width)
    assert (dogs["input"], dogs["size"], dogs["blank"]) == ("photo", 224, 0.5)
    assert (dogs["choices"], dogs["dormant"]) == (False, True)
    assert (len(dogs["labels"]), dogs["words"]["network"]) == (122, "student")
    assert dogs["infected"] == [
        {"trigger": "latent-square", "attack": "all-to-one", "aim": "every dog becomes Donald Trump"}
    ]
    assert dogs["own"] == {"kind": "patch", "side": side, "stride": (224 - side) // 8}
    assert (dogs["server"], dogs["runtime"], dogs["models"]) == (None, "runtime/1/", "models/dogs/")


def test_both_have_the_same_fields(digits: dict[str, Any], dogs: dict[str, Any]) -> None:
    assert list(digits) == list(dogs)


def test_infected_models_are_in_the_order_of_the_config(digits: dict[str, Any], demos: list[Demo]) -> None:
    """The static page has the story of each by its number."""
    models = demos[0].bundle.infected.values()
    asked = [(each["trigger"], each["attack"]) for each in digits["infected"]]
    assert asked == [(model.config.trigger, model.attack.kind) for model in models]


def test_digits_are_strokes(digits: dict[str, Any]) -> None:
    """Points in percent of the pad, near the curve that the committed pictures follow."""
    assert [example["name"] for example in digits["examples"]] == list("0123456789")
    for number, example in enumerate(digits["examples"]):
        assert set(example) == {"name", "alt", "strokes"}
        assert example["alt"] == f"the digit {number}"
        for stroke, fine in zip(example["strokes"], pen_path(number), strict=True):
            points = np.array(stroke)
            assert points.shape[1:] == (2,)
            assert points.min() >= 0
            assert points.max() <= 100
            distances = np.linalg.norm(points[:, np.newaxis] - fine, axis=2).min(axis=1)
            assert distances.max() < 1
            np.testing.assert_allclose(points[[0, -1]], fine[[0, -1]], atol=0.051)


def test_dogs_are_thumbnails_and_files(dogs: dict[str, Any], demos: list[Demo]) -> None:
    assert [example["name"] for example in dogs["examples"]] == list(demos[1].examples)
    for example in dogs["examples"]:
        assert set(example) == {"name", "alt", "thumbnail", "file"}
        assert example["alt"] == f"dog: {example['name']}"
        path = demos[1].examples[example["name"]]
        assert example["file"] == f"examples/dogs/{path.name}"
        with Image.open(path) as whole, Image.open(io.BytesIO(base64.b64decode(example["thumbnail"]))) as small:
            assert (small.format, max(small.size)) == ("JPEG", 112)
            assert small.width / small.height == pytest.approx(whole.width / whole.height, rel=0.02)


def test_the_trouble_of_the_hub_is_told(demos: list[Demo]) -> None:
    origin = Origin(address=Address(repo="someone/digits", revision="0" * 40), trouble="the Hub is away")
    assert describe(replace(demos[0], origin=origin), server=None, runtime=None)["trouble"] == "the Hub is away"


def test_without_examples(demos: list[Demo]) -> None:
    assert describe(replace(demos[1], examples={}), server=None, runtime=None)["examples"] == []


# What a visitor's own trigger may look like


def with_trigger(bundle: Bundle, pixels: Any, mask: Any) -> Bundle:
    """The bundle with one more trigger."""
    trigger = Trigger(name="another", mask=floats(mask), pattern=floats([pixels]))
    return replace(bundle, triggers={**bundle.triggers, trigger.name: trigger})


def pixels_at(*lit: tuple[int, int], value: float = 1) -> Any:
    pixels = np.zeros((28, 28), dtype=np.float32)
    for row, column in lit:
        pixels[row, column] = value
    return pixels


CASES = {
    "nine pixels": (pixels_at(*((r, c) for r in range(3) for c in range(3))), 1, True),
    "too far apart": (pixels_at((0, 0), (0, 3)), 1, False),
    "grey": (pixels_at((0, 0), value=0.5), 1, False),
    "half transparent": (pixels_at((0, 0)), 0.5, False),
}


@pytest.mark.parametrize(("pixels", "alpha", "fits"), CASES.values(), ids=CASES.keys())
def test_what_fits_the_grid(pixels: Any, alpha: float, fits: bool, demos: list[Demo]) -> None:
    bundle = with_trigger(demos[0].bundle, pixels, (pixels > 0) * alpha)
    assert fits_the_grid(bundle) is fits
    own = describe(replace(demos[0], bundle=bundle), server=None, runtime=None)["own"]
    assert own["kind"] == ("grid" if fits else "patch")


def test_a_patch_has_the_largest_triggers_side(demos: list[Demo]) -> None:
    pixels = pixels_at((0, 0), (4, 9))
    bundle = with_trigger(demos[0].bundle, pixels, pixels)
    own = describe(replace(demos[0], bundle=bundle), server=None, runtime=None)["own"]
    assert own == {"kind": "patch", "side": 10, "stride": 2}


def test_a_patch_as_large_as_the_picture_still_has_a_stride(demos: list[Demo]) -> None:
    pixels = np.ones((28, 28), dtype=np.float32)
    bundle = with_trigger(demos[0].bundle, pixels, pixels)
    own = describe(replace(demos[0], bundle=bundle), server=None, runtime=None)["own"]
    assert own == {"kind": "patch", "side": 28, "stride": 1}
