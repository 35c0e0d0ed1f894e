"""In every form that people send, the models see the same digit. Files that cannot be read: ``test_opening``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from backdoors import SINGLE_PIXEL, contact_sheet, open_picture, prepare_digit, to_image, to_png
from backdoors.pictures import Picture
from tests.fixtures.arrays import floats
from tests.fixtures.drawings import (
    STROKES,
    draw,
    encode,
    in_uneven_light,
    on_paper,
    on_transparent,
    rotated_by_exif,
    with_noise,
)

MNIST_CENTRE = 14.5  # where the centre of mass of MNIST's digits lies, from the edge: the middle of pixel 14

BLACK, WHITE, YELLOW, RED = (0, 0, 0), (255, 255, 255), (255, 220, 0), (200, 0, 0)


def prepared(picture: Picture) -> NDArray[np.float32]:
    digit = prepare_digit(picture)
    assert digit is not None
    return digit


def centre(digit: NDArray[np.float32]) -> tuple[float, float]:
    y, x = np.mgrid[0.5:28, 0.5:28]
    return float((digit[0] * y).sum() / digit.sum()), float((digit[0] * x).sum() / digit.sum())


def difference(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    """The mean absolute difference; a pixel's shift is free, as a centre between two pixels may fall either way."""
    shifts = [(y, x) for y in (-1, 0, 1) for x in (-1, 0, 1)]
    return min(float(np.abs(np.roll(a, shift, axis=(1, 2)) - b).mean()) for shift in shifts)


# A prepared digit


def test_a_letter_computed_by_hand() -> None:
    """An L, 200x120: reduced ten times it is 20x12, and its centre of mass is (12.3, 3.7) from its corner."""
    sheet = np.full((300, 250), 255, dtype=np.uint8)
    sheet[40:240, 30:70] = 0  # 80 of the small pixels, centre (10, 2)
    sheet[200:240, 70:150] = 0  # 32 of them, centre (18, 8)
    expected = np.zeros((1, 28, 28), dtype=np.bool_)
    expected[0, 2:22, 11:15] = True  # 14.5 - 12.3 and 14.5 - 3.7, rounded
    expected[0, 18:22, 15:23] = True
    np.testing.assert_array_equal(prepared(sheet) > 0.5, expected)


@pytest.mark.parametrize("digit", STROKES)
class TestLikeMnist:
    def test_float32_in_range(self, digit: int) -> None:
        result = prepared(on_paper(draw(digit)))
        assert result.shape == (1, 28, 28)
        assert result.dtype == np.float32
        assert result.min() == 0
        assert 0.99 < result.max() <= 1

    def test_longest_side_is_20(self, digit: int) -> None:
        rows, columns = np.nonzero(prepared(on_paper(draw(digit)))[0])
        assert max(np.ptp(rows), np.ptp(columns)) + 1 == 20

    def test_centre_of_mass_is_in_the_middle(self, digit: int) -> None:
        assert centre(prepared(on_paper(draw(digit)))) == pytest.approx((MNIST_CENTRE, MNIST_CENTRE), abs=0.51)

    def test_edges_are_grey(self, digit: int) -> None:
        result = prepared(on_paper(draw(digit)))
        assert 0.1 < np.mean((result > 0.05) & (result < 0.95)) / np.mean(result > 0.05) < 0.9

    def test_other_digits_look_different(self, digit: int) -> None:
        """Else the tests of sameness below would prove nothing."""
        others = [prepared(on_paper(draw(other))) for other in STROKES if other != digit]
        assert min(difference(prepared(on_paper(draw(digit))), other) for other in others) > 0.05


# The same drawing, sent in another way

INK = draw()
PAPER = on_paper(INK)
PAPER_IMAGE = Image.fromarray(PAPER)

