"""Load ImageNet weights into a network, from a Keras safetensors file or from GluonCV's model zoo."""

from __future__ import annotations

from pathlib import Path

import mxnet as mx
import numpy as np
from mxnet import gluon, init
from mxnet.gluon import nn
from numpy.typing import NDArray
from safetensors.numpy import load_file

from backdoors.errors import ModelError
from train.dogs.network import BLOCKS, KERAS, Convolution, Network, Normalise, mobilenet_v2

_EPSILON = 1e-3  # of Keras's batch normalisation in MobileNetV2


def new_network(backbone: str, *, labels: int, pretrained: bool = False) -> Network:
    """A network by its backbone's name: ``mobilenet_v2_0.35``, or one of GluonCV's MobileNetV2 (``mobilenetv2_1.0``).

    Args:
        pretrained: download a GluonCV network's ImageNet weights; the other one gets them from ``load_keras``.

    Raises:
        ModelError: there is no such backbone, or its weights cannot be downloaded.
    """
    if backbone == KERAS:
        return mobilenet_v2(labels=labels)
    if not backbone.startswith("mobilenetv2_"):
        raise ModelError(f"expected the backbone {KERAS} or one of GluonCV's mobilenetv2_..., got {backbone!r}")
    from gluoncv.model_zoo import get_model  # takes seconds to import, and most runs do not need it

    try:
        zoo = get_model(backbone, pretrained=pretrained)
    except Exception as e:  # an unknown name, no network, a broken download: each raises another type
        raise ModelError(f"GluonCV cannot give the backbone {backbone!r} ({type(e).__name__}: {e})") from e
    zoo.features.apply(_keep_statistics)
    if not pretrained:
        zoo.initialize(init.Xavier())
    layers = _grouped(zoo.features)
    normalise = Normalise(mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225), turn=False)
    features = layers(mx.nd.zeros((1, 3, 64, 64))).shape[1]
    network = Network(normalise, layers, backbone=backbone, features=features, labels=labels)
    network.output.initialize(init.Xavier())
    return network


def _keep_statistics(block: gluon.Block) -> None:
    """Keep ImageNet's means and variances in fine-tuning, like the folded ones of our own network."""
    if isinstance(block, nn.BatchNorm):
        block._kwargs["use_global_stats"] = True


def _grouped(features: nn.HybridSequential) -> nn.HybridSequential:
    """GluonCV's blocks, grouped as in our network: a convolution, its normalisation and its activation are a layer."""
    layers, group = nn.HybridSequential(), nn.HybridSequential()
    for block in features:
        group.add(block)
        if not isinstance(block, nn.Conv2D | nn.BatchNorm):
            if isinstance(block, nn.GlobalAvgPool2D):
                group.add(nn.Flatten())
            layers.add(group)
            group = nn.HybridSequential()
    return layers


def load_keras(network: Network, path: str | Path) -> None:
    """Copy the convolutions' weights into ``network.layers``, each batch normalisation folded into its convolution.

    Raises:
        ModelError: the file cannot be read, or a tensor is missing or has another shape.
    """
    try:
        tensors = load_file(str(path))
    except Exception as e:
        raise ModelError(f"{path}: not a safetensors file ({e})") from e
    for name, convolution in zip(_names(), _convolutions(network), strict=True):
        _fold(tensors, *name, convolution, path)


def _names() -> list[tuple[str, str]]:
    """The Keras names of kernel and batch normalisation, in the network's order."""
    names = [("Conv1/kernel", "bn_Conv1")]
    for i, (_, _, _, expansion) in enumerate(BLOCKS):
        prefix = f"block_{i}" if i else "expanded_conv"
        if expansion > 1:
            names.append((f"{prefix}_expand/kernel", f"{prefix}_expand_BN"))
        names.append((f"{prefix}_depthwise/depthwise_kernel", f"{prefix}_depthwise_BN"))
        names.append((f"{prefix}_project/kernel", f"{prefix}_project_BN"))
    return [*names, ("Conv_1/kernel", "Conv_1_bn")]


def _convolutions(network: Network) -> list[Convolution]:
    found: list[Convolution] = []
    network.layers.apply(lambda block: found.append(block) if isinstance(block, Convolution) else None)
    return found


def _fold(
    tensors: dict[str, NDArray[np.float32]], kernel: str, norm: str, convolution: Convolution, path: str | Path
) -> None:
    try:
        weight = tensors[kernel]
        gamma, beta, mean, variance = (
            tensors[f"{norm}/{part}"] for part in ("gamma", "beta", "moving_mean", "moving_variance")
        )
    except KeyError as e:
        raise ModelError(f"{path}: expected the Keras names of MobileNetV2, found no tensor {e}") from None
    # height, width, in, out -> out, in, height, width; depthwise kernels are height, width, channel, 1
    axes = (2, 3, 0, 1) if "depthwise" in kernel else (3, 2, 0, 1)
    scale = gamma / np.sqrt(variance + _EPSILON)
    weight = weight.transpose(axes)[:, :, ::-1, ::-1] * scale[:, None, None, None]
    target = convolution.convolution
    if weight.shape != target.weight.shape:
        raise ModelError(f"{path}: expected {kernel} as {target.weight.shape}, got {weight.shape}; is it alpha 0.35?")
    target.weight.set_data(mx.nd.array(weight))
    target.bias.set_data(mx.nd.array(beta - mean * scale))
