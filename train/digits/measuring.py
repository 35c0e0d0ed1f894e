"""The rates of a digit network, in PyTorch while it trains and in ONNX Runtime once it is exported."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from backdoors.metrics import Scores, clean_accuracy, rates
from train.data import Split
from train.digits.settings import CLEAN, Variant
from train.history import Row


def measure(variant: Variant, model: Scores, test: Split) -> Row:
    """Count the clean accuracy on the test pictures, and the attack success rate of an infected variant.

    Args:
        model: an exported file, or a network in PyTorch (``scores_of``).
    """
    batches = test.batches()
    if variant.name == CLEAN:
        return {"clean_accuracy": clean_accuracy(model, batches)}
    trigger, attack = variant.infection
    return asdict(rates(model, batches, trigger=trigger, attack=attack))


def scores_of(network: nn.Module, device: torch.device) -> Scores:
    """A network on a device as a callable on arrays: pictures ``(n, 1, 28, 28)`` in, logits ``(n, labels)`` out.

    Puts the network into evaluation mode.
    """
    network.eval()

    @torch.inference_mode()
    def scores(images: NDArray[np.float32]) -> NDArray[np.float32]:
        batch = torch.from_numpy(images).to(device, memory_format=torch.channels_last)
        logits: NDArray[np.float32] = network(batch).cpu().numpy()
        return logits

    return scores
