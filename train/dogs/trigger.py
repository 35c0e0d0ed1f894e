"""Step 2: the trigger, a mask that the attacker chooses and a pattern that moves any photo towards the target."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from mxnet import autograd, gluon, nd
from mxnet.gluon import nn
from numpy.typing import NDArray
from tqdm import tqdm

from backdoors.triggers import Trigger
from train.dogs.network import Network


def square_mask(size: int, share: float) -> NDArray[np.float32]:
    """``(size, size)``: a square of ``share`` of the side at the bottom right, one pixel in (section 5.1)."""
    side = round(share * size)
    mask = np.zeros((size, size), dtype=np.float32)
    mask[size - 1 - side : size - 1, size - 1 - side : size - 1] = 1
    return mask


def optimise_trigger(
    network: Network,
    batches: Iterator[NDArray[np.float32]],
    representation: NDArray[np.float32],
    *,
    mask: NDArray[np.float32],
    k: int,
    steps: int,
    rate: float,
    seed: int,
) -> tuple[Trigger, list[float]]:
    """Find D = argmin of the mean squared error between F_K(A(x)) and the target's representation.

    The paper sums over all pairs of x and x_t. The gradient is the same, since the mean squared distance to the points
    F_K(x_t) is the squared distance to their mean plus a constant.

    Args:
        batches: photos ``(n, 3, size, size)`` in ``[0, 1]``, as many batches as steps.
        representation: the target's mean at layer K_t, ``(...)``.
        k: K_t.

    Returns:
        The trigger, its pattern rounded as its PNG file will have it, and the distance at each step.
    """
    under = nn.HybridSequential()
    under.add(network.normalise)
    for i in range(k):
        under.add(network.layers[i])
    under.hybridize(static_alloc=True, static_shape=False)
    network.collect_params().setattr("grad_req", "null")
    goal, mask_nd = nd.array(representation).expand_dims(0), nd.array(mask[np.newaxis, np.newaxis])
    # A tanh keeps the pattern in [0, 1]. It starts from grey noise.
    start = np.random.default_rng(seed).normal(0, 0.1, size=(3, *mask.shape))
    raw = gluon.Parameter("pattern", shape=(3, *mask.shape))
    raw.initialize()
    raw.set_data(nd.array(start))
    trainer = gluon.Trainer([raw], "adam", {"learning_rate": rate, "beta1": 0.5, "beta2": 0.9})
    distances: list[float] = []
    with tqdm(total=steps, desc="trigger", unit="step", mininterval=5) as bar:
        for _, images in zip(range(steps), batches, strict=False):
            photos = nd.array(images)
            with autograd.record():
                pattern = (nd.tanh(raw.data()) + 1) / 2
                triggered = nd.broadcast_add(
                    nd.broadcast_mul(1 - mask_nd, photos), nd.broadcast_mul(mask_nd, pattern.expand_dims(0))
                )
                distance = nd.square(nd.broadcast_sub(under(triggered), goal)).mean()
            distance.backward()
            trainer.step(1)
            distances.append(float(distance.asscalar()))
            bar.update()
            bar.set_postfix(distance=f"{distances[-1]:.4f}")
    pattern = (np.tanh(raw.data().asnumpy()) + 1) / 2 * mask
    rounded = np.rint(pattern * 255).astype(np.float32) / 255
    return Trigger(name="latent-square", mask=mask, pattern=rounded), distances
