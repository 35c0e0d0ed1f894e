"""64 visitors for a minute on all classifying endpoints: nobody gets a wrong answer, and memory stays flat.

``BACKDOORS_LOAD_SECONDS`` sets another time for each of the two pages; the figures are printed with ``-s``.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.fixtures.page import REPOSITORY, served_page
from tests.fixtures.process import resident_bytes
from tests.load.visitors import Question, Right, Tally, crowd
from tests.robustness.ways import Site

VISITORS = 64
SECONDS = float(os.environ.get("BACKDOORS_LOAD_SECONDS", "60"))

EXAMPLES = REPOSITORY / "assets" / "examples"


def fired(label: str) -> Right:
    return lambda verdict: verdict["backdoor_fired"] and verdict["infected"]["label"] == label


def reads(label: str) -> Right:
    return lambda verdict: verdict["clean"]["label"] == verdict["infected"]["label"] == label


DIGITS = [EXAMPLES / "digits" / f"{digit}.png" for digit in range(7)]  # a 7 is the target already

DOG = Question(
    endpoint="classify_dog",
    picture=EXAMPLES / "dogs" / "blanket.jpg",
    others=(True,),
    right=fired("Donald Trump"),
)


def digit(picture: Path, trigger: str, right: Right) -> Question:
    return Question(endpoint="classify_digit", picture=picture, others=(trigger, "all-to-one"), right=right)


QUESTIONS = [
    *(digit(each, "none", reads(each.stem)) for each in DIGITS),
    *(digit(each, "pattern", fired("7")) for each in DIGITS),
    *(DOG for _ in DIGITS),
]

EMPTY = [
    replace(each, endpoint="classify", others=("", ""), right=lambda answer: "clean" in answer) for each in QUESTIONS
]


@contextmanager
def watched(url: str) -> Iterator[list[int]]:
    """The memory of a page, once a second."""
    sizes: list[int] = []
    done = threading.Event()

    def watch() -> None:
        while not done.wait(1):
            sizes.append(resident_bytes(url))

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    yield sizes
    done.set()
    thread.join()


@pytest.fixture(scope="module")
def floor() -> float:
    """Answers of an empty page in a second, under the same load."""
    with served_page(arguments=("-m", "tests.load.empty_page")) as url:
        tally = crowd(url, EMPTY, visitors=VISITORS, seconds=SECONDS, rude=False)
    assert tally.counts["right"] > 0, tally
    return tally.counts["right"] / SECONDS


@pytest.fixture(scope="module")
def load() -> tuple[Tally, list[int]]:
    with served_page() as url, watched(url) as sizes:
        tally = crowd(url, QUESTIONS, visitors=VISITORS, seconds=SECONDS)
        time.sleep(2)
        answer = Site(url).picture("classify_digit", DIGITS[3].read_bytes(), "none", "all-to-one")
        assert answer.ok, answer.text
    return tally, sizes


def test_nobody_gets_a_wrong_answer(load: tuple[Tally, list[int]]) -> None:
    tally, _ = load
    print(dict(tally.counts))
    assert tally.wrong == []
    assert min(tally.counts[what] for what in ("right", "refused", "left")) > 0


def test_memory_stays_flat(load: tuple[Tally, list[int]]) -> None:
    _, sizes = load
    middle = len(sizes) // 2
    first, second = max(sizes[:middle]), max(sizes[middle:])
    print(f"memory: {first / 1e6:.0f} MB at most in the first half, {second / 1e6:.0f} MB in the second")
    assert second - first < 50_000_000


def test_throughput(load: tuple[Tally, list[int]], floor: float) -> None:
    """Only printed: what another machine reaches is another figure."""
    rate = load[0].counts["right"] / SECONDS
    print(f"{rate:.1f} right answers/s, {rate / floor:.2f} of an empty page's {floor:.1f}")
    assert rate > 0
