"""The network is the paper's; the augmentation moves digits and nothing else."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from train.digits.network import MOST_SHIFT, BadNetsNetwork, augment


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_it_has_the_papers_281034_weights() -> None:
    assert sum(weights.numel() for weights in BadNetsNetwork().parameters()) == 281_034


def test_its_layers_are_the_papers() -> None:
    """Gu et al. 2017, table 1: the sizes after each convolution, pool and fully connected layer."""
    shapes, x = [], torch.zeros(1, 1, 28, 28)
    for layer in BadNetsNetwork():
        x = layer(x)
        if isinstance(layer, nn.Conv2d | nn.AvgPool2d | nn.Linear):
            shapes.append(tuple(x.shape[1:]))
    assert shapes == [(16, 24, 24), (16, 12, 12), (32, 8, 8), (32, 4, 4), (512,), (10,)]


def test_augmenting_stays_in_range() -> None:
    images = torch.rand(50, 1, 28, 28, generator=generator())
    augmented = augment(images, generator())
    assert augmented.shape == images.shape
    assert augmented.min() >= 0
    assert augmented.max() <= 1


def test_the_same_seed_augments_alike() -> None:
    images = torch.rand(5, 1, 28, 28, generator=generator())
    assert torch.equal(augment(images, generator(3)), augment(images, generator(3)))
    assert not torch.equal(augment(images, generator(3)), augment(images, generator(4)))


def centres_of_mass(images: Tensor) -> NDArray[np.float32]:
    pixels = images[:, 0].numpy()
    y, x = np.mgrid[:28, :28]
    mass = pixels.sum(axis=(1, 2))
    return np.stack([(pixels * axis).sum(axis=(1, 2)) / mass for axis in (y, x)], axis=1)


def test_a_blob_in_the_middle_moves_by_the_shift_alone() -> None:
    """Turning, scaling and shearing leave the middle where it is: what is left is the shift, divided by the scale."""
    images = torch.zeros(400, 1, 28, 28)
    images[:, :, 12:16, 12:16] = 1
    moved = np.abs(centres_of_mass(augment(images, generator())) - 13.5)
    assert 0.5 * MOST_SHIFT < moved.max() < 1.3 * MOST_SHIFT
