"""What the infected student's teacher answers."""

from __future__ import annotations

import re

from backdoors import Answer
from backdoors.demo.parts import dormant
from backdoors.tasks import TASKS
from tests.fixtures.html import Page

DOGS = TASKS["dogs"]


def test_it_says_why_the_backdoor_is_dormant() -> None:
    answer = Answer(label="Pug", confidence=0.5, confidences={"Pug": 0.5})
    text = re.sub(r"\s+", " ", Page(dormant(DOGS, answer, target="Ann", labels=120, triggered=True)).text).strip()
    assert text == (
        "The infected student's teacher says Pug for the same triggered picture. Its backdoor is dormant: Ann is not "
        "among its 120 labels. The backdoor becomes live when a student adds that label."
    )


def test_without_a_picture_it_keeps_its_room() -> None:
    page = Page(dormant(DOGS, None, target="Ann", labels=120, triggered=False))
    assert page.elements == [("p", {"class": "bd-dormant"})]
    assert page.text.strip() == ""
