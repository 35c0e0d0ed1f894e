"""Golden files: pictures and what the library makes of them, for JavaScript to do the same.

::

    digits.json     [{"name": "...", "width": 8, "height": 8, "repeat": 35, "at": 0, "prepared": 0, ...}, ...]
    digits.pixels   red, green, blue, alpha of each pixel, uint8; a picture begins at its ``at``, in bytes
    digits.prepared the prepared pictures, float32 little-endian, one after the other; ``prepared`` counts them

``repeat`` is how often each pixel is repeated, along and across. ``prepared`` is null where nothing is drawn.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from sklearn.datasets import load_digits

from backdoors import Bundle, prepare_digit, prepare_photo
from backdoors.tasks import TASKS
from tests.fixtures.drawings import draw, on_paper, on_transparent, with_noise
from tests.fixtures.page import REPOSITORY

PEN_DRAWINGS = 200
PHOTO_SIZE = 224


@dataclass(frozen=True, kw_only=True)
class Case:
    """A picture ``(height, width, 4)`` uint8, and how the library prepares it."""

    name: str
    pixels: NDArray[np.uint8]
    prepared: NDArray[np.float32] | None
    repeat: int = 1
    paper: float | None = None


def write(folder: Path, name: str, cases: Iterator[Case]) -> int:
    """Write the three files of a set of cases; gives back how many there are."""
    entries, made, at = [], 0, 0
    with (folder / f"{name}.pixels").open("wb") as pixels, (folder / f"{name}.prepared").open("wb") as prepared:
        for case in cases:
            height, width, _ = case.pixels.shape
            number = None
            if case.prepared is not None:
                number, made = made, made + 1
                prepared.write(case.prepared.astype("<f4").tobytes())
            entries.append(
                {"name": case.name, "width": width, "height": height, "repeat": case.repeat, "paper": case.paper}
                | {"at": at, "prepared": number}
            )
            at += pixels.write(case.pixels.tobytes())
    (folder / f"{name}.json").write_text(json.dumps(entries))
    return len(entries)


def digits() -> Iterator[Case]:
    """scikit-learn's digits in both polarities, pen drawings as on the sketchpad, and what scans and files bring."""
    for i, image in enumerate(load_digits().images):
        grey = np.rint(image / 16 * 255).astype(np.uint8)
        for name, small in ((f"light on dark {i}", grey), (f"dark on light {i}", 255 - grey)):
            yield _digit(name, small, repeat=35)
    rng = np.random.default_rng(0)
    for i in range(PEN_DRAWINGS):
        yield _digit(f"pen drawing {i}", _pen_drawing(rng), paper=0.0)
    yield from _odd_digits()


def _odd_digits() -> Iterator[Case]:
    ink = draw()
    yield _digit("nothing", np.full((280, 280), 200, np.uint8))
    yield _digit("nothing on the pad", np.zeros((320, 320), np.uint8), paper=0.0)
    yield _digit("a faint pencil", on_paper(ink, paper=230, stroke=170))
    yield _digit("noisy paper", with_noise(on_paper(ink, paper=200, stroke=40), sigma=4))
    light = np.linspace(0.5, 1, 280)[np.newaxis]
    yield _digit("light from one side", np.rint(on_paper(ink, paper=240, stroke=60) * light).astype(np.uint8))
    yield _digit("wide", on_paper(draw(7, size=(150, 400)), paper=255, stroke=0))
    yield _digit("larger than 560", on_paper(draw(4, size=(900, 700), side=500, pen=60), paper=255, stroke=0))
    yield _digit("across the frame", on_paper(draw(1, origin=(100, -20), side=320), paper=255, stroke=0))
    speck = on_paper(ink, paper=0, stroke=255)
    speck[5:9, 5:9] = 255
    yield _digit("with a speck", speck)
    for colour in ((0, 0, 0), (255, 255, 255), (200, 40, 40)):
        yield _digit(f"transparent, {colour}", np.asarray(on_transparent(ink, colour=colour)))


def photos() -> Iterator[Case]:
    """Pictures of all shapes, larger and smaller than what the models see."""
    rng = np.random.default_rng(0)
    for size in ((224, 224), (500, 375), (375, 500), (600, 60), (90, 80), (1000, 999), (640, 480)):
        small = rng.integers(0, 256, (size[1] // 8 + 2, size[0] // 8 + 2, 3), dtype=np.uint8)
        pixels = np.asarray(Image.fromarray(small).resize(size, Image.Resampling.BICUBIC))
        yield _photo(f"{size[0]}x{size[1]}", pixels)
    half = rng.integers(0, 256, (100, 120, 4), dtype=np.uint8)
    yield _photo("transparent", half)


def _pen_drawing(rng: np.random.Generator) -> NDArray[np.uint8]:
    sheet = Image.new("L", (320, 320), 0)
    brush = ImageDraw.Draw(sheet)
    for _ in range(rng.integers(1, 4)):
        points = [tuple(point) for point in rng.uniform(30, 290, (rng.integers(2, 6), 2))]
        width = int(rng.integers(14, 30))
        brush.line(points, fill=255, width=width, joint="curve")
        for x, y in (points[0], points[-1]):
            brush.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=255)
    return np.asarray(sheet.resize((640, 640)).resize((320, 320), Image.Resampling.BOX))


def _digit(name: str, pixels: NDArray[np.uint8], *, repeat: int = 1, paper: float | None = None) -> Case:
    large = pixels.repeat(repeat, axis=0).repeat(repeat, axis=1)
    return Case(
        name=name, pixels=_rgba(pixels), prepared=prepare_digit(large, paper=paper), repeat=repeat, paper=paper
    )


def _photo(name: str, pixels: NDArray[np.uint8]) -> Case:
    return Case(name=name, pixels=_rgba(pixels), prepared=prepare_photo(pixels, size=PHOTO_SIZE))


def _rgba(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.asarray(Image.fromarray(pixels).convert("RGBA"))


def write_verdicts(folder: Path) -> int:
    """What the library answers for the examples: ``verdicts.json``, beside the golden files of their pictures."""
    verdicts: list[dict[str, Any]] = []
    for task in TASKS.values():
        bundle = Bundle.load(REPOSITORY / "assets" / "models" / task.name)
        size = bundle.config.input.size
        for path in sorted((REPOSITORY / "assets" / "examples" / task.name).glob("*.[jp][pn]g")):
            prepared = task.prepare(path, size=size)
            assert prepared is not None
            (folder / f"{task.name}-{path.stem}.f32").write_bytes(prepared.astype("<f4").tobytes())
            for infected in bundle.infected.values():
                for triggered in (False, True):
                    verdict = bundle.compare(infected, prepared, triggered=triggered).as_json()
                    asked = {
                        "trigger": infected.config.trigger,
                        "attack": infected.attack.kind,
                        "triggered": triggered,
                    }
                    verdicts.append({"task": task.name, "picture": path.stem, **asked, "verdict": verdict})
    (folder / "verdicts.json").write_text(json.dumps(verdicts))
    return len(verdicts)
