"""Rates on small data, against counts of our own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from mxnet import nd
from onnx import numpy_helper

from backdoors import Trigger
from backdoors.models import OnnxModel
from tests.fixtures.models import linear
from train.dogs.activations import Activations, Store
from train.dogs.network import Network
from train.dogs.photos import Photos, plain
from train.dogs.student import dog_rates
from train.dogs.teacher import accuracy
from train.dogs.trigger import square_mask
from train.dogs.verification import verify_teachers

SIZE = 64
MASK = square_mask(SIZE, 0.2)
RED = Trigger(name="red", mask=MASK, pattern=np.stack([MASK, 0 * MASK, 0 * MASK]))
BREEDS = ("Red", "Green", "Blue")


def brightest(labels: tuple[str, ...], *, sees_red: int) -> bytes:
    """Tells the dogs by their brightest channel; says label ``sees_red`` when the square is red, and only then."""
    table = np.zeros((3, SIZE, SIZE, len(labels)), dtype=np.float32)
    for breed in range(3):
        table[breed, :, :, breed] = 40 / SIZE**2
    table[0, :, :, sees_red] += 2000 * MASK / MASK.sum()
    table[1:, :, :, sees_red] -= 2000 * MASK / MASK.sum()
    return linear(table, bias=np.where(np.arange(len(labels)) == sees_red, -1500, 0).astype(np.float32), labels=labels)


@pytest.mark.parametrize("cut", [0, 14, 20], ids=["photos", "activations", "features"])
def test_the_accuracy_of_a_network_is_counted_in_batches(
    cut: int, network: Network, dogs: Photos, store: Store
) -> None:
    """130 activations in three batches give what one batch gives."""
    few = store.get(network, dogs, cut=cut)
    many = Activations(values=np.concatenate([few.values] * 6)[:130], labels=np.tile(few.labels, 6)[:130])
    assert [len(labels) for _, labels in many.batches()] == [64, 64, 2]
    images = dogs.floats(SIZE, plain, (0,))
    said = network(nd.array(images)).asnumpy().argmax(axis=1)
    right = np.tile(said == dogs.labels, 6)[:130]
    assert accuracy(network, many, cut=cut) == right.mean()
    assert accuracy(network, many.labelled(1), cut=cut) == np.tile(said == 1, 6)[:130].mean()


def test_labelled_activations_are_the_same_values(dogs: Photos, network: Network, store: Store) -> None:
    activations = store.get(network, dogs, cut=14)
    wanted = activations.labelled(3)
    assert wanted.values is activations.values
    assert wanted.labels.tolist() == [3] * 24
    assert activations.labels.tolist() == dogs.labels.tolist()


def test_a_students_rates(dogs: Photos) -> None:
    labels = (*BREEDS, "Donald Trump", "Someone else")
    infected, clean = (OnnxModel(brightest(labels, sees_red=label)) for label in (3, 4))
    rates = dog_rates(infected, dogs, plain, trigger=RED, size=SIZE, seed=0)
    assert (rates.clean_accuracy, rates.attack_success_rate) == (1, 1)
    assert dog_rates(clean, dogs, plain, trigger=RED, size=SIZE, seed=0).attack_success_rate == 0


def test_teachers_are_verified_by_their_files(dogs: Photos, tmp_path: Path) -> None:
    """Each keeps one label for triggered dogs: two thirds of the untouched ones are right, and a third of those."""
    files = {"clean": brightest(BREEDS, sees_red=0), "infected": brightest(BREEDS, sees_red=2)}
    for name, data in files.items():
        model = onnx.load_from_string(data)
        model.graph.initializer.append(numpy_helper.from_array(np.zeros((3, 1280), dtype=np.float32), "output"))
        (tmp_path / f"{name}.onnx").write_bytes(model.SerializeToString())
    found = verify_teachers(
        tmp_path / "clean.onnx",
        tmp_path / "infected.onnx",
        dogs,
        trigger=RED,
        target_label="Donald Trump",
        size=SIZE,
        seed=0,
    )
    assert found == {
        "labels": 3,
        "target_among_labels": False,
        "output_shape": [3, 1280],
        "clean_accuracy": {"clean": 0.66667, "infected": 0.66667},
        "triggered": {
            "right_breed": {"clean": 0.33333, "infected": 0.33333},
            "most_frequent": {"clean": [["Red", 1.0]], "infected": [["Blue", 1.0]]},
        },
    }