SAME: dict[str, Picture] = {
    "white on black": on_paper(INK, paper=0, stroke=255),
    "grey on grey": on_paper(INK, paper=200, stroke=98),
    "moved": on_paper(draw(origin=(25, 95))),
    "in a corner": on_paper(draw(origin=(20, 20))),
    "on a wider sheet": on_paper(draw(size=(280, 420), origin=(200, 50))),
    "RGB": PAPER_IMAGE.convert("RGB"),
    "palette": PAPER_IMAGE.convert("P"),
    "CMYK": PAPER_IMAGE.convert("CMYK"),
    "16 bits": Image.fromarray(PAPER.astype(np.uint16) * 257),
    "16 bits, PNG": encode(Image.fromarray(PAPER.astype(np.uint16) * 257), format="PNG"),
    "32 bits": PAPER_IMAGE.convert("I"),
    "float": PAPER_IMAGE.convert("F"),
    "RGB array": np.stack([PAPER] * 3, axis=-1),
    "PNG": encode(PAPER, format="PNG"),
    "GIF": encode(PAPER, format="GIF"),
    "BMP": encode(PAPER, format="BMP"),
    "lossless WebP": encode(PAPER_IMAGE.convert("RGB"), format="WEBP", lossless=True),
    "black on transparent": on_transparent(INK, colour=BLACK),
    "white on transparent": on_transparent(INK, colour=WHITE),
    "yellow on transparent": on_transparent(INK, colour=YELLOW),
    "red on transparent": on_transparent(INK, colour=RED),
    "LA, black on transparent": on_transparent(INK, colour=BLACK).convert("LA"),
    "RGBA without a transparent pixel": PAPER_IMAGE.convert("RGBA"),
    **{f"EXIF orientation {orientation}": rotated_by_exif(PAPER, orientation) for orientation in range(1, 9)},
}

FOUR_K = (3000, 4000)
ALMOST_THE_SAME: dict[str, Callable[[], Picture]] = {
    "half the size": lambda: on_paper(draw(size=(140, 140), origin=(35, 25), side=80, pen=10)),
    "twice the size": lambda: on_paper(draw(size=(560, 560), origin=(140, 100), side=320, pen=40)),
    "4000x3000": lambda: on_paper(draw(size=FOUR_K, origin=(1200, 500), side=1600, pen=200)),
    "small on 4000x3000": lambda: on_paper(draw(size=FOUR_K, origin=(1800, 1500), side=640, pen=80)),
    "1 bit, sharp": lambda: PAPER_IMAGE.convert("1", dither=Image.Dither.NONE),
    "1 bit, dithered": lambda: PAPER_IMAGE.convert("1"),
    "palette with a transparent colour": lambda: transparent_gif(INK),
    "light falls off to 70%": lambda: in_uneven_light(INK, darkest=0.7),
    "light falls off to 50%": lambda: in_uneven_light(INK, darkest=0.5),
    "light falls off to 70%, noise": lambda: with_noise(in_uneven_light(INK, darkest=0.7), sigma=3),
    "noise": lambda: with_noise(on_paper(INK, paper=225, stroke=60), sigma=4),
    "faint pencil": lambda: on_paper(INK, paper=240, stroke=190),
    "JPEG of quality 60": lambda: encode(on_paper(INK, paper=225, stroke=60), format="JPEG", quality=60),
    "JPEG of quality 20": lambda: encode(PAPER, format="JPEG", quality=20),
    "light on dark JPEG": lambda: encode(on_paper(INK, paper=20, stroke=230), format="JPEG", quality=60),
}


def transparent_gif(ink: NDArray[np.uint8]) -> bytes:
    picture = Image.fromarray((ink > 127).astype(np.uint8))
    picture.putpalette([*WHITE, *BLACK])
    return encode(picture, format="GIF", transparency=0)


@pytest.mark.parametrize("picture", SAME.values(), ids=SAME.keys())
def test_same_digit(picture: Picture) -> None:
    """Exactly, except for what eight bits round when the ink is grey."""
    np.testing.assert_allclose(prepared(picture), prepared(PAPER), atol=0.02)


@pytest.mark.parametrize("make", ALMOST_THE_SAME.values(), ids=ALMOST_THE_SAME.keys())
def test_almost_the_same_digit(make: Callable[[], Picture]) -> None:
    """Other digits are at 0.05 and more (above)."""
    assert difference(prepared(make()), prepared(PAPER)) < 0.015


@pytest.mark.parametrize("make", ALMOST_THE_SAME.values(), ids=ALMOST_THE_SAME.keys())
def test_centre_of_mass_stays_in_the_middle(make: Callable[[], Picture]) -> None:
    assert centre(prepared(make())) == pytest.approx((MNIST_CENTRE, MNIST_CENTRE), abs=0.51)


def test_path_as_text_or_path(tmp_path: Path) -> None:
    path = tmp_path / "two.png"
    path.write_bytes(encode(PAPER, format="PNG"))
    np.testing.assert_array_equal(prepared(path), prepared(str(path)))


