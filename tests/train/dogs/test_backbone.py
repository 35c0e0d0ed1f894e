"""The imported weights give the features that Keras gives."""

from __future__ import annotations

from pathlib import Path

import mxnet as mx
import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from backdoors.errors import ModelError
from train.dogs.backbone import load_keras, new_network
from train.dogs.network import mobilenet_v2


def test_features_are_those_of_keras(weights_file: Path) -> None:
    expected = load_file(str(weights_file).replace("imagenet", "expected"))
    network = mobilenet_v2(labels=2)
    load_keras(network, weights_file)
    images = mx.nd.array((expected["input_nchw"] + 1) / 2)
    features = network.layers(network.normalise(images)).asnumpy()
    np.testing.assert_allclose(features, expected["features"], atol=1e-4)


def test_a_missing_tensor_is_named(weights_file: Path, tmp_path: Path) -> None:
    tensors = load_file(str(weights_file))
    del tensors["block_3_expand/kernel"]
    save_file(tensors, tmp_path / "cut.safetensors")
    with pytest.raises(ModelError, match="block_3_expand/kernel"):
        load_keras(mobilenet_v2(labels=2), tmp_path / "cut.safetensors")


def test_a_foreign_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "foreign.safetensors").write_bytes(b"nothing of the kind")
    with pytest.raises(ModelError, match="not a safetensors file"):
        load_keras(mobilenet_v2(labels=2), tmp_path / "foreign.safetensors")


def test_an_unknown_backbone_is_refused() -> None:
    with pytest.raises(ModelError, match="resnet50"):
        new_network("resnet50", labels=2)


def test_a_network_of_gluoncv_fits_in() -> None:
    network = new_network("mobilenetv2_0.25", labels=5)
    assert network(mx.nd.zeros((2, 3, 64, 64))).shape == (2, 5)
    assert len(network.layers) == len(mobilenet_v2(labels=5).layers)
