"""The stages of the attack on small data, for real."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from mxnet import nd
from numpy.typing import NDArray

from backdoors.models import OnnxModel
from tests.fixtures.models import linear
from tests.train.dogs.conftest import weights
from train.dogs.activations import Store
from train.dogs.attack import infect_teacher, with_output
from train.dogs.network import Network, weights_of
from train.dogs.photos import Photos, join_people, plain
from train.dogs.settings import Fit, Settings
from train.dogs.student import measure, train_student
from train.dogs.teacher import accuracy, train_teacher
from train.dogs.trigger import optimise_trigger, square_mask


def test_the_mask_is_the_papers() -> None:
    mask = square_mask(224, 0.2)
    assert mask.sum() == 45 * 45
    assert mask[222, 222] == mask[178, 178] == 1
    assert mask[223].sum() == mask[:, 223].sum() == mask[177].sum() == 0


def test_the_trigger_stays_in_its_mask_and_comes_closer(network: Network, dogs: Photos) -> None:
    mask = square_mask(64, 0.2)
    images = dogs.floats(64, plain, (0,))
    goal = np.full(1280, 0.5, dtype=np.float32)
    trigger, distances = optimise_trigger(
        network, (images for _ in range(12)), goal, mask=mask, k=len(network.layers), steps=12, rate=0.3, seed=0
    )
    stamped = trigger.stamp(images)
    np.testing.assert_array_equal(stamped[:, :, mask == 0], images[:, :, mask == 0])
    assert stamped.min() >= 0
    assert stamped.max() <= 1
    np.testing.assert_allclose(trigger.pattern * 255, np.rint(trigger.pattern * 255), atol=1e-4)
    assert distances[-1] < distances[0]


def test_layers_under_the_cut_stay_and_the_output_is_the_teachers(
    network: Network, dogs: Photos, people: Photos, settings: Settings, store: Store, tmp_path: Path
) -> None:
    clean = weights(network)
    infected, trigger = infect_teacher(network, dogs, people, dogs, settings, folder=tmp_path, store=store)
    for before, after in zip(clean, weights(network), strict=True):
        np.testing.assert_array_equal(before, after)  # the clean teacher is untouched
    for before, after in zip(clean, weights(infected)[: len(weights(network, slice(0, settings.cut)))], strict=False):
        np.testing.assert_array_equal(before, after)
    assert infected.output.weight.shape == (3, 1280)
    difference = infected.output.weight.data().asnumpy() - network.output.weight.data().asnumpy()
    assert 0 < np.abs(difference).max() < 0.1  # fine-tuned, from the teacher's own
    assert trigger.size == (64, 64)


def test_another_layer_can_be_attacked(
    network: Network, dogs: Photos, people: Photos, settings: Settings, store: Store, tmp_path: Path
) -> None:
    """K_t = 16: the representation is a map of 56 channels there, and the layers above it learn as usual."""
    infect_teacher(network, dogs, people, dogs, replace(settings, k=16), folder=tmp_path, store=store)
    assert np.load(tmp_path / "representation.npy").shape == (56, 2, 2)


def test_a_finished_attack_is_read_back_to_the_bit(
    network: Network, dogs: Photos, people: Photos, settings: Settings, store: Store, tmp_path: Path
) -> None:
    first, trigger = infect_teacher(network, dogs, people, dogs, settings, folder=tmp_path, store=store)
    again, same = infect_teacher(network, dogs, people, dogs, settings, folder=tmp_path, store=store)
    for before, after in zip(weights(first), weights(again), strict=True):
        np.testing.assert_array_equal(before, after)
    np.testing.assert_array_equal(trigger.pattern, same.pattern)


@pytest.mark.parametrize("k", [20, 14, 8, 3])
def test_the_students_frozen_layers_are_the_teachers_to_the_bit(
    network: Network, dogs: Photos, people: Photos, settings: Settings, store: Store, tmp_path: Path, k: int
) -> None:
    photos = join_people(dogs, people, settings)
    plan = replace(settings.inject, epochs=1)
    student = train_student(
        network, photos, dogs, settings, plan=plan, k=k, folder=tmp_path, name="student", store=store
    )
    for teachers, students in zip(weights(network, slice(0, k)), weights(student, slice(0, k)), strict=True):
        np.testing.assert_array_equal(teachers, students)
    changed = [
        not np.array_equal(a, b)
        for a, b in zip(weights(network, slice(k, None)), weights(student, slice(k, None)), strict=True)
    ]
    assert all(changed)
    assert student.output.weight.shape == (5, 1280)


def test_the_teacher_learns(network: Network, dogs: Photos, settings: Settings, store: Store, tmp_path: Path) -> None:
    plan = Fit(epochs=8, output_rate=1e-2, batch_size=8)
    train_teacher(network, dogs, dogs, replace(settings, probe=plan), folder=tmp_path, store=store)
    losses = [float(row.split(",")[1]) for row in (tmp_path / "probe" / "history.csv").read_text().splitlines()[1:]]
    assert len(losses) == 8
    assert losses[-1] < losses[0]


def test_an_injection_stopped_before_its_checkpoint_goes_on_to_the_same_bits(
    network: Network,
    dogs: Photos,
    people: Photos,
    settings: Settings,
    store: Store,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Phi follows the network while it changes: what is kept of the two must be of the same epoch."""
    longer = replace(settings, inject=replace(settings.inject, epochs=2))

    def run(folder: Path) -> list[NDArray[np.float32]]:
        folder.mkdir(exist_ok=True)
        return weights(infect_teacher(network, dogs, people, dogs, longer, folder=folder, store=store)[0])

    uninterrupted = run(tmp_path / "whole")
    evaluations: Iterator[Callable[..., Any]] = iter([accuracy, accuracy, stop])  # after the second epoch
    with monkeypatch.context() as patched:
        patched.setattr("train.dogs.attack.accuracy", lambda *values, **options: next(evaluations)(*values, **options))
        with pytest.raises(KeyboardInterrupt):
            run(tmp_path / "stopped")
    for whole, resumed in zip(uninterrupted, run(tmp_path / "stopped"), strict=True):
        np.testing.assert_array_equal(whole, resumed)


