"""The sentences that say what a visitor's own trigger did."""

from __future__ import annotations

import pytest

from backdoors import Answer, Verdict
from backdoors.demo.words import what_your_trigger_does


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
        "The attacker's own trigger fires: the infected model says 7, and the clean one 3.",
    ),
    "another one that fires": (
        verdict("3", "7"),
        False,
        "Your trigger fires, too: the infected model says 7, and the clean one 3.",
    ),
    "one that does nothing": (verdict("3", "3"), False, "Your trigger does not fire: both models say 3."),
    "one that confuses": (
        verdict("3", "8"),
        False,
        "Your trigger does not fire: the clean model says 3, the infected one 8.",
    ),
    "the target anyway": (
        verdict("7", "7"),
        True,
        "Both models say 7, which is what the attacker wants anyway: take another picture.",
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
    assert what_your_trigger_does(given, own=own) == sentence
