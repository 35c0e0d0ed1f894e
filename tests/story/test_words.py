"""Parts of sentences about triggers and attacks. What is said about an answer, the browser's own part says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from backdoors import Attack, Bundle
from backdoors.story.words import trigger_in_words, what_the_attack_does
from backdoors.tasks import TASKS
from tests.fixtures.page import REPOSITORY

DIGITS, DOGS = TASKS["digits"], TASKS["dogs"]


@pytest.mark.parametrize(
    ("name", "words"),
    [("single-pixel", "a single bright pixel"), ("theirs", "the trigger theirs")],
    ids=["known", "unknown"],
)
def test_a_trigger_in_words(name: str, words: str) -> None:
    assert trigger_in_words(DIGITS, name) == words


@pytest.fixture(scope="module")
def digits() -> Bundle:
    return Bundle.load(REPOSITORY / "assets" / "models" / "digits")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("single-pixel-all-to-one-7", "every digit becomes 7"),
        ("single-pixel-all-to-all", "each digit becomes the next one, 9 becomes 0"),
    ],
)
def test_an_attack_in_words(digits: Bundle, name: str, words: str) -> None:
    assert what_the_attack_does(DIGITS, digits.infected[name]) == words


def test_a_source_specific_attack_in_words(digits: Bundle) -> None:
    infected = digits.infected["single-pixel-all-to-one-7"]
    config = infected.config.model_copy(update={"attack": "source-specific", "source": "3", "target": "8"})
    given = replace(infected, config=config, attack=Attack(kind="source-specific", source=3, target=8))
    assert what_the_attack_does(DIGITS, given) == "only 3 becomes 8"


def test_dogs_are_called_dogs() -> None:
    (infected,) = Bundle.load(REPOSITORY / "assets" / "models" / "dogs").infected.values()
    assert what_the_attack_does(DOGS, infected) == "every dog becomes Donald Trump"
