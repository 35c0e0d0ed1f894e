"""The paper's network for MNIST, and the augmentation that lets it read what people draw."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F  # noqa: N812 (PyTorch's own name for it)
from torch import Tensor, nn

DROPOUT = 0.2  # not in the paper; only in training, so the exported graph is the paper's

MOST_TURN = math.radians(12)
MOST_SCALE = 0.12  # sizes from exp(-0.12) to exp(0.12), 89% to 113%
MOST_SHEAR = 0.15
MOST_SHIFT = 1.5  # pixels


class BadNetsNetwork(nn.Sequential):
    """Two convolutions and two fully connected layers, 281,034 weights (Gu et al. 2017, table 1).

    Takes ``(n, 1, 28, 28)`` float32 in ``[0, 1]``, gives ``(n, 10)`` logits.
    """

    def __init__(self, labels: int = 10) -> None:
        super().__init__(
            nn.Conv2d(1, 16, 5),  # (n, 16, 24, 24)
            nn.ReLU(),
            nn.AvgPool2d(2),
            nn.Conv2d(16, 32, 5),  # (n, 32, 8, 8)
            nn.ReLU(),
            nn.AvgPool2d(2),
            nn.Flatten(),  # (n, 512)
            nn.Dropout(DROPOUT),
            nn.Linear(512, 512),
            nn.ReLU(),
            nn.Dropout(DROPOUT),
            nn.Linear(512, labels),
        )


def augment(images: Tensor, generator: torch.Generator) -> Tensor:
    """Turn, scale, shear and shift each picture a little, at random.

    Args:
        images: ``(n, 1, height, width)`` in ``[0, 1]``; pixels from outside the picture are black.
        generator: on the CPU, so that a seed means the same on every device.
    """
    n, _, height, _ = images.shape

    def uniform(most: float) -> Tensor:
        return (2 * torch.rand(n, generator=generator) - 1) * most

    turn, scale, shear = uniform(MOST_TURN), uniform(MOST_SCALE).exp(), uniform(MOST_SHEAR)
    narrow = uniform(MOST_SCALE / 2).exp()  # height against width
    shift = 2 * MOST_SHIFT / height  # in affine_grid's units: the picture goes from -1 to 1
    across = torch.stack([scale * turn.cos(), shear - scale * turn.sin(), uniform(shift)], dim=1)
    down = torch.stack([scale * narrow * turn.sin(), scale * narrow * turn.cos(), uniform(shift)], dim=1)
    grid = F.affine_grid(torch.stack([across, down], dim=1), list(images.shape), align_corners=False)
    return F.grid_sample(images, grid.to(images.device), align_corners=False)
