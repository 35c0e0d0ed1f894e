"""Photos as the dog models see them, compared with arrays worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from backdoors import prepare_photo
from backdoors.errors import PictureError
from backdoors.pictures import Picture
from tests.fixtures.drawings import encode

RED, BLUE, GREY = (1.0, 0.0, 0.0), (0.0, 0.0, 1.0), (127 / 255,) * 3


def plain(width: int, height: int, colour: str = "red", mode: str = "RGB") -> Image.Image:
    return Image.new(mode, (width, height), colour)


def at(photo: NDArray[np.float32], row: int, column: int) -> tuple[float, ...]:
    return tuple(float(value) for value in photo[:, row, column])


@pytest.mark.parametrize(("width", "height"), [(224, 224), (30, 20), (8, 4000), (4000, 8), (3000, 2000)])
def test_float32_rgb_in_range(width: int, height: int) -> None:
    photo = prepare_photo(plain(width, height), size=224)
    assert photo.shape == (3, 224, 224)
    assert photo.dtype == np.float32
    assert 0 <= photo.min() <= photo.max() <= 1


def test_a_square_of_the_right_size_is_left_alone() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, size=(16, 16, 3), dtype=np.uint8)
    np.testing.assert_array_equal(np.rint(prepare_photo(pixels, size=16) * 255), np.moveaxis(pixels, -1, 0))


def test_a_wide_photo_is_not_squashed() -> None:
    """40x20 fits into a square of 16 as 16x8: four rows of grey above, four below."""
    photo = prepare_photo(plain(40, 20), size=16)
    rows = [at(photo, row, 7) for row in range(16)]
    np.testing.assert_allclose(rows, [*[GREY] * 4, *[RED] * 8, *[GREY] * 4], atol=1e-6)


def test_a_tall_photo_is_not_squashed() -> None:
    photo = prepare_photo(plain(20, 40), size=16)
    columns = [at(photo, 7, column) for column in range(16)]
    np.testing.assert_allclose(columns, [*[GREY] * 4, *[RED] * 8, *[GREY] * 4], atol=1e-6)


def test_a_photo_lies_upright_as_its_exif_says() -> None:
    """Red left, blue right, and orientation 6 (turn right by 90 degrees): red comes to lie on top."""
    lying = plain(20, 20)
    lying.paste("blue", (10, 0, 20, 20))
    exif = Image.Exif()
    exif[0x0112] = 6
    photo = prepare_photo(encode(lying, format="PNG", exif=exif), size=20)
    assert (at(photo, 2, 10), at(photo, 17, 10)) == (RED, BLUE)


SAME: dict[str, Picture] = {
    "RGB": plain(12, 12),
    "palette": plain(12, 12).quantize(),
    "opaque RGBA": plain(12, 12, mode="RGBA"),
    "a PNG's bytes": encode(plain(12, 12), format="PNG"),
    "CMYK": plain(12, 12).convert("CMYK"),
}


@pytest.mark.parametrize("picture", SAME.values(), ids=SAME.keys())
def test_any_mode_becomes_rgb(picture: Picture) -> None:
    assert at(prepare_photo(picture, size=12), 5, 5) == pytest.approx(RED, abs=0.01)


def test_what_is_transparent_lies_on_white() -> None:
    clear = Image.new("RGBA", (12, 12), (255, 0, 0, 0))
    assert at(prepare_photo(clear, size=12), 5, 5) == (1, 1, 1)


def test_sixteen_bits_are_not_clipped() -> None:
    """Half of the full scale is a middle grey; Pillow alone would make it white."""
    picture = np.full((12, 12), 65535 // 2, dtype=np.uint16)
    assert at(prepare_photo(picture, size=12), 5, 5) == pytest.approx((0.5,) * 3, abs=0.01)


@pytest.mark.parametrize(
    ("picture", "message"),
    [(np.zeros((1, 1), dtype=np.uint8), "1x1 pixels"), (b"text", "not a picture")],
    ids=["1x1", "text"],
)
def test_what_is_no_photo_is_refused(picture: Picture, message: str) -> None:
    with pytest.raises(PictureError, match=message):
        prepare_photo(picture, size=224)
