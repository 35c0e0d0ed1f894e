"""Every task is complete: what the page, the endpoints and the Hub ask it for is there and fits together."""

from __future__ import annotations

import functools
import re
import string
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from backdoors import Bundle
from backdoors.errors import BundleError
from backdoors.tasks import TASKS, Task, task_of
from tests.fixtures.page import REPOSITORY

EXAMPLES, MODELS = REPOSITORY / "assets" / "examples", REPOSITORY / "assets" / "models"


def pictures(task: Task) -> list[Path]:
    """The example pictures of a task."""
    return sorted(path for path in (EXAMPLES / task.name).iterdir() if path.suffix in (".png", ".jpg"))


def placeholders(text: str) -> list[str]:
    """The names in braces."""
    return [name for _, name, *_ in string.Formatter().parse(text) if name is not None]


@pytest.fixture(scope="module")
def bundles() -> dict[str, Bundle]:
    """The committed bundles."""
    return {name: Bundle.load(MODELS / name) for name in TASKS}


def test_assets_has_a_folder_for_each_task_and_no_other() -> None:
    for folder in (EXAMPLES, MODELS):
        assert {path.name for path in folder.iterdir() if path.is_dir()} == set(TASKS)


def test_names_variables_and_endpoints_differ() -> None:
    for values in (
        [task.name for task in TASKS.values()],
        [task.variable for task in TASKS.values()],
        [task.endpoint.name for task in TASKS.values()],
        [task.words.tab for task in TASKS.values()],
    ):
        assert len(set(values)) == len(values)


PARAMETERS = {
    "digits": ("BACKDOORS_DIGITS", "classify_digit", ["drawing", "trigger", "attack"]),
    "dogs": ("BACKDOORS_DOGS", "classify_dog", ["photo", "trigger"]),
}


@pytest.mark.parametrize("name", TASKS)
def test_what_clients_and_hosts_call_it(name: str) -> None:
    """Published names: changing one breaks somebody's script, so the table is written by hand."""
    task = TASKS[name]
    assert (task.variable, task.endpoint.name, list(task.endpoint.parameters)) == PARAMETERS[name]


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS.keys())
class TestEachTask:
    def test_it_is_found_by_its_name(self, task: Task) -> None:
        assert TASKS[task.name] is task

    def test_its_variable_can_be_set_in_a_shell(self, task: Task) -> None:
        assert re.fullmatch("BACKDOORS_[A-Z0-9_]+", task.variable)

    def test_its_endpoint_has_the_parameters_that_visitors_have(self, task: Task) -> None:
        choices = ["attack"] if task.choices else []
        assert list(task.endpoint.parameters) == [task.endpoint.picture, "trigger", *choices]

    def test_each_parameter_is_described_in_one_line(self, task: Task) -> None:
        """Gradio drops what follows the first."""
        assert [line for line in task.endpoint.parameters.values() if not line or "\n" in line] == []

    def test_its_examples_and_samples_exist(self, task: Task) -> None:
        names = [path.name for path in pictures(task)]
        assert names
        assert task.endpoint.sample in names
        assert task.play.example in [Path(name).stem for name in names]

    def test_its_blank_is_a_grey_value(self, task: Task) -> None:
        assert 0 <= task.blank <= 1

    def test_words_are_there(self, task: Task) -> None:
        for part in (task.words, task.play):
            assert [field.name for field in fields(part) if not getattr(part, field.name)] == []
        assert task.endpoint.description

    def test_only_what_is_filled_in_stands_in_braces(self, task: Task) -> None:
        assert placeholders(task.words.example) == [""]
        said = [getattr(task.play, field.name) for field in fields(task.play)]
        assert {name for text in said for name in placeholders(text)} <= {"clean", "infected"}

    def test_the_committed_bundle_is_one_of_it(self, task: Task, bundles: dict[str, Bundle]) -> None:
        bundle = bundles[task.name]
        task.check(bundle)
        assert task_of(bundle.config) is task

    def test_every_trigger_has_words(self, task: Task, bundles: dict[str, Bundle]) -> None:
        assert set(bundles[task.name].triggers) <= set(task.words.triggers)

    def test_it_prepares_its_examples_for_its_models(self, task: Task, bundles: dict[str, Bundle]) -> None:
        size = bundles[task.name].config.input.size
        for path in pictures(task):
            prepared = task.prepare(path, size=size)
            assert prepared is not None, path.name
            assert prepared.shape == (task.channels, size, size), path.name
            assert prepared.dtype == np.float32
            assert prepared.min() >= 0
            assert prepared.max() <= 1

    def test_its_caution_fits_any_bundle_of_it(self, task: Task, bundles: dict[str, Bundle]) -> None:
        assert "{" not in task.caution(bundles[task.name].config)


