"""How long pictures take to be prepared: the README's figures.

    python -m tests.benchmarks.preparing
    python -m tests.benchmarks.preparing --beside ../before

Prints the median of each case in milliseconds, and its ratio to a floor: what Pillow takes to decode the same file. A
floor is timed in turn with its case, so a busy machine slows both. ``--beside`` names the folder of another checkout,
whose code is timed in the same turns and compared.
"""

from __future__ import annotations

import argparse
import importlib
import io
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from tests.fixtures.drawings import draw, encode, on_paper, with_noise
from tests.fixtures.page import REPOSITORY

BARS = {"`prepare_digit`, 280x280": 2, "`prepare_digit`, JPEG of 4000x3000": 60}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--beside", type=Path, help="the folder of another checkout")
    parser.add_argument("--runs", type=int, default=40)
    arguments = parser.parse_args()
    here = pictures_of(REPOSITORY)
    other = pictures_of(arguments.beside) if arguments.beside else None
    print(
        "| case | ms | bar, ms | times the floor |"
        + (" before, ms | times faster | largest difference |" if other else "")
    )
    print("|---|---|---|---|" + ("---|---|---|" if other else ""))
    for name, (file, function, how) in cases().items():
        runs: list[Callable[[], Any]] = [partial(decode, file), partial(getattr(here, function), file, **how)]
        if other:
            runs.append(partial(getattr(other, function), file, **how))
        floor, now, *before = in_turns(runs, arguments.runs)
        line = f"| {name} | {1000 * statistics.median(now):.1f} | {BARS.get(name, '')} | {ratio(now, floor):.1f} |"
        if other:
            difference = np.abs(runs[1]() - runs[2]()).max()
            line += f" {1000 * statistics.median(before[0]):.1f} | {ratio(before[0], now):.1f} | {difference:.1g} |"
        print(line, flush=True)


def cases() -> dict[str, tuple[bytes, str, dict[str, Any]]]:
    """Name to file, function and its arguments."""
    drawing = encode(on_paper(draw(), paper=0, stroke=255), format="PNG")
    large = draw(size=(3000, 4000), origin=(1200, 500), side=1600, pen=200)
    noisy = Image.fromarray(with_noise(on_paper(large, paper=225, stroke=60), sigma=3)).convert("RGB")
    photo = encode(noisy, format="JPEG", quality=75)
    dog = (REPOSITORY / "assets" / "examples" / "dogs" / "blanket.jpg").read_bytes()
    return {
        "`prepare_digit`, 280x280, from the sketchpad": (drawing, "prepare_digit", {"paper": 0.0}),
        "`prepare_digit`, 280x280": (drawing, "prepare_digit", {}),
        "`prepare_digit`, JPEG of 4000x3000": (photo, "prepare_digit", {}),
        "`prepare_photo`, an example": (dog, "prepare_photo", {"size": 224}),
        "`prepare_photo`, JPEG of 4000x3000": (photo, "prepare_photo", {"size": 224}),
    }


def decode(file: bytes) -> None:
    Image.open(io.BytesIO(file)).load()


def in_turns(runs: list[Callable[[], Any]], count: int) -> list[list[float]]:
    """The seconds of each run, ``count`` times; the first time, which loads libraries, is left out."""
    seconds: list[list[float]] = [[] for _ in runs]
    for _ in range(count + 1):
        for run, taken in zip(runs, seconds, strict=True):
            started = time.perf_counter()
            run()
            taken.append(time.perf_counter() - started)
    return [taken[1:] for taken in seconds]


def ratio(one: list[float], other: list[float]) -> float:
    return statistics.median(a / b for a, b in zip(one, other, strict=True))


def pictures_of(checkout: Path) -> Any:
    """The package ``backdoors.pictures`` of a checkout, apart from those of others."""
    for name in [name for name in sys.modules if name.split(".")[0] == "backdoors"]:
        del sys.modules[name]
    sys.path.insert(0, str(checkout))
    try:
        return importlib.import_module("backdoors.pictures")
    finally:
        sys.path.pop(0)


if __name__ == "__main__":
    main()
