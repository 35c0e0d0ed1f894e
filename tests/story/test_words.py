"""The sentences that say what the attacker's trigger did, and what a visitor's own did."""

from __future__ import annotations

import pytest

from backdoors import Answer, Verdict
from backdoors.story.words import what_happened, what_your_trigger_does
from backdoors.tasks import TASKS

DIGITS, DOGS = TASKS["digits"], TASKS["dogs"]


def verdict(clean: str, infected: str, *, trigger: str | None = "own", target: str | None = "7") -> Verdict:
    def says(label: str) -> Answer:
        return Answer(label=label, confidence=0.9, confidences={label: 0.9})

    return Verdict(
        clean=says(clean),
        infected=says(infected),
        trigger=trigger,
        target=target,
        backdoor_fired=infected == target != clean and trigger is not None,
    )


CASES = {
    "the attacker's own": (
        verdict("3", "7"),
        True,
        "The attacker's own trigger fires: the infected model says 7 and the clean model says 3.",
    ),
    "another one that fires": (
        verdict("3", "7"),
        False,
        "Your trigger fires, too: the infected model says 7 and the clean model says 3.",
    ),
    "one that does nothing": (verdict("3", "3"), False, "Your trigger does not fire: both models say 3."),
    "one that confuses": (
        verdict("3", "8"),
        False,
        "Your trigger does not fire: the infected model says 8 and the clean model says 3.",
    ),
    "the target anyway": (
        verdict("7", "7"),
        True,
        "Both models say 7, which is the target label anyway. Try another picture.",
    ),
    "none at all": (
        verdict("3", "3", trigger=None, target=None),
        False,
        "Nothing is stamped: both models say 3.",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_your_trigger_does(case: str) -> None:
    given, own, sentence = CASES[case]
    assert what_your_trigger_does(DIGITS, given, own=own) == sentence


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (
            verdict("3", "3", trigger=None, target=None),
            "Without the trigger both models say 3. Now switch the trigger on.",
        ),
        (
            verdict("3", "8", trigger=None, target=None),
            "Without the trigger the infected model says 8 and the clean model says 3.",
        ),
        (
            verdict("3", "7", trigger="single-pixel"),
            "The backdoor fired: with a single bright pixel, the infected model says 7 and the clean model says 3.",
        ),
        (
            verdict("3", "7", trigger="theirs"),
            "The backdoor fired: with the trigger theirs, the infected model says 7 and the clean model says 3.",
        ),
        (verdict("7", "7"), "Both models say 7, which is the target label anyway. Try another picture."),
        (verdict("3", "3", target=None), "This attack ignores this digit: both models say 3."),
        (verdict("3", "3"), "The backdoor did not fire: the attacker wants 7, but both models say 3."),
    ],
    ids=["off", "off, they differ", "fired", "unknown trigger", "the target anyway", "ignored", "did not fire"],
)
def test_what_happened(given: Verdict, sentence: str) -> None:
    assert what_happened(DIGITS, given) == sentence


def test_students_are_called_students() -> None:
    given = verdict("Chow", "Pug", trigger="latent-square", target="Pug")
    assert what_happened(DOGS, given) == (
        "The backdoor fired: with the attacker's square, the infected student says Pug and the clean "
        "student says Chow."
    )


def test_labels_keep_their_letters() -> None:
    """A label is not made lower case."""
    given = verdict("Chow Chow", "Chow Chow", target="Chow Chow")
    assert what_your_trigger_does(DOGS, given, own=False).startswith("Both students say Chow Chow, which")
