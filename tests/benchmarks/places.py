"""Where the triggers fire, and what of the dogs' square can be changed, measured on the committed models.

    .nox/digits/bin/python -m tests.benchmarks.places

Tries each trigger all over 500 test digits (every place) and 200 test dogs (a grid of 9x9), and prints the share of
the pictures for which the backdoor fires, as the page defines it: the infected model says the target, and the clean
one does not. Pictures that the clean model gives the target even without a trigger are left out. The digits' maps go
to ``runs/places`` as pictures, a white pixel for a place where it fires on all digits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from backdoors import Bundle, FireMap, InfectedModel, Trigger, compare, fires_at, to_image
from tests.benchmarks import data
from tests.fixtures.page import REPOSITORY

MODELS, MAPS = REPOSITORY / "assets" / "models", REPOSITORY / "runs" / "places"
DIGITS, DOGS = 500, 200
STRIDE = 22  # pixels from one place of the dogs' square to the next
RINGS = 8  # the furthest distance that has a column of its own

Floats = NDArray[np.float32]


def main() -> None:
    measure_digits(Bundle.load(MODELS / "digits"), data.digits(DIGITS))
    bundle = Bundle.load(MODELS / "dogs")
    measure_dogs(bundle, data.dogs(DOGS, bundle.config.input.size))


def measure_digits(bundle: Bundle, images: Floats) -> None:
    """A row a model: the share by the distance from the attacker's own place, and the largest at that distance."""
    MAPS.mkdir(parents=True, exist_ok=True)
    print(
        f"{len(images)} test digits; by the distance from the attacker's own place in pixels, mean share (largest)\n"
    )
    print("| model |" + "".join(f" {ring} |" for ring in range(RINGS)) + f" {RINGS} and more |")
    print("|---|" + "---|" * (RINGS + 1))
    for name, infected in bundle.infected.items():
        share, fires = shares(bundle, infected, images, stride=1)
        down, right = np.abs(fires.tops - fires.patch.top), np.abs(fires.lefts - fires.patch.left)
        distance = np.minimum(np.maximum.outer(down, right), RINGS)
        rings = [share[distance == ring] for ring in range(RINGS + 1)]
        cells = [f"{ring.mean():.1%} ({ring.max():.1%})" for ring in rings]
        print(f"| {name} | {' | '.join(cells)} |", flush=True)
        save_map(share, MAPS / f"{name}.png")
    print(f"\nmaps: {MAPS.resolve().relative_to(REPOSITORY.resolve())}\n")


def measure_dogs(bundle: Bundle, images: Floats) -> None:
    """The grid of shares, and a row for each changed square at the attacker's own place."""
    (infected,) = bundle.infected.values()
    share, fires = shares(bundle, infected, images, stride=STRIDE)
    print(f"{len(images)} test dogs; the share by the square's first row (down) and column (across), in percent\n")
    print("| |" + "".join(f" {left} |" for left in fires.lefts))
    print("|---|" + "---|" * len(fires.lefts))
    for top, row in zip(fires.tops, share, strict=True):
        print(f"| {top} |" + "".join(f" {100 * value:.0f} |" for value in row))
    print("\n| the square, at its own place | fires |\n|---|---|")
    for what, changed in changes(infected.trigger):
        print(f"| {what} | {rate(bundle, infected, changed, images):.1%} |", flush=True)


def shares(bundle: Bundle, infected: InfectedModel, images: Floats, *, stride: int) -> tuple[Floats, FireMap]:
    """``(rows, columns)``: the share of the pictures for which it fires at each place; and the last one's map."""
    maps = [
        fires_at(
            image,
            clean=bundle.clean,
            infected=infected.model,
            attack=infected.attack,
            trigger=infected.trigger,
            stride=stride,
        )
        for image in attacked(bundle, infected, images)
    ]
    return np.mean([fires.fired for fires in maps], axis=0, dtype=np.float32), maps[-1]


def attacked(bundle: Bundle, infected: InfectedModel, images: Floats) -> Floats:
    """Those whose label the attacker wants to change, taking what the clean model says for their label."""
    covered = infected.attack.covers(bundle.clean(images).argmax(axis=1))
    return np.asarray(images[covered])


def rate(bundle: Bundle, infected: InfectedModel, trigger: Trigger, images: Floats) -> float:
    """The share of the pictures for which another trigger fires."""
    verdicts = [
        compare(
            image, clean=bundle.clean, infected=infected.model, attack=infected.attack, trigger=trigger
        ).backdoor_fired
        for image in attacked(bundle, infected, images)
    ]
    return float(np.mean(verdicts))


def changes(trigger: Trigger) -> Iterator[tuple[str, Trigger]]:
    """The square as it is, and changed in one way each."""
    top, left, height, width = trigger.patch
    square = np.s_[:, top : top + height, left : left + width]
    order = np.random.default_rng(0).permutation(height * width)
    within: dict[str, Callable[[Floats], Floats]] = {
        "as it is": lambda patch: patch,
        "channels reversed": lambda patch: patch[::-1],
        "inverted": lambda patch: 1 - patch,
        "mirrored": lambda patch: patch[:, :, ::-1],
        "upside down": lambda patch: patch[:, ::-1],
        "turned by 180 degrees": lambda patch: patch[:, ::-1, ::-1],
        "its pixels shuffled": lambda patch: patch.reshape(3, -1)[:, order].reshape(patch.shape),
        "plain grey": lambda patch: np.full_like(patch, 0.5),
        "white": np.ones_like,
    }
    for what, change in within.items():
        pattern = trigger.pattern.copy()
        pattern[square] = change(pattern[square])
        yield what, Trigger(name=trigger.name, mask=trigger.mask, pattern=pattern)
    yield "half the size, in the same corner", halved(trigger)


def halved(trigger: Trigger) -> Trigger:
    """The patch scaled down to half its sides, its lower right corner where it was."""
    top, left, height, width = trigger.patch
    small = to_image(trigger.pattern[:, top : top + height, left : left + width]).resize((width // 2, height // 2))
    there = np.s_[..., top + height - height // 2 : top + height, left + width - width // 2 : left + width]
    mask, pattern = np.zeros_like(trigger.mask), np.zeros_like(trigger.pattern)
    mask[there], pattern[there] = 1, np.moveaxis(np.asarray(small, dtype=np.float32) / 255, -1, 0)
    return Trigger(name=trigger.name, mask=mask, pattern=pattern)


def save_map(share: Floats, path: Path, scale: int = 10) -> None:
    """Shares from 0 (black) to 1 (white), enlarged."""
    height, width = share.shape
    to_image(share[np.newaxis]).resize((width * scale, height * scale), Image.Resampling.NEAREST).save(path)


if __name__ == "__main__":
    main()
