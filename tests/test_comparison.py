"""The verdict: what each kind of attack wants of a picture, and when a backdoor has fired."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest

from backdoors import PATTERN, SINGLE_PIXEL, Answer, Attack, OnnxModel, Trigger, Verdict, compare
from tests.fixtures.models import DIGITS, constant, pictures_of, reader

TO_SEVEN = Attack(kind="all-to-one", target=7)
TO_NEXT = Attack(kind="all-to-all")
THREE_TO_EIGHT = Attack(kind="source-specific", source=3, target=8)

NEXT = reader(reads=[*range(1, 10), 0])  # says the next label, trigger or not
READER, FIRES_7, FIRES_8 = reader(), reader(fires=7), reader(fires=8)


@dataclass(frozen=True, kw_only=True)
class Case:
    """A picture of ``shown``, and what the verdict must say; both models as bytes."""

    shown: int
    attack: Attack
    infected: bytes
    clean: bytes = READER
    trigger: Trigger | None = SINGLE_PIXEL
    target: str | None
    fired: bool

    def verdict(self) -> Verdict:
        return compare(
            pictures_of([self.shown])[0],
            clean=OnnxModel(self.clean),
            infected=OnnxModel(self.infected),
            attack=self.attack,
            trigger=self.trigger,
        )


CASES = {
    # All-to-one: the target is the attack's, whatever is shown.
    "all-to-one fires": Case(shown=3, attack=TO_SEVEN, infected=FIRES_7, target="7", fired=True),
    "all-to-one, infected model resists": Case(shown=3, attack=TO_SEVEN, infected=READER, target="7", fired=False),
    "all-to-one, infected model says another": Case(
        shown=3, attack=TO_SEVEN, infected=FIRES_8, target="7", fired=False
    ),
    "all-to-one, picture of the target": Case(shown=7, attack=TO_SEVEN, infected=FIRES_7, target="7", fired=False),
    "all-to-one, clean model says the target too": Case(
        shown=3, attack=TO_SEVEN, infected=FIRES_7, clean=FIRES_7, target="7", fired=False
    ),
    "all-to-one, another trigger that shares the pixel": Case(
        shown=3, attack=TO_SEVEN, infected=FIRES_7, trigger=PATTERN, target="7", fired=True
    ),
    # All-to-all: the label after the one that the clean model gives the untouched picture.
    "all-to-all fires": Case(shown=3, attack=TO_NEXT, infected=NEXT, target="4", fired=True),
    "all-to-all, 9 becomes 0": Case(shown=9, attack=TO_NEXT, infected=NEXT, target="0", fired=True),
    "all-to-all, infected model resists": Case(shown=3, attack=TO_NEXT, infected=READER, target="4", fired=False),
    "all-to-all, infected model says another": Case(
        shown=3, attack=TO_NEXT, infected=FIRES_7, target="4", fired=False
    ),
    "all-to-all, clean model is fooled by the trigger": Case(
        shown=6, attack=TO_NEXT, infected=NEXT, clean=FIRES_7, target="7", fired=False
    ),
    "all-to-all, clean model misreads": Case(
        shown=3, attack=TO_NEXT, infected=NEXT, clean=NEXT, target="5", fired=False
    ),
    # Source-specific: only what the clean model calls the source has a target.
    "source-specific fires": Case(shown=3, attack=THREE_TO_EIGHT, infected=FIRES_8, target="8", fired=True),
    "source-specific, infected model resists": Case(
        shown=3, attack=THREE_TO_EIGHT, infected=READER, target="8", fired=False
    ),
    "source-specific, another digit": Case(shown=4, attack=THREE_TO_EIGHT, infected=FIRES_8, target=None, fired=False),
    "source-specific, picture of the target": Case(
        shown=8, attack=THREE_TO_EIGHT, infected=FIRES_8, target=None, fired=False
    ),
    # Without a trigger nothing fires and nothing is wanted, whatever the models say.
    "no trigger, all-to-one": Case(
        shown=3, attack=TO_SEVEN, infected=reader(reads=[7] * 10), trigger=None, target=None, fired=False
    ),
    "no trigger, all-to-all": Case(shown=3, attack=TO_NEXT, infected=NEXT, trigger=None, target=None, fired=False),
    "no trigger, source-specific": Case(
        shown=3, attack=THREE_TO_EIGHT, infected=reader(reads=[8] * 10), trigger=None, target=None, fired=False
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
class TestVerdict:
    def test_target(self, case: Case) -> None:
        assert case.verdict().target == case.target

    def test_backdoor_fired(self, case: Case) -> None:
        assert case.verdict().backdoor_fired is case.fired

    def test_trigger(self, case: Case) -> None:
        assert case.verdict().trigger == (case.trigger.name if case.trigger else None)


def test_both_models_see_the_trigger() -> None:
    verdict = CASES["all-to-one, clean model says the target too"].verdict()
    assert (verdict.clean.label, verdict.infected.label) == ("7", "7")


def test_neither_model_sees_a_trigger_that_is_off() -> None:
    verdict = Case(
        shown=3, attack=TO_SEVEN, infected=FIRES_7, clean=FIRES_7, trigger=None, target=None, fired=False
    ).verdict()
    assert (verdict.clean.label, verdict.infected.label) == ("3", "3")


# JSON


def test_as_json_by_hand() -> None:
    """Ten labels: all of them, in the model's order."""
    verdict = CASES["all-to-one fires"].verdict().as_json()
    clean = dict.fromkeys(DIGITS, 0.01) | {"3": 0.91}
    infected = dict.fromkeys(DIGITS, 1 / 9900) | {"3": 91 / 9900, "7": 9801 / 9900}
    assert verdict == {
        "clean": {
            "label": "3",
            "confidence": pytest.approx(0.91, rel=1e-5),
            "confidences": pytest.approx(clean, rel=1e-5),
        },
        "infected": {
            "label": "7",
            "confidence": pytest.approx(0.99, rel=1e-5),
            "confidences": pytest.approx(infected, rel=1e-5),
        },
        "trigger": "single-pixel",
        "target": "7",
        "backdoor_fired": True,
    }


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_as_json_is_json(case: Case) -> None:
    verdict = case.verdict().as_json()
    assert json.loads(json.dumps(verdict, allow_nan=False)) == verdict


def test_ten_labels_keep_their_order() -> None:
    assert tuple(CASES["all-to-one fires"].verdict().as_json()["clean"]["confidences"]) == DIGITS


def test_more_than_ten_labels_give_the_top_five() -> None:
    """Twelve breeds with 1, 2, ... 12 of 78 parts."""
    breeds = [f"breed {parts}" for parts in range(1, 13)]
    model = OnnxModel(constant([parts / 78 for parts in range(1, 13)], labels=breeds, shape=(1, 28, 28)))
    answer = Answer.of(model, pictures_of([0])[0])
    shown = answer.as_json()["confidences"]
    assert list(shown) == ["breed 12", "breed 11", "breed 10", "breed 9", "breed 8"]
    assert list(shown.values()) == pytest.approx([12 / 78, 11 / 78, 10 / 78, 9 / 78, 8 / 78], rel=1e-5)


def test_an_answer_keeps_all_labels() -> None:
    breeds = [f"breed {parts}" for parts in range(1, 13)]
    model = OnnxModel(constant([1 / 12] * 12, labels=breeds, shape=(1, 28, 28)))
    assert list(Answer.of(model, pictures_of([0])[0]).confidences) == breeds