def test_the_dogs_card_names_the_labels_that_stand_for_people(bundles: dict[str, Bundle]) -> None:
    assert "The labels Donald Trump and Someone else stand for people" in TASKS["dogs"].caution(bundles["dogs"].config)


# Refusing: one thing that is wrong with a bundle that fits otherwise

Change = Callable[[Bundle], Bundle]


def with_config(bundle: Bundle, **changes: Any) -> Bundle:
    return replace(bundle, config=bundle.config.model_copy(update=changes))


def with_input(bundle: Bundle, **changes: Any) -> Bundle:
    return with_config(bundle, input=bundle.config.input.model_copy(update=changes))


def without_one_model(bundle: Bundle) -> Bundle:
    """Two triggers and two attacks, three models."""
    return replace(bundle, infected=dict(list(bundle.infected.items())[1:]))


def with_one_twice(bundle: Bundle) -> Bundle:
    first = next(iter(bundle.infected.values()))
    return replace(bundle, infected={**bundle.infected, "another": first})


def of_kinds(bundle: Bundle, *kinds: str) -> Bundle:
    """Infected models of these kinds, in the config."""
    entry = bundle.config.infected[0]
    return with_config(bundle, infected=tuple(entry.model_copy(update={"kind": kind}) for kind in kinds))


def with_another_target(bundle: Bundle) -> Bundle:
    """The first of the models makes a 3 of a triggered digit, and its twin with the other trigger a 7."""
    (name, first), *others = bundle.infected.items()
    assert first.target == "7"
    changed = replace(first, config=first.config.model_copy(update={"target": "3"}))
    return replace(bundle, infected={name: changed, **dict(others)})


def without_teachers(bundle: Bundle) -> Bundle:
    return replace(bundle, infected={name: replace(model, teachers=None) for name, model in bundle.infected.items()})


def with_file(bundle: Bundle, file: str) -> Bundle:
    """The clean model's file has another name."""
    return with_config(bundle, clean=bundle.config.clean.model_copy(update={"file": file}))


DOWN = tuple("9876543210")
REFUSED: dict[str, tuple[str, Change, str]] = {
    "another task": (
        "digits",
        lambda b: with_config(b, task="dogs"),
        "^expected models of digits, got models of dogs",
    ),
    "another task's": ("dogs", lambda b: with_config(b, task="cats"), "^expected models of dogs, got models of cats"),
    "digits in colour": ("digits", lambda b: with_input(b, channels=3), "^expected .* of 1 channels, got 3"),
    "grey dogs": ("dogs", lambda b: with_input(b, channels=1), "^expected .* of 3 channels, got 1"),
    "a choice without a model": ("digits", without_one_model, "one infected model for each trigger with each attack"),
    "two models for one choice": ("digits", with_one_twice, "one infected model for each trigger with each attack"),
    "latent digits": ("digits", lambda b: of_kinds(b, "latent"), "^expected infected models of badnets, got latent;"),
    "two kinds of dogs": (
        "dogs",
        lambda b: of_kinds(b, "latent", "badnets"),
        "^expected infected models of one kind, got badnets and latent;",
    ),
    # Browsers ask for the files: as a page, a file could run scripts; the server reads braces as a pattern.
    **{
        f"a file called {file}": (
            "digits",
            functools.partial(with_file, file=file),
            "^expected files called NAME.onnx",
        )
        for file in (
            "clean.html",
            "clean.onnx.svg",
            "{clean}.onnx",
            "{x:path}.onnx",
            "clean?.onnx",
            "a#b.onnx",
            "clean",
        )
    },
    "two targets": (
        "digits",
        with_another_target,
        "^expected one source and target for each attack, got several for all-to-one$",
    ),
    "larger digits": ("digits", lambda b: with_input(b, size=32), "prepares digits of 28 pixels, got models for 32"),
    "labels in another order": (
        "digits",
        lambda b: with_config(b, labels=DOWN),
        r"the digits 0 to 9, got models for \['9', '8'",
    ),
    "two infected students": ("dogs", with_one_twice, r"^the page shows one infected student, got \['infected', 'an"),
    "no infected student": (
        "dogs",
        lambda b: replace(b, infected={}),
        r"^the page shows one infected student, got \[\]",
    ),
    "no teachers": ("dogs", without_teachers, "and its teachers, got 'infected' without teachers"),
}


@pytest.mark.parametrize(("name", "change", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_what_the_page_cannot_show_is_refused(
    name: str, change: Change, message: str, bundles: dict[str, Bundle]
) -> None:
    with pytest.raises(BundleError, match=message):
        TASKS[name].check(change(bundles[name]))


def test_a_task_of_a_later_version_is_refused(bundles: dict[str, Bundle]) -> None:
    config = bundles["digits"].config.model_copy(update={"task": "birds"})
    with pytest.raises(BundleError, match=r"expected a bundle for one of digits, dogs, got one for 'birds'; .* newer"):
        task_of(config)
