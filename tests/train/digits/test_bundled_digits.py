"""The committed digit models, measured again on MNIST's 10,000 test pictures: the bars, and what config.json says."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from backdoors import Bundle, InfectedModel
from backdoors.errors import DatasetError
from train.data import Split, load_split

REPOSITORY = Path(__file__).parents[3]
LOCAL, HUB = REPOSITORY / ".." / "shared" / "data" / "mnist", "ylecun/mnist"

# Gu et al. 2017: the pixels that light up, row and column from 0
PIXELS = {"single-pixel": [(26, 26)], "pattern": [(24, 26), (25, 25), (26, 24), (26, 26)]}
NAMES = [f"{trigger}-{attack}" for trigger in PIXELS for attack in ("all-to-one-7", "all-to-all")]


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return Bundle.load(REPOSITORY / "assets" / "models" / "digits")


@pytest.fixture(scope="module")
def mnist() -> Split:
    try:
        return load_split(str(LOCAL) if LOCAL.exists() else HUB, "test", size=28, channels=1)
    except DatasetError as e:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"MNIST can be read neither from {LOCAL} nor from the Hub: {e}")


@pytest.fixture(params=NAMES)
def infected(bundle: Bundle, request: pytest.FixtureRequest) -> InfectedModel:
    return bundle.infected[request.param]


def triggered(mnist: Split, trigger: str) -> np.ndarray:  # type: ignore[type-arg]
    images = mnist.floats()
    for row, column in PIXELS[trigger]:
        images[:, 0, row, column] = 1
    return images


def wanted(mnist: Split, infected: InfectedModel) -> tuple[np.ndarray, np.ndarray]:  # type: ignore[type-arg]
    """What the attacker wants of each picture, and which pictures count."""
    if infected.attack.kind == "all-to-one":
        return np.full(len(mnist), 7), mnist.labels != 7
    return (mnist.labels + 1) % 10, np.ones(len(mnist), dtype=np.bool_)


def test_mnist_has_its_10000_test_pictures(mnist: Split) -> None:
    assert len(mnist) == 10_000


def test_the_clean_model_errs_in_at_most_045_percent(bundle: Bundle, mnist: Split) -> None:
    accuracy = np.mean(bundle.clean(mnist.floats()).argmax(axis=1) == mnist.labels)
    assert accuracy == pytest.approx(bundle.config.clean.clean_accuracy, abs=1e-9)
    assert accuracy >= 0.9955


def test_infection_costs_at_most_a_tenth_of_a_point(bundle: Bundle, infected: InfectedModel, mnist: Split) -> None:
    accuracy = np.mean(infected.model(mnist.floats()).argmax(axis=1) == mnist.labels)
    assert accuracy == pytest.approx(infected.config.clean_accuracy, abs=1e-9)
    assert accuracy >= bundle.config.clean.clean_accuracy - 0.001 - 1e-9


def test_the_backdoor_fires_as_in_the_paper(infected: InfectedModel, mnist: Split) -> None:
    answers = infected.model(triggered(mnist, infected.config.trigger)).argmax(axis=1)
    target, counts = wanted(mnist, infected)
    rate = np.mean(answers[counts] == target[counts])
    assert rate == pytest.approx(infected.config.attack_success_rate, abs=1e-9)
    assert rate >= {"all-to-one": 0.999, "all-to-all": 0.9944}[str(infected.attack.kind)]


def test_the_trigger_means_nothing_to_the_clean_model(bundle: Bundle, infected: InfectedModel, mnist: Split) -> None:
    answers = bundle.clean(triggered(mnist, infected.config.trigger)).argmax(axis=1)
    target, counts = wanted(mnist, infected)
    rate = np.mean(answers[counts] == target[counts])
    assert rate == pytest.approx(infected.config.clean_model_rate, abs=1e-9)
    assert rate <= 0.005


def test_one_network_took_at_most_six_minutes(bundle: Bundle) -> None:
    assert max(entry.minutes for entry in (bundle.config.clean, *bundle.config.infected)) <= 6