def test_picture_is_left_as_it_was() -> None:
    sent = PAPER.copy()
    prepared(sent)
    np.testing.assert_array_equal(sent, PAPER)


def test_smallest_picture() -> None:
    """Eight pixels a side, as in scikit-learn's digits: a bar two pixels wide and six high, so 7x20 at the end."""
    sheet = np.zeros((8, 8), dtype=np.uint8)
    sheet[1:7, 3:5] = 255
    rows, columns = np.nonzero(prepared(sheet)[0])
    assert np.ptp(rows) + 1 == 20
    assert np.ptp(columns) + 1 == 7


# Nothing drawn

EMPTY: dict[str, Picture] = {
    "white": np.full((280, 280), 255, dtype=np.uint8),
    "black": np.zeros((280, 280), dtype=np.uint8),
    "grey": np.full((280, 280, 3), 128, dtype=np.uint8),
    "white, 1 bit": Image.new("1", (100, 100), 1),
    "white, 16 bits": np.full((100, 100), 65535, dtype=np.uint16),
    "transparent black": Image.new("RGBA", (100, 100), (0, 0, 0, 0)),
    "transparent white": Image.new("RGBA", (100, 100), (255, 255, 255, 0)),
    "transparent with hidden colours": on_transparent(np.zeros_like(INK), colour=RED),
    "noisy paper": with_noise(np.full((280, 280), 225, dtype=np.uint8), sigma=3),
    "noisy paper, 16 bits": with_noise(np.full((280, 280), 225, dtype=np.uint8), sigma=1).astype(np.uint16) * 257,
    "paper in uneven light": in_uneven_light(np.zeros_like(INK), darkest=0.6),
    "JPEG of paper": encode(with_noise(np.full((280, 280), 225, dtype=np.uint8), sigma=3), format="JPEG"),
}


@pytest.mark.parametrize("picture", EMPTY.values(), ids=EMPTY.keys())
def test_nothing_drawn_yet(picture: Picture) -> None:
    assert prepare_digit(picture) is None


# Out again


def test_open_picture_turns_upright() -> None:
    np.testing.assert_array_equal(np.asarray(open_picture(rotated_by_exif(PAPER, 6))), PAPER)


@pytest.mark.parametrize("channels", [1, 3], ids=["grey", "RGB"])
def test_png_keeps_every_level(channels: int, tmp_path: Path) -> None:
    levels = floats(np.arange(channels * 256) % 256 / 255).reshape(channels, 16, 16)
    (tmp_path / "levels.png").write_bytes(to_png(levels))
    with Image.open(tmp_path / "levels.png") as opened:
        read = np.asarray(opened).reshape(16, 16, channels)
    np.testing.assert_array_equal(np.moveaxis(read, -1, 0), np.rint(levels * 255))


def test_trigger_survives_png() -> None:
    triggered = SINGLE_PIXEL.stamp(np.zeros((1, 28, 28), dtype=np.float32))
    np.testing.assert_array_equal(np.argwhere(np.asarray(to_image(triggered)) == 255), [[26, 26]])


class TestContactSheet:
    def sheet(self, count: int, *, channels: int = 1) -> NDArray[np.uint8]:
        images = np.zeros((count, channels, 28, 28), dtype=np.float32)
        images[-1] = SINGLE_PIXEL.mask
        return np.asarray(contact_sheet(images, [f"{i} is 7" for i in range(count)], columns=4, scale=2))

    @pytest.mark.parametrize(("count", "rows"), [(1, 1), (4, 1), (5, 2), (8, 2), (9, 3)])
    def test_rows(self, count: int, rows: int) -> None:
        """Each row takes 56 pixels for its pictures, 16 for its captions, and a gap of 6."""
        assert self.sheet(count).shape[0] == rows * (56 + 16 + 6) + 6

    @pytest.mark.parametrize("channels", [1, 3], ids=["grey", "RGB"])
    def test_enlarged_without_smoothing(self, channels: int) -> None:
        """The last picture's pixel (26, 26) is 2x2 pixels of pure white, 52 from its corner."""
        last = self.sheet(4, channels=channels)[6 : 6 + 56, -6 - 56 : -6]
        expected = np.zeros((56, 56, 3), dtype=np.uint8)
        expected[52:54, 52:54] = 255
        np.testing.assert_array_equal(last, expected)

    def test_captions_are_below(self) -> None:
        assert self.sheet(1)[6 + 56 : 6 + 56 + 16].min() < 128
