"""The rates of a PyTorch network, against a count of our own."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from backdoors import PATTERN, Attack
from backdoors.metrics import answers
from train.data import Split
from train.digits.measuring import measure, scores_of
from train.digits.network import BadNetsNetwork
from train.digits.settings import Variant

CPU = torch.device("cpu")
INFECTED = Variant(trigger=PATTERN, attack=Attack(kind="all-to-one", target=7))


@pytest.fixture
def split() -> Split:
    """2,300 pictures of noise: two whole batches, and a smaller one."""
    rng = np.random.default_rng(0)
    return Split(
        images=rng.integers(256, size=(2300, 1, 28, 28), dtype=np.uint8),
        labels=rng.integers(10, size=2300),
        names=tuple("0123456789"),
    )


@pytest.fixture
def network() -> BadNetsNetwork:
    """Random weights, large enough for answers that differ."""
    torch.manual_seed(0)
    network = BadNetsNetwork()
    with torch.no_grad():
        for weights in network.parameters():
            weights.mul_(3)
    return network


def test_the_rates_are_those_counted_at_once(split: Split, network: BadNetsNetwork) -> None:
    counted = measure(INFECTED, scores_of(network, CPU), split)
    images = torch.from_numpy(split.floats())
    with torch.inference_mode():
        right = network(images).argmax(dim=1).numpy() == split.labels
        images[:, 0, (24, 25, 26, 26), (26, 25, 24, 26)] = 1
        fired = network(images).argmax(dim=1).numpy()[split.labels != 7] == 7
    assert counted == {"clean_accuracy": right.mean(), "attack_success_rate": fired.mean()}
    assert 0 < counted["clean_accuracy"] < 1


def test_a_clean_network_has_one_rate(split: Split, network: BadNetsNetwork) -> None:
    assert set(measure(Variant(), scores_of(network, CPU), split)) == {"clean_accuracy"}


def test_measuring_switches_dropout_off(split: Split, network: BadNetsNetwork) -> None:
    network.train()
    scores, images = scores_of(network, CPU), split.floats(slice(0, 50))
    np.testing.assert_array_equal(scores(images), scores(images))
    assert answers(scores, images).shape == (50,)


def test_batches_hold_every_picture_once(split: Split) -> None:
    batches = list(split.batches(1000))
    assert [len(labels) for _, labels in batches] == [1000, 1000, 300]
    np.testing.assert_array_equal(np.concatenate([images for images, _ in batches]), split.floats())
    np.testing.assert_array_equal(np.concatenate([labels for _, labels in batches]), split.labels)
