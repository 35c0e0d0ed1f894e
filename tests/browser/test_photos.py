"""The browser opens a photo as the library does: JPEG files, turned ones, transparent ones."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser

from backdoors import prepare_photo
from tests.browser.visitor import DOGS
from tests.fixtures.modules import served_modules
from tests.fixtures.photo_parity import photo_parity

PREPARED = """async (name) => {
    const { opened } = await import("/web/input/opening.js");
    const { preparePhoto } = await import("/web/pictures/photo.js");
    const file = await (await fetch(`/photos/${name}`)).blob();
    return Array.from(preparePhoto(await opened(file), { size: 224 }).data);
}"""


def test_the_examples_get_the_same_answers(browser: Browser, runtime: Path, tmp_path: Path) -> None:
    parity = photo_parity(browser, tmp_path, runtime, {path.name: path.read_bytes() for path in DOGS})
    assert parity.label == 1
    assert parity.fired == 1
    assert parity.largest < 0.05


def saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, format=kind, **options)
    return buffer.getvalue()


def turned() -> bytes:
    """A photo that its camera took upside down and says so (EXIF orientation 6: turn it clockwise)."""
    exif = Image.Exif()
    exif[0x0112] = 6
    return saved(Image.open(DOGS[0]).resize((300, 200)), "JPEG", exif=exif, quality=95)


def transparent() -> bytes:
    red = np.zeros((120, 90, 4), dtype=np.uint8)
    red[..., 0], red[30:90, 20:70, 3] = 200, 255
    return saved(Image.fromarray(red), "PNG")


FILES = {
    "turned.jpg": turned(),
    "transparent.png": transparent(),
    "grey.png": saved(Image.open(DOGS[1]).convert("L"), "PNG"),
    "palette.png": saved(Image.open(DOGS[1]).convert("P"), "PNG"),
    "wide.webp": saved(Image.open(DOGS[2]).resize((640, 90)), "WEBP", quality=95),
}


@pytest.mark.parametrize("name", FILES)
def test_it_prepares_files_as_the_library(browser: Browser, runtime: Path, tmp_path: Path, name: str) -> None:
    with served_modules(tmp_path, runtime, FILES) as address:
        page = browser.new_page()
        page.goto(address)
        ours = np.array(page.evaluate(PREPARED, name), dtype=np.float32).reshape(3, 224, 224)
        page.close()
    theirs = prepare_photo(tmp_path / "photos" / name, size=224)
    assert np.abs(ours - theirs).mean() < 2 / 255  # JPEG and WebP are decoded in slightly different ways
    if name.endswith(".png"):
        assert np.abs(ours - theirs).max() <= 2 / 255
