"""The cards with both answers."""

from __future__ import annotations

import re

from backdoors import Answer, Verdict
from backdoors.demo.parts import answers
from backdoors.tasks import TASKS
from tests.fixtures.html import Page

DIGITS, DOGS = TASKS["digits"], TASKS["dogs"]
LABELS = tuple("0123456789")
BREEDS = tuple(f"breed {i}" for i in range(12))


def says(label: str, confidence: float, labels: tuple[str, ...]) -> Answer:
    rest = (1 - confidence) / (len(labels) - 1)
    return Answer(
        label=label,
        confidence=confidence,
        confidences={each: confidence if each == label else rest for each in labels},
    )


def verdict(labels: tuple[str, ...], *, fired: bool = True) -> Verdict:
    clean, infected = says(labels[3], 0.9995, labels), says(labels[7], 0.8, labels)
    return Verdict(clean=clean, infected=infected, trigger="t", target=labels[7], backdoor_fired=fired)


def words(html: str) -> str:
    return re.sub(r"\s+", " ", Page(html).text)


def test_each_card_has_its_answer_and_its_bars() -> None:
    page = Page(answers(DIGITS, verdict(LABELS), LABELS))
    assert [card["aria-label"] for card in page.all("section")] == ["Clean model", "Infected model"]
    assert len(page.all("li")) == 20
    assert len(page.all("li", "bd-top")) == 2
    text = words(answers(DIGITS, verdict(LABELS), LABELS))
    assert "Clean model 3 over 99.9% sure" in text
    assert "Infected model 7 80.0% sure" in text


def test_only_the_infected_card_raises_the_alarm() -> None:
    page = Page(answers(DIGITS, verdict(LABELS), LABELS))
    assert [card["class"] for card in page.all("section")] == ["bd-card", "bd-card bd-fired"]
    assert Page(answers(DIGITS, verdict(LABELS, fired=False), LABELS)).all("section", "bd-fired") == []


def test_an_empty_card_has_the_same_bars() -> None:
    text = words(answers(DIGITS, None, LABELS))
    assert "Clean model – no picture yet 0 1 2 3 4 5 6 7 8 9" in text
    assert len(Page(answers(DIGITS, None, LABELS)).all("li")) == 20


def test_of_many_labels_there_are_five_bars() -> None:
    """Their labels are long, so each stands above its bar; an empty card does not know them."""
    shown, waiting = (Page(answers(DOGS, given, BREEDS)) for given in (verdict(BREEDS), None))
    for page in (shown, waiting):
        assert len(page.all("li")) == 10
        assert len(page.all("div", "bd-long")) == 1
    assert "breed" not in waiting.text
    assert "Infected student" in shown.text


def test_without_bars() -> None:
    assert Page(answers(DIGITS, verdict(LABELS), LABELS, bars=False)).all("ol") == []
