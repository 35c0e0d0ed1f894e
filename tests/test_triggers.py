"""Triggers: the formula by hand, the paper's pixels, and any PNG with an alpha channel."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from backdoors import PATTERN, SINGLE_PIXEL, Trigger, from_pixels, moved, stamp
from backdoors.errors import TriggerError
from tests.fixtures.arrays import floats

# The formula


def test_stamp_by_hand() -> None:
    """A 5x5 picture of 0.5; the mask covers one pixel fully, one half, one not at all."""
    image = np.full((1, 5, 5), 0.5, dtype=np.float32)
    mask, pattern = np.zeros((5, 5), dtype=np.float32), np.zeros((1, 5, 5), dtype=np.float32)
    mask[4, 4], pattern[0, 4, 4] = 1, 0.9  # replaced: 0.9
    mask[3, 3], pattern[0, 3, 3] = 0.5, 1  # half of each: 0.75
    mask[0, 0], pattern[0, 0, 0] = 0, 1  # as it was: 0.5
    expected = floats(
        [
            [0.5, 0.5, 0.5, 0.50, 0.5],
            [0.5, 0.5, 0.5, 0.50, 0.5],
            [0.5, 0.5, 0.5, 0.50, 0.5],
            [0.5, 0.5, 0.5, 0.75, 0.5],
            [0.5, 0.5, 0.5, 0.50, 0.9],
        ]
    )
    np.testing.assert_allclose(Trigger(name="t", mask=mask, pattern=pattern).stamp(image), expected[np.newaxis])


def test_stamp_by_hand_in_colour() -> None:
    """One mask for all channels, one pattern for each."""
    image = np.full((3, 1, 2), 0.2, dtype=np.float32)
    stamped = stamp(image, floats([[0, 1]]), floats([[[1, 1]], [[0.5, 0.5]], [[0, 0]]]))
    np.testing.assert_allclose(stamped, floats([[[0.2, 1]], [[0.2, 0.5]], [[0.2, 0]]]))


def random_trigger(seed: int, *, channels: int = 1) -> tuple[Trigger, NDArray[np.float32]]:
    """A trigger of random strength in random places, and pictures of 9x7 to stamp."""
    rng = np.random.default_rng(seed)
    mask = rng.random((9, 7), dtype=np.float32) * (rng.random((9, 7)) < 0.3)
    pattern = rng.random((channels, 9, 7), dtype=np.float32)
    images = rng.random((4, channels, 9, 7), dtype=np.float32)
    return Trigger(name="random", mask=mask, pattern=pattern), images


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("seed", range(5))
class TestProperties:
    def test_outside_the_mask_nothing_changes(self, seed: int, channels: int) -> None:
        trigger, images = random_trigger(seed, channels=channels)
        outside = trigger.mask == 0
        np.testing.assert_array_equal(trigger.stamp(images)[..., outside], images[..., outside])

    def test_stays_between_picture_and_pattern(self, seed: int, channels: int) -> None:
        trigger, images = random_trigger(seed, channels=channels)
        stamped, rounding = trigger.stamp(images), 1e-6
        assert np.all(stamped >= np.minimum(images, trigger.pattern) - rounding)
        assert np.all(stamped <= np.maximum(images, trigger.pattern) + rounding)

    def test_a_batch_is_its_pictures(self, seed: int, channels: int) -> None:
        trigger, images = random_trigger(seed, channels=channels)
        np.testing.assert_array_equal(trigger.stamp(images), [trigger.stamp(image) for image in images])

    def test_pictures_are_left_as_they_were(self, seed: int, channels: int) -> None:
        trigger, images = random_trigger(seed, channels=channels)
        before = images.copy()
        trigger.stamp(images)
        np.testing.assert_array_equal(images, before)

    def test_png_round_trip(self, seed: int, channels: int, tmp_path: Path) -> None:
        """To 1/255, and to the bit from then on."""
        trigger, _ = random_trigger(seed, channels=channels)
        (tmp_path / "first.png").write_bytes(trigger.to_png())
        first = Trigger.load(tmp_path / "first.png")
        np.testing.assert_allclose(first.mask, trigger.mask, atol=0.5 / 255 + 1e-6)
        np.testing.assert_allclose(first.pattern, trigger.pattern, atol=0.5 / 255 + 1e-6)
        assert Trigger.load(first.to_png()).to_png() == trigger.to_png()


# The paper's triggers (Gu et al. 2017, section 4.1.1)

PAPER = {
    "single-pixel": (SINGLE_PIXEL, [(26, 26)]),
    "pattern": (PATTERN, [(24, 26), (25, 25), (26, 24), (26, 26)]),
}


@pytest.mark.parametrize(("trigger", "pixels"), PAPER.values(), ids=PAPER.keys())
def test_papers_pixels(trigger: Trigger, pixels: list[tuple[int, int]]) -> None:
    """Fully bright, on a black picture; nothing else."""
    stamped = trigger.stamp(np.zeros((1, 28, 28), dtype=np.float32))
    assert [tuple(pixel) for pixel in np.argwhere(stamped[0] == 1).tolist()] == pixels
    assert stamped.sum() == len(pixels)


@pytest.mark.parametrize(("trigger", "pixels"), PAPER.values(), ids=PAPER.keys())
def test_papers_triggers_survive_png(trigger: Trigger, pixels: list[tuple[int, int]]) -> None:
    loaded = Trigger.load(trigger.to_png())
    np.testing.assert_array_equal(np.argwhere(loaded.mask), pixels)
    np.testing.assert_array_equal(loaded.pattern[0] * loaded.mask, trigger.mask)


@pytest.mark.parametrize("name", PAPER)
def test_papers_triggers_know_their_names(name: str) -> None:
    assert PAPER[name][0].name == name


def test_from_pixels_of_another_size() -> None:
    trigger = from_pixels("t", [(0, 1)], size=(2, 3))
    np.testing.assert_array_equal(trigger.mask, floats([[0, 1, 0], [0, 0, 0]]))


# The patch, and moving it


@pytest.mark.parametrize(
    ("pixels", "patch"),
    [
        ([(26, 26)], (26, 26, 1, 1)),
        ([(24, 26), (25, 25), (26, 24), (26, 26)], (24, 24, 3, 3)),
        ([(0, 5), (2, 5)], (0, 5, 3, 1)),
    ],
    ids=["single pixel", "pattern", "two in a column"],
)
def test_patch_is_the_box_around_the_mask(pixels: list[tuple[int, int]], patch: tuple[int, int, int, int]) -> None:
    assert from_pixels("t", pixels).patch == patch


def test_moved_by_hand() -> None:
    """Two pixels on a diagonal, one of them half transparent, from the lower right to the upper left of 3x4."""
    mask = floats([[0, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 0.5]])
    pattern = floats([[[0.9, 0.9, 0.9, 0.9], [0.9, 0.9, 0.2, 0.3], [0.9, 0.9, 0.4, 0.6]]])
    there = moved(Trigger(name="t", mask=mask, pattern=pattern), 0, 1)
    assert there.name == "t"
    np.testing.assert_array_equal(there.mask, floats([[0, 1, 0, 0], [0, 0, 0.5, 0], [0, 0, 0, 0]]))
    stamped = there.stamp(np.zeros((1, 3, 4), dtype=np.float32))
    np.testing.assert_allclose(stamped, floats([[[0, 0.2, 0, 0], [0, 0, 0.3, 0], [0, 0, 0, 0]]]))


@pytest.mark.parametrize("channels", [1, 3])
def test_moved_to_where_it_is_changes_nothing(channels: int) -> None:
    trigger, images = random_trigger(0, channels=channels)
    there = moved(trigger, trigger.patch.top, trigger.patch.left)
    np.testing.assert_array_equal(there.stamp(images), trigger.stamp(images))


@pytest.mark.parametrize("place", [(0, 0), (25, 25), (0, 25), (25, 0)])
def test_moved_into_each_corner(place: tuple[int, int]) -> None:
    assert moved(PATTERN, *place).patch == (*place, 3, 3)


@pytest.mark.parametrize("place", [(-1, 0), (0, -1), (26, 0), (0, 26)])
def test_moved_out_of_the_picture_is_refused(place: tuple[int, int]) -> None:
    with pytest.raises(TriggerError, match=r"'pattern': expected a place from \(0, 0\) to \(25, 25\) for its 3x3"):
        moved(PATTERN, *place)


# Any PNG with an alpha channel; a row of two pixels, the right one opaque red (76 of 255 as grey)

RGBA = Image.fromarray(np.array([[[9, 9, 9, 0], [255, 0, 0, 255]]], dtype=np.uint8))
PALETTE = Image.fromarray(np.array([[0, 1]], dtype=np.uint8))
PALETTE.putpalette([9, 9, 9, 255, 0, 0])

FILES = {"RGBA": (RGBA, {}), "palette with a transparent colour": (PALETTE, {"transparency": 0})}


@pytest.mark.parametrize(("picture", "how"), FILES.values(), ids=FILES.keys())
@pytest.mark.parametrize(("channels", "red"), [(None, [1, 0, 0]), (3, [1, 0, 0]), (1, [76 / 255])])
def test_alpha_is_the_mask_and_colour_the_pattern(
    picture: Image.Image, how: dict[str, Any], channels: int | None, red: list[float], tmp_path: Path
) -> None:
    picture.save(tmp_path / "red.png", **how)
    trigger = Trigger.load(tmp_path / "red.png", channels=channels)
    np.testing.assert_array_equal(trigger.mask, floats([[0, 1]]))
    np.testing.assert_allclose(trigger.pattern[:, 0, 1], red)


@pytest.mark.parametrize(("channels", "expected"), [(None, [0.2]), (1, [0.2]), (3, [0.2, 0.2, 0.2])])
def test_grey_with_alpha(channels: int | None, expected: list[float], tmp_path: Path) -> None:
    Image.fromarray(np.array([[[51, 102]]], dtype=np.uint8)).save(tmp_path / "grey.png")  # 51 is 0.2, 102 is 0.4
    trigger = Trigger.load(tmp_path / "grey.png", channels=channels)
    np.testing.assert_allclose(trigger.mask, floats([[0.4]]))
    np.testing.assert_allclose(trigger.pattern[:, 0, 0], expected)


@pytest.mark.parametrize(("name", "expected"), [(None, "sticky-note"), ("note", "note")])
def test_name(name: str | None, expected: str, tmp_path: Path) -> None:
    RGBA.save(tmp_path / "sticky-note.png")
    assert Trigger.load(tmp_path / "sticky-note.png", name=name).name == expected


# What is no trigger


@pytest.mark.parametrize("mode", ["1", "L", "RGB", "P", "I;16"])
def test_a_picture_without_alpha_is_refused(mode: str, tmp_path: Path) -> None:
    Image.new(mode, (28, 28)).save(tmp_path / "opaque.png")
    with pytest.raises(TriggerError, match=r"opaque\.png: expected a picture with an alpha channel"):
        Trigger.load(tmp_path / "opaque.png")


@pytest.mark.parametrize("channels", [0, 2, 4])
def test_another_number_of_channels_is_refused(channels: int) -> None:
    with pytest.raises(TriggerError, match=f"expected 1 or 3 channels, got {channels}"):
        Trigger.load(PATTERN.to_png(), channels=channels)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(TriggerError, match=r"absent\.png: no such file"):
        Trigger.load(tmp_path / "absent.png")


@pytest.mark.parametrize("size", [0, 7, 40, 60], ids="first {} bytes".format)
def test_a_cut_file_is_refused(size: int) -> None:
    with pytest.raises(TriggerError, match="not a PNG that can be read"):
        Trigger.load(PATTERN.to_png()[:size])


def test_damaged_bytes_raise_nothing_else() -> None:
    whole, rng = PATTERN.to_png(), np.random.default_rng(0)
    for _ in range(2000):
        damaged = bytearray(whole)
        damaged[rng.integers(len(whole))] = int(rng.integers(256))
        try:
            Trigger.load(bytes(damaged))
        except TriggerError:
            continue


ZEROS = np.zeros((2, 2), dtype=np.float32)
WRONG = {
    "mask over 1": (ZEROS + 1.5, ZEROS[np.newaxis], r"expected a mask in \[0, 1\]"),
    "mask under 0": (ZEROS - 0.1, ZEROS[np.newaxis], r"expected a mask in \[0, 1\]"),
    "mask not a number": (ZEROS * np.nan, ZEROS[np.newaxis], r"expected a mask in \[0, 1\]"),
    "pattern in 0 to 255": (ZEROS, ZEROS[np.newaxis] + 255, r"expected a pattern in \[0, 1\]"),
    "mask with a channel": (ZEROS[np.newaxis], ZEROS[np.newaxis], r"expected a mask \(height, width\)"),
    "empty mask": (ZEROS[:0], ZEROS[np.newaxis, :0], r"expected a mask \(height, width\)"),
    "pattern without a channel": (ZEROS, ZEROS, r"expected a pattern \(1 or 3, 2, 2\)"),
    "pattern with two channels": (ZEROS, np.stack([ZEROS] * 2), r"expected a pattern \(1 or 3, 2, 2\)"),
    "pattern of another size": (ZEROS, np.zeros((1, 2, 3)), r"expected a pattern \(1 or 3, 2, 2\)"),
}


@pytest.mark.parametrize(("mask", "pattern", "message"), WRONG.values(), ids=WRONG.keys())
def test_wrong_arrays_are_refused(mask: NDArray[np.float32], pattern: NDArray[np.float32], message: str) -> None:
    with pytest.raises(TriggerError, match=message):
        Trigger(name="wrong", mask=mask, pattern=pattern)


@pytest.mark.parametrize("shape", [(1, 27, 28), (3, 28, 28), (2, 1, 28, 27), (28, 28)], ids=str)
def test_pictures_that_do_not_fit_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(TriggerError, match=r"'single-pixel' fits pictures of .* \(1, 28, 28\)"):
        SINGLE_PIXEL.stamp(np.zeros(shape, dtype=np.float32))


@pytest.mark.parametrize("pixel", [(28, 0), (0, 28), (-1, 0)], ids=str)
def test_a_pixel_outside_is_refused(pixel: tuple[int, int]) -> None:
    with pytest.raises(TriggerError, match="is outside a picture of 28x28"):
        from_pixels("t", [pixel])


@pytest.mark.parametrize("part", ["mask", "pattern"])
def test_a_trigger_cannot_be_changed(part: str) -> None:
    with pytest.raises(ValueError, match="read-only"):
        getattr(SINGLE_PIXEL, part)[...] = 0


def test_a_trigger_keeps_no_hold_of_its_makers_arrays() -> None:
    mask = np.ones((2, 2), dtype=np.float32)
    trigger = Trigger(name="t", mask=mask, pattern=mask[np.newaxis])
    mask[0, 0] = 0
    assert trigger.mask[0, 0] == 1


def test_a_mask_that_changes_nothing_is_refused() -> None:
    with pytest.raises(TriggerError, match="would change nothing"):
        Trigger(name="t", mask=floats([[0, 0]]), pattern=floats([[[1, 1]]]))
