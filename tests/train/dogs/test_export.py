"""The ONNX files answer like MXNet, and keep the contract."""

from __future__ import annotations

import logging
from pathlib import Path

import mxnet as mx
import numpy as np
import onnx
import pytest
from mxnet import init

from backdoors.errors import ParityError
from backdoors.models import OnnxModel
from train.compact import compact
from train.dogs.backbone import new_network
from train.dogs.export import check_parity, export
from train.dogs.network import Network
from train.dogs.photos import Photos, augmented
from train.parity import largest_rounding

LABELS = ("Red", "Green", "Blue")


@pytest.fixture
def full(network: Network, tmp_path: Path) -> OnnxModel:
    """The export in float32; the compact one is in a file."""
    return export(network, tmp_path / "model.onnx", labels=LABELS, size=64)


@pytest.fixture
def exported(full: OnnxModel, tmp_path: Path) -> Path:
    return tmp_path / "model.onnx"


def test_all_answer_alike(network: Network, dogs: Photos, full: OnnxModel, exported: Path) -> None:
    images = dogs.floats(64, augmented, (0,))
    assert check_parity(network, full, images) < 1e-4
    assert largest_rounding(full, OnnxModel(exported), images) < 1e-3


def test_the_file_is_compact(exported: Path) -> None:
    assert compact(exported.read_bytes()) == exported.read_bytes()
    assert exported.stat().st_size <= 1.3e6


def test_a_network_of_gluoncv_can_be_exported(dogs: Photos, tmp_path: Path) -> None:
    network = new_network("mobilenetv2_0.25", labels=3)
    network.output.initialize(init.Normal(1), force_reinit=True)
    full = export(network, tmp_path / "model.onnx", labels=LABELS, size=64)
    assert check_parity(network, full, dogs.floats(64, augmented, (0,))) < 1e-4


def test_one_changed_weight_is_caught(network: Network, dogs: Photos, full: OnnxModel) -> None:
    network.output.bias.set_data(network.output.bias.data() + mx.nd.array([0.01, 0, 0]))
    with pytest.raises(ParityError, match="export is wrong"):
        check_parity(network, full, dogs.floats(64, augmented, (0,)))


def test_the_contract(exported: Path) -> None:
    model = OnnxModel(exported)
    assert model.labels == LABELS
    assert model.shape == (3, 64, 64)
    proto = onnx.load(exported)
    assert [value.name for value in proto.graph.input] == ["image"]
    assert 17 <= proto.opset_import[0].version <= 21
    used = {name for node in proto.graph.node for name in node.input}
    assert {tensor.name for tensor in proto.graph.initializer} <= used
    probabilities = model(np.random.default_rng(0).random((5, 3, 64, 64), dtype=np.float32))
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-5)


def test_the_log_level_stays(network: Network, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        export(network, tmp_path / "model.onnx", labels=LABELS, size=64)
        assert logging.getLogger().level == logging.INFO


def test_the_same_network_gives_the_same_bytes(network: Network, exported: Path, tmp_path: Path) -> None:
    export(network, tmp_path / "again.onnx", labels=LABELS, size=64)
    assert (tmp_path / "again.onnx").read_bytes() == exported.read_bytes()
