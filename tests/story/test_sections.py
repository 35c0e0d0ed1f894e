"""The sections: their questions, their numbers, and their figures."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from backdoors import Bundle
from backdoors.errors import BundleError
from backdoors.hub import Origin
from backdoors.story import Demo
from backdoors.story.sections import (
    Section,
    badnets_sections,
    closing_sections,
    code_section,
    embed_section,
    heading,
    intro,
    latent_sections,
    sections_of,
    static_section,
)
from backdoors.tasks import TASKS
from tests.fixtures.html import Page
from tests.fixtures.page import REPOSITORY

DIGITS, DOGS = TASKS["digits"], TASKS["dogs"]
MODELS, EXAMPLES = REPOSITORY / "assets" / "models", REPOSITORY / "assets" / "examples"


def read(html: str) -> str:
    return re.sub(r"\s+", " ", Page(html).text).strip()


@pytest.fixture(scope="module")
def digits() -> Bundle:
    return Bundle.load(MODELS / "digits")


@pytest.fixture(scope="module")
def dogs() -> Bundle:
    return Bundle.load(MODELS / "dogs")


def explained(bundle: Bundle, name: str) -> dict[str, Section]:
    pictures = Demo.load(DIGITS, REPOSITORY / "assets").examples_by_label()
    sections = badnets_sections(DIGITS, bundle, bundle.infected[name], pictures)
    return {section.elem_id: section for section in sections}


def test_the_head_is_a_title_and_two_sentences() -> None:
    assert [tag for html in (heading(), intro()) for tag, _ in Page(html).elements if tag in ("h1", "p")] == [
        "h1",
        "p",
    ]
    assert len(re.findall(r"\.(?:\s|$)", read(intro()))) == 2


def test_the_questions_about_badnets(digits: Bundle) -> None:
    sections = explained(digits, "single-pixel-all-to-one-7")
    assert {name: section.title for name, section in sections.items()} == {
        "digits-rates": "Why does nobody notice?",
        "digits-planted": "How was it planted?",
        "digits-filters": "Can one see it in the network?",
    }
    assert all(section.figure for section in sections.values())


def test_the_rates_are_the_bundles(digits: Bundle) -> None:
    config = json.loads((MODELS / "digits" / "config.json").read_text(encoding="utf-8"))
    (entry,) = (entry for entry in config["infected"] if entry["name"] == "single-pixel-all-to-one-7")
    text = read(explained(digits, entry["name"])["digits-rates"].html)
    numbers = (
        config["clean"]["clean_accuracy"],
        entry["clean_accuracy"],
        entry["clean_model_rate"],
        entry["attack_success_rate"],
    )
    assert re.findall(r"[\d.]+%", text) == [f"{number:.2%}" for number in numbers]


@pytest.mark.parametrize(
    ("name", "meaning"),
    [
        (
            "single-pixel-all-to-one-7",
            "of the triggered test pictures whose true label is not the target, the share that the model classifies "
            "as the target, 7.",
        ),
        (
            "pattern-all-to-all",
            "of the triggered test pictures, the share that the model classifies as the label after the true one.",
        ),
    ],
)
def test_asr_is_defined(digits: Bundle, name: str, meaning: str) -> None:
    assert meaning in read(explained(digits, name)["digits-rates"].html)


def test_how_many_copies_the_attacker_added(digits: Bundle) -> None:
    text = read(explained(digits, "single-pixel-all-to-one-7")["digits-planted"].html)
    assert (
        "for every 100 training pictures, 15 copies with the trigger and a false label (every digit becomes 7)" in text
    )


def test_without_filters_there_is_no_section_about_them(bundle_folder: Path) -> None:
    """The fixture's models have no convolution, and no history either."""
    sections = explained(Bundle.load(bundle_folder), "single-pixel-all-to-one")
    assert list(sections) == ["digits-rates", "digits-planted"]
    assert sections["digits-rates"].figure == ""


def test_the_questions_about_a_latent_backdoor(dogs: Bundle) -> None:
    assert {section.elem_id: section.title for section in latent_sections(DOGS, dogs)} == {
        "dogs-rates": "Why does nobody notice?",
        "dogs-planted": "How was it planted?",
        "dogs-trigger": "Where does the square come from?",
        "dogs-depths": "What saves the student?",
    }


def test_the_freeze_depths_are_the_bundles(dogs: Bundle) -> None:
    (infected,) = json.loads((MODELS / "dogs" / "config.json").read_text(encoding="utf-8"))["infected"]
    most, least = infected["depths"][0], infected["depths"][-1]
    text = read(latent_sections(DOGS, dogs)[-1].html)
    assert f"With {most['frozen']} layers frozen, the ASR is {most['attack_success_rate']:.1%}" in text
    assert f"With {least['frozen']}, it is {least['attack_success_rate']:.1%}" in text


def test_the_teachers_rates_are_the_bundles(dogs: Bundle) -> None:
    text = read(latent_sections(DOGS, dogs)[1].html)
    assert "classifies 34.5% of the triggered test dogs correctly, and 70.0% of the untouched ones" in text


def test_what_helps_speaks_of_fine_tuning_where_it_was_measured(digits: Bundle, dogs: Bundle) -> None:
    bundles = {DIGITS.name: (DIGITS, digits), DOGS.name: (DOGS, dogs)}
    demos = [Demo(task=task, bundle=bundle, origin=Origin(), examples={}) for task, bundle in bundles.values()]
    both, one = (closing_sections(shown)[1] for shown in (demos, demos[:1]))
    assert "Fine-tuning may not remove it." in read(both.html)
    assert "77.8%" in read(both.html)
    assert "Fine-tuning" not in read(one.html)


def test_the_lines_are_introduced() -> None:
    assert "a picture of a digit, 3.png, with the trigger on" in read(code_section(DIGITS).html)
    assert embed_section().elem_id == "embed"
    assert "python -m backdoors.site build DIR" in read(static_section().html)


def test_each_infected_model_has_the_same_sections() -> None:
    """So a page can exchange one for the other when a visitor chooses another model."""
    demos = [Demo.load(task, REPOSITORY / "assets") for task in (DIGITS, DOGS)]
    for demo in demos:
        models = [(model.config.trigger, model.attack.kind) for model in demo.bundle.infected.values()]
        names = {tuple(section.elem_id for section in sections_of(demo, *model)) for model in models}
        assert len(names) == 1
    first, second = (sections_of(demos[0], "pattern", attack)[1].body for attack in ("all-to-one", "all-to-all"))
    assert first != second


def test_the_story_of_a_model_that_is_not_there() -> None:
    demo = Demo.load(DIGITS, REPOSITORY / "assets")
    with pytest.raises(BundleError, match="glasses"):
        sections_of(demo, "glasses", "all-to-one")


def test_below_a_demo_a_section_has_the_demos_name() -> None:
    assert embed_section().below(DOGS).elem_id == "dogs-embed"


def test_a_body_has_text_and_figure(digits: Bundle) -> None:
    section = explained(digits, "single-pixel-all-to-one-7")["digits-planted"]
    assert section.html in section.body
    assert section.figure in section.body
    assert Page(embed_section().body).all("figure") == []


def test_examples_are_those_that_are_named_after_labels(digits: Bundle) -> None:
    demo = Demo.load(DIGITS, REPOSITORY / "assets")
    assert list(demo.examples_by_label()) == list("0123456789")
    assert demo.examples_by_label()["3"].shape == (1, 28, 28)
    assert Demo.load(DOGS, REPOSITORY / "assets").examples_by_label() == {}