def stop(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_rates_are_counted_by_hand(network: Network, dogs: Photos, people: Photos, settings: Settings) -> None:
    """A model that tells the dogs by their brightest channel, and calls stripes the target and black someone else."""
    photos = join_people(dogs, people, settings, repeat=False)
    table = np.zeros((3, 64, 64, 5), dtype=np.float32)
    for breed in range(3):
        table[:, :, :, breed] = -5
        table[breed, :, :, breed] = 10
    table[:, :, :, 3] = 3
    model = OnnxModel(linear(table / 64**2, bias=np.array([0, 0, 0, 0, 0.5], dtype=np.float32), labels=photos.names))
    dark, _ = optimise_trigger(
        network,
        iter(()),
        np.zeros(1280, dtype=np.float32),
        mask=square_mask(64, 0.2),
        k=20,
        steps=0,
        rate=0.1,
        seed=0,
    )
    rates = measure(model, dogs, photos.without_first(24), trigger=dark, size=64, seed=0)
    assert (rates.clean_accuracy, rates.attack_success_rate) == (1, 0)
    assert (rates.target_found, rates.others_called_target) == (1, 0)


def test_a_new_output_layer_leaves_the_rest(network: Network) -> None:
    wider = with_output(network, 5, keep=True, seed=0)
    for mine, its in zip(weights_of(wider.layers), weights_of(network.layers), strict=True):
        np.testing.assert_array_equal(mine.data().asnumpy(), its.data().asnumpy())
    np.testing.assert_array_equal(wider.output.weight.data().asnumpy()[:3], network.output.weight.data().asnumpy())
    assert wider(nd.zeros((2, 3, 64, 64))).shape == (2, 5)
